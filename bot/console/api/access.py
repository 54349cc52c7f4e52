"""Who calls the JSON interface: bearer tokens."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.console.api.errors import ApiError
from bot.console.context import Here
from bot.core.roles import Right, Viewer

bearer = HTTPBearer(auto_error=False, description="`zhuli users token 用户名` 得到的令牌")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def caller(request: Request, here: Here, credentials: Credentials) -> Viewer:
    """The person whose token this is. Cookies do not count here."""
    viewer = here.services.users.by_token(credentials.credentials) if credentials else None
    if viewer is None:
        raise ApiError(401, "unauthorized")
    return viewer


def calling(right: Right) -> Callable[[Viewer], Viewer]:
    """A dependency: the caller, who must hold the right."""

    def check(viewer: Annotated[Viewer, Depends(caller)]) -> Viewer:
        if not viewer.may(right):
            raise ApiError(403, "forbidden")
        return viewer

    return check
