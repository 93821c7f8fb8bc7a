"""The engine on a cluster: Elasticsearch answers what the embedded engine answers, node by node of the same tree.

Words are sent as they were typed and analysed by the index's own analysers; everything else is sent as values. Nothing
typed reaches the server's query syntax. The client waits for its answer: resolvers run in worker threads, so waiting
blocks nobody else, and the same code serves the command line and the indexer. Connections are pooled.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable
from typing import Any, Final

from elasticsearch import Elasticsearch, NotFoundError

from search import documents, fields, languages, query
from search.asking import Asker
from search.elastic_analysis import ENGINE, LONGEST_VALUE, TEXTS, composed, stems_of
from search.elastic_client import Cluster, speaking
from search.engine import (
    FACETS,
    Answer,
    Begun,
    Ended,
    Found,
    Pinned,
    Question,
    Searcher,
    SearchError,
    Shown,
    Stamp,
    UnavailableError,
)
from search.query import Node, in_words
from search.weights import IN_TITLE, TITLE, WEIGHTS, Weights

STAMP: Final = "stamp"
"""Id of the document that holds the stamp of an index."""

Body = dict[str, Any]
"""A query in the server's form."""

_ALL: Final = 20_000
"""Values of a facet counted, more than there are: the counts are exact."""
_MADE_BY: Final = (ENGINE, languages.ANALYSIS, documents.SCHEMA)
_ORDERS: Final = {
    "date": ("oldest", "asc"),
    "-date": ("newest", "desc"),
    "symbol": ("numbered", "asc"),
    "position": ("since", "asc"),
    "-position": ("since", "desc"),
    "relevance": ("_score", "desc"),
}
_MOST: Final = 99_999_999
"""More than any number in a field: 99991231 is the last day."""
_LONGEST_PATTERN: Final = 240
"""Characters of a pattern that the server is asked for. No symbol is as long, and much longer ones it refuses."""
_NEAREST: Final = {"title": 60, "more": 60, "body": 3}
"""Records whose words are looked at for a spelling, by field."""


def open_searcher(cluster: Cluster) -> Searcher:
    """Open the index in a cluster. Neither need be there yet: until then searches raise SearchError."""
    return Asker(ElasticEngine(cluster))


class ElasticEngine:
    """See :class:`search.engine.Engine`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._client = cluster.client()

    def position(self) -> int:
        """The position of the log the index has reached; 0 when there is no index or it cannot be reached."""
        try:
            stamp = read_stamp(self._client, self._cluster)
        except SearchError:
            return 0
        return stamp.position if stamp else 0

    def status(self) -> dict[str, Any]:
        """What is there and whether it can be searched; `health` is the cluster's: green, yellow, red, unreachable."""
        told: dict[str, Any] = {"engine": ENGINE, "analysis": languages.ANALYSIS, "schema": documents.SCHEMA}
        told |= {"ready": False, "position": 0, "documents": 0, "bytes": 0}
        told |= {"index": self._cluster.index, "health": "unreachable"}
        try:
            with speaking(self._cluster):
                told["health"] = self._client.cluster.health()["status"]
            stamp = read_stamp(self._client, self._cluster)
            if stamp is None:
                return {**told, "problem": "there is no search index yet: build it"}
            with speaking(self._cluster):
                size = self._client.indices.stats(index=self._cluster.index, metric="store")["_all"]["total"]
        except SearchError as error:
            return {**told, "problem": str(error)}
        return {
            **told,
            "engine": stamp.engine,
            "analysis": stamp.analysis,
            "schema": stamp.schema,
            "ready": stamp.made_by() == _MADE_BY,
            "position": stamp.position,
            "documents": stamp.documents,
            "bytes": size["store"]["size_in_bytes"],
        }

    def close(self) -> None:
        """Give the connections back; a further search opens new ones."""
        self._client.close()
        self._client = self._cluster.client()

    def snapshot(self) -> ElasticSnapshot:
        """The index as it now stands. See :class:`search.engine.Engine`."""
        stamp = read_stamp(self._client, self._cluster)
        if stamp is None:
            raise SearchError("there is no search index yet: build it")
        if stamp.made_by() != _MADE_BY:
            raise SearchError("the search index was built by another version: rebuild it")
        return ElasticSnapshot(self._client, self._cluster, stamp.position)


def read_stamp(client: Elasticsearch, cluster: Cluster) -> Stamp | None:
    """The stamp of the current index; None where there is no index, or one without a stamp that can be read.

    Raises :class:`UnavailableError`.
    """
    try:
        with speaking(cluster):
            try:
                got = client.get(index=cluster.index, id=STAMP)
            except NotFoundError:
                return None
        return Stamp(**got["_source"]["stamp"])
    except (KeyError, TypeError):
        return None


class ElasticSnapshot:
    """See :class:`search.engine.Snapshot`."""

    def __init__(self, client: Elasticsearch, cluster: Cluster, position: int) -> None:
        self.position = position
        self._client = client
        self._cluster = cluster

    def answer(self, question: Question) -> Answer:
        """Answer a question, all of it in one request."""
        whole = self._whole(question)
        sort, descending = _ORDERS[question.sort]
        if isinstance(question.held, Ended) and sort == "since":
            sort = "until"
        asked: Body = {
            "query": whole,
            "size": question.first + 1,
            "sort": [{sort: {"order": descending}}, {"newest": {"order": "desc"}}],
            "source": ["since", "until", "shown", "body_shown"],
            "track_total_hits": question.counted,
            "track_scores": question.sort == "relevance",
        }
        if question.after is not None:
            if len(question.after) != 2:
                raise SearchError("the cursor is not one of this search: begin again without it")
            asked["search_after"] = list(question.after)
        if question.counted:
            asked["aggs"] = {name: {"terms": {"field": fields.column(name), "size": _ALL}} for name in FACETS}
        told = self._search(asked)
        hits = told["hits"]["hits"]
        found = [_found(hit) for hit in hits[: question.first]]
        total = int(told["hits"]["total"]["value"]) if question.counted else 0
        facets = _facets(told["aggregations"]) if question.counted else {}
        return Answer(found, len(hits) > question.first, total, facets)

    def known(self, form: str, stems: tuple[str, ...]) -> bool:
        """Whether a word stands anywhere in the index; the index's own analysers make its stems."""
        every = [*TEXTS, *(field for text in TEXTS for field in stems_of(text))]
        parts = [{"match": {field: {"query": form, "operator": "and"}}} for field in every]
        asked = {"bool": {"filter": [{"bool": {"should": parts}}]}}
        told = self._search({"query": asked, "size": 0, "terminate_after": 1, "track_total_hits": True})
        return bool(told["hits"]["total"]["value"])

    def near(self, form: str, edits: int, at: int) -> Iterable[str]:
        """Texts of records that have a word so many edits away, those with it in the title first."""
        for field, most in _NEAREST.items():
            near = {"fuzzy": {field: {"value": _clean(form), "fuzziness": edits, "transpositions": True}}}
            asked = {"bool": {"filter": _held(Pinned(at)), "must": [near]}}
            hits = self._search({"query": asked, "size": most, "source": ["shown", "body_shown"]})["hits"]["hits"]
            for hit in hits:
                shown = _shown(hit["_source"])
                texts = {"title": [shown.title, *shown.names.values()], "more": [text for text, _ in shown.also]}
                yield from texts.get(field) or [text for text, _ in shown.body]
            if hits:
                return

    def _search(self, asked: Body) -> Any:
        """One search. The same question goes to the same copy of the index, so that pages fit together."""
        told = json.dumps(asked.get("query"), sort_keys=True)
        with speaking(self._cluster):
            answer = self._client.search(
                index=self._cluster.index,
                preference=f"q{zlib.crc32(told.encode('utf-8', 'replace')):x}",
                allow_partial_search_results=False,
                timeout=f"{max(1, int(self._cluster.timeout * 1000))}ms",
                **asked,
            )
        if answer["timed_out"]:
            raise UnavailableError("the search cluster took too long to answer: ask for less, or again later")
        return answer

    def _whole(self, question: Question) -> Body:
        """Words and filters together; filters add nothing to the score."""
        made: Body = {"filter": [*_held(question.held), *map(node_query, question.filters)]}
        wanted = _wanted(question)
        if wanted is not None:
            made["must"] = [wanted]
        return {"bool": made}


# --- The question in the server's form ------------------------------------------------------------------------------


def _held(held: Pinned | Begun | Ended) -> list[Body]:
    match held:
        case Pinned(at):
            return [{"range": {"since": {"lte": at}}}, {"range": {"until": {"gt": at}}}]
        case Begun(after, upto):
            return [{"range": {"since": {"gt": after, "lte": upto}}}]
        case Ended(after, upto):
            return [{"range": {"until": {"gt": after, "lte": upto}}}]


def _wanted(question: Question) -> Body | None:
    worded = None if question.tree is None else _worded(question.tree)
    if not question.symbols:
        return worded
    return {"bool": {"should": [*_symbols(question.symbols), *([worded] if worded is not None else [])]}}


def _worded(tree: Node) -> Body:
    """A whole query; a title that says all of it counts more."""
    said = in_words(tree)
    if said is None:
        return node_query(tree)
    return {"bool": {"must": node_query(tree), "should": _scored(node_query(said, TITLE), IN_TITLE)}}


def node_query(node: Node, weights: Weights = WEIGHTS) -> Body:
    """A node of a query in the server's form, its words sought in the fields that have a weight."""
    match node:
        case query.Words(_, words):
            return _words(words, weights)
        case query.Phrase(_, forms):
            return _phrase(forms, weights)
        case query.Prefix(_, form):
            return _scored(_best([{"prefix": {field: {"value": _clean(form)}}} for field in weights], 0.0), 1.0)
        case query.Named(_, keys, forms):
            return _best([*_symbols(keys), _phrase(forms, weights)], 0.1)
        case query.Pattern(_, key):
            pattern = _wildcard(_clean(key))
            if len(pattern) > _LONGEST_PATTERN:
                return {"match_none": {}}
            return {"wildcard": {"own": {"value": pattern}}}
        case query.Filter(name, values):
            return _unscored({"terms": {name: [_clean(value) for value in values]}})
        case query.Span(name, low, high):
            least, most = max(1, low or 0), _MOST if high is None else min(high, _MOST)
            return {"match_none": {}} if least > most else _unscored({"range": {name: {"gte": least, "lte": most}}})
        case query.All(parts):
            return _all(parts, weights)
        case query.Any(parts):
            return _best([node_query(part, weights) for part in parts], 0.1)
        case query.Either(typed, others):
            weaker = [{"bool": {"must": [node_query(other, weights)], "boost": 0.5}} for other in others]
            return _best([node_query(typed, weights), *weaker], 0.1)
        case query.Not():
            return _all((node,), weights)


def _all(parts: tuple[Node, ...], weights: Weights) -> Body:
    wanted = [node_query(part, weights) for part in parts if not isinstance(part, query.Not)]
    unwanted = [node_query(part.part, weights) for part in parts if isinstance(part, query.Not)]
    return {"bool": {"must": wanted or [_unscored({"match_all": {}})], "must_not": unwanted}}


def _words(words: tuple[languages.Word, ...], weights: Weights) -> Body:
    """Every word must be found, in any field that has a weight, in its exact form or by a stem."""
    made = [_word(word, weights) for word in words]
    return made[0] if len(made) == 1 else {"bool": {"must": made}}


def _word(word: languages.Word, weights: Weights) -> Body:
    """A word in all fields. Of a pair of Chinese signs only the pair is asked for; a number has no stem."""
    parts = []
    for field, (exact, stem) in weights.items():
        if word.exact is not None:
            parts.append(_match(field, word.text or word.exact, exact))
        if word.stems:
            parts += [_match(beside, word.text or word.exact or "", stem) for beside in stems_of(field)]
    return _best(parts, 0.2)


def _match(field: str, text: str, weight: float) -> Body:
    return {"match": {field: {"query": composed(text), "operator": "and", "boost": weight}}}


def _phrase(forms: tuple[str, ...], weights: Weights) -> Body:
    text = composed(" ".join(forms))
    parts = [{"match_phrase": {name: {"query": text, "boost": exact}}} for name, (exact, _) in weights.items()]
    return _best(parts, 0.2)


def _best(parts: list[Body], others: float) -> Body:
    """What matches best counts, the others a little."""
    return {"dis_max": {"queries": parts, "tie_breaker": others}}


def _unscored(part: Body) -> Body:
    return {"constant_score": {"filter": part, "boost": 0.0}}


def _wildcard(key: str) -> str:
    """A pattern in which only `*` stands for anything."""
    return re.sub(r"\*+", "*", key.replace("\\", "\\\\").replace("?", "\\?"))


def _symbols(symbols: tuple[str, ...]) -> list[Body]:
    """Records that bear a symbol far above those that mention it, better readings above worse ones."""
    made = []
    for rank, symbol in enumerate(map(_clean, symbols)):
        own = {"term": {"own": {"value": symbol}}}
        made.append(_scored(own, 1000.0 / (rank + 1)))
        for place, kind in enumerate(documents.KINDS[:2]):
            both = {"bool": {"filter": [own, {"term": {"kind": {"value": kind}}}]}}
            made.append(_scored(both, 1050.0 / (rank + 1) - 20 * place))
        made.append(_scored({"term": {"mentions": {"value": symbol}}}, 20.0 / (rank + 1)))
    return made


def _scored(part: Body, score: float) -> Body:
    return {"constant_score": {"filter": part, "boost": score}}


def _clean(value: str) -> str:
    """A value without halves of characters, which no request can carry, and not longer than the index holds."""
    return value[:LONGEST_VALUE].encode("utf-8", "replace").decode()


# --- What it answers ------------------------------------------------------------------------------------------------


def _facets(counted: Any) -> dict[str, list[tuple[str, int]]]:
    """Exact counts over the whole result."""
    return fields.facets(
        {name: [(bucket["key"], int(bucket["doc_count"])) for bucket in counted[name]["buckets"]] for name in FACETS}
    )


def _found(hit: Any) -> Found:
    source = hit["_source"]
    until = int(source["until"])
    return Found(
        shown=_shown(source),
        score=float(hit["_score"] or 0.0),
        key=tuple(hit["sort"]),
        since=int(source["since"]),
        until=None if until == fields.FOREVER else until,
    )


def _shown(source: Any) -> Shown:
    """What a stored search document shows."""
    record, kind, title, symbol, day, language, also, names = json.loads(source["shown"])
    return Shown(
        *(record, kind, title, symbol, day, language),
        also=[(text, of) for text, of in also],
        names=names,
        body=[(text, of) for text, of in json.loads(source.get("body_shown") or "[]")],
    )
