"""Keeping an index up with the read models, whichever engine holds it: build beside, or catch up by position."""

from __future__ import annotations

import logging
from typing import Final

from projections.reading import Reader
from projections.views import Views
from search import documents, languages
from search.engine import FullError, Report, SearchError, Stamp, Target, UnavailableError

_log = logging.getLogger("council.search")


class Indexer:
    """Writes the index of one archive. Any number may exist; one at a time writes."""

    def __init__(self, views: Views, target: Target) -> None:
        self._views = views
        self._target = target

    def catch_up(self, report: Report | None = None) -> int:
        """Bring the index to where the read models are; returns that position.

        Records touched since are replaced with all their versions. An index of other versions, of another archive, or
        none at all, is built anew, which is told to the log "council.search" with the reason. Raises ``ViewsError``
        when there are no read models, :class:`search.engine.FullError` when there is no room.
        """
        with self._target.writing(), self._views.reader() as read:
            stamp = self._target.stamp()
            why = "there is none that can be read" if stamp is None else self._foreign(stamp, read)
            if stamp is None or why:
                return self._build(read, report, why)
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
            except (UnavailableError, FullError):
                raise
            except SearchError as error:
                return self._build(read, report, str(error))
            return read.reached

    def rebuild(self, report: Report | None = None) -> int:
        """Build the index anew beside the current one, then swap; returns the position it has reached."""
        with self._target.writing(), self._views.reader() as read:
            return self._build(read, report, "that is asked for")

    def _build(self, read: Reader, report: Report | None, why: str) -> int:
        _log.warning("the search index is built anew, from 0 to %d: %s", read.reached, why)
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

    def _foreign(self, stamp: Stamp, read: Reader) -> str:
        """Why an index of this stamp cannot be caught up with these read models; nothing if it can."""
        now = self._stamp(read, 0)
        for part in ("engine", "analysis", "schema", "views"):
            was, needed = getattr(stamp, part), getattr(now, part)
            if was != needed:
                return f"{_PARTS[part]} {was!r} made it, now it is {needed!r}"
        if stamp.position > read.reached:
            return f"it has reached {stamp.position}, beyond the end of the log at {read.reached}"
        if stamp.event != _event(read, stamp.position):
            return f"it was made from another log: the event at {stamp.position} is not the one it knows"
        return ""


_PARTS: Final = {"engine": "engine", "analysis": "analysis", "schema": "schema", "views": "read models"}
"""What the parts of a stamp are called where they do not fit."""


def _silent(_: int) -> None:
    pass


def _event(read: Reader, position: int) -> str:
    row = read.row("select record, version, recorded from events where position = :position", {"position": position})
    return f"{row['record']} {row['version']} {row['recorded']}" if row else ""
