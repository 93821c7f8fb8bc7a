"""The only right to write an index in a cluster, among all processes of all machines that share it.

A document says who holds it. Its holder renews it, each time only if nobody else has written it meanwhile; so a holder
that was taken for dead finds out before it makes anything current. A holder killed on this machine is known to be dead
at once, by its process; one on another machine when it has not renewed for :data:`PATIENCE` seconds, by the clock of
who waits.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from search.elastic_client import Cluster, speaking
from search.engine import SearchError, UnavailableError

PATIENCE: Final = 30.0
"""Seconds without a renewal after which a holder on another machine counts as dead."""

_RENEWED_EVERY: Final = PATIENCE / 4
_LOOK_EVERY: Final = 0.1
_ID: Final = "writer"
_mine: set[str] = set()
"""What threads of this process hold."""


def _machine() -> str:
    """This machine since it was started, as far as processes can be told apart: a container is one of its own."""
    told = [socket.gethostname()]
    try:
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        told.append(os.readlink("/proc/self/ns/pid"))
    except OSError:  # no such files outside Linux
        pass
    return " ".join(told)


def _began(process: int) -> str | None:
    """When a process began, so that another of the same number is told apart; None where it has ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return None if told[0] in "ZX" else told[19]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return ""


class Lease:
    """The right to write, to be held with :meth:`held`."""

    def __init__(self, client: Elasticsearch, cluster: Cluster) -> None:
        self._client = client
        self._cluster = cluster
        self._index = f"{cluster.index}-writing"
        self._token = ""
        self._written: tuple[int, int] | None = None
        self._turn = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the right to write and hold it; given back at the end. Raises :class:`UnavailableError`."""
        self._token = uuid4().hex
        self._wait()
        _mine.add(self._token)
        done = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(done,), name="search lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()
            _mine.discard(self._token)
            self._give_back()

    def confirm(self) -> None:
        """Raise :class:`SearchError` unless the right to write is still held; it is renewed."""
        with speaking(self._cluster), self._turn:
            if not self._write_over(self._written):
                self._written = None
                raise SearchError("another process has taken over writing the search index: this one stops")

    def _wait(self) -> None:
        """Take the right when nobody has it, or who has it is dead."""
        with speaking(self._cluster):
            self._make()
            seen: tuple[int, int] | None = None
            since = time.monotonic()
            while True:
                try:
                    got = self._client.get(index=self._index, id=_ID)
                except NotFoundError:
                    if self._write_over(None):
                        return
                    continue
                place = (int(got["_seq_no"]), int(got["_primary_term"]))
                if place != seen:
                    seen, since = place, time.monotonic()
                if self._dead(got["_source"], time.monotonic() - since) and self._write_over(place):
                    return
                time.sleep(_LOOK_EVERY)

    def _make(self) -> None:
        if self._client.indices.exists(index=self._index):
            return
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        try:
            self._client.indices.create(index=self._index, settings=settings, mappings={"enabled": False})
        except BadRequestError as error:
            if "resource_already_exists" not in str(error):
                raise

    def _dead(self, holder: Any, silent: float) -> bool:
        if silent > PATIENCE:
            return True
        if holder.get("machine") != _machine():
            return False
        if holder.get("process") == os.getpid() and holder.get("began") == _began(os.getpid()):
            return holder.get("token") not in _mine
        return holder.get("began") != _began(int(holder["process"]))

    def _write_over(self, place: tuple[int, int] | None) -> bool:
        """Write ourselves down as the holder, in place of what was read or where there is nobody; False if too late."""
        told = {"token": self._token, "machine": _machine(), "process": os.getpid(), "began": _began(os.getpid())}
        if place is None:
            condition: dict[str, Any] = {"op_type": "create"}
        else:
            condition = {"if_seq_no": place[0], "if_primary_term": place[1]}
        try:
            done = self._client.index(index=self._index, id=_ID, document=told, **condition)
        except ConflictError:
            return self._ours_after_all()
        self._written = (int(done["_seq_no"]), int(done["_primary_term"]))
        return True

    def _ours_after_all(self) -> bool:
        """Whether an answer was lost on the way: what is written is our own."""
        try:
            got = self._client.get(index=self._index, id=_ID)
        except NotFoundError:
            return False
        if got["_source"].get("token") != self._token:
            return False
        self._written = (int(got["_seq_no"]), int(got["_primary_term"]))
        return True

    def _renew(self, done: threading.Event) -> None:
        while not done.wait(_RENEWED_EVERY):
            try:
                self.confirm()
            except UnavailableError:
                continue
            except SearchError:  # taken over: who writes finds out when it confirms
                return

    def _give_back(self) -> None:
        if self._written is None:
            return
        number, term = self._written
        self._written = None
        try:
            with speaking(self._cluster):
                self._client.delete(index=self._index, id=_ID, if_seq_no=number, if_primary_term=term)
        except SearchError:  # out of reach, or taken over: a holder that is gone is known to be dead
            return
