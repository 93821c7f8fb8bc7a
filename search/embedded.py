"""The embedded engine: tantivy beside the archive, no server. Queries are built as objects, never parsed by the engine.

Every search document holds from one position of the log to another, and every search is pinned to a position: that of
the stamp, or the one asked for. So an index in the middle of catching up already answers for one state of the log.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tantivy
from tantivy import FieldType, Occur

from search import documents, fields, languages, query
from search.asking import Asker
from search.engine import (
    FACETS,
    Answer,
    Begun,
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
from search.query import Node

Q: Final = tantivy.Query

WEIGHTS: Final = {
    **{"title": 4.0, "title_stems": 2.0, "more": 1.5, "more_stems": 0.7, "body": 1.0, "body_stems": 0.5},
}
"""What a match in a field of words counts."""

_ALL: Final = 20_000
"""Values of a facet counted, more than there are: the counts are exact."""
_MADE_BY: Final = (fields.ENGINE, languages.ANALYSIS, documents.SCHEMA)
_ORDERS: Final = {
    "date": ("oldest", tantivy.Order.Asc),
    "-date": ("newest", tantivy.Order.Desc),
    "symbol": ("numbered", tantivy.Order.Asc),
    "position": ("since", tantivy.Order.Asc),
    "-position": ("since", tantivy.Order.Desc),
}


@dataclass(frozen=True, slots=True)
class _Open:
    """One state of the index."""

    build: str
    changed: tuple[int, int]
    stamp: Stamp
    index: Any
    searcher: Any


def open_searcher(folder: Path | str) -> Searcher:
    """Open the embedded index in a folder. There need not be one yet: until then searches raise SearchError."""
    return Asker(EmbeddedEngine(Path(folder)))


class EmbeddedEngine:
    """See :class:`search.engine.Engine`."""

    def __init__(self, folder: Path) -> None:
        self._place = IndexPlace(folder)
        self._open: _Open | None = None
        self._opening = threading.Lock()
        self._schema = fields.schema()

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

    def snapshot(self) -> EmbeddedSnapshot:
        """The index as it now stands. See :class:`search.engine.Engine`."""
        state = self._state()
        return EmbeddedSnapshot(state.searcher, self._schema, state.stamp.position)

    def _state(self) -> _Open:
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

    def _opened(self, build: str) -> _Open:
        known = self._open
        changed, stamp = self._place.changed(build), self._place.stamp(build)
        if stamp is None:
            raise SearchError("the search index has no stamp: rebuild it")
        if stamp.made_by() != _MADE_BY:
            raise SearchError("the search index was built by another version: rebuild it")
        if known is not None and (known.build, known.changed) == (build, changed):
            return known
        index = known.index if known is not None and known.build == build else None
        index = index or fields.open_index(str(self._place.index(build)))
        index.reload()
        self._open = _Open(build, changed, stamp, index, index.searcher())
        return self._open


class EmbeddedSnapshot:
    """See :class:`search.engine.Snapshot`."""

    def __init__(self, searcher: Any, schema: Any, position: int) -> None:
        self.position = position
        self._searcher = searcher
        self._schema = schema

    def answer(self, question: Question) -> Answer:
        """Answer a question."""
        whole = self._whole(question)
        total = int(self._searcher.search(whole, 1).count) if question.counted else 0
        facets = self._facets(whole) if question.counted else {}
        found, more = self._page(question, whole)
        return Answer(found, more, total, facets)

    def known(self, form: str, stems: tuple[str, ...]) -> bool:
        """Whether a word stands anywhere in the index."""
        forms = [(field, form) for field in fields.TEXTS]
        forms += [(f"{field}_stems", stem) for field in fields.TEXTS for stem in stems]
        return any(self._searcher.doc_freq(field, form) for field, form in forms)

    def near(self, form: str, edits: int, at: int) -> Iterable[str]:
        """Texts of records that have a word so many edits away, those with it in the title first."""
        held = [(Occur.Must, part) for part in self._held(Pinned(at))]
        for field in ("title", "more"):
            near = Q.fuzzy_term_query(self._schema, field, form, edits)
            hits = self._searcher.search(Q.boolean_query([*held, (Occur.Must, near)]), 60, count=False).hits
            for _, address in hits:
                shown = _shown(self._searcher.doc(address))
                yield from [shown.title] if field == "title" else [text for text, _ in shown.also]
            if hits:
                return

    # -- the question in the engine's form -----------------------------------------------------------------------

    def _term(self, field: str, value: str) -> Any:
        return Q.term_query(self._schema, field, value)

    def _range(self, field: str, lower: int | None, upper: int | None) -> Any:
        return Q.range_query(self._schema, field, FieldType.Unsigned, lower_bound=lower, upper_bound=upper)

    def _held(self, held: Pinned | Begun | Ended) -> list[Any]:
        match held:
            case Pinned(at):
                return [self._range("since", None, at), self._range("until", at + 1, None)]
            case Begun(after, upto):
                return [self._range("since", after + 1, upto)]
            case Ended(after, upto):
                return [self._range("until", after + 1, upto)]

    def _whole(self, question: Question, *more: Any) -> Any:
        """Words and filters together; filters add nothing to the score."""
        unscored = [*self._held(question.held), *(self._node(node) for node in question.filters), *more]
        parts = [(Occur.Must, Q.const_score_query(part, 0.0)) for part in unscored]
        wanted = self._wanted(question)
        if wanted is not None:
            parts.append((Occur.Must, wanted))
        return Q.boolean_query(parts)

    def _wanted(self, question: Question) -> Any | None:
        worded = None if question.tree is None else self._node(question.tree)
        if not question.symbols:
            return worded
        named = [(Occur.Should, part) for part in self._symbols(question.symbols)]
        return Q.boolean_query([*named, (Occur.Should, worded)] if worded is not None else named)

    def _node(self, node: Node) -> Any:
        match node:
            case query.Words(_, words):
                made = [(Occur.Must, self._word(word)) for word in words]
                return made[0][1] if len(made) == 1 else Q.boolean_query(made)
            case query.Phrase(_, forms):
                return self._phrase(forms)
            case query.Prefix(_, form):
                parts = [Q.regex_query(self._schema, field, re.escape(form) + ".*") for field in fields.TEXTS]
                return Q.boolean_query([(Occur.Should, part) for part in parts])
            case query.Named(_, keys, forms):
                return Q.disjunction_max_query([*self._symbols(keys), self._phrase(forms)], 0.1)
            case query.Pattern(_, key):
                return Q.regex_query(self._schema, "own", ".*".join(map(re.escape, key.split("*"))))
            case query.Filter(name, values):
                return Q.const_score_query(Q.term_set_query(self._schema, name, list(map(_clean, values))), 0.0)
            case query.Span(name, low, high):
                least, most = max(0, low or 0), 99_999_999 if high is None else high
                return Q.empty_query() if least > most else Q.const_score_query(self._range(name, least, most), 0.0)
            case query.All(parts):
                return self._all(parts)
            case query.Any(parts):
                return Q.disjunction_max_query([self._node(part) for part in parts], 0.1)
            case query.Either(typed, others):
                ways = [self._node(typed), *(Q.boost_query(self._node(other), 0.5) for other in others)]
                return Q.disjunction_max_query(ways, 0.1)
            case query.Not():
                return self._all((node,))

    def _all(self, parts: tuple[Node, ...]) -> Any:
        made = [
            (Occur.MustNot, self._node(part.part)) if isinstance(part, query.Not) else (Occur.Must, self._node(part))
            for part in parts
        ]
        if all(occur == Occur.MustNot for occur, _ in made):  # the engine finds nothing where nothing is wanted
            made.append((Occur.Must, Q.const_score_query(Q.all_query(), 0.0)))
        return Q.boolean_query(made)

    def _phrase(self, forms: tuple[str, ...]) -> Any:
        return Q.disjunction_max_query([self._phrase_in(field, forms) for field in fields.TEXTS], 0.2)

    def _phrase_in(self, field: str, forms: tuple[str, ...]) -> Any:
        if len(forms) == 1:  # the engine gives up on a phrase of one word
            return Q.boost_query(self._term(field, forms[0]), WEIGHTS[field])
        return Q.boost_query(Q.phrase_query(self._schema, field, list(forms)), WEIGHTS[field])

    def _word(self, word: languages.Word) -> Any:
        parts = []
        for field, weight in WEIGHTS.items():
            forms = word.stems if field.endswith("_stems") else (word.exact,) if word.exact is not None else ()
            parts += [Q.boost_query(self._term(field, form), weight) for form in forms]
        return Q.disjunction_max_query(parts, 0.2)

    def _symbols(self, symbols: tuple[str, ...]) -> list[Any]:
        """Records that bear a symbol far above those that mention it, better readings above worse ones."""
        made = []
        for rank, symbol in enumerate(symbols):
            own = self._term("own", symbol)
            made.append(Q.const_score_query(own, 1000.0 / (rank + 1)))
            for place, kind in enumerate(documents.KINDS[:2]):
                both = Q.boolean_query([(Occur.Must, own), (Occur.Must, self._term("kind", kind))])
                made.append(Q.const_score_query(both, 1050.0 / (rank + 1) - 20 * place))
            made.append(Q.const_score_query(self._term("mentions", symbol), 20.0 / (rank + 1)))
        return made

    # -- answers -------------------------------------------------------------------------------------------------

    def _facets(self, whole: Any) -> dict[str, list[tuple[str, int]]]:
        """Exact counts over the whole result."""
        columns = {name: name if name == "year" else f"{name}_facet" for name in FACETS}
        asked = {
            name: {"terms": {"field": column, "size": _ALL, "segment_size": _ALL}} for name, column in columns.items()
        }
        counted = self._searcher.aggregate(whole, asked)
        found: dict[str, list[tuple[str, int]]] = {}
        for name in FACETS:
            pairs = [(bucket["key"], int(bucket["doc_count"])) for bucket in counted[name]["buckets"]]
            if name == "year":
                found[name] = [(str(int(year)), count) for year, count in sorted(pairs, reverse=True)]
            else:
                found[name] = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        return found

    def _page(self, question: Question, whole: Any) -> tuple[list[Found], bool]:
        """The versions of one page, and whether there are more."""
        first = question.first
        if question.sort == "relevance":
            offset = question.seen
            hits = self._searcher.search(whole, first + 1, count=False, offset=offset).hits
            made = [self._found(address, score, (score,)) for score, address in hits[:first]]
            return made, len(hits) > first
        field, order = _ORDERS[question.sort]
        if isinstance(question.held, Ended) and field == "since":
            field = "until"
        if question.after is not None:
            last = int(question.after[0])
            low, high = (last + 1, None) if order == tantivy.Order.Asc else (None, last - 1)
            if high == -1:
                return [], False
            whole = self._whole(question, self._range(field, low, high))
        hits = self._searcher.search(whole, first + 1, count=False, order_by_field=field, order=order).hits
        return [self._found(at, 0.0, (place,)) for place, at in hits[:first]], len(hits) > first

    def _found(self, address: Any, score: float, key: Key) -> Found:
        stored = self._searcher.doc(address)
        until = int(stored.get_first("until"))
        shown = _shown(stored)
        return Found(
            shown, float(score), key, int(stored.get_first("since")), None if until == fields.FOREVER else until
        )


def _shown(stored: Any) -> Shown:
    """What a stored search document shows."""
    record, kind, title, symbol, day, language, also, names = json.loads(bytes(stored.get_first("shown")))
    body = stored.get_first("body_shown")
    return Shown(
        *(record, kind, title, symbol, day, language),
        also=[(text, of) for text, of in also],
        names=names,
        body=[(text, of) for text, of in json.loads(bytes(body))] if body else [],
    )


def _clean(value: str) -> str:
    """A value without halves of characters, which the engine cannot take."""
    return value.encode("utf-8", "replace").decode()
