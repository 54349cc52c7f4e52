"""The console as an ASGI application."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.console import api, failures
from bot.console.context import Context
from bot.console.labels import load
from bot.console.pages import (
    conversations,
    deeds,
    demands,
    directory,
    directory_undo,
    handling,
    handover,
    liaison,
    media,
    operations,
    overview,
    preview,
    sign_in,
    stations,
    talent,
    talent_import,
    trail,
    users,
)
from bot.console.rendering import HERE, Pages
from bot.console.security import BodyLimit, SameOriginOnly, SecurityHeaders
from bot.core.talent import Kind
from bot.services.audit import AuditLog
from bot.services.container import Services
from bot.services.directory_undo import DirectoryUndo
from bot.services.disclosure import Disclosure
from bot.services.export import DemandExport
from bot.services.handover import HandoverService
from bot.services.import_jobs import ImportJobs
from bot.services.resend import Resend
from bot.services.review import ReviewService
from bot.services.station_files import MAX_FILE

PAGES = (
    sign_in,
    overview,
    demands,
    deeds,
    handling,
    conversations,
    handover,
    directory,
    directory_undo,
    stations,
    preview,
    users,
    trail,
    liaison,
    media,
    operations,
)
DEMO = "/demo"


def create_app(services: Services, demo_app: ASGIApp | None = None) -> FastAPI:
    """Pages, the liaison's page, the JSON interface; `demo_app` is mounted at /demo when given."""
    app = FastAPI(
        title="助力通",
        version="1",
        description="创新驱动助力工程需求对接的数据接口。令牌由管理员发放。",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = _context(services)
    for part in PAGES:
        app.include_router(part.router, include_in_schema=False)
    for kind in Kind:
        app.include_router(talent_import.routes(kind), include_in_schema=False)
        app.include_router(talent.routes(kind), include_in_schema=False)
    app.include_router(api.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    if demo_app is not None:
        app.mount(DEMO, demo_app)
    failures.install(app)
    app.add_middleware(SameOriginOnly, exempt=DEMO, refuse=failures.other_site)
    app.add_middleware(
        BodyLimit,
        exempt=DEMO,
        limit=256 * 1024,
        wide=dict.fromkeys(("/stations/import", "/experts/import", "/results/import"), MAX_FILE + 64 * 1024),
        refuse=failures.too_large,
    )
    app.add_middleware(failures.Unexpected)
    app.add_middleware(SecurityHeaders, exempt=DEMO)
    return app


def _context(services: Services) -> Context:
    labels = load()
    return Context(
        services=services,
        pages=Pages(labels, services.clock, demo=bool(services.settings.demo)),
        labels=labels,
        disclosure=Disclosure(services.db, services.clock),
        review=ReviewService(services.db, services.clock),
        export=DemandExport(services.db, services.clock),
        resend=Resend(services.db, services.clock),
        audit=AuditLog(services.db, services.clock),
        handover=HandoverService(services.db, services.clock),
        imports=ImportJobs(services.directory),
        undo=DirectoryUndo(services.db, services.clock, services.directory.runs),
    )
