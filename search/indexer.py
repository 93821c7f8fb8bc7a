"""Keeping the embedded index up with the read models: build beside and swap, catch up by position of the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from projections.reading import Reader
from projections.views import Views
from search import documents, fields, languages
from search.engine import SearchError
from search.place import IndexPlace, Stamp

Report = Callable[[int], None]
"""Called now and then with the number of search documents written since the last call."""

HEAP: Final = 60_000_000
"""Bytes the engine may hold before it writes a segment."""

_EVERY: Final = 1_000


class Indexer:
    """Writes the embedded index of one archive. Any number may exist; one at a time writes."""

    def __init__(self, views: Views, folder: Path | str) -> None:
        self._views = views
        self._place = IndexPlace(Path(folder))

    def catch_up(self, report: Report | None = None) -> int:
        """Bring the index to where the read models are; returns that position.

        Records touched since are replaced with all their versions. An index of other versions, of another archive, or
        none at all, is built anew. Raises ``ViewsError`` when there are no read models.
        """
        with self._place.writing(), self._views.reader() as read:
            build = self._place.current()
            stamp = self._place.stamp(build) if build else None
            if build is None or stamp is None or not _continues(stamp, read):
                return self._build(read, report)
            if stamp.position == read.reached and self._whole(build):
                return read.reached
            try:
                self._replace(build, read, documents.touched(read, stamp.position), report)
            except SearchError:
                return self._build(read, report)
            return read.reached

    def rebuild(self, report: Report | None = None) -> int:
        """Build the index anew beside the current one, then swap; returns the position it has reached."""
        with self._place.writing(), self._views.reader() as read:
            return self._build(read, report)

    def _whole(self, build: str) -> bool:
        try:
            fields.open_index(str(self._place.index(build)))
        except SearchError:
            return False
        return True

    def _build(self, read: Reader, report: Report | None) -> int:
        build = self._place.make()
        index = fields.open_index(str(self._place.index(build)), make=True)
        self._write(build, index, read, None, documents.documents(read), report)
        self._place.swap(build)
        return read.reached

    def _replace(self, build: str, read: Reader, records: set[str], report: Report | None) -> None:
        index = fields.open_index(str(self._place.index(build)))
        self._write(build, index, read, records, documents.documents(read, records), report)

    def _write(
        self,
        build: str,
        index: Any,
        read: Reader,
        gone: Iterable[str] | None,
        come: Iterable[documents.SearchDocument],
        report: Report | None,
    ) -> None:
        writer = _writer(index)
        try:
            for record in gone or ():
                writer.delete_documents_by_term("record", record)
            unreported = 0
            for document in come:
                writer.add_document(fields.written(document))
                unreported += 1
                if unreported == _EVERY and report is not None:
                    report(unreported)
                    unreported = 0
            writer.commit()
            writer.wait_merging_threads()
        finally:
            del writer  # gives the engine's own lock back
        if report is not None and unreported:
            report(unreported)
        index.reload()
        self._stamped(build, stamp_of(read, index.searcher().num_docs))

    def _stamped(self, build: str, stamp: Stamp) -> None:
        self._place.write_stamp(build, stamp)


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


def stamp_of(read: Reader, count: int) -> Stamp:
    """The stamp of an index made now from these read models."""
    return Stamp(
        engine=fields.ENGINE,
        analysis=languages.ANALYSIS,
        schema=documents.SCHEMA,
        views=str(read.value("select stamp from progress where name = 'all'")),
        position=read.reached,
        event=_event(read, read.reached),
        documents=count,
    )


def _event(read: Reader, position: int) -> str:
    row = read.row("select record, version, recorded from events where position = :position", {"position": position})
    return f"{row['record']} {row['version']} {row['recorded']}" if row else ""


def _continues(stamp: Stamp, read: Reader) -> bool:
    """Whether an index of this stamp can be caught up with these read models."""
    now = stamp_of(read, 0)
    known = stamp.position <= read.reached and stamp.event == _event(read, stamp.position)
    return known and stamp.made_by() == now.made_by() and stamp.views == now.views
