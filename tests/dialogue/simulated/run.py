"""Many talks one after another over one temporary database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import bootstrap
from bot.runtime.processor import TurnAgent
from bot.settings import ROOT, load
from tests.conftest import Clock
from tests.dialogue.simulated.talks import Outcome, World, hold, person

Progress = Callable[[int, int], None]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """The trained bot over a new SQLite database with the sample directory."""
    from bot.runtime.launcher import BotOptions, BotParts, load_agent

    model = bootstrap.train(load(var_dir=ROOT / "var/tests", demo=True), if_needed=True, say=lambda _: None)
    settings, clock = load(var_dir=folder, demo=True), Clock()
    bootstrap.migrate(settings)
    house = bootstrap.services(settings, clock)
    house.directory.load_demo()
    house.routing.warm_up()

    def restart() -> TurnAgent:
        return load_agent(BotOptions("", 0, model), BotParts(channels=[], turns=house.conversations, warm_up=None))

    yield World(house, clock, restart(), restart)
    house.db.close()


async def hold_all(found: World, runs: int, seed: int, progress: Progress = lambda done, total: None) -> list[Outcome]:
    """The first `runs` people of `seed`."""
    outcomes = []
    for number in range(runs):
        outcomes.append(await hold(found, person(number, seed), f"wx:simulated-{seed}-{number}"))
        progress(number + 1, runs)
    return outcomes
