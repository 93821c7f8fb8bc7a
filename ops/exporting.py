"""The archive's record written out as a Frictionless Data Package: what :mod:`ops.sources.record` reads.

The tables depend on the log alone: the same log gives the same bytes, on every machine and at every time.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

import msgspec

from domain.archive import Archive
from domain.facts import sentences
from domain.kinds import KINDS
from ops import statements
from ops.package import ARRAY, BALLOTS, BOOLEAN, DESCRIPTOR, PACKAGE, Table, tables

DESCRIPTION = Path(__file__).parent / "record" / "description.toml"


class ExportError(RuntimeError):
    """The package cannot be written; the message says what is in the way and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an export wrote: the position of the log it shows, rows and bytes by table."""

    folder: Path
    position: int
    rows: dict[str, int]
    bytes: dict[str, int]

    @property
    def statements(self) -> int:
        """Rows in the tables of statements."""
        return sum(count for name, count in self.rows.items() if tables()[name].kind)


def export(archive: Archive, folder: Path, progress: Callable[[int], None] | None = None) -> Summary:
    """Write the whole record into ``folder``; ``progress`` is told of events read.

    The package is written beside the folder and then put in its place; files in the folder that are not the
    package's stay. Raises :class:`ExportError` for a folder that holds something, but no package of the record.
    """
    folder = Path(os.path.abspath(folder))
    _fit(folder)
    position = archive.position()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        with ExitStack() as stack:
            files = {name: stack.enter_context((fresh / table.file).open("w+b")) for name, table in tables().items()}
            written_ = _write(archive, position, files, progress)
        (fresh / DESCRIPTOR).write_bytes(describe({name: one.rows for name, one in written_.items()}, written_))
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    rows, sizes = ({name: getattr(one, of) for name, one in written_.items()} for of in ("rows", "bytes"))
    return Summary(folder, position, rows, sizes)


def package(archive: Archive, position: int, to: IO[bytes]) -> None:
    """Write the record as it stood at a position as one zip file: the files that :func:`export` writes.

    The same position gives the same files; the same bytes, too, with the same release of zlib.
    """
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {name: stack.enter_context(tempfile.TemporaryFile()) for name in tables()}
        written_ = _write(archive, position, files)
        packed = stack.enter_context(zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED))
        with packed.open(_member(DESCRIPTOR), "w") as member:
            member.write(describe({name: one.rows for name, one in written_.items()}, written_))
        for name, table in tables().items():
            files[name].seek(0)
            with packed.open(_member(table.file), "w") as member:
                shutil.copyfileobj(files[name], member)


def _member(name: str) -> zipfile.ZipInfo:
    """A file in the zip file, without the time of writing."""
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return member


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it was written: rows, bytes and the SHA-256 of its file."""

    rows: int
    bytes: int
    sha256: str


def _write(
    archive: Archive, position: int, files: Mapping[str, IO[bytes]], progress: Callable[[int], None] | None = None
) -> dict[str, Written]:
    """Write every table into its file, which can be read, too."""
    counts = dict.fromkeys(files, 0)
    types = {name: [column.type for column in tables()[name].columns] for name in files}
    for name, file in files.items():
        file.write((",".join(column.name for column in tables()[name].columns) + "\n").encode())
    for name, row in statements.rows(archive, position, progress):
        files[name].write((",".join(map(_cell, row, types[name])) + "\n").encode())
        counts[name] += 1
    found = {}
    for name, file in files.items():
        length = file.tell()
        file.seek(0)
        found[name] = Written(counts[name], length, hashlib.file_digest(file, "sha256").hexdigest())  # type: ignore[arg-type]
    return found


def _fit(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError(f"{folder} is a file; name a folder")
    if not any(folder.iterdir()):
        return
    try:
        name = msgspec.json.decode((folder / DESCRIPTOR).read_bytes()).get("name")
    except (OSError, msgspec.DecodeError, AttributeError):
        name = None
    if name != PACKAGE:
        raise ExportError(f"{folder} holds something else than an exported record; name a new or empty folder")


def _swap(fresh: Path, folder: Path) -> None:
    """Put the fresh folder in place of the old one, with what else lies in the old one."""
    if not folder.exists():
        fresh.rename(folder)
        return
    ours = {DESCRIPTOR, *(table.file for table in tables().values())}
    for other in sorted(folder.iterdir()):
        if other.name not in ours:
            if other.is_dir() and not other.is_symlink():
                shutil.copytree(other, fresh / other.name, symlinks=True)
            else:
                shutil.copy2(other, fresh / other.name, follow_symlinks=False)
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)


# -- writing ---------------------------------------------------------------------------------------------------------

_QUOTED = re.compile('[",\r\n]')


def _cell(value: Any, type_: str) -> str:
    if value is None:
        return ""
    if type_ == ARRAY:
        value = statements.written(value)
    elif type_ == BOOLEAN:
        return "true" if value else "false"
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


@cache
def _description() -> dict[str, Any]:
    return tomllib.loads(DESCRIPTION.read_text(encoding="utf-8"))


def describe(counts: Mapping[str, int], written: Mapping[str, Written] | None = None, name: str = PACKAGE) -> bytes:
    """``datapackage.json`` for the tables in ``counts``; once they are ``written``, also rows, bytes and hash of each.

    Before that it describes tables kept by hand, whose package goes by another ``name``.
    """
    said = _description()
    package = {
        "profile": "tabular-data-package",
        "name": name,
        **{key: said[key] for key in ("title", "description", "version", "keywords", "licenses")},
        **{key: said[key] for key in ("sources", "contributors")},
        "resources": [_resource(tables()[table], (written or {}).get(table)) for table in counts],
    }
    return msgspec.json.format(_encode_in_order(package), indent=1) + b"\n"


_encode_in_order = msgspec.json.Encoder().encode


def _resource(table: Table, written: Written | None) -> dict[str, Any]:
    said = _description()
    resource: dict[str, Any] = {
        "name": table.name,
        "profile": "tabular-data-resource",
        "path": table.file,
        "description": said["tables"].get(table.name) or _first_line(table.kind),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
    }
    if written is not None:
        resource["bytes"] = written.bytes
        resource["hash"] = f"sha256:{written.sha256}"
        resource["rows"] = written.rows
    resource["schema"] = _schema(table)
    return resource


def _first_line(kind: str) -> str:
    """What a kind of record is, in the words of its class."""
    return (KINDS[kind].__doc__ or "").strip().partition("\n")[0] if kind else ""


def _schema(table: Table) -> dict[str, Any]:
    said = _description()["columns"]
    own = {**(sentences(KINDS[table.kind]) if table.kind else {}), **said.get(table.name, {})}
    fields = []
    for column in table.columns:
        constraints: dict[str, Any] = {}
        if column.required:
            constraints["required"] = True
        if column.values:
            constraints["enum"] = list(column.values)
        about = own.get(column.name, said.get(column.name, ""))
        described = {"name": column.name, "type": column.type, "description": about}
        fields.append({**described, "constraints": constraints} if constraints else described)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.name == BALLOTS:
        schema["foreignKeys"] = [
            {
                "fields": ["vote", "source", "statement"],
                "reference": {"resource": "votes", "fields": ["id", "source", "statement"]},
            }
        ]
    return schema
