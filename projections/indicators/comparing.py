"""Two states of the archive compared: the figures that differ, and the records and events that make the difference.

A state is a position of the log and, apart from that, a day up to which things count. "One mission on 28 August 2023,
two on 31 December" is the same position with two days; a correction is the same day at two positions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projections.indicators.definition import Indicator
from projections.indicators.values import YEAR, Cell, Span, Value, cells, counting
from projections.reading import Reader, Values

ENTERED, LEFT, CHANGED = "entered", "left", "changed"
_KEYS = 500


@dataclass(frozen=True, slots=True)
class Moment:
    """A state: what a reader holds, and the day up to which it counts (None: all of it)."""

    read: Reader
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """A record that makes a difference: it entered the figure, left it, or counts otherwise."""

    record: str
    date: str
    change: str
    events: tuple[int, ...]
    """Positions: what was recorded of it between the two states; where that is nothing, the event that opened it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A period whose figure is not made in the same way in the two states. ``a`` or ``b``: None for no such period."""

    period: str
    a: Value | None
    b: Value | None
    because: tuple[Cause, ...]


def compare(
    one: Indicator, a: Moment, b: Moment, by: str = YEAR, first: str | None = None, last: str | None = None
) -> list[Difference]:
    """The periods whose figures differ between two states, with what makes the difference; oldest first.

    Raises :class:`IndicatorError` for a grouping the indicator has not.
    """
    before, after = (
        {cell.value.period: cell for cell in cells(moment.read, one, by, Span(first, last, moment.on))}
        for moment in (a, b)
    )
    changed: dict[str, list[tuple[str, str, str]]] = {}
    for period in sorted({*before, *after}):
        changes = _changes(_rows(one, before.get(period)), _rows(one, after.get(period)))
        if changes or _figure(before.get(period)) != _figure(after.get(period)):
            changed[period] = changes
    events = _events(a.read, b.read, [record for changes in changed.values() for record, _, _ in changes])
    return [
        Difference(
            period,
            before[period].value if period in before else None,
            after[period].value if period in after else None,
            tuple(Cause(record, day, what, events.get(record, ())) for record, day, what in changes),
        )
        for period, changes in changed.items()
    ]


def _rows(one: Indicator, cell: Cell | None) -> dict[str, Values]:
    return {row["record"]: row for row in counting(one, cell.rows)} if cell else {}


def _figure(cell: Cell | None) -> tuple[object, ...] | None:
    """What a figure says, apart from its note."""
    return (cell.value.value, cell.value.numerator, cell.value.denominator) if cell else None


def _changes(before: dict[str, Values], after: dict[str, Values]) -> list[tuple[str, str, str]]:
    """Records that count otherwise than before: (record, its date, how), by date."""
    found = []
    for record in {*before, *after}:
        was, now = before.get(record), after.get(record)
        if was is None or now is None or was["n"] != now["n"]:
            what = ENTERED if was is None else LEFT if now is None else CHANGED
            found.append((record, str((now or was or {})["date"]), what))
    return sorted(found, key=lambda change: (change[1], change[0]))


def _events(a: Reader, b: Reader, records: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Record → positions of its events between the two states, else of the event that opened it."""
    low, high = sorted((a.position, b.position))
    later = a if a.position >= b.position else b
    found: dict[str, list[int]] = {}
    wanted = list(dict.fromkeys(records))
    for start in range(0, len(wanted), _KEYS):
        given = {f"r{number}": record for number, record in enumerate(wanted[start : start + _KEYS])}
        marks = ",".join(f":{name}" for name in given)
        sql = (
            f"select record, position from events where record in ({marks}) and position <= :high "
            "and (position > :low or version = 1) order by position"
        )
        for row in later.rows(sql, {**given, "low": low, "high": high}):
            found.setdefault(row["record"], []).append(row["position"])
    return {
        record: tuple([one for one in positions if one > low] or positions[:1]) for record, positions in found.items()
    }
