"""Hostile requests against the running server: each is refused, and the server goes on answering others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ops.bench.soak.hostile import ATTACKS, Attack
from ops.house import House
from ops.settings import Settings
from tests import council

ROOT = Path(__file__).parents[2]
ORDINARY = {"query": '{ vote(symbol: "1559") { symbol tally { yes } ballots { choice } } }'}


@dataclass(frozen=True)
class Served:
    """``council serve`` as a user starts it."""

    port: int
    pid: int

    def said_to(self, raw: bytes) -> bytes:
        """What the server answers to some bytes, until it ends the connection."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=30)) as client:
            told = b""
            try:
                client.sendall(raw)
                while chunk := client.recv(65_536):
                    told += chunk
            except (BrokenPipeError, ConnectionResetError):
                pass  # it is refused before all of it was sent
            return told

    def asked(self) -> httpx.Response:
        """The answer to somebody who means no harm."""
        return httpx.post(f"http://127.0.0.1:{self.port}/graphql", json=ORDINARY, timeout=20)

    def cpu(self) -> float:
        """Seconds of CPU that the server has used, to the nanosecond."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("attacked")
    house = House(Settings(home=home))
    list(house.archive.record(council.everything(), by="tests"))
    house.catch_up()
    house.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ops.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=known | {"COUNCIL_HOME": str(home), "COUNCIL_BODY_SECONDS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = Served(port, process.pid)
    try:
        end = time.monotonic() + 60
        while True:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server did not begin to listen"
            try:
                assert made.asked().status_code == 200
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.replace(" ", "-"))
def test_each_is_refused_and_others_are_answered(served: Served, attack: Attack, tell: Callable[[str], None]) -> None:
    before = served.cpu()
    told = served.said_to(attack.raw)
    spent = served.cpu() - before
    head, _, body = told.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    assert status in attack.statuses, (head, body[:500])
    if status == 200:
        assert b'"errors"' in body
        assert b'"data":null' in body or b'"data":{"vote":null}' in body
    assert b"internal error" not in body
    assert b"Traceback" not in told
    assert b"sqlite" not in body.lower()
    assert len(body) < 20_000, "a small request must not be answered by a large refusal"
    assert served.asked().json()["data"]["vote"]["symbol"] == "S/RES/1559 (2004)"
    tell(f"attack: {spent * 1_000:6.1f} ms of CPU: {attack.name}")


def test_slow_bodies_and_heads_are_cut_off_while_others_are_answered(served: Served) -> None:
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
    with ExitStack() as stack:
        slow = []
        for number in range(60):
            client = stack.enter_context(closing(socket.create_connection(("127.0.0.1", served.port), timeout=30)))
            client.sendall(head + b'{"query"' if number % 2 else b"GET /graphql HTTP/1.1\r\nHo")
            slow.append(client)
        for _ in range(5):
            assert served.asked().status_code == 200
        for client in slow:
            assert client.recv(65_536).startswith(b"HTTP/1.1 408 ")


def test_so_many_of_them_at_once_hold_nobody_up_for_good(served: Served) -> None:
    with ExitStack() as stack:
        for attack in ATTACKS:
            client = stack.enter_context(closing(socket.create_connection(("127.0.0.1", served.port), timeout=30)))
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.send(attack.raw)
        assert served.asked().status_code == 200
    assert served.asked().status_code == 200
