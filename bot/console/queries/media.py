"""Files that belong to demands."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.console.queries import scope
from bot.core.roles import Viewer
from models import Attachment, Database, Demand


@dataclass(frozen=True)
class StoredFile:
    path: str
    """Relative to VAR_DIR/media."""
    content_type: str | None
    kind: str


def stored(db: Database, viewer: Viewer, demand_no: str, attachment_id: int) -> StoredFile | None:
    """None when it is not there, not downloaded, or not within what the viewer may see."""
    query = (
        select(Attachment)
        .join(Demand, Demand.id == Attachment.demand_id)
        .where(
            Attachment.id == attachment_id,
            Attachment.state == "stored",
            Demand.demand_no == demand_no,
            scope.demands(viewer),
        )
    )
    with db.read() as session:
        row = session.scalar(query)
        return StoredFile(row.path, row.content_type, row.kind) if row is not None and row.path else None
