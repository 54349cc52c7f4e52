"""Real HTTP servers on loopback for ASGI applications under test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn


def free_socket() -> socket.socket:
    """A socket bound to a port that was free; it stays bound, so that nobody else can take it."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    return bound


@asynccontextmanager
async def serve(app: Any, bound: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve `app` with uvicorn in this event loop; yields its base address without a slash at the end."""
    bound = bound or free_socket()
    config = uvicorn.Config(
        app, log_level="critical", lifespan="auto", ws="none", timeout_graceful_shutdown=1, access_log=False
    )
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:
            if task.done():
                raise RuntimeError("the server did not start") from task.exception()
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@contextmanager
def _no_signals() -> Generator[None, None, None]:
    """The test runner keeps its own signal handlers."""
    yield
