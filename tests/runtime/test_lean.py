"""Rasa without TensorFlow."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime.lean import LeanFinder, TensorFlowMissing

PROBE = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, {first!r})
from bot.runtime import lean
print(lean.install(), *sorted(f.packages for f in sys.meta_path if isinstance(f, lean.LeanFinder)))
{then}
"""


def run(then: str, first: Path | str = "") -> str:
    """What a fresh interpreter prints when it installs the stand-in and then runs `then`."""
    code = PROBE.format(first=str(first), then=then)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> str:
    """A stand-in for a package name that nothing else uses."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, LeanFinder(["neuralnothing"])])
    return "neuralnothing"


def test_rasa_imports_its_neural_modules_with_or_without_tensorflow() -> None:
    out = run("import rasa.core.policies.ted_policy as t, rasa.nlu.classifiers.diet_classifier\nprint(t.TED.__name__)")
    assert out.splitlines()[-1] == "TED"


def test_an_installed_tensorflow_is_left_alone(tmp_path: Path) -> None:
    package = tmp_path / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text("class Tensor: pass\n")
    out = run("import tensorflow\nprint(tensorflow.__file__)", tmp_path)
    assert out.splitlines() == ["False", str(package / "__init__.py")]


def test_installing_twice_adds_one_finder() -> None:
    out = run("again = lean.install()\nprint(again, sum(isinstance(f, lean.LeanFinder) for f in sys.meta_path))")
    first, again = (line.split()[0] for line in out.splitlines())
    assert first == again
    assert out.splitlines()[-1] in ("True 1", "False 0")


def test_other_missing_modules_stay_missing(finder: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        __import__("neuralnothing_else")


def test_stand_ins_can_be_named_subclassed_and_subscripted(finder: str) -> None:
    module = __import__(f"{finder}.keras.layers", fromlist=["Layer"])

    class Layer(module.Layer):  # type: ignore[name-defined]
        pass

    assert issubclass(Layer, module.Layer)
    assert module.Tensor[int] is module.Tensor


def test_real_values_are_no_instances_of_a_stand_in(finder: str) -> None:
    module = __import__(finder)
    assert not isinstance([1.0], module.Tensor)
    assert not isinstance(object(), module.RaggedTensor)
    assert module.Tensor is module.Tensor
    assert module.Tensor is not module.RaggedTensor


def test_using_a_stand_in_names_what_is_missing(finder: str) -> None:
    module = __import__(finder)

    class Model(module.keras.Model):  # type: ignore[name-defined]
        pass

    with pytest.raises(TensorFlowMissing, match=r"neuralnothing\.constant .* `make deep`"):
        module.constant(1)
    with pytest.raises(TensorFlowMissing, match="make deep"):
        Model()
