"""A doorway to a server that can be shut: a TCP proxy, for outages the server knows nothing of."""

from __future__ import annotations

import contextlib
import socket
import threading


class Doorway:
    """Passes bytes between callers and a port, until it is shut; open again, it listens where it listened before."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listening: socket.socket | None = None
        self._passing: list[socket.socket] = []
        self.port = 0
        self.silent = False
        """Whether calls are taken and nothing is passed on: a server that does not answer."""
        self.open()

    def open(self) -> None:
        """Let callers through."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen()
        self.port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._listen, args=(listening,), daemon=True).start()

    def shut(self) -> None:
        """Cut every connection and take no more."""
        listening, self._listening = self._listening, None
        for each in [*([listening] if listening else []), *self._passing]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._passing.clear()

    def _listen(self, listening: socket.socket) -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            self._passing += [caller, server]
            for one, other in ((caller, server), (server, caller)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if not self.silent:
                    other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
