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
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from domain.archive import Archive
from domain.facts import ATTESTED, CORRECTED, REDACTED, Entry, sentences
from domain.kinds import KINDS
from domain.records import Record, Statement
from domain.votes import Vote
from ops.package import ARRAY, BALLOTS, BOOLEAN, CORRECTIONS, DESCRIPTOR, PACKAGE, STATEMENT, Table, tables

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
    gathered = gather(archive, progress)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        content = {name: write(tables()[name], rows) for name, rows in gathered.rows.items()}
        for name, text in content.items():
            (fresh / tables()[name].file).write_bytes(text)
        counts = {name: len(rows) for name, rows in gathered.rows.items()}
        (fresh / DESCRIPTOR).write_bytes(describe(counts, content))
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Summary(folder, gathered.position, counts, {name: len(text) for name, text in content.items()})


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


# -- gathering -------------------------------------------------------------------------------------------------------

Values = list[Any]
Opened = Callable[[Any], Any]
"""A value of a personal field → as a reader may see it."""


@dataclass(slots=True)
class Gathered:
    """The rows of every table, in order, as typed values; None is an empty cell."""

    position: int = 0
    rows: dict[str, list[Values]] = field(default_factory=dict)


def gather(archive: Archive, progress: Callable[[int], None] | None = None) -> Gathered:
    """Fold the log and lay every statement and correction out as a row of its table."""
    records: dict[str, Record] = {}
    verbs: dict[tuple[str, str, int], list[str]] = {}
    put_right: list[Entry] = []
    gathered = Gathered(rows={name: [] for name in tables()})
    for entry in archive.entries():
        gathered.position = entry.position
        record = records.get(entry.record)
        if record is None:
            record = records[entry.record] = Record(entry.record, entry.kind)
        record.apply(entry)
        if entry.verb not in (CORRECTED, REDACTED):
            verbs.setdefault((entry.record, entry.source.name, entry.source.part), []).append(entry.verb)
        elif entry.verb == CORRECTED and not entry.claims.get("of"):
            put_right.append(entry)
        if progress is not None:
            progress(1)
    placed = sorted(
        ((statement.position, record, statement) for record in records.values() for statement in record.statements),
        key=lambda each: each[0],
    )
    of_kind = {table.kind: table for table in tables().values() if table.kind}
    for _, record, statement in placed:
        if not KINDS[record.kind].published:
            continue
        table = of_kind[record.kind]
        told = verbs[record.id, statement.source, statement.part]
        gathered.rows[table.name].append(_statement(table, record, statement, told, archive.opened))
        if record.kind == Vote.kind:
            gathered.rows[BALLOTS].extend(_ballots(record, statement))
    gathered.rows[CORRECTIONS] = list(_corrections(records, put_right, archive.opened))
    return gathered


def _key(record: Record, statement: Statement) -> Values:
    return [record.id.removeprefix(f"{record.kind}:"), statement.source, statement.part]


def _statement(table: Table, record: Record, statement: Statement, told: list[str], opened: Opened) -> Values:
    values = [*_key(record, statement), statement.row or None, statement.document or None]
    for column in table.columns[len(STATEMENT) :]:
        if column.name == "verbs":
            opening = record.verbs[0]
            values.append(list(dict.fromkeys(opening if verb == ATTESTED else verb for verb in told)))
        else:
            value = statement.fields.get(column.name)
            values.append(opened(value) if column.name in KINDS[record.kind].personal else value)
    return values


def _ballots(record: Record, statement: Statement) -> Iterator[Values]:
    key = _key(record, statement)
    for member, choice in sorted((statement.fields.get(BALLOTS) or {}).items()):
        yield [*key, member, choice]


def _corrections(records: Mapping[str, Record], put_right: Iterable[Entry], opened: Opened) -> Iterator[Values]:
    """The corrections that change what a record reads, each with what it reads without them."""
    readings: dict[str, dict[str, Any]] = {}
    for entry in put_right:
        reading = readings.get(entry.record)
        if reading is None:
            record = records[entry.record]
            reading = readings[entry.record] = Record(record.id, record.kind, statements=record.statements).reading()
        name, now = entry.claims["field"], entry.claims.get("now")
        was = reading.get(name)
        if name in KINDS[entry.kind].personal:
            was, now = opened(was), opened(now)
        if was == now:
            continue
        reading[name] = now
        yield [entry.record, name, _json(was), _json(now), entry.claims["authority"], entry.claims["reason"] or None]


# -- writing ---------------------------------------------------------------------------------------------------------

_QUOTED = re.compile('[",\r\n]')
_encode = msgspec.json.Encoder(order="deterministic").encode


def _json(value: Any) -> str:
    return _encode(value).decode()


def _cell(value: Any, type_: str) -> str:
    if value is None:
        return ""
    if type_ == ARRAY:
        value = _json(value)
    elif type_ == BOOLEAN:
        return "true" if value else "false"
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def write(table: Table, rows: Iterable[Values]) -> bytes:
    """One table as CSV: header, LF, UTF-8, quotes only where a cell needs them."""
    types = [column.type for column in table.columns]
    lines = [",".join(column.name for column in table.columns)]
    lines += [",".join(map(_cell, row, types)) for row in rows]
    return ("\n".join(lines) + "\n").encode()


@cache
def _description() -> dict[str, Any]:
    return tomllib.loads(DESCRIPTION.read_text(encoding="utf-8"))


def describe(counts: Mapping[str, int], content: Mapping[str, bytes] | None = None, name: str = PACKAGE) -> bytes:
    """``datapackage.json`` for the tables in ``counts``; with their ``content``, also rows, bytes and hash of each.

    Without the content it describes tables kept by hand, whose package goes by another ``name``.
    """
    said = _description()
    package = {
        "profile": "tabular-data-package",
        "name": name,
        **{key: said[key] for key in ("title", "description", "version", "keywords", "licenses")},
        **{key: said[key] for key in ("sources", "contributors")},
        "resources": [_resource(tables()[table], counts[table], (content or {}).get(table)) for table in counts],
    }
    return msgspec.json.format(_encode_in_order(package), indent=1) + b"\n"


_encode_in_order = msgspec.json.Encoder().encode


def _resource(table: Table, rows: int, content: bytes | None) -> dict[str, Any]:
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
    if content is not None:
        resource["bytes"] = len(content)
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        resource["rows"] = rows
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
