"""Signing in, signing out, changing the password."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from bot.console.context import COOKIE, HalfSignedIn, Here
from bot.services.login import LIFETIME, LoginRefusedError
from bot.services.passwords import WeakPasswordError
from bot.services.users import UserError

router = APIRouter()


@router.get("/login")
def form(request: Request, here: Here, next: str = "/") -> Response:
    if here.services.users.login.viewer(request.cookies.get(COOKIE)):
        return RedirectResponse(local(next), 303)
    return here.pages.show(request, "login.html", next=local(next), username="", refused=False)


@router.post("/login")
def sign_in(
    request: Request,
    here: Here,
    username: Annotated[str, Form(max_length=60)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=400)] = "/",
) -> Response:
    name = username.strip().lower()
    try:
        signed = here.services.users.login.sign_in(name, password, previous=request.cookies.get(COOKIE))
    except LoginRefusedError:
        values = {"next": local(next), "username": name, "refused": True}
        return here.pages.show(request, "login.html", status=401, **values)
    answer = RedirectResponse("/password" if signed.viewer.must_change_password else local(next), 303)
    set_cookie(request, here, answer, signed.cookie)
    return answer


@router.post("/logout")
def sign_out(request: Request, here: Here) -> Response:
    cookie = request.cookies.get(COOKIE)
    if cookie:
        here.services.users.login.sign_out(cookie)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/password")
def password_form(request: Request, here: Here, viewer: HalfSignedIn) -> Response:
    return here.pages.show(request, "password.html", refusal="")


@router.post("/password")
def change_password(
    request: Request,
    here: Here,
    viewer: HalfSignedIn,
    current: Annotated[str, Form(max_length=200)] = "",
    new: Annotated[str, Form(max_length=200)] = "",
    again: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    refusal = "same" if new != again else ""
    if not refusal:
        try:
            cookie = here.services.users.change_password(viewer, current, new)
        except UserError as error:
            refusal = error.code
        except WeakPasswordError as error:
            refusal = str(error)
    if refusal:
        return here.pages.show(request, "password.html", status=400, refusal=refusal)
    answer = RedirectResponse("/", 303)
    set_cookie(request, here, answer, cookie)
    return answer


def set_cookie(request: Request, here: Here, answer: Response, cookie: str) -> None:
    secure = request.url.scheme == "https" or here.services.settings.console_url.startswith("https:")
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def local(address: str) -> str:
    """The address when it is a path of ours, otherwise the overview."""
    fine = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if fine and address.isprintable() else "/"
