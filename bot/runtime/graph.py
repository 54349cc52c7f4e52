"""Rasa's model graph run by plain calls, in an order worked out once."""

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner


class DirectGraphRunner(DaskGraphRunner):
    """The same nodes and results as DaskGraphRunner; dask plans the graph anew at each message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Outputs of the target nodes by name; inputs are by placeholder name."""
        wanted = tuple(targets or self._graph_schema.target_names)
        plan = self._plans.get(wanted)
        if plan is None:
            plan = self._plans[wanted] = self._plan(wanted)
        results: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        clash = results.keys() & {name for name, _ in plan}
        if clash:
            raise GraphRunError(f"Input names clash with node names: {sorted(clash)}")
        try:
            for name, needs in plan:
                results[name] = self._instantiated_nodes[name](*(results.get(need, need) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return {name: results[name][1] for name in wanted}

    def components(self, kind: type[Any]) -> list[Any]:
        """Loaded components of that class."""
        found = (node._component for node in self._instantiated_nodes.values())
        return [component for component in found if isinstance(component, kind)]

    def _plan(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Nodes that the targets need, each after what it needs itself."""
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        order: dict[str, tuple[str, ...]] = {}
        open_nodes: set[str] = set()

        def visit(name: str) -> None:
            if name in order or name not in nodes:
                return
            if name in open_nodes:
                raise GraphRunError(f"The graph has a cycle at '{name}'.")
            open_nodes.add(name)
            needs = tuple(nodes[name].needs.values())
            for need in needs:
                visit(need)
            order[name] = needs

        for target in targets:
            visit(target)
        return list(order.items())
