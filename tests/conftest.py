"""What many tests need: a throw-away PostgreSQL server, a fresh database, both stores of the log, a browser."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.search.elastic_server import Server

StoreUrl = tuple[str | None, Path]
"""A database URL or None, and the SQLite file to use when it is None."""


LONG = (
    "search/elastic/test_elastic_answers.py",
    "end_to_end/test_bundled_record.py",
    "search/elastic/test_elastic_kill.py",
    "end_to_end/test_search_contract.py",
    "api/test_differential.py",
    "end_to_end/test_cookbook.py",
    "api/portal/test_browser.py",
    "ops/test_cli.py",
    "api/portal/test_search.py",
    "projections/test_obligations.py",
    "ops/test_recording.py",
)
"""The files that take longest, the longest first: begun first, none is waited for at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an Elasticsearch server, so that `make test-embedded` can leave it out; long files come first.

    Of several processes one runs all of a file, and one all that needs that server: it is started once.
    """
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONG)}
    for item in items:
        cluster = bool({"elasticsearch", "secured"} & set(getattr(item, "fixturenames", ())))
        if cluster:
            item.add_marker(pytest.mark.cluster)
        item.add_marker(pytest.mark.xdist_group("elasticsearch" if cluster else str(item.path)))
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a figure that was measured: it stands at the end of the run, whichever process found it."""
    return lambda line: record_property("told", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests told."""
    reports = [report for known in terminalreporter.stats.values() for report in known]
    called = [report for report in reports if getattr(report, "when", None) == "call"]
    lines = sorted(str(told) for report in called for name, told in report.user_properties if name == "told")
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(line)


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL server."""

    port: int
    user: str

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"


def _postgres_binaries() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name.split(".")[0]))
    named = shutil.which("initdb")
    candidates = [*reversed(folders), *([Path(named).resolve().parent] if named else [])]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    pytest.fail("PostgreSQL's initdb and pg_ctl are not installed; `make setup-dev` installs them or says how")


def _unprivileged() -> dict[str, int | list[int]]:
    """Return the subprocess arguments that make a command run as somebody who is not root: PostgreSQL insists."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    pytest.fail("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Start a PostgreSQL server in a temporary folder, on the loopback address only; stop and remove it at the end."""
    binaries = _postgres_binaries()
    account = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="council-pg-", dir="/tmp"))
    if account:
        os.chown(folder, int(account["user"]), int(account["group"]))  # type: ignore[arg-type]
    data, log, port = folder / "data", folder / "log", _free_port()

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(binaries / program), *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            stderr=(folder / "stderr").open("ab"),
            check=False,
            timeout=120,
            **account,  # type: ignore[call-overload]
        )
        if done.returncode:
            said = "\n".join(f.read_text(errors="replace") for f in (folder / "stderr", log) if f.exists())
            pytest.fail(f"PostgreSQL's {program} failed:\n{said[-3000:]}")

    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "shared_buffers": "64MB",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    try:
        run("initdb", "-D", str(data), "-A", "trust", "-U", "council", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "-w", "-t", "60", "-D", str(data), "-l", str(log), "-o", options)
        yield Cluster(port=port, user="council")
    finally:
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(data))
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(postgres_cluster: Cluster) -> Iterator[str]:
    """Give a fresh, empty database; drop it afterwards whoever is still connected."""
    name = f"council_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgres_cluster.url(name)
    with psycopg.connect(postgres_cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> StoreUrl:
    """Give each store in turn, empty: (None, a file's path), then (a database's URL, a path not used)."""
    url = request.getfixturevalue("database_url") if request.param == "postgres" else None
    return url, tmp_path / "log.db"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the installed chromium; playwright gets it as ``executable_path`` and downloads nothing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("chromium is not installed; `make setup-dev` installs it or says how")


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[Server]:
    """Start a real Elasticsearch server, once, when a test first asks for it; stop and remove it at the end."""
    from tests.search.elastic_server import Server

    server = Server()
    try:
        server.start()
        yield server
    finally:
        server.remove()
