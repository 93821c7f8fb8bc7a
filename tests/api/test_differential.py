"""The compiled executor and graphql-core's own give the same answers and errors on random documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from api import saving
from api.context import Context
from api.graphql.fields import Asking
from api.graphql.prepared import Answer, Executor
from api.graphql.schema import ROOT, SCHEMA
from ops.store.searches import open_searches
from search.embedded import open_searcher
from search.engine import Query
from search.indexer import Indexer
from search.writing import EmbeddedTarget
from tests.api.conftest import House
from tests.api.writer import Writer, everything_askable

DOCUMENTS = int(os.environ.get("COUNCIL_DIFFERENTIAL", "5000"))
SEED = int(os.environ.get("COUNCIL_DIFFERENTIAL_SEED", "5"))


class Both:
    """Both executors on one archive with a search index and a standing search. A document is prepared once."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        Indexer(house.views, EmbeddedTarget(folder / "search")).catch_up()
        self.searches = open_searches(None, folder / "searches.db", 5)
        self.searcher = open_searcher(folder / "search")
        self.context = Context(house.archive, house.views, self.searcher, searches=self.searches)
        self.saved = saving.save(self.context, Query(text="peace"))[0].id
        self.compiled, self.reference = Executor(SCHEMA, ROOT, True), Executor(SCHEMA, ROOT, False)
        self.reference._known = self.compiled._known

    def answer(self, text: str, values: dict[str, Any], executor: Executor) -> Answer:
        with self.house.views.reader() as reader:
            return executor.execute(text, values, None, Asking(self.context, reader))

    def ids(self) -> list[str]:
        """Records there are, some of every kind."""
        found: dict[str, list[str]] = {}
        with self.house.views.reader() as reader:
            for row in reader.rows("select distinct record from events order by record"):
                found.setdefault(row["record"].partition(":")[0], []).append(row["record"])
        return [record for records in found.values() for record in records[:3]]

    def cursors(self) -> dict[str, list[str]]:
        """Cursors of every list at the root in its usual order, by type of connection."""
        found: dict[str, list[str]] = {}
        assert SCHEMA.query_type is not None
        for name, field in SCHEMA.query_type.fields.items():
            if "last" in field.args:
                answer = self.answer(f"{{ {name}(first: 2) {{ edges {{ cursor }} }} }}", {}, self.reference)
                kind = str(field.type).rstrip("!")
                found.setdefault(kind, []).extend(edge["cursor"] for edge in answer.data[name]["edges"])
        return found

    def close(self) -> None:
        self.searches.close()
        self.searcher.close()


@pytest.fixture
def both(wide: House, tmp_path: Path) -> Iterator[Both]:
    made = Both(wide, tmp_path)
    yield made
    made.close()


@pytest.mark.slow
def test_both_executors_answer_alike(both: Both, tell: Callable[[str], None]) -> None:
    writer = Writer(SEED, both.ids(), both.cursors(), both.saved)
    ran = compiled = failed = 0
    for number in range(DOCUMENTS):
        text, values = writer.document()
        fast = both.answer(text, values, both.compiled)
        slow = both.answer(text, values, both.reference)
        told = f"document {number} of seed {SEED}: {text} {values}"
        assert fast.started == slow.started, told
        assert [e.formatted for e in fast.errors] == [e.formatted for e in slow.errors], told
        assert orjson.dumps(fast.data) == orjson.dumps(slow.data), told
        if slow.started:
            ran, failed, compiled = ran + 1, failed + bool(slow.errors), compiled + fast.compiled
            assert fast.compiled or slow.errors, f"{told} took the slow path"
    missed = everything_askable() - set(writer.asked)
    tell(
        f"{DOCUMENTS} GraphQL documents on both executors: {ran} ran, {failed} of them with errors. Compiled: "
        f"{compiled / ran:.1%} of all that ran, {compiled / (ran - failed):.1%} of those without errors. Never asked: "
        f"{len(missed)} of {len(everything_askable())} fields and arguments."
    )
    assert ran > DOCUMENTS * 0.9
    assert compiled > ran * 0.9
    if DOCUMENTS >= 5000:
        assert len(missed) < len(everything_askable()) / 100, missed
