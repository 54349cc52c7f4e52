"""Importing and exporting the directory of stations."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from fastapi import Path as Number
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from bot.console.context import Context, DirectoryKeeper, Here
from bot.console.uploads import TooLargeError, Uploads
from bot.services import station_template
from bot.services.audit import Actor
from bot.services.directory import ImportReport
from bot.services.import_runs import RunningError
from bot.services.station_files import ENDINGS

router = APIRouter(prefix="/stations")
FORMS = tuple(ending.lstrip(".") for ending in ENDINGS)
SHORT = 0.7
"""Seconds; an import that takes no longer is shown when it is done."""
SHOWN_ERRORS = 200
"""Of a long list of mistakes; the count says how many there are."""


@router.get("/import")
def form(request: Request, here: Here, viewer: DirectoryKeeper) -> Response:
    return _show(request, here)


@router.post("/import")
def check(request: Request, here: Here, viewer: DirectoryKeeper, file: Annotated[UploadFile, File()]) -> Response:
    """A dry run; nothing is written yet."""
    ending = Path(file.filename or "").suffix.lower()
    if ending not in ENDINGS:
        return _show(request, here, refusal="file_type", status=400)
    uploads = _uploads(here)
    try:
        key = uploads.keep(viewer.id, ending, file.file)
    except TooLargeError:
        return _show(request, here, refusal="file_size", status=413)
    report = here.services.directory.import_stations(uploads.path(viewer.id, key), dry_run=True)
    if not report.ok:
        uploads.drop(viewer.id, key)
    return _show(request, here, report=report, key=key, name=file.filename or "", status=200 if report.ok else 400)


@router.post("/import/confirm")
def confirm(
    request: Request, here: Here, viewer: DirectoryKeeper, key: Annotated[str, Form(max_length=60)] = ""
) -> Response:
    """Begins to write what was checked; the page of the run says how far it is."""
    uploads = _uploads(here)
    if not uploads.holds(viewer.id, key):
        return _show(request, here, refusal="upload_gone", status=410)
    try:
        begun = here.services.directory.begin(uploads.path(viewer.id, key), Actor.staff(viewer))
    except RunningError:
        return _show(request, here, key=key, refusal="import_running", status=409)
    uploads.drop(viewer.id, key)
    if isinstance(begun, ImportReport):
        return _show(request, here, report=begun, status=400)
    here.imports.start(begun)
    here.imports.wait(SHORT)
    return RedirectResponse(f"/stations/import/{begun.run}", 303)


@router.get("/import/{run:int}")
def progress(request: Request, here: Here, viewer: DirectoryKeeper, run: Annotated[int, Number(lt=2**31)]) -> Response:
    """How far an import is, and what came of it; the page asks again by itself while it runs."""
    found = here.services.directory.runs.view(run)
    if found is None:
        raise HTTPException(404)
    return here.pages.show(request, "import_run.html", run=found)


@router.get("/export")
def export(here: Here, viewer: DirectoryKeeper, form: str = "xlsx") -> Response:
    """The whole directory as a file that can be imported again; it holds liaisons' telephones."""
    if form not in FORMS:
        raise HTTPException(404)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"stations-{here.services.today():%Y%m%d}.{form}"
    count = here.services.directory.export_stations(path)
    here.audit.record(Actor.staff(viewer), "stations_exported", ("directory", "stations"), {"count": count})
    return FileResponse(path, filename=path.name, background=BackgroundTask(folder.cleanup))


@router.get("/template")
def template(here: Here, viewer: DirectoryKeeper) -> Response:
    """An empty directory to be filled in."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "stations-template.xlsx"
    station_template.write(path)
    return FileResponse(path, filename=path.name, background=BackgroundTask(folder.cleanup))


def _uploads(here: Context) -> Uploads:
    return Uploads(here.services.settings.var_dir / "uploads", here.services.clock)


def _show(
    request: Request,
    here: Context,
    *,
    report: ImportReport | None = None,
    key: str = "",
    name: str = "",
    refusal: str = "",
    status: int = 200,
) -> Response:
    return here.pages.show(
        request,
        "import.html",
        status=status,
        report=report,
        errors=report.errors[:SHOWN_ERRORS] if report else [],
        key=key,
        name=name,
        refusal=refusal,
        running=here.services.directory.runs.running(),
    )
