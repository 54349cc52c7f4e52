"""Texts are cut into the likeliest pieces, as the vocabulary scores them."""

import numpy as np
import pytest

from bot.nlu.e5.unigram import Unigram
from bot.nlu.e5.weights import Vocabulary

PIECES = ["<s>", "</s>", "<unk>", "▁", "焊", "缝", "焊缝", "▁焊", "裂", "A", "▁A"]
SCORES = [0.0, 0.0, 0.0, -2.0, -5.0, -5.0, -4.0, -6.0, -5.0, -3.0, -4.0]
NORMAL = {ord("Ａ"): "A", 0x200B: ""}
ENCODED = np.array([piece.encode() for piece in PIECES])
UNIGRAM = Unigram(Vocabulary(ENCODED, np.array(SCORES, np.float32), 0, 1, 2, NORMAL))


def _pieces(text: str) -> list[str]:
    return [PIECES[token] for token in UNIGRAM.tokens(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("焊缝裂", ["▁", "焊缝", "裂"]),
        ("焊裂", ["▁焊", "裂"]),
        ("Ａ\u200b焊缝", ["▁A", "焊缝"]),
        ("  焊缝   裂", ["▁", "焊缝", "▁", "裂"]),
        ("缝铸缝", ["▁", "缝", "<unk>", "缝"]),
        ("", ["▁"]),
    ],
)
def test_the_likeliest_pieces_between_beginning_and_end(text: str, pieces: list[str]) -> None:
    assert _pieces(text) == ["<s>", *pieces, "</s>"]
