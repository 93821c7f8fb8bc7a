"""The index outlives what happens to machines: kill -9 at any moment, a full disk, another version's index on disk."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search import fields
from search.clauses import Q
from search.embedded import open_searcher
from search.engine import FullError, Query, SearchError
from search.place import IndexPlace
from search.writing import EmbeddedTarget
from tests.search import building
from tests.search.building import RECORDS
from tests.search.conftest import Small, everything

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.search.building"])


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def killed(work: Any, folder: Path, position: int, moments: random.Random) -> bool:
    """Have a process write the index and kill it at a random moment; False if it was done before."""
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=work, args=(folder, position, there))
    process.start()
    there.close()
    expected = RECORDS if work is building.build else RECORDS // 5
    last = moments.randrange(0, expected * 3 // 2)  # beyond the last document: while the engine commits, or later
    try:
        while (told := here.recv()) != "written" and told < last:
            pass
        if told == "written":
            process.join(moments.uniform(0, 0.3))
    except EOFError:
        pass
    process.kill()
    process.join(60)
    return process.exitcode == -9


def versions(folder: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """All that is in an index: how many versions each record has, and what a search tells of the whole."""
    place = IndexPlace(folder)
    index = fields.open_index(str(place.index(place.current() or "")))
    searcher = index.searcher()
    terms = dict(searcher.terms_with_prefix("record", "", filter_query=Q.all_query()))
    opened = open_searcher(folder)
    # By date: how rare a word is, and so the order by relevance, also depends on versions that were taken out.
    results = opened.search(Query("situation OR women OR Мали OR 安全", sort="-date", first=100))
    told = {"total": results.total, "facets": results.facets, "hits": [hit.record for hit in results.hits]}
    past = {at: opened.search(Query(as_of=at)).total for at in (0, 1, opened.position())}
    opened.close()
    return terms, {**told, "past": past, "documents": searcher.num_docs}


def left_over(folder: Path) -> set[str]:
    """Files in the folder of an index that belong to no index that is read."""
    place = IndexPlace(folder)
    known = {"current", "writing", place.current() or ""}
    inside = {path.name for path in place.index(place.current() or "").glob(".tmp*")}
    return {path.name for path in folder.iterdir()} - known | inside


def test_an_indexer_killed_at_any_moment_leaves_an_index_as_a_clean_build_would(tmp_path: Path) -> None:
    moments, folder, position, kills = random.Random(1441), tmp_path / "index", 0, 0
    while kills < 20:
        kills += killed(building.build, folder, 1, moments)
        target = EmbeddedTarget(folder)
        with target.writing():  # the lock went with the process, and what it left goes now
            stamp = target.stamp()
        assert not left_over(folder) - {""}
        if stamp is not None:
            assert (stamp.position, stamp.documents) == (1, RECORDS)
            assert open_searcher(folder).search(Query()).total == RECORDS
    building.build(folder, 1)
    building.build(tmp_path / "clean", 1)
    assert versions(folder) == versions(tmp_path / "clean")
    assert len(versions(folder)[0]) == RECORDS
    position, kills = 1, 0
    while kills < 6:  # caught up on and on, killed on the way
        kills += killed(building.catch_up, folder, position + 1, moments)
        target = EmbeddedTarget(folder)
        with target.writing():
            stamp = target.stamp()
        assert stamp is not None
        assert stamp.position in (position, position + 1)
        assert open_searcher(folder).search(Query()).total == RECORDS
        position = stamp.position
    building.catch_up(folder, position + 1)
    building.build(tmp_path / "clean", position + 1)
    assert versions(folder) == versions(tmp_path / "clean")
    assert not left_over(folder)


def test_deletions_that_no_segment_names_are_removed_and_the_others_kept(tmp_path: Path) -> None:
    """A writer killed between its deletions and its commit leaves a file whose name the next one would take."""
    folder = tmp_path / "index"
    building.build(folder, 1)
    building.catch_up(folder, 2)
    place = IndexPlace(folder)
    index = place.index(place.current() or "")
    named = set(index.glob("*.del"))
    assert named
    left = index / f"{next(iter(named)).name.split('.')[0]}.999999.del"
    left.write_bytes(b"left")
    with EmbeddedTarget(folder).writing():
        assert set(index.glob("*.del")) == named
    assert open_searcher(folder).search(Query()).total == RECORDS


# --- A full disk ------------------------------------------------------------------------------------------------------

_LIMITED = """
import resource, sys
from pathlib import Path
from tests.search import building
from search.engine import FullError
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    getattr(building, sys.argv[1])(Path(sys.argv[2]), int(sys.argv[3]))
except FullError as error:
    print(error)
    sys.exit(28)
"""


def limited(work: str, folder: Path, position: int) -> subprocess.CompletedProcess[str]:
    """Write the index in a process in which no file can grow beyond a little: as on a full disk, a write fails."""
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", _LIMITED, work, str(folder), str(position)],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
        check=False,
    )


@pytest.mark.parametrize("work", ["build", "catch_up"])
def test_a_full_disk_is_told_and_the_index_that_is_there_goes_on_answering(tmp_path: Path, work: str) -> None:
    folder = tmp_path / "index"
    building.build(folder, 1)
    before, opened = versions(folder), open_searcher(folder)
    done = limited(work, folder, 2)
    assert done.returncode == 28, done.stderr
    assert f"the search index in {folder} cannot be written" in done.stdout
    assert "make room" in done.stdout
    assert opened.search(Query()).total == RECORDS
    assert opened.position() == 1
    assert not left_over(folder)
    assert versions(folder) == before
    getattr(building, work)(folder, 2)
    building.build(tmp_path / "clean", 2)
    assert versions(folder) == versions(tmp_path / "clean")
    assert opened.position() == 2
    opened.close()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process can grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_makes_no_indexer_build_anew(empty: Small, caplog: pytest.LogCaptureFixture) -> None:
    facts = everything()
    empty.record(facts[:-1])
    empty.indexer.catch_up()
    reached, total = empty.searcher.position(), empty.ask().total
    empty.record(facts[-1:])
    caplog.set_level(logging.WARNING, "council.search")
    caplog.clear()
    with files_of_at_most(100), pytest.raises(FullError, match=f"{empty.folder} cannot be written"):
        empty.indexer.catch_up()
    assert not caplog.messages
    assert (empty.searcher.position(), empty.ask().total) == (reached, total)
    assert empty.indexer.catch_up() == empty.archive.position()
    assert empty.searcher.position() == empty.archive.position()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    target = EmbeddedTarget(tmp_path / "file" / "index")
    with pytest.raises(FullError, match="cannot be written"), target.writing():
        pass


# --- Another version on disk ------------------------------------------------------------------------------------------

_WRONG = {
    "engine": ("tantivy v0.1", "engine 'tantivy v0.1' made it"),
    "analysis": ("0", "analysis '0' made it"),
    "schema": ("0", "schema '0' made it"),
    "views": ("0", "read models '0' made it"),
    "event": ("another", "another log"),
    "position": (10**6, "beyond the end of the log"),
}


@pytest.mark.parametrize("part", _WRONG)
def test_an_index_of_another_version_is_built_anew_and_why_is_told(
    empty: Small, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    empty.record(everything())
    empty.indexer.catch_up()
    whole = [hit.record for hit in empty.ask().hits]
    path = empty.folder / "i000001" / "stamp.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), part: _WRONG[part][0]}))
    if part in ("engine", "analysis", "schema"):  # cannot be read rightly: says so, and what to do
        with pytest.raises(SearchError, match=r"made by another version .* rebuild it"):
            empty.ask()
    else:
        assert [hit.record for hit in empty.ask().hits] == whole
    caplog.set_level(logging.WARNING, "council.search")
    caplog.clear()
    empty.indexer.catch_up()
    assert len(caplog.messages) == 1
    assert _WRONG[part][1] in caplog.messages[0]
    assert [hit.record for hit in empty.ask().hits] == whole
    assert (empty.folder / "i000002").is_dir()
    assert not (empty.folder / "i000001").exists()


@pytest.mark.parametrize("damage", ["a segment is gone", "a segment is cut", "the pointer is no build", "it is a file"])
def test_a_damaged_index_is_built_anew_and_why_is_told(
    empty: Small, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where there is nothing new to write, and so no reason to look but this."""
    empty.record(everything())
    empty.indexer.catch_up()
    index = empty.folder / "i000001" / "index"
    if damage == "a segment is gone":
        next(index.glob("*.term")).unlink()
    elif damage == "a segment is cut":
        store = next(index.glob("*.store"))
        store.write_bytes(store.read_bytes()[:10])
    elif damage == "the pointer is no build":
        (empty.folder / "current").write_text("../elsewhere\n")
    else:
        (empty.folder / "i000001" / "stamp.json").write_bytes(b"\xff\x00")
    caplog.set_level(logging.WARNING, "council.search")
    caplog.clear()
    empty.indexer.catch_up()
    assert any("built anew" in message for message in caplog.messages)
    assert empty.ask("1325").straight_to == "vote:S/RES/1325"
    assert empty.searcher.position() == empty.archive.position()


# --- Readers are never in the way -------------------------------------------------------------------------------------


def test_searching_goes_on_while_the_index_is_built_and_caught_up(tmp_path: Path) -> None:
    """Whoever asks gets the whole answer of one position, the old or the new one, at every moment of the writing."""
    folder = tmp_path / "index"
    building.build(folder, 1)
    opened, stop, answers, faults = open_searcher(folder), threading.Event(), set(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                results = opened.search(Query("situation", kinds=("meeting",), first=5))
                answers.add((results.total, sum(count for _, count in results.facets["year"])))
            except Exception as error:
                faults.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    told: list[int] = []
    target = EmbeddedTarget(folder)
    with target.writing():
        during = opened.search(Query("situation")).total  # who writes holds the lock; who reads needs none
        documents = building.documents(2)
        target.build(documents, lambda count: building.stamp(2, count), told.append)
    for position in (3, 4):
        building.catch_up(folder, position)
    stop.set()
    for thread in asking:
        thread.join(60)
    assert not faults
    assert during == opened.search(Query("situation")).total > 0
    assert answers == {(during, during)}
    assert opened.position() == 4
    opened.close()
