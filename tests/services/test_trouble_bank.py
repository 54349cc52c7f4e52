"""From the words of enterprises to those of the trade."""

import numpy as np
import pytest

from bot.core.routing import RouteQuery, rules
from bot.core.station import StationRecord
from bot.core.troubles import Trouble
from bot.services.routing import default_encoders
from bot.services.trouble_bank import TroubleBank, trouble_bank
from bot.services.trouble_words import TroubleWords, signs
from bot.services.vectors import of_query


def _trouble(topic: str, terms: tuple[str, ...], says: tuple[str, ...]) -> Trouble:
    return Trouble(topic, "401", None, "33", "460", terms, says)


CASTING = _trouble("砂型铸造", ("砂眼", "浇注系统"), ("毛坯车开里头全是孔", "铁水倒进去老有气泡"))
SOUR = _trouble("油脂氧化", ("酸价", "过氧化值"), ("放几个月就有哈喇味", "油一股陈味"))
WORDS = TroubleWords((CASTING, SOUR))


@pytest.fixture(scope="module")
def bank() -> TroubleBank:
    return trouble_bank(default_encoders())


def test_signs_are_characters_and_pairs_without_punctuation() -> None:
    assert list(signs("PH 值高。")) == ["值", "高", "ph", "h值", "值高"]


def test_words_point_to_the_topic_that_has_them() -> None:
    assert np.argmax(WORDS.closeness("毛坯里头有孔")) == 0
    assert np.argmax(WORDS.closeness("瓜子放久了哈喇味重")) == 1
    assert WORDS.closeness("xyz").tolist() == [0.0, 0.0]
    assert WORDS.closeness("").tolist() == [0.0, 0.0]


def test_a_word_said_twice_counts_once() -> None:
    assert WORDS.closeness("气泡").tolist() == WORDS.closeness("气泡，气泡").tolist()


def test_terms_of_likely_topics_are_found_in_the_words_of_a_station() -> None:
    terms = WORDS.terms([(0, 0.9), (1, 0.1)])
    assert terms.sum() == pytest.approx(1)
    foundry, oil = WORDS.rows(("砂型铸造", "浇注")), WORDS.rows(("酸价检测",))
    assert terms[foundry].sum() > terms[oil].sum() > 0


@pytest.mark.parametrize(
    ("text", "topic", "other"),
    [("毛坯车开里头全是砂眼", "铸造", "焊接"), ("豆瓣放到夏天袋子就鼓起来", "胀袋", "锂电池")],
)
def test_a_complaint_comes_nearer_to_its_trade(bank: TroubleBank, text: str, topic: str, other: str) -> None:
    encoders, query = default_encoders(), RouteQuery(text)
    near, far = encoders.rows([topic, other], "passage")[:, : encoders.e5.dimensions]
    before, after = of_query(encoders.e5, query), bank.row(query)[: encoders.e5.dimensions]
    assert (near - far) @ after > (near - far) @ before


def test_a_station_with_the_words_of_the_trade_shares_more(bank: TroubleBank) -> None:
    demand = bank.in_trade(RouteQuery("毛坯车开里头全是砂眼，废了三成"))
    foundry = StationRecord("S1", "示例·甲站", keywords=("砂型铸造", "铸件缺陷"))
    bakery = StationRecord("S2", "示例·乙站", keywords=("烘焙", "保质期"))
    assert bank.shared(demand, foundry) > 3 * bank.shared(demand, bakery)
    assert 0 <= bank.shared(demand, bakery) <= bank.shared(demand, foundry) <= 1


def test_a_long_text_is_moved_less(bank: TroubleBank) -> None:
    encoders, short = default_encoders(), "毛坯车开里头全是砂眼"
    long = short + "。" + "我们厂做农机配件，" * 40
    assert len(long) > 2 * rules()["troubles"]["in_full_up_to"]

    def moved_by(text: str) -> float:
        query = RouteQuery(text)
        return float(np.linalg.norm(bank.row(query)[: encoders.e5.dimensions] - of_query(encoders.e5, query)))

    assert moved_by(long) < 0.5 * moved_by(short)


def test_a_text_without_any_word_has_a_row_all_the_same(bank: TroubleBank) -> None:
    for text in ("", "？？？", "x" * 10_000):
        demand = bank.in_trade(RouteQuery(text))
        assert np.isfinite(demand.row).all()
        assert np.isfinite(demand.terms).all()
