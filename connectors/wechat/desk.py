"""The desk: every push is stored, worked on once, and answered in time or later."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from bot.services.conversations import AlreadyRecorded, ConversationLog
from bot.services.deliveries import Deliveries, Delivery
from bot.services.inbox import (
    MAX_ATTEMPTS,
    Arrival,
    Inbox,
    Received,
    ReplayedRequest,
    Standing,
    Status,
    is_outage,
)
from bot.services.spill import Spill
from connectors.wechat import dialogue
from connectors.wechat.crypto import RejectedRequest
from connectors.wechat.turnstile import Ticket, Turnstile
from connectors.wechat.wording import ChannelTexts

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """Seconds, and how many turns run at once."""

    passive: float = 3.5
    """Until a request is answered with `success`; WeChat gives up after 5."""
    grace: float = 0.8
    """More for a reply that is being committed."""
    store: float = 1.5
    """For storing a push; then the database counts as down."""
    turn: float = 60.0
    poll: float = 0.05
    """Between looks at a push that another process works on."""
    flush: float = 0.05
    """Until answered pushes are marked, together."""
    upkeep: float = 5.0
    """Between rounds of upkeep."""
    recovery: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)
    """Pauses between tries to reach the database; the last one repeats."""
    turns: int = 16


@dataclass(frozen=True)
class Answer:
    """What a request is answered: an empty text means `success`."""

    text: str = field(default="", repr=False)
    inbox_id: int | None = None
    """To be marked when the answer was written."""


ACCEPTED = Answer()


@dataclass(slots=True)
class _Run:
    """A push in work and everyone who waits for it."""

    key: str
    sender_id: str
    delivery: Delivery
    ticket: Ticket
    answer: "asyncio.Future[Answer]"
    digests: set[str] = field(default_factory=set)


class Desk:
    """Works on pushes in tasks of their own; a request only waits for the answer, and may go away.

    `forget` deletes a person who unsubscribed, as far as they may be deleted.
    """

    def __init__(
        self,
        inbox: Inbox,
        conversations: ConversationLog,
        deliveries: Deliveries,
        spill: Spill,
        texts: ChannelTexts,
        forget: Callable[[str], Any] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._inbox = inbox
        self._conversations = conversations
        self._deliveries = deliveries
        self._spill = spill
        self._texts = texts
        self._forget = forget or conversations.forget
        self.limits = limits or Limits()
        self.on_new_message: dialogue.OnNewMessage | None = None
        """Rasa's; set when the channel is mounted."""
        self._runs: dict[str, _Run] = {}
        self._turnstile = Turnstile()
        self._slots = asyncio.Semaphore(self.limits.turns)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._storing = ThreadPoolExecutor(4, "inbox")
        self._spilling = ThreadPoolExecutor(1, "spill")
        self._answered: list[int] = []
        self._repeats: list[str] = []
        self._flush: asyncio.TimerHandle | None = None
        self._upkeep: asyncio.Task[None] | None = None
        self._recovery: asyncio.Task[None] | None = None
        self._down = False
        self._later: list[Received] = []
        self._apologised: set[str] = set()

    async def answer(self, arrival: Arrival) -> Answer:
        """The answer to one delivery of a push; all deliveries of a push get the same one."""
        run = self._runs.get(arrival.unique_key)
        if run is None:
            run = self._begin(arrival.unique_key, arrival.sender_id)
            self._start(self._store_and_work(run, arrival))
        elif arrival.digest and arrival.digest not in run.digests:
            self._repeats.append(arrival.digest)
        if arrival.digest:
            run.digests.add(arrival.digest)
        return await self._wait(run)

    def written(self, answer: Answer) -> None:
        """`answer` was written to its socket."""
        if answer.inbox_id is None:
            return
        self._answered.append(answer.inbox_id)
        if self._flush is None:
            loop = asyncio.get_running_loop()
            self._flush = loop.call_later(self.limits.flush, lambda: self._start(self._mark_answered()))

    async def start(self) -> None:
        """Take up what an earlier process left unfinished, and begin the upkeep."""
        try:
            await self._take_up_kept()
        except Exception as error:
            log.warning("the database is not there yet", error=type(error).__name__)
            self._fail_over()
        await self._guarded(self._resume)
        self._upkeep = asyncio.create_task(self._keep_up())

    async def stop(self, within: float = 10.0) -> None:
        """Let running turns end `within` seconds; the rest is left to the next process."""
        for task in (self._upkeep, self._recovery):
            if task is not None:
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._guarded(self._mark_answered)
        await self._guarded(lambda: asyncio.to_thread(self._inbox.release))
        self._storing.shutdown(wait=False)
        self._spilling.shutdown(wait=False)

    # A request waits

    async def _wait(self, run: _Run) -> Answer:
        run.delivery.listen()
        try:
            async with asyncio.timeout(self.limits.passive):
                return await asyncio.shield(run.answer)
        except TimeoutError:
            if run.delivery.give_up():
                return ACCEPTED
        finally:
            run.delivery.leave()
        done, _ = await asyncio.wait([run.answer], timeout=self.limits.grace)
        return run.answer.result() if done else ACCEPTED

    # A push is worked on

    def _begin(self, key: str, sender_id: str, *, push: bool = False) -> _Run:
        future = asyncio.get_running_loop().create_future()
        run = _Run(key, sender_id, Delivery(push=push), self._turnstile.ticket(sender_id), future)
        self._runs[key] = run
        return run

    async def _store_and_work(self, run: _Run, arrival: Arrival) -> None:
        try:
            received = await self._stored(arrival)
            if received is None:
                self._end(run, await self._keep_on_disk(arrival))
            else:
                await self._work(run, received)
        except ReplayedRequest:
            self._end(run, RejectedRequest("replay"))
        except Exception as error:
            log.error("a push could not be kept", error=type(error).__name__)
            self._end(run, error)
        finally:
            self._end(run, None)

    async def _stored(self, arrival: Arrival) -> Received | None:
        """None when the database is out of reach."""
        if self._down:
            return None
        try:
            return await self._store(arrival)
        except Exception as error:
            if is_outage(error) or isinstance(error, TimeoutError):
                return None
            raise

    async def _store(self, arrival: Arrival) -> Received:
        """Raises TimeoutError when the database takes too long; the push may be stored all the same."""
        marks = self._marks()
        try:
            async with asyncio.timeout(self.limits.store):
                return await self._in(self._storing, self._inbox.receive, arrival, *marks)
        except ReplayedRequest:
            self._unmark(marks)
            raise
        except Exception as error:
            self._unmark(marks)
            log.warning("a push could not be stored", error=type(error).__name__)
            raise

    async def _work(self, run: _Run, received: Received) -> None:
        try:
            if received.status is Status.MINE:
                self._end(run, await self._take(run, received))
            elif received.status is Status.ELSEWHERE:
                self._end(run, await self._look_on(received))
            else:
                self._end(run, _stored_answer(received))
        except Exception as error:
            self._end(run, self._postpone(received) if is_outage(error) else error)
        finally:
            self._deliveries.close(received.id)
            self._end(run, None)

    async def _take(self, run: _Run, received: Received) -> Answer:
        waited = await run.ticket.wait()
        self._deliveries.open(received.id, run.delivery)
        async with self._slots:
            standing = received.standing
            if standing is None or waited:
                standing = await asyncio.to_thread(self._inbox.standing, received.sender_id)
            await self._turn(received, standing)
        self._apologised.discard(received.sender_id)
        outcome = run.delivery.outcome
        return Answer(outcome.reply, received.id) if outcome and outcome.state == "done" else ACCEPTED

    async def _turn(self, received: Received, standing: Standing) -> None:
        """Whatever the push asks for; ends with the row finished, or raises."""
        sender_id, number = received.sender_id, received.id
        if received.kind == "event:unsubscribe":
            await asyncio.to_thread(self._forget, sender_id)
            await asyncio.to_thread(self._inbox.finish, number, anonymous=True)
        elif received.kind == "event:template":
            told = str(received.payload.get("message_id")), str(received.payload.get("status"))
            await asyncio.to_thread(self._conversations.template_finished, sender_id, *told)
            await asyncio.to_thread(self._inbox.finish, number)
        elif received.attempts > MAX_ATTEMPTS:
            log.error("a push was given up", inbox_id=number, attempts=received.attempts)
            await asyncio.to_thread(self._conversations.give_up, sender_id, number, self._texts.failure)
        elif standing.with_staff:
            words = dialogue.said(received)
            await asyncio.to_thread(self._conversations.keep, sender_id, number, words, standing.open_question)
        else:
            await self._talk(received, standing)

    async def _talk(self, received: Received, standing: Standing) -> None:
        if self.on_new_message is None:
            raise RuntimeError("the channel is not mounted")
        try:
            message = dialogue.user_message(received, standing)
            await dialogue.run(self.on_new_message, message, self.limits.turn)
            if self._deliveries.of(received.id).outcome is None:
                raise dialogue.NotRecorded
        except AlreadyRecorded:
            log.info("a turn was dropped: its push is not ours any more", inbox_id=received.id)
        except Exception as error:
            if is_outage(error):
                raise
            log.error("a turn failed", inbox_id=received.id, error=type(error).__name__)
            await self._apologise(received, standing)

    async def _apologise(self, received: Received, standing: Standing) -> None:
        try:
            await asyncio.to_thread(
                self._conversations.record_failure,
                received.sender_id,
                received.id,
                dialogue.said(received),
                self._texts.failure,
                standing.open_question,
            )
        except AlreadyRecorded:
            log.info("a failed turn was dropped: its push is not ours any more", inbox_id=received.id)

    async def _look_on(self, received: Received) -> Answer:
        """Wait for another process's reply; when it takes too long, that process has to push it."""
        with_margin = self.limits.passive - 2 * self.limits.poll
        try:
            async with asyncio.timeout(with_margin):
                while True:
                    await asyncio.sleep(self.limits.poll)
                    now = await asyncio.to_thread(self._inbox.look, received.id)
                    if now is None or now.status is Status.FINISHED:
                        return _stored_answer(now) if now else ACCEPTED
        except TimeoutError:
            await asyncio.to_thread(self._inbox.ask_push, received.id)
            return ACCEPTED

    def _end(self, run: _Run, result: Answer | Exception | None) -> None:
        """The push is out of work; without a result (the task was cancelled) those who wait are cancelled, too."""
        if self._runs.get(run.key) is run:
            del self._runs[run.key]
        run.ticket.leave()
        if run.answer.done():
            return
        if result is None:
            run.answer.cancel()
        elif isinstance(result, Answer):
            run.answer.set_result(result)
        else:
            run.answer.set_exception(result)
            run.answer.exception()

    # The database is down

    async def _keep_on_disk(self, arrival: Arrival) -> Answer:
        """On the disk first, then one apology."""
        kept = Arrival(**{**_fields(arrival), "answered": True})
        await self._in(self._spilling, self._spill.add, kept)
        self._fail_over()
        return self._excuse(arrival.sender_id)

    def _postpone(self, received: Received) -> Answer:
        """The push is stored, its turn could not be kept: again when the database is back."""
        self._later.append(received)
        self._fail_over()
        return self._excuse(received.sender_id)

    def _excuse(self, sender_id: str) -> Answer:
        if sender_id in self._apologised:
            return ACCEPTED
        self._apologised.add(sender_id)
        return Answer(self._texts.outage)

    def _fail_over(self) -> None:
        if not self._down:
            self._down = True
            log.error("the database is out of reach; pushes are kept on disk")
            self._recovery = self._start(self._recover())

    async def _recover(self) -> None:
        pauses = list(self.limits.recovery)
        while True:
            await asyncio.sleep(pauses.pop(0) if len(pauses) > 1 else pauses[0])
            if not await asyncio.to_thread(self._inbox.available):
                continue
            try:
                await self._take_up_kept()
            except Exception as error:
                log.warning("the database is not back yet", error=type(error).__name__)
                continue
            self._down = False
            log.info("the database is back")
            return

    async def _take_up_kept(self) -> None:
        """Work on what was postponed and what lies on the disk, in the order in which it came."""
        later, self._later = self._later, []
        for received in later:
            self._take_up(received, push=True)
        while True:
            arrivals, count = await self._in(self._spilling, self._spill.read)
            if not count:
                return
            for arrival in arrivals:
                await self._take_up_arrival(arrival)
            await self._in(self._spilling, self._spill.clear, count)

    async def _take_up_arrival(self, arrival: Arrival) -> None:
        try:
            received = await self._in(self._storing, self._inbox.receive, arrival)
        except Exception as error:
            if is_outage(error):
                raise
            log.error("a kept push could not be stored", error=type(error).__name__)
            return
        if received.status is Status.MINE:
            self._take_up(received, push=True)

    # Upkeep

    def _take_up(self, received: Received, *, push: bool = False) -> None:
        if received.unique_key not in self._runs:
            run = self._begin(received.unique_key, received.sender_id, push=push or received.push)
            self._start(self._work(run, received))

    async def _resume(self) -> None:
        for received in await asyncio.to_thread(self._inbox.take_unfinished):
            self._take_up(received)

    async def _keep_up(self) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(self.limits.upkeep)
            rounds += 1
            if self._down:
                continue
            if self._runs:
                await self._guarded(lambda: asyncio.to_thread(self._inbox.renew))
            await self._guarded(self._resume)
            await self._guarded(lambda: asyncio.to_thread(self._inbox.push_unanswered))
            if rounds % 12 == 0:
                await self._guarded(lambda: asyncio.to_thread(self._inbox.purge))

    async def _mark_answered(self) -> None:
        self._flush = None
        marks = self._marks()
        if not any(marks):
            return
        try:
            await self._in(self._storing, self._inbox.mark_answered, *marks)
        except Exception as error:
            self._unmark(marks)
            log.warning("answers could not be marked", error=type(error).__name__)

    def _marks(self) -> tuple[list[int], list[str]]:
        marks = self._answered, self._repeats
        self._answered, self._repeats = [], []
        return marks

    def _unmark(self, marks: tuple[list[int], list[str]]) -> None:
        self._answered += marks[0]
        self._repeats += marks[1]

    async def _guarded(self, work: Callable[[], Any]) -> None:
        try:
            await work()
        except Exception as error:
            log.warning("upkeep failed", error=type(error).__name__)

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _in(self, pool: ThreadPoolExecutor, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, call, *arguments)


def _stored_answer(received: Received) -> Answer:
    """What an earlier delivery of the push was answered, again."""
    if received.state in ("done", "answered") and received.reply:
        return Answer(received.reply, received.id)
    return ACCEPTED


def _fields(arrival: Arrival) -> dict[str, Any]:
    return {name: getattr(arrival, name) for name in arrival.__dataclass_fields__}
