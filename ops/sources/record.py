"""The archive's own format: a Frictionless Data Package of small tables, one CSV per kind of record.

A row is one *statement*: what one source says of one record. Two sources that differ are two rows, and the order of
the rows is the order in which the log heard them, which decides how the record reads. Who voted how stands in
``ballots.csv``; what clerks put right on somebody's authority in ``corrections.csv``.

A folder may hold any of the tables and name them in its ``datapackage.json``; a single table may also be brought by
itself, under its own name (``advice.csv``). Columns stand in any order and may be left out, except ``id`` and
``source``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from domain.archive import Register
from domain.facts import CORRECTED, Claims, Correction, FactError, Pending, Source
from domain.kinds import KINDS
from domain.records import Record
from domain.steps import steps
from domain.votes import Vote
from ops.package import (
    ARRAY,
    BALLOTS,
    BOOLEAN,
    CORRECTIONS,
    DESCRIPTOR,
    INTEGER,
    STRING,
    VALUES,
    Column,
    Table,
    tables,
)
from ops.sources.files import AGAIN, read
from ops.sources.findings import Finding, Notice, Problem, SourceError

name = "record"

# -- what is there ---------------------------------------------------------------------------------------------------


def files(path: Path) -> dict[str, Path]:
    """The tables that a folder with a ``datapackage.json``, or a single CSV, brings: name → file, in reading order.

    Raises :class:`SourceError` when there is no package, or it names files that are missing, altered since the
    package was written, outside the folder, or no table of the record.
    """
    if path.is_file() and path.name != DESCRIPTOR:
        return _whole({_table_named(path.name, path).name: path})
    folder = path.parent if path.is_file() else path
    described = _descriptor(folder)
    found: dict[str, Path] = {}
    for resource in described:
        name = str(resource.get("path", ""))
        if not name or PurePosixPath(name).name != name or "\\" in name:
            raise SourceError(
                DESCRIPTOR, "resources", f"the path {name!r} is no file beside it", f"Its tables are {_known()}."
            )
        table = _table_named(name, folder / DESCRIPTOR)
        file = folder / name
        _unaltered(file, resource)
        found[table.name] = file
    return _whole({name: found[name] for name in tables() if name in found})


def _whole(found: dict[str, Path]) -> dict[str, Path]:
    if BALLOTS in found and "votes" not in found:
        raise SourceError(
            found[BALLOTS], "", "ballots belong to the rows of votes.csv, which is missing", "Bring both in one folder."
        )
    return found


def _known() -> str:
    return ", ".join(table.file for table in tables().values())


def _table_named(name: str, file: Path) -> Table:
    table = tables().get(name.removesuffix(".csv")) if name.endswith(".csv") else None
    if table is None:
        raise SourceError(file, "", f"{name!r} is no table of the record", f"Its tables are {_known()}.")
    return table


def _descriptor(folder: Path) -> list[dict[str, Any]]:
    file = folder / DESCRIPTOR
    if not file.exists():
        raise SourceError(
            folder, "", f"there is no {DESCRIPTOR}", "Give a folder that has one, or one table such as advice.csv."
        )
    try:
        described = msgspec.json.decode(read(file))
    except msgspec.DecodeError as error:
        raise SourceError(file, "", f"this is no JSON: {error}", AGAIN) from error
    resources = described.get("resources") if isinstance(described, dict) else None
    if not isinstance(resources, list) or not resources or not all(isinstance(item, dict) for item in resources):
        raise SourceError(file, "", 'there is no list of "resources": no Data Package', AGAIN)
    return resources


def _unaltered(file: Path, resource: dict[str, Any]) -> None:
    """Compare a file with the size and hash its package gives, if it gives any."""
    content = read(file)
    if resource.get("bytes") not in (None, len(content)):
        what = f"the file has {len(content)} bytes, {DESCRIPTOR} says {resource['bytes']}: cut off or changed"
    elif resource.get("hash") not in (None, f"sha256:{hashlib.sha256(content).hexdigest()}"):
        what = f"the file was changed: it has not the SHA-256 that {DESCRIPTOR} gives"
    else:
        return
    todo = f'{AGAIN} If you changed it yourself, delete "bytes", "hash" and "rows" of the table from {DESCRIPTOR}.'
    raise SourceError(file, "", what, todo)


# -- reading rows ----------------------------------------------------------------------------------------------------

Cells = dict[str, Any]
Row = tuple[int, Cells]
"""The line in the file where the row begins, and its filled cells by column."""

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_array = msgspec.json.Decoder(list[str]).decode


def _integer(cell: str) -> int:
    if not _INTEGER.fullmatch(cell):
        raise ValueError("is not a whole number")
    return int(cell)


def _boolean(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return cell == "true"


def _list(cell: str) -> list[str]:
    try:
        return _array(cell)
    except msgspec.DecodeError:
        raise ValueError('is not a JSON list of texts, such as ["S/PV.9048"]') from None


READERS: dict[str, Callable[[str], Any]] = {STRING: str, INTEGER: _integer, BOOLEAN: _boolean, ARRAY: _list}


def rows(table: Table, file: Path) -> Iterator[Row]:
    """The rows of one table, typed. Raises :class:`SourceError` naming file, line and column of the first fault."""
    # The file is read strictly: our own format is UTF-8, and a guess at anything else would change names.
    raw = read(file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(file, f"line {line}", "this is no UTF-8 text", "Save the table as CSV in UTF-8.") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        columns = _columns(table, next(reader, []), file)
        names = [column.name for column in columns]
        special = [(column.name, column, READERS[column.type]) for column in columns if _special(column)]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(names):
                row: Cells = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
                _read_specials(row, special, file, line)
                yield line, row
            elif cells:
                what = f"the row has {len(cells)} cells where the header has {len(names)}: cut off or wrongly quoted?"
                raise SourceError(file, f"line {line}", what, AGAIN)
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(file, f"line {line}", f"not well-formed CSV ({error}): cut off?", AGAIN) from error


def _special(column: Column) -> bool:
    """Whether a cell of this column is more than any text that may be there."""
    return bool(column.type != STRING or column.values or (column.required and column.name != "statement"))


def _read_specials(row: Cells, special: list[tuple[str, Column, Callable[[str], Any]]], file: Path, line: int) -> None:
    """Read the cells that are no plain texts, in place."""
    for name, column, reader in special:
        cell = row.get(name)
        if cell is None:
            if column.required and name != "statement":
                raise _fault(file, line, name, "the cell is empty")
            continue
        try:
            row[name] = reader(cell)
        except ValueError as error:
            raise _fault(file, line, name, f"{cell[:60]!r} {error}") from error
        if column.values and cell not in column.values:
            raise _fault(file, line, name, f"{cell[:60]!r} is not one of {', '.join(column.values)}")


def _fault(file: Path, line: int, column: str, what: str) -> SourceError:
    where = f"line {line}, column {column}" if column else f"line {line}"
    return SourceError(file, where, what, "Put the row right and import again; nothing was recorded.")


def _columns(table: Table, header: list[str], file: Path) -> list[Column]:
    known = {column.name: column for column in table.columns}
    for name in header:
        if name not in known:
            what = f"the header names {name[:40]!r}, which is no column of {table.file}"
            raise SourceError(file, "line 1", what, f"Its columns are {', '.join(known)}.")
    doubled = [name for name, times in Counter(header).items() if times > 1]
    if doubled:
        raise SourceError(file, "line 1", f"the header names {doubled[0]} twice", "Leave one of the two.")
    for column in table.columns:
        if column.required and column.name not in header and column.name != "statement":
            raise SourceError(file, "line 1", f"the header lacks {column.name}", "Add the column.")
    return [known[name] for name in header]


# -- statements ------------------------------------------------------------------------------------------------------


def statements(path: Path) -> Iterator[Pending | Problem]:
    """Every statement of a package or table, with its original source, in the order of the files.

    A statement that breaks a rule of its kind is a :class:`Problem`. Raises :class:`SourceError` naming file, line
    and column of the first fault in form.
    """
    present = files(path)
    for name, file in present.items():
        table = tables()[name]
        if table.kind == Vote.kind:
            yield from _votes(table, file, present.get(BALLOTS))
        elif table.kind:
            yield from _of_kind(table, file, {})


Key = tuple[str, str, int]


def _votes(table: Table, file: Path, ballots: Path | None) -> Iterator[Pending | Problem]:
    cast = _ballots(ballots) if ballots else {}
    yield from _of_kind(table, file, cast)
    if cast:
        assert ballots is not None
        vote, source, statement = next(iter(cast))
        what = f"the ballots of {vote} as stated by {source} (statement {statement}) have no row in votes.csv"
        raise SourceError(ballots, "", what, "Add the vote, or take the ballots out.")


def _ballots(file: Path) -> dict[Key, dict[str, str]]:
    cast: dict[Key, dict[str, str]] = {}
    for line, row in rows(tables()[BALLOTS], file):
        of = cast.setdefault((row["vote"], row["source"], row.get("statement", 0)), {})
        member = row["member"]
        if member in of:
            raise _fault(file, line, "member", f"{member} has voted in {row['vote']} already")
        of[member] = row["choice"]
    return cast


def _of_kind(table: Table, file: Path, ballots: dict[Key, dict[str, str]]) -> Iterator[Pending | Problem]:
    """The statements of one table; takes the ballots it uses out of ``ballots``."""
    kind = KINDS[table.kind]
    prefix = f"{table.kind}:"
    seen: set[Key] = set()
    for line, row in rows(table, file):
        key: Key = (row.pop("id"), row.pop("source"), row.pop("statement", 0))
        record, source, part = key
        if record.startswith(prefix):
            raise _fault(file, line, "id", f"the id {record!r} stands here without {prefix!r}")
        if key in seen:
            what = f"{source} speaks of {record} in an earlier row too; number the two in the column statement"
            raise _fault(file, line, "", what)
        seen.add(key)
        by = Source(name=source, row=row.pop("row", ""), document=row.pop("document", ""), part=part)
        verbs = row.pop("verbs", None)
        if key in ballots:
            row[BALLOTS] = ballots.pop(key)
        try:
            told = [(verb, kind(**fields)) for verb, fields in steps(kind, verbs, row)]
            for claims in (kind(**row), *(claims for _, claims in told)):
                claims.vet()
        except FactError as error:
            yield Problem(file.name, f"line {line}", "", record, str(error))
            continue
        for verb, claims in told:
            yield Pending(prefix + record, verb, by, claims)


# -- corrections -----------------------------------------------------------------------------------------------------


def corrections(path: Path) -> Iterator[Pending | Problem]:
    """What clerks put right on somebody's authority, in order. Raises :class:`SourceError` as the statements do."""
    file = files(path).get(CORRECTIONS)
    if file is None:
        return
    for line, row in rows(tables()[CORRECTIONS], file):
        values: dict[str, Any] = {}
        for column in ("was", "now"):
            try:
                values[column] = msgspec.json.decode(row[column])
            except msgspec.DecodeError as error:
                raise _fault(file, line, column, f'{row[column][:60]!r} is no JSON, such as "1992-01-08"') from error
        kind = KINDS.get(row["record"].partition(":")[0])
        if kind is None:
            raise _fault(file, line, "record", f"{row['record']!r} names no record, such as vote:S/RES/2623")
        if row["field"] not in kind.__struct_fields__:
            known = ", ".join(kind.__struct_fields__)
            raise _fault(file, line, "field", f"a {kind.kind} has no field {row['field']!r}; it has {known}")
        correction = Correction(field=row["field"], authority=row["authority"], reason=row.get("reason", ""), **values)
        problem = _unfit(kind, correction)
        if problem:
            yield Problem(file.name, f"line {line}", "now", row["now"], problem)
        else:
            yield Pending(row["record"], CORRECTED, Source(name="correction", row=f"{file.name}:{line}"), correction)


def _unfit(kind: type[Claims], correction: Correction) -> str:
    """Why a field cannot read so; empty if it can."""
    values = VALUES.get((kind.kind, correction.field))
    if values and correction.now is not None and correction.now not in values:
        return f"{correction.field} is one of {', '.join(values)}"
    if correction.now is None and correction.field in kind.required:
        return f"a {kind.kind} needs {correction.field}: it cannot be taken away"
    try:
        msgspec.convert({correction.field: correction.now}, kind).check_dates()
    except (FactError, msgspec.ValidationError) as error:
        return str(error)
    return ""


def _unmade(pending: list[Pending], register: Register) -> Iterator[Pending | Notice]:
    """Of these corrections those the log does not hold, in their order.

    Where the log has put a field right already, the steps go on from what it reads now; where it reads something that
    no step begins from, somebody has put it right otherwise since, and it stays.
    """
    steps: dict[tuple[str, str], list[Correction]] = {}
    for fact in pending:
        assert isinstance(fact.claims, Correction)
        steps.setdefault((fact.record, fact.claims.field), []).append(fact.claims)
    skipped = {key: _made(register.get(key[0]), key[1], each) for key, each in steps.items()}
    met: Counter[tuple[str, str]] = Counter()
    for fact in pending:
        assert isinstance(fact.claims, Correction)
        key = (fact.record, fact.claims.field)
        made = skipped[key]
        met[key] += 1
        if made is None:
            why = f"{key[1]} of {key[0]} has been put right otherwise here, and stays so"
            yield Notice(f"{CORRECTIONS}.csv", fact.source.row.rpartition(":")[2], key[1], str(fact.claims.now), why)
        elif met[key] > made:
            yield fact


def _made(record: Record | None, field: str, steps: list[Correction]) -> int | None:
    """How many of the steps the record has made; None if it has gone another way."""
    if record is not None and record.redacted and field in KINDS[record.kind].personal:
        return len(steps)  # whom it named is withheld for ever
    if record is None or field not in record.corrections:
        return 0
    reads = record.corrections[field][0]
    if reads == steps[-1].now:
        return len(steps)
    return next((nth for nth in reversed(range(len(steps))) if steps[nth].was == reads), None)


# -- the module's face, as every source has it -----------------------------------------------------------------------


_read_by_check: dict[tuple[tuple[str, int, int], ...], list[Pending | Problem]] = {}
"""What :func:`check` has read last and :func:`facts` has not taken yet, by the files' paths, sizes and times."""


def _print(path: Path) -> tuple[tuple[str, int, int], ...]:
    stats = [(str(file), file.stat()) for file in files(path).values()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def check(path: Path) -> None:
    """Read everything once: a fault in the last row is found before the first is recorded.

    Raises :class:`SourceError` naming file, line and column of the first fault.
    """
    _read_by_check.clear()
    fingerprint = _print(path)
    read_now = list(statements(path))
    for _ in corrections(path):
        pass
    _read_by_check[fingerprint] = read_now


def count(path: Path) -> int:
    """About how many facts there are: the rows of all tables but the ballots, which belong to votes."""
    return sum(max(0, read(file).count(b"\n") - 1) for name, file in files(path).items() if name != BALLOTS)


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """The statements, each under its original source, names, seats and members first; then the corrections."""
    yield from _read_by_check.pop(_print(path), None) or statements(path)
    found = list(corrections(path))
    yield from (finding for finding in found if isinstance(finding, Problem))
    yield from _unmade([finding for finding in found if isinstance(finding, Pending)], register)
