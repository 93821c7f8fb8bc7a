"""Writing the index in a cluster: whole builds beside the current one, and records put in place of their old versions.

``council`` is an alias; it names one of the indices ``council-000001``, ``council-000002`` … A build makes the next of
them and turns the alias over in one step of the cluster. The stamp is a document of the index itself. The server
refreshes when it is told to, so what a killed writer leaves is invisible or, beyond the stamp's position, of no effect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from typing import Any, Final

from elasticsearch import NotFoundError, helpers

from search import fields
from search.elastic import STAMP, read_stamp
from search.elastic_analysis import COUNTED, ENGINE, composed, index_settings, mappings, stem_field
from search.elastic_client import Cluster, blocked, full, speaking
from search.elastic_lease import Lease
from search.engine import FullError, Report, SearchError, Stamp, UnavailableError
from search.kinds import SearchDocument

CHUNK: Final = 500
"""Search documents in a request at most."""

CHUNK_BYTES: Final = 5_000_000
"""Bytes of a request at most."""

RETRIES: Final = 8
"""How often documents are sent again that a busy server refuses (429), after 0.2, 0.4, 0.8 … 10 seconds."""

SLOW: Final = 120.0
"""Seconds that steps over a whole index may take: refreshing, deleting."""


class ElasticTarget:
    """See :class:`search.engine.Target`."""

    engine = ENGINE

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._client = cluster.client()
        self._lease = Lease(self._client, cluster)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write, among all machines."""
        with self._lease.held():
            yield

    def stamp(self) -> Stamp | None:
        """The stamp of the current index; None where there is none."""
        return read_stamp(self._client, self._cluster)

    def build(self, documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report) -> None:
        """Write a whole index beside the current one, then turn the alias over."""
        with speaking(self._cluster):
            index = self._make()
        self._write(index, documents, report, fresh=True)
        with speaking(self._cluster):
            self._finish(index, stamp)
            self._client.indices.put_settings(index=index, settings=self._copies())
            self._lease.confirm()
            self._client.indices.update_aliases(
                actions=[
                    {"add": {"index": index, "alias": self._cluster.index}},
                    *({"remove_index": {"index": old}} for old in self._current()),
                ]
            )

    def replace(
        self, records: set[str], documents: Iterator[SearchDocument], stamp: Callable[[int], Stamp], report: Report
    ) -> None:
        """Put documents in place of all versions of some records: write, delete what is left over, refresh, stamp."""
        with speaking(self._cluster):
            index = self._current()
        if len(index) != 1:
            raise SearchError("there is no search index to write on: rebuild it")
        written = self._write(index[0], documents, report, fresh=False)
        with speaking(self._cluster):
            self._delete(index[0], records, written)
            self._finish(index[0], stamp)

    # -- indices -------------------------------------------------------------------------------------------------

    def _current(self) -> list[str]:
        """The indices the alias names: one, or none."""
        try:
            return sorted(self._client.indices.get_alias(name=self._cluster.index))
        except NotFoundError:
            return []

    def _make(self) -> str:
        """A new, empty index. Leftovers of builds that were never finished are removed."""
        alias = self._cluster.index
        named = re.compile(re.escape(alias) + r"-(\d{6})")
        current = self._current()
        if not current and self._client.indices.exists(index=alias):
            raise SearchError(f"{alias} is an index of the cluster, not an alias of ours: set COUNCIL_SEARCH_INDEX")
        there = [name for name in self._client.indices.get(index=f"{alias}-*") if named.fullmatch(name)]
        for name in there:
            if name not in current:
                self._client.indices.delete(index=name, ignore_unavailable=True)
        last = max((int(name[-6:]) for name in there), default=0)
        index = f"{alias}-{last + 1:06d}"
        self._client.indices.put_index_template(
            name=alias,
            index_patterns=[f"{alias}-0*"],
            priority=500,
            template={"settings": {**index_settings(), **self._copies()}, "mappings": mappings()},
        )
        alone = {"auto_expand_replicas": "false", "number_of_replicas": 0}
        made = self._client.options(request_timeout=SLOW).indices.create(index=index, settings=alone, timeout="30s")
        if not made["shards_acknowledged"]:
            self._client.indices.delete(index=index)
            raise FullError(full(self._cluster, f"{index} finds no server with room for it"))
        return index

    def _copies(self) -> dict[str, Any]:
        """How many copies of the index there are beside the first."""
        if self._cluster.replicas is None:
            return {"auto_expand_replicas": "0-1"}
        return {"auto_expand_replicas": "false", "number_of_replicas": self._cluster.replicas}

    def _finish(self, index: str, stamp: Callable[[int], Stamp]) -> None:
        """Make what was written visible, and stamp it."""
        slow = self._client.options(request_timeout=SLOW)
        slow.indices.refresh(index=index)
        count = int(self._client.count(index=index, query={"exists": {"field": "since"}})["count"])
        self._lease.confirm()
        self._client.index(index=index, id=STAMP, document={"stamp": asdict(stamp(count))})

    # -- documents -----------------------------------------------------------------------------------------------

    def _write(self, index: str, documents: Iterator[SearchDocument], report: Report, *, fresh: bool) -> set[str]:
        """Send documents, each at most once at a time; a busy server slows us down. Gives the ids written."""
        written: set[str] = set()
        unreported = 0
        with speaking(self._cluster):
            sent = helpers.streaming_bulk(
                self._client.options(request_timeout=max(self._cluster.timeout, 60.0)),
                (_action(index, document) for document in documents),
                chunk_size=CHUNK,
                max_chunk_bytes=CHUNK_BYTES,
                max_retries=RETRIES,
                initial_backoff=0.2,
                max_backoff=10,
                raise_on_error=False,
            )
            for done, told in sent:
                result = told["index"]
                if not done:
                    raise self._refused(result)
                if not fresh:
                    written.add(result["_id"])
                unreported += 1
                if unreported == CHUNK:
                    report(unreported)
                    unreported = 0
        if unreported:
            report(unreported)
        return written

    def _refused(self, result: Any) -> SearchError:
        """Why a document was not taken, with its id."""
        error = result.get("error")
        reason = f"{error.get('type')}: {error.get('reason')}" if isinstance(error, dict) else str(error)
        told = f"{result['_id']}: {reason}"
        if blocked(reason):
            return FullError(full(self._cluster, told))
        if result.get("status") in (429, 503):
            return UnavailableError(f"the search cluster is too busy to take {told}", 30)
        return SearchError(f"the search cluster does not take {told}")

    def _delete(self, index: str, records: Iterable[str], written: set[str]) -> None:
        """Remove versions of these records that were not written now."""
        left = iter(sorted(records))
        kept: dict[str, list[str]] = {}
        for made in sorted(written):
            kept.setdefault(made.rpartition("@")[0], []).append(made)
        slow = self._client.options(request_timeout=SLOW)
        while some := list(islice(left, CHUNK)):
            asked: dict[str, Any] = {"filter": [{"terms": {"record": some}}]}
            ids = [made for record in some for made in kept.get(record, ())]
            if ids:
                asked["must_not"] = [{"ids": {"values": ids}}]
            slow.delete_by_query(index=index, query={"bool": asked}, conflicts="proceed")


def _action(index: str, document: SearchDocument) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_index": index,
        "_id": f"{document.record}@{document.since}",
        "_source": source(document),
    }


def source(document: SearchDocument) -> dict[str, Any]:
    """A search document in the server's form: the same values as in the embedded index."""
    made: dict[str, Any] = {
        "record": document.record,
        **{f"{name}_facet": values for name, values in fields.counted(document).items() if name in COUNTED},
        **fields.filtered(document),
        "year": document.years,
        "day": fields.day_number(document.date) or None,
        "since": document.since,
        "until": fields.FOREVER if document.until is None else document.until,
        "newest": fields.order(document, undated=0),
        "oldest": fields.order(document, undated=2**17 - 1),
        "numbered": fields.numbered(document),
        "shown": fields.shown(document).decode(),
    }
    if document.body:
        made["body_shown"] = json.dumps(document.body, ensure_ascii=False)
    for field, text, language in _texts(document):
        sent = composed(text)
        made.setdefault(field, []).append(sent)
        made.setdefault(stem_field(field, language), []).append(sent)
    return made


def _texts(document: SearchDocument) -> Iterator[tuple[str, str, str]]:
    """Every text of a search document: field, text, language."""
    yield "title", document.title, document.language
    yield from (("title", name, language) for language, name in document.names)
    yield from (("more", text, language) for text, language in document.also)
    yield from (("more", text, "en") for text in document.spellings)
    yield from (("body", text, language) for text, language in document.body)
