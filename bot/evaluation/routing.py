"""Judges routing: the right station first or among three, and what goes out by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.routing import RouteQuery
from bot.core.station import StationRecord
from bot.evaluation import metrics
from bot.evaluation.progress import Progress, each, silent
from bot.evaluation.sets import DemandRow, SetError

Route = Callable[[RouteQuery], dict[str, Any]]
"""A demand → one line of `zhuli route`."""
WANTED_PRECISION = 0.95
"""Of what is sent by itself (product design, "Where a demand goes")."""


@dataclass(frozen=True)
class RouteMiss:
    """A demand whose first station is not a right one; `place` is where a right one stands, if it does."""

    text: str
    right: list[str]
    got: list[str]
    score: float
    place: int | None


@dataclass(frozen=True)
class RoutingReport:
    """What `zhuli evaluate routing` tells; all figures in 0–1."""

    demands: int
    stations: int
    recall_1: float
    recall_3: float
    mrr: float
    automatic: metrics.Selective
    """What the shipped threshold sends by itself."""
    validated: metrics.Selective
    """A threshold for `WANTED_PRECISION`, cross-validated on this set."""
    calibration_error: float
    fields_labelled: int
    field_1: float
    field_2: float | None
    """None when routing names one field only."""
    misses: list[RouteMiss] = field(default_factory=list)


def judge_routing(
    rows: Sequence[DemandRow], names: Mapping[str, frozenset[str]], route: Route, progress: Progress = silent
) -> RoutingReport:
    """`names`: station_id → the codes it goes by, its own and its society's."""
    _known(rows, names)
    answers = [route(RouteQuery(row.text, row.title, row.category, row.district)) for row in each(rows, progress)]
    ranked = [_accepted(row, answer, names) for row, answer in zip(rows, answers, strict=True)]
    first = [marks[:1] == ["+"] for marks in ranked]
    scores = [float(answer["stations"][0]["score"]) if answer["stations"] else 0.0 for answer in answers]
    sent = [fine for fine, answer in zip(first, answers, strict=True) if answer["decision"] == "auto"]
    right = [{"+"}] * len(rows)
    return RoutingReport(
        len(rows),
        len(names),
        metrics.recall_at(ranked, right, 1),
        metrics.recall_at(ranked, right, 3),
        metrics.mean_reciprocal_rank(ranked, right),
        metrics.Selective(metrics.share(len(sent), len(rows)), metrics.share(sum(sent), len(sent)), len(sent)),
        metrics.cross_validated(scores, first, WANTED_PRECISION),
        metrics.calibration_error(scores, first),
        sum(bool(row.fields) for row in rows),
        *_fields(rows, answers),
        sorted(_misses(rows, answers, ranked), key=lambda miss: -miss.score),
    )


def names_of(stations: Sequence[StationRecord]) -> dict[str, frozenset[str]]:
    """station_id → what a set may call it: its id and the code of its society."""
    return {one.station_id: frozenset({one.station_id, one.society.get("code", "")}) for one in stations}


def _known(rows: Sequence[DemandRow], names: Mapping[str, frozenset[str]]) -> None:
    """SetError when a row can never be right because the directory has none of its stations."""
    there = frozenset().union(*names.values())
    lost = [number for number, row in enumerate(rows, 1) if not row.right & there]
    if lost:
        listed = "、".join(map(str, lost[:10]))
        raise SetError(f"名录里没有这些需求认可的服务站或学会：第 {listed} 条" + (" 等" if len(lost) > 10 else ""))


def _accepted(row: DemandRow, answer: dict[str, Any], names: Mapping[str, frozenset[str]]) -> list[str]:
    """The short list as marks: + right, - not."""
    return ["+" if names[one["station_id"]] & row.right else "-" for one in answer["stations"]]


def _fields(rows: Sequence[DemandRow], answers: Sequence[dict[str, Any]]) -> tuple[float, float | None]:
    labelled = [(row.fields, _ranking(answer)) for row, answer in zip(rows, answers, strict=True) if row.fields]
    right, ranked = [one for one, _ in labelled], [one for _, one in labelled]
    several = any(len(one) > 1 for one in ranked)
    return metrics.recall_at(ranked, right, 1), metrics.recall_at(ranked, right, 2) if several else None


def _ranking(answer: dict[str, Any]) -> list[str]:
    return [str(one["code"]) for one in answer.get("fields") or [answer["field"]]]


def _misses(
    rows: Sequence[DemandRow], answers: Sequence[dict[str, Any]], ranked: Sequence[list[str]]
) -> list[RouteMiss]:
    return [
        RouteMiss(
            row.text,
            sorted(row.right),
            [str(one["station_id"]) for one in answer["stations"]],
            float(answer["stations"][0]["score"]) if answer["stations"] else 0.0,
            marks.index("+") + 1 if "+" in marks else None,
        )
        for row, answer, marks in zip(rows, answers, ranked, strict=True)
        if marks[:1] != ["+"]
    ]
