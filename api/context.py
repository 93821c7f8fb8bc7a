"""What the API is served from: one archive, its read models, and a search engine if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from api.access import Access
from domain.archive import Archive
from projections.views import Views
from search.engine import Searcher
from search.standing import Searches

if TYPE_CHECKING:
    from api.citation import Citations
    from api.graphql.limits import Limits

T = TypeVar("T")

KEEP: Final = 16
"""How many things are remembered between answers: a few positions are asked about at a time."""


@dataclass(frozen=True)
class Context:
    """Shared by GraphQL and the pages; made once for each process."""

    archive: Archive
    views: Views
    searcher: Searcher | None = None
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What :meth:`remembered` holds."""
    access: Access = field(default_factory=Access, compare=False, repr=False)
    """The gate for those who write; without one of its own an archive is only read."""
    catch_up: Callable[[], int] | None = field(default=None, compare=False, repr=False)
    """Brings the read models to the end of the log, so that writers read what they wrote; gives the position."""
    searches: Searches | None = field(default=None, compare=False, repr=False)
    """The standing searches; without a store of its own none can be saved."""
    citations: Citations | None = field(default=None, compare=False, repr=False)
    """What was cited; without a store of its own nothing can be."""
    limits: Limits | None = field(default=None, compare=False, repr=False)
    """What one query may cost; None: the usual limits."""

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        """What is the same for every answer at one position, such as the members' names; a few are kept, by key."""
        found = self.kept.get(key)
        if found is None:
            while len(self.kept) >= KEEP:
                self.kept.pop(next(iter(self.kept)), None)
            found = self.kept[key] = make()
        made: T = found
        return made

    def reading_from(self, archive: Archive) -> Context:
        """The same with another archive. Made for each answer: ``dataclasses.replace`` takes ten times as long."""
        made = object.__new__(Context)
        made.__dict__.update(self.__dict__, archive=archive)
        return made
