"""The log, on SQLite and on PostgreSQL: what it keeps, what it refuses, and what a follower sees."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, RecordConflictError, StoredEvent

from ops.store import Commit, environment, instant, open_store, postgres, sqlite

StoreUrl = tuple[str | None, Path]
Connect = Callable[[], Any]

AUTHOR: Any = {"recorded": "2026-01-02T03:04:05Z", "recorded_by": "a test", "source": "S/PV.9453", "note": ""}


def events(count: int, of: str = "meeting:S/PV.9453", first: int = 1, size: int = 20) -> list[StoredEvent]:
    return [StoredEvent(of, version, "ballot", b"x" * size) for version in range(first, first + count)]


@pytest.fixture
def log(store_url: StoreUrl) -> Iterator[Any]:
    with closing(open_store(*store_url)) as opened:
        yield opened


@pytest.fixture
def connect(store_url: StoreUrl) -> Connect:
    """Give the way into the store that goes past our code, as a forger would."""
    url, path = store_url
    return (lambda: psycopg.connect(url)) if url else (lambda: sqlite3.connect(path))


def test_a_new_log_is_empty(log: Any) -> None:
    assert (log.max_position(), log.count(), log.select_raw(0, 10), log.select_commits()) == (0, 0, [], [])
    assert log.commit_at_time("2026-01-01T00:00:00Z") == 0
    assert log.insert_commit([], **AUTHOR) is None
    assert log.select_commits() == []


def test_a_commit_keeps_its_events_in_order_and_says_who_when_and_whence(log: Any) -> None:
    assert log.insert_commit(events(3), **AUTHOR) == (1, 3)
    assert log.insert_commit(events(2, of="veto:2023/S-2023-773"), **AUTHOR | {"note": "second"}) == (4, 5)
    assert log.select_raw(2, 2) == [
        (3, "meeting:S/PV.9453", 3, "ballot", b"x" * 20),
        (4, "veto:2023/S-2023-773", 1, "ballot", b"x" * 20),
    ]
    assert [row.position for row in log.select_raw_of("veto:2023/S-2023-773")] == [4, 5]
    assert all(type(row.state) is bytes for row in log.select_raw(0, 10))
    first, second = log.select_commits()
    assert first == Commit(1, 1, 3, "2026-01-02T03:04:05.000000Z", "a test", "S/PV.9453", "")
    assert log.select_commits(after_number=1) == [second]
    assert log.select_commits(limit=1) == [first]
    assert (log.max_position(), log.count()) == (5, 5)


def test_a_log_opened_again_is_the_same_log(log: Any, store_url: StoreUrl) -> None:
    log.insert_commit(events(2), **AUTHOR)
    with closing(open_store(*store_url)) as again:
        assert again.select_raw(0, 10) == log.select_raw(0, 10)
        assert again.insert_commit(events(1, first=3), **AUTHOR) == (3, 3)


def test_a_version_recorded_twice_is_refused_and_nothing_of_its_commit_is_written(log: Any) -> None:
    log.insert_commit(events(2), **AUTHOR)
    with pytest.raises(IntegrityError) as refusal:
        log.insert_commit([*events(5, of="meeting:S/PV.9454"), *events(1, first=2)], **AUTHOR)
    assert isinstance(refusal.value, RecordConflictError)
    assert (log.max_position(), log.count(), len(log.select_commits())) == (2, 2, 1)
    first, last = log.insert_commit(events(5, of="meeting:S/PV.9454"), **AUTHOR)
    assert last - first == 4
    assert log.count() == 7


def test_a_time_without_a_zone_is_refused_before_anything_is_written(log: Any) -> None:
    with pytest.raises(ValueError, match="names no zone"):
        log.insert_commit(events(1), **AUTHOR | {"recorded": "2026-01-02T03:04:05"})
    assert log.count() == 0


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE stored_events SET topic = 'forged'",
        "UPDATE stored_events SET state = state WHERE position = 1",
        "DELETE FROM stored_events",
        "UPDATE commits SET recorded_by = 'somebody else'",
        "DELETE FROM commits WHERE number = 1",
    ],
)
def test_the_store_itself_refuses_to_change_or_forget(log: Any, connect: Connect, forgery: str) -> None:
    log.insert_commit(events(3), **AUTHOR)
    before = log.select_raw(0, 10), log.select_commits()
    with closing(connect()) as forger:
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="the log is append-only"):
            forger.execute(forgery)
        forger.commit()
    assert (log.select_raw(0, 10), log.select_commits()) == before
    assert log.insert_commit(events(1, first=4), **AUTHOR) == (4, 4)


@pytest.mark.parametrize("table", ["stored_events", "commits"])
def test_truncate_is_refused_on_postgres(database_url: str, table: str) -> None:
    with closing(open_store(database_url, Path())) as log:
        log.insert_commit(events(3), **AUTHOR)
        with psycopg.connect(database_url) as forger, pytest.raises(psycopg.IntegrityError, match="append-only"):
            forger.execute(f"TRUNCATE {table} CASCADE")
        assert log.count() == 3


def test_insert_or_replace_is_refused_on_sqlite(tmp_path: Path) -> None:
    with closing(open_store(None, tmp_path / "log.db")) as log, closing(sqlite3.connect(tmp_path / "log.db")) as forger:
        log.insert_commit(events(3), **AUTHOR)
        for forged in ((2, "elsewhere", 1, "t", b""), (None, "meeting:S/PV.9453", 2, "t", b"")):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                forger.execute("INSERT OR REPLACE INTO stored_events VALUES (?, ?, ?, ?, ?)", forged)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            forger.execute("REPLACE INTO commits VALUES (1, 1, 1, '', '', '', '')")
        assert [row.state for row in log.select_raw(0, 10)] == [b"x" * 20] * 3


def test_sqlite_positions_survive_vacuum_and_are_never_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with closing(open_store(f"sqlite:///{path}", Path("unused"))) as log:
        log.insert_commit(events(5), **AUTHOR)
        with closing(sqlite3.connect(path)) as forger:
            # Even one who takes the guards away cannot have a position given again.
            forger.execute("DROP TRIGGER stored_events_refuses_delete")
            forger.execute("DELETE FROM stored_events WHERE position IN (2, 5)")
            forger.commit()
            forger.execute("VACUUM")
        assert [row.position for row in log.select_raw(0, 10)] == [1, 3, 4]
        assert log.insert_commit(events(1, first=6), **AUTHOR) == (6, 6)


def test_sqlite_synchronises_fully_on_every_connection(tmp_path: Path) -> None:
    with (
        closing(sqlite.open_log(tmp_path / "log.db")) as log,
        log.datastore.transaction(commit=False) as one,
        log.datastore.transaction(commit=False) as other,
    ):
        for cursor in (one, other):
            settings = {}
            for pragma in ("journal_mode", "synchronous", "busy_timeout"):
                cursor.execute(f"PRAGMA {pragma}")
                (settings[pragma],) = cursor.fetchone()
            assert settings == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000}


def test_a_time_gives_the_last_position_recorded_by_then(log: Any) -> None:
    for number, recorded in enumerate(
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00+00:00", "2026-01-03T01:00:00+01:00")
    ):
        log.insert_commit(events(2, of=f"meeting:{number}"), **AUTHOR | {"recorded": recorded})
    assert log.commit_at_time("2025-12-31T23:59:59.999999Z") == 0
    assert log.commit_at_time("2026-01-01T00:00:00Z") == 2
    assert log.commit_at_time("2026-01-02T23:59:59Z") == 4
    assert log.commit_at_time("2026-01-03T00:00:00.000000Z") == 6
    assert log.commit_at_time("2026-01-02T19:00:00-05:00") == 6


def test_a_clock_set_back_changes_no_answer_for_a_time_gone_by(log: Any) -> None:
    for of, recorded in (("a", "2026-01-01T00:00:00Z"), ("b", "2026-01-03T00:00:00Z"), ("c", "1970-01-01T00:00:00Z")):
        log.insert_commit(events(2, of=of), **AUTHOR | {"recorded": recorded})
    assert log.commit_at_time("1980-01-01T00:00:00Z") == 0
    assert log.commit_at_time("2026-01-02T00:00:00Z") == 2
    assert log.commit_at_time("2026-01-03T00:00:00Z") == 6


def test_a_commit_is_refused_when_the_log_no_longer_ends_where_its_writer_read_to(log: Any) -> None:
    assert log.insert_commit(events(2, of="a"), **AUTHOR, after=0) == (1, 2)
    with pytest.raises(IntegrityError, match="ends at position 2, not 1"):
        log.insert_commit(events(2, of="b"), **AUTHOR, after=1)
    assert (log.count(), len(log.select_commits())) == (2, 1)
    first, last = log.insert_commit(events(2, of="b"), **AUTHOR, after=2)
    assert (log.count(), last - first) == (4, 1)


def test_sqlite_takes_no_event_in_front_of_the_first(tmp_path: Path) -> None:
    with closing(open_store(None, tmp_path / "log.db")) as log, closing(sqlite3.connect(tmp_path / "log.db")) as forger:
        log.insert_commit(events(1), **AUTHOR)
        for position in (0, -1):
            with pytest.raises(sqlite3.IntegrityError):
                forger.execute("INSERT INTO stored_events VALUES (?, 'x', 1, 't', '')", (position,))


def test_times_are_compared_in_one_form() -> None:
    assert instant("2026-01-02T03:04:05+02:00") == "2026-01-02T01:04:05.000000Z"


@dataclass(frozen=True)
class MeetingHeld:
    """A meeting held under a presidency: an event kept by the library's own means."""

    originator_id: str
    originator_version: int
    symbol: str


def test_the_library_saves_and_reads_through_the_same_log(store_url: StoreUrl) -> None:
    application: Application[str] = Application(env=environment(*store_url))
    with closing(application):
        july = [MeetingHeld("presidency:2023-07", n, f"S/PV.{9363 + n}") for n in (1, 2)]
        assert [recording.notification.id for recording in application.save(*july)] == [1, 2]
        assert list(application.events.get("presidency:2023-07")) == july
        selected = application.notification_log.select(start=2, limit=10)
        assert [(n.id, n.originator_id, n.originator_version) for n in selected] == [(2, "presidency:2023-07", 2)]
        recorder: Any = application.recorder
        topic = selected[0].topic
        assert [n.id for n in recorder.select_notifications(None, 10, topics=[topic])] == [1, 2]
        assert [n.id for n in recorder.select_notifications(None, 10, topics=["nothing"])] == []
        assert [n.id for n in recorder.select_notifications(1, 10, stop=2, inclusive_of_start=False)] == [2]
        assert recorder.max_notification_id() == recorder.max_position() == 2
        (commit,) = recorder.select_commits()
        assert commit[:3] == (1, 1, 2)
        assert (commit.recorded_by, commit.source) == ("library", "")
        with pytest.raises(IntegrityError):
            application.save(july[1])
        assert len(recorder.select_commits()) == 1
        assert recorder.insert_commit(events(1), **AUTHOR)[0] > 2


def test_five_thousand_long_speeches_in_one_commit_do_not_hang(log: Any) -> None:
    began = time.monotonic()
    assert log.insert_commit(events(5_000, of="speeches", size=3_000), **AUTHOR) == (1, 5_000)
    assert time.monotonic() - began < 60
    assert [row.originator_version for row in log.select_raw(4_998, 10)] == [4_999, 5_000]


def test_a_statement_larger_than_a_whole_batch_is_kept(log: Any) -> None:
    assert log.insert_commit([*events(2), *events(1, of="long", size=3_000_000), *events(1, first=3)], **AUTHOR) == (
        1,
        4,
    )
    assert [len(row.state) for row in log.select_raw(0, 10)] == [20, 20, 3_000_000, 20]


def _write(url: str | None, path: Path, writer: int, commits: int) -> None:
    with closing(open_store(url, path)) as log:
        for number in range(commits):
            log.insert_commit(events(1 + number % 4, of=f"writer:{writer}:{number}"), **AUTHOR)


def test_writers_in_processes_and_threads_at_once_hide_nothing_from_a_follower(store_url: StoreUrl) -> None:
    commits, processes, threads = 60, 2, 2
    expected = (processes + threads) * sum(1 + number % 4 for number in range(commits))
    context = multiprocessing.get_context("spawn")
    # Nobody has made the tables yet: the first starts are simultaneous too.
    writers: list[Any] = [context.Process(target=_write, args=(*store_url, w, commits)) for w in range(processes)]
    writers += [threading.Thread(target=_write, args=(*store_url, 10 + w, commits)) for w in range(threads)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    with closing(open_store(*store_url)) as log:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            at_work = any(writer.is_alive() for writer in writers)
            page = log.select_raw(seen[-1] if seen else 0, 7)
            seen += [row.position for row in page]
            if not page and not at_work:
                break
        for writer in writers:
            writer.join(timeout=10)
        assert log.count() == expected
        assert seen == [row.position for row in log.select_raw(0, expected + 1)]
        spans = [(commit.first_position, commit.last_position) for commit in log.select_commits()]
        assert len(spans) == (processes + threads) * commits
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def _until_somebody_waits_for_a_lock(database_url: str) -> None:
    """Come back when a session of the database stands before a lock; fail if none does within ten seconds."""
    with psycopg.connect(database_url, autocommit=True) as onlooker:
        for _ in range(1_000):
            waiting = onlooker.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if waiting and waiting[0]:
                return
            onlooker.execute("SELECT pg_sleep(0.01)")
    pytest.fail("nobody waits for a lock: the quick writer was not held back")


def test_a_slow_writer_holds_back_a_quick_one_even_past_our_code(database_url: str) -> None:
    insert = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (%s, 1, 't', '')"
    with closing(open_store(database_url, Path())) as log:
        with psycopg.connect(database_url) as slow:
            slow.execute(insert, ("slow",))
            quick = threading.Thread(target=log.insert_commit, args=(events(1, of="quick"),), kwargs=AUTHOR)
            quick.start()
            _until_somebody_waits_for_a_lock(database_url)
            assert quick.is_alive()
            assert log.count() == 0
        quick.join(timeout=10)
        assert [row.originator_id for row in log.select_raw(0, 10)] == ["slow", "quick"]


def test_a_role_that_may_only_insert_and_read_can_write(database_url: str) -> None:
    with closing(open_store(database_url, Path())):
        pass
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS clerk")
        owner.execute("CREATE ROLE clerk LOGIN")
        owner.execute("GRANT SELECT, INSERT ON stored_events, commits TO clerk")
    with closing(open_store(database_url.replace("council@", "clerk@"), Path())) as log:
        assert log.insert_commit(events(3), **AUTHOR) == (1, 3)


def test_the_url_s_other_parameters_reach_the_server(database_url: str) -> None:
    with closing(postgres.open_log(database_url + "?application_name=clerk")) as log:
        with log.datastore.get_connection() as connection:
            row = connection.execute("SHOW application_name").fetchone()
        assert row == {"application_name": "clerk"}


def test_an_unknown_kind_of_url_is_refused_with_what_to_write_instead() -> None:
    with pytest.raises(ValueError, match="write sqlite:///folder"):
        open_store("mysql://somewhere/council", Path("unused"))
