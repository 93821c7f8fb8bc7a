"""Asking an engine: what is the same whichever engine it is. Reading the query, filters, pages, hits, spellings."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from search import documents, query
from search.changing import changes
from search.engine import (
    MOST,
    SORTS,
    Answer,
    Change,
    Engine,
    Found,
    Hit,
    Key,
    Pinned,
    Query,
    Question,
    Results,
    SearchError,
    Shown,
    Snapshot,
)
from search.highlight import cut, marked
from search.query import Filter, Marks, Named, Node, Parsed, Phrase, Span, Words, key_of, leaves
from search.reading import parse
from search.spelling import suggestion


class Asker:
    """The searcher on an engine. See :class:`search.engine.Searcher`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def position(self) -> int:
        """The position of the log the index has reached; 0 when there is no index or it cannot be reached."""
        return self._engine.position()

    def status(self) -> dict[str, Any]:
        """What is there and whether it can be searched."""
        return self._engine.status()

    def close(self) -> None:
        """Let go of the index; a further search opens it again."""
        self._engine.close()

    def search(self, query: Query) -> Results:
        """Answer a question. See :class:`search.engine.Searcher`."""
        began = time.perf_counter()
        if query.sort not in SORTS:
            raise SearchError(f"sort {query.sort!r} is not one of {', '.join(SORTS)}")
        snapshot = self._engine.snapshot()
        parsed = parse(query.text)
        cursor = _Cursor.read(query, snapshot.position)
        question = Question(
            held=Pinned(cursor.position),
            tree=parsed.tree,
            symbols=parsed.symbols,
            filters=filters(query),
            sort=_sort(query, parsed),
            first=max(1, min(query.first, MOST)),
            after=cursor.after,
            seen=cursor.seen,
        )
        answer, wanted = snapshot.answer(question), parsed.wanted
        results = Results(
            total=answer.total,
            hits=[_hit(found, query, wanted) for found in answer.found],
            facets=answer.facets,
            next=cursor.next(answer) if answer.more else None,
            suggestion=suggestion(snapshot, question, query, parsed) if not answer.total and parsed.tree else None,
            straight_to=_straight_to(snapshot, question) if parsed.symbols else None,
            problems=list(parsed.problems),
            understood=parsed.understood,
        )
        return replace(results, took_ms=round((time.perf_counter() - began) * 1000, 3))

    def changes(self, query: Query, after: int, upto: int | None = None, first: int = 100) -> list[Change]:
        """What changed in the answer to a query between two positions. See :class:`search.engine.Searcher`."""
        snapshot = self._engine.snapshot()
        last = snapshot.position if upto is None else min(upto, snapshot.position)
        return changes(snapshot, asked(query), max(0, after), last, first, _shows(query))

    def latest(self, query: Query, before: int | None = None, first: int = 100) -> list[Change]:
        """The newest changes first. See :class:`search.engine.Searcher`."""
        snapshot = self._engine.snapshot()
        last = snapshot.position if before is None else min(before - 1, snapshot.position)
        return changes(snapshot, asked(query), 0, last, first, _shows(query), newest=True)


def asked(query: Query) -> Question:
    """A query as a question about what now holds at no position yet: its words and filters."""
    parsed = parse(query.text)
    return Question(held=Pinned(0), tree=parsed.tree, symbols=parsed.symbols, filters=filters(query), counted=False)


def _shows(query: Query) -> Callable[[Found], Hit]:
    """How what is found is shown to who asked."""
    wanted = parse(query.text).wanted
    return lambda found: _hit(found, query, wanted)


def filters(query: Query) -> tuple[Node, ...]:
    """The filters of a question as nodes."""
    made: list[Node] = []
    named = (
        ("kind", query.kinds),
        ("outcome", query.outcomes),
        ("agenda", query.agenda),
        ("format", query.formats),
    )
    for name, values in named:
        if values:
            made.append(Filter(name, tuple(map(key_of, values))))
    if query.years != (None, None):
        made.append(Span("year", *query.years))
    if query.members:
        codes = tuple(key_of(value.strip()) for value in query.members if ":" not in value)
        ballots = tuple(_ballot(value) for value in query.members if ":" in value)
        parts = [Filter(name, some) for name, some in (("member", codes), ("ballots", ballots)) if some]
        made.append(_any(parts))
    return tuple(made)


def _any(parts: list[Filter]) -> Node:
    return parts[0] if len(parts) == 1 else query.Any(tuple(parts))


def _ballot(value: str) -> str:
    code, _, choice = value.partition(":")
    return key_of(f"{code.strip()}:{choice.strip().replace('_', ' ')}")


def _sort(query: Query, parsed: Parsed) -> str:
    """The order asked for; without anything to be relevant to, such as filters alone, the newest first."""
    every = () if parsed.tree is None else leaves(parsed.tree)
    nothing = not parsed.symbols and not any(isinstance(leaf, Words | Phrase | Named) for leaf in every)
    return "-date" if query.sort == "relevance" and nothing else query.sort


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a page begins: at which position of the log, after which place in the order, after how many hits."""

    position: int
    after: Key | None
    seen: int
    digest: str

    @classmethod
    def read(cls, query: Query, reached: int) -> _Cursor:
        """The cursor of a question. Raises :class:`SearchError` for a foreign one and for a position to come."""
        digest = _digest(query)
        if query.as_of is not None and not 0 <= query.as_of <= reached:
            raise SearchError(f"there is no position {query.as_of}: the search index reaches from 0 to {reached}")
        if query.after is None:
            return cls(reached if query.as_of is None else query.as_of, None, 0, digest)
        try:
            padded = query.after + "=" * (-len(query.after) % 4)
            position, seen, after, of = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (ValueError, TypeError, RecursionError):
            raise SearchError("the cursor is not one of this search: begin again without it") from None
        known = type(position) is int and type(seen) is int and 0 <= seen < 2**31 and isinstance(after, list)
        known = (
            known and 0 < len(after) <= 4 and all(type(part) in (int, float) and 0 <= part < 2**63 for part in after)
        )
        if not known or of != digest or not 0 <= position <= reached:
            raise SearchError("the cursor belongs to another question: begin again without it")
        return cls(position, tuple(after), seen, digest)

    def next(self, answer: Answer) -> str:
        """The cursor of the page after an answer."""
        seen = self.seen + len(answer.found)
        written = json.dumps([self.position, seen, answer.found[-1].key, self.digest], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(written).decode().rstrip("=")


def _digest(query: Query) -> str:
    """Tells questions apart, page and page size aside."""
    asked = repr(replace(query, first=0, after=None, language=None))
    return hashlib.blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


# --- Hits -----------------------------------------------------------------------------------------------------------


def _hit(found: Found, query: Query, marks: Marks) -> Hit:
    shown = found.shown
    title, language, others = _titled(shown, query.language)
    highlight, hit = marked(title, language, marks)
    snippet = None
    if marks and not hit:
        snippet = _elsewhere(others, query.language, marks) or _elsewhere(shown.body, query.language, marks)
    return Hit(
        record=shown.record,
        kind=shown.kind,
        title=title,
        symbol=shown.symbol,
        date=shown.date,
        highlight=highlight,
        score=round(float(found.score), 4),
        language=language,
        snippet=snippet[0] if snippet else None,
        snippet_language=snippet[1] if snippet else None,
        since=found.since,
    )


def _titled(shown: Shown, wished: str | None) -> tuple[str, str, list[tuple[str, str]]]:
    """The title in the language wished for, if there is one; its language; the other texts of the record."""
    others = [*shown.also, *((name, language) for language, name in shown.names.items())]
    if wished is not None and wished in shown.names:
        return shown.names[wished], wished, [(shown.title, shown.language), *others]
    return shown.title, shown.language, others


def _elsewhere(texts: Sequence[tuple[str, str]], wished: str | None, marks: Marks) -> tuple[str, str] | None:
    """Where a query matched, when it did not match in the title: HTML and language; the reader's language first."""
    for text, language in sorted(texts, key=lambda text: text[1] != wished):
        found = cut(text, language, marks)
        if found is not None:
            return found, language
    return None


def _straight_to(snapshot: Snapshot, asked: Question) -> str | None:
    """The one record the whole query names, among those the filters allow; of several the first kind's."""
    for symbol in asked.symbols:
        named = replace(
            asked,
            tree=None,
            symbols=(),
            filters=(*asked.filters, Filter("own", (symbol,))),
            sort="-date",
            first=20,
            after=None,
            seen=0,
            counted=False,
        )
        records: dict[str, list[str]] = {}
        for found in snapshot.answer(named).found:
            records.setdefault(found.shown.kind, []).append(found.shown.record)
        for kind in documents.KINDS:
            if kind in records:
                return records[kind][0] if len(records[kind]) == 1 else None
    return None
