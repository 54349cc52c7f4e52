"""`make bench`: messages a second through the WeChat webhook, beside stock Rasa 3.6.21, in one run.

python -m benchmarks.dialogue [--seconds 20] [--only ours|stock] [--work var/bench]
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import our_bot, stock_bot
from benchmarks.conversation import MESSAGES
from benchmarks.wechat import Account

CONCURRENCY = (1, 8, 32)
WANTED = 8.0
"""Times the throughput of stock Rasa that we want to have."""
Result = dict[str, Any]


def measure(kind: str, url: str, concurrency: int, seconds: float, account: Account | None) -> Result:
    """One run of the load generator in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load", kind, url, str(concurrency), str(seconds)]
    given = json.dumps(asdict(account)) if account else ""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=our_bot.ROOT)
    found: Result = json.loads(done.stdout)
    return found


def run(work: Path, seconds: float, only: str | None) -> Result:
    """Both bots up at once, measured in turn at each concurrency."""
    account = Account()
    result: Result = {"machine": f"{os.cpu_count()} cores, {platform.machine()}", "seconds": seconds}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work, prefix="run-")))
        sides: list[tuple[str, str, str, Account | None]] = []
        if only != "ours":
            python = stock_bot.prepare(work)
            model = stock_bot.train(python, work)
            url, start = stack.enter_context(stock_bot.running(python, model, folder))
            sides.append(("stock", "rest", url, None))
            result["stock"] = {**start, "runs": []}
        if only != "stock":
            url, start = stack.enter_context(our_bot.running(account, folder, work / "models"))
            sides.append(("ours", "wechat", url, account))
            result["ours"] = {**start, "runs": []}
        for concurrency in CONCURRENCY:
            for name, kind, url, given in sides:
                print(f"  {name}, {concurrency} at once …", file=sys.stderr, flush=True)
                result[name]["runs"].append(measure(kind, url, concurrency, seconds, given))
    return result


def table(result: Result) -> str:
    """The figures for people."""
    lines = [f"{len(MESSAGES)} messages a conversation; {result['machine']}; {result['seconds']:.0f} s a run", ""]
    head = f"{'':8}{'at once':>8}{'msg/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'errors':>8}{'submitted':>12}"
    lines.append(head)
    for name in ("stock", "ours"):
        for one in result.get(name, {}).get("runs", []):
            lines.append(
                f"{name:8}{one['concurrency']:>8}{one['per_second']:>9}{one['p50_ms']:>9}{one['p95_ms']:>9}"
                f"{one['errors']:>8}{one['submitted']:>6}/{one['conversations']:<5}"
            )
    for name in ("stock", "ours"):
        if name in result:
            lines.append(f"{name}: start {result[name]['start_s']} s, memory {result[name]['memory_mb']} MB")
    lines += [f"{key} at once: {value}× stock" for key, value in result.get("ratio", {}).items()]
    return "\n".join(lines)


def ratios(result: Result) -> dict[str, float]:
    """Our throughput over stock Rasa's by concurrency."""
    pairs = zip(result["ours"]["runs"], result["stock"]["runs"], strict=True)
    return {str(a["concurrency"]): round(a["per_second"] / max(b["per_second"], 0.1), 1) for a, b in pairs}


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print the table, write dialogue.json; 1 when we are slower than we want to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--only", choices=("ours", "stock"))
    parser.add_argument("--work", type=Path, default=Path("var/bench"))
    given = parser.parse_args(argv)
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    only = given.only
    if only is None:
        try:
            stock_bot.find_python()
        except stock_bot.NoStockPython as error:
            print(f"{error}; measuring ours alone", file=sys.stderr)
            only = "ours"
    result = run(work, given.seconds, only)
    if "ours" in result and "stock" in result:
        result["ratio"] = ratios(result)
    (work / "dialogue.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    return 0 if all(value >= WANTED for value in result.get("ratio", {}).values()) else 1


if __name__ == "__main__":
    sys.exit(main())
