"""A directory that is imported and undone, and the stations it gets."""

import json
from pathlib import Path
from typing import Any

from bot.core.routing import RouteQuery
from bot.core.station import StationRecord
from bot.services.audit import Actor
from bot.services.directory import DirectoryService
from bot.services.directory_undo import DirectoryUndo, UndoPlan
from bot.services.routing import RoutingService
from models import Database, Liaison, Society, Station
from models.repositories import stations
from tests.conftest import Clock
from tests.console.assembly import characters

KEEPER = Actor("staff", "示例管理员", "keeper")
FIRST: dict[str, Any] = {
    "station_id": "S1",
    "name": "示例·涂布站",
    "keywords": ["涂布", "浆料"],
    "district": "郫都区",
    "capacity": 7,
    "society": {"name": "示例·甲学会", "code": "Z-1", "level": "省", "category": "工科"},
    "experts": [{"name": "示例专家", "title": "教授", "topics": ["涂布"]}],
    "results": [{"name": "示例成果", "stage": "中试"}],
    "agreement": {"no": "协-1", "start": "2026-01-01", "end": "2028-01-01"},
    "plaque_date": "2026-02-03",
    "yearly_grade": {"2025": "优秀"},
    "liaisons": [
        {"name": "示例甲", "telegram_id": 42, "phone": "13800000000", "hours": "9-17", "absent_from": "2026-12-01"},
        {"name": "示例乙", "role": "backup", "wecom_robot": "robot-key"},
    ],
}
SECOND: dict[str, Any] = {
    "station_id": "S1",
    "name": "示例·改名站",
    "keywords": ["果树", "病虫害"],
    "status": "暂停",
    "status_reason": "示例原因",
    "society": {"name": "示例·改名学会", "code": "Z-1", "level": "市"},
    "liaisons": [{"name": "示例甲", "telegram_id": 43, "phone": "13800000001"}, {"name": "示例丙", "role": "backup"}],
}
NEW = {"station_id": "S2", "name": "示例·新站", "keywords": ["机床"], "society": {"name": "示例·新学会"}}


class House:
    """A directory with routing over one database."""

    def __init__(self, db: Database, clock: Clock, folder: Path) -> None:
        self.db, self.clock, self._folder = db, clock, folder
        self.routing = RoutingService(db, clock, encoders=characters)
        self.directory = DirectoryService(db, clock, self.routing)
        self.undo = DirectoryUndo(db, clock, self.directory.runs)

    def file(self, *rows: dict[str, Any]) -> Path:
        path = self._folder / "given.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        return path

    def put(self, *rows: dict[str, Any]) -> None:
        self.clock.advance(seconds=1)
        assert self.directory.import_stations(self.file(*rows), actor=KEEPER).ok

    def take_back(self) -> UndoPlan:
        self.clock.advance(seconds=1)
        return self.undo.carry_out(self.undo.plan().run.id, KEEPER)

    def station(self, station_id: str = "S1") -> StationRecord | None:
        with self.db.read() as session:
            return next((one for one in stations.records(session) if one.station_id == station_id), None)

    def rows(self) -> dict[str, Any]:
        """Every column but the stamp, of stations, liaisons and societies."""
        with self.db.read() as session:
            return {
                table.__name__: [
                    {
                        column.key: getattr(row, column.key)
                        for column in table.__table__.columns
                        if column.key != "updated_at"
                    }
                    for row in session.query(table).order_by(table.id)
                ]
                for table in (Station, Liaison, Society)
            }

    def version(self) -> stations.Version:
        with self.db.read() as session:
            return stations.directory_version(session)

    def first_for(self, text: str) -> str:
        return self.routing.route(RouteQuery(text)).stations[0].station_id
