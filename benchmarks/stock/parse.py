"""Times the stock model's understanding: texts as a JSON list on stdin, one JSON object on stdout.

python parse.py MODEL; runs in the stock environment, which has none of our packages.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

WARM = 5
"""Messages before the clock counts."""


async def timed(agent: Any, texts: "list[str]") -> "list[float]":
    """Milliseconds of each message."""
    spent = []
    for text in texts[:WARM] + texts:
        began = time.perf_counter()
        await agent.parse_message(text)
        spent.append(1000 * (time.perf_counter() - began))
    return spent[WARM:]


def main() -> None:
    """Loads the model and writes {"start_s", "memory_mb", "ms"}."""
    texts = json.load(sys.stdin)
    began = time.perf_counter()
    from rasa.core.agent import Agent

    agent = Agent.load(sys.argv[1])
    start = time.perf_counter() - began
    spent = asyncio.run(timed(agent, texts))
    status = Path("/proc/self/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    print(json.dumps({"start_s": start, "memory_mb": resident // 1024, "ms": spent}))


if __name__ == "__main__":
    main()
