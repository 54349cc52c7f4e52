"""What a liaison's message says on whom to ask and what to use."""

import pytest

from bot.core.assignment import settings
from bot.core.talent import Kind, Proposal, TalentRecord
from bot.nlu.encoder import encoder
from bot.services.audit import SYSTEM
from bot.services.demand_proposals import proposals_of
from bot.services.proposal_line import proposal_line
from bot.services.routing import default_encoders
from bot.services.talent import TalentService
from bot.services.vectors import Encoders
from connectors.wecom import markdown
from models import Database
from tests.conftest import NOON, Clock
from tests.fakes.town import NUMBER, Town

EXPERT = Proposal(
    "E-7", "示例专家甲", "教授", "示例大学", "成都示例学会", ["擅长相近：电化学"], topics=("电化学", "涂布")
)
RESULT = Proposal("CG-012", "涂布闭环控制", "中试", "示例大学", "成都示例学会", [], topics=("涂布",))


def test_the_line_names_who_and_what() -> None:
    line = proposal_line({Kind.EXPERT: [EXPERT], Kind.RESULT: [RESULT]}, "telegram")
    assert line == "可请教：示例专家甲（电化学，示例大学）；可用成果：涂布闭环控制（CG-012）——详见链接"


def test_a_group_reads_the_experts_code_and_not_the_name() -> None:
    line = proposal_line({Kind.EXPERT: [EXPERT], Kind.RESULT: [RESULT]}, "wecom")
    assert line == "可请教：E-7（电化学，示例大学）；可用成果：涂布闭环控制（CG-012）——详见链接"


@pytest.mark.parametrize("channel", ["telegram", "wecom"])
def test_what_there_is_none_of_is_not_spoken_of(channel: str) -> None:
    assert proposal_line({}, channel) == ""
    assert proposal_line({Kind.RESULT: [RESULT]}, channel) == "可用成果：涂布闭环控制（CG-012）——详见链接"
    bare = Proposal("E-8", "示例专家乙", None, None, None, [])
    assert proposal_line({Kind.EXPERT: [bare]}, "telegram") == "可请教：示例专家乙——详见链接"


def test_the_longest_line_keeps_a_group_message_within_its_limit() -> None:
    longest = Proposal("R" * 40, "甲" * 120, "丙" * 60, "乙" * 120, "丁" * 120, [], topics=("戊" * 60,))
    most = int(settings()["talent"]["in_message"]["shown"])
    line = proposal_line({Kind.EXPERT: [longest] * most, Kind.RESULT: [longest] * most}, "wecom")
    message = "\n".join(("问" * 800, line, "查看与办理：https://zhuli.example.org/l/" + "a" * 43))
    assert len(line) < 400
    assert markdown.notice(message).count("…") == line.count("…") > 0


@pytest.fixture
def talent(database: Database, clock: Clock) -> TalentService:
    characters = Encoders(encoder("characters"), encoder("characters"))
    made = TalentService(database, clock, lambda: characters, NOON.date)
    for kind, code in ((Kind.EXPERT, "E-1"), (Kind.RESULT, "R-1")):
        topics = ("涂布厚度不均匀", "良品率")
        made.save(TalentRecord(kind, code, f"示例{kind.label}", society="示例a学会", topics=topics), 0, SYSTEM, "示例")
    return made


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    found = Town(database, clock)
    found.open_station("a")
    found.submit()
    return found


def test_a_demand_gets_what_fits_its_words_and_the_society_of_its_station(town: Town, talent: TalentService) -> None:
    found = proposals_of(town.db, talent, NUMBER)
    assert {kind: [one.code for one in some] for kind, some in found.items()} == {
        Kind.EXPERT: ["E-1"],
        Kind.RESULT: ["R-1"],
    }
    assert "属于承接站所在学会" in found[Kind.EXPERT][0].reasons


def test_a_demand_that_is_over_or_unknown_gets_nothing(town: Town, talent: TalentService) -> None:
    assert proposals_of(town.db, talent, "CD-20261120-9999") == {}
    town.cases.take(NUMBER, town.actor("a"), town.demand().version)
    assert proposals_of(town.db, talent, NUMBER)
    town.cases.close(NUMBER, town.actor("a"), town.demand().version, "agreed", "已签")
    assert proposals_of(town.db, talent, NUMBER) == {}


@pytest.mark.parametrize(
    ("problem", "expert"),
    [
        ("锂电池极片涂布厚度不均匀，良品率低", "E-S01-1"),
        ("注塑外壳有缩水印还发黄变脆", "E-S23-1"),
        ("纸箱印出来颜色每批不一样", "E-S69-1"),
        ("屋顶想装太阳能板，白天自己用晚上存起来", None),
        ("混凝土七天强度上不来", None),
        ("想在抖音上卖货不会搞", None),
    ],
)
def test_with_the_real_models_only_what_truly_fits_is_named(
    sqlite_database: Database, clock: Clock, problem: str, expert: str | None
) -> None:
    town = Town(sqlite_database, clock)
    town.open_station("a")
    town.submit(problem=problem, goal="", title=problem[:20])
    talent = TalentService(sqlite_database, clock, default_encoders, NOON.date)
    talent.load_demo()
    found = proposals_of(sqlite_database, talent, NUMBER, only_sure=True)
    assert [one.code for one in found.get(Kind.EXPERT, [])][:1] == ([expert] if expert else [])
    assert len(found) in ((1, 2) if expert else (0,))
