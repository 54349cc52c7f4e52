"""What every page needs, and who is looking at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from bot.console.labels import Labels
from bot.console.queries import places
from bot.console.rendering import Pages
from bot.core.roles import Right, Viewer
from bot.services.audit import AuditLog
from bot.services.container import Services
from bot.services.directory_undo import DirectoryUndo
from bot.services.disclosure import Disclosure
from bot.services.export import DemandExport
from bot.services.handover import HandoverService
from bot.services.import_jobs import ImportJobs
from bot.services.resend import Resend
from bot.services.review import ReviewService
from models import Database

COOKIE = "zhuli_session"


@dataclass(frozen=True)
class Context:
    """The console's parts; one per application, kept in `app.state.context`."""

    services: Services
    pages: Pages
    labels: Labels
    disclosure: Disclosure
    review: ReviewService
    export: DemandExport
    resend: Resend
    audit: AuditLog
    handover: HandoverService
    imports: ImportJobs
    undo: DirectoryUndo

    @property
    def db(self) -> Database:
        return self.services.db

    def now(self) -> datetime:
        return self.services.clock()

    def districts(self) -> list[str]:
        return places.districts(self.db)


class LoginNeededError(Exception):
    """The page is for those who are signed in."""


class PasswordChangeNeededError(Exception):
    """The one-time password must be changed first."""


class ForbiddenError(Exception):
    """The role may not do this."""


def context(request: Request) -> Context:
    return cast(Context, request.app.state.context)


Here = Annotated[Context, Depends(context)]


def half_signed_in(request: Request, here: Here) -> Viewer:
    """Also those who still have to change their one-time password."""
    viewer = here.services.users.login.viewer(request.cookies.get(COOKIE))
    if viewer is None:
        raise LoginNeededError
    request.state.viewer = viewer
    return viewer


HalfSignedIn = Annotated[Viewer, Depends(half_signed_in)]


def signed_in(viewer: HalfSignedIn) -> Viewer:
    if viewer.must_change_password:
        raise PasswordChangeNeededError
    return viewer


SignedIn = Annotated[Viewer, Depends(signed_in)]


def holding(right: Right) -> Callable[[Viewer], Viewer]:
    """A dependency: the viewer, who must hold the right."""

    def check(viewer: SignedIn) -> Viewer:
        if not viewer.may(right):
            raise ForbiddenError
        return viewer

    return check


DemandViewer = Annotated[Viewer, Depends(holding(Right.DEMANDS))]
Checker = Annotated[Viewer, Depends(holding(Right.CHECK))]
Handler = Annotated[Viewer, Depends(holding(Right.HANDLE))]
Router = Annotated[Viewer, Depends(holding(Right.ROUTE))]
Reviewer = Annotated[Viewer, Depends(holding(Right.CONVERSATIONS))]
StationViewer = Annotated[Viewer, Depends(holding(Right.STATIONS))]
DirectoryKeeper = Annotated[Viewer, Depends(holding(Right.DIRECTORY))]
TalentKeeper = Annotated[Viewer, Depends(holding(Right.TALENT))]
UserKeeper = Annotated[Viewer, Depends(holding(Right.USERS))]
AuditReader = Annotated[Viewer, Depends(holding(Right.AUDIT))]
ContactOpener = Annotated[Viewer, Depends(holding(Right.CONTACTS))]
Exporter = Annotated[Viewer, Depends(holding(Right.EXPORT))]
