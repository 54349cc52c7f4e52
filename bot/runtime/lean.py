"""Rasa without TensorFlow: stands in for the packages that Rasa imports but a lean pipeline never uses."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

FAMILY = ("tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text")
"""Top-level packages that Rasa 3.6 imports for its neural components."""

_DECORATORS = frozenset({"tensorflow.function", "tensorflow.keras.utils.register_keras_serializable"})


class TensorFlowMissing(ImportError):
    """Raised when something of TensorFlow is used, not only named, and TensorFlow is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is needed, but TensorFlow is not installed: run `make deep`", name=name)


class _Absent(type):
    """Type of every stand-in class: may be named, subclassed and subscripted, never instantiated."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__module__}.{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        name = f"{cls.__module__}.{cls.__qualname__}"
        if name in _DECORATORS:
            return args[0] if len(args) == 1 and callable(args[0]) else _unchanged
        raise TensorFlowMissing(name)

    def __getitem__(cls, _: Any) -> Any:
        return cls


def _unchanged(decorated: Any) -> Any:
    return decorated


def _stand_in(dotted: str) -> type:
    top, _, rest = dotted.partition(".")
    return _Absent(dotted.rpartition(".")[2], (), {"__module__": top, "__qualname__": rest})


class _AbsentModule(ModuleType):
    """A module whose every public attribute is a stand-in class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


class LeanFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for the given top-level packages, and all below them, with empty modules."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Spec for a module of an absent package, None for everything else."""
        if fullname.partition(".")[0] not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The empty module that answers for `spec`."""
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def absent() -> list[str]:
    """The packages of the family that are not installed here."""
    return [name for name in FAMILY if name not in sys.modules and importlib.util.find_spec(name) is None]


def install() -> bool:
    """Let Rasa start without TensorFlow; True when a stand-in is active, False when the real one is there."""
    if any(isinstance(finder, LeanFinder) for finder in sys.meta_path):
        return True
    missing = absent()
    if "tensorflow" not in missing:
        return False
    sys.meta_path.append(LeanFinder(missing))
    importlib.invalidate_caches()
    return True
