"""An application on a real port of this machine, for tests that need one; stopped when the test is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from api.terms import TERMS
from ops import connections


class _Told(uvicorn.Server):
    """A server that says when it has begun to listen, or has given up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Begin to listen."""
        try:
            await super().startup(sockets)  # type: ignore[arg-type]
        finally:
            self.ready.set()


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve an application on a free loopback port; gives its address. Fails if it does not begin within 20 s."""
    told = connections.settings(getattr(app.state, "terms", TERMS))
    server = _Told(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", **told))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert server.ready.wait(20), "the server did not begin to listen"
        assert server.started, "the server could not listen"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
