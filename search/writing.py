"""Writing the embedded index: whole builds beside the current one, and records put in place of their old versions."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from domain.collecting import without_collector
from search import fields
from search.engine import FullError, Report, SearchError, Stamp
from search.kinds import SearchDocument
from search.place import IndexPlace

HEAP: Final = 200_000_000
"""Bytes the engine may hold before it writes a segment. With 60 million, it writes a fifth fewer documents a second;
a second thread makes it slower, for the analysis beside it wants a processor too."""

HEAP_FOR_FEW: Final = 30_000_000
"""The same where records are replaced."""

_FEW: Final = 2_000
_EVERY: Final = 1_000

_log = logging.getLogger("council.search")


class EmbeddedTarget:
    """See :class:`search.engine.Target`."""

    engine = fields.ENGINE

    def __init__(self, folder: Path | str) -> None:
        self._place = IndexPlace(Path(folder))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write, for as long as the process lives; what dead writers left is removed.

        Raises :class:`FullError` where the folder cannot be written in.
        """
        with ExitStack() as holding:
            with self._room_needed():
                holding.enter_context(self._place.writing())
            yield

    def stamp(self) -> Stamp | None:
        """The stamp of the current index; None where there is none that can be opened, which is told to the log."""
        build = self._place.current()
        if build is None:
            return None
        stamp = self._place.stamp(build)
        if stamp is None:
            _log.warning("the search index %s has no stamp that can be read", self._place.folder / build)
            return None
        if stamp.engine != self.engine:  # another format on disk: not to be opened
            return stamp
        try:
            fields.open_index(str(self._place.index(build)))
        except SearchError as error:
            _log.warning("%s", error)
            return None
        return stamp

    def build(self, documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report) -> None:
        """Write a whole index beside the current one, then swap. What fails leaves nothing behind."""
        with self._room_needed():
            build = self._place.make()
        try:
            with self._room_needed():
                index = fields.open_index(str(self._place.index(build)), make=True)
                with without_collector():
                    self._write(build, index, HEAP, (), documents, stamp, report)
                self._place.swap(build)
        except BaseException:
            self._place.drop_all_but(self._place.current())
            raise

    def replace(
        self, records: set[str], documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report
    ) -> None:
        """Put documents in place of all versions of some records: one commit of the engine, then the stamp."""
        build = self._place.current()
        if build is None:
            raise SearchError("there is no search index to write on: rebuild it")
        index = fields.open_index(str(self._place.index(build)))
        heap = HEAP_FOR_FEW if len(records) < _FEW else HEAP
        try:
            self._write(build, index, heap, records, documents, stamp, report)
        except OSError as error:
            with self._room_needed():
                self._place.probe()
            raise SearchError(f"the search index {self._place.folder / build} is damaged ({error})") from error

    @contextmanager
    def _room_needed(self) -> Iterator[None]:
        """Say of what cannot be written where it is and what to do."""
        try:
            yield
        except OSError as error:
            folder = self._place.folder
            there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
            free = shutil.disk_usage(there).free // 1_000_000
            raise FullError(
                f"the search index in {folder} cannot be written ({error}; {free} MB are free there): make room, then "
                "bring it up to date again. Until then the index that is there goes on answering"
            ) from error

    def _write(
        self,
        build: str,
        index: Any,
        heap: int,
        gone: Iterable[str],
        come: Iterator[SearchDocument],
        stamp: Callable[[int], Stamp],
        report: Report,
    ) -> None:
        writer = _writer(index, heap)
        try:
            for record in gone:
                _taken(writer.delete_documents_by_term, "record", record)
            unreported = 0
            for document in come:
                _taken(writer.add_document, fields.written(document))
                unreported += 1
                if unreported == _EVERY:
                    report(unreported)
                    unreported = 0
            _taken(writer.commit)
            _taken(writer.wait_merging_threads)
        finally:
            del writer  # gives the engine's own lock back
        if unreported:
            report(unreported)
        _taken(index.reload)
        self._place.write_stamp(build, stamp(index.searcher().num_docs))


def _taken(call: Callable[..., Any], *given: Any) -> None:
    """Have the engine write. It tells of files it cannot write or read as ValueError, we as OSError."""
    try:
        call(*given)
    except ValueError as error:
        raise OSError(str(error)) from error


def _writer(index: Any, heap: int) -> Any:
    """The engine's writer. Its lock may outlive a writer by a moment, until the last reference is gone."""
    for attempt in range(50):
        try:
            return index.writer(heap, 1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise OSError(str(error)) from error
            if attempt == 49:
                raise SearchError(f"another program holds the search index ({error}): stop it") from error
            time.sleep(0.1)
    raise AssertionError
