"""Time of one routing with small and large directories, beside BM25 over jieba words in the same run.

`python -m benchmarks.routing [stations …]`; directories are made from the demo stations' words.
"""

import json
import math
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from bot.core.routing import RouteQuery
from bot.core.station import StationRecord
from bot.services import shipped, station_files, station_rows
from bot.services.background import background
from bot.services.matching import Matcher
from bot.services.routing import default_encoders
from bot.services.station_index import StationIndex
from bot.services.vectors import Encoders, StationVectors
from bot.services.words import cut

SIZES = (100, 5_000)
DEMANDS = (
    "我们做锂电池的，极片涂布厚度总是不均匀，想找专家看看",
    "废水站出水总氮忽高忽低，环保要求下月达标",
    "数控车床主轴发热后尺寸跑偏，每天要停机校两次",
    "想给二十亩柑橘园上水肥一体化，不知道怎么设计",
    "老厂房楼板有裂缝，想评估能不能再加一层",
    "产品外壳注塑后发黄变脆，客户要退货",
)
REPEATS = 8
Answer = Callable[[str], Any]


def directory(size: int, seed: int = 7) -> tuple[list[StationRecord], list[StationVectors]]:
    """Demo stations first, then stations of topics drawn from all of them; vectors are those of the topics."""
    checked = station_rows.check(station_files.read(shipped.DEMO_FILE))
    encoders = default_encoders()
    demo = [record for _, record in checked.records]
    found = shipped.of_stations(encoders, demo)
    topics = {t: one.topics[i] for record, one in zip(demo, found, strict=True) for i, t in enumerate(record.topics)}
    drawn = random.Random(seed)
    records, vectors = demo[:size], found[:size]
    while len(records) < size:
        base = drawn.choice(demo)
        words = tuple(drawn.sample(sorted(topics), 6))
        record = replace(base, station_id=f"X{len(records):06d}", services=base.services[:2], keywords=words)
        rows = np.stack([topics[topic] for topic in record.topics])
        records.append(record)
        vectors.append(StationVectors(np.vstack([rows.mean(axis=0, keepdims=True), rows])))
    return records, vectors


def ours(encoders: Encoders, records: list[StationRecord], vectors: list[StationVectors]) -> Answer:
    matcher = Matcher(StationIndex(records, vectors, encoders.e5.dimensions), encoders, background(encoders))
    today = date(2026, 11, 22)
    return lambda text: matcher.match(RouteQuery(text, district="郫都区"), today, lambda _: {})


def bm25(records: Sequence[StationRecord]) -> Answer:
    """Okapi BM25 (k1 1.5, b 0.75) over jieba words with an inverted index."""
    documents = [Counter(cut(record.profile)) for record in records]
    lengths = np.array([sum(words.values()) for words in documents], dtype=float)
    postings: dict[str, tuple[list[int], list[int]]] = {}
    for place, words in enumerate(documents):
        for word, count in words.items():
            places, counts = postings.setdefault(word, ([], []))
            places.append(place)
            counts.append(count)
    norm = 1.5 * (0.25 + 0.75 * lengths / lengths.mean())

    def answer(text: str) -> Any:
        scores = np.zeros(len(documents))
        for word in set(cut(text)) & postings.keys():
            places, counts = (np.array(part) for part in postings[word])
            idf = math.log(1 + (len(documents) - len(places) + 0.5) / (len(places) + 0.5))
            scores[places] += idf * counts * 2.5 / (counts + norm[places])
        return np.argsort(-scores, kind="stable")[:5]

    return answer


def milliseconds(answer: Answer) -> list[float]:
    """Every demand is new to the encoders' cache."""
    answer("预热一次，找专家看看设备振动")
    found = []
    for repeat in range(REPEATS):
        for text in DEMANDS:
            start = time.perf_counter()
            answer(f"{text}（第{repeat + 1}次）")
            found.append((time.perf_counter() - start) * 1000)
    return found


def main(sizes: Sequence[int]) -> None:
    encoders = default_encoders()
    for size in sizes:
        records, vectors = directory(size)
        times, plain = milliseconds(ours(encoders, records, vectors)), milliseconds(bm25(records))
        line = {
            "stations": size,
            "p50_ms": round(statistics.median(times), 2),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
            "bm25_p50_ms": round(statistics.median(plain), 2),
            "times_bm25": round(statistics.median(times) / statistics.median(plain), 1),
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
