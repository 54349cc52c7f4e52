"""人才库 and 成果库: list, entry, changes by hand."""

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, ForbiddenError, Here, StationViewer, TalentKeeper
from bot.console.params import Params, clean
from bot.console.queries import stations, talent
from bot.console.queries.talent import TalentDetail, TalentFilter
from bot.core.roles import Right, Role, Viewer
from bot.core.talent import Kind
from bot.services.audit import Actor
from bot.services.talent import ChangedMeanwhileError, CodeTakenError
from bot.services.talent_files import ORDER, headings
from bot.services.talent_rows import Reading

_VERSION = re.compile(r"[0-9]{1,9}")
PLACES = {Kind.EXPERT: "/experts", Kind.RESULT: "/results"}


async def posted_texts(request: Request) -> dict[str, str]:
    """The form's fields, without files."""
    return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(posted_texts)]


def routes(kind: Kind) -> APIRouter:
    """The pages of one kind under its own address."""
    router = APIRouter(prefix=PLACES[kind])

    @router.get("")
    def index(request: Request, here: Here, viewer: StationViewer) -> Response:
        params = Params(request.query_params)
        wanted = TalentFilter(params.text("q"), params.text("field"), params.text("society"), params.flag("idle"))
        found = talent.search(here.db, kind, wanted, page=params.page())
        societies, fields = talent.societies(here.db, kind), stations.national_fields()
        return _page(request, here, kind, "talents.html", found=found, societies=societies, fields=fields)

    @router.get("/new")
    def new(request: Request, here: Here, viewer: TalentKeeper) -> Response:
        given = {"society": viewer.scope or ""} if viewer.role is Role.SOCIETY else {}
        return _form(request, here, viewer, kind, given, 0)

    @router.post("/new")
    def add(request: Request, here: Here, viewer: TalentKeeper, posted: Posted) -> Response:
        return _save(request, here, viewer, kind, None, posted)

    @router.get("/{code}")
    def detail(request: Request, here: Here, viewer: StationViewer, code: str) -> Response:
        found = _found(here, kind, code)
        done = Params(request.query_params).text("done")
        return _page(
            request, here, kind, "talent.html", found=found, row=found.record, may=may_edit(viewer, found), done=done
        )

    @router.get("/{code}/edit")
    def edit(request: Request, here: Here, viewer: TalentKeeper, code: str) -> Response:
        found = _editable(here, viewer, kind, code)
        given = {key: _shown(getattr(found.record, key)) for key in ORDER}
        return _form(request, here, viewer, kind, given, found.version, code)

    @router.post("/{code}/edit")
    def change(request: Request, here: Here, viewer: TalentKeeper, posted: Posted, code: str) -> Response:
        return _save(request, here, viewer, kind, _editable(here, viewer, kind, code), posted)

    return router


def may_edit(viewer: Viewer, found: TalentDetail) -> bool:
    """Staff; a society only what is its own."""
    if not viewer.may(Right.TALENT):
        return False
    return viewer.role is not Role.SOCIETY or found.record.society == viewer.scope


def _save(
    request: Request, here: Context, viewer: Viewer, kind: Kind, found: TalentDetail | None, posted: dict[str, str]
) -> Response:
    given = {key: posted.get(key, "").strip() for key in ORDER}
    version, reason = posted.get("version", "0"), clean(posted.get("reason", ""))
    if viewer.role is Role.SOCIETY:
        given["society"] = viewer.scope or ""
    code = found.record.code if found else None
    given["code"] = code or given["code"]
    reading = Reading(0, {key: value for key, value in given.items() if value}, kind)
    record = reading.record()
    problems = [one.message for one in reading.errors]
    if len(reason) < 2:
        problems.append(here.labels("refusal", "why"))
    if not problems and _VERSION.fullmatch(version):
        record = replace(record, demo=found.record.demo if found else False)
        try:
            here.services.talent.save(record, int(version) if found else 0, Actor.staff(viewer), reason)
            return RedirectResponse(f"{PLACES[kind]}/{record.code}?done=saved", 303)
        except CodeTakenError:
            problems = [here.labels("refusal", "code_taken")]
        except ChangedMeanwhileError as error:
            problems = [here.labels("refusal", "changed_meanwhile").format(by=error.by)]
            return _form(request, here, viewer, kind, given, int(version), code, problems, status=409)
    seen = int(version) if _VERSION.fullmatch(version) else 0
    return _form(request, here, viewer, kind, given, seen, code, problems, 400)


def _found(here: Context, kind: Kind, code: str) -> TalentDetail:
    found = talent.detail(here.db, kind, code)
    if found is None:
        raise HTTPException(404)
    return found


def _editable(here: Context, viewer: Viewer, kind: Kind, code: str) -> TalentDetail:
    found = _found(here, kind, code)
    if not may_edit(viewer, found):
        raise ForbiddenError
    return found


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "；".join(value)
    return ("是" if value else "否") if isinstance(value, bool) else str(value or "")


def _form(
    request: Request,
    here: Context,
    viewer: Viewer,
    kind: Kind,
    given: dict[str, str],
    version: int,
    code: str | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    """`given`: what the fields hold, by column."""
    filled = dict.fromkeys(ORDER, "") | {"active": "是"} | given
    return _page(
        request,
        here,
        kind,
        "talent_form.html",
        status=status,
        given=filled,
        version=version,
        code=code,
        problems=problems or [],
        own_society=viewer.role is Role.SOCIETY,
    )


def _page(request: Request, here: Context, kind: Kind, name: str, *, status: int = 200, **values: Any) -> Response:
    words = headings(kind)
    return here.pages.show(request, name, status=status, kind=kind, base=PLACES[kind], words=words, **values)
