"""Runs the order bot as a process: python -m tests.runtime.serve_order_bot MODEL PORT FOLDER."""

import sys
from pathlib import Path

from bot.runtime.quiet import load_rasa, logs


def main(model: Path, port: int, folder: Path) -> None:
    load_rasa()
    logs("INFO")
    from rasa.core.channels.rest import RestInput

    from bot.runtime.actions import InProcessActions
    from bot.runtime.launcher import BotOptions, BotParts, serve
    from tests.runtime.conftest import executor
    from tests.runtime.sqlite_log import SqliteTurnLog

    async def started() -> None:
        (folder / "notes").write_text("started\n")

    async def stopped() -> None:
        with (folder / "notes").open("a") as notes:
            notes.write("stopped\n")

    parts = BotParts(
        channels=[RestInput()],
        turns=SqliteTurnLog(folder / "turns.db"),
        actions=InProcessActions(None, executor()),
        on_start=[started],
        on_stop=[stopped],
    )
    serve(BotOptions("127.0.0.1", port, model), parts)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
