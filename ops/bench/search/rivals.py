"""What is measured: one face for our engines and for the peer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from search.engine import Query, Report
from search.kinds import SearchDocument


@dataclass(frozen=True, slots=True)
class Page:
    """What was found: how many in all, records of the first page, number of facets counted."""

    total: int
    records: list[str]
    facets: int


class Rival(Protocol):
    """One index that is written and asked."""

    name: str

    def build(self, documents: Iterator[SearchDocument], report: Report) -> None:
        """Write the whole index anew."""

    def put(self, document: SearchDocument) -> None:
        """Put one document in place of what its record was, findable when this returns."""

    def ask(self, query: Query) -> Page:
        """Total, facets and one page."""

    def every(self, query: Query) -> set[str]:
        """All records found, however many."""

    def bytes(self) -> int:
        """Size of the index on disk."""

    def close(self) -> None:
        """Give everything back."""
