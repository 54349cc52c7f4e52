"""Reports as text for a person and as JSON for a program; texts of users only when asked for, and masked."""

import json
from dataclasses import asdict
from typing import Any

from bot.core.redaction import redact
from bot.evaluation.messages import IntentFigures, MessagesReport
from bot.evaluation.metrics import Selective
from bot.evaluation.routing import WANTED_PRECISION, RoutingReport
from bot.evaluation.tables import percent, table
from bot.evaluation.values import Values

SHOWN_CONFUSIONS = 15
SHOWN_ERRORS = 40


def messages_text(report: MessagesReport, *, errors: bool) -> str:
    """Intents, then the values that are labelled with them."""
    parts = [_intents(report.intents)]
    if report.values.fields:
        parts.append(values_text(report.values, errors=errors))
    if errors:
        parts.append(_listed("读错的消息（最有把握的在前）", [_intent_miss(one) for one in report.intents.misses]))
    return "\n\n".join(part for part in parts if part)


def _intents(found: IntentFigures) -> str:
    head = (
        f"意图：{found.messages} 条，准确率 {percent(found.accuracy)}，宏平均 F1 {percent(found.macro_f1)}，"
        f"前三含正确 {percent(found.top_3)}，校准误差 {percent(found.calibration_error)}"
    )
    rows = [(one.label, one.precision, one.recall, one.f1, one.support) for one in found.intents]
    mixed = [(f"{one.truth} → {one.said}", one.count) for one in found.confusions[:SHOWN_CONFUSIONS]]
    parts = [head, table(("意图", "精确率", "召回率", "F1", "条数"), rows)]
    return "\n\n".join([*parts, table(("最常见的混淆", "次数"), mixed)] if mixed else parts)


def values_text(values: Values, *, errors: bool) -> str:
    """Each field, then what was taken where there is nothing."""
    rows = [
        (name, one.exact if one.wanted else None, one.wanted, one.right, one.wrong, one.missed, one.without, one.false)
        for name, one in sorted(values.fields.items())
    ]
    head = f"字段：完全一致 {percent(values.exact)}；{values.messages} 条有字段应为空的消息里多取了 {values.false} 个值"
    if values.false:
        head += f"（每 {values.messages / values.false:.0f} 条一个）"
    headers = ("字段", "一致率", "应有", "一致", "值不对", "没取到", "应为空", "多取")
    parts = [head, table(headers, rows)]
    if errors:
        parts.append(_listed("不一致的值", [_value_miss(one) for one in values.misses]))
    return "\n\n".join(part for part in parts if part)


def routing_text(report: RoutingReport, *, errors: bool) -> str:
    """The order, what goes out by itself, the field."""
    lines = [
        f"派站：{report.demands} 条需求，{report.stations} 个服务站",
        f"第一位正确 {percent(report.recall_1)}，前三位含正确 {percent(report.recall_3)}，MRR {report.mrr:.3f}",
        f"按现行门槛自动派出 {_selective(report.automatic)}",
        f"按 {percent(WANTED_PRECISION)} 的要求另选门槛（五折交叉验证）自动派出 {_selective(report.validated)}",
        f"校准误差 {percent(report.calibration_error)}",
    ]
    if report.fields_labelled:
        second = "" if report.field_2 is None else f"，前两位含正确 {percent(report.field_2)}"
        lines.append(f"技术领域（{report.fields_labelled} 条有标注）第一位正确 {percent(report.field_1)}{second}")
    if errors:
        lines.append("\n" + _listed("第一位不对的需求（最有把握的在前）", [_route_miss(one) for one in report.misses]))
    return "\n".join(lines)


def _selective(found: Selective) -> str:
    return f"{percent(found.coverage)}（{found.passed} 条），其中正确 {percent(found.precision)}"


def as_json(report: Any, *, errors: bool) -> str:
    """The dataclasses as they are, without the texts unless `errors`."""
    found = asdict(report)
    if isinstance(report, MessagesReport):
        found["values"] |= _totals(report.values)
    if isinstance(report, Values):
        found |= _totals(report)
    return json.dumps(_masked(found) if errors else _without_texts(found), ensure_ascii=False, indent=2)


def _totals(values: Values) -> dict[str, Any]:
    return {"exact": values.exact, "false": values.false}


def _without_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_texts(one) for key, one in value.items() if key != "misses"}
    return value


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return redact(value) if isinstance(value, str) else value


def _listed(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    rest = [f"  ……另有 {len(lines) - SHOWN_ERRORS} 条"] if len(lines) > SHOWN_ERRORS else []
    return "\n".join([f"{title}：", *(f"  {redact(line)}" for line in lines[:SHOWN_ERRORS]), *rest])


def _intent_miss(one: Any) -> str:
    asked = f"[{one.context}] " if one.context else ""
    return f"{asked}{one.text}｜应为 {one.wanted}，读成 {one.got}（{percent(one.confidence)}）"


def _value_miss(one: Any) -> str:
    return f"{one.text}｜{one.field} 应为 {_value(one.wanted)}，取到 {_value(one.got)}"


def _value(value: Any) -> str:
    return "无" if value is None else json.dumps(value, ensure_ascii=False)


def _route_miss(one: Any) -> str:
    place = f"正确的在第 {one.place} 位" if one.place else "正确的不在名单里"
    return f"{one.text}｜应为 {'、'.join(one.right)}，排成 {'、'.join(one.got)}，{place}（{percent(one.score)}）"
