"""Templates and the filters they use."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.console.labels import Labels
from bot.console.params import Params
from bot.core import taxonomy
from bot.core.calendar import CHENGDU
from bot.core.roles import Right
from bot.core.taxonomy import Entry
from bot.core.wording import indicator_words

HERE = Path(__file__).parent


class Pages:
    """Renders templates; every page is sent with `Cache-Control: no-store`."""

    def __init__(self, labels: Labels, clock: Callable[[], datetime], *, demo: bool) -> None:
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters.update(
            when=when,
            short=short,
            day=day,
            number=number,
            budget=_budget(labels),
            deadline=_deadline(labels),
            size=size,
            sureness=sureness,
            indicators=indicator_words,
        )
        self._env.filters.update(
            discipline=taxonomy.discipline_name,
            hightech=lambda code: _named(taxonomy.hightech(), code),
            strategic=lambda code: _named(taxonomy.strategic_industries(), code),
            industry=lambda code: _named(taxonomy.industries(), code),
            pairs=lambda names: [(name, name) for name in names],
            channel_label=lambda code: labels("channel", code),
        )
        self._env.globals.update(
            label=labels, labels=labels, demo=demo, Right=Right, asset=_assets(HERE / "static"), now=clock
        )

    def show(self, request: Request, name: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The page `name` with `viewer` (None when nobody is signed in) and `params` besides `values`."""
        viewer = getattr(request.state, "viewer", None)
        html = self._env.get_template(name).render(
            request=request,
            path=request.url.path,
            viewer=viewer,
            params=Params(request.query_params),
            **values,
        )
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _named(table: dict[str, Entry], code: str) -> str:
    """40108 → its name; what is no code stays as it is."""
    entry = table.get(code)
    return entry.name if entry else code


def when(moment: datetime | None) -> str:
    """2026-11-22 14:05 in Chengdu."""
    return moment.astimezone(CHENGDU).strftime("%Y-%m-%d %H:%M") if moment else ""


def short(moment: datetime | None) -> str:
    """11-22 14:05 in Chengdu, for lists where the year is plain."""
    return moment.astimezone(CHENGDU).strftime("%m-%d %H:%M") if moment else ""


def day(moment: datetime | date | None) -> str:
    """2026-11-22 in Chengdu."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(CHENGDU).date()
    return moment.isoformat() if moment else ""


def number(value: float | int | None) -> str:
    """30.0 → 30, 2.50 → 2.5."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value is not None else ""


def size(count: int | None) -> str:
    """Bytes in KB or MB."""
    if count is None:
        return ""
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def sureness(chance: float) -> str:
    """0–1 in percent, never quite sure of anything."""
    return ">99%" if chance >= 0.995 else "<1%" if chance < 0.005 else f"{chance * 100:.0f}%"


def _budget(labels: Labels) -> Callable[[dict[str, Any]], str]:
    def show(value: dict[str, Any]) -> str:
        low, high = value["min"], value["max"]
        if value["kind"] != "amount":
            return labels("budget_kind", value["kind"])
        if low is not None and high is not None and low != high:
            return labels("shape", "range").format(number(low), number(high))
        if high is None:
            return labels("shape", "at_least").format(number(low))
        return labels("shape", "amount" if low is not None else "at_most").format(number(high))

    return show


def _deadline(labels: Labels) -> Callable[[str], str]:
    def show(value: str) -> str:
        named = labels.group("deadline").get(value)
        return named or labels("shape", "before").format(value)

    return show


def _assets(folder: Path) -> Callable[[str], str]:
    """Addresses of static files that change with their content."""
    marks = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in folder.iterdir() if path.is_file()
    }
    return lambda name: f"/static/{name}?v={marks[name]}"
