"""What is no need of an enterprise, or several at once, waits for staff with the reason."""

import pytest

from bot.core.routing import Routed, RouteQuery, review_text
from bot.services import shipped, station_files, station_rows
from bot.services.background import background
from bot.services.matching import Matcher
from bot.services.routing import default_encoders
from bot.services.station_index import StationIndex
from tests.conftest import NOON

DEMO = [record for _, record in station_rows.check(station_files.read(shipped.DEMO_FILE)).records]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    encoders = default_encoders()
    if (encoders.e5.name, encoders.use.name) != ("e5", "use"):
        pytest.skip("the sentence encoders cannot load here")
    index = StationIndex(DEMO, shipped.of_stations(encoders, DEMO), encoders.e5.dimensions)
    return Matcher(index, encoders, background(encoders))


def _route(matcher: Matcher, query: RouteQuery) -> Routed:
    return matcher.match(query, NOON.date(), lambda wanted: {})


@pytest.mark.parametrize(
    "text",
    [
        "隔壁那家豆花饭安逸惨了，明天还去吃",
        "给我摆个龙门阵嘛，好无聊",
        "机器人你多大了，会不会打麻将",
        "帮我订两张去重庆的高铁票",
        "我家的狗拉稀了咋个办",
        "女儿物理不及格，请哪个老师好",
        "想给对象买条鱼吃，好不好嘛",
        "2468013579",
        "哈哈哈哈哈哈哈哈哈",
    ],
)
def test_small_talk_with_a_word_of_some_station_is_never_sent(matcher: Matcher, text: str) -> None:
    found = _route(matcher, RouteQuery(text))
    assert found.decision == "review"
    assert found.reason
    assert found.question is None


@pytest.mark.parametrize(
    "text",
    [
        "数控车床主轴发热，加工出来的轴外圆有锥度",
        "极片涂布面密度忽高忽低，辊压后掉粉",
        "印染污水色度高，生化池的菌老是死",
        "红油豆瓣后熟时间长，还容易长白花",
    ],
)
def test_a_need_is_not_taken_for_small_talk(matcher: Matcher, text: str) -> None:
    found = _route(matcher, RouteQuery(text))
    assert found.decision == "auto" or found.reason in (review_text("unsure"), review_text("close"))


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (RouteQuery("  ……！"), "empty"),
        (RouteQuery("豆瓣"), "short"),
        (RouteQuery("想在厂里建个学会服务站", category="建站与平台申请"), "staff_category"),
        (RouteQuery("数控车床主轴发热", district="眉山市"), "outside"),
    ],
)
def test_each_reason_is_told(matcher: Matcher, query: RouteQuery, key: str) -> None:
    found = _route(matcher, query)
    value = query.category if key == "staff_category" else query.district
    assert (found.decision, found.reason) == ("review", review_text(key, value or ""))


def test_several_needs_of_different_trades_wait_for_staff(matcher: Matcher) -> None:
    text = "有两个问题：一是数控车床主轴发热，加工尺寸飘；二是印染污水色度高，排放不达标"
    found = _route(matcher, RouteQuery(text))
    assert found.decision == "review"


def test_ten_thousand_characters_are_read_like_their_beginning(matcher: Matcher) -> None:
    short = "数控车床主轴发热，加工出来的轴外圆有锥度。"
    found = _route(matcher, RouteQuery(short * 500))
    assert found.stations[0].station_id == _route(matcher, RouteQuery(short)).stations[0].station_id
