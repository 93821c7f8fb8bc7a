"""What an indicator is: a name, a definition in words, and a selection of rows on the read models it is counted from.

A selection gives one row for each record that was looked at: ``record``, ``date``, ``n`` (what it adds: 1, 0, or a
number of minutes) and ``known`` (0 where no source states what decides it). So a figure, the records behind it and what
it leaves open come from the same rows. Optional columns: ``met_on`` (the day from which ``n`` holds), ``ends`` (the
first day on which the row no longer counts), and the columns named in ``groups``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from projections.reading import Reader, Values

EFFECTIVENESS, EFFICIENCY, TRANSPARENCY = "effectiveness", "efficiency", "transparency"
DIMENSIONS = (EFFECTIVENESS, EFFICIENCY, TRANSPARENCY)

COUNT, SHARE, MEAN, STATE = "count", "share", "mean", "state"
MEASURES = (COUNT, SHARE, MEAN, STATE)
"""How rows make a value: their sum; the part of them that counts; their mean; how many hold at the period's end."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list kept by named sources: between its first and last entry, nothing recorded means nothing happened.

    ``yearly``: every year has entries, so a year without one is a hole in the list and not a year of nothing.
    ``numbered``: the label of its numbers (``S/PV.``); gaps in the numbering leave a period incomplete.
    """

    kind: str
    sources: tuple[str, ...]
    yearly: bool = True
    numbered: str = ""


@dataclass(frozen=True, slots=True)
class Monthly:
    """A kind with one record for each month: the months recorded are the months covered."""

    view: str


Judge = Callable[[Reader, list[Values], date | None], list[Values]]
"""Decides ``n`` and ``known`` where the calendar of working days must be asked; the day is the cut-off or None."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition. A change of what it counts is a new version."""

    name: str
    title: str
    dimension: str
    formula: str
    """What is counted, in words."""
    sql: str
    """``{t}``: the condition under which rows of alias ``t`` hold; ``{position}``; ``{on}``: the day counted up to."""
    source: str
    """Where the definition comes from."""
    coverage: str
    """What it needs, and where the archive is empty."""
    unit: str
    measure: str = COUNT
    numerator: str = ""
    denominator: str = ""
    basis: Listed | Monthly | None = None
    """What makes a zero a zero. Without one, a count of nothing is not published and every figure is partial."""
    groups: tuple[str, ...] = ()
    """Columns of the selection by which the rows can be told apart: agenda, category, gender, format, member."""
    judge: Judge | None = None
    version: int = 1

    @property
    def columns(self) -> dict[str, Any]:
        """The definition as it is published."""
        return {
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "dimension": self.dimension,
            "formula": self.formula,
            "measure": self.measure,
            "numerator": self.numerator or None,
            "denominator": self.denominator or None,
            "unit": self.unit,
            "source": self.source,
            "coverage": self.coverage,
            "groups": list(self.groups),
        }


OWN = "Own definition"


def asked(topic: str) -> str:
    """The origin of a definition made for a topic of the concept note of 28 August 2023."""
    return f"{OWN}; for the topic of {topic} in the concept note of 28 August 2023 for the debate on working methods"


_OF_MEETING = "(select min(d.date) from meetings d where d.symbol = t.meeting and {d})"


def day(other: str, last: str = "t.date") -> str:
    """The day of what happened in a meeting: its own, else the meeting's, else ``last``.

    ``other``: the column of another day by which a row is dated (``date``) where its own is not stated.
    """
    return f"coalesce(nullif(nullif(t.date, ''), {other}), {_OF_MEETING}, {last}) as date"


TOPIC = (
    "(select min(coalesce(nullif(m.topic, ''), m.agenda)) from meetings m where m.symbol = t.meeting and {m}) as agenda"
)
"""The agenda item of what happened in a meeting."""
AGENDA = "coalesce(nullif(t.topic, ''), t.agenda) as agenda"
"""The agenda item of a meeting."""
