"""How liaisons reach a case: tokens in buttons and links, and who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core import calendar
from bot.core.case import OVER, State
from bot.outbox import texts
from bot.services import case_tokens
from bot.services.case_base import CaseBase
from bot.services.case_duty import in_order, is_absent
from bot.services.case_notices import PROPOSALS, WITH_PROPOSALS, due_words, facts
from bot.services.case_record import SYSTEM, Actor, CaseError, NotAllowed
from bot.services.enterprise_deeds import Status, status_of
from models import Demand, Liaison, Session
from models.repositories import demands as stored
from models.repositories import notices

EXPIRED = "链接或按钮已失效，请打开最新的通知。"
UNREACHED = "本站联络员都通知不到"
STRANGER = "这条需求不是派给您的，不能操作。"


@dataclass(frozen=True)
class Card:
    """A demand in a liaison's chat, and what they can press."""

    demand_no: str
    text: str
    buttons: list[dict[str, str]]
    """[{title, token}]."""


@dataclass(frozen=True)
class Undelivered:
    """A notice that will not reach its recipient."""

    channel: str
    recipient: str
    kind: str
    code: str
    demand_no: str


class CaseAccess(CaseBase):
    """Tokens are opaque; only their digests are stored."""

    def grant(self, secret: str) -> tuple[Actor, str, str, int]:
        """(actor, demand_no, action, version) of a token. Raises NotAllowed when it is unknown or over."""
        with self._db.read() as session:
            grant = case_tokens.grant_in(session, secret, self._clock())
            demand = session.get(Demand, grant.demand_id) if grant else None
            liaison = stored.liaison(session, grant.liaison_pk) if grant else None
            if grant is None or demand is None or liaison is None or not liaison.active:
                raise NotAllowed(EXPIRED)
            return actor_of(liaison), demand.demand_no, grant.action, grant.version

    def liaison_by_telegram(self, telegram_id: int, secret: str) -> Actor:
        """The liaison who pressed a button. Raises NotAllowed for anyone but the token's own liaison."""
        with self._db.read() as session:
            grant = case_tokens.grant_in(session, secret, self._clock())
            if grant is None:
                raise NotAllowed(EXPIRED)
            liaison = stored.liaison(session, grant.liaison_pk)
            if liaison is None or liaison.telegram_id != telegram_id or not liaison.active:
                raise NotAllowed(STRANGER)
            return actor_of(liaison)

    def check(self, demand_no: str, action: str, actor: Actor, version: int) -> None:
        """Raises what the deed itself would raise now."""
        with self._db.read() as session:
            self._mine(session, demand_no, action, actor, version)

    def issue(
        self, demand_no: str, liaison_pk: int, actions: Sequence[str], version: int | None = None
    ) -> dict[str, str]:
        """Fresh tokens by action, for the demand as it stands or as it was at `version`."""
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None:
                raise CaseError("没有这条需求。")
            now = self._clock()
            return {
                action: case_tokens.issue_in(session, demand, liaison_pk, action, now, version) for action in actions
            }

    def colleagues(self, demand_no: str, liaison_pk: int) -> list[tuple[int, str]]:
        """(number, name) of the other active liaisons of the demand's station."""
        with self._db.read() as session:
            demand = stored.by_number(session, demand_no)
            if demand is None or demand.station is None:
                return []
            return [(one.id, one.name) for one in in_order(demand.station.liaisons) if one.id != liaison_pk]

    def short_list(self, demand_no: str) -> list[tuple[int, str]]:
        """(number, name) of the other stations that routing named and that did not give it back."""
        with self._db.read() as session:
            demand = stored.by_number(session, demand_no)
            if demand is None:
                return []
            out = set(stored.stations_that_returned(session, demand.id))
            out |= {demand.station.station_id} if demand.station else set()
            named = {one["station_id"]: one["name"] for one in demand.routing.get("candidates", [])}
            numbers = stored.station_pks(session, list(named))
            return [(numbers[key], name) for key, name in named.items() if key in numbers and key not in out]

    def station_id(self, number: int) -> str:
        """Of a station by its number. Raises CaseError."""
        with self._db.read() as session:
            station = stored.station_by_pk(session, number)
            if station is None:
                raise CaseError("没有这个服务站。")
            return station.station_id

    def describe(self, demand_no: str) -> Status | None:
        with self._db.read() as session:
            demand = stored.by_number(session, demand_no)
            return status_of(session, demand) if demand else None

    def card(self, demand_no: str, liaison_pk: int) -> Card:
        """The demand as it stands; buttons only for who may press them. Raises CaseError."""
        now = self._clock()
        with self._db.begin() as session:
            demand, liaison = stored.locked(session, demand_no), stored.liaison(session, liaison_pk)
            if demand is None or liaison is None:
                raise CaseError("没有这条需求。")
            if demand.station_pk != liaison.station_pk:
                return Card(demand_no, texts.liaison("gone", demand_no=demand_no), [])
            page = case_tokens.issue_in(session, demand, liaison_pk, "page", now)
            link = texts.liaison("link", url=self._tell.link(page))
            text = "\n".join(filter(None, (_card_text(demand), _proposals(session, demand, liaison), link)))
            holds = demand.liaison_pk == liaison_pk or self._stands_in(demand, liaison)
            return Card(demand_no, text, self._tell.buttons(session, demand, liaison_pk, now) if holds else [])

    def undeliverable_in(self, session: Session, lost: Undelivered) -> None:
        """Puts it on the record; a new demand whose liaison cannot be reached goes to the next one of the station."""
        demand = stored.locked(session, lost.demand_no)
        if demand is None:
            return
        data = {"channel": lost.channel, "notice": lost.kind, "code": lost.code}
        self._record.event(session, demand, "undelivered", SYSTEM, reason=lost.code, data=data)
        waits = demand.state == State.AWAITING_PICKUP and str(demand.liaison_pk) == lost.recipient
        if lost.channel != "wechat" and waits and not notices.may_arrive(session, lost.demand_no, lost.recipient):
            self._next_liaison(session, demand)

    def _next_liaison(self, session: Session, demand: Demand) -> None:
        now, station = self._clock(), demand.station
        lost = notices.lost_to(session, demand.demand_no)
        today = calendar.chengdu_date(now)
        liaisons = in_order(station.liaisons) if station else []
        free = [one for one in liaisons if str(one.id) not in lost and self._tell.reaches(one)]
        present = [one for one in free if not is_absent(one, today)]
        if not present:
            data: dict[str, Any] = {"unreached": demand.version}
            self._record.event(session, demand, "escalated", SYSTEM, reason=UNREACHED, data=data)
            return
        seen, demand.liaison, demand.liaison_pk = demand.version, present[0], present[0].id
        self._record.touch(demand)
        data = {"liaison": present[0].id, "name": present[0].name}
        self._record.event(session, demand, "referred", SYSTEM, seen=seen, reason="原联络员通知不到", data=data)
        self._tell.to_liaison(session, demand, present[0], "referred", now)

    def _stands_in(self, demand: Demand, liaison: Liaison) -> bool:
        holder, today = demand.liaison, calendar.chengdu_date(self._clock())
        if holder is None or not holder.active:
            return True
        return liaison.role == "backup" and is_absent(holder, today)


def actor_of(liaison: Liaison) -> Actor:
    return Actor("liaison", str(liaison.id), liaison.name, liaison.id)


def _card_text(demand: Demand) -> str:
    state, step = State(demand.state), texts.step(demand.state)
    return texts.liaison(
        "card",
        **facts(demand),
        state=state.label,
        holder=demand.liaison.name if demand.liaison else "—",
        next=texts.liaison("next", due=due_words(demand), step=step) if step else "",
    )


def _proposals(session: Session, demand: Demand, liaison: Liaison) -> str:
    """The line that this person's message about the demand had, so that it stays when a button changes the message."""
    kinds = [f"liaison_{kind}" for kind in WITH_PROPOSALS]
    told = notices.latest_to(session, demand.demand_no, str(liaison.id), kinds, "telegram")
    return (told.data.get(PROPOSALS) or "") if told and demand.state not in OVER else ""
