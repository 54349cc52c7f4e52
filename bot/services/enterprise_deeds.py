"""What the enterprise does after submitting: agree to share, rate, withdraw, ask where it stands."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.core import calendar
from bot.core.case import WITH_STATION, State, may
from bot.services import audit
from bot.services.case_base import CaseBase, once
from bot.services.case_record import Actor, CaseError
from bot.services.intake import NOTICE_VERSION
from models import Consent, Demand, Session
from models.repositories import demands as stored
from models.repositories import notices


@dataclass(frozen=True)
class Status:
    """What a person is told of a demand."""

    demand_no: str
    title: str
    state: State
    state_label: str
    station: str | None
    due: date | None
    last_event: str | None = None
    """Kind of the latest event."""
    last_at: datetime | None = None


class EnterpriseDeeds(CaseBase):
    """`sender_id` is who asks; nobody sees or changes another person's demand."""

    def record_share_consent(self, demand_no: str, sender_id: str, station_id: str, agree: bool) -> str | None:
        """The station's name; None when the demand is no longer there or with another person."""
        with self._db.begin() as session:
            demand = stored.locked(session, demand_no)
            if demand is None or demand.sender_id != sender_id or demand.station is None:
                return None
            station = demand.station
            if station.station_id != station_id:
                return None
            if self._share_in(session, demand, station_id, agree):
                data = {"agree": agree}
                self._record.event(session, demand, "share_consent", person_of(demand), data=data)
                if agree and demand.liaison is not None and demand.state in WITH_STATION:
                    self._tell.to_liaison(session, demand, demand.liaison, "shared", self._clock())
            return station.name

    def revoke_sharing(self, sender_id: str) -> list[str]:
        """Takes back every agreement to share that is in force (PIPL art. 15); names of the stations."""
        names = [
            self.record_share_consent(number, sender_id, station, False) for number, station, _ in self._held(sender_id)
        ]
        return list(dict.fromkeys(name for name in names if name))

    def shared_with(self, sender_id: str) -> list[str]:
        """Names of the stations that may see the person's contact now."""
        return list(dict.fromkeys(name for _, _, name in self._held(sender_id)))

    def _held(self, sender_id: str) -> list[tuple[str, str, str]]:
        """(demand_no, station_id, station's name) of the agreements to share that are in force."""
        with self._db.read() as session:
            found = []
            for one in stored.of_sender(session, sender_id, None):
                last = stored.share_answer(session, one.id, one.station.station_id) if one.station else None
                if one.station and last is not None and last.given and last.withdrawn_at is None:
                    found.append((one.demand_no, one.station.station_id, one.station.name))
            return found

    def rate(self, sender_id: str, score: int, comment: str, demand_no: str | None) -> str | None:
        """Keeps the score of the latest closed demand and gives its number; None when there is none to rate."""
        if not 1 <= score <= 5:
            raise ValueError("a score is between 1 and 5")
        with self._db.begin() as session:
            found = stored.of_sender(session, sender_id, demand_no)
            closed = [one for one in found if one.state == State.CLOSED and (one.score is None or demand_no)]
            if not closed:
                return None
            demand, words = closed[0], comment.strip()[:500] or None
            last = stored.last_event(session, demand.id)
            if demand.score != score or (words and (last is None or last.reason != words)):
                demand.score = score
                self._record.event(session, demand, "rated", person_of(demand), reason=words, data={"score": score})
            return demand.demand_no

    @once
    def withdraw(self, demand_no: str, actor: Actor, reason: str = "") -> None:
        """撤回 by the enterprise or staff. Raises CaseError."""
        with self._db.begin() as session:
            demand = self._record.open(session, demand_no, "withdraw", actor, None)
            self._record.move(session, demand, State.WITHDRAWN, "withdrawn", actor, reason=reason.strip() or None)
            if demand.liaison is not None:
                notices.cancel_waiting(session, str(demand.liaison.id), demand_no)
                self._tell.to_liaison(session, demand, demand.liaison, "withdrawn", self._clock())
            if actor.kind != "enterprise":
                self._tell.to_enterprise(session, demand, "withdrawn", self._clock())

    def withdrawable(self, sender_id: str, demand_no: str | None = None) -> list[Status]:
        """The person's demands that can still be withdrawn, the latest first."""
        return [one for one in self.status_for(sender_id, demand_no) if may("withdraw", one.state, "enterprise")]

    def withdraw_own(self, sender_id: str, demand_no: str) -> bool:
        """A person withdraws a demand of the own; False when it is another's, or too late."""
        with self._db.read() as session:
            found = stored.of_sender(session, sender_id, demand_no)
            actor = person_of(found[0]) if found else None
        if actor is None:
            return False
        try:
            self.withdraw(demand_no, actor)
        except CaseError:
            return False
        return True

    def status_for(self, sender_id: str, demand_no: str | None) -> list[Status]:
        """A person's demands, the latest first."""
        with self._db.read() as session:
            return [status_of(session, demand) for demand in stored.of_sender(session, sender_id, demand_no)]

    def _share_in(self, session: Session, demand: Demand, station_id: str, agree: bool) -> bool:
        """Keeps the answer (PIPL art. 23); False when it is the answer that is in force already."""
        last = stored.share_answer(session, demand.id, station_id)
        if last is not None and last.withdrawn_at is None and last.given == agree:
            return False
        session.add(
            Consent(
                sender_id=demand.sender_id or "",
                kind="share",
                notice_version=NOTICE_VERSION,
                given=agree,
                demand_id=demand.id,
                station_id=station_id,
                at=self._clock(),
            )
        )
        audit.record_in(
            session,
            self._clock(),
            audit.Actor("enterprise", person_of(demand).name),
            "contact_shared" if agree else "contact_not_shared",
            subject=("demand", demand.demand_no),
            data={"station_id": station_id},
        )
        session.flush()
        return True


def status_of(session: Session, demand: Demand) -> Status:
    """A loaded demand in the words of the bot."""
    state, station = State(demand.state), demand.station
    due = calendar.chengdu_date(demand.due_at) if demand.due_at else None
    last = stored.last_event(session, demand.id)
    return Status(
        demand.demand_no,
        demand.title,
        state,
        state.label,
        station.name if station else None,
        due,
        last.kind if last else None,
        last.at if last else None,
    )


def person_of(demand: Demand) -> Actor:
    """The enterprise as the history names it: without the account."""
    return Actor("enterprise", "", demand.enterprise.name[:60] if demand.enterprise else "企业")
