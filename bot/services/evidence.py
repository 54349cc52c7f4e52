"""What speaks for each station of one index, measured for one demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.ranking import Evidence, exact_terms, names_station, phrases
from bot.core.routing import FieldGuess, RouteQuery, Standing, rules
from bot.services import vectors
from bot.services.background import Background, Yardstick
from bot.services.fields import fields_of
from bot.services.hubness import Hubness
from bot.services.society_bank import Places, SocietiesOf, SocietyCloseness, society_bank
from bot.services.station_index import Closeness, Numbers, StationIndex
from bot.services.trouble_bank import InTrade, trouble_bank
from bot.services.vectors import Encoders, Matrix
from bot.services.words import cut


@dataclass(frozen=True)
class Measured:
    """The demand as it was understood."""

    query: RouteQuery
    plain: Matrix
    """As the encoders give it."""
    trade: InTrade
    """As the trade would say it."""
    yardstick: Yardstick
    societies: SocietyCloseness
    guess: FieldGuess


class Weigher:
    """Holds nothing of a demand: what was measured is given back with each question."""

    def __init__(
        self, index: StationIndex, encoders: Encoders, background: Background, before: "Weigher | None" = None
    ) -> None:
        """`before`: of an earlier state of the same directory."""
        self._index = index
        self._encoders = encoders
        self._background = background
        self._troubles = trouble_bank(encoders)
        self._hubness = Hubness(self._troubles.middles, background.subjects())
        self._taken_off = np.full(len(index), np.nan)
        known = before._societies if before else None
        self._societies: SocietiesOf = SocietiesOf(society_bank(encoders), index.stations, known)

    def measure(self, query: RouteQuery) -> Measured:
        """The demand, before any station is looked at."""
        trade = self._troubles.in_trade(query)
        plain = vectors.plain_of_query(self._encoders, query)
        societies = self._societies.bank.measure(trade.row)
        guess = fields_of(self._encoders, query, plain, societies, self._background)[0][0]
        return Measured(query, plain, trade, self._background.yardstick(trade.row), societies, guess)

    def nearness(self, asked: Measured) -> Numbers:
        """Of every station by its whole text and its society: where to look more closely."""
        everywhere = np.arange(len(self._index))
        _, society = self._societies.best(asked.societies, everywhere)
        return self._societies.blended(everywhere, self._index.whole(asked.trade.row), society)

    def weigh(self, asked: Measured, wanted: Sequence[int], standings: Mapping[int, Standing]) -> list[Evidence]:
        """Of the stations at these places, in their order."""
        if not wanted:
            return []
        places = np.array(wanted, dtype=np.intp)
        closeness = self._index.closeness(asked.trade.row, places, rules()["best_topics"])
        society, society_meanings = self._societies.best(asked.societies, places)
        own = asked.yardstick.meaning(closeness) - self._hubs(places)
        meanings = self._societies.blended(places, own, society_meanings)
        near = _near_topics(closeness)
        held = phrases(cut(asked.query.whole))
        return [
            self._evidence(asked, held, standings[int(place)], float(meanings[i]), near[i], int(society[i]))
            for i, place in enumerate(places)
        ]

    def _hubs(self, places: Places) -> Numbers:
        """What is taken off the meaning of each station; kept for the next demand."""
        new = places[np.isnan(self._taken_off[places])]
        if len(new):
            self._taken_off[new] = self._hubness.of(self._index.e5_rows(new))
        return np.asarray(self._taken_off[places])

    def _evidence(
        self, asked: Measured, held: frozenset[str], standing: Standing, meaning: float, near: list[int], society: int
    ) -> Evidence:
        bank, station = self._societies.bank, standing.station
        profile = bank.societies[society] if society < len(bank.societies) else None
        lent = profile is not None and len(station.topics) < rules()["thin_profile"]["topics"]
        topics = profile.phrases if profile and lent else station.topics
        return Evidence(
            standing,
            meaning,
            tuple(asked.societies.near(society)) if lent else tuple(topics[place] for place in near),
            exact_terms(topics, held),
            0.0 if lent else self._troubles.shared(asked.trade, station),
            names_station(asked.query.whole, standing),
            profile if lent else None,
        )


def _near_topics(closeness: Closeness) -> list[list[int]]:
    """For each station the places of its nearest topics that stand out among all topics, at least one."""
    there = ~np.isnan(closeness.topics[:, :, 0])
    topics, values = closeness.topics[there], np.full(there.shape, -np.inf)
    values[there] = ((topics - topics.mean(axis=0)) / (topics.std(axis=0) + 1e-9)).mean(axis=1)
    order = np.argsort(-values, axis=1, kind="stable")[:, :3]
    best = np.take_along_axis(values, order, axis=1)
    return [
        [int(place) for i, (place, value) in enumerate(zip(places, row, strict=True)) if i == 0 or value > 1.0]
        for places, row in zip(order, best, strict=True)
    ]
