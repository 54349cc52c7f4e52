"""What is said before a question: what was understood, what could not be taken, what is known already."""

from typing import Any

from rasa_sdk import Tracker

from actions import memory
from actions.texts import Texts
from bot.core import wording
from bot.core.taxonomy import district_name

CHECKED = ("budget", "deadline")
"""Normalised values that are said back as a question (product design, "The conversation" 5)."""


def lead_words(tracker: Tracker, texts: Texts, asked: dict[str, Any]) -> str:
    """What was understood or could not be taken, in one sentence before the question; counts failures in `asked`."""
    reading = memory.reading(tracker)
    invalid = reading.get("invalid")
    parts = []
    echo = echo_words(tracker, reading.get("changed") or [])
    if echo:
        checked = any(key in CHECKED for key in reading["changed"])
        parts.append(texts.pick("utter_checked" if checked else "utter_noted", asked.get("echoes", 0), echo=echo))
        asked["echoes"] = asked.get("echoes", 0) + 1
    if "district" in (reading.get("changed") or []) and not district_name(tracker.get_slot("district")):
        parts.append(texts.pick("utter_note_outside"))
    if reading.get("dropped"):
        parts.append(texts.pick("utter_note_identity"))
    if known := known_words(tracker, texts, asked):
        parts.append(known)
    if not parts and not invalid:
        parts += filter(None, [same_words(tracker, texts, asked)])
    if invalid:
        fails = dict(asked.get("fails") or {})
        name = f"utter_invalid_{invalid[1]}"
        name = name if texts.has(name) else "utter_invalid_not_understood"
        parts.append(texts.pick(name, fails.get(invalid[0], 0)))
        fails[invalid[0]] = fails.get(invalid[0], 0) + 1
        asked["fails"] = fails
    return "\n".join(parts)


def same_words(tracker: Tracker, texts: Texts, asked: dict[str, Any]) -> str:
    """A known value was said again: it stands as it is."""
    same = memory.reading(tracker).get("same") or []
    echo = echo_words(tracker, same)
    if not echo:
        return ""
    asked["same"] = asked.get("same", 0) + 1
    return texts.pick("utter_same", asked["same"] - 1, echo=echo)


def known_words(tracker: Tracker, texts: Texts, asked: dict[str, Any]) -> str:
    """Once in a demand that is not the person's first: what is taken over from the last one."""
    draft = memory.draft(tracker)
    taken_over = [draft[key] for key in ("enterprise_name", "district", "contact_name", "phone")]
    if tracker.get_slot("last_no") is None or None in taken_over or asked.get("known_for") == draft["draft_id"]:
        return ""
    asked["known_for"] = draft["draft_id"]
    return texts.pick(
        "utter_known_person",
        enterprise=draft["enterprise_name"],
        district=draft["district"],
        who=wording.person_words(draft["contact_name"]),
        phone=wording.value_words("phone", draft["phone"]),
    )


def echo_words(tracker: Tracker, changed: list[str]) -> str:
    """The values that were just taken: "预算 30–50 万元，期限 2026-12-31"."""
    said = []
    for key in changed:
        value = tracker.get_slot(key)
        if key in ("indicators", "goal"):
            goal = memory.reading(tracker).get("added") or tracker.get_slot("goal")
            said.append(wording.shorten(goal, 40) if goal else "")
        elif key == "problem" and value:
            said.append(wording.shorten(memory.reading(tracker).get("added") or value, 40))
        elif value is not None and key in wording.LABELS:
            said.append(f"{wording.LABELS[key]} {wording.value_words(key, value)}")
    return "，".join(bare for part in said if (bare := part.rstrip("，。；、！!,.;~～ ")))
