"""Sessions of ONNX Runtime: on the processor, with few threads, silent."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt


def session(model: bytes | str, threads: int, weights: Mapping[str, npt.NDArray[Any]] | None = None) -> Any:
    """`model`: its bytes or its path; `weights`: what the model names but does not hold.

    ImportError without ONNX Runtime, RuntimeError whatever else goes wrong: its own exceptions have no common base.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.force_spinning_stop", "1")
    try:
        if weights:
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
            options.add_external_initializers(list(weights), values)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise RuntimeError("ONNX Runtime cannot load the model") from error
