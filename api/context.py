"""What the API is served from: one archive, its read models, and a search engine if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from domain.archive import Archive
from projections.reading import Reader, Views


class Searcher(Protocol):
    """The part of a search engine the API uses; ``search.engine`` defines query and results."""

    def search(self, query: Any) -> Any:
        """Hits, facets and total for a query."""


@dataclass(frozen=True)
class Context:
    """Shared by GraphQL and the pages; made once for each process."""

    archive: Archive
    views: Views
    searcher: Searcher | None = None
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What is the same for every answer at one position, such as the members' names; a few positions are kept."""


def at_position(read: Reader, position: int) -> Reader:
    """A reader of the same snapshot at a past position. Raises ValueError for a position outside the log."""
    if not 0 <= position <= read.reached:
        raise ValueError(f"there is no position {position}: the archive reaches from 0 to {read.reached}")
    # The same connection on purpose: a second one would be another snapshot, and could wait for the pool for ever.
    dialect = "postgresql" if read._postgres else "sqlite"
    return Reader(read._connection, dialect, read.reached, None if position == read.reached else position)
