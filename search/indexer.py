"""Keeping an index up with the read models, whichever engine holds it: build beside, or catch up by position."""

from __future__ import annotations

from projections.reading import Reader
from projections.views import Views
from search import documents, languages
from search.engine import Report, SearchError, Stamp, Target, UnavailableError


class Indexer:
    """Writes the index of one archive. Any number may exist; one at a time writes."""

    def __init__(self, views: Views, target: Target) -> None:
        self._views = views
        self._target = target

    def catch_up(self, report: Report | None = None) -> int:
        """Bring the index to where the read models are; returns that position.

        Records touched since are replaced with all their versions. An index of other versions, of another archive, or
        none at all, is built anew. Raises ``ViewsError`` when there are no read models.
        """
        with self._target.writing(), self._views.reader() as read:
            stamp = self._target.stamp()
            if stamp is None or not self._continues(stamp, read):
                return self._build(read, report)
            if stamp.position == read.reached:
                return read.reached
            records = documents.touched(read, stamp.position)
            try:
                self._target.replace(
                    records,
                    documents.documents(read, records),
                    lambda count: self._stamp(read, count),
                    report or _silent,
                )
            except UnavailableError:
                raise
            except SearchError:
                return self._build(read, report)
            return read.reached

    def rebuild(self, report: Report | None = None) -> int:
        """Build the index anew beside the current one, then swap; returns the position it has reached."""
        with self._target.writing(), self._views.reader() as read:
            return self._build(read, report)

    def _build(self, read: Reader, report: Report | None) -> int:
        self._target.build(documents.documents(read), lambda count: self._stamp(read, count), report or _silent)
        return read.reached

    def _stamp(self, read: Reader, count: int) -> Stamp:
        """The stamp of an index made now from these read models."""
        return Stamp(
            engine=self._target.engine,
            analysis=languages.ANALYSIS,
            schema=documents.SCHEMA,
            views=str(read.value("select stamp from progress where name = 'all'")),
            position=read.reached,
            event=_event(read, read.reached),
            documents=count,
        )

    def _continues(self, stamp: Stamp, read: Reader) -> bool:
        """Whether an index of this stamp can be caught up with these read models."""
        now = self._stamp(read, 0)
        known = stamp.position <= read.reached and stamp.event == _event(read, stamp.position)
        return known and stamp.made_by() == now.made_by() and stamp.views == now.views


def _silent(_: int) -> None:
    pass


def _event(read: Reader, position: int) -> str:
    row = read.row("select record, version, recorded from events where position = :position", {"position": position})
    return f"{row['record']} {row['version']} {row['recorded']}" if row else ""
