"""Real HTTP servers on loopback for ASGI applications under test."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    """Serve `app` with uvicorn in this event loop; yields its base address without a slash at the end.

    Started and stopped step by step, for uvicorn's own loop would take over the signals and wait in ticks.
    """
    bound = bound or free_socket()
    config = uvicorn.Config(
        app, log_level="critical", lifespan="auto", ws="none", timeout_graceful_shutdown=1, access_log=False
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[bound])
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        await server.shutdown(sockets=[bound])
