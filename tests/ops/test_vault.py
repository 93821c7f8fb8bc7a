"""The vault: a key is on disk before it is used, is never made anew while it may be needed, and leaves nothing."""

from __future__ import annotations

import multiprocessing
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ops.store.vault import CHUNK, Vault, open_vault

StoreUrl = tuple[str | None, Path]

BRIEFING, LISTING = "briefing:S/PV.9401#2", "listing:1267/QDi.999"


@pytest.fixture
def vault(store_url: StoreUrl) -> Iterator[Vault]:
    with closing(open_vault(*store_url)) as opened:
        yield opened


def test_every_event_has_a_key_of_its_own_and_keeps_it(vault: Vault, store_url: StoreUrl) -> None:
    events = [(BRIEFING, 2), (LISTING, 1), (BRIEFING, 1)]
    keys = vault.fresh(events)
    assert [len(key) for key in keys] == [32, 32, 32]
    assert len(set(keys)) == 3
    with closing(open_vault(*store_url)) as again:
        assert [again.key(*each) for each in events] == keys
        assert again.key(BRIEFING, 3) is None
        assert again.fresh([(LISTING, 1), (LISTING, 2)])[0] == keys[1]
    assert vault.count() == 4


def test_a_whole_transaction_of_keys_comes_in_the_order_asked_for(vault: Vault) -> None:
    events = [(f"listing:1267/QDi.{number:03}", 1) for number in range(2 * CHUNK + 7, 0, -1)]
    keys = vault.fresh(events)
    assert len(set(keys)) == len(events)
    assert all(vault.key(*events[place]) == keys[place] for place in (0, CHUNK, 2 * CHUNK + 6))


def test_the_keys_of_a_record_are_destroyed_and_no_others(vault: Vault) -> None:
    (kept,) = vault.fresh([(LISTING, 1)])
    vault.fresh([(BRIEFING, 1), (BRIEFING, 4)])
    assert vault.destroy([BRIEFING, "briefing:S/PV.9401#3"]) == 2
    assert vault.destroy([BRIEFING]) == 0
    assert vault.destroy([]) == 0
    assert vault.key(BRIEFING, 4) is None
    assert vault.key(LISTING, 1) == kept
    assert vault.count() == 1


def test_the_position_reached_is_remembered_and_may_go_back(vault: Vault, store_url: StoreUrl) -> None:
    assert vault.reached() == 0
    for position in (12, 12, 400, 7):
        vault.reach(position)
        with closing(open_vault(*store_url)) as again:
            assert again.reached() == position


def test_no_file_holds_a_destroyed_key(tmp_path: Path) -> None:
    path = tmp_path / "home" / "vault.db"
    with closing(open_vault(None, path)) as vault, closing(open_vault(None, path)) as reader:
        keys = vault.fresh([(BRIEFING, version) for version in range(1, 200)])
        assert reader.key(BRIEFING, 7) == keys[6]
        assert sum(key in path.read_bytes() for key in keys) == 199
        (kept,) = vault.fresh([(LISTING, 1)])
        assert vault.destroy([BRIEFING]) == 199
        files = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert sum(key in files for key in keys) == 0
        assert kept in files
        assert reader.key(BRIEFING, 7) is None


def test_the_file_is_its_owners_alone_also_when_it_comes_from_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "home" / "vault.db"
    for _ in range(2):
        with closing(open_vault(None, path)) as vault:
            vault.fresh([(BRIEFING, 1)])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)


def test_keys_in_sqlite_survive_a_power_cut_and_leave_no_write_ahead_log(tmp_path: Path) -> None:
    with closing(open_vault(None, tmp_path / "vault.db")) as vault, vault._engine.connect() as connection:
        said = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "secure_delete")]
        assert said == [3, 1]
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"


def test_in_postgresql_the_vault_has_its_own_schema_and_its_table_is_written_anew(database_url: str) -> None:
    def file(connection: psycopg.Connection[tuple[int]]) -> int:
        found = connection.execute("SELECT pg_relation_filenode('vault.keys')").fetchone()
        assert found is not None
        return found[0]

    with closing(open_vault(database_url, Path("unused"))) as vault, psycopg.connect(database_url) as connection:
        connection.autocommit = True
        vault.fresh([(BRIEFING, 1)])
        before = file(connection)
        assert vault.destroy([LISTING]) == 0
        assert file(connection) == before
        assert vault.destroy([BRIEFING]) == 1
        assert file(connection) != before
    assert not Path("unused").exists()


def _open_and_make(url: str | None, path: Path, barrier: Callable[[], int]) -> list[bytes]:
    barrier()
    with closing(open_vault(url, path)) as vault:
        return vault.fresh([(BRIEFING, version) for version in range(1, 30)])


def _in_a_process(url: str | None, path: Path, barrier: object, answers: object) -> None:
    answers.put(_open_and_make(url, path, barrier.wait))  # type: ignore[attr-defined]


def test_processes_that_open_the_vault_for_the_first_time_together_get_the_same_keys(store_url: StoreUrl) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(3), context.Queue()
    workers = [context.Process(target=_in_a_process, args=(*store_url, barrier, answers)) for _ in range(3)]
    for worker in workers:
        worker.start()
    made = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    assert made[0] == made[1] == made[2]
    assert len(set(made[0])) == 29


def test_threads_make_read_and_destroy_at_once(vault: Vault) -> None:
    def work(number: int) -> bool:
        record = f"briefing:S/PV.9401#{number % 4}"
        (key,) = vault.fresh([(record, number)])
        held = vault.key(record, number)
        vault.reach(number)
        return held in (key, None) and vault.destroy([record]) >= 0

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(work, range(60)))
