"""A directory with little more than the names of societies."""

from collections.abc import Sequence

import pytest

from bot.core import taxonomy
from bot.core.routing import Routed, RouteQuery
from bot.core.station import StationRecord
from bot.services.background import background
from bot.services.matching import Matcher
from bot.services.routing import default_encoders
from bot.services.society_bank import society_bank
from bot.services.station_index import StationIndex
from bot.services.vectors import of_stations
from tests.conftest import NOON

CODES = ("B-01", "B-05", "B-20", "B-35", "B-39", "B-41", "B-43", "B-45", "B-50", "C-04", "C-06", "C-13", "D-08", "E-29")
NAMED = [
    StationRecord(code, f"示例·{name}成都服务站", society={"name": name})
    for code, name in taxonomy.national_societies().items()
    if code in CODES
]


def _matcher(stations: Sequence[StationRecord]) -> Matcher:
    encoders = default_encoders()
    index = StationIndex(stations, of_stations(encoders, stations), encoders.e5.dimensions)
    return Matcher(index, encoders, background(encoders))


@pytest.fixture(scope="module")
def named() -> Matcher:
    return _matcher(NAMED)


def _route(matcher: Matcher, text: str, title: str | None = None) -> Routed:
    return matcher.match(RouteQuery(text, title), NOON.date(), lambda wanted: {})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("铣出来的平面有刀纹，换了刀也不行", "B-01"),
        ("注塑件老是粘模，顶出来就拉花", "B-01"),
        ("配电房隔三差五就跳闸，查不出来哪里接地", "B-05"),
        ("客户越来越多，自己写的进销存软件老是死机", "B-20"),
        ("反应做到一半就结团，收率只有六成", "B-35"),
        ("装在屋顶的光伏板，发电一年比一年少", "B-39"),
        ("釉面上好多小针眼，烧出来次品多", "B-41"),
        ("地下车库顶板开裂还滴水", "B-43"),
        ("染出来的布一缸一个色", "B-45"),
        ("牛肉酱放两个月就胀罐", "B-50"),
        ("塘里的草鱼一片一片地翻肚皮", "C-04"),
        ("小猪断奶以后老是拉稀，死了好几窝", "C-06"),
        ("春茶炒出来有股青草气，不香", "C-13"),
        ("医院反映监护仪的心电波形干扰大", "D-08"),
        ("同行仿我们的外观，想打官司又怕专利不稳", "E-29"),
    ],
)
def test_lay_words_find_the_society_of_which_only_the_name_is_known(named: Matcher, text: str, code: str) -> None:
    assert code in [one.station_id for one in _route(named, text).stations[:2]]


def test_reasons_name_what_the_society_covers(named: Matcher) -> None:
    best = _route(named, "铸件里面气孔砂眼多，废品率高").stations[0]
    assert best.station_id == "B-01"
    assert best.reasons[0].startswith("擅长：")
    assert "铸件" in best.reasons[0] or "铸造" in best.reasons[0]


def test_what_is_known_by_name_only_waits_for_staff(named: Matcher) -> None:
    found = _route(named, "铸件里面气孔砂眼多，废品率高")
    assert found.decision == "review"
    assert found.reason


def test_what_a_station_says_of_itself_counts_before_its_society() -> None:
    told = StationRecord(
        "S2",
        "示例·机械工程学会食品装备服务站",
        services=("豆瓣酱灌装线改造", "杀菌釜温度均匀性", "火锅底料炒锅设计", "泡菜生产线清洗"),
    )
    plain = StationRecord("S1", "示例·机械工程学会服务站", services=("数控加工", "齿轮", "轴承", "模具"))
    assert _route(_matcher([plain, told]), "火锅底料炒制时老是糊锅，想改炒锅").stations[0].station_id == "S2"


def test_a_title_of_a_few_words_and_a_long_description_are_read_together(named: Matcher) -> None:
    text = "我公司成立于2010年，现有员工二百人，厂房三栋，设备齐全，管理规范，每年投入研发经费。" * 6
    assert _route(named, text, "铸钢件缩孔缺陷控制").stations[0].station_id == "B-01"


def test_phrases_shared_by_stations_are_measured_once() -> None:
    encoders = default_encoders()
    assert society_bank(encoders) is society_bank(default_encoders())
