"""Rows for the console's tests: sample people and companies only."""

import itertools
from datetime import timedelta
from typing import Any

from models import (
    CaseEvent,
    Consent,
    Contact,
    Conversation,
    Demand,
    Enterprise,
    Liaison,
    Message,
    Notice,
    Session,
    Society,
    Station,
)
from tests.conftest import NOON

NOW = NOON
_numbers = itertools.count(1)


def station(session: Session, **given: Any) -> Station:
    """A station in operation with one liaison."""
    number = next(_numbers)
    society = given.pop("society", None) or f"成都示例学会{number}"
    with_liaison = given.pop("liaison", True)
    row = Station(
        **{
            "station_id": f"S{number:03}",
            "name": f"示例学会第{number}服务站",
            "society": Society(name=society, level="市") if isinstance(society, str) else society,
            "hightech_fields": ["新能源与节能"],
            "keywords": ["锂电池", "储能"],
            "services": ["工艺改进"],
            "disciplines": ["化学工程"],
            "district": "郫都区",
            "agreement": {"no": "协-001", "start": "2026-01-01", "end": "2028-12-31"},
            "demo": True,
            "created_at": NOW,
            "updated_at": NOW,
            **given,
        }
    )
    if with_liaison:
        row.liaisons.append(Liaison(name="王联络", phone="13800000001", telegram_id=7001 + number))
    session.add(row)
    session.flush()
    return row


def demand(session: Session, at_station: Station | None = None, **given: Any) -> Demand:
    """A routed demand with contact and history; `phone` and `enterprise_name` can be given."""
    number = next(_numbers)
    sender = given.pop("sender_id", f"wx0000:openid{number:04}")
    name = given.pop("enterprise_name", f"成都示例科技{number}有限公司")
    enterprise = Enterprise(name=name, match_key=f"示例{number}", district="郫都区", created_at=NOW)
    contact = Contact(
        sender_id=sender,
        enterprise=enterprise,
        name=given.pop("contact_name", "张示例"),
        phone=given.pop("phone", "13800000000"),
        created_at=NOW,
        updated_at=NOW,
    )
    row = Demand(
        **{
            "demand_no": f"CD-20261120-{number:04}",
            "draft_id": f"draft-{number}",
            "sender_id": sender,
            "state": "awaiting_pickup",
            "title": "锂电池极片涂布厚度不均匀",
            "category": "技术攻关",
            "problem": "涂布机跑到每分钟三十米以上时，极片两侧厚度偏差超过八微米，良品率掉到八成以下。",
            "indicators": [{"name": "厚度偏差", "op": "≤", "value": 3, "unit": "微米"}],
            "goal": "两侧厚度偏差不超过三微米",
            "field": "新能源与节能",
            "industry_code": "C384",
            "discipline_codes": ["480", "48040"],
            "strategic_code": "5.2",
            "keywords": ["锂电池", "涂布"],
            "coop_mode": "技术咨询",
            "budget_kind": "amount",
            "budget_min": 30,
            "budget_max": 50,
            "deadline": "2027-06-30",
            "district": "郫都区",
            "quality_score": 85,
            "routing": routing(at_station) if at_station else {},
            "due_at": NOW + timedelta(days=2),
            "submitted_at": NOW - timedelta(hours=2),
            "updated_at": NOW - timedelta(hours=1),
            "enterprise": enterprise,
            "contact": contact,
            "station": at_station,
            **given,
        }
    )
    row.events.append(_event("submitted", None, "submitted", "enterprise", name))
    if at_station is not None:
        arrived = _event("routed", "accepted", "awaiting_pickup", "system", "系统")
        arrived.station_id = at_station.station_id
        row.events.append(arrived)
    session.add(row)
    session.flush()
    session.add(_told(row, at_station))
    return row


def routing(chosen: Station) -> dict[str, Any]:
    candidate = {
        "station_id": chosen.station_id,
        "name": chosen.name,
        "score": 0.83,
        "reasons": ["擅长：锂电池、储能", "服务郫都区", "目前在办 3/10"],
    }
    other = {
        "station_id": "S900",
        "name": "示例材料学会服务站",
        "score": 0.61,
        "reasons": ["擅长：电极材料", "服务全市", "目前在办 1/10"],
    }
    return {"decision": "auto", "threshold": 0.5, "candidates": [candidate, other]}


def share_consent(session: Session, row: Demand, at_station: Station, *, given: bool = True) -> None:
    session.add(
        Consent(
            sender_id=row.sender_id or "",
            kind="share",
            notice_version="2026-11",
            given=given,
            demand_id=row.id,
            station_id=at_station.station_id,
            at=NOW,
        )
    )


def conversation(session: Session, sender_id: str = "wx0000:openid0001", **given: Any) -> Conversation:
    """A talk of two turns, the second of which was not understood well."""
    row = Conversation(
        **{
            "sender_id": sender_id,
            "started_at": NOW - timedelta(minutes=10),
            "last_at": NOW - timedelta(minutes=5),
            "last_user_at": NOW - timedelta(minutes=5),
            "open_question": "budget",
            "filled": ["problem", "district"],
            "turns": 2,
            "fallbacks": 1,
            "min_confidence": 0.41,
            **given,
        }
    )
    opening = "我们在郫都区做锂电池的，涂布厚度总是不均匀，想找专家看看，电话138****0000"
    row.messages = [
        _said("user", opening, -10, "submit_demand", 0.97, [{"entity": "phone", "value": "13800000000"}]),
        _said("bot", "明白了：锂电池涂布厚度不均匀。预算大概多少？", -10),
        _said("user", "这个嘛再看看吧", -5, "out_of_scope", 0.41, []),
        _said("bot", "可以写个范围，比如 30–50 万元；也可以说“面议”。", -5),
    ]
    session.add(row)
    session.flush()
    return row


def _said(
    author: str,
    text: str,
    minutes: int,
    intent: str | None = None,
    confidence: float | None = None,
    entities: list[dict[str, Any]] | None = None,
) -> Message:
    ranking = [{"name": intent, "confidence": confidence}, {"name": "chitchat", "confidence": 0.02}]
    return Message(
        at=NOW + timedelta(minutes=minutes),
        author=author,
        text=text,
        intent=intent,
        confidence=confidence,
        ranking=ranking if intent else None,
        entities=entities,
        open_question="budget" if intent == "out_of_scope" else None,
        latency_ms=84 if intent else None,
    )


def _event(kind: str, before: str | None, after: str, actor: str, name: str) -> CaseEvent:
    return CaseEvent(
        at=NOW - timedelta(hours=2),
        kind=kind,
        state_from=before,
        state_to=after,
        actor_kind=actor,
        actor_name=name,
    )


def _told(row: Demand, at_station: Station | None) -> Notice:
    to_liaison = at_station is not None and bool(at_station.liaisons)
    recipient = str(at_station.liaisons[0].id) if at_station and to_liaison else row.sender_id or ""
    return Notice(
        dedupe_key=f"test:{row.demand_no}",
        kind="new_demand" if to_liaison else "taken",
        channel="telegram" if to_liaison else "wechat",
        recipient=recipient,
        demand_no=row.demand_no,
        text="有新的需求",
        data={},
        state="dead",
        attempts=3,
        last_error="403 blocked",
        available_at=NOW,
        created_at=NOW,
    )
