"""Our engines as they are measured: written through their Target, asked through the Asker, as everybody asks them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from ops.bench.search.fts5 import Fts5
from ops.bench.search.rivals import Page, Rival
from projections.views import Views
from search import documents, languages
from search.asking import Asker, asked
from search.elastic import ElasticEngine
from search.elastic_client import Cluster, speaking
from search.elastic_writing import ElasticTarget
from search.embedded import EmbeddedEngine
from search.engine import Engine, Pinned, Query, Report, Stamp, Target
from search.indexer import Indexer
from search.kinds import SearchDocument
from search.writing import EmbeddedTarget

EMBEDDED: Final = "embedded"
ELASTICSEARCH: Final = "elasticsearch"
FTS5: Final = "fts5"
ENGINES: Final = (EMBEDDED, ELASTICSEARCH, FTS5)
"""Ours first, the peer last."""

_MANY: Final = 1_000
"""Versions taken at a time where all are wanted."""

URL: Final = "COUNCIL_SEARCH_URL"
"""The setting that names a cluster: with it, Elasticsearch is measured too."""


class Ours:
    """One of our engines. See :class:`ops.bench.search.rivals.Rival`."""

    def __init__(self, name: str, target: Target, engine: Engine) -> None:
        self.name = name
        self._target = target
        self._engine = engine
        self._searcher = Asker(engine)

    def build(self, documents: Iterator[SearchDocument], report: Report) -> None:
        """Write the whole index anew."""
        last = _Last(documents)
        with self._target.writing():
            self._target.build(iter(last), lambda count: self._stamp(last.position, count), report)

    def put(self, document: SearchDocument) -> None:
        """Put one document in place of what its record was; it holds from the next position on."""
        position = self._searcher.position() + 1
        fresh = replace(document, since=position)
        with self._target.writing():
            self._target.replace({fresh.record}, iter([fresh]), lambda count: self._stamp(position, count), _silent)

    def indexer(self, views: Views) -> Indexer:
        """What keeps this index up with an archive."""
        return Indexer(views, self._target)

    def ask(self, query: Query) -> Page:
        """Total, facets and one page."""
        found = self._searcher.search(query)
        return Page(found.total, [hit.record for hit in found.hits], len(found.facets))

    def every(self, query: Query) -> set[str]:
        """All records found: asked of the engine itself, for hits on a page are made ready to be shown."""
        snapshot = self._engine.snapshot()
        question = replace(
            asked(query), held=Pinned(snapshot.position), sort="date", first=_MANY, after=None, counted=False
        )
        found: set[str] = set()
        while True:
            answer = snapshot.answer(question)
            found.update(version.shown.record for version in answer.found)
            if not answer.more:
                return found
            question = replace(question, after=answer.found[-1].key, seen=question.seen + len(answer.found))

    def bytes(self) -> int:
        """Size of the index, as its engine says."""
        return int(self._searcher.status()["bytes"])

    def close(self) -> None:
        """Give everything back."""
        self._searcher.close()

    def _stamp(self, position: int, count: int) -> Stamp:
        return Stamp(
            engine=self._target.engine,
            analysis=languages.ANALYSIS,
            schema=documents.SCHEMA,
            views="bench",
            position=position,
            event="",
            documents=count,
        )


class _Last:
    """Documents on their way, and the latest position one of them holds from."""

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._documents = documents
        self.position = 0

    def __iter__(self) -> Iterator[SearchDocument]:
        for document in self._documents:
            self.position = max(self.position, document.since)
            yield document


def names() -> list[str]:
    """The engines that can be measured here: without a cluster no Elasticsearch."""
    return [name for name in ENGINES if name != ELASTICSEARCH or os.environ.get(URL)]


def open_rival(name: str, folder: Path) -> Rival:
    """A rival by its name; what it writes goes to the folder, or into an index of the cluster named after the folder.

    Raises ValueError for an unknown name.
    """
    if name == EMBEDDED:
        return Ours(name, EmbeddedTarget(folder / name), EmbeddedEngine(folder / name))
    if name == ELASTICSEARCH:
        cluster = _cluster(folder)
        return Ours(name, ElasticTarget(cluster), ElasticEngine(cluster))
    if name == FTS5:
        return Fts5(folder / f"{name}.db")
    raise ValueError(f"{name!r} is no engine that can be measured: {', '.join(ENGINES)}")


def discard(folder: Path) -> None:
    """Remove what was written into the cluster for a folder."""
    if os.environ.get(URL):
        cluster = _cluster(folder)
        client = cluster.client()
        with speaking(cluster):
            for index in client.indices.get(index=f"{cluster.index}*", expand_wildcards="all"):
                client.indices.delete(index=index)
        client.close()


def _cluster(folder: Path) -> Cluster:
    digest = hashlib.blake2b(str(folder).encode(), digest_size=5).hexdigest()
    urls = tuple(url.strip() for url in os.environ[URL].split(",") if url.strip())
    return Cluster(urls, index=f"council-bench-{digest}", timeout=60.0)


def _silent(_: int) -> None:
    pass
