"""The clerk's desk: the records a request touches, as the log holds them at one position, with its own drafts on top.

A desk is a complete register in the archive's sense: what was decided on it is written only if the log still ends where
it was read. So every rule that looked at other records still holds at the moment of writing.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from domain.archive import Archive, Register
from domain.calendar import CalendarError, parse_iso
from domain.facts import CORRECTED
from domain.records import Record
from domain.symbols import SymbolError, canonical
from domain.written import decode


class Desk(Register):
    """Records read one by one from the log, kept, and folded on with what is being recorded."""

    def __init__(self, archive: Archive, position: int) -> None:
        super().__init__(archive)
        self.complete = True
        self.position = position
        self.announced: set[str] = set()
        """Records that refused drafts of the same request would have made: naming them is no further fault."""
        self._absent: set[str] = set()
        self._loaded: dict[str, int] = {}
        self._next: dict[str, int] = {}

    def get(self, record: str) -> Record | None:
        """A record as it stands with the drafts laid on it so far, or None."""
        known = self._records.get(record)
        if known is None and record not in self._absent:
            known = self._archive.record_of(record)
            if known is None:
                self._absent.add(record)
            else:
                self._records[record] = known
                self._loaded[record] = known.version
        return known

    def version(self, record: str) -> int:
        """The version of a record in the log, before any draft; 0 if the log has none."""
        self.get(record)
        return self._loaded.get(record, 0)

    def exists(self, record: str) -> bool:
        """Whether a record is in the log or made by this request."""
        return record in self.announced or self.get(record) is not None

    def reading(self, record: str) -> dict[str, Any]:
        """How a record reads; empty if there is none."""
        found = self.get(record)
        return found.reading() if found else {}

    def free(self, prefix: str, most: int = 1_000_000) -> int:
        """The next number after the unbroken run that begins with ``prefix`` and 1: ``speech:S/PV.9410#`` → 57."""
        number = self._next.get(prefix, 1)
        while number < most and self.exists(f"{prefix}{number}"):
            number += 1
        self._next[prefix] = number
        return number

    def days(self, meeting: str) -> list[tuple[date, date]]:
        """The days of a meeting and its resumptions, or of the one sitting a symbol names; empty if none is stated."""
        if " (" in meeting:
            return list(self._days(f"sitting:{meeting}")) + list(self._days(f"meeting:{meeting}"))
        found = list(self._days(f"meeting:{meeting}"))
        for form in ("Resumption", "Resumption 1", "Part I", "Part II", "Part III"):
            found += self._days(f"sitting:{meeting} ({form})")
        number = 2
        while self.exists(f"sitting:{meeting} (Resumption {number})"):
            found += self._days(f"sitting:{meeting} (Resumption {number})")
            number += 1
        return found

    def _days(self, record: str) -> Iterator[tuple[date, date]]:
        """The hours of a meeting tell its days; where they are not stated, its date does."""
        reading = self.reading(record)
        spans = [text.replace("T", " ").split("/") for text in reading.get("hours") or ()]
        for begins, ends in spans:
            yield date.fromisoformat(begins[:10]), date.fromisoformat(ends[:10])
        if not spans and reading.get("date"):
            try:
                interval = parse_iso(reading["date"])
            except CalendarError:
                return
            yield interval.first, interval.last

    def votes_on(self, draft: str) -> set[str]:
        """The votes on a draft: by its symbol among their fields, or in their id."""
        found = _voted_in(self._archive).on(draft) | {f"vote:{draft}"}
        found |= {record.id for record in self.of_kind("vote")}
        return {
            record
            for record in found
            if (reading := self.reading(record)) and (record == f"vote:{draft}" or reading.get("draft") == draft)
        }


class VotedDrafts:
    """Draft → votes whose fields have named it. The log is read on from where the last question left it."""

    def __init__(self) -> None:
        self._position = 0
        self._votes: defaultdict[str, set[str]] = defaultdict(set)
        self._lock = threading.Lock()

    def follow(self, archive: Archive) -> VotedDrafts:
        """Take in what was recorded since."""
        with self._lock:
            while page := archive.raw(self._position, 5_000):
                for position, record, version, topic, state in page:
                    if topic.startswith("vote."):
                        entry = decode(position, record, version, topic, state)
                        put_right = entry.verb == CORRECTED and entry.claims.get("field") == "draft"
                        self._take(entry.claims.get("now" if put_right else "draft"), record)
                self._position = page[-1][0]
        return self

    def _take(self, draft: Any, record: str) -> None:
        if isinstance(draft, str) and draft:
            try:
                self._votes[canonical(draft)].add(record)
            except SymbolError:
                self._votes[draft].add(record)

    def on(self, draft: str) -> set[str]:
        """The votes whose fields have ever named a draft."""
        with self._lock:
            return set(self._votes.get(draft, ()))


_drafts: WeakKeyDictionary[Archive, VotedDrafts] = WeakKeyDictionary()
_making = threading.Lock()


def _voted_in(archive: Archive) -> VotedDrafts:
    with _making:
        known = _drafts.setdefault(archive, VotedDrafts())
    return known.follow(archive)
