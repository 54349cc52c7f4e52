"""Accounts in the JSON interface, for administrators."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from bot.console.api.access import calling
from bot.console.api.errors import ApiError, responses
from bot.console.api.shapes import PRINTABLE
from bot.console.context import Here
from bot.core.roles import Right, Role, Viewer
from bot.services.audit import Actor
from bot.services.users import UserError

router = APIRouter(prefix="/users", tags=["users"])
Caller = Annotated[Viewer, Depends(calling(Right.USERS))]
Username = Annotated[str, Path(max_length=60, pattern=PRINTABLE)]


class UserOut(BaseModel):
    id: int
    username: str
    name: str
    role: Role
    scope: str | None
    created_at: datetime
    last_login_at: datetime | None
    disabled_at: datetime | None
    locked_until: datetime | None
    tokens: list[str] = Field(description="有效接口令牌的名称")


class UserList(BaseModel):
    items: list[UserOut]
    total: int


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: str = Field(pattern=r"^[a-z][a-z0-9._-]{2,59}$")
    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
    role: Role
    scope: str | None = Field(None, max_length=80, pattern=PRINTABLE)


class CreatedUser(BaseModel):
    user: UserOut
    one_time_password: str = Field(description="只显示这一次；首次登录须修改")


@router.get("", response_model=UserList, responses=responses())
def index(here: Here, viewer: Caller) -> Any:
    accounts = [vars(account) for account in here.services.users.every()]
    return {"items": accounts, "total": len(accounts)}


@router.post("", response_model=CreatedUser, status_code=201, responses=responses(400, 409, 413, 422))
def create(here: Here, viewer: Caller, new: NewUser) -> Any:
    users = here.services.users
    try:
        password = users.create(Actor.staff(viewer), new.username, new.name, new.role, new.scope)
    except UserError as error:
        raise ApiError(409, error.code) from None
    account = users.find(new.username)
    return {"user": vars(account), "one_time_password": password}


@router.get("/{username}", response_model=UserOut, responses=responses(404, 422))
def one(here: Here, viewer: Caller, username: Username) -> Any:
    account = here.services.users.find(username)
    if account is None:
        raise ApiError(404, "not_found")
    return vars(account)


@router.post("/{username}/disable", response_model=UserOut, responses=responses(404, 409, 422))
def disable(here: Here, viewer: Caller, username: Username) -> Any:
    """Ends the person's sessions and tokens too."""
    try:
        here.services.users.disable(Actor.staff(viewer), username)
    except UserError as error:
        raise ApiError(404 if error.code == "unknown" else 409, error.code) from None
    return one(here, viewer, username)
