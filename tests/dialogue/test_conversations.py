"""Conversations from the files beside this one: what was understood and what came of it, not the wording.

A conversation is a list of turns. `me` is what the person writes; `question` the key that must be open afterwards
(null: none), `slots` values that must be known, `kept` keys that must be known, `unknown` keys that must not,
`hears` and `hears_not` pieces of the answer, `demand` what must be stored in the end (null: nothing), `states` those
of the person's demands in the end, the latest first. `sends` is what the channel sends, `times` how often `me` is
repeated in one message, `then` what happens before the turn.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.services.container import Services
from models import Consent, Demand
from tests.dialogue.talk import Talk
from tests.fakes.town import STAFF

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yml"))
CONVERSATIONS = [
    pytest.param(conversation, id=f"{path.stem}: {conversation['name']}")
    for path in FILES
    for conversation in yaml.safe_load(path.read_text("utf-8"))
]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
async def test_a_conversation_goes_as_it_should(
    conversation: dict[str, Any], agent: Any, house: Services, request: pytest.FixtureRequest
) -> None:
    talk = Talk(agent, f"wx:{abs(hash(request.node.callspec.id)):x}")
    for number, turn in enumerate(conversation["turns"], start=1):
        if "then" in turn:
            _happens(house, talk.sender_id, turn["then"])
        text = turn.get("me") or turn["sends"]
        answer = await (talk.say(str(text) * turn.get("times", 1)) if "me" in turn else talk.send(text))
        await _check(talk, turn, answer, f"turn {number}, {text[:80]!r} → {answer!r}")
    _no_sentence_twice_in_a_row(talk.said)
    if "states" in conversation:
        assert [one.state for one in house.cases.status_for(talk.sender_id, None)] == conversation["states"]
    if "demand" in conversation:
        _check_demand(house, talk.sender_id, conversation["demand"])


def _happens(house: Services, sender_id: str, what: str) -> None:
    """Before this turn: `closed` the latest demand is brought to its end; `notice` a new notice is in force."""
    if what == "closed":
        number = house.cases.status_for(sender_id, None)[0].demand_no
        house.cases.take(number, STAFF, _version(house, number))
        house.cases.close(number, STAFF, _version(house, number), "agreed", "已解决")
    elif what == "notice":
        with house.db.begin() as session:
            for consent in session.query(Consent).filter_by(sender_id=sender_id, kind="collect"):
                consent.notice_version = "2020-01"
    else:
        raise AssertionError(what)


def _version(house: Services, number: str) -> int:
    with house.db.read() as session:
        return session.query(Demand).filter_by(demand_no=number).one().version


async def _check(talk: Talk, turn: dict[str, Any], answer: str, where: str) -> None:
    slots = await talk.slots()
    if "question" in turn:
        assert await talk.question() == turn["question"], where
    for key, value in turn.get("slots", {}).items():
        assert slots.get(key) == value, f"{where}: {key} is {slots.get(key)!r}"
    assert [key for key in turn.get("kept", []) if slots.get(key) is None] == [], where
    assert [key for key in turn.get("unknown", []) if slots.get(key) is not None] == [], where
    assert [piece for piece in turn.get("hears", []) if piece not in answer] == [], where
    assert [piece for piece in turn.get("hears_not", []) if piece in answer] == [], where
    assert answer, f"{where}: no answer"


def _no_sentence_twice_in_a_row(said: list[str]) -> None:
    for before, after in pairwise(said):
        assert before != after, f"twice in a row: {after!r}"


def _check_demand(house: Services, sender_id: str, expected: dict[str, Any] | None) -> None:
    with house.db.read() as session:
        found = session.query(Demand).filter_by(sender_id=sender_id).all()
        if expected is None:
            assert found == []
            return
        assert len(found) == 1
        demand = found[0]
        for key, value in expected.items():
            if key == "station":
                assert demand.station is not None
                assert value in demand.station.name
            elif key == "shared":
                given = session.query(Consent).filter_by(demand_id=demand.id, kind="share", given=True).count()
                assert bool(given) is value
            else:
                assert getattr(demand, key) == value, key
