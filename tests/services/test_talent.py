"""Experts and results: files in and out, changes, and what is proposed for a demand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from bot.core.routing import RouteQuery
from bot.core.talent import Kind, TalentRecord
from bot.nlu.encoder import encoder
from bot.services import station_files, talent_files, talent_rows
from bot.services.audit import Actor
from bot.services.routing import default_encoders
from bot.services.talent import DEMO_FILES, ChangedMeanwhileError, CodeTakenError, TalentService
from bot.services.vectors import Encoders, Matrix
from models import AuditEntry, Database
from tests.conftest import NOON, Clock

HE, SHE = Actor("staff", "示例甲", "a"), Actor("staff", "示例乙", "b")
BATTERY = TalentRecord(
    Kind.EXPERT,
    "E-1",
    "示例专家甲",
    "高级工程师",
    "示例大学",
    "成都示例电源学会",
    ("40108",),
    ("150",),
    ("锂电池极片涂布工艺", "浆料分散"),
)
SAUCE = TalentRecord(
    Kind.EXPERT, "E-2", "示例专家乙", None, None, "成都示例食品学会", ("20701",), ("550",), ("豆瓣酱发酵", "食品杀菌")
)
LITHIUM = RouteQuery("锂电池极片涂布厚度不均匀，良品率低")


class Counting:
    """The character encoder that counts what it encodes as passages."""

    def __init__(self) -> None:
        self._inner = encoder("characters")
        self.name, self.dimensions, self.passages = self._inner.name, self._inner.dimensions, 0

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"] = "query") -> Matrix:
        self.passages += len(texts) if kind == "passage" else 0
        return self._inner.encode(texts, kind)


@pytest.fixture
def counting() -> Counting:
    return Counting()


def service(db: Database, clock: Clock, counting: Counting) -> TalentService:
    return TalentService(db, clock, lambda: Encoders(counting, counting), NOON.date)


@pytest.fixture
def talent(database: Database, clock: Clock, counting: Counting) -> TalentService:
    return service(database, clock, counting)


def add(talent: TalentService, *records: TalentRecord) -> None:
    for record in records:
        talent.save(record, 0, HE, "年度更新")


@pytest.mark.parametrize("ending", station_files.ENDINGS)
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_exported_can_be_imported_again(
    talent: TalentService, sqlite_database: Database, tmp_path: Path, kind: Kind, ending: str
) -> None:
    tricky = TalentRecord(
        kind, "X-1", "=1+1", "a|b", None, "成都示例学会", topics=("-焊接", "涂装"), summary="一\n二", active=False
    )
    add(talent, tricky)
    talent.load_demo()
    path = tmp_path / f"out{ending}"
    count = talent.export_file(kind, path)
    again = talent.import_file(kind, path, HE, dry_run=True)
    assert again.errors == []
    assert (again.added, again.updated, again.unchanged) == (0, 0, count)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_samples_say_that_they_are_samples_and_have_no_contact(kind: Kind) -> None:
    checked = talent_rows.check(talent_files.read(DEMO_FILES[kind], kind), kind)
    assert checked.errors == []
    assert len(checked.records) > 20
    assert all(one.demo and "示例" in one.name and "示例" in str(one.society) for one in checked.records)


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


GOOD = {"code": "E-9", "name": "示例专家壬", "society": "成都示例学会", "topics": ["焊接"]}


def test_every_mistake_is_told_by_row_and_nothing_is_written(talent: TalentService, tmp_path: Path) -> None:
    path = lines(
        tmp_path / "experts.jsonl",
        GOOD,
        {**GOOD, "name": ""},
        {**GOOD, "code": "E 9"},
        {**GOOD, "code": "E-8", "fields": ["99999"], "disciplines": ["999"]},
        {**GOOD, "code": "E-7", "phone": "13800000000"},
        {**GOOD, "code": "E-6", "summary": "电话 13800000000"},
        {**GOOD, "code": "E-5", "topics": []},
        {**GOOD, "code": "E-4", "active": "也许"},
        "not json",
        [1],
    )
    report = talent.import_file(Kind.EXPERT, path, HE)
    found = {(one.row, one.column) for one in report.errors}
    assert found >= {
        (2, "姓名"),
        (2, "编号"),
        (3, "编号"),
        (4, "高新领域代码"),
        (4, "学科"),
        (5, "phone"),
        (6, "简介"),
        (7, "擅长"),
        (8, "可推荐"),
        (9, ""),
        (10, ""),
    }
    assert "13800000000" not in "".join(str(one) for one in report.errors)
    assert talent.export_file(Kind.EXPERT, tmp_path / "out.jsonl") == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", ""),
        ("a.csv", "姓名,擅长\n示例,焊接\n"),
        ("a.csv", "编号,姓名,姓名\n1,2,3\n"),
        ("a.csv", "编号,姓名,生日\n1,2,3\n"),
        ("a.xlsx", "no workbook"),
        ("a.txt", "x"),
        ("a.jsonl", "\n\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error(
    sqlite_database: Database, clock: Clock, counting: Counting, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    report = service(sqlite_database, clock, counting).import_file(Kind.EXPERT, tmp_path / name, HE)
    assert len(report.errors) == 1


def test_a_dry_run_writes_nothing(talent: TalentService, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", GOOD)
    assert talent.import_file(Kind.EXPERT, path, HE, dry_run=True).added == 1
    assert talent.import_file(Kind.EXPERT, path, HE).added == 1
    assert talent.import_file(Kind.EXPERT, path, HE).unchanged == 1


def test_who_fits_is_proposed_with_reasons_that_can_be_checked(talent: TalentService) -> None:
    add(talent, BATTERY, SAUCE)
    found = talent.propose(Kind.EXPERT, LITHIUM, "成都示例电源学会")
    assert [one.name for one in found] == ["示例专家甲"]
    assert "擅长相近：锂电池极片涂布工艺" in "；".join(found[0].reasons)
    assert "属于承接站所在学会" in found[0].reasons
    assert talent.propose(Kind.RESULT, LITHIUM) == []


def test_at_most_three_are_proposed_the_own_society_first(talent: TalentService) -> None:
    names = ["成都示例甲学会", "成都示例乙学会", "成都示例丙学会", "成都示例丁学会"]
    for place, name in enumerate(names):
        values = {**vars(BATTERY), "code": f"E-{place}", "name": f"示例专家{place}", "society": name}
        add(talent, TalentRecord(**values))
    found = talent.propose(Kind.EXPERT, LITHIUM, names[3])
    assert len(found) == 3
    assert found[0].society == names[3]


@pytest.mark.parametrize("text", ["", "。", "啊", "锂" * 10_000])
@pytest.mark.parametrize("filled", [True, False])
def test_whatever_is_asked_gets_an_answer(talent: TalentService, text: str, filled: bool) -> None:
    if filled:
        add(talent, BATTERY)
    assert len(talent.propose(Kind.EXPERT, RouteQuery(text))) <= 1


def test_an_empty_base_loads_no_encoders(database: Database, clock: Clock) -> None:
    def never() -> Encoders:
        raise AssertionError

    assert TalentService(database, clock, never, NOON.date).propose(Kind.EXPERT, LITHIUM) == []


def test_who_is_not_to_be_proposed_is_not(talent: TalentService, clock: Clock) -> None:
    add(talent, BATTERY)
    assert talent.propose(Kind.EXPERT, LITHIUM)
    clock.advance(seconds=1)
    talent.save(TalentRecord(**{**vars(BATTERY), "active": False}), 1, HE, "已退休")
    assert talent.propose(Kind.EXPERT, LITHIUM) == []


def test_only_changed_texts_are_computed_again(
    talent: TalentService, database: Database, clock: Clock, counting: Counting
) -> None:
    add(talent, BATTERY, SAUCE)
    talent.propose(Kind.EXPERT, LITHIUM)
    first = counting.passages
    again = Counting()
    service(database, clock, again).propose(Kind.EXPERT, LITHIUM)
    assert again.passages == 0
    clock.advance(seconds=1)
    talent.save(TalentRecord(**{**vars(SAUCE), "topics": ("辣椒酱杀菌",)}), 1, HE, "改")
    talent.propose(Kind.EXPERT, LITHIUM)
    profile_and_topic = 2 * 2
    assert counting.passages - first == profile_and_topic


def test_what_another_process_changed_is_seen_at_once(talent: TalentService, database: Database, clock: Clock) -> None:
    other = service(database, clock, Counting())
    assert other.propose(Kind.EXPERT, LITHIUM) == []
    add(talent, BATTERY)
    assert [one.code for one in other.propose(Kind.EXPERT, LITHIUM)] == ["E-1"]


def test_of_two_people_the_first_wins_and_the_second_is_told(talent: TalentService) -> None:
    add(talent, BATTERY)
    talent.save(TalentRecord(**{**vars(BATTERY), "grade": "教授"}), 1, SHE, "职称变了")
    with pytest.raises(ChangedMeanwhileError) as told:
        talent.save(TalentRecord(**{**vars(BATTERY), "grade": "院士"}), 1, HE, "改")
    assert told.value.by == "示例乙"
    with pytest.raises(CodeTakenError):
        talent.save(BATTERY, 0, HE, "新增")


def test_every_change_has_actor_and_reason(talent: TalentService, database: Database) -> None:
    add(talent, BATTERY)
    talent.save(TalentRecord(**{**vars(BATTERY), "grade": "教授"}), 1, SHE, "职称变了")
    with database.read() as session:
        entries = session.query(AuditEntry).filter_by(subject_id="E-1").order_by(AuditEntry.id).all()
    assert [(one.action, one.actor_name, one.reason) for one in entries] == [
        ("expert_added", "示例甲", "年度更新"),
        ("expert_changed", "示例乙", "职称变了"),
    ]
    assert entries[1].data == {"changed": ["grade"]}


def test_the_samples_need_no_computing_with_the_real_models(sqlite_database: Database, clock: Clock) -> None:
    from bot.services import shipped

    encoders = default_encoders()
    for kind, path in DEMO_FILES.items():
        for record in talent_rows.check(talent_files.read(path, kind), kind).records:
            assert encoders.text_hash(record.as_station()) in shipped.ready(), record.code
    assert TalentService(sqlite_database, clock, default_encoders, NOON.date).load_demo() > 0
    found = TalentService(sqlite_database, clock, default_encoders, NOON.date).propose(Kind.EXPERT, LITHIUM)
    assert found[0].code == "E-S01-1"


def test_loading_samples_keeps_what_is_there(talent: TalentService) -> None:
    add(talent, BATTERY)
    talent.load_demo()
    assert talent.load_demo() == 0
