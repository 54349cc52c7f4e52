"""python -m tests.dialogue.simulated [--runs 300] [--seed 1] [--failures DIR] [--json]"""

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bot.runtime import quiet


def main() -> int:
    """0 when all targets are met, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.dialogue.simulated", description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="talks (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same people")
    parser.add_argument("--failures", type=Path, help="folder for the transcripts of what went wrong")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    given = parser.parse_args()
    quiet.environment()
    quiet.logs("ERROR")
    quiet.load_rasa()
    from tests.dialogue.simulated import report, run
    from tests.dialogue.simulated.targets import missed

    with tempfile.TemporaryDirectory() as folder, run.world(Path(folder)) as found:
        outcomes = asyncio.run(run.hold_all(found, given.runs, given.seed, _progress))
    figures = report.figures(outcomes)
    print(json.dumps(asdict(figures), ensure_ascii=False, indent=2) if given.json else report.text(outcomes))
    if given.failures:
        print(f"{report.write_failures(outcomes, given.failures)} → {given.failures}", file=sys.stderr)
    short = missed(figures)
    for line in short:
        print(line, file=sys.stderr)
    return 1 if short else 0


def _progress(done: int, total: int) -> None:
    if done % 25 == 0 or done == total:
        print(f"{done}/{total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
