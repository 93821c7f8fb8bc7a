"""Published figures beside the archive's own: the difference, and the reason for it. Neither is changed to fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.calendar import parse_iso
from projections.indicators.definition import MEAN, SHARE, Indicator
from projections.indicators.figures import FIGURES
from projections.indicators.values import Value, total
from projections.reading import Reader, Values, Where, page

MOST = 500
"""Published figures of one indicator that are read."""
NOT_KNOWN = "not known: the coverage of the archive, or another definition"


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure, and what the archive counts for the same period."""

    row: Values
    """The row of the figure, as the read model has it."""
    ours: Value
    difference: float | None
    """Ours less theirs; None where there is nothing to compare."""
    reason: str | None
    """Why they differ; None where they agree."""

    @property
    def columns(self) -> dict[str, Any]:
        """The figure as it is published beside ours."""
        return {
            **self.row,
            "ours": self.ours.value,
            "partial": self.ours.partial,
            "difference": self.difference,
            "why": self.reason,
        }


def published(
    read: Reader, one: Indicator, on: date | None = None, periods: Iterable[str] | None = None
) -> list[Published]:
    """The published figures of an indicator (of some periods only), oldest first, each beside the archive's own.

    ``on``: figures published later are left out, and ours is counted up to that day.
    """
    where = Where(FIGURES).eq("indicator", one.name)
    if periods is not None:
        where.is_in("period", periods)
    rows = page(read, FIGURES, where, ("date", "record"), limit=MOST)
    known: dict[str, Value] = {}
    found = []
    for row in rows:
        if on is not None and (row["published_on"] or "") > on.isoformat():
            continue
        if row["period"] not in known:
            known[row["period"]] = total(read, one, row["period"], on)
        found.append(_beside(one, row, known[row["period"]], on))
    return found


def _beside(one: Indicator, row: Values, ours: Value, on: date | None) -> Published:
    counted = ours.numerator if one.measure == SHARE else ours.value
    if one.measure == MEAN and counted is not None:
        counted = round(counted)
    if counted is None:
        missing = f": {ours.note}" if ours.note else ""
        return Published(row, ours, None, row["reason"] or f"nothing to count it from{missing}")
    difference = counted - row["value"]
    if not difference:
        return Published(row, ours, 0, row["reason"])
    if on is not None and on < parse_iso(row["period"]).last:
        return Published(row, ours, difference, f"theirs is for the whole of {row['period']}, ours up to {on}")
    return Published(row, ours, difference, row["reason"] or ours.note or NOT_KNOWN)
