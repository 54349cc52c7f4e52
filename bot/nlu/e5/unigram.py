"""Cuts a text into the pieces of a SentencePiece unigram model (Kudo, 2018), as XLM-RoBERTa does."""

import re

import numpy as np

from bot.nlu.e5.weights import Vocabulary

SPACE = "▁"
UNKNOWN_BELOW = 10.0
"""An unknown character scores so much less than the least likely piece."""


class Unigram:
    """Holds the pieces sorted, in one block of memory: a dictionary of so many would take five times as much."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._tokens = np.argsort(vocabulary.pieces, kind="stable")
        self._pieces = vocabulary.pieces[self._tokens]
        self._longest = self._pieces.dtype.itemsize
        self._scores = vocabulary.scores
        self._unknown, self._least = vocabulary.unknown, float(vocabulary.scores.min()) - UNKNOWN_BELOW
        self._normal = vocabulary.normal
        self._ends = (vocabulary.begin, vocabulary.end)

    def tokens(self, text: str) -> list[int]:
        """Of the likeliest pieces, between the tokens for beginning and end."""
        signs = [sign.encode() for sign in self._plain(text)]
        steps = self._steps(signs)
        best, origin = [0.0] + [-np.inf] * len(signs), [(0, self._unknown)] * (len(signs) + 1)
        for start in range(len(signs)):
            unknown = (start + 1, self._unknown, self._least)
            for end, token, score in (*steps[start], unknown):
                if best[start] + score > best[end]:
                    best[end], origin[end] = best[start] + score, (start, token)
        found, place = [], len(signs)
        while place:
            place, token = origin[place]
            found.append(token)
        return [self._ends[0], *reversed(found), self._ends[1]]

    def _plain(self, text: str) -> str:
        read = "".join(self._normal.get(ord(sign), sign) for sign in text)
        read = re.sub(" +", " ", read)
        return (read if read.startswith(" ") else f" {read}").replace(" ", SPACE)

    def _steps(self, signs: list[bytes]) -> list[list[tuple[int, int, float]]]:
        """By first sign: the known pieces that begin there, as (end, token, score)."""
        spans: list[tuple[int, int]] = []
        texts: list[bytes] = []
        for start in range(len(signs)):
            piece = b""
            for end in range(start + 1, len(signs) + 1):
                piece += signs[end - 1]
                if len(piece) > self._longest:
                    break
                spans.append((start, end))
                texts.append(piece)
        wanted = np.array(texts, dtype=self._pieces.dtype)
        places = np.minimum(np.searchsorted(self._pieces, wanted), len(self._pieces) - 1)
        found: list[list[tuple[int, int, float]]] = [[] for _ in signs]
        for at in np.flatnonzero(self._pieces[places] == wanted):
            (start, end), token = spans[at], int(self._tokens[places[at]])
            if token != self._unknown:
                found[start].append((end, token, float(self._scores[token])))
        return found
