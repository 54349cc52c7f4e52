"""The index of stations: changes without building it anew, topics kept once."""

import numpy as np
import pytest

from bot.core.station import StationRecord
from bot.services.station_index import StationIndex, highest_first
from bot.services.topic_table import FIRST_ROWS, TopicTable
from bot.services.vectors import StationVectors

SPLIT, WIDTH = 3, 5
NAMES = ("涂布", "浆料", "焊接", "检测")


def _record(number: int, *topics: str) -> StationRecord:
    return StationRecord(f"S{number:03d}", f"示例·{number}站", keywords=topics)


def _vectors(record: StationRecord) -> StationVectors:
    rows = [_row(record.name), *(_row(topic) for topic in record.topics)]
    return StationVectors(np.array(rows, dtype=np.float16))


def _row(text: str) -> list[float]:
    return [float(ord(text[place % len(text)]) % 7 + place) for place in range(WIDTH)]


def _built(*records: StationRecord) -> StationIndex:
    return StationIndex(records, [_vectors(one) for one in records], SPLIT)


def _same(one: StationIndex, other: StationIndex) -> None:
    query = np.arange(1, WIDTH + 1, dtype=np.float32)
    assert one.stations == other.stations
    places = np.arange(len(one))
    first, second = one.closeness(query, places, 2), other.closeness(query, places, 2)
    np.testing.assert_allclose(first.parts, second.parts, rtol=1e-5)
    np.testing.assert_allclose(first.topics, second.topics, rtol=1e-5)


@pytest.mark.parametrize(
    ("gone", "put"),
    [
        ((), [_record(2, "检测")]),
        ((), [_record(0, "焊接"), _record(9, "涂布", "检测", "浆料")]),
        (("S001", "S003"), []),
        (("S001",), [_record(3, "检测", "焊接"), _record(4)]),
        ((), []),
    ],
)
def test_a_changed_index_is_as_one_built_anew(gone: tuple[str, ...], put: list[StationRecord]) -> None:
    before = [_record(1, "涂布"), _record(2, "涂布", "浆料"), _record(3, "焊接")]
    index = _built(*before)
    after = index.changed(gone, index.entries(put, [_vectors(one) for one in put]))
    expected = {one.station_id: one for one in before} | {one.station_id: one for one in put}
    _same(after, _built(*(expected[key] for key in sorted(expected) if key not in gone)))
    _same(index, _built(*before))


def test_an_empty_index_is_filled_in_the_order_of_ids() -> None:
    records = [_record(3, "焊接"), _record(1, "涂布")]
    empty = StationIndex([], [], SPLIT, TopicTable(WIDTH))
    filled = empty.changed((), empty.entries(records, [_vectors(one) for one in records]))
    _same(filled, _built(*reversed(records)))
    assert len(filled.changed({"S001", "S003"}, [])) == 0


def test_a_topic_of_many_stations_is_kept_once() -> None:
    assert len(_built(*(_record(number, *NAMES) for number in range(50))).topics) == len(NAMES)


def test_places_stay_right_while_the_table_grows() -> None:
    table = TopicTable(2)
    texts = [f"主题{number}" for number in range(3 * FIRST_ROWS)]
    first = table.add(texts[:1], [np.array([5.0, 6.0])])
    places = table.add(texts, [np.array([number, -number], dtype=float) for number in range(len(texts))])
    assert table.rows(first).tolist() == [[5.0, 6.0]]
    assert table.rows(places)[1:].tolist() == [[number, -number] for number in range(1, len(texts))]
    assert "主题9" in table
    assert "没有的" not in table


@pytest.mark.parametrize("size", [0, 3, 19, 200])
def test_places_come_in_the_order_of_a_full_sort(size: int) -> None:
    values = np.array([(place * 37) % 11 for place in range(size)], dtype=float)
    found = [place for part in highest_first(values, 4) for place in part]
    assert found == np.argsort(-values, kind="stable").tolist()
