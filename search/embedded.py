"""The embedded engine: tantivy beside the archive, no server. Queries are built as objects, never parsed by the engine.

Every search document holds from one position of the log to another, and every search is pinned to a position: that of
the stamp, or the one asked for. So an index in the middle of catching up already answers for one state of the log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import tantivy
from tantivy import FieldType, Occur

from search import documents, fields, languages
from search.engine import FACETS, MOST, SORTS, Hit, Query, Results, Searcher, SearchError
from search.highlight import marked
from search.place import IndexPlace, Stamp
from search.query import Clause, Marks, Parsed, parse

Q: Final = tantivy.Query

_WEIGHTS: Final = {"title": 4.0, "title_stems": 2.0, "more": 1.5, "more_stems": 0.7}
_ALL: Final = 20_000
"""Values of a facet counted, more than there are: the counts are exact."""
_MADE_BY: Final = (fields.ENGINE, languages.ANALYSIS, documents.SCHEMA)


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
    return EmbeddedSearcher(Path(folder))


class EmbeddedSearcher:
    """See :class:`search.engine.Searcher`."""

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

    def search(self, query: Query) -> Results:
        """Answer a question. See :class:`search.engine.Searcher`."""
        began = time.perf_counter()
        if query.sort not in SORTS:
            raise SearchError(f"sort {query.sort!r} is not one of {', '.join(SORTS)}")
        state = self._state()
        parsed = parse(query.text)
        cursor = _Cursor.read(query, state.stamp.position)
        asked = _Asked(state.searcher, self._schema, query, parsed, cursor.position)
        total, facets = asked.total(), asked.facets()
        hits, after = asked.page(cursor, max(1, min(query.first, MOST)))
        results = Results(
            total=total,
            hits=hits,
            facets=facets,
            next=after,
            suggestion=asked.suggestion() if not total and parsed.groups else None,
            straight_to=asked.straight_to() if parsed.symbols else None,
        )
        return replace(results, took_ms=round((time.perf_counter() - began) * 1000, 3))

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


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a page begins: at which position of the log, after how many hits or after which place in the order."""

    position: int
    after: int | None
    digest: str

    @classmethod
    def read(cls, query: Query, reached: int) -> _Cursor:
        """The cursor of a question. Raises :class:`SearchError` for a foreign one and for a position to come."""
        digest = _digest(query)
        if query.as_of is not None and not 0 <= query.as_of <= reached:
            raise SearchError(f"there is no position {query.as_of}: the search index reaches from 0 to {reached}")
        if query.after is None:
            return cls(reached if query.as_of is None else query.as_of, None, digest)
        try:
            padded = query.after + "=" * (-len(query.after) % 4)
            position, after, of = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (ValueError, TypeError, RecursionError):
            raise SearchError("the cursor is not one of this search: begin again without it") from None
        known = type(position) is int and type(after) is int and 0 <= after < 2**64
        if not known or of != digest or not 0 <= position <= reached:
            raise SearchError("the cursor belongs to another question: begin again without it")
        return cls(position, after, digest)

    def next(self, after: int) -> str:
        """The cursor of the page that begins there."""
        written = json.dumps([self.position, after, self.digest], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(written).decode().rstrip("=")


def _digest(query: Query) -> str:
    """Tells questions apart, page and page size aside."""
    asked = repr(replace(query, first=0, after=None, language=None))
    return hashlib.blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class _Asked:
    """One question put to one state of the index."""

    def __init__(self, searcher: Any, schema: Any, query: Query, parsed: Parsed, position: int) -> None:
        self._searcher = searcher
        self._schema = schema
        self._query = query
        self._parsed = parsed
        self._position = position
        self._filters = self._filtered()
        self._whole = self._joined(parsed)

    # -- the question in the engine's form -----------------------------------------------------------------------

    def _term(self, field: str, value: str) -> Any:
        return Q.term_query(self._schema, field, value)

    def _range(self, field: str, lower: int | None, upper: int | None) -> Any:
        return Q.range_query(self._schema, field, FieldType.Unsigned, lower_bound=lower, upper_bound=upper)

    def _any(self, field: str, values: list[str]) -> Any:
        return Q.term_set_query(self._schema, field, values)

    def _filtered(self) -> list[Any]:
        query = self._query
        made = [self._range("since", None, self._position), self._range("until", self._position + 1, None)]
        for field, values in (("kind", query.kinds), ("outcome", query.outcomes), ("agenda", query.agenda)):
            if values:
                made.append(self._any(field, [_clean(value) for value in values]))
        first, last = query.years
        if first is not None or last is not None:
            low, high = max(0, first or 0), min(9999, 9999 if last is None else last)
            made.append(self._range("year", low, high) if low <= high else Q.empty_query())
        if query.members:
            codes = [_clean(value).upper() for value in query.members if ":" not in value]
            ballots = [_ballot(_clean(value)) for value in query.members if ":" in value]
            parts = [self._any(field, some) for field, some in (("member", codes), ("ballots", ballots)) if some]
            made.append(Q.boolean_query([(Occur.Should, part) for part in parts]))
        return made

    def _joined(self, parsed: Parsed, *more: Any) -> Any:
        """Words and filters together; filters add nothing to the score."""
        parts = [(Occur.Must, Q.const_score_query(part, 0.0)) for part in (*self._filters, *more)]
        wanted = self._wanted(parsed)
        if wanted is not None:
            parts.append((Occur.Must, wanted))
        parts += [(Occur.MustNot, self._clause(clause)) for clause in parsed.excluded]
        return Q.boolean_query(parts)

    def _wanted(self, parsed: Parsed) -> Any | None:
        worded = None
        if parsed.groups:
            worded = Q.boolean_query([(Occur.Must, self._group(group)) for group in parsed.groups])
        if not parsed.symbols:
            return worded
        named = [(Occur.Should, part) for part in self._symbols(parsed.symbols)]
        return Q.boolean_query([*named, (Occur.Should, worded)] if worded is not None else named)

    def _group(self, group: tuple[Clause, ...]) -> Any:
        made = [self._clause(clause) for clause in group]
        return made[0] if len(made) == 1 else Q.disjunction_max_query(made, 0.1)

    def _clause(self, clause: Clause) -> Any:
        if clause.words:
            made = [(Occur.Must, self._word(word)) for word in clause.words]
            return made[0][1] if len(made) == 1 else Q.boolean_query(made)
        phrase = Q.disjunction_max_query([self._phrase(field, clause.phrase) for field in ("title", "more")], 0.2)
        if not clause.symbols:
            return phrase
        return Q.disjunction_max_query([*self._symbols(clause.symbols), phrase], 0.1)

    def _phrase(self, field: str, forms: tuple[str, ...]) -> Any:
        if len(forms) == 1:  # the engine gives up on a phrase of one word
            return Q.boost_query(self._term(field, forms[0]), _WEIGHTS[field])
        return Q.boost_query(Q.phrase_query(self._schema, field, list(forms)), _WEIGHTS[field])

    def _word(self, word: languages.Word) -> Any:
        parts = []
        for field, weight in _WEIGHTS.items():
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

    def total(self) -> int:
        """How many records there are."""
        return int(self._searcher.search(self._whole, 1).count)

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """Exact counts over the whole result."""
        asked = {name: {"terms": {"field": name, "size": _ALL, "segment_size": _ALL}} for name in FACETS}
        counted = self._searcher.aggregate(self._whole, asked)
        found: dict[str, list[tuple[str, int]]] = {}
        for name in FACETS:
            pairs = [(bucket["key"], int(bucket["doc_count"])) for bucket in counted[name]["buckets"]]
            if name == "year":
                found[name] = [(str(int(year)), count) for year, count in sorted(pairs, reverse=True)]
            else:
                found[name] = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        return found

    def page(self, cursor: _Cursor, first: int) -> tuple[list[Hit], str | None]:
        """The hits of one page, and the cursor of the next."""
        sort = self._query.sort
        if sort == "relevance" and self._wanted(self._parsed) is not None:
            offset = cursor.after or 0
            found = self._searcher.search(self._whole, first + 1, count=False, offset=offset).hits
            after = cursor.next(offset + first)
            return [self._hit(address, score) for score, address in found[:first]], after if found[first:] else None
        field, way = ("oldest", tantivy.Order.Asc) if sort == "date" else ("newest", tantivy.Order.Desc)
        whole = self._whole
        if cursor.after is not None:
            low, high = (cursor.after + 1, None) if sort == "date" else (None, cursor.after - 1)
            if high == -1:
                return [], None
            whole = self._joined(self._parsed, self._range(field, low, high))
        found = self._searcher.search(whole, first + 1, count=False, order_by_field=field, order=way).hits
        more = len(found) > first
        return [self._hit(at, 0.0) for _, at in found[:first]], cursor.next(found[first - 1][0]) if more else None

    def _shown(self, address: Any) -> list[Any]:
        shown: list[Any] = json.loads(bytes(self._searcher.doc(address).get_first("shown")))
        return shown

    def _hit(self, address: Any, score: float) -> Hit:
        record, kind, title, symbol, day, language, also, names = self._shown(address)
        wished = self._query.language
        if wished in names:
            also = [*also, [title, language]]
            title, language = names[wished], wished
        marks = self._parsed.wanted
        highlight, hit = marked(title, language, marks)
        if not hit and marks:
            highlight += _elsewhere(also, marks)
        return Hit(record, kind, title, symbol, day, highlight, round(float(score), 4), language)

    def straight_to(self) -> str | None:
        """The one record the whole query names, among those the filters allow; of several the first kind's."""
        for symbol in self._parsed.symbols:
            parts = [(Occur.Must, part) for part in (*self._filters, self._term("own", symbol))]
            found = self._searcher.search(Q.boolean_query(parts), 20).hits
            named = Counter[str]()
            records: dict[str, str] = {}
            for _, address in found:
                record, kind, *_rest = self._shown(address)
                named[kind] += 1
                records[kind] = record
            for kind in documents.KINDS:
                if named[kind]:
                    return records[kind] if named[kind] == 1 else None
        return None

    def suggestion(self) -> str | None:
        """The query with each unknown word replaced by the nearest known one, if that finds something."""
        text = self._query.text
        changed = False
        for clause in [clause for group in self._parsed.groups for clause in group]:
            if len(clause.words) != 1 or clause.words[0].exact is None or self._known(clause.words[0]):
                continue
            near = self._nearest(clause.words[0].exact)
            if near is not None:
                text = re.sub(re.escape(clause.text), lambda _, near=near: near, text, count=1)  # type: ignore[misc]
                changed = True
        if not changed or not self._searcher.search(self._joined(parse(text)), 1).count:
            return None
        return text

    def _known(self, word: languages.Word) -> bool:
        forms = [("title", word.exact), ("more", word.exact)]
        forms += [(field, stem) for field in ("title_stems", "more_stems") for stem in word.stems]
        return any(self._searcher.doc_freq(field, form) for field, form in forms if form)

    def _nearest(self, word: str) -> str | None:
        """The most frequent of the nearest words in the index."""
        if len(word) < 4:
            return None
        most = 1 if len(word) < 8 else 2
        for field in ("title", "more"):
            near = Q.fuzzy_term_query(self._schema, field, word, most)
            parts = [(Occur.Must, part) for part in (*self._filters[:2], near)]
            seen: Counter[str] = Counter()
            for _, address in self._searcher.search(Q.boolean_query(parts), 60, count=False).hits:
                _, _, title, _, _, _, also, _ = self._shown(address)
                texts = [title] if field == "title" else [text for text, _ in also]
                seen.update({form for text in texts for form in languages.exact(text)})
            ranked = [(distance(word, form), -count, form) for form, count in seen.items()]
            ranked = [found for found in ranked if found[0] <= most]
            if ranked:
                return min(ranked)[2]
        return None


def _elsewhere(also: list[list[str]], marks: Marks) -> str:
    """Where a query matched, when it did not match in the title: after a dash, as HTML."""
    for text, language in also:
        found, hit = marked(text, language, marks)
        if hit:
            return f" — {found}"
    return ""


def _clean(value: str) -> str:
    """A value without halves of characters, which the engine cannot take."""
    return value.encode("utf-8", "replace").decode()


def _ballot(value: str) -> str:
    code, _, choice = value.partition(":")
    return f"{code.strip().upper()}:{choice.strip().lower().replace('_', ' ')}"


def distance(one: str, other: str) -> int:
    """Edits between two words: insert, delete, replace, or swap neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        fresh = [i]
        for j, right in enumerate(other, 1):
            best = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            fresh.append(best)
        before, row = row, fresh
    return row[-1]
