"""Directories of any size, made from the words of the sample stations."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from bot.core.station import KEYS, StationRecord
from bot.services import shipped, station_files, station_rows
from bot.services.routing import default_encoders
from bot.services.vectors import StationVectors
from models import Base, Cipher, Database, Station

OWN_TABLES = ("society", "liaisons")
AT_ONCE = 2000
SEED = 7


def opened(path: Path) -> Database:
    """A SQLite database with all tables, made where there is none."""
    db = Database(f"sqlite:///{path}", Cipher(["bench-data-key-1"]))
    Base.metadata.create_all(db.engine)
    return db


def fill(path: Path, size: int) -> None:
    """A database with `size` stations and their vectors, as an import leaves them."""
    db, encoders, began = opened(path), default_encoders(), datetime(2026, 1, 1, tzinfo=UTC)
    rows: list[dict[str, Any]] = []
    for number, (record, vectors) in enumerate(zip(*_drawn(size), strict=True)):
        at = began + timedelta(seconds=number)
        kept = {"text_hash": encoders.text_hash(record), "vectors": vectors.stored()}
        rows.append(_columns(record) | kept | {"created_at": at, "updated_at": at})
        if len(rows) == AT_ONCE or number == size - 1:
            with db.begin() as session:
                session.execute(insert(Station), rows)
            rows = []
    db.close()


def different(count: int, leaving: int = 0) -> list[StationRecord]:
    """Stations of which no two share a topic and no text came with the product: the most that an import can cost.

    `leaving`: not those that so many stations would have.
    """
    demo, drawn = _demo(), random.Random(SEED)
    words = sorted({topic for record in demo for topic in record.topics})
    pairs = [f"{first}与{second}" for first in words for second in words if first != second]
    drawn.shuffle(pairs)
    found = []
    for number in range(leaving, leaving + count):
        topics = tuple(pairs[number * 6 : number * 6 + 6])
        base = drawn.choice(demo)
        found.append(
            replace(
                base,
                station_id=f"X{number:06d}",
                name=f"示例·第{number}服务站",
                services=topics[:2],
                keywords=topics[2:],
            )
        )
    return found


def usual(count: int) -> list[StationRecord]:
    """Stations with names of their own and as many terms as the samples have, drawn from all of theirs."""
    demo, drawn = _demo(), random.Random(SEED)
    words = sorted({topic for record in demo for topic in record.topics})
    found = []
    for number in range(count):
        base = drawn.choice(demo)
        terms = tuple(drawn.sample(words, len(base.topics)))
        services, keywords = terms[: len(base.services)], terms[len(base.services) :]
        name = f"示例·第{number}号服务站"
        found.append(replace(base, station_id=f"Y{number:06d}", name=name, services=services, keywords=keywords))
    return found


def _demo() -> list[StationRecord]:
    return [record for _, record in station_rows.check(station_files.read(shipped.DEMO_FILE)).records]


def _drawn(size: int) -> tuple[list[StationRecord], list[StationVectors]]:
    """Sample stations first, then stations of topics drawn from all of them; vectors are those of the topics."""
    demo, drawn = _demo(), random.Random(SEED)
    found = shipped.of_stations(default_encoders(), demo)
    topics = {t: one.topics[i] for record, one in zip(demo, found, strict=True) for i, t in enumerate(record.topics)}
    records, vectors, words = demo[:size], found[:size], sorted(topics)
    while len(records) < size:
        base = drawn.choice(demo)
        keywords = tuple(drawn.sample(words, 6))
        record = replace(base, station_id=f"X{len(records):06d}", services=base.services[:2], keywords=keywords)
        rows = np.stack([topics[topic] for topic in record.topics])
        records.append(record)
        vectors.append(StationVectors(np.vstack([rows.mean(axis=0, keepdims=True), rows])))
    return records, vectors


def _columns(record: StationRecord) -> dict[str, Any]:
    values = {key: getattr(record, key) for key in KEYS if key not in OWN_TABLES}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
