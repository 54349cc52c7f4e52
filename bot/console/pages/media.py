"""Opening an attachment; each opening is on record."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import FileResponse, Response

from bot.console.context import DemandViewer, Here
from bot.console.queries import media
from bot.services.audit import Actor

router = APIRouter()
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""Opened in the browser; everything else is saved, whatever it says it is."""


@router.get("/demands/{demand_no}/attachments/{attachment_id}")
def attachment(here: Here, viewer: DemandViewer, demand_no: str, attachment_id: Annotated[int, Path(ge=1)]) -> Response:
    found = media.stored(here.db, viewer, demand_no, attachment_id)
    if found is None:
        raise HTTPException(404)
    root = here.services.settings.media_dir.resolve()
    path = (root / found.path).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise HTTPException(404)
    here.audit.record(Actor.staff(viewer), "attachment_opened", ("demand", demand_no), {"attachment": attachment_id})
    inline = found.content_type in SHOWN
    return FileResponse(
        path,
        media_type=found.content_type if inline else "application/octet-stream",
        filename=f"{demand_no}-{attachment_id}{path.suffix}",
        content_disposition_type="inline" if inline else "attachment",
    )
