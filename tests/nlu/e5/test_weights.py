"""The file of weights: what another layout does, and that what is read is what stands there."""

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.e5.weights import ZERO, opened, packaged


def test_tensors_are_read_by_name() -> None:
    weights, vocabulary = opened()
    assert (weights.width, weights.layers, weights.inner, weights.longest) == (384, 12, 1536, 512)
    assert weights.floats("emb.ln.w").shape == (384,)
    scales, stored = weights.blocks("l0.fo.w", weights.inner)
    assert (scales.shape, stored.shape) == ((384, 48), (384, 48, 32))
    assert stored.max() <= 15
    row = weights.rows("l0.fo.w", weights.inner, np.array([7]))[0]
    assert row[40] == pytest.approx((int(stored[7, 1, 8]) - ZERO) * scales[7, 1])
    assert len(vocabulary.pieces) == 250_002
    assert vocabulary.normal[ord("Ａ")] == "A"


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(500), b"E5S1" + bytes(500)])
def test_a_file_of_another_layout_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(content)
    with pytest.raises(OSError, match="e5"):
        opened(tmp_path / "weights.bin")


def test_a_file_that_ends_in_the_vocabulary_is_told(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(packaged().read_bytes()[:100_000])
    with pytest.raises(OSError, match="too early"):
        opened(tmp_path / "weights.bin")
