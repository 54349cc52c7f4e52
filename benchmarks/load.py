"""The load generator, a process of its own: people who talk one after another over kept-alive connections.

python -m benchmarks.load wechat|rest URL CONCURRENCY SECONDS; the account of `wechat` is read from stdin.
"""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field

import aiohttp

from benchmarks.conversation import MESSAGES, SUBMITTED
from benchmarks.wechat import Account, answer_text, text_push

WARM_UP = 0.2
"""Share of the time that is not counted."""
Say = Callable[[str, str], Awaitable[str]]


@dataclass
class Figures:
    """What a run gave."""

    concurrency: int
    seconds: float = 0.0
    messages: int = 0
    errors: int = 0
    """Answers with another status than 200, or without any text."""
    conversations: int = 0
    submitted: int = 0
    """Conversations that ended with a demand's number."""
    latencies: list[float] = field(default_factory=list, repr=False)

    def summary(self) -> dict[str, float | int]:
        """Messages a second and the times in milliseconds."""
        times = sorted(self.latencies) or [0.0]
        found = {key: value for key, value in asdict(self).items() if key != "latencies"}
        return {
            **found,
            "per_second": round(self.messages / self.seconds, 1) if self.seconds else 0.0,
            "p50_ms": round(times[len(times) // 2] * 1000, 1),
            "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
        }


def over_wechat(session: aiohttp.ClientSession, url: str, account: Account) -> Say:
    """Says something in safe mode; the answer is the passive reply."""

    async def say(person: str, text: str) -> str:
        query, body = text_push(account, person, text)
        async with session.post(url, params=query, data=body.encode()) as answer:
            return answer_text(account, await answer.text()) if answer.status == 200 else ""

    return say


def over_rest(session: aiohttp.ClientSession, url: str) -> Say:
    """Says something over Rasa's REST channel."""

    async def say(person: str, text: str) -> str:
        async with session.post(url, json={"sender": person, "message": text}) as answer:
            if answer.status != 200:
                return ""
            return "\n".join(reply.get("text", "") for reply in await answer.json())

    return say


async def people(say: Say, concurrency: int, seconds: float) -> Figures:
    """`concurrency` people at once, each a new one after a conversation, until the time is over."""
    figures = Figures(concurrency)
    begin = time.perf_counter()
    counted_from, end = begin + seconds * WARM_UP, begin + seconds

    async def talk() -> None:
        while time.perf_counter() < end:
            person = "o" + secrets.token_urlsafe(20)[:27]
            done = False
            for text in MESSAGES:
                sent = time.perf_counter()
                if sent >= end:
                    return
                answer = await say(person, text)
                now = time.perf_counter()
                done = done or SUBMITTED in answer
                if sent >= counted_from and now <= end:
                    figures.messages += 1
                    figures.errors += not answer
                    figures.latencies.append(now - sent)
            figures.conversations += 1
            figures.submitted += done

    await asyncio.gather(*(talk() for _ in range(concurrency)))
    figures.seconds = end - counted_from
    return figures


async def main(kind: str, url: str, concurrency: int, seconds: float) -> None:
    """Run and print one JSON line."""
    account = Account(**json.loads(sys.stdin.read())) if kind == "wechat" else None
    connector = aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=60)
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        say = over_wechat(session, url, account) if account else over_rest(session, url)
        figures = await people(say, concurrency, seconds)
    print(json.dumps(figures.summary()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
