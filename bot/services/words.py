"""Chinese text cut into words and their kinds, by jieba."""

import logging
import warnings
from functools import cache
from typing import Any


def cut(text: str) -> list[str]:
    """The words of `text`; joined they give it back."""
    found: list[str] = _jieba()[0].lcut(text)
    return found


def tagged(text: str) -> list[tuple[str, str]]:
    """(word, kind) in jieba's letters: n noun, v verb, vn verb used as noun, a adjective, eng, m number …"""
    return [(pair.word, pair.flag) for pair in _jieba()[1].cut(text)]


@cache
def _jieba() -> tuple[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
        import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    logging.getLogger("jieba").handlers.clear()
    return jieba, jieba.posseg
