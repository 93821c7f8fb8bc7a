"""A throw-away PostgreSQL server on the loopback address, for the peer that needs one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class MissingError(RuntimeError):
    """A peer cannot be measured here; the message says what is missing."""


def _binaries() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if folders:
        return folders[-1]
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    raise MissingError("PostgreSQL's initdb is not installed; `make setup-dev` installs it or says how")


def _somebody() -> dict[str, Any]:
    """Subprocess arguments by which a command runs as somebody who is not root: PostgreSQL insists."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def server(port: int) -> Iterator[str]:
    """Start a server; gives the URL of an empty database. Stopped and removed at the end. Raises MissingError."""
    binaries, account = _binaries(), _somebody()
    folder = Path(tempfile.mkdtemp(prefix="council-bench-pg-"))
    if account:
        os.chown(folder, account["user"], account["group"])
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(binaries / program), *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=120,
            **account,
        )
        if done.returncode:
            raise MissingError(f"PostgreSQL's {program} failed")

    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    try:
        run("initdb", "-D", str(data), "-A", "trust", "-U", "council", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "-w", "-t", "60", "-D", str(data), "-l", str(folder / "log"), "-o", options)
        yield f"postgresql://council@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(data))
        shutil.rmtree(folder, ignore_errors=True)
