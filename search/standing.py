"""Standing searches: a question with an id of its own, and what came to match it.

A standing search is what is asked (words, filters, the language read), never how it is shown (page, order). It has one
normal form, and its id follows from that form alone: who asks the same has the same id, on every archive.

What it has to tell is a function of the question and the log: every version of every record stands in the index with
the positions it held for. So nothing is matched and kept elsewhere, and nothing can be missed or told twice, whatever
is stopped when.
"""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final, Protocol

from domain.documents import LANGUAGES
from search.documents import KINDS
from search.engine import MOST, Change, Hit, Query, Searcher
from search.query import LONGEST as TYPED
from search.query import Problem, key_of
from search.reading import parse

VALUES: Final = 100
"""Values of one filter at most."""

LONGEST: Final = 1_000
"""Characters of one value: topics of meetings are long."""

WHOLE: Final = 20_000
"""Characters of a normal form at most."""

YEARS: Final = (1945, 2200)
"""The years that can be asked for."""

_FILTERS: Final = ("kinds", "members", "outcomes", "agenda", "formats")


class StandingError(ValueError):
    """A search that cannot be saved as asked; the message says which part, and what is accepted.

    Where the words of the query are at fault, `problem` says in which place.
    """

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        self.problem = problem


class FullError(Exception):
    """No further search can be saved."""


class UnreachableError(Exception):
    """The store of saved searches does not answer now."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A standing search as it is kept: its id, its normal form, when (UTC) and at which position it was saved."""

    id: str
    asked: str
    saved: str
    position: int

    @property
    def query(self) -> Query:
        """The question."""
        return question(self.asked)


class Searches(Protocol):
    """Where standing searches are kept. Thread-safe. Nothing in it is ever changed."""

    def save(self, asked: str, position: int) -> tuple[Saved, bool]:
        """Keep a normal form; gives what is kept and whether it is new. Raises :class:`FullError` where no more are
        taken, :class:`UnreachableError` where the store does not answer."""

    def find(self, id: str) -> Saved | None:
        """The search of an id. Raises :class:`UnreachableError`."""


# --- The normal form ------------------------------------------------------------------------------------------------


def normal(query: Query) -> str:
    """The normal form of a question, as JSON: the text as understood, each filter sorted, what is not asked left out.

    Raises :class:`StandingError` for what could not be read as it was meant: a watch must not rest on a guess.
    """
    if len(query.text) > TYPED:
        raise StandingError(f"the query has {len(query.text)} characters; at most {TYPED} are read")
    parsed = parse(query.text)
    if parsed.problems:
        problem = parsed.problems[0]
        raise StandingError(f"{problem.message} (characters {problem.start} to {problem.end})", problem)
    told: dict[str, Any] = {name: made for name in _FILTERS if (made := _values(name, getattr(query, name)))}
    if parsed.understood:
        told["text"] = parsed.understood
    for name, year in zip(("from", "to"), query.years, strict=True):
        if year is not None:
            if not YEARS[0] <= year <= YEARS[1]:
                raise StandingError(f"`{name}` is {year}; accepted is a year from {YEARS[0]} to {YEARS[1]}")
            told[name] = year
    if query.language is not None:
        if query.language not in LANGUAGES:
            raise StandingError(f"`language` is {query.language[:20]!r}; accepted are {', '.join(LANGUAGES)}")
        told["language"] = query.language
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(written) > WHOLE:
        raise StandingError(f"the search is too long to be saved: {len(written)} characters of at most {WHOLE}")
    return written


def question(asked: str) -> Query:
    """The question of a normal form."""
    told = json.loads(asked)
    filters: dict[str, Any] = {name: tuple(told.get(name, ())) for name in _FILTERS}
    return Query(
        text=told.get("text", ""), years=(told.get("from"), told.get("to")), language=told.get("language"), **filters
    )


def id_of(asked: str) -> str:
    """The id of a normal form: 16 letters and digits, the same wherever the same is asked."""
    digest = blake2b(asked.encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()


def _values(name: str, values: Sequence[str]) -> list[str]:
    """The values of a filter as they are compared, each once, sorted."""
    if len(values) > VALUES:
        raise StandingError(f"`{name}` has {len(values)} values; at most {VALUES} are accepted")
    made = {_value(name, value) for value in values}
    if name == "kinds" and (unknown := sorted(made - set(KINDS))):
        raise StandingError(f"there is no kind of record {unknown[0]!r}; there are: {', '.join(KINDS)}")
    return sorted(made)


def _value(name: str, value: str) -> str:
    clean = value.strip()
    if name == "members":
        code, colon, choice = clean.partition(":")
        clean = f"{code.strip()}{colon}{choice.strip().replace('_', ' ')}"
    if not 0 < len(clean) <= LONGEST or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in clean):
        raise StandingError(f"a value of `{name}` is not 1 to {LONGEST} characters of text: {value[:40]!r}")
    return key_of(clean)


# --- What it has to tell --------------------------------------------------------------------------------------------


def changes(searcher: Searcher, query: Query, after: int, upto: int) -> Iterator[Change]:
    """Every change after one position up to another, oldest first, however many. Raises ``SearchError``."""
    while page := searcher.changes(query, after, upto):
        yield from page
        after = page[-1].position


def results(searcher: Searcher, query: Query, as_of: int) -> Iterator[Hit]:
    """Every record that matches as of a position, newest first, read page by page. Raises ``SearchError``."""
    page = replace(query, sort="-date", first=MOST, after=None, as_of=as_of)
    while True:
        found = searcher.search(page)
        yield from found.hits
        if found.next is None:
            return
        page = replace(page, after=found.next)
