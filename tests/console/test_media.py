"""Opening attachments."""

from pathlib import Path

import pytest

from bot.core.roles import Role
from bot.services.container import Services
from models import Attachment, AuditEntry, Database
from tests.console import factories
from tests.console.conftest import Browser
from tests.console.factories import NOW

PICTURE = b"\xff\xd8\xff\xe0sample"


def attached(db: Database, services: Services, path: str, content_type: str) -> str:
    target = services.settings.media_dir / Path(path).name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(PICTURE)
    with db.begin() as session:
        demand = factories.demand(session)
        row = Attachment(
            demand_id=demand.id, kind="image", state="stored", path=path, content_type=content_type, created_at=NOW
        )
        session.add(row)
        session.flush()
        return f"/demands/{demand.demand_no}/attachments/{row.id}"


def test_picture_is_shown_and_on_record(browser: Browser, db: Database, services: Services) -> None:
    answer = browser(Role.CITY).get(attached(db, services, "one.jpg", "image/jpeg"))
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-disposition"].startswith("inline")
    with db.read() as session:
        assert session.query(AuditEntry).filter_by(action="attachment_opened").count() == 1


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml"])
def test_what_could_run_is_saved_instead(browser: Browser, db: Database, services: Services, content_type: str) -> None:
    answer = browser(Role.CITY).get(attached(db, services, "one.html", content_type))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_paths_outside_of_the_media_folder_are_not_served(browser: Browser, db: Database, services: Services) -> None:
    assert browser(Role.CITY).get(attached(db, services, "../demo.json", "image/jpeg")).status_code == 404


def test_other_districts_do_not_see_it(browser: Browser, db: Database, services: Services) -> None:
    address = attached(db, services, "one.jpg", "image/jpeg")
    assert browser(Role.DISTRICT, "青羊区").get(address).status_code == 404
