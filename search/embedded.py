"""The embedded engine: tantivy beside the archive, no server.

Every search document holds from one position of the log to another, and every search is pinned to a position: that of
the stamp, or the one asked for. So an index in the middle of catching up already answers for one state of the log.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, overload

import tantivy
from tantivy import Occur

from search import documents, fields, languages
from search.asking import Asker
from search.clauses import Clauses, Q
from search.engine import (
    FACETS,
    Answer,
    Ended,
    Found,
    Key,
    Pinned,
    Question,
    Searcher,
    SearchError,
    Shown,
    Stamp,
)
from search.place import IndexPlace

_ALL: Final = 20_000
"""Values of a facet counted, more than there are: the counts are exact."""

_AHEAD: Final = 50
"""Hits looked at beyond a page of the best, so that those of one score are seen together."""

_REMEMBERED: Final = 128
"""Questions whose counts are remembered in each state of the index, and pages whose states are kept."""

_STATES: Final = 4
"""States of the index that are kept for those who turn pages in them."""

_LONG: Final = 3
"""Records whose long texts are looked through for a word of nearly the same spelling."""

_MADE_BY: Final = (fields.ENGINE, languages.ANALYSIS, documents.SCHEMA)
_ORDERS: Final = {
    "date": ("oldest", tantivy.Order.Asc),
    "-date": ("newest", tantivy.Order.Desc),
    "symbol": ("numbered", tantivy.Order.Asc),
    "position": ("since", tantivy.Order.Asc),
    "-position": ("since", tantivy.Order.Desc),
}

_log = logging.getLogger("council.search")

Counts = tuple[int, dict[str, list[tuple[str, int]]]]
"""Records in the whole result, and its facets."""


def open_searcher(folder: Path | str) -> Searcher:
    """Open the embedded index in a folder. There need not be one yet: until then searches raise SearchError."""
    return Asker(EmbeddedEngine(Path(folder)))


class _State:
    """One state of the index. It never changes, so what was counted in it stays right."""

    def __init__(self, build: str, changed: tuple[int, int], stamp: Stamp, index: Any) -> None:
        self.build = build
        self.changed = changed
        self.stamp = stamp
        self.index = index
        self.searcher = index.searcher()
        self.counts: Callable[[Question], Counts] = lru_cache(_REMEMBERED)(self._count)

    def _count(self, question: Question) -> Counts:
        """Exact counts over the whole result of a question, in one pass. Every record has one kind."""
        asked = {name: {"terms": {"field": fields.column(name), "size": _ALL, "segment_size": _ALL}} for name in FACETS}
        counted = self.searcher.aggregate(Clauses().whole(question), asked)
        buckets = {
            name: [(bucket["key"], int(bucket["doc_count"])) for bucket in counted[name]["buckets"]] for name in FACETS
        }
        found = fields.facets(buckets)
        return sum(count for _, count in found["kind"]), found


class _Pages:
    """In which state of the index each of the last pages by relevance was made.

    Scores depend on everything in the index. Who turns a page goes on in the state the page before was made in, so
    that no hit comes twice or never because the index was caught up meanwhile.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[Question, Key], _State] = OrderedDict()
        self._states: list[_State] = []
        self._changing = threading.Lock()

    def turned(self, question: Question, now: _State) -> _State:
        """The state to go on in."""
        with self._changing:
            return self._made.get((_asked(question), question.after or ()), now)

    def made(self, question: Question, last: Key, state: _State) -> None:
        """A page was made that ends with a key."""
        with self._changing:
            self._made[_asked(question), last] = state
            if len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
            if state not in self._states:
                self._states = [*self._states[1 - _STATES :], state]
                kept = [page for page in self._made.items() if page[1] in self._states]
                self._made = OrderedDict(kept)


def _asked(question: Question) -> Question:
    """A question whatever its page."""
    return replace(question, first=0, after=None, seen=0, counted=True)


class EmbeddedEngine:
    """See :class:`search.engine.Engine`."""

    def __init__(self, folder: Path) -> None:
        self._place = IndexPlace(folder)
        self._open: _State | None = None
        self._opening = threading.Lock()
        self._pages = _Pages()

    def position(self) -> int:
        """The position of the log the index has reached; 0 when there is no index."""
        build = self._place.current()
        stamp = self._place.stamp(build) if build else None
        return stamp.position if stamp else 0

    def status(self) -> dict[str, Any]:
        """What is there and whether it can be searched."""
        build = self._place.current()
        stamp = self._place.stamp(build) if build else None
        ready = stamp is not None and stamp.made_by() == _MADE_BY
        return {
            "engine": stamp.engine if stamp else fields.ENGINE,
            "analysis": stamp.analysis if stamp else languages.ANALYSIS,
            "schema": stamp.schema if stamp else documents.SCHEMA,
            "ready": ready,
            "position": stamp.position if stamp else 0,
            "documents": stamp.documents if stamp else 0,
            "bytes": self._place.size(build) if build else 0,
        }

    def close(self) -> None:
        """Let go of the index; a further search opens it again."""
        with self._opening:
            self._open = None
            self._pages = _Pages()

    def snapshot(self) -> EmbeddedSnapshot:
        """The index as it now stands. See :class:`search.engine.Engine`."""
        return EmbeddedSnapshot(self._state(), self._pages)

    def _state(self) -> _State:
        """The index as it now stands, opened again if it was caught up or rebuilt meanwhile."""
        for _ in range(5):
            build = self._place.current()
            if build is None:
                break
            known = self._open
            try:
                changed = self._place.changed(build)
                if known is not None and (known.build, known.changed) == (build, changed):
                    return known
                with self._opening:
                    return self._opened(build)
            except SearchError:
                if build == self._place.current():
                    raise
            except (OSError, ValueError) as error:  # swapped and removed under our hands: look again
                if build == self._place.current():
                    raise SearchError(f"the search index is damaged ({error}): rebuild it") from error
        raise SearchError("there is no search index yet: build it")

    def _opened(self, build: str) -> _State:
        known = self._open
        changed, stamp = self._place.changed(build), self._place.stamp(build)
        if stamp is None:
            raise SearchError("the search index has no stamp: rebuild it")
        if stamp.made_by() != _MADE_BY:
            made, now = ", ".join(stamp.made_by()), ", ".join(_MADE_BY)
            raise SearchError(f"the search index was made by another version ({made}; now {now}): rebuild it")
        if known is not None and (known.build, known.changed) == (build, changed):
            return known
        index = known.index if known is not None and known.build == build else None
        index = index or fields.open_index(str(self._place.index(build)))
        index.reload()
        self._open = _State(build, changed, stamp, index)
        return self._open


class EmbeddedSnapshot:
    """See :class:`search.engine.Snapshot`."""

    def __init__(self, state: _State, pages: _Pages) -> None:
        self.position = state.stamp.position
        self._state = state
        self._pages = pages
        self._clauses = Clauses()

    def answer(self, question: Question) -> Answer:
        """Answer a question."""
        total, facets = self._state.counts(_asked(question)) if question.counted else (0, {})
        found, more = self._best(question) if question.sort == "relevance" else self._ordered(question)
        return Answer(found, more, total, {name: list(counts) for name, counts in facets.items()})

    def known(self, form: str, stems: tuple[str, ...]) -> bool:
        """Whether a word stands anywhere in the index."""
        forms = [(name, form) for name in fields.TEXTS]
        forms += [(f"{name}_stems", stem) for name in fields.TEXTS for stem in stems]
        return any(self._state.searcher.doc_freq(name, form) for name, form in forms)

    def near(self, form: str, edits: int, at: int) -> Iterable[str]:
        """Texts of records that have a word so many edits away, those with it in the title first."""
        held = [(Occur.Must, part) for part in self._clauses.held(Pinned(at))]
        for name, most in (("title", 60), ("more", 60), ("body", _LONG)):
            near = Q.boolean_query([*held, (Occur.Must, self._clauses.near(name, form, edits))])
            hits = self._state.searcher.search(near, most, count=False).hits
            for _, address in hits:
                shown = _shown(self._state.searcher.doc(address))
                texts = {"title": [shown.title, *shown.names.values()], "more": [text for text, _ in shown.also]}
                yield from texts.get(name) or [text for text, _ in shown.body]
            if hits:
                return

    def _best(self, question: Question) -> tuple[list[Found], bool]:
        """A page by relevance, of one score the newest first, and whether there are more.

        The engine orders hits of one score by where they happen to lie. So more are looked at than a page holds, until
        all of the last score on the page are among them.
        """
        state = self._pages.turned(question, self._state) if question.after else self._state
        whole, every = self._clauses.whole(question), int(state.searcher.num_docs) + 1
        limit = question.seen + question.first + _AHEAD
        while True:
            limit = min(limit, every)
            hits = state.searcher.search(whole, limit, count=False, weight_by_field="fresh").hits
            worst = hits[-1][0] if len(hits) == limit else -1.0
            places = state.searcher.fast_field_values("newest", [address for _, address in hits])
            ranked = sorted((-score, -place, n) for n, ((score, _), place) in enumerate(zip(hits, places, strict=True)))
            if question.after is not None:
                after = -question.after[0], -question.after[-1]
                ranked = [rank for rank in ranked if rank[:2] > after]
            page, rest = ranked[: question.first], ranked[question.first :]
            if worst < 0 or (rest and -rest[0][0] > worst):
                break
            limit *= 4
        found = [_found(state, hits[n][1], -score, (-score, -place)) for score, place, n in page]
        if rest:
            self._pages.made(question, found[-1].key, state)
        return found, bool(rest)

    def _ordered(self, question: Question) -> tuple[list[Found], bool]:
        """A page in an order of the records' own, and whether there are more."""
        field, order = _ORDERS[question.sort]
        if isinstance(question.held, Ended) and field == "since":
            field = "until"
        further = []
        if question.after is not None:
            last = int(question.after[0])
            low, high = (last + 1, None) if order == tantivy.Order.Asc else (None, last - 1)
            if high == -1:
                return [], False
            further.append(self._clauses.range(field, low, high))
        whole = self._clauses.whole(question, *further)
        hits = self._state.searcher.search(
            whole, question.first + 1, count=False, order_by_field=field, order=order
        ).hits
        page = [_found(self._state, address, 0.0, (place,)) for place, address in hits[: question.first]]
        return page, len(hits) > question.first


def _found(state: _State, address: Any, score: float, key: Key) -> Found:
    stored = state.searcher.doc(address)
    until = int(stored.get_first("until"))
    held_until = None if until == fields.FOREVER else until
    return Found(_shown(stored), float(score), key, int(stored.get_first("since")), held_until)


def _shown(stored: Any) -> Shown:
    """What a stored search document shows."""
    record, kind, title, symbol, day, language, also, names = json.loads(bytes(stored.get_first("shown")))
    body = stored.get_first("body_shown")
    return Shown(
        *(record, kind, title, symbol, day, language),
        also=[(text, of) for text, of in also],
        names=names,
        body=_Texts(bytes(body)) if body else [],
    )


class _Texts(Sequence[tuple[str, str]]):
    """Long texts as they are stored, read when somebody looks at them: most that show a hit do not."""

    def __init__(self, stored: bytes) -> None:
        self._stored = stored

    @cached_property
    def _read(self) -> list[tuple[str, str]]:
        return [(text, of) for text, of in json.loads(self._stored)]

    def __len__(self) -> int:
        return len(self._read)

    @overload
    def __getitem__(self, place: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[tuple[str, str]]: ...
    def __getitem__(self, place: int | slice) -> tuple[str, str] | list[tuple[str, str]]:
        return self._read[place]
