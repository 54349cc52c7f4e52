"""Routing over the real encoders and a real database."""

import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.case import State
from bot.core.routing import Routed, RouteQuery
from bot.core.station import StationRecord
from bot.nlu.encoder import Encoder, HashedCharacters
from bot.services import shipped, station_files, station_rows
from bot.services.directory import DirectoryService
from bot.services.proposals import Proposals, keywords
from bot.services.route_lines import StationsFileError, file_route, route_lines
from bot.services.routing import RoutingService, default_encoders
from bot.services.vectors import Encoders
from models import Database, Demand
from models.repositories import stations
from tests.conftest import NOON, Clock

LITHIUM = "我们做锂电池的，极片涂布厚度总是不均匀，想找专家看看"
DEMO = [record for _, record in station_rows.check(station_files.read(shipped.DEMO_FILE)).records]


class CountingEncoders:
    """The real encoders; counts the texts of stations that are encoded."""

    def __init__(self) -> None:
        self.passages = 0
        real = default_encoders()
        counted = self

        class Counted:
            name, dimensions = real.e5.name, real.e5.dimensions

            def encode(self, texts: Any, kind: Any = "query") -> Any:
                counted.passages += len(texts) if kind == "passage" else 0
                return real.e5.encode(texts, kind)

        self.encoders = Encoders(Counted(), real.use)

    def __call__(self) -> Encoders:
        return self.encoders


@pytest.fixture
def add(sqlite_database: Database, clock: Clock) -> Callable[..., None]:
    def put(*records: StationRecord) -> None:
        with sqlite_database.begin() as session:
            for record in records:
                clock.advance(seconds=1)
                stations.put(session, record, clock())

    return put


@pytest.fixture
def routing(sqlite_database: Database, clock: Clock) -> RoutingService:
    return RoutingService(sqlite_database, clock)


@pytest.fixture
def demo(add: Callable[..., None], routing: RoutingService) -> RoutingService:
    add(*DEMO)
    return routing


def _open_case(db: Database, station_id: str, number: int) -> None:
    with db.begin() as session:
        station = stations.station_by_id(session, station_id)
        assert station is not None
        session.add(
            Demand(
                demand_no=f"CD-20261120-{number:04d}",
                draft_id=f"draft-{number}",
                state=State.AWAITING_PICKUP,
                title="示例需求",
                category="技术攻关",
                problem="示例",
                field="新材料",
                budget_kind="none",
                deadline="ASAP",
                district="郫都区",
                station_pk=station.id,
                submitted_at=NOON,
                updated_at=NOON,
            )
        )


def test_the_lithium_battery_demand_of_pidu_goes_to_the_energy_station_by_itself(demo: RoutingService) -> None:
    found = demo.route(RouteQuery(LITHIUM, category="技术诊断与咨询", district="郫都区"))
    assert found.decision == "auto"
    assert found.reason is None
    assert found.stations[0].name == "示例·化学化工学会新能源服务站"
    assert found.stations[0].reasons[0].startswith("擅长：涂布厚度、锂电池")
    assert found.stations[0].reasons[-1] == "目前在办 0/10"
    assert "就在郫都区" in found.stations[0].reasons
    assert found.field.name == "新能源与节能"


@pytest.mark.parametrize(
    ("text", "station_id"),
    [
        ("废水COD总是超标，环保局要我们整改", "S32"),
        ("柑橘树上红蜘蛛打了几道药都不死", "S43"),
        ("车间噪声太大，工人和居民都投诉", "S36"),
        ("泡菜发酵到一半就发酸，菌种不稳定", "S40"),
        ("服务器中了勒索病毒，文件打不开", "S11"),
    ],
)
def test_everyday_words_find_the_station(demo: RoutingService, text: str, station_id: str) -> None:
    assert demo.route(RouteQuery(text)).stations[0].station_id == station_id


def test_stations_that_all_could_are_parted_by_a_question(demo: RoutingService) -> None:
    text = "铝屑堆在车间，粉尘大怕炸也怕工人吸"
    found = demo.route(RouteQuery(text))
    assert found.decision == "review"
    assert found.question is not None
    assert {one.station_id for one in found.question.choices} == {"S33", "S59"}
    chosen = demo.route(RouteQuery(text, chosen="S59"))
    assert (chosen.decision, chosen.stations[0].station_id) == ("auto", "S59")


def test_short_list_is_ordered_by_certainty_and_at_most_five_long(demo: RoutingService) -> None:
    found = demo.route(RouteQuery(LITHIUM))
    scores = [one.score for one in found.stations]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_same_demand_gives_the_same_answer(demo: RoutingService, sqlite_database: Database, clock: Clock) -> None:
    query = RouteQuery("设备轴承发热，噪声也大", district="新都区")
    assert demo.route(query) == demo.route(query) == RoutingService(sqlite_database, clock).route(query)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        (RouteQuery(""), "为空"),
        (RouteQuery("？！…"), "为空"),
        (RouteQuery("电池"), "太少"),
        (RouteQuery(LITHIUM, district="绵阳市"), "绵阳市"),
        (RouteQuery("想建一个学会服务站，怎么申请", category="建站与平台申请"), "市科协"),
        (RouteQuery("我们公司想找专家合作，不知道怎么弄"), ""),
        (RouteQuery("啊" * 10_000), ""),
        (RouteQuery("\x00\ud800 <script> 0" * 50), ""),
    ],
)
def test_unclear_demands_are_for_staff_with_a_reason(demo: RoutingService, query: RouteQuery, word: str) -> None:
    found = demo.route(query)
    assert found.decision == "review"
    assert found.reason
    assert word in found.reason


def test_a_long_demand_is_routed_by_title_and_beginning(demo: RoutingService) -> None:
    found = demo.route(RouteQuery(LITHIUM + "。" + "公司成立多年，情况一言难尽。" * 700, title="锂电池极片涂布"))
    assert found.stations[0].station_id == "S01"


def test_an_empty_directory_is_for_staff(routing: RoutingService) -> None:
    found = routing.route(RouteQuery(LITHIUM))
    assert (found.stations, found.decision) == ([], "review")
    assert "还没有服务站" in str(found.reason)


def test_a_directory_of_one_station_never_sends_by_itself(routing: RoutingService, add: Callable[..., None]) -> None:
    add(next(one for one in DEMO if one.station_id == "S41"))
    found = routing.route(RouteQuery(LITHIUM))
    assert [one.station_id for one in found.stations] == ["S41"]
    assert found.decision == "review"


def test_a_category_nobody_serves_is_for_staff(routing: RoutingService, add: Callable[..., None]) -> None:
    add(*(replace(one, categories=("技术攻关",)) for one in DEMO[:4]))
    found = routing.route(RouteQuery(LITHIUM, category="其他"))
    assert (found.stations, found.decision) == ([], "review")
    assert "不承接“其他”类需求 4 个" in str(found.reason)


def test_a_full_station_is_passed_over_and_the_demand_goes_to_staff(
    demo: RoutingService, sqlite_database: Database
) -> None:
    for number in range(10):
        _open_case(sqlite_database, "S01", number)
    found = demo.route(RouteQuery(LITHIUM, district="郫都区"))
    assert "S01" not in [one.station_id for one in found.stations]
    assert found.decision == "review"
    explanation = demo.explain(RouteQuery(LITHIUM, district="郫都区"), "S01")
    assert explanation.barred is not None
    assert [bar.text for bar in explanation.barred.bars] == ["在办已满 10/10"]


def test_all_at_capacity_is_for_staff(
    routing: RoutingService, add: Callable[..., None], sqlite_database: Database
) -> None:
    add(*(replace(one, capacity=0) for one in DEMO[:3]))
    found = routing.route(RouteQuery(LITHIUM))
    assert (found.stations, found.decision) == ([], "review")
    assert "已满" in str(found.reason)


def test_open_cases_are_shown_with_the_capacity(demo: RoutingService, sqlite_database: Database) -> None:
    _open_case(sqlite_database, "S01", 1)
    assert demo.route(RouteQuery(LITHIUM)).stations[0].reasons[-1] == "目前在办 1/10"


def test_a_station_that_returned_the_demand_is_left_out(demo: RoutingService) -> None:
    found = demo.route(RouteQuery(LITHIUM, exclude=frozenset({"S01"})))
    assert "S01" not in [one.station_id for one in found.stations]
    assert demo.explain(RouteQuery(LITHIUM), "S01").rank == 1
    assert demo.explain(RouteQuery(LITHIUM), "no such").barred is None


def test_a_station_that_does_not_serve_the_district_is_left_out(demo: RoutingService) -> None:
    found = demo.route(RouteQuery(LITHIUM, district="蒲江县"))
    assert "S01" not in [one.station_id for one in found.stations]


def test_vectors_are_kept_and_a_new_start_computes_none(
    sqlite_database: Database, clock: Clock, add: Callable[..., None]
) -> None:
    add(*(replace(one, name=f"{one.name}二") for one in DEMO[:3]))
    first, second = CountingEncoders(), CountingEncoders()
    RoutingService(sqlite_database, clock, first).warm_up()
    RoutingService(sqlite_database, clock, second).warm_up()
    assert first.passages > 0
    assert second.passages == 0


def test_only_the_changed_station_is_computed_again(
    sqlite_database: Database, clock: Clock, add: Callable[..., None]
) -> None:
    counting = CountingEncoders()
    routing = RoutingService(sqlite_database, clock, counting)
    add(*DEMO[:3])
    routing.warm_up()
    assert counting.passages == 0
    add(replace(DEMO[0], services=("全新的服务",), keywords=("一", "二二")))
    routing.warm_up()
    assert counting.passages == 4


def test_a_change_without_new_text_is_seen_and_computes_nothing(
    sqlite_database: Database, clock: Clock, add: Callable[..., None]
) -> None:
    counting = CountingEncoders()
    routing = RoutingService(sqlite_database, clock, counting)
    add(*DEMO[:3])
    assert routing.route(RouteQuery(LITHIUM)).stations[0].station_id == "S01"
    add(replace(DEMO[0], status="暂停"))
    assert "S01" not in [one.station_id for one in routing.route(RouteQuery(LITHIUM)).stations]
    assert counting.passages == 0


def test_another_process_sees_an_import_at_the_next_demand(
    sqlite_database: Database, clock: Clock, routing: RoutingService, tmp_path: Path
) -> None:
    other = Database(str(sqlite_database.engine.url), sqlite_database.cipher)
    assert routing.route(RouteQuery(LITHIUM)).stations == []
    DirectoryService(other, clock).load_demo()
    other.close()
    assert routing.route(RouteQuery(LITHIUM)).stations[0].station_id == "S01"


def test_what_an_import_computed_no_other_process_computes(
    sqlite_database: Database, clock: Clock, tmp_path: Path
) -> None:
    importing, watching = CountingEncoders(), CountingEncoders()
    bot = RoutingService(sqlite_database, clock, watching)
    assert bot.route(RouteQuery(LITHIUM)).stations == []
    file = tmp_path / "given.jsonl"
    directory = DirectoryService(sqlite_database, clock, RoutingService(sqlite_database, clock, importing))
    given = {"station_id": "S1", "name": "示例·甲站", "services": ["极片涂布打样"], "district": "郫都"}
    wrong = given | {"level": "村"}
    for rows, dry_run in ((wrong, False), (given, True)):
        file.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        directory.import_stations(file, dry_run)
        assert importing.passages == 0
    steps: list[tuple[int, int]] = []
    directory.import_stations(file, progress=lambda done, total: steps.append((done, total)))
    assert (importing.passages, steps) == (2, [(1, 1)])
    directory.import_stations(file)
    assert importing.passages == 2
    assert bot.route(RouteQuery(LITHIUM)).stations[0].station_id == "S1"
    assert watching.passages == 0


def test_vectors_of_another_encoder_are_not_taken(
    sqlite_database: Database, clock: Clock, demo: RoutingService
) -> None:
    demo.warm_up()
    characters = Encoders(Encoder(HashedCharacters()), Encoder(HashedCharacters()))
    found = RoutingService(sqlite_database, clock, lambda: characters).route(RouteQuery("锂电池极片涂布厚度不均匀"))
    assert found.stations[0].station_id == "S01"


def test_parallel_demands_are_answered_alike(demo: RoutingService) -> None:
    found: list[Routed] = []
    threads = [threading.Thread(target=lambda: found.append(demo.route(RouteQuery(LITHIUM)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(one == found[0] for one in found)


def test_shipped_vectors_are_those_of_the_shipped_texts() -> None:
    encoders = default_encoders()
    if encoders.e5.name != "e5" or encoders.use.name != "use":
        pytest.skip("the sentence encoders cannot load here")
    wanted = [*DEMO, *shipped.subjects(), *shipped.samples()]
    assert {encoders.text_hash(one) for one in wanted} == set(shipped.ready())


def _routed_lines(route: Callable[[RouteQuery], Routed], *lines: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    route_lines(lines, out, route)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def minimal_file(tmp_path: Path) -> Path:
    rows = [
        {
            "station_id": one.station_id,
            "name": f"{one.name}二",
            "disciplines": list(one.subjects),
            "industries": list(one.industries),
            "services": list(one.services),
            "keywords": list(one.keywords),
            "district": one.district,
        }
        for one in DEMO[:6]
    ]
    path = tmp_path / "stations.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_lines_are_answered_per_the_contract_and_bad_ones_with_an_error(demo: RoutingService) -> None:
    good = json.dumps({"id": "a", "title": "涂布", "text": LITHIUM, "district": "郫都区"}, ensure_ascii=False)
    answers = _routed_lines(
        demo.route, good, "", "{bad", "[1]", '{"id": 7}', '{"id": 8, "text": "x", "district": 5}', good
    )
    assert [("error" in answer, answer["id"]) for answer in answers] == [
        (False, "a"),
        (True, None),
        (True, None),
        (True, 7),
        (True, 8),
        (False, "a"),
    ]
    first = answers[0]
    assert set(first) == {"id", "stations", "field", "decision"}
    assert set(first["stations"][0]) == {"station_id", "name", "score", "reasons"}
    assert first["field"] == {"code": "60", "name": "新能源与节能"}


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx"])
def test_a_directory_file_with_few_columns_is_enough(minimal_file: Path, tmp_path: Path, ending: str) -> None:
    checked = station_rows.check(station_files.read(minimal_file))
    path = tmp_path / f"copy.{ending}"
    station_files.write(path, [record for _, record in checked.records])
    route = file_route(path, tmp_path / "cache", NOON.date)
    found = route(RouteQuery(LITHIUM, district="郫都区"))
    assert found.stations[0].station_id == "S01"


@pytest.mark.parametrize(("name", "content"), [("a.jsonl", "\n"), ("a.csv", "编号,名称\n")])
def test_a_file_without_stations_leaves_every_demand_to_staff(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = file_route(tmp_path / name, tmp_path / "cache", NOON.date)(RouteQuery(LITHIUM))
    assert (found.stations, found.decision) == ([], "review")
    assert "还没有服务站" in str(found.reason)


def test_vectors_of_a_file_are_kept_for_the_next_run(minimal_file: Path, tmp_path: Path) -> None:
    first, second = CountingEncoders(), CountingEncoders()
    answers = [
        file_route(minimal_file, tmp_path / "cache", NOON.date, encoders)(RouteQuery(LITHIUM))
        for encoders in (first, second)
    ]
    assert answers[0] == answers[1]
    assert first.passages > 0
    assert second.passages == 0


def test_a_damaged_cache_is_computed_again(minimal_file: Path, tmp_path: Path) -> None:
    file_route(minimal_file, tmp_path / "cache", NOON.date)
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(b"damaged")
    found = file_route(minimal_file, tmp_path / "cache", NOON.date)(RouteQuery(LITHIUM))
    assert found.stations[0].station_id == "S01"


def test_a_directory_file_with_mistakes_is_refused_with_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "stations.jsonl"
    path.write_text('{"station_id": "A"}\n{"station_id": "B", "name": "乙", "status": "开张"}\n', encoding="utf-8")
    with pytest.raises(StationsFileError, match=r"第 1 行：.*名称(.|\n)*第 2 行：.*开张"):
        file_route(path, None, NOON.date)


def test_a_proposal_has_title_category_field_and_keywords() -> None:
    found = Proposals().propose(LITHIUM, "厚度偏差控制在正负2微米", "成都示例科技有限公司")
    assert found.title == "锂电池极片涂布厚度均匀性提升"
    assert found.category == "技术诊断与咨询"
    assert found.field in ("新能源与节能", "新材料")
    assert "锂电池" in "".join(found.keywords)


@pytest.mark.parametrize("text", ["", "嗯", "13800000000", "成都示例科技有限公司", "???", "a" * 5000])
def test_any_text_has_one_to_five_keywords(text: str) -> None:
    found = keywords(text)
    assert 1 <= len(found) <= 5
    assert all(1 < len(word) <= 15 for word in found)


def test_nothing_to_judge_by_is_field_other() -> None:
    assert Proposals().propose("嗯").field == "其他"
