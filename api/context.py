"""What the API is served from: one archive, its read models, and a search engine if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.archive import Archive
from projections.views import Views
from search.engine import Searcher


@dataclass(frozen=True)
class Context:
    """Shared by GraphQL and the pages; made once for each process."""

    archive: Archive
    views: Views
    searcher: Searcher | None = None
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What is the same for every answer at one position, such as the members' names; a few positions are kept."""
