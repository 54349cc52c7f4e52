"""A demand on its way into a station's WeCom group, with the real bases, outbox and robot."""

import asyncio

from bot.core.talent import Kind, TalentRecord
from bot.nlu.encoder import encoder
from bot.outbox.worker import OutboxWorker
from bot.services.audit import SYSTEM
from bot.services.conversations import ConversationLog
from bot.services.deliveries_log import DeliveryLog
from bot.services.demand_proposals import proposals_of
from bot.services.proposal_line import proposal_line
from bot.services.talent import TalentService
from bot.services.vectors import Encoders
from models import Database
from tests.conftest import NOON, Clock
from tests.connectors.wecom.conftest import KEY, Group
from tests.fakes.town import Town


async def test_a_group_hears_of_a_demand_with_a_result_and_an_expert_but_nobodys_name(
    group: Group, sqlite_database: Database, clock: Clock
) -> None:
    town = Town(sqlite_database, clock)
    town.open_station("a", telegram=False, wecom=True)
    characters = Encoders(encoder("characters"), encoder("characters"))
    talent = TalentService(sqlite_database, clock, lambda: characters, NOON.date)
    for kind, code, name in ((Kind.EXPERT, "E-1", "示例专家甲"), (Kind.RESULT, "CG-012", "涂布闭环控制")):
        topics = ("涂布厚度总是不均匀", "良品率低")
        record = TalentRecord(kind, code, name, unit="示例大学", society="示例a学会", topics=topics)
        await asyncio.to_thread(talent.save, record, 0, SYSTEM, "示例")
    await asyncio.to_thread(town.submit)

    def lines(demand_no: str, channel: str) -> str:
        return proposal_line(proposals_of(sqlite_database, talent, demand_no), channel)

    log = DeliveryLog(sqlite_database, clock, ConversationLog(sqlite_database, clock, "test"), "test")
    group.robot._key_of = {str(town.liaison("a").id): KEY}.get
    await OutboxWorker(log, {"wecom": group.robot}, clock, lines=lines).round()
    [text] = group.texts()
    *_, due, line, link = text.splitlines()
    assert due == "请在 11 月 24 日前签收。"
    assert line.startswith("可请教：E-1（涂布厚度总是不均匀，示例大学）；可用成果：涂布闭环控制（CG-012）")
    assert link.startswith("[查看与办理](https://zhuli.example.org/l/")
    for private in ("示例专家甲", "张三丰", "13800000000"):
        assert private not in text
