"""A parser on a model that is trained once a run from the project's own data."""

import warnings
from pathlib import Path

import pytest

from bot.nlu.parse import Parser
from bot.runtime.quiet import load_rasa


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained by Rasa with config.yml and nlu_data."""
    load_rasa()
    from rasa.model_training import train_nlu

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = tmp_path_factory.mktemp("nlu")
        trained = train_nlu(config="config.yml", nlu_data="nlu_data", output=str(folder))
    assert trained is not None
    return Path(trained)


@pytest.fixture(scope="session")
def parser(model: Path) -> Parser:
    return Parser(model)
