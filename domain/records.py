"""A record: all that the sources have said about one thing, folded from its events.

The reading of a field is, in this order: the latest correction of the record itself; else the value given by the first
source that spoke of the field. Other sources stay beside it. Fields in which sources contradict each other are listed
by :meth:`Record.disagreements`: two truths are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.facts import CORRECTED, REDACTED, Entry, FactError, Source
from domain.written import sealed_fields


@dataclass(slots=True)
class Statement:
    """What one source says of one record, as it stands now (its own later corrections applied)."""

    source: str
    part: int
    row: str
    document: str
    position: int
    occurred: str
    fields: dict[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        """Which statement this is within its record."""
        return (self.source, self.part)


@dataclass(slots=True)
class Record:
    """One record of the archive and the statements behind it. Build it with :meth:`apply`, in log order."""

    id: str
    kind: str
    version: int = 0
    statements: list[Statement] = field(default_factory=list)
    corrections: dict[str, tuple[Any, int]] = field(default_factory=dict)
    """Field → (value, position) put right on somebody's authority."""
    verbs: list[str] = field(default_factory=list)
    redacted: bool = False
    """Whether the names of persons it held are withheld for ever. It reads as before: a reference stays one."""
    named: tuple[str, ...] = ()
    """Every name of a person it was ever said to hold, oldest first, each as the record's other names are held."""

    def apply(self, entry: Entry) -> None:
        """Take one more event of this record into account. Raises :class:`FactError` if it does not follow."""
        if entry.version != self.version + 1:
            raise FactError(
                f"{self.id}: event version {entry.version} at position {entry.position} does not follow {self.version}"
            )
        self.version = entry.version
        for name in sealed_fields(entry.topic, entry.claims):
            if entry.claims.get(name) not in (None, *self.named):
                self.named += (entry.claims[name],)
        if entry.verb == CORRECTED:
            self._correct(entry)
            return
        if entry.verb == REDACTED:
            self.redacted = True
            return
        self.verbs.append(entry.verb)
        fields = entry.claims
        statement = self.statement(entry.source)
        if statement is None:
            self.statements.append(
                Statement(
                    entry.source.name,
                    entry.source.part,
                    entry.source.row,
                    entry.source.document,
                    entry.position,
                    entry.occurred,
                    dict(fields),
                )
            )
        else:
            statement.fields = {**statement.fields, **fields}

    def _correct(self, entry: Entry) -> None:
        name, now = entry.claims["field"], entry.claims.get("now")
        of = entry.claims.get("of", "")
        if not of:
            self.corrections[name] = (now, entry.position)
            return
        statement = self.statement(Source(name=of, part=entry.claims.get("part", 0)))
        if statement is None:
            raise FactError(f"{self.id}: {of} has stated nothing that could be corrected (position {entry.position})")
        if now is None:
            statement.fields.pop(name, None)
        else:
            statement.fields[name] = now

    def statement(self, source: Source) -> Statement | None:
        """What this source (and part) has said of the record, if anything."""
        for statement in self.statements:
            if statement.source == source.name and statement.part == source.part:
                return statement
        return None

    def reading(self) -> dict[str, Any]:
        """Field → value as the record reads now."""
        fields: dict[str, Any] = {}
        for statement in reversed(self.statements):
            fields.update(statement.fields)
        for name, (value, _) in self.corrections.items():
            if value is None:
                fields.pop(name, None)
            else:
                fields[name] = value
        return fields

    def disagreements(self, compared: tuple[str, ...]) -> dict[str, list[tuple[Any, list[Statement]]]]:
        """Fields in which statements contradict each other: field → the values, each with who states it."""
        found: dict[str, list[tuple[Any, list[Statement]]]] = {}
        if len(self.statements) < 2:
            return found
        for name in compared:
            values: list[tuple[Any, list[Statement]]] = []
            for statement in self.statements:
                if name not in statement.fields:
                    continue
                value = statement.fields[name]
                for known, by in values:
                    if known == value:
                        by.append(statement)
                        break
                else:
                    values.append((value, [statement]))
            if len(values) > 1:
                found[name] = values
        return found
