"""Lines from a terminal, a pipe or a file, without a thread that would hang on at the end of the program."""

import asyncio
import codecs
import os
from collections.abc import AsyncIterator
from typing import TextIO

_CHUNK = 65536


async def lines_of(stream: TextIO) -> AsyncIterator[str]:
    """The lines of `stream` without their ends, as they come. Bytes that are not UTF-8 are replaced."""
    descriptor = _descriptor(stream)
    if descriptor is None:
        while line := await asyncio.to_thread(stream.readline):
            yield line.rstrip("\r\n")
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while chunk := await _chunk(descriptor):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            yield line.rstrip("\r")
    if rest:
        yield rest


def _descriptor(stream: TextIO) -> int | None:
    """None for what an event loop cannot watch: regular files, which never block, and text in memory."""
    try:
        descriptor = stream.fileno()
        asyncio.get_running_loop().add_reader(descriptor, lambda: None)
    except (OSError, ValueError):
        return None
    asyncio.get_running_loop().remove_reader(descriptor)
    return descriptor


async def _chunk(descriptor: int) -> bytes:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def mark() -> None:
        loop.remove_reader(descriptor)
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(descriptor, mark)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
    return os.read(descriptor, _CHUNK)
