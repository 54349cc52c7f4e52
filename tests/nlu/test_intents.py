"""The intent model: what it learns, what it keeps, how sure it is."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.intents import IntentModel, probabilities
from bot.nlu.signs import signs
from bot.nlu.training import train
from bot.nlu.values import extract

TODAY = date(2026, 11, 22)


SENTENCES = {
    "affirm": ["好的", "可以嘛", "没问题", "同意提交", "就这样弄", "要得"],
    "faq_fee": ["你们收费吗", "要不要钱", "请专家多少钱", "有没有补贴", "收费标准是什么", "要交押金吗"],
    "inform": ["预算30万", "年底之前", "焊缝老是裂", "在郫都区", "良品率只有八成", "轴承三个月就坏"],
}
TEXTS = [text for texts in SENTENCES.values() for text in texts]
INTENTS = [intent for intent, texts in SENTENCES.items() for _ in texts]


@pytest.fixture(scope="module")
def trained() -> IntentModel:
    return train(TEXTS, INTENTS, "characters")


def scores(model: IntentModel, text: str) -> list[float]:
    shown = signs(text, extract(text, TODAY, None))
    return [float(share) for share in probabilities(model.scores(text, shown))]


def test_learned_sentences_come_back(trained: IntentModel) -> None:
    found = [trained.labels[int(np.argmax(scores(trained, text)))] for text in TEXTS]
    assert found == INTENTS


def test_shares_sum_to_one_for_any_text(trained: IntentModel) -> None:
    for text in ("", "。", "a" * 10_000, "好" * 3_000, "😀", "\ud800"):
        assert sum(scores(trained, text)) == pytest.approx(1, abs=1e-4)


def test_a_kept_model_says_the_same(trained: IntentModel, tmp_path: Path) -> None:
    trained.save(tmp_path)
    kept = IntentModel.load(tmp_path)
    for text in ("收钱不", "预算二十万"):
        assert scores(kept, text) == pytest.approx(scores(trained, text), abs=0.01)


def test_a_model_of_another_format_asks_for_training(trained: IntentModel, tmp_path: Path) -> None:
    trained.save(tmp_path)
    meta = tmp_path / "intents.json"
    meta.write_text(meta.read_text("utf-8").replace('"format": 2', '"format": 1'), "utf-8")
    with pytest.raises(ValueError, match="train again"):
        IntentModel.load(tmp_path)


def test_signs_tell_values_questions_and_corrections_apart() -> None:
    def shown(text: str) -> list[float]:
        return [float(sign) for sign in signs(text, extract(text, TODAY, None))]

    assert shown("预算30万")[0] == 1
    assert shown("焊缝老是裂")[0] == 0
    assert shown("改成30万") != shown("预算30万")
    assert shown("多少钱？") != shown("多少钱")
    assert len(set(map(len, map(shown, ("", "好", "😀" * 50))))) == 1
