"""Time of understanding one message in a warm process, beside the stock recipe's parse on the same texts.

python -m benchmarks.understanding [--only ours|stock] [--work var/bench]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import stock_bot

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "tests/data/messages_colloquial.jsonl"
WARM = 5
"""Messages before the clock counts."""
WANTED_P50, WANTED_P95 = 5.0, 12.0
"""Milliseconds a message may take."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""As our processes run; TensorFlow keeps its own pool."""
Result = dict[str, Any]


def texts() -> list[str]:
    """Different messages of every kind, so that no cache answers."""
    rows = TEXTS.read_text("utf-8").splitlines()
    return list(dict.fromkeys(json.loads(row)["text"] for row in rows))


def train_ours(models: Path) -> tuple[Path, float]:
    """The present model and what training took in seconds (0 when it was there)."""
    from bot.runtime.training import TrainingPaths, current_model, train

    paths = TrainingPaths(models=models)
    if found := current_model(paths):
        return found, 0.0
    began = time.monotonic()
    model = train(paths, say=lambda line: print(f"  {line}", file=sys.stderr))
    return model, time.monotonic() - began


def parse_ours(model: Path, messages: list[str]) -> Result:
    """Start, memory and milliseconds of each message in this process."""
    began = time.perf_counter()
    from bot.nlu.parse import Parser

    parser = Parser(model)
    parser.parse("热身")
    start = time.perf_counter() - began
    spent = [_timed(parser, text) for text in [f"热身{number}" for number in range(WARM)] + messages]
    status = Path("/proc/self/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return {"start_s": start, "memory_mb": resident // 1024, "ms": spent[WARM:]}


def _timed(parser: Any, text: str) -> float:
    began = time.perf_counter()
    parser.parse(text)
    return 1000 * (time.perf_counter() - began)


def _run(command: Sequence[str], messages: list[str], cwd: Path) -> Result:
    """What a measuring process of its own writes last."""
    env = {**os.environ, **stock_bot.QUIET, **ONE_THREAD}
    given = json.dumps(messages)
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=cwd, env=env)
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(work: Path, only: str | None) -> dict[str, Result]:
    """Both sides, one after the other."""
    messages, result = texts(), {}
    if only != "stock":
        model, seconds = train_ours(work / "models")
        command = [sys.executable, "-m", "benchmarks.understanding", "--worker", str(model)]
        result["ours"] = {**_run(command, messages, ROOT), "train_s": seconds, "model_mb": model.stat().st_size / 1e6}
    if only != "ours":
        python = stock_bot.prepare(work)
        model = stock_bot.train(python, work)
        result["stock"] = _run([str(python), "parse.py", str(model)], messages, stock_bot.HERE)
    return result


def summary(one: Result) -> Result:
    """p50 and p95 in place of the single times."""
    spent = sorted(one["ms"])
    return {
        "p50_ms": round(statistics.median(spent), 2),
        "p95_ms": round(spent[int(len(spent) * 0.95)], 2),
        **{key: round(value, 1) for key, value in one.items() if key != "ms"},
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, write understanding.json; 1 when a message takes longer than it may."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=("ours", "stock"))
    options.add_argument("--work", type=Path, default=Path("var/bench"))
    options.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args(argv)
    if given.worker:
        print(json.dumps(parse_ours(given.worker, json.load(sys.stdin))))
        return 0
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    result = {name: summary(one) for name, one in measure(work, given.only).items()}
    (work / "understanding.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{len(texts())} messages, {os.cpu_count()} cores")
    for name, one in result.items():
        print(f"{name:6}", "  ".join(f"{key} {value}" for key, value in one.items()))
    ours = result.get("ours")
    return 0 if ours is None or (ours["p50_ms"] <= WANTED_P50 and ours["p95_ms"] <= WANTED_P95) else 1


if __name__ == "__main__":
    sys.exit(main())
