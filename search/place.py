"""Where the embedded index lives: builds side by side in a folder, a pointer to the current one, a stamp in each.

``<folder>/current`` names a build such as ``i000007``; ``<folder>/i000007/index`` is the engine's own; its stamp says
which versions made it and which position of the log it has reached. The stamp is written after the engine's commit:
what is in the index beyond it is invisible until the stamp follows, and is made again by the next catching up.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from search.engine import Stamp

_BUILD: Final = re.compile(r"i\d{6}")
_PROBE: Final = 1_000_000
"""Bytes without which there is no room for a segment."""


class IndexPlace:
    """The folder of an embedded index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> str | None:
        """The build that is read, or None."""
        try:
            named = (self.folder / "current").read_text(errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return named if _BUILD.fullmatch(named) else None

    def index(self, build: str) -> Path:
        """The engine's folder of a build."""
        return self.folder / build / "index"

    def stamp(self, build: str) -> Stamp | None:
        """The stamp of a build; None if there is none, or none that can be read."""
        try:
            return Stamp(**json.loads((self.folder / build / "stamp.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def changed(self, build: str) -> tuple[int, int]:
        """Tells one stamp of a build from the next without reading it. Raises OSError if there is none."""
        status = os.stat(self.folder / build / "stamp.json")
        return status.st_ino, status.st_mtime_ns

    def write_stamp(self, build: str, stamp: Stamp) -> None:
        """Put a stamp on a build, whole or not at all."""
        _replace(self.folder / build / "stamp.json", json.dumps(asdict(stamp), indent=1) + "\n")

    def make(self) -> str:
        """A new, empty build."""
        current = self.current()
        build = f"i{int((current or 'i000000')[1:]) + 1:06d}"
        self.index(build).mkdir(parents=True)
        return build

    def swap(self, build: str) -> None:
        """Make a build the current one in one step, then remove the others."""
        _replace(self.folder / "current", build + "\n")
        self.drop_all_but(build)

    def drop_all_but(self, build: str | None) -> None:
        """Remove builds; who has them open is not disturbed."""
        for path in self.folder.glob("i*"):
            if _BUILD.fullmatch(path.name) and path.name != build:
                shutil.rmtree(path, ignore_errors=True)

    def tidy(self) -> None:
        """Remove what writers that died have left behind. Only who holds the right to write may do so."""
        current = self.current()
        self.drop_all_but(current)
        left = [self.folder / "current.new"]
        if current is not None:
            index = self.index(current)
            left += [self.folder / current / "stamp.json.new", *index.glob(".tmp*"), *_unnamed(index)]
        for path in left:
            path.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write here, for as long as the process lives."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "writing", "a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self.tidy()
            yield

    def probe(self) -> None:
        """Write a little and remove it. Raises OSError where there is no room, or no right to write."""
        path = self.folder / "current.new"
        try:
            with open(path, "wb") as handle:
                handle.write(bytes(_PROBE))
                handle.flush()
                os.fsync(handle.fileno())
        finally:
            path.unlink(missing_ok=True)

    def size(self, build: str) -> int:
        """Bytes on disk."""
        found = 0
        for path in self.index(build).glob("*"):
            try:
                found += path.stat().st_size
            except FileNotFoundError:  # merged away meanwhile
                continue
        return found


def _unnamed(index: Path) -> list[Path]:
    """Files of deletions that the engine's list of segments does not name: a killed writer left them, and the next one,
    at the same count of operations, would find their names taken."""
    try:
        segments = json.loads((index / "meta.json").read_text())["segments"]
        kept = [(segment["segment_id"], segment["deletes"]["opstamp"]) for segment in segments if segment["deletes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # damaged: opening it tells
    known = {f"{segment.replace('-', '')}.{opstamp}.del" for segment, opstamp in kept}
    return [path for path in index.glob("*.del") if path.name not in known]


def _replace(path: Path, text: str) -> None:
    """Put a text in a file, whole or not at all, so that it outlives a loss of power."""
    fresh = path.with_name(path.name + ".new")
    try:
        with open(fresh, "w") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
