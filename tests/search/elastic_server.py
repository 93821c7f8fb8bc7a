"""A real Elasticsearch server for the tests: one node on the loopback address, in a temporary folder, as nobody."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from elastic_transport import TransportError
from elasticsearch import Elasticsearch

from search.elastic import ElasticEngine
from search.elastic_client import Cluster
from search.elastic_writing import ElasticTarget

SCRIPT = Path(__file__).parents[2] / "ops" / "setup" / "elasticsearch.sh"
PATIENCE = 120.0
"""Seconds a server may take to start on a busy machine; eight are usual."""


def distribution() -> Path:
    """The folder of the server. Fails the test, saying what to run, where it is not there."""
    found = subprocess.run([str(SCRIPT), "--where"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(found.stderr.strip())
    return Path(found.stdout.strip())


def java() -> Path:
    """The home of a Java that the server runs on: 17 to 23, the oldest there is."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    if known := shutil.which("java"):
        homes.append(Path(known).resolve().parents[1])
    fit: list[tuple[int, Path]] = []
    for home in homes:
        if not (home / "bin" / "java").exists():
            continue
        told = subprocess.run([str(home / "bin" / "java"), "-version"], capture_output=True, text=True, check=False)
        version = re.search(r'version "(\d+)', told.stderr)
        if version and 17 <= int(version[1]) <= 23:
            fit.append((int(version[1]), home))
    if not fit:
        pytest.fail("Elasticsearch needs Java 17 to 23; `make setup-dev` installs it or says how")
    return min(fit)[1]


def _account() -> tuple[int, int] | None:
    """User and group the server runs as where we are root, for it refuses root; None: as ourselves."""
    if os.getuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    return account.pw_uid, account.pw_gid


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One server. `more` are settings beside the usual ones; `files` are put into its folder of settings."""

    def __init__(self, more: Mapping[str, object] | None = None, files: Mapping[str, bytes] | None = None) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="council-es-", dir="/tmp"))
        self.secured = bool((more or {}).get("xpack.security.enabled"))
        self._home = distribution()
        self._java = java()
        self._process: subprocess.Popen[bytes] | None = None
        settings: dict[str, object] = {
            "cluster.name": "council-tests",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": free_port(),
            "path.data": self.folder / "data",
            "path.logs": self.folder / "logs",
            "xpack.security.enabled": False,
            "xpack.security.enrollment.enabled": False,
            "action.auto_create_index": False,
            "action.destructive_requires_name": False,
            **(more or {}),
        }
        self._configure(settings, files or {})

    @property
    def url(self) -> str:
        """Its address."""
        return f"http{'s' if self.secured else ''}://127.0.0.1:{self.port}"

    def cluster(self, index: str) -> Cluster:
        """How it is spoken to, with an index of this name."""
        return Cluster((self.url,), index=index, timeout=30.0)

    def opened(self, index: str) -> tuple[ElasticEngine, ElasticTarget]:
        """The two sides of an index of this name."""
        return ElasticEngine(self.cluster(index)), ElasticTarget(self.cluster(index))

    def _configure(self, settings: Mapping[str, object], files: Mapping[str, bytes]) -> None:
        config = self.folder / "config"
        shutil.copytree(self._home / "config", config)
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir()
        written = [
            f"{name}: {str(told).lower() if isinstance(told, bool) else told}" for name, told in settings.items()
        ]
        (config / "elasticsearch.yml").write_text("\n".join(written) + "\n")
        options = (config / "jvm.options").read_text().splitlines()
        (config / "jvm.options").write_text("\n".join(line for line in options if "gc*" not in line) + "\n")
        for name, content in files.items():
            (config / name).write_bytes(content)
        if (account := _account()) is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, *account)

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_HOME": str(self._java),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1",
            "CLI_NAME": "server",
            "CLI_LIBS": "lib/tools/server-cli",
        }
        user, group = _account() or (None, None)
        self._process = subprocess.Popen(
            ["bash", str(self._home / "bin" / "elasticsearch-cli")],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "said").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its own group: stopped as a whole, and not by Ctrl-C before us
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )
        ends = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                said = (self.folder / "said").read_text(errors="replace")[-3000:]
                self.remove()
                pytest.fail(f"Elasticsearch did not start:\n{said}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        if self.secured:
            return True
        client = Elasticsearch(self.url, request_timeout=5, max_retries=0)
        try:
            return bool(client.cluster.health(wait_for_status="yellow", timeout="1s")["status"] in ("yellow", "green"))
        except TransportError:
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """End it at once, with everything it started; its data stays."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def remove(self) -> None:
        """End it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
