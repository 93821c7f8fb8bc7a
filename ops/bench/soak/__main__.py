"""``make bench-soak``: mixed load over eight connections, one in a hundred requests hostile, while imports run beside.

First a quiet part, the same load without harm and imports, for the comparison. Every minute tells what came of it; at
the end stand all errors, the memory over time, and the 95th percentile against the quiet one. ``--quick`` takes a
minute in all. Ends with exit code 1 if there was an error other than a refusal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from ops.bench.graphql.peers import free_port
from ops.bench.load import Request, rate
from ops.bench.soak.load import Plan, Tally, ask
from ops.house import House
from ops.importing import run as run_import
from ops.settings import Settings

PACKAGE = Path(__file__).parents[2] / "record" / "package"
CONNECTIONS = 8
HOSTILE = 0.01
IMPORT_EVERY = 5.0
"""Seconds between two imports."""

out = Console(width=160)


def main() -> None:
    """Build the archive, serve it, ask, and print."""
    given = _options()
    minutes, part = (0.7, 10.0) if given.quick else (given.minutes, 60.0)
    with tempfile.TemporaryDirectory(prefix="council-soak-") as name:
        folder = Path(name)
        position = _built(folder / "home", given.home)
        with _server(folder) as (server, port):
            soak = _Soak(server, Plan(port, position, CONNECTIONS, given.pause, 0.0), given.log)
            soak.run("warm", 1, part / 6)
            quiet = soak.run("quiet", 1 if given.quick else 2, part)
            with _writer(folder) as writer:
                loud = soak.run("soak", max(1, round(minutes * 60 / part)), part, HOSTILE)
            soak.conclude(quiet, loud, writer)
    sys.exit(1 if soak.failed else 0)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    options.add_argument("--quick", action="store_true", help="a minute in all")
    options.add_argument("--minutes", type=float, default=30.0, help="minutes of load with harm and imports beside")
    options.add_argument("--pause", type=float, default=0.04, help="seconds a connection waits on average; 0: none")
    options.add_argument("--log", type=Path, help="add every part as a line of JSON to this file")
    options.add_argument("--home", type=Path, help="folder of an archive to take a copy of")
    return options.parse_args()


def _built(home: Path, known: Path | None) -> int:
    """The archive of the bundled record, or a copy of one that is there; gives its position."""
    if known is not None:
        shutil.copytree(known, home)
    house = House(Settings(home=home, database_url=None))
    if house.archive.position() == 0:
        out.print("building the archive …", style="dim")
        run_import(house.archive, "record", PACKAGE, "bench")
    position = house.catch_up()
    house.close()
    return position


@contextmanager
def _server(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """``council serve`` as it is by default, but with points for as many requests as one address sends here."""
    port = free_port()
    command = [sys.executable, "-m", "ops.cli", "serve", "--port", str(port)]
    environment = {**_environment(folder), "COUNCIL_POINTS": "1000000000", "COUNCIL_SLOW_SECONDS": "0"}
    with _process(command, environment, folder / "server.log") as process:
        end = time.monotonic() + 120
        while True:
            with suppress(OSError):
                rate(port, Request("/healthz"), requests=1, connections=1)
                break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((folder / "server.log").read_text()[-2_000:])
            time.sleep(0.1)
        yield process, port


@contextmanager
def _writer(folder: Path) -> Iterator[Path]:
    """Imports beside; gives the file of what went wrong with them."""
    (folder / "tables").mkdir()
    command = [sys.executable, "-m", "ops.bench.soak.writer", str(folder / "tables"), str(IMPORT_EVERY)]
    with _process(command, _environment(folder), folder / "writer.log") as process:
        yield folder / "writer.log"
        if process.poll() is not None:
            out.print(f"the imports ended early, with exit code {process.returncode}", style="red")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
    return {**kept, "COUNCIL_HOME": str(folder / "home"), "COUNCIL_CONFIG": os.devnull}


@contextmanager
def _process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with open(log, "wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


class _Soak:
    """The parts of the run, each told as it ends."""

    def __init__(self, server: subprocess.Popen[bytes], plan: Plan, log: Path | None) -> None:
        self._server, self._plan, self._log = server, plan, log
        self._memory: list[float] = []
        self.failed = False

    def run(self, what: str, parts: int, seconds: float, hostile: float = 0.0) -> Tally:
        """Ask for so many parts; gives all of them together."""
        plan = Plan(self._plan.port, self._plan.position, self._plan.connections, self._plan.pause, hostile)
        whole = Tally()
        for part in range(1, parts + 1):
            tally, used = Tally(), self._cpu()
            asyncio.run(ask(plan, time.monotonic() + seconds, tally))
            whole.add(tally)
            megabytes = self._megabytes()
            if what == "soak":
                self._memory.append(megabytes)
            self._tell(
                what=what,
                part=part,
                answers=len(tally.seconds),
                refused=tally.refused,
                errors=tally.errors.total(),
                p50=round(tally.percentile(0.5), 1),
                p95=round(tally.percentile(0.95), 1),
                p99=round(tally.percentile(0.99), 1),
                megabytes=round(megabytes, 1),
                cpu=round((self._cpu() - used) / seconds, 2),
                position=self._position(),
            )
        return whole

    def _tell(self, **told: Any) -> None:
        out.print("  ".join(f"{name} {value}" for name, value in told.items()))
        if self._log is not None:
            with open(self._log, "a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")

    def conclude(self, quiet: Tally, loud: Tally, writer: Path) -> None:
        """Say what came of it all."""
        wrong = loud.errors + quiet.errors
        unwritten = writer.read_text(errors="replace")
        self.failed = bool(wrong or unwritten or self._server.poll() is not None)
        third = max(1, len(self._memory) // 3)
        first, last = sum(self._memory[:third]) / third, sum(self._memory[-third:]) / third
        self._tell(
            what="all",
            answers=len(loud.seconds),
            refused=loud.refused,
            errors=wrong.total(),
            quiet_p95=round(quiet.percentile(0.95), 1),
            p95=round(loud.percentile(0.95), 1),
            ratio=round(loud.percentile(0.95) / quiet.percentile(0.95), 2),
            megabytes_first_third=round(first, 1),
            megabytes_last_third=round(last, 1),
            events=self._position() - self._plan.position,
        )
        for text, times in wrong.most_common(20):
            out.print(f"{times} × {text}", style="red", markup=False)
        if unwritten:
            out.print(f"imports: {unwritten[-2_000:]}", style="red", markup=False)

    def _position(self) -> int:
        _, body = rate(self._plan.port, Request("/healthz"), requests=1, connections=1)
        return int(json.loads(body)["position"])

    def _megabytes(self) -> float:
        for line in Path(f"/proc/{self._server.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) / 1_024
        return 0.0

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self._server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
