"""The JSON interface under /api/v1."""

from fastapi import APIRouter

from bot.console.api import conversations, demands, stations, stats, users

router = APIRouter(prefix="/api/v1")
for part in (demands, conversations, stations, stats, users):
    router.include_router(part.router)

__all__ = ["router"]
