"""The one Rasa release whose internals bot.runtime relies on."""

import rasa

SUPPORTED = "3.6.21"


class UnsupportedRasa(RuntimeError):
    """Another Rasa than the one these overrides were written for is installed."""


def require(override: str) -> None:
    """Raise UnsupportedRasa, naming the override, unless Rasa is the supported release."""
    if rasa.__version__ != SUPPORTED:
        raise UnsupportedRasa(f"{override}: written for Rasa {SUPPORTED}, found {rasa.__version__}")
