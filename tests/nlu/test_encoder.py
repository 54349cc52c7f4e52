"""The encoders: shape, length, likeness, cache and fallback."""

from pathlib import Path

import numpy as np
import pytest

from bot.nlu import encoder as module
from bot.nlu.e5 import model
from bot.nlu.encoder import Encoder, EncoderName, HashedCharacters, Kind, Vectors, encoder


@pytest.mark.parametrize(("name", "dimensions"), [("use", 512), ("e5", 384), ("characters", 512)])
def test_vectors_have_length_one_and_the_stated_dimensions(name: EncoderName, dimensions: int) -> None:
    rows = encoder(name).encode(["焊缝老是裂", "要得", "", "a\0b\ud800", "长" * 20_000])
    assert rows.shape == (5, dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("name", ["use", "e5", "characters"])
def test_texts_that_mean_the_same_lie_closer(name: EncoderName) -> None:
    same, alike, other = encoder(name).encode(["对接专家要收费吗", "请专家要不要交费", "明天成都下雨吗"])
    assert same @ alike > same @ other


def test_the_same_name_gives_the_same_encoder() -> None:
    assert encoder("use") is encoder("use")


def test_a_model_that_cannot_load_falls_back_to_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> HashedCharacters:
        raise OSError("no such instruction")

    monkeypatch.setitem(module._BACKENDS, "use", broken)
    monkeypatch.setattr(module, "_loaded", {})
    assert encoder("use").name == "characters"


def test_a_model_that_is_damaged_falls_back_to_characters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "graph.onnx").write_bytes(b"no graph at all")
    monkeypatch.setattr(model, "GRAPH", tmp_path / "graph.onnx")
    monkeypatch.setattr(module, "_loaded", {})
    assert encoder("e5").name == "characters"


class Counting(HashedCharacters):
    """Counts the texts that reach the backend."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def vectors(self, texts: list[str], kind: Kind) -> Vectors:
        self.seen.extend(texts)
        return super().vectors(texts, kind)


def test_recent_texts_are_not_encoded_twice_and_the_cache_is_bounded() -> None:
    backend = Counting()
    cached = Encoder(backend, cache_size=2)
    first = cached.encode(["一", "二", "一"])
    assert backend.seen == ["一", "二"]
    assert np.array_equal(cached.encode(["二"]), first[1:2])
    cached.encode(["三", "四", "五"])
    cached.encode(["五"])
    assert backend.seen == ["一", "二", "三", "四", "五"]


def test_no_texts_give_no_rows() -> None:
    assert encoder("characters").encode([]).shape == (0, 512)
