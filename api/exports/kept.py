"""Exports as files without a name: written once, hashed, then sent from the disk and kept to be sent again.

What is sent has to be known before its hash can stand in a header. It is written to a temporary file, not to memory;
no reader of the database waits while a slow client takes it. A file without a name is gone with the process, however
that ends.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import IO, Any

BYTES = 256_000_000
"""Bytes of exports that one process keeps on disk, unless the setting says otherwise."""
MOST = 200
"""Exports kept at most: each holds a file open."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an export holds. The file lives as long as somebody has it."""

    file: IO[bytes]
    length: int
    sha256: bytes

    def part(self, start: int, length: int) -> bytes:
        """Bytes from a place on; safe to call from several threads."""
        return os.pread(self.file.fileno(), length, start)


def written(write: Callable[[IO[bytes]], object]) -> Body:
    """Write a body and hash it. Raises what ``write`` raises, and OSError where the disk is full."""
    file = tempfile.TemporaryFile(prefix="council-export-")  # noqa: SIM115 - it is given away
    try:
        write(file)
        file.flush()
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        return Body(file, length, hashlib.file_digest(file, "sha256").digest())
    except BaseException:
        file.close()
        raise


class Kept:
    """The exports lately made, at most so many bytes; those not asked for longest go first. Thread-safe."""

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._bodies: OrderedDict[Any, Body] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0
        """Bytes on disk."""

    def get(self, key: Any) -> Body | None:
        """An export, if it is kept."""
        with self._lock:
            found = self._bodies.get(key)
            if found is not None:
                self._bodies.move_to_end(key)
            return found

    def put(self, key: Any, body: Body) -> None:
        """Keep an export, unless it is larger than all that may be kept."""
        if body.length > self._most:
            return
        with self._lock:
            if key in self._bodies:
                return
            self._bodies[key] = body
            self.bytes += body.length
            while self.bytes > self._most or len(self._bodies) > MOST:
                self.bytes -= self._bodies.popitem(last=False)[1].length
