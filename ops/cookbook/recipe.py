"""A recipe: a question of the field, how it is asked in GraphQL, and what is made of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Node = dict[str, Any]
"""An entry of the list the query asks for, as answered."""
Figure = str | int | float | None
Table = list[dict[str, Figure]]
"""The answer: rows with the same columns. Null: the archive holds nothing it could be computed from."""

PERMANENT: Final = ("CHN", "FRA", "GBR", "RUS", "USA")


@dataclass(frozen=True)
class Plot:
    """What is drawn of a table: ``series`` against ``label``, both names of columns."""

    kind: Literal["lines", "stacked", "bars", "ranking"]
    label: str
    series: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Recipe:
    """One question."""

    slug: str
    """Its name in addresses and files."""
    title: str
    """The question."""
    why: str
    """Why it is asked, and by whom: the literature with author, title and year."""
    query: str
    """The document. Its one connection is read to the end; without a connection, its one list. With several fields at
    the root of which none is a list, the answers to these, in order.
    """
    work: Callable[[Sequence[Node]], Table]
    """From the entries of that list to the answer. Its source is printed on the page."""
    plot: Plot | None
    says: Callable[[Table], str]
    """The answer in a sentence, whose figures are taken from the table."""
    caveats: str
    """What the record lacks or states otherwise, as far as it touches this answer."""


def period(year: int, length: int = 10) -> str:
    """The span of years that a year lies in: 1946–1949, then by decades (or ``length`` years)."""
    first = year - year % length
    return f"{max(first, 1946)}–{first + length - 1}"


def share(part: float, whole: float) -> float | None:
    """A share in per cent, to one decimal; null where there is nothing to take it of."""
    return round(100 * part / whole, 1) if whole else None


def column(table: Table, name: str) -> list[Any]:
    """A column's values, those that are known."""
    return [row[name] for row in table if row[name] is not None]


def top(table: Table, name: str) -> dict[str, Any]:
    """The row in which a column is highest; the first of them."""
    return max(table, key=lambda row: float(row[name] or 0))
