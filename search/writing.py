"""Writing the embedded index: whole builds beside the current one, and records put in place of their old versions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from search import fields
from search.engine import Report, SearchError, Stamp
from search.kinds import SearchDocument
from search.place import IndexPlace

HEAP: Final = 60_000_000
"""Bytes the engine may hold before it writes a segment."""

_EVERY: Final = 1_000


class EmbeddedTarget:
    """See :class:`search.engine.Target`."""

    engine = fields.ENGINE

    def __init__(self, folder: Path | str) -> None:
        self._place = IndexPlace(Path(folder))

    def writing(self) -> AbstractContextManager[None]:
        """Hold the only right to write, for as long as the process lives."""
        return self._place.writing()

    def stamp(self) -> Stamp | None:
        """The stamp of the current index; None where there is none that can be opened."""
        build = self._place.current()
        stamp = self._place.stamp(build) if build else None
        if build is None or stamp is None or stamp.engine != self.engine:
            return None
        try:
            fields.open_index(str(self._place.index(build)))
        except SearchError:
            return None
        return stamp

    def build(self, documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report) -> None:
        """Write a whole index beside the current one, then swap."""
        build = self._place.make()
        index = fields.open_index(str(self._place.index(build)), make=True)
        self._write(build, index, (), documents, stamp, report)
        self._place.swap(build)

    def replace(
        self, records: set[str], documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report
    ) -> None:
        """Put documents in place of all versions of some records: one commit of the engine, then the stamp."""
        build = self._place.current()
        if build is None:
            raise SearchError("there is no search index to write on: rebuild it")
        index = fields.open_index(str(self._place.index(build)))
        self._write(build, index, records, documents, stamp, report)

    def _write(
        self,
        build: str,
        index: Any,
        gone: Iterable[str],
        come: Iterator[SearchDocument],
        stamp: Callable[[int], Stamp],
        report: Report,
    ) -> None:
        writer = _writer(index)
        try:
            for record in gone:
                writer.delete_documents_by_term("record", record)
            unreported = 0
            for document in come:
                writer.add_document(fields.written(document))
                unreported += 1
                if unreported == _EVERY:
                    report(unreported)
                    unreported = 0
            writer.commit()
            writer.wait_merging_threads()
        finally:
            del writer  # gives the engine's own lock back
        if unreported:
            report(unreported)
        index.reload()
        self._place.write_stamp(build, stamp(index.searcher().num_docs))


def _writer(index: Any) -> Any:
    """The engine's writer. Its lock may outlive a writer by a moment, until the last reference is gone."""
    for attempt in range(50):
        try:
            return index.writer(HEAP, 1)
        except ValueError as error:
            if "LockBusy" not in str(error) or attempt == 49:
                raise
            time.sleep(0.1)
    raise AssertionError
