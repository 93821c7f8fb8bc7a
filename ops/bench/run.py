"""``council bench``: import, rebuild and GraphQL on this machine, each beside a named peer in the same run.

Figures are medians over rounds in which the two sides take turns; a ratio is ours over the peer's (more is better).
Absolute figures depend on the machine and on what else it does; ratios hold better.
"""

from __future__ import annotations

import csv
import os
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from ops.bench.load import Request, rate
from ops.bench.plain import QUERIES
from ops.house import House
from ops.importing import run as run_import
from ops.settings import Settings

PACKAGE = Path(__file__).parents[1] / "record" / "package"
ROUNDS = 3
CONNECTIONS = 8
REQUESTS = {"a resolution with its ballots": 1600, "50 meetings with votes and ballots": 160, "tallies by member": 2400}

out = Console(width=150)


def main() -> None:
    """Run everything and print the tables."""
    with tempfile.TemporaryDirectory(prefix="council-bench-") as folder:
        home = Path(folder)
        out.print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
        house = _imports(home)
        _rebuilds(house)
        house.close()
        _graphql(home / "0")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _imports(home: Path) -> House:
    ours, log_only, plain, events = [], [], [], 0
    house = House(Settings(home=home / "0", database_url=None))
    for turn in range(ROUNDS):
        if turn:
            house.close()
        house = House(Settings(home=home / str(turn), database_url=None))
        archive = house.archive
        ours.append(_timed(partial(run_import, archive, "record", PACKAGE, "bench")))
        rows = [row for page in _pages(house) for row in page]
        events = len(rows)
        log_only.append(_timed(partial(_raw_events, home / f"raw{turn}.db", rows)))
        plain.append(_timed(partial(_raw_tables, home / f"plain{turn}.db")))
    house.close()
    table = Table(title=f"Import of the bundled record: {events:,} events, SQLite, synchronous=FULL")
    for heading in ("what", "seconds", "events/s", "ours / peer"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    mine = statistics.median(ours)
    table.add_row("council import record (parse, decide, record)", f"{mine:.2f}", f"{events / mine:,.0f}", "")
    for what, times in (
        ("peer: csv + sqlite3.executemany of the same rows into plain tables", plain),
        ("peer: sqlite3.executemany of the same, finished events alone", log_only),
    ):
        peer = statistics.median(times)
        ratio = statistics.median([theirs / own for own, theirs in zip(ours, times, strict=True)])
        table.add_row(what, f"{peer:.2f}", f"{events / peer:,.0f}", f"{ratio:.2f}")
    out.print(table)
    return House(Settings(home=home / "0", database_url=None))


def _pages(house: House) -> list[list[tuple[int, str, int, str, bytes]]]:
    pages, after = [], 0
    while page := list(house.archive.raw(after, 5_000)):
        pages.append(page)
        after = page[-1][0]
    return pages


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _raw_events(path: Path, rows: list[tuple[int, str, int, str, bytes]]) -> None:
    connection = _connect(path)
    connection.execute(
        "CREATE TABLE stored_events (position INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, "
        "originator_version INTEGER NOT NULL, topic TEXT, state BLOB, UNIQUE (originator_id, originator_version))"
    )
    for start in range(0, len(rows), 5_000):
        with connection:
            connection.executemany("INSERT INTO stored_events VALUES (?,?,?,?,?)", rows[start : start + 5_000])
    connection.close()


def _raw_tables(path: Path) -> None:
    connection = _connect(path)
    for file in sorted(PACKAGE.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle)
            names = next(rows)
            key = "PRIMARY KEY (vote, source, statement, member)" if file.stem == "ballots" else ""
            key = key or ("PRIMARY KEY (id, source, statement)" if "statement" in names else "")
            columns = ", ".join(f'"{name}" TEXT' for name in names) + (f", {key}" if key else "")
            with connection:
                connection.execute(f'CREATE TABLE "{file.stem}" ({columns})')
                connection.executemany(f'INSERT INTO "{file.stem}" VALUES ({",".join("?" * len(names))})', rows)
    connection.close()


def _rebuilds(house: House) -> None:
    events = house.archive.position()
    models = statistics.median([_timed(house.read_models.rebuild) for _ in range(ROUNDS)])
    index = statistics.median([_timed(house.indexer.rebuild) for _ in range(ROUNDS)])
    table = Table(title="Rebuild of everything from the log")
    for heading in ("what", "seconds", "events/s"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, seconds in (("read models", models), ("search index", index), ("together", models + index)):
        table.add_row(what, f"{seconds:.2f}", f"{events / seconds:,.0f}")
    out.print(table)
    out.print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _graphql(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "ops.bench.server", str(port)],
        env={**os.environ, "COUNCIL_HOME": str(home), "COUNCIL_CONFIG": os.devnull},
    )
    try:
        _wait(port, server)
        table = Table(title=f"GraphQL over HTTP, one worker, {CONNECTIONS} connections, no response cache")
        for heading in ("query", "bytes", "GraphQL/s", "Starlette + orjson/s", "ours / peer"):
            table.add_column(heading, justify="left" if heading == "query" else "right")
        for number, (name, document) in enumerate(QUERIES.items()):
            ours = _asked(document)
            plain = Request(f"/plain/{number}")
            requests = REQUESTS[name]
            _same(name, rate(port, ours, requests=8)[1], rate(port, plain, requests=8)[1])
            turns = [
                (rate(port, ours, requests=requests)[0], rate(port, plain, requests=requests)[0])
                for _ in range(ROUNDS + 2)
            ]
            mine, peer = (statistics.median(side) for side in zip(*turns, strict=True))
            ratio = statistics.median([a / b for a, b in turns])
            size = len(rate(port, plain, requests=8)[1])
            table.add_row(name, f"{size:,}", f"{mine:,.0f}", f"{peer:,.0f}", f"{ratio:.2f}")
        out.print(table)
        _as_of(port)
        with open(f"/proc/{server.pid}/status") as status:
            peak = next((line.split()[1] for line in status if line.startswith("VmHWM")), "0")
        out.print(f"peak memory of the server: {int(peak) / 1024:,.0f} MB")
    finally:
        server.terminate()
        server.wait(timeout=20)


def _as_of(port: int) -> None:
    """The same questions about now and about the state one event ago: what looking back costs."""
    reached = orjson.loads(rate(port, _asked("{ archive { position } }"), requests=1, connections=1)[1])
    position = reached["extensions"]["position"]
    table = Table(title=f"As of position {position - 1:,} against now, in the same run (time, less is better)")
    for heading in ("query", "as of/s", "now/s", "times the cost"):
        table.add_column(heading, justify="left" if heading == "query" else "right")
    for name, document in QUERIES.items():
        then = _asked(f"{{ asOf(position: {position - 1}) {document} }}")
        turns = [
            tuple(rate(port, request, requests=REQUESTS[name])[0] for request in (then, _asked(document)))
            for _ in range(ROUNDS + 2)
        ]
        back, now = (statistics.median(side) for side in zip(*turns, strict=True))
        cost = statistics.median([b / a for a, b in turns])
        table.add_row(name, f"{back:,.0f}", f"{now:,.0f}", f"{cost:.2f}")
    out.print(table)


def _asked(document: str) -> Request:
    return Request("/graphql", orjson.dumps({"query": document}))


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the benchmark's server ended with exit code {server.returncode}")
        try:
            rate(port, Request("/healthz"), requests=1, connections=1)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the benchmark's server did not answer within 30 s")


def _same(name: str, ours: bytes, plain: bytes) -> None:
    mine, peer = orjson.loads(ours)["data"], orjson.loads(plain)["data"]
    if mine != peer:
        raise RuntimeError(f"{name}: the two sides answer differently:\n{str(mine)[:400]}\n{str(peer)[:400]}")
