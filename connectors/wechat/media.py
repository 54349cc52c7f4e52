"""Media files that users sent: streamed to disk, capped, told apart from error answers."""

import asyncio
import json
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from connectors.wechat.errors import ApiError, MediaTooLargeError, UnreachableError

INTERFACE = "media/get"
ANSWER_LIMIT = 64 * 1024
_CHUNK = 128 * 1024
_FILENAME = re.compile(r'filename="?([^";]+)"?')


@dataclass(frozen=True)
class Downloaded:
    """A file that was written; `filename` is WeChat's and only good for its ending."""

    path: Path
    size: int
    content_type: str
    filename: str


async def download(http: httpx.AsyncClient, url: str, params: dict[str, str], target: Path, limit: int) -> Downloaded:
    """Write the file behind `url` to `target`, at most `limit` bytes; a video's second address is followed.

    Raises ApiError (40007: expired), UnreachableError or MediaTooLargeError; `target` appears only complete.
    """
    async with _opened(http, url, params) as response:
        if not _is_answer(response):
            return await _save(response, target, limit)
        video_url = _video_url(await _read_answer(response))
    async with _opened(http, video_url, {}) as response:
        return await _save(response, target, limit)


@asynccontextmanager
async def _opened(http: httpx.AsyncClient, url: str, params: dict[str, str]) -> AsyncIterator[httpx.Response]:
    try:
        async with http.stream("GET", url, params=params or None) as response:
            if response.status_code != httpx.codes.OK:
                raise UnreachableError(INTERFACE, f"http_{response.status_code}")
            yield response
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreachableError(INTERFACE, type(error).__name__) from None


def _is_answer(response: httpx.Response) -> bool:
    """Errors and video addresses come as JSON text without a file name; a user's file has one."""
    if "content-disposition" in response.headers:
        return False
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind in ("application/json", "text/plain", "text/json", "")


async def _read_answer(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise UnreachableError(INTERFACE, "unexpected_body")
    return body


def _video_url(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        raise UnreachableError(INTERFACE, "not_json") from None
    if isinstance(answer, dict) and isinstance(answer.get("errcode"), int) and answer["errcode"]:
        raise ApiError(answer["errcode"], INTERFACE)
    url = answer.get("video_url") if isinstance(answer, dict) else None
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise UnreachableError(INTERFACE, "unexpected_body")
    return url


async def _save(response: httpx.Response, target: Path, limit: int) -> Downloaded:
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise MediaTooLargeError(limit)
    staged = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    file = await asyncio.to_thread(_create, staged)
    try:
        with file:
            size = await _copy(response, file, limit)
        await asyncio.to_thread(os.replace, staged, target)
    finally:
        staged.unlink(missing_ok=True)
    name = _FILENAME.search(response.headers.get("content-disposition", ""))
    kind = response.headers.get("content-type", "application/octet-stream")
    return Downloaded(target, size, kind, name.group(1) if name else "")


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")


async def _copy(response: httpx.Response, file: BinaryIO, limit: int) -> int:
    size = 0
    async for chunk in response.aiter_bytes(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise MediaTooLargeError(limit)
        await asyncio.to_thread(file.write, chunk)
    return size
