"""Errors of the JSON interface: {"error": {"code", "message", "details"}}."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from bot.console.labels import Labels


class ErrorDetail(BaseModel):
    """One value that was not accepted."""

    at: str = Field(description="在哪里：query.page、path.demand_no、body.username …")
    message: str


class ErrorBody(BaseModel):
    code: str = Field(description="给程序看的代码")
    message: str = Field(description="给人看的一句话，说明该怎么做")
    details: list[ErrorDetail] = Field(default_factory=list)


class ErrorAnswer(BaseModel):
    """What every failed call answers."""

    error: ErrorBody


class ApiError(Exception):
    """Answered as JSON with a sentence from labels.yml."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


STATUS_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    500: "internal",
    503: "unavailable",
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI document."""
    return {
        status: {"model": ErrorAnswer, "description": STATUS_CODES[status]} for status in (401, 403, *statuses, 503)
    }


def error_json(
    labels: Labels,
    status: int,
    *,
    code: str = "",
    details: list[Any] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The values that were sent are never repeated."""
    code = code or STATUS_CODES.get(status, "failed")
    message = labels("api_error", code, labels("refusal", code, labels("api_error", "failed")))
    listed = [
        ErrorDetail(at=".".join(str(part) for part in item["loc"]), message=str(item["msg"])) for item in details or ()
    ]
    body = ErrorAnswer(error=ErrorBody(code=code, message=message, details=listed))
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(), status, headers=headers)
