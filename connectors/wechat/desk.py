"""The desk: every push is stored, worked on once, and answered in time or later."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.services.conversations import ConversationLog
from bot.services.deliveries import Deliveries, Delivery
from bot.services.inbox import Arrival, Inbox, Received, ReplayedRequest, Status, is_outage
from bot.services.spill import Spill
from connectors.wechat.clerk import Clerk
from connectors.wechat.crypto import RejectedRequest
from connectors.wechat.dialogue import OnNewMessage
from connectors.wechat.limits import ACCEPTED, Answer, Limits
from connectors.wechat.marks import Marks
from connectors.wechat.outage import Outage
from connectors.wechat.turnstile import Ticket, Turnstile
from connectors.wechat.wording import ChannelTexts

log = structlog.get_logger(__name__)
_PURGE_ROUNDS = 12


@dataclass(slots=True)
class _Run:
    """A push in work and everyone who waits for it."""

    key: str
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
        self._limits = limits or Limits()
        self._inbox = inbox
        self._deliveries = deliveries
        forget = forget or conversations.forget
        self._clerk = Clerk(inbox, conversations, deliveries, texts, forget, self._limits.turn)
        self._outage = Outage(inbox, spill, texts.outage, self._make_up, self._limits.recovery)
        self._storing = ThreadPoolExecutor(4, "inbox")
        self._marks = Marks(inbox, self._storing, self._limits.flush)
        self._runs: dict[str, _Run] = {}
        self._turnstile = Turnstile()
        self._slots = asyncio.Semaphore(self._limits.turns)
        self._tasks: set[asyncio.Task[None]] = set()
        self._upkeep: asyncio.Task[None] | None = None

    def mount(self, on_new_message: OnNewMessage) -> None:
        """Say who talks: Rasa's handler of messages."""
        self._clerk.on_new_message = on_new_message

    async def answer(self, arrival: Arrival) -> Answer:
        """The answer to one delivery of a push; all deliveries of a push get the same one.

        Raises RejectedRequest for a request that was answered before.
        """
        run = self._runs.get(arrival.unique_key)
        if run is None:
            run = self._begin(arrival.unique_key, arrival.sender_id, Delivery())
            self._start(self._store_and_work(run, arrival))
        elif arrival.digest and arrival.digest not in run.digests:
            self._marks.repeated(arrival.digest)
        if arrival.digest:
            run.digests.add(arrival.digest)
        return await self._wait(run)

    def written(self, answer: Answer) -> None:
        """`answer` was written to its socket."""
        self._marks.answered(answer)

    async def start(self) -> None:
        """Take up what an earlier process left unfinished, and begin the upkeep."""
        await self._outage.start()
        await self._guarded(self._resume)
        self._upkeep = asyncio.create_task(self._keep_up())

    async def stop(self, within: float = 10.0) -> None:
        """Let running turns end `within` seconds; the rest is left to the next process."""
        if self._upkeep is not None:
            self._upkeep.cancel()
        await self._outage.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._marks.store()
        await self._guarded(lambda: asyncio.to_thread(self._inbox.release))
        self._storing.shutdown(wait=False)

    async def idle(self) -> None:
        """Returns when nothing is in work and all answers are marked."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._marks.store()

    async def _wait(self, run: _Run) -> Answer:
        run.delivery.listen()
        try:
            async with asyncio.timeout(self._limits.passive):
                return await asyncio.shield(run.answer)
        except TimeoutError:
            if run.delivery.give_up():
                return ACCEPTED
        finally:
            run.delivery.leave()
        done, _ = await asyncio.wait([run.answer], timeout=self._limits.grace)
        return run.answer.result() if done else ACCEPTED

    def _begin(self, key: str, sender_id: str, delivery: Delivery) -> _Run:
        future = asyncio.get_running_loop().create_future()
        run = self._runs[key] = _Run(key, delivery, self._turnstile.ticket(sender_id), future)
        return run

    async def _store_and_work(self, run: _Run, arrival: Arrival) -> None:
        try:
            stored = await self._stored(arrival)
            if isinstance(stored, Answer):
                self._end(run, stored)
            else:
                await self._work(run, stored)
        except ReplayedRequest:
            self._end(run, RejectedRequest("replay"))
        except Exception as error:
            log.error("a push could not be kept", error=type(error).__name__)
            self._end(run, error)
        finally:
            self._end(run, None)

    async def _stored(self, arrival: Arrival) -> Received | Answer:
        """The stored push; an answer when it had to go to the disk, because the database is slow or away."""
        if self._outage.lasts:
            return await self._outage.keep(arrival, certain=True)
        marks = self._marks.take()
        try:
            async with asyncio.timeout(self._limits.store):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._storing, self._inbox.receive, arrival, *marks)
        except Exception as error:
            self._marks.put_back(marks)
            late = isinstance(error, TimeoutError)
            if not late and not is_outage(error):
                raise
            log.warning("a push could not be stored", error=type(error).__name__)
            return await self._outage.keep(arrival, certain=not late)

    async def _work(self, run: _Run, received: Received) -> None:
        try:
            if received.status is Status.MINE:
                self._end(run, await self._take(run, received))
            elif received.status is Status.ELSEWHERE:
                self._end(run, await self._look_on(received))
            else:
                self._end(run, _stored_answer(received))
        except Exception as error:
            if not is_outage(error):
                log.error("a push could not be worked on", inbox_id=received.id, error=type(error).__name__)
            self._end(run, self._outage.postpone(received) if is_outage(error) else error)
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
            await self._clerk.work(received, standing)
        self._outage.over_for(received.sender_id)
        outcome = run.delivery.outcome
        return Answer(outcome.reply, received.id) if outcome and outcome.state == "done" else ACCEPTED

    async def _look_on(self, received: Received) -> Answer:
        """Wait for another process's reply; when it takes too long, that process has to push it."""
        try:
            async with asyncio.timeout(self._limits.passive - 2 * self._limits.poll):
                while True:
                    await asyncio.sleep(self._limits.poll)
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

    def _make_up(self, received: Received) -> None:
        """After an outage: the request was answered, so the reply is pushed."""
        self._take_up(received, Delivery(push=True))

    def _take_up(self, received: Received, delivery: Delivery) -> None:
        if received.unique_key not in self._runs:
            run = self._begin(received.unique_key, received.sender_id, delivery)
            self._start(self._work(run, received))

    async def _resume(self) -> None:
        for received in await asyncio.to_thread(self._inbox.take_unfinished):
            self._take_up(received, Delivery(push=received.push))

    async def _keep_up(self) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(self._limits.upkeep)
            rounds += 1
            if self._outage.lasts:
                continue
            if self._runs:
                await self._guarded(lambda: asyncio.to_thread(self._inbox.renew))
            await self._guarded(self._resume)
            await self._guarded(lambda: asyncio.to_thread(self._inbox.push_unanswered))
            if rounds % _PURGE_ROUNDS == 0:
                await self._guarded(lambda: asyncio.to_thread(self._inbox.purge))

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        try:
            await work()
        except Exception as error:
            log.warning("upkeep failed", error=type(error).__name__)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _stored_answer(received: Received) -> Answer:
    """What an earlier delivery of the push was answered, again."""
    if received.state in ("done", "answered") and received.reply:
        return Answer(received.reply, received.id)
    return ACCEPTED
