"""Accounts of staff and liaisons."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import Context, Here, UserKeeper
from bot.core.roles import Role
from bot.services.audit import Actor
from bot.services.users import UserError

router = APIRouter(prefix="/users")


@router.get("")
def index(request: Request, here: Here, viewer: UserKeeper) -> Response:
    return show(request, here)


@router.post("")
def create(
    request: Request,
    here: Here,
    viewer: UserKeeper,
    username: Annotated[str, Form(max_length=100)] = "",
    name: Annotated[str, Form(max_length=100)] = "",
    role: Annotated[str, Form(max_length=20)] = "",
    scope: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    given = {"username": username, "name": name, "role": role, "scope": scope}
    if role not in set(Role):
        raise HTTPException(400)
    try:
        password = here.services.users.create(Actor.staff(viewer), username, name, Role(role), scope)
    except UserError as error:
        return show(request, here, status=400, refusal=error.code, given=given)
    return show(request, here, secret=password, secret_of=username.strip().lower())


@router.post("/{username}/{deed}")
def change(
    request: Request,
    here: Here,
    viewer: UserKeeper,
    username: str,
    deed: str,
    label: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """disable, enable, password, token or revoke; a new secret is shown in this one answer."""
    users, actor = here.services.users, Actor.staff(viewer)
    secret = ""
    try:
        if deed == "disable":
            users.disable(actor, username)
        elif deed == "enable":
            users.enable(actor, username)
        elif deed == "password":
            secret = users.reset_password(actor, username)
        elif deed == "token":
            secret = users.add_token(username, label or "api", actor=actor)
        elif deed == "revoke":
            users.revoke_tokens(username, actor=actor)
        else:
            raise HTTPException(404)
    except UserError as error:
        return show(request, here, status=400, refusal=error.code)
    if secret:
        return show(request, here, secret=secret, secret_of=username)
    return RedirectResponse("/users", 303)


def show(
    request: Request,
    here: Context,
    *,
    status: int = 200,
    refusal: str = "",
    secret: str = "",
    secret_of: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    return here.pages.show(
        request,
        "users.html",
        status=status,
        accounts=here.services.users.every(),
        roles=list(Role),
        refusal=refusal,
        secret=secret,
        secret_of=secret_of,
        given=given or {"username": "", "name": "", "role": "city", "scope": ""},
    )
