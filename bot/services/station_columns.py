"""The directory's file format: columns, their Chinese headings, and how values are written in a cell."""

import ast
import json
import re
from typing import Any

from bot.core.station import KEYS, StationRecord

HEADINGS = {
    "station_id": "编号",
    "name": "名称",
    "kind": "类型",
    "level": "级别",
    "society_code": "学会代码",
    "society_name": "学会名称",
    "society_level": "学会级别",
    "society_category": "学会类别",
    "disciplines": "学科",
    "hightech_fields": "高新领域代码",
    "industry_prefixes": "行业代码",
    "industries": "行业",
    "services": "服务内容",
    "keywords": "关键词",
    "exclude_keywords": "不承接关键词",
    "categories": "承接需求类型",
    "host_kind": "依托单位类别",
    "host_name": "依托单位",
    "district": "所在区市县",
    "zone": "所在园区",
    "served_districts": "服务区市县",
    "capacity": "在办上限",
    "agreement_no": "协议编号",
    "agreement_start": "协议开始",
    "agreement_end": "协议结束",
    "approval_no": "批复文号",
    "approval_date": "批复日期",
    "approval_by": "批复单位",
    "plaque_date": "授牌日期",
    "status": "状态",
    "status_reason": "状态原因",
    "yearly_grade": "年度评价",
    "demo": "示例",
    "last_verified": "最近核实",
    "liaisons": "联络员",
    "experts": "专家",
    "results": "成果",
}
"""Column → heading; a file may use either."""
LISTS = (
    "disciplines",
    "hightech_fields",
    "industry_prefixes",
    "industries",
    "services",
    "keywords",
    "exclude_keywords",
    "categories",
    "served_districts",
)
GROUPS = {
    "society": ("code", "name", "level", "category"),
    "agreement": ("no", "start", "end"),
    "approval": ("no", "date", "by"),
}
"""Nested values that are one column a part in tables."""
RECORDS = {
    "liaisons": ("name", "role", "telegram_id", "wecom_robot", "phone", "hours", "absent_from", "absent_until"),
    "experts": ("name", "title", "topics"),
    "results": ("name", "stage", "summary"),
}
"""Lists of small records: in a cell one line each, parts parted by |."""
DATES = ("plaque_date", "last_verified")
_COLUMNS = {heading: column for column, heading in HEADINGS.items()} | {column: column for column in HEADINGS}
_COLUMNS |= {key: key for key in (*KEYS, "society")}
_SEPARATORS = re.compile(r"[;；、,，\n]+")
_RISKY = re.compile(r"^'*[=+\-@\t\r]")


def column(heading: str) -> str | None:
    """The column that a heading stands for, None when it is unknown."""
    bare = heading.strip().lstrip("\ufeff").rstrip("*＊ ")
    return _COLUMNS.get(bare) or _COLUMNS.get(bare.lower())


def split_list(value: Any) -> list[str]:
    """A list from a JSON array or from text with 、，； or new lines between the items."""
    if isinstance(value, str) and value.strip().startswith("["):
        value = _literal(value)
    items = value if isinstance(value, (list, tuple)) else [value]
    parts = (part.strip() for item in items for part in _SEPARATORS.split("" if item is None else str(item)))
    return list(dict.fromkeys(part for part in parts if part))


def split_records(value: Any, parts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Records from JSON or from lines `a|b|c`; ValueError when a line has too many parts."""
    if isinstance(value, str) and value.strip().startswith("["):
        value = _literal(value)
    if isinstance(value, (list, tuple)):
        if not all(isinstance(item, dict) for item in value):
            raise ValueError("not a list of records")
        return [dict(item) for item in value]
    return [_record(line, parts) for line in str(value).splitlines() if line.strip()]


def flat(record: StationRecord) -> dict[str, str]:
    """The record as texts for the cells of a table, one for every column."""
    cells = dict.fromkeys(HEADINGS, "")
    for key in KEYS:
        value = getattr(record, key)
        if key in GROUPS:
            cells |= {f"{key}_{part}": str(value.get(part) or "") for part in GROUPS[key]}
        elif key in RECORDS:
            cells[key] = "\n".join(_line(one, RECORDS[key]) for one in value)
        elif key == "yearly_grade":
            cells[key] = "；".join(f"{year}:{grade}" for year, grade in sorted(value.items()))
        elif isinstance(value, tuple):
            cells[key] = "；".join(value)
        elif isinstance(value, bool):
            cells[key] = "是" if value else ""
        else:
            cells[key] = "" if value is None else str(value)
    return cells


def nested(record: StationRecord) -> dict[str, Any]:
    """The record for a line of JSON, without what is empty."""
    values = {key: getattr(record, key) for key in KEYS}
    values |= {key: values[key].isoformat() if values[key] else None for key in DATES}
    return {key: value for key, value in values.items() if value or (value == 0 and value is not False)}


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if _RISKY.match(text) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def _literal(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise ValueError("not a list") from None


def _record(line: str, parts: tuple[str, ...]) -> dict[str, Any]:
    values = [value.strip().replace("\\p", "|").replace("\\n", "\n").replace("\\b", "\\") for value in line.split("|")]
    if len(values) > len(parts):
        raise ValueError("too many parts")
    return {part: value for part, value in zip(parts, values, strict=False) if value}


def _line(record: dict[str, Any], parts: tuple[str, ...]) -> str:
    cells = []
    for part in parts:
        value = record.get(part)
        text = "；".join(value) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
        cells.append(text.replace("\\", "\\b").replace("|", "\\p").replace("\n", "\\n"))
    return "|".join(cells).rstrip("|")
