"""A small town for case tests: stations with liaisons, an enterprise with a demand, a routing that follows a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.core.calendar import CHENGDU
from bot.core.limits import Limits
from bot.core.routing import Candidate, FieldGuess, Routed, RouteQuery
from bot.services.cases import Actor, CaseService, Opened, actor_of
from models import CaseEvent, Contact, Database, Demand, Enterprise, Liaison, Notice, Session, Society, Station
from tests.conftest import Clock

NUMBER = "CD-20261120-0001"
SENDER = "wx0000:openid-1"
STAFF = Actor("staff", "li", "李干事")
PHONE = "13800000000"


@dataclass
class Town:
    """Stations "a", "b", "c" …, each with a primary and a backup liaison."""

    db: Database
    clock: Clock
    cases: CaseService = field(init=False)
    stations: list[str] = field(default_factory=list)
    """In the order of the short list."""
    decision: str = "auto"
    asked: list[RouteQuery] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.cases = CaseService(
            self.db, self.clock, self.route, console_url="https://zhuli.example.org", limits=self.limits
        )

    def route(self, query: RouteQuery) -> Routed:
        """The stations in their order, but for those that are excluded."""
        self.asked.append(query)
        return self.routed([one for one in self.stations if one not in query.exclude])

    def routed(self, stations: Sequence[str]) -> Routed:
        found = [Candidate(one, f"示例{one}站", 0.8, [f"擅长：{one}"]) for one in stations]
        auto = self.decision == "auto" and bool(found)
        return Routed(found, FieldGuess("7", "新材料"), "auto" if auto else "review", None if auto else "没有把握")

    def open_station(self, station_id: str, *, telegram: bool = True, wecom: bool = False, capacity: int = 10) -> None:
        with self.db.begin() as session:
            number = len(self.stations) + 1
            station = Station(
                station_id=station_id,
                name=f"示例{station_id}站",
                society=Society(name=f"示例{station_id}学会", level="市"),
                capacity=capacity,
                created_at=self.clock(),
                updated_at=self.clock(),
            )
            for place, role in enumerate(("primary", "backup")):
                station.liaisons.append(
                    Liaison(
                        name=f"{station_id}{'主' if role == 'primary' else '备'}",
                        role=role,
                        telegram_id=number * 10 + place if telegram else None,
                        wecom_robot=f"key-{number}" if wecom else None,
                    )
                )
            session.add(station)
        self.stations.append(station_id)

    def submit(self, share_with: str | None = None, number: str = NUMBER, **given: str) -> Opened:
        """A demand of 成都示例科技有限公司, opened like the intake does it."""
        with self.db.begin() as session:
            demand = self._demand(session, number)
            for key, value in given.items():
                setattr(demand, key, value)
            session.add(demand)
            session.flush()
            return self.cases.open_in(session, demand, self.routed(self.stations), share_with)

    def _demand(self, session: Session, number: str) -> Demand:
        now = self.clock()
        enterprise = Enterprise(name="成都示例科技有限公司", match_key=f"示例科技{number}", created_at=now)
        contact = Contact(sender_id=SENDER, name="张三丰", phone=PHONE, created_at=now, updated_at=now)
        session.add_all([enterprise, contact])
        session.flush()
        return Demand(
            demand_no=number,
            draft_id=f"draft-{number}",
            sender_id=SENDER,
            state="submitted",
            title="极片涂布厚度一致性提升",
            category="技术攻关",
            problem=f"涂布厚度总是不均匀，良品率低，请联系张三丰 {PHONE}",
            goal="厚度偏差 ±2 μm 以内",
            field="新能源与节能",
            budget_kind="amount",
            budget_min=30,
            budget_max=50,
            deadline="2027-06-30",
            enterprise_id=enterprise.id,
            contact_id=contact.id,
            district="郫都区",
            submitted_at=now,
            updated_at=now,
        )

    def demand(self, number: str = NUMBER) -> Demand:
        """Detached, with station, liaison and events loaded."""
        with self.db.read() as session:
            found = session.query(Demand).filter_by(demand_no=number).one()
            _ = found.station, found.liaison, list(found.events), found.enterprise
            return found

    def events(self, number: str = NUMBER) -> list[CaseEvent]:
        return list(self.demand(number).events)

    def kinds(self, number: str = NUMBER) -> list[str]:
        return [event.kind for event in self.events(number)]

    def liaison(self, station_id: str, role: str = "primary") -> Liaison:
        with self.db.read() as session:
            station = session.query(Station).filter_by(station_id=station_id).one()
            return next(one for one in station.liaisons if one.role == role)

    def actor(self, station_id: str, role: str = "primary") -> Actor:
        return actor_of(self.liaison(station_id, role))

    def away(self, station_id: str, role: str = "primary", until: date = date(2027, 1, 1)) -> None:
        with self.db.begin() as session:
            person = session.get_one(Liaison, self.liaison(station_id, role).id)
            person.absent_from, person.absent_until = date(2026, 1, 1), until

    def notices(self, channel: str | None = None, kind: str | None = None) -> list[Notice]:
        with self.db.read() as session:
            found = session.query(Notice).order_by(Notice.id).all()
            return [one for one in found if channel in (None, one.channel) and kind in (None, one.kind)]

    def token(self, station_id: str, title: str, role: str = "primary") -> str:
        """Of the latest button with this title that this liaison was sent."""
        recipient = str(self.liaison(station_id, role).id)
        for notice in reversed(self.notices("telegram")):
            for button in notice.data.get("buttons", []):
                if notice.recipient == recipient and button["title"] == title:
                    return str(button["token"])
        raise AssertionError(f"no button {title} for {station_id}")


def chengdu(day: int, hour: int, month: int = 11) -> datetime:
    """A moment of 2026 by Chengdu's clock."""
    return datetime(2026, month, day, hour, tzinfo=CHENGDU).astimezone(UTC)
