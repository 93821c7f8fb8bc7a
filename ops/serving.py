"""Serving an application until told to stop, and stopping without leaving anybody waiting.

One process does all of it, or several share the port. Those share the listening socket and the database, and nothing
else: each has its own connections, prepared documents and kept answers. Only their parent follows the log.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn
from starlette.applications import Starlette

from ops import connections
from ops.house import House
from ops.settings import Settings

_log = logging.getLogger("council.serving")

QUEUE = 2_048
"""Connections that wait to be accepted."""
PATIENCE = 30
"""Seconds a worker has for what it is answering when it is told to end."""
PING = 25
"""Seconds between two pings on a WebSocket; whoever does not answer within twice that is cut off."""
GONE = 90
"""Seconds after which a connection is given up whose other end takes nothing that was sent (on Linux)."""
LONGEST = 4
"""The largest WebSocket message taken in, in bytes for each character that a request may have."""
TRIES = 3
"""Workers in a row that end before they listen, after which no more are started."""
CANNOT_SERVE = 3
"""Exit code where nothing can be served."""


def application(house: House) -> Starlette:
    """The application on an archive."""
    from api.app import create_app
    from ops.exporting import package

    settings = house.settings
    return create_app(
        house.archive,
        house.views,
        house.searcher,
        access=house.access,
        catch_up=house.read_models.catch_up,
        searches=house.searches,
        citations=house.citations,
        limits=settings.limits,
        answers=settings.answers,
        kept=settings.exports,
        package=package,
        terms=settings.terms,
        persisted=house.persisted,
        caps=settings.caps,
        origins=settings.origins,
    )


class Server(uvicorn.Server):
    """A server that ends the application's open streams before it waits for its connections to end."""

    def __init__(self, app: Starlette, **settings: Any) -> None:
        told = {
            "log_level": "warning",
            "access_log": False,
            "server_header": False,
            "timeout_graceful_shutdown": PATIENCE,
            "ws_max_size": LONGEST * app.state.endpoint.limits.body,
            "ws_ping_interval": PING,
            "ws_ping_timeout": 2 * PING,
            **connections.settings(app.state.terms),
            **settings,
        }
        super().__init__(uvicorn.Config(app, **told))
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer. Connections give up whoever takes nothing off them, as they inherit it from their server."""
        await super().startup(sockets)
        for each in [one for server in self.servers for one in server.sockets] if self.started else ():
            if hasattr(socket, "TCP_USER_TIMEOUT") and each.family in (socket.AF_INET, socket.AF_INET6):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE * 1_000)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._app.state.streams.close()
        self._app.state.operations.close()
        await super().shutdown(sockets)


def serve(app: Starlette, host: str, port: int) -> None:
    """Serve until a signal to end. Leaves with exit code 3 if it cannot listen; the server's log says why."""
    server = Server(app, host=host, port=port)
    with suppress(KeyboardInterrupt):  # handed on when the server has stopped
        server.run()
    if not server.started:
        sys.exit(CANNOT_SERVE)


class _Worker(Server):
    """A server on a socket that it shares; it ends with its parent."""

    def __init__(self, app: Starlette, parent: Connection) -> None:
        # A worker accepts as many connections at once as its backlog says: one, so that its fellows get theirs.
        super().__init__(app, backlog=1)
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell the parent."""
        await super().startup(sockets)
        for shared in sockets or ():
            shared.listen(QUEUE)
        threading.Thread(target=self._outlive_nobody, daemon=True).start()
        self._parent.send(True)

    def _outlive_nobody(self) -> None:
        with suppress(EOFError, OSError):
            self._parent.recv()
        self.should_exit = True


def _work(settings: Settings, shared: socket.socket, parent: Connection) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    house = House(settings)
    try:
        with suppress(KeyboardInterrupt):
            _Worker(application(house), parent).run(sockets=[shared])
    finally:
        house.close()


class Workers:
    """Processes that answer on one socket. One that dies is replaced, until it is told to stop."""

    def __init__(self, settings: Settings, shared: socket.socket, number: int) -> None:
        self._settings, self._shared, self._number = settings, shared, number
        self._context = multiprocessing.get_context("spawn")  # a fork would share connections and locks of threads
        self._processes: dict[int, tuple[BaseProcess, Connection]] = {}
        self._listening: set[int] = set()
        self._failed = 0
        self._told, self._tell = multiprocessing.Pipe(duplex=False)

    def stop(self, *_: object) -> None:
        """Ask all of them to end; for signals, too."""
        with suppress(OSError):
            self._tell.send(True)

    def run(self) -> bool:
        """Keep as many as were asked for running until told to stop; whether they ever could be."""
        try:
            while self._failed < TRIES:
                while len(self._processes) < self._number:
                    self._start()
                if self._wait():
                    return True
            return False
        finally:
            self._end()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(self._settings, self._shared, theirs), daemon=True)
        process.start()
        theirs.close()
        assert process.pid is not None
        self._processes[process.pid] = process, ours

    def _wait(self) -> bool:
        """Wait until something happens; whether it is that all shall end."""
        known: dict[Any, int] = {process.sentinel: pid for pid, (process, _) in self._processes.items()}
        known |= {pipe: pid for pid, (_, pipe) in self._processes.items() if pid not in self._listening}
        for what in wait([self._told, *known]):
            if what is self._told:
                return True
            pid = known[what]
            if pid not in self._processes:
                continue
            process, pipe = self._processes[pid]
            if what is pipe and process.is_alive():
                with suppress(EOFError, OSError):
                    pipe.recv()
                    self._listening.add(pid)
                    self._failed = 0
            elif not process.is_alive():
                self._gone(pid)
        return False

    def _gone(self, pid: int) -> None:
        process, pipe = self._processes.pop(pid)
        pipe.close()
        if pid in self._listening:
            self._listening.discard(pid)
            _log.warning("worker %d ended with exit code %s; another takes its place", pid, process.exitcode)
        else:
            self._failed += 1
            _log.error("worker %d ended with exit code %s before it listened", pid, process.exitcode)

    def _end(self) -> None:
        for process, _ in self._processes.values():
            process.terminate()
        for process, pipe in self._processes.values():
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
            pipe.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket to be shared. Leaves with exit code 3 if there can be none; the log says why."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=QUEUE)
    except OSError as error:
        _log.error("cannot listen on %s, port %d: %s", host, port, error.strerror or error)
        sys.exit(CANNOT_SERVE)


def share(settings: Settings, shared: socket.socket, number: int) -> None:
    """Serve by so many processes until a signal to end. Leaves with exit code 3 if they cannot be started."""
    workers = Workers(settings, shared, number)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, workers.stop)
    if not workers.run():
        sys.exit(CANNOT_SERVE)
