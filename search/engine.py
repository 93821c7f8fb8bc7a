"""What search answers, and what an engine must be able to do for it.

Callers use :class:`Searcher` with :class:`Query`, :class:`Results` and :class:`Change`. An engine (:class:`Engine`)
answers a :class:`Question`: a tree of nodes over the fields of the index. Everything between the two stands once, in
:mod:`search.asking`, so that two engines give the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from search.query import Node, Problem

if TYPE_CHECKING:
    from search.kinds import SearchDocument

FACETS: Final = ("kind", "year", "outcome", "member", "agenda", "format")
"""The facets of every answer, in this order."""

FILTERS: Final = ("kind", "outcome", "agenda", "member", "ballots", "format", "language", "own", "mentions")
"""Fields of the index that hold values as `search.query.key_of` writes them. `ballots` holds ``fra:no`` and ``*:no``,
`own` the symbols a record bears, `mentions` those it has to do with, `language` the languages it can be read in."""

SPANS: Final = ("year", "day")
"""Fields of the index that hold numbers: 2014, 20140318 (the first day a date can mean)."""

SORTS: Final = ("relevance", "date", "-date", "symbol")
"""Best first, oldest first, newest first, by symbol as the Council numbers. Without text, relevance is newest first."""

MOST: Final = 100
"""Hits on a page at most; a larger `first` is cut to it."""


class SearchError(ValueError):
    """A question that cannot be answered as asked, or an index that is not there; the message says what to do.

    Never raised for the words of a query: whatever a person types is read as well as it can be.
    """


class UnavailableError(SearchError):
    """The engine cannot be reached now. The rest of the archive works; `retry_after` says in how many seconds to ask
    again."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class FullError(SearchError):
    """There is no room to write the index, or it may not be written. As it was it goes on serving; building it anew
    would need more room still. The message says where."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question: what was typed, and filters. Filters of different names are joined by *and*, values of one by *or*.

    `kinds` are kinds of records ('vote', 'meeting', 'document' …); `years` is the first and the last year, either
    None; `members` are ISO codes ('FRA': France is concerned) or codes with a ballot ('FRA:no', 'USA:veto');
    `outcomes`, `agenda` and `formats` are values of those facets. `as_of` is a position of the log. `language` is the
    language a person reads ('fr'): names and texts of that language are preferred in hits.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    members: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    sort: str = "relevance"
    first: int = 20
    after: str | None = None
    as_of: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. `highlight` is the title as HTML: escaped, matched words in <mark>.

    `snippet` is another text of the record that matched, as HTML, cut around the match, with its language; None where
    the title matched, or only a field did. `language` is that of the title. The record has read so since the position
    `since`.
    """

    record: str
    kind: str
    title: str
    symbol: str | None
    date: str | None
    highlight: str
    score: float
    language: str
    snippet: str | None = None
    snippet_language: str | None = None
    since: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits and what the whole result looks like.

    `facets` counts the whole result, for each of :data:`FACETS`: (value, records), most first (years: newest first).
    `next` is the cursor of the next page, for `Query.after`; None on the last. `suggestion` is a spelling that would
    find something, when nothing was found. `straight_to` is the one record a symbol-shaped query names. `problems`
    are what could not be read as written, `understood` is what was read instead, in normal form.
    """

    total: int
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    next: str | None = None
    suggestion: str | None = None
    straight_to: str | None = None
    problems: list[Problem] = field(default_factory=list)
    understood: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """A record that came to match a query, went on matching after it changed, or ceased to match.

    `position` is that of the event that did it; `change` is 'new', 'changed' or 'gone'. The hit is as the record reads
    from there on (for 'gone': as it read until then).
    """

    position: int
    change: str
    hit: Hit


class Searcher(Protocol):
    """An open index. Thread-safe. It follows an index that is caught up or rebuilt, without being opened again."""

    def search(self, query: Query) -> Results:
        """Answer a question. Raises :class:`SearchError` for an unknown sort, a foreign cursor, a position to come
        or an index that is not there, :class:`UnavailableError` while the engine cannot be reached; never for the
        words typed."""

    def changes(self, query: Query, after: int, upto: int | None = None, first: int = 100) -> list[Change]:
        """What changed in the answer to a query after one position of the log, up to another (None: the index's own),
        oldest first: all changes of a position or none, at least one position's. It depends on the log alone, not on
        when or in how many steps the index followed it. Page and order of the query are ignored."""

    def latest(self, query: Query, before: int | None = None, first: int = 100) -> list[Change]:
        """The same backwards: the newest changes first, those of `before` and later left out."""

    def position(self) -> int:
        """The position of the log the index has reached; 0 when there is no index or it cannot be reached."""

    def status(self) -> dict[str, Any]:
        """Engine, its versions, position, number of documents, bytes, and whether it is `ready`."""

    def close(self) -> None:
        """Give everything back."""


# --- What an engine does --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pinned:
    """Versions of records that hold at a position of the log."""

    at: int


@dataclass(frozen=True, slots=True)
class Begun:
    """Versions of records that began to hold after a position, up to another."""

    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Versions of records that ceased to hold after a position, up to another."""

    after: int
    upto: int


Key = tuple[int | float, ...]
"""Where a hit stands in an order; what an engine needs to go on after it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an engine is asked. `tree` scores, `filters` do not; `symbols` are documents the whole text may name:
    records that bear them come first and need not match the tree.

    `sort` is one of :data:`SORTS`, or for :class:`Begun` and :class:`Ended` 'position' and '-position'. `after` is the
    key of the hit to go on after, `seen` how many came before. Without `counted`, total and facets are not asked for.
    """

    held: Pinned | Begun | Ended
    tree: Node | None = None
    symbols: tuple[str, ...] = ()
    filters: tuple[Node, ...] = ()
    sort: str = "relevance"
    first: int = 20
    after: Key | None = None
    seen: int = 0
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """What the index keeps of a record to show it: titles and texts with their languages."""

    record: str
    kind: str
    title: str
    symbol: str | None
    date: str | None
    language: str
    also: list[tuple[str, str]]
    names: dict[str, str]
    body: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """One version of a record found."""

    shown: Shown
    score: float
    key: Key
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine answers: total and facets of the whole, one page of versions, whether there are more."""

    found: list[Found]
    more: bool = False
    total: int = 0
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


class Snapshot(Protocol):
    """One state of an index, to be asked several questions."""

    position: int
    """The position of the log it has reached."""

    def answer(self, question: Question) -> Answer:
        """Answer a question."""

    def known(self, form: str, stems: tuple[str, ...]) -> bool:
        """Whether a word stands anywhere in the index, in its exact form or by a stem."""

    def near(self, form: str, edits: int, at: int) -> Iterable[str]:
        """Texts (titles, then others) of records that hold at a position and have a word so many edits away."""


class Engine(Protocol):
    """An index that is read."""

    def snapshot(self) -> Snapshot:
        """The index as it now stands. Raises :class:`SearchError` where there is none that can be read."""

    def position(self) -> int:
        """See :class:`Searcher`."""

    def status(self) -> dict[str, Any]:
        """See :class:`Searcher`."""

    def close(self) -> None:
        """See :class:`Searcher`."""


# --- What is written ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was made by and from."""

    engine: str
    analysis: str
    schema: str
    views: str
    """The stamp of the read models it was made from."""
    position: int
    event: str
    """The event at that position: another archive, or one restored to a different past, has another."""
    documents: int

    def made_by(self) -> tuple[str, str, str]:
        """The versions that decide whether an index can be read at all."""
        return self.engine, self.analysis, self.schema


Report = Callable[[int], None]
"""Called now and then with the number of search documents written since the last call."""


class Target(Protocol):
    """An index that is written, by one writer at a time."""

    engine: str
    """The engine and its format, for the stamp."""

    def writing(self) -> AbstractContextManager[None]:
        """Hold the only right to write."""

    def stamp(self) -> Stamp | None:
        """The stamp of the current index; None where there is no index, or none that can be read or written on."""

    def build(self, documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report) -> None:
        """Write a whole index beside the current one, stamp it with the number of its documents, make it current."""

    def replace(
        self, records: set[str], documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report
    ) -> None:
        """Put these documents in place of all versions of these records, then stamp. A search pinned to the position
        before answers the same all the while."""
