"""What the parties of a case are told: the enterprise in WeChat, the liaison where they are."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core import wording
from bot.core.calendar import chengdu_date
from bot.outbox import texts, writer
from bot.services import case_tokens
from models import Demand, Liaison, Session, Station

BUTTONS = ("take", "return", "refer")
"""On a new demand, in Telegram."""
PROBLEM_LENGTH = 160


@dataclass(frozen=True)
class NoticeWriter:
    """Writes notices of cases; `channels` are those that this installation has."""

    console_url: str
    channels: frozenset[str]

    def to_enterprise(
        self,
        session: Session,
        demand: Demand,
        kind: str,
        now: datetime,
        data: dict[str, Any] | None = None,
        **values: Any,
    ) -> None:
        """Nothing for a demand whose person is not known any more."""
        if demand.sender_id is None:
            return
        text = texts.enterprise(kind, demand_no=demand.demand_no, title=demand.title, **values)
        writer.write(
            session,
            kind=kind,
            channel="wechat",
            recipient=demand.sender_id,
            text=text,
            dedupe_key=f"{kind}:{demand.demand_no}:{demand.version}",
            now=now,
            demand_no=demand.demand_no,
            data={"template": _template(demand, text), **(data or {})},
        )

    def ask_share(self, session: Session, demand: Demand, station: Station, now: datetime) -> None:
        """The separate consent for a station that was not named before (PIPL art. 23)."""
        choices = [
            {"title": texts.choice(title), "payload": _share_payload(demand.demand_no, station.station_id, agree)}
            for title, agree in (("agree", "yes"), ("disagree", "no"))
        ]
        self.to_enterprise(session, demand, "ask_share", now, {"choices": choices}, station=station.name)

    def to_liaison(
        self, session: Session, demand: Demand, liaison: Liaison, kind: str, now: datetime, **values: Any
    ) -> None:
        """Over every channel this liaison has, with the link to the demand's page."""
        page = case_tokens.issue_in(session, demand, liaison.id, "page", now)
        text = texts.liaison(kind, **_facts(demand), **values)
        link = texts.liaison("link", url=f"{self.console_url}/l/{page}")
        for channel in self._channels_of(liaison):
            data = self._buttons(session, demand, liaison, now) if kind in ("assigned", "referred") else {}
            writer.write(
                session,
                kind=f"liaison_{kind}",
                channel=channel,
                recipient=str(liaison.id),
                text=f"{text}\n{link}",
                dedupe_key=f"{channel}:{kind}:{demand.demand_no}:{demand.version}:{liaison.id}",
                now=now,
                demand_no=demand.demand_no,
                data=data if channel == "telegram" else {},
            )

    def _channels_of(self, liaison: Liaison) -> list[str]:
        has = {"telegram": liaison.telegram_id is not None, "wecom": liaison.wecom_robot is not None}
        return [channel for channel, reachable in has.items() if reachable and channel in self.channels]

    def _buttons(self, session: Session, demand: Demand, liaison: Liaison, now: datetime) -> dict[str, Any]:
        return {
            "buttons": [
                {"title": texts.button(action), "token": case_tokens.issue_in(session, demand, liaison.id, action, now)}
                for action in BUTTONS
            ]
        }


def due_words(demand: Demand) -> str:
    """The day on which the present step is due: 11 月 24 日."""
    return wording.date_words(chengdu_date(demand.due_at)) if demand.due_at else "近日"


def _facts(demand: Demand) -> dict[str, str]:
    """What liaison texts may name; the contact is not among it."""
    budget = {"kind": demand.budget_kind, "min": demand.budget_min, "max": demand.budget_max}
    return {
        "demand_no": demand.demand_no,
        "title": demand.title,
        "enterprise": demand.enterprise.name if demand.enterprise else "（已删除）",
        "district": demand.district,
        "problem": wording.shorten(demand.problem, PROBLEM_LENGTH),
        "budget": wording.budget_words(budget),
        "deadline": wording.deadline_words(demand.deadline),
        "due": due_words(demand),
    }


def _share_payload(demand_no: str, station_id: str, agree: str) -> str:
    return "/share_consent" + json.dumps({"demand_no": demand_no, "station_id": station_id, "agree": agree})


def _template(demand: Demand, text: str) -> dict[str, str]:
    """Fields for a template message, when the person's window is closed."""
    return {"thing1": demand.title, "character_string2": demand.demand_no, "thing3": text}
