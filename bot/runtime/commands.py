"""Any `rasa` command in this environment: no TensorFlow needed, our folders, in-process actions."""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.runtime import quiet
from bot.runtime.training import TrainingPaths

_WITHOUT_ACTIONS = frozenset({"train", "data", "telemetry", "init", "visualize", "export", "evaluate"})


def rasa_command(args: Sequence[str], paths: TrainingPaths, endpoints: Path = Path("endpoints.yml")) -> int:
    """Run `rasa ARGS…` and return its exit code; options that are not given get our folders.

    Commands that talk (shell, run, interactive, test) run the package `actions` in this process; what the
    actions need must be set up before.
    """
    quiet.load_rasa()
    from rasa.__main__ import create_argument_parser, main

    full = [*args, *_defaults(args, create_argument_parser(), paths, endpoints)]
    talks = bool(args) and args[0] not in _WITHOUT_ACTIONS and "--help" not in args and "-h" not in args
    with _replaced(sys, "argv", ["rasa", *full]), _in_process_actions() if talks else contextlib.nullcontext():
        try:
            main()
        except SystemExit as exit_:
            return exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    return 0


def _defaults(args: Sequence[str], parser: argparse.ArgumentParser, paths: TrainingPaths, endpoints: Path) -> list[str]:
    """Options that the command knows and the caller left out."""
    command = _command(args, parser)
    if command is None or "--help" in args or "-h" in args:
        return []
    data = [str(path) for path in paths.data]
    training = args[0] == "train"
    wanted = {
        "--config": [str(paths.config)],
        "--domain": [str(paths.domain)],
        "--data": data,
        "--nlu": data[:1],
        "--stories": data[:1] if training else [],
        "--out": [str(paths.models if training else paths.models.parent / "results")],
        "--model": [str(paths.models)],
        "--endpoints": [str(endpoints)],
    }
    found: list[str] = []
    for option, values in wanted.items():
        names = _names(command, option)
        if names and values and not any(_given(arg, names) for arg in args):
            found += [option, *values]
    return found


def _command(args: Sequence[str], parser: argparse.ArgumentParser) -> argparse.ArgumentParser | None:
    """The parser of the command and sub-command that `args` begins with."""
    found: argparse.ArgumentParser | None = None
    for arg in args:
        choices = _subcommands(found or parser)
        if arg not in choices:
            break
        found = choices[arg]
    return found


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _names(parser: argparse.ArgumentParser, option: str) -> Sequence[str]:
    return next((action.option_strings for action in parser._actions if option in action.option_strings), ())


def _given(arg: str, names: Sequence[str]) -> bool:
    return any(arg == name or arg.startswith(f"{name}=") for name in names)


@contextlib.contextmanager
def _in_process_actions() -> Iterator[None]:
    """Endpoints read from files get our action endpoint.

    Replaces AvailableEndpoints.read_endpoints (Rasa 3.6.21): an endpoints file can name classes for the
    tracker store and the lock store, but not for actions.
    """
    from rasa.core.utils import AvailableEndpoints

    from bot.runtime.actions import InProcessActions, use_cached_validation
    from bot.runtime.version import require

    require("AvailableEndpoints.read_endpoints")
    use_cached_validation()
    original = AvailableEndpoints.read_endpoints
    actions = InProcessActions("actions")

    def read_endpoints(endpoint_file: str | os.PathLike[str]) -> AvailableEndpoints:
        endpoints = original(endpoint_file)
        endpoints.action = actions
        return endpoints

    with _replaced(AvailableEndpoints, "read_endpoints", read_endpoints):
        yield


@contextlib.contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
