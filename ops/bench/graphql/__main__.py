"""``make bench-graphql``: GraphQL over HTTP on this machine, beside its peers, over the same record in one run.

Everybody is one process with eight connections on the loopback address, asked in turns for a bounded time. ``--quick``
takes one short round. ``--json FILE`` writes every figure, ``--markdown FILE`` the tables of docs/graphql-figures.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import orjson
from rich.console import Console

from ops.bench.graphql.peers import FLOOR, UNKEPT, Peer, Place, everybody, free_port
from ops.bench.graphql.questions import QUESTIONS
from ops.bench.graphql.report import AIMED, Figures, markdown, screen
from ops.bench.graphql.workers import by_workers
from ops.bench.load import Request, rate, rate_within
from ops.house import House
from ops.importing import run as run_import
from ops.settings import Settings
from projections.place import SqlitePlace

PACKAGE = Path(__file__).parents[2] / "record" / "package"
CONNECTIONS = 8
MOST = 6_000
"""Requests in one measurement at most."""
STARTS = 3

out = Console(width=160)


def main() -> None:
    """Build the archive, start everybody, ask, and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--quick", action="store_true", help="one short round")
    options.add_argument("--json", type=Path, help="write every figure to this file")
    options.add_argument("--markdown", type=Path, help="write the tables to this file")
    options.add_argument("--home", type=Path, help="folder of an archive that is built already")
    given = options.parse_args()
    rounds, seconds = (1, 0.3) if given.quick else (5, 0.6)
    with tempfile.TemporaryDirectory(prefix="council-bench-") as folder:
        os.chmod(folder, 0o755)
        place = _built(given.home or Path(folder) / "home", Path(folder))
        with ExitStack() as stack:
            peers, missing = everybody(place, stack)
            figures = Figures(place.position, missing=missing)
            for question in QUESTIONS:
                out.print(f"asking: {question} …", style="dim")
                _ask(figures, [peer for peer in peers if question in peer.requests], question, rounds, seconds)
            figures.memory = {peer.name: _megabytes(peer.pid) for peer in peers}
        out.print("asking by number of workers …", style="dim")
        figures.workers = by_workers(place.home, AIMED, rounds, seconds)
        figures.start = [_start(place.home) for _ in range(STARTS)]
    screen(figures, out)
    if given.json:
        given.json.write_text(json.dumps(figures.as_json(), indent=1) + "\n", encoding="utf-8")
    if given.markdown:
        given.markdown.write_text(markdown(figures), encoding="utf-8")


def _built(home: Path, scratch: Path) -> Place:
    """The archive of the bundled record. The old position is that after nine tenths of its events."""
    house = House(Settings(home=home, database_url=None))
    if house.archive.position() == 0:
        out.print("building the archive …", style="dim")
        run_import(house.archive, "record", PACKAGE, "bench")
    reached = house.catch_up()
    assert isinstance(house.place, SqlitePlace)
    build = house.place.current()
    assert build is not None
    views = house.place.path(build)
    house.close()
    return Place(home, views, scratch, reached * 9 // 10)


def _ask(figures: Figures, peers: list[Peer], question: str, rounds: int, seconds: float) -> None:
    """Ask everybody in turns. Raises RuntimeError where we and the floor answer differently."""
    bodies = {peer.name: rate(peer.port, peer.requests[question], requests=64)[1] for peer in peers}
    if orjson.loads(bodies[FLOOR])["data"] != orjson.loads(bodies[UNKEPT])["data"]:
        raise RuntimeError(f"{question}: the floor answers differently")
    for peer in peers:
        figures.bytes.setdefault(peer.name, {})[question] = len(bodies[peer.name])
    for _ in range(rounds):
        for peer in peers:
            found, _ = rate_within(
                peer.port, peer.requests[question], seconds=seconds, most=MOST, connections=CONNECTIONS
            )
            figures.rates.setdefault(peer.name, {}).setdefault(question, []).append(found)


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _start(home: Path) -> float:
    port = free_port()
    command = [sys.executable, "-m", "ops.cli", "serve", "--port", str(port)]
    environment = {**os.environ, "COUNCIL_HOME": str(home), "COUNCIL_CONFIG": os.devnull}
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() < begun + 60:
            try:
                rate(port, Request("/healthz"), requests=1, connections=1)
                return time.perf_counter() - begun
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("`council serve` did not answer within 60 s")
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    main()
