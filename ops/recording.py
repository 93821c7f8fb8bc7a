"""Recording by hand: files of drafts and corrections, in YAML or CSV, for ``council record``.

A YAML file holds one document after another, or a list of them. A document is a draft (``kind``, ``fields``, and where
wanted ``id``, ``verb``, ``source``) or a correction (``correct``). A CSV file holds drafts of one kind, one to a row.
All files of one call are one request: everything is recorded or nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import yaml

from domain.archive import Archive
from domain.facts import Claims, FactError, Source
from domain.kinds import KINDS
from domain.recording import Amendment, Draft, Recorded, RefusedError, submit
from domain.symbols import is_symbol
from domain.votes import Vote
from ops.package import BALLOTS, tables
from ops.sources.files import read
from ops.sources.record import READERS

LARGEST = 16 * 1024 * 1024
"""Bytes of a file: a thousand drafts, each as large as an event may be, take no more in practice."""
DEEPEST = 20
"""Levels of a YAML document; a draft needs four."""
DRAFT_KEYS = ("kind", "id", "verb", "source", "fields")
CORRECTION_KEYS = ("record", "field", "now", "authority", "reason", "expected_version")
SOURCE_KEYS = ("name", "row", "document", "part")
CSV_KEYS = ("id", "verb", "source", "statement", "row", "document")
"""Columns of a CSV that are of the draft and not of its fields, as in the data package."""


class NotRecordedError(FactError):
    """Nothing was recorded. The message has one line for each fault: file, place, field and rule."""

    def __init__(self, lines: Sequence[str]) -> None:
        count = "one fault" if len(lines) == 1 else f"{len(lines):,} faults"
        super().__init__("\n".join([f"nothing was recorded: {count}", *(f"  {line}" for line in lines)]))
        self.lines = tuple(lines)


@dataclass(slots=True)
class Item:
    """A draft or correction and where it stands: the file, the place in it, and the line of each of its fields."""

    entry: Draft | Amendment
    file: str
    place: str
    lines: dict[str, int] = field(default_factory=dict)

    def where(self, name: str) -> str:
        """File, place, and the field with its line."""
        line = f" (line {self.lines[name]})" if name in self.lines else ""
        return ", ".join(part for part in (self.file, self.place, f"{name}{line}" if name else "") if part)


def record_files(
    archive: Archive,
    paths: Sequence[Path],
    *,
    by: str,
    kind: str | None = None,
    key: str | None = None,
    dry_run: bool = False,
    today: date | None = None,
) -> Recorded:
    """Record everything that files say, in one transaction. ``kind`` is that of the rows of CSV files.

    Raises :class:`NotRecordedError` with every fault, :class:`ops.sources.findings.SourceError` for a file that cannot
    be read, and :class:`domain.archive.ConflictError` for a record that has moved on.
    """
    items: list[Item] = []
    lines: list[str] = []
    for path in paths:
        found, faults = items_of(path, kind)
        items += found
        lines += faults
    if lines:
        raise NotRecordedError(lines)
    try:
        return submit(archive, [item.entry for item in items], by=by, key=key, today=today, dry_run=dry_run)
    except RefusedError as error:
        told = []
        for fault in error.faults:
            item = items[fault.index] if fault.index >= 0 else Item(Amendment("", "", None, "", ""), fault.record, "")
            told.append(f"{item.where(fault.field)}: {fault.rule}")
        raise NotRecordedError(told) from error


def summary(told: Recorded, dry_run: bool = False) -> list[str]:
    """What became of a request, a line for each record and one for all."""
    lines = []
    for outcome in told.outcomes:
        done = [word for word, holds in (("opened", outcome.opened), ("attested", outcome.attested)) if holds]
        done += [f"{', '.join(outcome.corrected)} corrected"] if outcome.corrected else []
        lines.append(f"{outcome.record}: {' and '.join(done) or 'known already, nothing added'}")
    if dry_run:
        return [*lines, "all is in order; nothing was recorded (--dry-run)"]
    if told.repeated:
        return [*lines, f"recorded before under this key, at positions {told.first:,} to {told.last:,}; nothing added"]
    return [*lines, f"recorded at positions {told.first:,} to {told.last:,}" if told.first else "nothing was new"]


def as_json(told: Recorded) -> str:
    """What became of a request, as JSON."""
    return json.dumps(asdict(told), ensure_ascii=False, indent=2)


def items_of(path: Path, kind: str | None = None) -> tuple[list[Item], list[str]]:
    """The drafts and corrections of a file, and the faults in its form, each naming file and line.

    Raises :class:`ops.sources.findings.SourceError` if the file cannot be read at all.
    """
    raw = read(path)
    if len(raw) > LARGEST:
        return [], [f"{path.name}: {len(raw):,} bytes; at most {LARGEST:,} are read: split the file"]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return [], [f"{path.name}, line {line}: this is no UTF-8 text; save the file as UTF-8"]
    if path.suffix.lower() == ".csv":
        return _csv_items(text, path.name, kind)
    return _yaml_items(text, path.name)


# -- YAML ------------------------------------------------------------------------------------------------------------


class _FormError(ValueError):
    """A document that is not of the form; ``line`` where it shows."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


class Loader(yaml.SafeLoader):
    """YAML as a clerk means it: ``no`` is a ballot, 2023-09-05 a text, a key stands once, nothing is referred to.

    YAML 1.1, which the library reads, makes a truth value of ``no``, a date of 2023-09-05 and a number of 10:05.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        """One node. Raises :class:`_FormError` for anchors and aliases, and for nesting without end."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _FormError(event.start_mark.line + 1, "anchors (&) and aliases (*) are not read; write it out")
        depth = getattr(self, "_depth", 0) + 1
        if depth > DEEPEST:
            raise _FormError(event.start_mark.line + 1, f"more than {DEEPEST} levels")
        self._depth = depth
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth = depth - 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping. Raises :class:`_FormError` for a key that stands twice."""
        seen: set[str] = set()
        for name, _ in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise _FormError(name.start_mark.line + 1, "a key is a plain word")
            if name.value in seen:
                raise _FormError(name.start_mark.line + 1, f"the key {name.value[:60]!r} stands twice")
            seen.add(name.value)
        return {name.value: self.construct_object(value, deep=True) for name, value in node.value}


Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)\Z"), ["~", "n", ""])
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"])
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z"), [*"-0123456789"])


def _yaml_items(text: str, file: str) -> tuple[list[Item], list[str]]:
    items: list[Item] = []
    faults: list[str] = []
    try:
        for number, (line, node) in enumerate(_documents(text), start=1):
            place = f"document {number} (line {line})"
            try:
                items.append(_item(node, file, place))
            except _FormError as error:
                faults.append(f"{file}, {place}, line {error.line}: {error}")
    except _FormError as error:
        faults.append(f"{file}, line {error.line}: {error}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        faults.append(f"{file}{where}: this is no YAML: {error.problem or error.context}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        faults.append(f"{file}, line {line}: U+{ord(text[error.position]):04X} cannot stand in YAML")
    if not items and not faults:
        faults.append(f"{file}: there is nothing to record in it")
    return items, faults


def _documents(text: str) -> Iterator[tuple[int, Any]]:
    """The documents of a YAML text, those of a list one by one, each with its line. Empty ones are passed over."""
    loader = Loader(text)
    try:
        while loader.check_node():
            node: Any = loader.get_node()
            for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
                if not (isinstance(each, yaml.ScalarNode) and each.tag.endswith(":null")):
                    yield each.start_mark.line + 1, each
    finally:
        loader.dispose()


def _plain(node: Any) -> Any:
    """A node as plain values. Raises :class:`_FormError` for what is none: a tag, a key twice."""
    maker = Loader("")
    try:
        return maker.construct_document(node)
    except yaml.constructor.ConstructorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else node.start_mark.line + 1
        raise _FormError(line, f"not a plain value: {error.problem}") from error
    except (ValueError, OverflowError) as error:  # a tag that promises what the text is not
        raise error if isinstance(error, _FormError) else _FormError(node.start_mark.line + 1, str(error)) from error
    finally:
        maker.dispose()


def _item(node: Any, file: str, place: str) -> Item:
    start = node.start_mark.line + 1
    value = _plain(node)
    if not isinstance(value, dict):
        raise _FormError(start, "a document is a draft (kind, fields) or a correction (correct)")
    if "correct" in value:
        _known(value, ("correct",), start)
        return Item(_correction(value["correct"], start), file, place, _lines(node, "correct"))
    _known(value, DRAFT_KEYS, start)
    kind = value.get("kind")
    fields = value.get("fields")
    if not isinstance(kind, str) or kind not in KINDS or not KINDS[kind].published:
        raise _FormError(start, f"kind: {_shown(kind)} is none of {', '.join(named())}")
    if not isinstance(fields, dict):
        raise _FormError(start, f"fields: give the fields of the {kind}; `council record --template {kind}` shows them")
    fields = {name: _as_meant(KINDS[kind], name, given) for name, given in fields.items()}
    texts = {name: _text(value, name, start) for name in ("id", "verb")}
    draft = Draft(kind, fields, source=_source(value.get("source"), start), **texts)
    return Item(draft, file, place, {**_lines(node, None), **_lines(node, "fields")})


def _correction(value: Any, line: int) -> Amendment:
    if not isinstance(value, dict):
        raise _FormError(line, "correct: give record, field, now, authority and reason")
    _known(value, CORRECTION_KEYS, line)
    missing = [name for name in CORRECTION_KEYS[:5] if name not in value]
    if missing:
        raise _FormError(line, f"correct: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    record, name, authority, reason = (_text(value, name, line) for name in ("record", "field", "authority", "reason"))
    version = value.get("expected_version")
    if version is not None and not isinstance(version, int):
        raise _FormError(line, f"expected_version: {_shown(version)} is no whole number")
    kind = KINDS.get(record.partition(":")[0])
    now = _as_meant(kind, name, value["now"]) if kind else value["now"]
    return Amendment(record, name, now, authority, reason, version)


def _known(value: dict[str, Any], accepted: Sequence[str], line: int) -> None:
    unknown = [name for name in value if name not in accepted]
    if unknown:
        raise _FormError(line, f"{unknown[0][:60]!r} is not one of {', '.join(accepted)}")


def _text(value: dict[str, Any], name: str, line: int) -> str:
    """A text, given as one or as a whole number; empty where it is not given."""
    given = value.get(name)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise _FormError(line, f"{name}: {_shown(given)} is no text")
    return str(given)


def _source(given: Any, line: int) -> Source:
    """``S/PV.9410``, the name of a data set, or a mapping of name, row, document and part."""
    if given is None:
        return Source(name="document")
    if isinstance(given, str):
        return Source(name="document", document=given) if is_symbol(given) else Source(name=given)
    if not isinstance(given, dict):
        raise _FormError(line, f"source: {_shown(given)} is neither a symbol nor name, row, document and part")
    _known(given, SOURCE_KEYS, line)
    try:
        return msgspec.convert({"name": "document", **given}, Source)
    except msgspec.ValidationError as error:
        raise _FormError(line, f"source: {error}") from error


def _lines(node: Any, within: str | None) -> dict[str, int]:
    """Key → its line, of a mapping or of the mapping under one of its keys."""
    if within is not None:
        node = next((value for name, value in node.value if name.value == within), None)
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {name.value: name.start_mark.line + 1 for name, _ in node.value}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@cache
def _hints(kind: type[Claims]) -> dict[str, Any]:
    return get_type_hints(kind)


def _as_meant(kind: type[Claims], name: str, value: Any) -> Any:
    """A whole number where a text is meant (a year as a period, a rule of procedure) is that text."""
    wanted = [option for option in get_args(_hints(kind).get(name)) if option is not NoneType]
    if wanted == [str] and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if wanted == [list[str]] and isinstance(value, list):
        return [str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in value]
    return value


def named() -> list[str]:
    """The kinds of record a clerk can record."""
    return [name for name, kind in KINDS.items() if kind.published]


# -- CSV -------------------------------------------------------------------------------------------------------------


def _csv_items(text: str, file: str, kind: str | None) -> tuple[list[Item], list[str]]:
    if kind not in named():
        known = ", ".join(named())
        return [], [f"{file}: a CSV holds drafts of one kind: name it with --kind, one of {known}"]
    columns = next(table for table in tables().values() if table.kind == kind).columns
    readers = {column.name: READERS[column.type] for column in columns if column.name != "verbs"}
    readers |= {"verb": str} | ({BALLOTS: _ballots} if kind == Vote.kind else {})
    items: list[Item] = []
    faults: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        strange = [name for name in header if name not in readers]
        doubled = sorted({name for name in header if header.count(name) > 1})
        if strange or doubled or not header:
            wrong = (
                f"{strange[0][:60]!r} is no column" if strange else f"{doubled[0]!r} stands twice" if doubled else ""
            )
            what = wrong or "there is no header"
            return [], [f"{file}, line 1: {what}; the columns of a {kind} are {', '.join(readers)}"]
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                faults.append(f"{file}, line {line}: {len(cells)} cells where the header has {len(header)}")
            elif cells:
                found = _row(dict(zip(header, cells, strict=True)), readers, kind, file, line)
                items += [found] if isinstance(found, Item) else []
                faults += found if isinstance(found, list) else []
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(f"{file}, line {reader.line_num}: not well-formed CSV ({error})")
    if not items and not faults:
        faults.append(f"{file}: there is nothing to record in it")
    return items, faults


def _row(cells: dict[str, str], readers: dict[str, Any], kind: str, file: str, line: int) -> Item | list[str]:
    """One row as a draft, or what is wrong with its cells. An empty cell says nothing."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, cell in cells.items():
        try:
            if cell:
                values[name] = readers[name](cell)
        except ValueError as error:
            faults.append(f"{file}, line {line}, {name}: {cell[:60]!r} {error}")
    if faults:
        return faults
    of = {name: values.pop(name) for name in CSV_KEYS if name in values}
    source = _source(of.get("source"), line)
    source = msgspec.structs.replace(
        source, row=of.get("row", ""), document=of.get("document", source.document), part=of.get("statement", 0)
    )
    return Item(Draft(kind, values, id=of.get("id", ""), verb=of.get("verb", ""), source=source), file, f"line {line}")


def _ballots(cell: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(cell, type=dict[str, str])
    except msgspec.DecodeError:
        raise ValueError('is not JSON of the form {"FRA": "yes"}') from None
