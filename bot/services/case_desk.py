"""Liaisons' buttons: what a press means, what is asked next, what the message shows afterwards."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.case import OUTCOMES, RETURN_REASONS
from bot.outbox import texts
from bot.services import case_tokens
from bot.services.case_access import Card
from bot.services.case_record import DoneBefore
from bot.services.cases import Actor, AlreadyHandled, CaseError, CaseService, NotAllowed, actor_of
from models import Database

Button = dict[str, str]
"""{title, token}."""
QUESTION_LIFE = timedelta(days=1)
"""How long a typed answer without a reply mark is taken for the last question."""
MENUS = ("return", "refer", "close")


@dataclass(frozen=True)
class Question:
    """Something that has to be typed."""

    text: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Shown:
    """What the person who pressed or typed gets to see."""

    notice: str = ""
    """A short word on the button."""
    alert: bool = False
    """The word must be read, not just flash by."""
    text: str | None = None
    """The message from now on; None leaves it as it is."""
    buttons: list[Button] = field(default_factory=list, repr=False)
    question: Question | None = None


@dataclass(frozen=True)
class _Pressed:
    actor: Actor
    liaison_pk: int
    demand_no: str
    action: str
    detail: str
    version: int


class CaseDesk:
    """Stateless between presses: everything it goes by is in the database."""

    def __init__(self, db: Database, clock: Callable[[], datetime], cases: CaseService) -> None:
        self._db = db
        self._clock = clock
        self._cases = cases

    def press(self, token: str, telegram_id: int) -> Shown:
        """A button was pressed by the person with this number."""
        try:
            pressed = self._pressed(token, telegram_id)
        except CaseError as error:
            return Shown(str(error), alert=True)
        return self._guarded(pressed, self._act)

    def typed(self, telegram_id: int, text: str, place: str | None) -> Shown:
        """A text from this person; `place` names the question that it replies to."""
        token = self._question(telegram_id, place)
        if token is None or not text.strip():
            return Shown(text=texts.desk("not_asked"))
        return self._guarded(token, lambda asked: self._answer(asked, text))

    def asked(self, token: str, place: str) -> None:
        """The question went out and stands at `place`; replies to it count as its answer, also after a restart."""
        with self._db.begin() as session:
            case_tokens.alias_in(session, token, place)

    def _guarded(self, pressed: _Pressed, deed: Callable[[_Pressed], Shown]) -> Shown:
        try:
            return deed(pressed)
        except DoneBefore:
            return self._show_card(pressed)
        except AlreadyHandled as error:
            card = self._card(pressed)
            return Shown(str(error), True, card.text, card.buttons)
        except CaseError as error:
            return Shown(str(error), alert=True)

    def _act(self, pressed: _Pressed) -> Shown:
        if pressed.action == "back":
            return self._show_card(pressed)
        if pressed.action in MENUS and not pressed.detail:
            self._cases.check(pressed.demand_no, pressed.action, pressed.actor, pressed.version)
            return self._menu(pressed)
        if (pressed.action, pressed.detail) == ("return", "other"):
            return self._ask(pressed, "typed:return", texts.desk("type_reason", demand_no=pressed.demand_no))
        if pressed.action == "close":
            words = texts.desk("type_outcome", demand_no=pressed.demand_no, outcome=OUTCOMES[pressed.detail])
            return self._ask(pressed, f"typed:{pressed.detail}", words)
        self._do(pressed)
        return self._show_card(pressed, texts.desk(f"done_{pressed.action}"))

    def _do(self, pressed: _Pressed) -> None:
        cases, about = self._cases, (pressed.demand_no, pressed.actor, pressed.version)
        if pressed.action == "take":
            cases.take(*about)
        elif pressed.action == "contact":
            cases.contacted(*about)
        elif pressed.action == "return":
            cases.return_(*about, pressed.detail)
        elif pressed.action == "refer":
            cases.refer(*about, int(pressed.detail), texts.desk("referred"))
        elif pressed.action == "station":
            cases.refer(*about, cases.station_id(int(pressed.detail)), texts.desk("referred"))
        else:
            raise NotAllowed(texts.desk("stale"))

    def _answer(self, asked: _Pressed, text: str) -> Shown:
        if asked.detail == "return":
            self._cases.return_(asked.demand_no, asked.actor, asked.version, "other", text)
            return self._show_card(asked, texts.desk("done_return"))
        self._cases.close(asked.demand_no, asked.actor, asked.version, asked.detail, text)
        return self._show_card(asked, texts.desk("done_close"))

    def _menu(self, pressed: _Pressed) -> Shown:
        if pressed.action == "return":
            title, options = "ask_reason", [(f"return:{code}", words) for code, words in RETURN_REASONS.items()]
        elif pressed.action == "close":
            title, options = "ask_outcome", [(f"close:{code}", words) for code, words in OUTCOMES.items()]
        else:
            title, options = "ask_colleague", self._others(pressed)
            if not options:
                return Shown(texts.desk("nobody"), alert=True)
        options = [*options, ("back", texts.button("back"))]
        return Shown(text=texts.desk(title, demand_no=pressed.demand_no), buttons=self._buttons(pressed, options))

    def _others(self, pressed: _Pressed) -> list[tuple[str, str]]:
        """Colleagues, then other stations of the short list, as (action, title)."""
        colleagues = self._cases.colleagues(pressed.demand_no, pressed.liaison_pk)
        stations = self._cases.short_list(pressed.demand_no)
        return [
            *((f"refer:{number}", name) for number, name in colleagues),
            *((f"station:{number}", name) for number, name in stations),
        ]

    def _buttons(self, pressed: _Pressed, options: Sequence[tuple[str, str]]) -> list[Button]:
        tokens = self._cases.issue(
            pressed.demand_no, pressed.liaison_pk, [action for action, _ in options], pressed.version
        )
        return [{"title": title, "token": tokens[action]} for action, title in options]

    def _ask(self, pressed: _Pressed, action: str, words: str) -> Shown:
        self._cases.check(pressed.demand_no, pressed.action, pressed.actor, pressed.version)
        [token] = self._cases.issue(pressed.demand_no, pressed.liaison_pk, [action], pressed.version).values()
        return Shown(question=Question(words, token))

    def _show_card(self, pressed: _Pressed, notice: str = "") -> Shown:
        card = self._card(pressed)
        return Shown(notice, text=card.text, buttons=card.buttons)

    def _card(self, pressed: _Pressed) -> Card:
        return self._cases.card(pressed.demand_no, pressed.liaison_pk)

    def _pressed(self, token: str, telegram_id: int) -> _Pressed:
        """Raises NotAllowed for anyone but the token's own liaison."""
        actor = self._cases.liaison_by_telegram(telegram_id, token)
        _, demand_no, whole, version = self._cases.grant(token)
        action, _, detail = whole.partition(":")
        return _Pressed(actor, int(actor.id), demand_no, action, detail, version)

    def _question(self, telegram_id: int, place: str | None) -> _Pressed | None:
        """What a typed text answers: the question it replies to, else the latest that is still open."""
        if place is not None:
            with suppress(CaseError):
                return self._pressed(place, telegram_id)
        with self._db.read() as session:
            found = case_tokens.latest_question_in(session, telegram_id, self._clock() - QUESTION_LIFE)
        if found is None:
            return None
        liaison, demand_no, grant = found
        action, _, detail = grant.action.partition(":")
        return _Pressed(actor_of(liaison), grant.liaison_pk, demand_no, action, detail, grant.version)
