"""Training: when needed, once at a time, all or nothing."""

import multiprocessing
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.runtime.training import TrainingFailed, TrainingPaths, current_model, fingerprint, train
from tests.runtime.conftest import BOT


@pytest.fixture
def paths(tmp_path: Path) -> TrainingPaths:
    """The order bot's sources in a folder of their own, with one source file of a pipeline."""
    sources = tmp_path / "bot"
    shutil.copytree(BOT, sources)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "encoder.py").write_text("SIZE = 1\n")
    return TrainingPaths(
        models=tmp_path / "models",
        config=sources / "config.yml",
        domain=sources / "domain.yml",
        data=(sources / "data.yml",),
        code=(tmp_path / "code",),
    )


pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_model_is_trained_once_and_again_when_a_source_changes(
    paths: TrainingPaths, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    assert current_model(paths) is None
    first = train(paths, say=said.append)
    assert first.is_file()
    assert current_model(paths) == first
    assert train(paths, say=said.append) == first
    assert len(said) == 2
    (paths.code[0] / "encoder.py").write_text("SIZE = 2\n")
    assert current_model(paths) is None
    second = train(paths, say=said.append)
    assert second != first
    assert first.is_file()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("role", ["config", "domain", "data", "code"])
def test_every_source_counts(paths: TrainingPaths, role: str) -> None:
    before = fingerprint(paths)
    source = getattr(paths, role)
    file = source if isinstance(source, Path) else source[0]
    file = file if file.is_file() else file / "new.py"
    file.write_text((file.read_text() if file.exists() else "") + "\n# changed\n")
    assert fingerprint(paths) != before


def test_compiled_and_hidden_files_do_not_count(paths: TrainingPaths) -> None:
    before = fingerprint(paths)
    (paths.code[0] / "encoder.pyc").write_bytes(b"1")
    (paths.code[0] / ".swp").write_bytes(b"1")
    assert fingerprint(paths) == before


def test_a_file_moved_to_another_role_counts(paths: TrainingPaths) -> None:
    swapped = replace(paths, data=paths.code, code=paths.data)
    assert fingerprint(swapped) != fingerprint(paths)


def test_data_that_rasa_refuses_leaves_the_old_model(paths: TrainingPaths) -> None:
    old = train(paths, say=lambda _: None)
    paths.data[0].write_text(
        'version: "3.1"\nrules:\n  - rule: x\n    steps: [{action: action_never}, {nonsense: 1}]\n'
    )
    paths.config.write_text("recipe: default.v1\nlanguage: en\npipeline: [{name: NoSuchComponent}]\npolicies: []\n")
    with pytest.raises(TrainingFailed):
        train(paths, say=lambda _: None)
    assert [path.name for path in paths.models.glob("*.tar.gz")] == [old.name]
    assert list(paths.models.glob(".training-*")) == []


def _train_elsewhere(paths: TrainingPaths, answers: "multiprocessing.Queue[tuple[str, list[str]]]") -> None:
    said: list[str] = []
    answers.put((train(paths, say=said.append).name, said))


def test_two_processes_at_once_train_once(paths: TrainingPaths) -> None:
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[tuple[str, list[str]]] = spawn.Queue()
    workers = [spawn.Process(target=_train_elsewhere, args=(paths, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    assert len({name for name, _ in found}) == 1
    assert sum("正在训练对话模型…" in said for _, said in found) == 1
