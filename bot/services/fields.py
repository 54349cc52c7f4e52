"""The fields a demand may belong to, and the codes of the national tables that go with it."""

from bot.core.routing import FieldGuess, RouteQuery
from bot.services.background import Background
from bot.services.field_model import field_model
from bot.services.society_bank import SocietyCloseness
from bot.services.vectors import Encoders, Matrix


def fields_of(
    encoders: Encoders, query: RouteQuery, row: Matrix, near: SocietyCloseness, background: Background
) -> list[tuple[FieldGuess, float]]:
    """Likeliest first, with shares that sum to 1; by meaning alone where the model's encoders could not load."""
    if (encoders.e5.name, encoders.use.name) != ("e5", "use"):
        return background.fields(row)
    return field_model().shares(row, query.whole, near)


def by_name(shares: list[tuple[FieldGuess, float]]) -> list[tuple[FieldGuess, float]]:
    """The same by the names of the form's fields, likeliest first; a name keeps its likeliest national code."""
    codes: dict[str, FieldGuess] = {}
    totals: dict[str, float] = {}
    for guess, share in sorted(shares, key=lambda pair: -pair[1]):
        codes.setdefault(guess.name, guess)
        totals[guess.name] = totals.get(guess.name, 0.0) + share
    return sorted(((codes[name], total) for name, total in totals.items()), key=lambda pair: -pair[1])
