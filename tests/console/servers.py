"""The console on a free port of loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.console.server import build_server
from bot.services.container import Services


@contextmanager
def running(services: Services) -> Iterator[str]:
    """Its address; it accepts connections as soon as the socket listens, before the application is up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = build_server(services)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
