"""Small real files for the simulator's buttons."""

from functools import cache
from pathlib import Path

MP4 = bytes.fromhex("0000001c6674797069736f6d0000020069736f6d69736f32617663310000000866726565")
"""A film without a track."""

_AMR_HEADER = b"#!AMR\n"
_AMR_SILENCE = bytes([0x04]) + bytes(12)
_FRAMES_PER_SECOND = 50


@cache
def photo() -> bytes:
    """A drawn JPEG of a coating line."""
    return (Path(__file__).parent / "static" / "sample.jpg").read_bytes()


def silent_voice(seconds: int) -> bytes:
    """An AMR recording of silence (4.75 kbit/s)."""
    return _AMR_HEADER + _AMR_SILENCE * _FRAMES_PER_SECOND * seconds
