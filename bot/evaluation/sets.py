"""The files that are judged with: JSON lines, read strictly, every mistake told with its row."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Row = TypeVar("Row")
MOST_ERRORS = 20
"""As many mistakes are told; the rest is counted."""
_SEVERAL = ("stations_ok", "station_ids", "societies_ok")
"""Keys of the acceptable stations or societies of a demand."""


class SetError(Exception):
    """The file cannot be judged with; the message lists its mistakes by row."""


@dataclass(frozen=True)
class MessageRow:
    """A message with its intent; `fields` None: its values are not labelled."""

    text: str
    intent: str
    context: str | None
    fields: Mapping[str, Any] | None


@dataclass(frozen=True)
class FieldRow:
    """A message with the value of one field; `field` None: it holds no value at all, `value` None: none of this."""

    text: str
    field: str | None
    value: Any
    context: str | None


@dataclass(frozen=True)
class DemandRow:
    """A demand with what may take it: ids of stations or codes of societies, and codes of its fields if labelled."""

    text: str
    title: str | None
    category: str | None
    district: str | None
    right: frozenset[str]
    fields: frozenset[str]


def read(path: Path, row: Callable[[dict[str, Any]], Row]) -> list[Row]:
    """All rows; SetError when there is a mistake or nothing in it, OSError when it cannot be opened."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise SetError(f"{path.name} 不是 UTF-8 文本") from None
    found: list[Row] = []
    errors: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(row(_object(line)))
            except (ValueError, RecursionError) as error:
                errors.append(f"第 {number} 行：{error}")
    if errors:
        more = [f"……共 {len(errors)} 处"] if len(errors) > MOST_ERRORS else []
        raise SetError("\n".join([f"{path.name} 有错：", *errors[:MOST_ERRORS], *more]))
    if not found:
        raise SetError(f"{path.name} 里一行也没有")
    return found


def message(given: dict[str, Any]) -> MessageRow:
    """{"text", "intent", "context"?, "fields"?}"""
    fields = given.get("fields")
    if fields is not None and not isinstance(fields, dict):
        raise ValueError("fields 要是一个对象")
    return MessageRow(_text(given, "text"), _text(given, "intent"), _optional(given, "context"), fields)


def field(given: dict[str, Any]) -> FieldRow:
    """{"text", "field", "value", "context"?}"""
    if "value" not in given:
        raise ValueError("缺 value（没有值写 null）")
    named = _optional(given, "field")
    if named is None and given["value"] is not None:
        raise ValueError("有 value 就要有 field")
    return FieldRow(_text(given, "text"), named, given["value"], _optional(given, "context"))


def demand(given: dict[str, Any]) -> DemandRow:
    """{"text" or "description", "title"?, "category"?, "district"?, "stations_ok" or "societies_ok", "hightech_l1"?}"""
    key = next((key for key in _SEVERAL if key in given), None)
    if key is None:
        raise ValueError("缺 stations_ok 或 societies_ok")
    return DemandRow(
        _text(given, "text" if "text" in given else "description"),
        _optional(given, "title"),
        _optional(given, "category"),
        _optional(given, "district"),
        _codes(given, key),
        _codes(given, "hightech_l1") if given.get("hightech_l1") else frozenset(),
    )


def _object(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"不是 JSON（第 {error.colno} 个字符）") from None
    if not isinstance(given, dict):
        raise ValueError("不是 JSON 对象")
    return given


def _text(given: dict[str, Any], key: str) -> str:
    found = given.get(key)
    if not isinstance(found, str):
        raise ValueError(f"缺 {key}，或它不是文字")
    return found


def _optional(given: dict[str, Any], key: str) -> str | None:
    found = given.get(key)
    if found is not None and not isinstance(found, str):
        raise ValueError(f"{key} 不是文字")
    return found


def _codes(given: dict[str, Any], key: str) -> frozenset[str]:
    found = given[key] if isinstance(given[key], list) else [given[key]]
    if not found or not all(isinstance(one, str) and one for one in found):
        raise ValueError(f"{key} 要是编号，或编号的列表，不能空")
    return frozenset(found)
