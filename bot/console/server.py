"""The console's web server."""

import uvicorn
from starlette.types import ASGIApp

from bot.console.app import create_app
from bot.services.container import Services


def build_server(services: Services, demo_app: ASGIApp | None = None) -> uvicorn.Server:
    """Ready to `serve()` on the console's address.

    Without an access log: addresses hold liaisons' tokens.
    """
    config = uvicorn.Config(
        create_app(services, demo_app),
        host=services.settings.console_host,
        port=services.settings.console_port,
        access_log=False,
        log_config=None,
        ws="none",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)
