"""The bundled record, built once as a new user would build it, and the command line to ask it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.house import House
from ops.serving import application
from ops.settings import Settings
from tests.serving import serving

ROOT = Path(__file__).parents[2]

Council = Callable[..., subprocess.CompletedProcess[str]]


def command_line(home: Path, **settings: str) -> Council:
    """``council`` with settings of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
    environment |= {"COUNCIL_HOME": str(home), "COUNCIL_CLERK": "a clerk", **settings}

    def run(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        if check and done.returncode:
            raise AssertionError(f"council {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    return run


@pytest.fixture(scope="session")
def bundled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive built from the bundled record: once for all processes of a run, a copy for each."""
    home = tmp_path_factory.mktemp("bundled") / "home"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        command_line(home)("import", "record", "ops/record/package")
        return home
    built = tmp_path_factory.getbasetemp().parent / "built"
    with open(f"{built}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            command_line(home)("import", "record", "ops/record/package")
            home.rename(built)
    shutil.copytree(built, home)
    return home


@pytest.fixture(scope="session")
def bundled(bundled_home: Path) -> Council:
    """The command line on the bundled record."""
    return command_line(bundled_home)


@pytest.fixture(scope="session")
def ask(bundled: Council, bundled_address: str) -> Callable[..., Any]:
    """Ask the bundled record in GraphQL; gives the data. With options it is the command line that asks."""

    def query(document: str, *options: str) -> Any:
        if options:
            return json.loads(bundled("query", document, *options).stdout)["data"]
        told = httpx.post(f"{bundled_address}/graphql", json={"query": document}, timeout=60).json()
        assert "errors" not in told, told["errors"]
        return told["data"]

    return query


@pytest.fixture(scope="session")
def bundled_address(bundled_home: Path) -> Iterator[str]:
    """The address of a server of the bundled record."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNCIL_HOME", str(bundled_home))
        house = House(Settings())
    house.catch_up()
    with serving(application(house)) as address:
        yield address
    house.close()
