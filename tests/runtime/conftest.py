"""A small order bot, trained once a run, and conversations with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.runtime.quiet import load_rasa

load_rasa()

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage  # noqa: E402
from rasa_sdk.executor import ActionExecutor  # noqa: E402

from bot.runtime.actions import InProcessActions, use_cached_validation  # noqa: E402
from bot.runtime.locks import FirstComeLockStore, SenderLock  # noqa: E402
from bot.runtime.processor import TurnAgent  # noqa: E402
from bot.runtime.tracker_store import TurnTrackerStore  # noqa: E402
from bot.runtime.turns import TurnLog  # noqa: E402
from tests.runtime import sample_actions  # noqa: E402

BOT = Path(__file__).parent / "bot"
MakeAgent = Callable[..., TurnAgent]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained model of the order bot."""
    import warnings

    import rasa.model_training

    out = tmp_path_factory.mktemp("model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = rasa.model_training.train(
            domain=str(BOT / "domain.yml"),
            config=str(BOT / "config.yml"),
            training_files=[str(BOT / "data.yml")],
            output=str(out),
            fixed_model_name="order",
            force_training=True,
        )
    assert result.model
    return Path(result.model)


def executor() -> ActionExecutor:
    """The order bot's actions, and no others that some test module defines."""
    found = ActionExecutor()
    for action in sample_actions.ALL:
        found.register_action(action)
    return found


@pytest.fixture
def make_agent(model: Path) -> MakeAgent:
    """Makes an agent as a fresh process would: over a log, with its own memory."""

    def make(log: TurnLog, limit: int = 60, live: int = 2000, shared: SenderLock | None = None) -> TurnAgent:
        use_cached_validation()
        store = TurnTrackerStore(log=log, limit=limit, live=live)
        agent = TurnAgent(store, FirstComeLockStore(shared=shared), InProcessActions(None, executor()))
        agent.load_model(model)
        return agent

    return make


async def say(agent: TurnAgent, text: str, sender: str = "wx:one", inbox_id: int = 0) -> list[str]:
    """What the bot answers."""
    output = CollectingOutputChannel()
    message = UserMessage(text, output, sender, input_channel="wechat", metadata={"inbox_id": inbox_id})
    await agent.handle_message(message)
    return [reply["text"] for reply in output.messages]
