"""What a search engine answers, whichever engine it is: the protocol, questions and answers.

Callers use :class:`Searcher` and these data classes only; `search.embedded.open_searcher` opens the embedded engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

FACETS: Final = ("kind", "year", "outcome", "member", "agenda")
"""The facets of every answer, in this order."""

SORTS: Final = ("relevance", "date", "-date")
"""Best first, oldest first, newest first. Without text, relevance is newest first."""

MOST: Final = 100
"""Hits on a page at most; a larger `first` is cut to it."""


class SearchError(ValueError):
    """A question that cannot be answered as asked, or an index that is not there; the message says what to do.

    Never raised for the words of a query: whatever a person types is read as well as it can be.
    """


@dataclass(frozen=True, slots=True)
class Query:
    """A question: what was typed, and filters. Filters of different names are joined by *and*, values of one by *or*.

    `kinds` are kinds of records ('vote', 'meeting', 'document', 'mission', 'veto', 'member', 'advice'); `years` is
    the first and the last year, either None; `members` are ISO codes ('FRA': France is concerned) or codes with a
    ballot ('FRA:no', 'USA:veto'); `outcomes` and `agenda` are values of those facets. `as_of` is a position of the
    log. `language` is the language a person reads ('fr'): names of that language are preferred in titles.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    members: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    sort: str = "relevance"
    first: int = 20
    after: str | None = None
    as_of: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. `highlight` is the title as HTML: escaped, matched words in <mark>."""

    record: str
    kind: str
    title: str
    symbol: str | None
    date: str | None
    highlight: str
    score: float
    language: str


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits and what the whole result looks like.

    `facets` counts the whole result, for each of :data:`FACETS`: (value, records), most first (years: newest first).
    `next` is the cursor of the next page, for `Query.after`; None on the last. `suggestion` is a spelling that would
    find something, when nothing was found. `straight_to` is the one record a symbol-shaped query names.
    """

    total: int
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    next: str | None = None
    suggestion: str | None = None
    straight_to: str | None = None
    took_ms: float = 0.0


class Searcher(Protocol):
    """An open index. Thread-safe. It follows an index that is caught up or rebuilt, without being opened again."""

    def search(self, query: Query) -> Results:
        """Answer a question. Raises :class:`SearchError` for an unknown sort, a foreign cursor, a position to come
        or an index that is not there; never for the words typed."""

    def position(self) -> int:
        """The position of the log the index has reached; 0 when there is no index."""

    def status(self) -> dict[str, Any]:
        """Engine, its versions, position, number of documents, bytes, and whether it is `ready`."""

    def close(self) -> None:
        """Give everything back."""
