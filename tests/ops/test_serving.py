"""Several processes on one port: they answer alike, one that dies is replaced, and one signal ends them all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.house import House
from ops.settings import Settings
from tests import council

ROOT = Path(__file__).parents[2]


def until(holds: Callable[[], Any], otherwise: str, seconds: float = 60) -> Any:
    """Wait for a condition; gives what it gave."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)
    return found


class Served:
    """``council serve --workers`` as a user starts it."""

    def __init__(self, home: Path, workers: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.command = [sys.executable, "-m", "ops.cli", "serve", "--port", str(self.port), "--workers", str(workers)]
        known = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
        self.environment = known | {"COUNCIL_HOME": str(home)}
        self.process = self.start()

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True)

    def workers(self) -> set[int]:
        """The processes that were started to answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()}

    def ask(self, path: str, **query: str) -> httpx.Response | None:
        """The answer over a connection of its own; None while nobody listens or whoever accepted it has died."""
        try:
            return httpx.get(self.base + path, params=query, timeout=30)
        except httpx.TransportError:
            return None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    house = House(Settings(home=tmp_path / "home"))
    list(house.archive.record(council.everything(), by="tests"))
    house.catch_up()
    house.close()
    return tmp_path / "home"


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    made = Served(home, 2)
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.communicate(timeout=60)


COUNT = "{ votes(first: 1) { totalCount } }"


def test_two_workers_answer_one_is_killed_and_replaced_and_all_end_together(served: Served, home: Path) -> None:
    until(lambda: served.ask("/healthz"), "nobody listens")
    before = served.workers()
    assert len(before) == 2
    counted = served.ask("/graphql", query=COUNT)
    assert counted is not None
    votes = counted.json()["data"]["votes"]["totalCount"]
    page = served.ask("/")
    assert page is not None
    assert page.status_code == 200

    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(served.workers() - {killed}) == 2, "the dead worker is not replaced")
    until(lambda: served.ask("/graphql", query=COUNT), "nobody answers")
    assert served.workers() & before == before - {killed}

    house = House(Settings(home=home))
    list(house.archive.record(council.s_2022_431(), by="tests"))
    house.close()
    # Only the parent follows the log; both workers read what it has written.
    until(lambda: _count(served) > votes, "the parent does not follow the log")
    assert [_count(served) for _ in range(12)] == [votes + 1] * 12

    workers = served.workers()
    served.process.send_signal(signal.SIGTERM)
    _, said = served.process.communicate(timeout=60)
    assert served.process.returncode == 0
    assert f"worker {killed}" in said
    assert "ended with exit code -9" in said
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    assert served.ask("/healthz") is None


def _count(served: Served) -> int:
    told = served.ask("/graphql", query=COUNT)
    assert told is not None
    return int(told.json()["data"]["votes"]["totalCount"])


def test_workers_end_with_their_parent(served: Served) -> None:
    until(lambda: served.ask("/healthz"), "nobody listens")
    workers = served.workers()
    served.process.kill()
    until(lambda: not any(_runs(pid) for pid in workers), "a worker has outlived its parent")


def _runs(pid: int) -> bool:
    """Whether a process is there and no mere entry that nobody has asked about."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_port_that_is_taken_is_told_and_nothing_is_left_running(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "ops.cli", "serve", "--workers", "2", "--port", str(taken.getsockname()[1])]
        known = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
        done = subprocess.run(
            command, cwd=ROOT, env=known | {"COUNCIL_HOME": str(home)}, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 3
    assert "cannot listen on 127.0.0.1" in done.stderr
