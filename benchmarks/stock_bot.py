"""Stock Rasa 3.6.21 in an environment of its own: DIET, TED, an HTTP action server, the SQL tracker store."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import free_port, memory_mb, server

HERE = Path(__file__).parent / "stock"
PYTHONS = ("3.10", "3.9", "3.8")
"""What Rasa 3.6.21 declares to run on."""
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


class NoStockPython(RuntimeError):
    """No Python that stock Rasa runs on was found."""


def find_python() -> str:
    """A Python of 3.8 to 3.10: on the path, from pyenv, or one that uv can get."""
    for version in PYTHONS:
        found = shutil.which(f"python{version}")
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
        for path in sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python")):
            return str(path)
    if uv := shutil.which("uv"):
        got = subprocess.run([uv, "python", "find", "3.10"], capture_output=True, text=True)
        if got.returncode == 0:
            return got.stdout.strip()
    raise NoStockPython("stock Rasa 3.6.21 needs Python 3.8, 3.9 or 3.10")


def prepare(work: Path) -> Path:
    """The interpreter of the stock environment, made once below `work` (1.6 GB, several minutes)."""
    venv = work / "stock-venv"
    done, lock = venv / ".installed", HERE / "requirements.lock"
    python = venv / "bin/python"
    if not (done.is_file() and done.read_bytes() == lock.read_bytes()):
        print("  installing stock Rasa (once, some minutes) …", flush=True)
        subprocess.run([find_python(), "-m", "venv", "--clear", str(venv)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--no-deps", "-r", str(lock)], check=True)
        done.write_bytes(lock.read_bytes())
    return python


def train(python: Path, work: Path) -> Path:
    """The stock model, trained once (about two minutes)."""
    model = work / "stock-models/stock.tar.gz"
    sources = list(HERE.rglob("*.yml"))
    if not model.is_file() or model.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        print("  training the stock bot (once, some minutes) …", flush=True)
        command = [str(python), "-m", "rasa", "train", "--data", "data", "--domain", "domain.yml"]
        command += ["--config", "config.yml", "--out", str(model.parent), "--fixed-model-name", "stock", "--force"]
        env = {**QUIET, "RASA_MAX_CACHE_SIZE": "0"}
        with (work / "stock-train.log").open("wb") as log:
            subprocess.run(command, cwd=HERE, env={**os.environ, **env}, stdout=log, stderr=log, check=True)
    return model


@contextlib.contextmanager
def running(python: Path, model: Path, folder: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The address of a running stock bot and what its start took; its data is below `folder`."""
    actions, port = free_port(), free_port()
    env = {**QUIET, "STOCK_ACTIONS_PORT": str(actions), "STOCK_DB": str(folder / "stock.db")}
    env["STOCK_DEMANDS"] = str(folder / "stock-demands.db")
    act = [str(python), "-m", "rasa_sdk", "--actions", "actions.demand", "--port", str(actions)]
    run = [str(python), "-m", "rasa", "run", "--model", str(model), "--endpoints", "endpoints.yml"]
    run += ["--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    with (
        server(act, f"http://127.0.0.1:{actions}/health", folder / "actions.log", HERE, env) as (sdk, _),
        server(run, f"{base}/", folder / "stock.log", HERE, env) as (rasa, seconds),
    ):
        start = {"start_s": round(seconds, 1), "memory_mb": memory_mb(rasa) + memory_mb(sdk)}
        yield f"{base}/webhooks/rest/webhook", start
