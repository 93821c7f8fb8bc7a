"""The index is disposable: caught up, stamped, swapped, rebuilt, and never half there."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from domain.archive import open_archive
from domain.members import Name, name_id
from ops.store import environment
from projections.place import PostgresPlace, ReadModels
from projections.views import Views
from search import countries, documents, fields, writing
from search.embedded import open_searcher
from search.engine import Query, SearchError
from search.indexer import Indexer
from search.place import IndexPlace
from tests import council
from tests.search.conftest import Small, everything, make


def answers(small: Small) -> list[tuple[int, list[tuple[str, str, str | None]], Any]]:
    """What the index answers at each position: records with titles in order, and all facets."""
    told = []
    for position in range(small.searcher.position() + 1):
        results = small.ask(as_of=position)
        told.append((results.total, [(h.record, h.title, h.date) for h in results.hits], results.facets))
    return told


def written(small: Small) -> int:
    """Search documents in the index, all versions."""
    return int(small.searcher.status()["documents"])


def test_there_is_no_index_at_first(empty: Small) -> None:
    assert empty.searcher.position() == 0
    assert empty.searcher.status()["ready"] is False
    with pytest.raises(SearchError, match="no search index yet"):
        empty.ask("peace")


def test_catching_up_fact_by_fact_makes_the_same_index_as_a_rebuild(empty: Small) -> None:
    facts = everything()
    for start in range(0, len(facts), 3):
        empty.record(facts[start : start + 3])
        empty.indexer.catch_up()
        assert empty.searcher.position() == empty.archive.position()
    followed, count = answers(empty), written(empty)
    assert IndexPlace(empty.folder).current() == "i000001"
    empty.indexer.rebuild()
    assert IndexPlace(empty.folder).current() == "i000002"
    assert answers(empty) == followed
    assert written(empty) == count


def test_records_that_depend_on_what_comes_later_are_written_again(empty: Small) -> None:
    facts = everything()
    late = ("sitting:", "veto:", "name:", "meeting:")
    empty.record(fact for fact in facts if not fact.record.startswith(late))
    empty.indexer.catch_up()
    assert empty.ask("S/PV.9052 (Resumption 1)").straight_to is None
    assert empty.found("responsibility") == empty.found("Soviet") == set()
    for kind in reversed(late):
        empty.record(fact for fact in facts if fact.record.startswith(kind))
        empty.indexer.catch_up()
    assert empty.ask("S/PV.9052 (Resumption 1)").straight_to == "meeting:S/PV.9052"
    assert empty.found("responsibility") == {"document:S/PRST/2000/32", "meeting:S/PV.4220"}
    assert empty.found("Soviet") == {"member:RUS", "veto:S/2022/155/RUS", "vote:S/2022/155"}
    followed = answers(empty)
    empty.indexer.rebuild()
    assert answers(empty) == followed


def test_a_correction_replaces_without_a_duplicate_and_the_past_stays(empty: Small) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    before, total = empty.searcher.position(), empty.ask().total
    empty.archive.correct(
        "vote:S/2022/155", "title", "Zanzibar", authority="S/PV.8979/Corr.1", reason="for the test", by="test"
    )
    empty.models.catch_up()
    assert empty.found("Zanzibar") == set()
    empty.indexer.catch_up()
    assert empty.found("Zanzibar") == {"vote:S/2022/155"}
    assert empty.found("Ukraine") == set()
    assert empty.found("Ukraine", as_of=before) == {"vote:S/2022/155"}
    assert empty.ask().total == total


def test_a_new_name_reaches_the_vetoes_cast_under_it(empty: Small) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    name = Name(member="RUS", name="Rossiyskaya Federatsiya", language="ru", first="1991-12-24")
    empty.record([council.fact(name_id("RUS", "ru", "1991-12-24"), "borne", name, "curated")])
    empty.indexer.catch_up()
    assert empty.found("Rossiyskaya") == {"member:RUS", "veto:S/2022/155/RUS", "vote:S/2022/155"}


def test_catching_up_with_nothing_new_writes_nothing(empty: Small) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    place = IndexPlace(empty.folder)
    stamped = place.changed("i000001")
    assert empty.indexer.catch_up() == empty.archive.position()
    assert place.changed("i000001") == stamped


def test_a_death_between_commit_and_stamp_is_made_good(empty: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = everything()
    empty.record(facts[:30])
    empty.indexer.catch_up()
    before, then = empty.searcher.position(), answers(empty)
    empty.record(facts[30:])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(IndexPlace, "write_stamp", die)
        with pytest.raises(KeyboardInterrupt):
            empty.indexer.catch_up()
    again = open_searcher(empty.folder)
    assert again.position() == before
    assert again.search(Query()).total == then[-1][0]
    empty.indexer.catch_up()
    caught_up = answers(empty)
    assert caught_up[: before + 1] == then
    empty.indexer.rebuild()
    assert answers(empty) == caught_up


def _killed(folder: Path, log: Path) -> None:
    import os

    small = make(log)
    IndexPlace.write_stamp = lambda *_: os._exit(9)  # type: ignore[method-assign]
    Indexer(small.views, writing.EmbeddedTarget(folder)).catch_up()


def test_a_killed_process_leaves_neither_lock_nor_half_an_index(empty: Small) -> None:
    empty.record(everything())
    killed = multiprocessing.get_context("spawn").Process(target=_killed, args=(empty.folder, empty.folder.parent))
    killed.start()
    killed.join(60)
    assert killed.exitcode == 9
    assert (empty.folder / "i000001").is_dir()
    with pytest.raises(SearchError, match="no search index yet"):
        empty.ask()
    empty.indexer.catch_up()
    assert empty.ask().total == empty.ask().total > 0


@pytest.mark.parametrize("part", ["engine", "analysis", "schema", "views", "event"])
def test_an_index_of_another_stamp_is_rebuilt(empty: Small, part: str) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    path = empty.folder / "i000001" / "stamp.json"
    stamp = json.loads(path.read_text())
    path.write_text(json.dumps({**stamp, part: "another"}))
    if part in ("engine", "analysis", "schema"):
        assert empty.searcher.status()["ready"] is False
        with pytest.raises(SearchError, match="made by another version"):
            empty.ask()
    empty.indexer.catch_up()
    assert IndexPlace(empty.folder).current() == "i000002"
    assert not (empty.folder / "i000001").exists()
    assert empty.ask("1325").straight_to == "vote:S/RES/1325"
    assert empty.searcher.status()["ready"] is True


@pytest.mark.parametrize("damage", ["stamp", "index", "meta", "position"])
def test_a_damaged_index_is_rebuilt(empty: Small, damage: str) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    build = empty.folder / "i000001"
    if damage == "stamp":
        (build / "stamp.json").write_text("{")
    elif damage == "index":
        shutil.rmtree(build / "index")
    elif damage == "meta":
        (build / "index" / "meta.json").write_text("{}")
    else:
        stamp = json.loads((build / "stamp.json").read_text())
        (build / "stamp.json").write_text(json.dumps({**stamp, "position": 10**6}))
    empty.indexer.catch_up()
    assert empty.ask("1325").straight_to == "vote:S/RES/1325"
    assert IndexPlace(empty.folder).current() == "i000002"


def test_an_open_searcher_follows_catching_up_and_rebuilds(empty: Small) -> None:
    facts = everything()
    empty.record(facts[:20])
    empty.indexer.catch_up()
    first = empty.ask().total
    empty.record(facts[20:])
    assert empty.ask().total == first
    empty.indexer.catch_up()
    second = empty.ask().total
    assert second > first
    empty.indexer.rebuild()
    assert empty.ask().total == second
    assert [path.name for path in empty.folder.glob("i*")] == ["i000002"]


def test_a_cursor_goes_on_where_it_was_when_facts_come_between(empty: Small) -> None:
    facts = everything()
    empty.record(facts[:40])
    empty.indexer.catch_up()
    whole = [hit.record for hit in empty.ask(sort="-date").hits]
    results = empty.searcher.search(Query(sort="-date", first=3))
    seen = [hit.record for hit in results.hits]
    empty.record(facts[40:])
    empty.indexer.catch_up()
    while results.next:
        results = empty.searcher.search(Query(sort="-date", first=3, after=results.next))
        seen += [hit.record for hit in results.hits]
    assert seen == whole


def test_deleting_by_record_takes_every_version_of_it_and_no_other(empty: Small) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    index = fields.open_index(str(empty.folder / "i000001" / "index"))
    with empty.views.reader() as read:
        versions = len(list(documents.documents(read, ["vote:S/2022/155"])))
    assert versions > 1
    writer = writing._writer(index, writing.HEAP)
    writer.delete_documents_by_term("record", "vote:S/2022/155")
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    assert index.searcher().num_docs == written(empty) - versions


def test_the_work_is_reported(empty: Small) -> None:
    empty.record(everything())
    told: list[int] = []
    empty.indexer.rebuild(told.append)
    assert sum(told) == written(empty)


def test_versions_of_a_record_neither_overlap_nor_repeat(small: Small) -> None:
    with small.views.reader() as read:
        versions: dict[str, list[documents.SearchDocument]] = {}
        for document in documents.documents(read):
            versions.setdefault(document.record, []).append(document)
    for held in versions.values():
        for one, other in pairwise(held):
            assert one.until is not None
            assert one.until <= other.since
        assert held[-1].until is None


def test_search_documents_are_the_same_from_postgresql(small: Small, database_url: str, tmp_path: Path) -> None:
    archive = open_archive(environment(database_url, tmp_path / "unused.db"))
    list(archive.record(everything(), by="test"))
    place = PostgresPlace(database_url)
    ReadModels(archive, place).catch_up()
    views = Views(place)
    with views.reader() as there, small.views.reader() as here:
        assert list(documents.documents(there)) == list(documents.documents(here))
        assert documents.touched(there, 20) == documents.touched(here, 20)
    views.close()
    archive.close()


def test_countries_visited_are_known_by_the_names_the_council_uses() -> None:
    named = {"Viet Nam": "VNM", "Syria": "SYR", "Côte d’Ivoire": "CIV", "Bosnia and Herzegovina": "BIH", "Haiti": "HTI"}
    assert {name: countries.code_of(name) for name in named} == named
    assert countries.code_of("Assistant Secretary-General for Special Political Questions") is None
