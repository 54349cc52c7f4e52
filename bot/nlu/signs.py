"""What a message shows at a glance beside its words: values in it, a correction, a question, its length."""

import numpy as np

from bot.nlu.cues import CORRECTION, is_question, is_request
from bot.nlu.grams import Floats
from bot.nlu.normal import bare, normalise
from bot.nlu.spans import Span

VALUES = ("budget", "deadline", "phone", "enterprise_name", "district", "contact_name", "indicators")
SHORT, MIDDLING, LONG = 4, 12, 25
"""Characters without punctuation: a word, a sentence, a story."""


def signs(text: str, spans: list[Span]) -> Floats:
    """One number a sign, 0 or 1; guesses that only the open question explains do not count."""
    plain = normalise(text).text
    length = len(bare(plain))
    found = {span.field for span in spans if not span.guess}
    rest = next((str(span.value) for span in spans if span.field == "problem"), "")
    shown = [field in found for field in VALUES]
    shown += [bool(CORRECTION.search(plain)), is_question(plain), is_request(plain), "?" in plain]
    shown += [length <= SHORT, length > MIDDLING, length > LONG]
    shown.append(bool(found & set(VALUES)) and len(bare(rest)) <= SHORT)
    return np.asarray(shown, dtype=np.float32)
