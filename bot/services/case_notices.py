"""What the parties of a case are told: the enterprise in WeChat, the liaison where they are."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core import wording
from bot.core.calendar import chengdu_date
from bot.core.case import State
from bot.core.redaction import redact
from bot.outbox import texts, writer
from bot.services import case_tokens
from models import Demand, Liaison, Session, Station
from models.repositories import notices

BUTTONS: dict[str, tuple[str, ...]] = {
    State.AWAITING_PICKUP: ("take", "return", "refer"),
    State.TAKEN: ("contact", "return", "refer", "close"),
    State.CONTACTED: ("close", "return", "refer"),
    State.DIAGNOSING: ("close", "refer"),
    State.MATCHING: ("close", "refer"),
    State.LONG_TERM: ("close", "refer"),
}
"""What the liaison may press in each state."""
WITH_BUTTONS = frozenset({"assigned", "referred", "shared", "remind_before", "remind_after"})
WITH_PROPOSALS = frozenset({"assigned", "referred"})
PROPOSALS = "proposals"
"""In a notice's data: the line of experts and results, None until the worker has worked it out."""
LIAISON_CHANNELS = ("telegram", "wecom")
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
        *,
        key: str = "",
        **values: Any,
    ) -> None:
        """Once for each version, or for `key`; nothing for a demand whose person is not known any more."""
        if demand.sender_id is None:
            return
        text = texts.enterprise(kind, demand_no=demand.demand_no, title=demand.title, **values)
        writer.write(
            session,
            kind=kind,
            channel="wechat",
            recipient=demand.sender_id,
            text=text,
            dedupe_key=key or f"{kind}:{demand.demand_no}:{demand.version}",
            now=now,
            demand_no=demand.demand_no,
            data={"template": _template(demand, text), **(data or {})},
        )

    def ask_share(self, session: Session, demand: Demand, station: Station, now: datetime) -> None:
        """The separate consent for a station that was not named before (PIPL art. 23); once a station."""
        choices = [
            {"title": texts.choice(title), "payload": _share_payload(demand.demand_no, station.station_id, agree)}
            for title, agree in (("agree", "yes"), ("disagree", "no"))
        ]
        data = {"choices": choices}
        self.to_enterprise(
            session,
            demand,
            "ask_share",
            now,
            data,
            key=f"ask_share:{demand.demand_no}:{station.id}",
            station=station.name,
        )

    def to_liaison(
        self, session: Session, demand: Demand, liaison: Liaison, kind: str, now: datetime, **values: Any
    ) -> bool:
        """Over every channel this liaison has, with the link to the demand's page; once for each version.

        False when nothing new was written.
        """
        written = False
        for channel in self._channels_of(liaison):
            key = f"{channel}:{kind}:{demand.demand_no}:{demand.version}:{liaison.id}"
            if notices.known(session, key):
                continue
            page = case_tokens.issue_in(session, demand, liaison.id, "page", now)
            link = texts.liaison("link", url=self.link(page))
            text = texts.liaison(kind, **facts(demand), **values)
            data: dict[str, Any] = {PROPOSALS: None} if kind in WITH_PROPOSALS else {}
            if kind in WITH_BUTTONS and channel == "telegram":
                data["buttons"] = self.buttons(session, demand, liaison.id, now)
            written |= writer.write(
                session,
                kind=f"liaison_{kind}",
                channel=channel,
                recipient=str(liaison.id),
                text=f"{text}\n{link}",
                dedupe_key=key,
                now=now,
                demand_no=demand.demand_no,
                data=data,
            )
        return written

    def link(self, page_token: str) -> str:
        """The address of the liaison's page."""
        return f"{self.console_url}/l/{page_token}"

    def buttons(self, session: Session, demand: Demand, liaison_pk: int, now: datetime) -> list[dict[str, str]]:
        """[{title, token}] of what can be done with the demand as it stands."""
        return [
            {"title": texts.button(action), "token": case_tokens.issue_in(session, demand, liaison_pk, action, now)}
            for action in BUTTONS.get(demand.state, ())
        ]

    def reaches(self, liaison: Liaison) -> bool:
        """Whether there is a channel to this person."""
        return bool(self._channels_of(liaison))

    def _channels_of(self, liaison: Liaison) -> list[str]:
        has = {"telegram": liaison.telegram_id is not None, "wecom": bool(liaison.wecom_robot)}
        return [channel for channel in LIAISON_CHANNELS if has[channel] and channel in self.channels]


def due_words(demand: Demand) -> str:
    """The day on which the present step is due: 11 月 24 日."""
    return wording.date_words(chengdu_date(demand.due_at)) if demand.due_at else "近日"


def facts(demand: Demand) -> dict[str, str]:
    """What liaison texts may name; the contact is not among it, nor in what the person wrote."""
    contact = demand.contact
    names = [contact.name] if contact and contact.name else []
    phones = [contact.phone] if contact and contact.phone else []
    budget = {"kind": demand.budget_kind, "min": demand.budget_min, "max": demand.budget_max}
    return {
        "demand_no": demand.demand_no,
        "title": redact(demand.title, names, phones),
        "enterprise": demand.enterprise.name if demand.enterprise else "（已删除）",
        "district": demand.district,
        "problem": wording.shorten(redact(demand.problem, names, phones), PROBLEM_LENGTH),
        "budget": wording.budget_words(budget),
        "deadline": wording.deadline_words(demand.deadline),
        "due": due_words(demand),
    }


def rate_payload(demand_no: str, score: int) -> str:
    """What the choice of a score means to the bot."""
    return "/rate" + json.dumps({"demand_no": demand_no, "score": score})


def _share_payload(demand_no: str, station_id: str, agree: str) -> str:
    return "/share_consent" + json.dumps({"demand_no": demand_no, "station_id": station_id, "agree": agree})


def _template(demand: Demand, text: str) -> dict[str, str]:
    """Fields for a template message, when the person's window is closed."""
    return {"thing1": demand.title, "character_string2": demand.demand_no, "thing3": text}
