"""Importing and exporting 人才库 and 成果库."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from bot.console.context import Context, DirectoryKeeper, Here
from bot.console.pages.directory import FORMS, SHOWN_ERRORS
from bot.console.pages.talent import PLACES
from bot.console.uploads import TooLargeError, Uploads
from bot.core.talent import Kind
from bot.services.audit import Actor
from bot.services.directory import ImportReport
from bot.services.station_files import ENDINGS


def routes(kind: Kind) -> APIRouter:
    """The pages of one kind under its own address."""
    router = APIRouter(prefix=PLACES[kind])

    @router.get("/import")
    def form(request: Request, here: Here, viewer: DirectoryKeeper) -> Response:
        return _show(request, here, kind)

    @router.post("/import")
    def check(request: Request, here: Here, viewer: DirectoryKeeper, file: Annotated[UploadFile, File()]) -> Response:
        """A dry run; nothing is written yet."""
        ending = Path(file.filename or "").suffix.lower()
        if ending not in ENDINGS:
            return _show(request, here, kind, refusal="file_type", status=400)
        uploads = _uploads(here)
        try:
            key = uploads.keep(viewer.id, ending, file.file)
        except TooLargeError:
            return _show(request, here, kind, refusal="file_size", status=413)
        path = uploads.path(viewer.id, key)
        report = here.services.talent.import_file(kind, path, Actor.staff(viewer), dry_run=True)
        if not report.ok:
            uploads.drop(viewer.id, key)
        return _show(request, here, kind, report, key, file.filename or "", status=200 if report.ok else 400)

    @router.post("/import/confirm")
    def confirm(
        request: Request, here: Here, viewer: DirectoryKeeper, key: Annotated[str, Form(max_length=60)] = ""
    ) -> Response:
        """Writes what was checked."""
        uploads = _uploads(here)
        if not uploads.holds(viewer.id, key):
            return _show(request, here, kind, refusal="upload_gone", status=410)
        report = here.services.talent.import_file(kind, uploads.path(viewer.id, key), Actor.staff(viewer))
        uploads.drop(viewer.id, key)
        if not report.ok:
            return _show(request, here, kind, report, status=400)
        return RedirectResponse(f"{PLACES[kind]}?done=import&added={report.added}&updated={report.updated}", 303)

    @router.get("/export")
    def export(here: Here, viewer: DirectoryKeeper, form: str = "xlsx") -> Response:
        """All of it as a file that can be imported again."""
        if form not in FORMS:
            raise HTTPException(404)
        folder = tempfile.TemporaryDirectory()
        path = Path(folder.name) / f"{kind}s-{here.services.today():%Y%m%d}.{form}"
        count = here.services.talent.export_file(kind, path)
        here.audit.record(Actor.staff(viewer), f"{kind}s_exported", ("talent", kind.value), {"count": count})
        return FileResponse(path, filename=path.name, background=BackgroundTask(folder.cleanup))

    return router


def _uploads(here: Context) -> Uploads:
    return Uploads(here.services.settings.var_dir / "uploads", here.services.clock)


def _show(
    request: Request,
    here: Context,
    kind: Kind,
    report: ImportReport | None = None,
    key: str = "",
    name: str = "",
    *,
    refusal: str = "",
    status: int = 200,
) -> Response:
    return here.pages.show(
        request,
        "talent_import.html",
        status=status,
        kind=kind,
        base=PLACES[kind],
        report=report,
        errors=report.errors[:SHOWN_ERRORS] if report else [],
        key=key,
        name=name,
        refusal=refusal,
    )
