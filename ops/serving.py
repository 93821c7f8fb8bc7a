"""Serving an application until told to stop, and stopping without leaving anybody waiting."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette


class Server(uvicorn.Server):
    """A server that ends the application's open streams before it waits for its connections to end."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        super().__init__(uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._app.state.streams.close()
        await super().shutdown(sockets)


def serve(app: Starlette, host: str, port: int) -> None:
    """Serve until a signal to end. Leaves with exit code 3 if it cannot listen; the server's log says why."""
    server = Server(app, host, port)
    with suppress(KeyboardInterrupt):  # handed on when the server has stopped
        server.run()
    if not server.started:
        sys.exit(3)
