"""The JSON interface under /api/v1."""

from fastapi import APIRouter

from bot.console.api import conversations, demands, proposals, stations, stats, talent, users
from bot.core.talent import Kind

router = APIRouter(prefix="/api/v1")
for part in (demands, proposals, conversations, stations, stats, users):
    router.include_router(part.router)
for kind, name in ((Kind.EXPERT, "experts"), (Kind.RESULT, "results")):
    router.include_router(talent.routes(kind, name))

__all__ = ["router"]
