"""Turns of one person in the order in which their messages came."""

import asyncio


class Ticket:
    """A place in a person's line."""

    def __init__(self, line: "Turnstile", sender_id: str, before: asyncio.Event | None) -> None:
        self._line = line
        self._sender_id = sender_id
        self._before = before
        self.over = asyncio.Event()

    async def wait(self) -> bool:
        """Returns when all that came before is over; True when there was anything to wait for."""
        if self._before is None or self._before.is_set():
            return self._before is not None
        await self._before.wait()
        return True

    def leave(self) -> None:
        """Let the next one in."""
        self.over.set()
        self._line.left(self._sender_id, self.over)


class Turnstile:
    """The lines of all people of this process; nothing is kept for those who have no message in work."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Event] = {}

    def ticket(self, sender_id: str) -> Ticket:
        """The next place in the person's line; has to be left, used or not."""
        ticket = Ticket(self, sender_id, self._last.get(sender_id))
        self._last[sender_id] = ticket.over
        return ticket

    def left(self, sender_id: str, over: asyncio.Event) -> None:
        if self._last.get(sender_id) is over:
            del self._last[sender_id]
