"""An application on a real port of this machine, for tests that need one; stopped when the test is done.

In a thread (:func:`serving`), or as a process of its own that can be killed (:class:`Served`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from api.terms import TERMS
from ops import connections

ROOT = Path(__file__).parents[1]


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


def until(holds: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


class Served:
    """``council serve`` as a process of its own, on one folder and port."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
        self._environment |= {"COUNCIL_HOME": str(home), "COUNCIL_CLERK": "a clerk"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "ops.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL)
        until(self._answers, "the server did not begin to answer")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/healthz").status_code == 200
        except httpx.TransportError:
            assert self.process is not None
            assert self.process.poll() is None, "the server has ended"
            return False

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(30)
        self.process = None
        return code

    def kill(self) -> None:
        """End it in any case."""
        if self.process is not None:
            self.end(signal.SIGKILL)
