"""The bot process as it is, but that a message with 慢 takes ZHULI_TEST_SLOW seconds before its turn."""

import asyncio
import os
from typing import Any

from bot.runtime import quiet
from bot.settings import load


def main() -> None:
    settings = load()
    quiet.environment()
    quiet.logs(settings.log_level)
    quiet.load_rasa()
    from bot import bootstrap
    from bot.runtime.launcher import serve

    options, parts = bootstrap.bot_parts(settings, bootstrap.train(settings, if_needed=True))
    channel = parts.channels[0]
    mount = channel.blueprint

    def blueprint(on_new_message: Any) -> Any:
        async def slowly(message: Any) -> Any:
            if "慢" in (message.text or ""):
                await asyncio.sleep(float(os.environ["ZHULI_TEST_SLOW"]))
            return await on_new_message(message)

        return mount(slowly)

    channel.blueprint = blueprint
    serve(options, parts)


if __name__ == "__main__":
    main()
