"""Looking into JSON lists of texts, on SQLite and on PostgreSQL."""

from typing import Any

from sqlalchemy import Boolean, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class any_item_contains(FunctionElement[bool]):
    """True when some item of the JSON list (first argument) contains the text (second)."""

    type = Boolean()
    inherit_cache = True
    name = "any_item_contains"

    def __init__(self, column: Any, text: str) -> None:
        super().__init__(column, bindparam(None, text, String))


class any_item_begins(any_item_contains):
    """True when some item of the JSON list (first argument) begins with the text (second)."""

    inherit_cache = True
    name = "any_item_begins"


def _place(element: any_item_contains) -> str:
    return "= 1" if isinstance(element, any_item_begins) else "> 0"


@compiles(any_item_contains, "sqlite")
def _sqlite(element: any_item_contains, compiler: Any, **given: Any) -> str:
    column, text = (compiler.process(clause, **given) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) AS item WHERE instr(item.value, {text}) {_place(element)})"  # noqa: S608


@compiles(any_item_contains, "postgresql")
def _postgresql(element: any_item_contains, compiler: Any, **given: Any) -> str:
    column, text = (compiler.process(clause, **given) for clause in element.clauses)
    items = f"jsonb_array_elements_text({column})"
    return f"EXISTS (SELECT 1 FROM {items} AS item(value) WHERE strpos(item.value, {text}) {_place(element)})"  # noqa: S608
