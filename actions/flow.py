"""Starting, refusing, cancelling, taking up again and submitting."""

import asyncio
import uuid
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import memory
from actions.texts import Texts
from actions.withdrawal import ask_to_withdraw
from bot.core import wording
from bot.core.free_text import WHOLE
from bot.core.intake import absorb, missing
from bot.core.message import Reading
from bot.core.vague import is_vague
from bot.services import container


class StartIntake(Action):
    """A draft gets its identity; a known person is not asked again."""

    def name(self) -> str:
        return "action_start_intake"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return await begin(tracker)


async def begin(tracker: Tracker) -> list[EventType]:
    """The slots of a fresh or continued draft."""
    events: list[EventType] = []
    if tracker.get_slot("draft_id") is None:
        events.append(SlotSet("draft_id", uuid.uuid4().hex))
    given = await asyncio.to_thread(container.current().intake.has_consent, tracker.sender_id)
    if given != (tracker.get_slot("consent") is not None):
        events.append(SlotSet("consent", "given" if given else None))  # a new notice is agreed to anew
    return events


async def begin_with(tracker: Tracker) -> list[EventType]:
    """A need that came while something else was asked starts the intake."""
    fresh = {key: tracker.get_slot(key) for key in memory.OF_THE_PERSON}
    message = tracker.latest_message
    values = {one["entity"]: one["value"] for one in message.get("entities", []) if one["entity"] != "invalid"}
    reading = Reading(message.get("text") or "", memory.intent(tracker), values, None)
    found = absorb(fresh, reading, container.current().today())
    return [
        *await begin(tracker),
        *(SlotSet(key, value) for key, value in found.updates.items()),
        SlotSet("reading", memory.reading(tracker) | {"changed": found.changed}),
        SlotSet("pending", None),
        SlotSet("rated", None),
        FollowupAction("demand_form"),
    ]


class RefuseConsent(Action):
    """Without consent nothing stays (PIPL art. 13–16)."""

    def name(self) -> str:
        return "action_refuse_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await asyncio.to_thread(container.current().intake.refuse_consent, tracker.sender_id)
        dispatcher.utter_message(text=Texts(domain).pick("utter_refused"))
        return [ActiveLoop(None), AllSlotsReset()]


class Cancel(Action):
    """Leaves the draft for later; with nothing open, 撤回 means a demand that was submitted."""

    def name(self) -> str:
        return "action_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        if tracker.get_slot("pending") == "offer_resume":
            return await StartOver().run(dispatcher, tracker, domain)
        if tracker.active_loop_name is None:
            return await ask_to_withdraw(dispatcher, tracker, texts)
        dispatcher.utter_message(text=texts.pick("utter_cancelled"))
        return [
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            SlotSet("pending", None),
            SlotSet("asked", None),
        ]


class Resume(Action):
    """Says where it stopped; the form asks on."""

    def name(self) -> str:
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        texts = Texts(domain)
        if tracker.get_slot("problem") is None and tracker.active_loop_name is None:
            times, remember = memory.count(tracker, "nothing_to_resume")
            dispatcher.utter_message(text=texts.pick("utter_nothing_to_resume", times))
            return [remember, SlotSet("pending", None)]
        dispatcher.utter_message(text=recap(tracker, texts))
        started = await begin(tracker) if tracker.active_loop_name is None else []
        draft_id = next(
            (one["value"] for one in started if one.get("name") == "draft_id"), tracker.get_slot("draft_id")
        )
        before = tracker.get_slot("asked") or {}
        asked = {key: before.get(key) for key in ("said", "key", "n") if key in before} | {"known_for": draft_id}
        events: list[EventType] = [
            SlotSet("pending", None),
            SlotSet("previous_text", None),
            SlotSet("asked", asked),
        ]
        if tracker.active_loop_name is None:
            events += [*started, FollowupAction("demand_form")]
        return events


def recap(tracker: Tracker, texts: Texts) -> str:
    """ "上次说到：…，就差预算、期限、企业名和联系方式"."""
    draft = memory.draft(tracker)
    goal = str(draft.get("goal") or "")
    known = [
        wording.shorten(str(draft["problem"] or ""), 40),
        wording.shorten(goal, 30) if goal not in str(draft["problem"]) else "",
        *(
            f"{wording.LABELS[key]} {wording.value_words(key, draft[key])}"
            for key in ("budget", "deadline", "enterprise_name", "district", "contact_name", "phone")
            if draft.get(key) is not None
        ),
    ]
    labels = "、".join(dict.fromkeys(wording.LABELS[key] for key in missing(draft)))
    lack = texts.pick("utter_resumed_missing", labels=labels) if labels else ""
    return texts.pick("utter_resumed", known="，".join(part for part in known if part), missing=lack)


class OfferResume(Action):
    """A new need while a draft waits: which one?"""

    def name(self) -> str:
        return "action_offer_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        times, remember = memory.count(tracker, "offer_resume")
        title = wording.shorten(str(tracker.get_slot("title") or tracker.get_slot("problem")), 30)
        told = str(((tracker.get_slot("previous_text") or {}).get("values") or {}).get("problem") or "")
        name = "utter_offer_resume" if is_vague(told) else "utter_offer_resume_or_new"
        dispatcher.utter_message(
            text=Texts(domain).pick(name, times, title=title, new=wording.shorten(told, 30)),
            buttons=[{"title": "接着填", "payload": "/affirm"}, {"title": "重新开始", "payload": "/deny"}],
        )
        return [remember]


class StartOver(Action):
    """The draft is dropped; the message that came meanwhile is worked on, not asked for again."""

    def name(self) -> str:
        return "action_start_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        kept = tracker.get_slot("previous_text") or {}
        fresh = {key: tracker.get_slot(key) for key in memory.OF_THE_PERSON}
        events: list[EventType] = [
            *memory.forget_demand(),
            SlotSet("pending", None),
            SlotSet("previous_text", None),
        ]
        if kept:
            found = absorb(
                fresh,
                Reading(kept["text"], kept["intent"], kept["values"], None),
                container.current().today(),
            )
            events += [SlotSet(key, value) for key, value in found.updates.items()]
            events.append(SlotSet("reading", memory.reading(tracker) | {"changed": found.changed}))
        events += [SlotSet("draft_id", uuid.uuid4().hex), SlotSet("asked", None)]
        return [*events, FollowupAction("demand_form")]


class SubmitDemand(Action):
    """Stores the demand; submitting one draft twice gives the same demand."""

    def name(self) -> str:
        return "action_submit_demand"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        draft = memory.draft(tracker)
        if draft["confirm_summary"] is None:
            return []
        station = tracker.get_slot("station") or {}
        share_with = station.get("station_id") if draft["confirm_summary"] == "share" else None
        done = await asyncio.to_thread(container.current().intake.submit, tracker.sender_id, draft, station, share_with)
        texts, waiting = Texts(domain), list(tracker.get_slot("waiting") or [])
        dispatcher.utter_message(text=_submitted_words(done, share_with, texts))
        events = [*memory.forget_demand(), SlotSet("last_no", done["demand_no"]), SlotSet("asked", None)]
        return [*events, *_next_need(dispatcher, texts, waiting)]


def _next_need(dispatcher: CollectingDispatcher, texts: Texts, waiting: list[str]) -> list[EventType]:
    """The next of several needs becomes the draft that waits."""
    if not waiting:
        return []
    title = wording.shorten(waiting[0], 30)
    dispatcher.utter_message(
        text=texts.pick("utter_submitted_next", title=title), buttons=[{"title": "接着填", "payload": "/resume"}]
    )
    return [SlotSet("problem", waiting[0]), SlotSet("focus", WHOLE), SlotSet("waiting", waiting[1:])]


def _submitted_words(done: dict[str, Any], share_with: str | None, texts: Texts) -> str:
    due = wording.date_words(done["due_date"])
    if done["station"] is None:
        return texts.pick("utter_submitted_review", demand_no=done["demand_no"], due=due)
    reasons = f"（{'；'.join(done['reasons'][:3])}）" if done["reasons"] else ""
    text = texts.pick(
        "utter_submitted",
        demand_no=done["demand_no"],
        station=f"【{done['station']}】",
        due=due,
        reasons=reasons,
    )
    return text if share_with else f"{text}\n{texts.pick('utter_submitted_unshared')}"
