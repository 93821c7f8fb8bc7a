"""Following the log by its read models: the events after a position, some of them or all, in order.

What is read here has been taken into every read model: whoever is told of an event can read what it made of its record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from projections.reading import Reader, Values

COLUMNS = "position, record, version, kind, verb, occurred, recorded, recorded_by, source, row, document"
"""Columns of the table of events, as a row of it is read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are followed; an empty list of words leaves all through. ``opening``: only the first event of each
    record, the one that opens it.
    """

    kind: tuple[str, ...] = ()
    verb: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    opening: bool = False

    def fits(self, event: Values) -> bool:
        """Whether an event is one of them."""
        if self.opening and event["version"] != 1:
            return False
        return all(event[name] in words for name, words in self._words())

    def conditions(self) -> tuple[list[str], dict[str, Any]]:
        """The same in SQL, with its parameters."""
        parts, params = (["version = 1"] if self.opening else []), {}
        for name, words in self._words():
            marks = {f"{name}{number}": word for number, word in enumerate(words)}
            params.update(marks)
            parts.append(f"{name} in ({','.join(f':{mark}' for mark in marks)})")
        return parts, params

    def _words(self) -> list[tuple[str, tuple[str, ...]]]:
        named = [(field.name, getattr(self, field.name)) for field in fields(self) if field.name != "opening"]
        return [(name, words) for name, words in named if words]


EVERYTHING = Wanted()
"""All events."""


def after(read: Reader, position: int, wanted: Wanted, limit: int) -> tuple[Sequence[Values], int]:
    """At most so many of the wanted events after a position, and the position up to which there are no others."""
    parts, params = wanted.conditions()
    conditions = " and ".join(["position > :after", "position <= :upto", *parts])
    sql = f"select {COLUMNS} from events where {conditions} order by position limit :limit"
    found = read.rows(sql, {**params, "after": position, "upto": read.position, "limit": limit})
    return found, found[-1]["position"] if len(found) == limit else read.position
