"""Writes bot/nlu/e5/graph.onnx: the operations of multilingual-e5-small without its weights.

Needs the package `onnx`, which nothing else here does: run it in an environment that has it.
Operators: "com.microsoft" of ONNX Runtime's ContribOperators.md; layers as in BERT (Devlin et al., 2019).
"""

from pathlib import Path

from onnx import TensorProto, helper

WIDTH, INNER, LAYERS, HEADS, BLOCK, EPSILON = 384, 1536, 12, 12, 32, 1e-12
EIGHT_BITS = 4
"""MatMulNBits: what is multiplied is rounded to 8 bits a block, as the weights' own engine does."""
FILE = Path(__file__).parents[1] / "bot" / "nlu" / "e5" / "graph.onnx"
OWN = "com.microsoft"


class Graph:
    """Nodes and the names, types and shapes of the tensors they take."""

    def __init__(self) -> None:
        self.nodes, self.tensors = [], []

    def tensor(self, name: str, *shape: int, kind: int = TensorProto.FLOAT) -> str:
        one = TensorProto(name=name, dims=shape, data_type=kind, data_location=TensorProto.EXTERNAL)
        one.external_data.add(key="location", value="given with the session")
        self.tensors.append(one)
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = OWN, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def product(self, value: str, name: str, into: int, out: int) -> str:
        stored = self.tensor(f"{name}.w", out, into // BLOCK, BLOCK // 2, kind=TensorProto.UINT8)
        scales = self.tensor(f"{name}.s", out * into // BLOCK)
        sizes = {"K": into, "N": out, "bits": 4, "block_size": BLOCK, "accuracy_level": EIGHT_BITS}
        return self.node("MatMulNBits", [value, stored, scales], f"{name}.y", **sizes)

    def normed(self, value: str, beside: str, bias: str, norm: str) -> str:
        given = [self.tensor(name, WIDTH) for name in (f"{norm}.w", f"{norm}.b", bias)]
        return self.node("SkipLayerNormalization", [value, beside, *given], f"{norm}.y", epsilon=EPSILON)

    def layer(self, value: str, at: str) -> str:
        parts = [self.product(value, at + name, WIDTH, WIDTH) for name in "qkv"]
        bias = self.tensor(f"{at}qkv.b", 3 * WIDTH)
        seen = self.node("MultiHeadAttention", [*parts, bias, "lengths"], f"{at}seen", num_heads=HEADS)
        value = self.normed(self.product(seen, f"{at}ao", WIDTH, WIDTH), value, f"{at}ao.b", f"{at}aln")
        wide = self.product(value, f"{at}fi", WIDTH, INNER)
        wide = self.node("BiasGelu", [wide, self.tensor(f"{at}fi.b", INNER)], f"{at}wide")
        return self.normed(self.product(wide, f"{at}fo", INNER, WIDTH), value, f"{at}fo.b", f"{at}oln")


def made() -> bytes:
    graph = Graph()
    norm = [graph.tensor(name, WIDTH) for name in ("emb.ln.w", "emb.ln.b")]
    value = graph.node("LayerNormalization", ["embedded", *norm], "normed", "", axis=-1, epsilon=EPSILON)
    for number in range(LAYERS):
        value = graph.layer(value, f"l{number}.")
    graph.node("Identity", [value], "states", "")
    embedded = helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["texts", "tokens", WIDTH])
    lengths = helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"])
    states = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", WIDTH])
    whole = helper.make_graph(graph.nodes, "e5", [embedded, lengths], [states], graph.tensors)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(OWN, 1)]
    return helper.make_model(whole, opset_imports=versions, ir_version=9).SerializeToString()


if __name__ == "__main__":
    print(FILE, FILE.write_bytes(made()))
