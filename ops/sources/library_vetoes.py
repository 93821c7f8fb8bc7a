"""The Library's list of vetoes: one row for each vetoed draft, newest first; each caster is one veto here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain import calendar, symbols, vetoes
from domain.archive import Register
from domain.facts import Pending, Source
from ops.sources import files, matching
from ops.sources.findings import UNMATCHED, Finding, Notice, Problem, SourceError
from ops.sources.names import UnknownNameError, casters, member
from ops.sources.tables import Row, rows

name = "library-vetoes"

_HEADER = ("date", "draft", "written record", "agenda item", "permanent member casting negative vote")
_SHORT_YEAR = re.compile(r"(.*[a-z]) (\d{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Vetoed:
    """One row: a proposal and those whose No defeated it."""

    line: int
    date: str
    printed: str
    label: str
    records: tuple[str, ...]
    agenda: str
    casters: tuple[str, ...]


def _rows(path: Path) -> Iterator[Row]:
    headed = False
    for row in rows(path):
        if tuple(cell.line.lower() for cell in row.cells) == _HEADER:
            headed = True
        elif headed and len(row.cells) >= len(_HEADER):
            yield row
    if not headed:
        raise SourceError(
            path,
            "",
            "no table with the columns Date, Draft, Written Record, Agenda Item, Permanent Member",
            "Check the source.",
        )


def check(path: Path) -> None:
    """Raises :class:`SourceError` unless the page is the whole list."""
    if not count(path):
        raise SourceError(path, "", "the table has no rows", files.AGAIN)


def count(path: Path) -> int:
    """Rows of the list."""
    return sum(1 for _ in _rows(path))


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """Vetoes, oldest first; the casters of a row in the order of the Charter's list as printed."""
    listed: list[_Vetoed] = []
    for row in reversed(list(_rows(path))):
        read = _read(path, row)
        if isinstance(read, _Vetoed):
            listed.append(read)
        else:
            yield read
    said = [
        matching.Said(
            row=f"{path.name}:{one.line}",
            date=one.date,
            label=one.label,
            outcome="vetoed",
            vetoed_by=frozenset(member(caster).code for caster in one.casters),
            words=one.agenda,
            meeting=one.records[0] if one.records else "",
        )
        for one in listed
    ]
    decided = matching.proposals(matching.Votes.of(register, name), said)
    nth: Counter[tuple[str, str]] = Counter()
    for place, one in enumerate(listed):
        nth[one.label, one.date] += 1
        vote = None if decided[place].opens else decided[place].vote
        if vote is None and decided[place].why:
            yield Problem(
                path.name, str(one.line), "draft", one.printed, f"{decided[place].why}; recorded by itself", UNMATCHED
            )
        yield from _casts(path, one, vote, nth[one.label, one.date], register)


def _read(path: Path, row: Row) -> _Vetoed | Problem:
    day, draft, record, agenda, who = (cell.line for cell in row.cells[: len(_HEADER)])
    short = _SHORT_YEAR.fullmatch(day)
    try:
        when = calendar.iso(calendar.parse_day(f"{short[1]} 19{short[2]}" if short else day))
    except calendar.CalendarError as error:
        return Problem(path.name, str(row.line), "Date", day, str(error))
    try:
        named = casters(who)
    except UnknownNameError as error:
        return Problem(path.name, str(row.line), "Permanent Member", who, str(error))
    found = symbols.find_all(draft)
    if not found:
        return Problem(path.name, str(row.line), "Draft", draft, "not the symbol of a draft")
    records = tuple(symbol.canonical for symbol in symbols.find_all(record))
    return _Vetoed(row.line, when, draft, found[0].canonical, records, agenda, tuple(named))


def _casts(path: Path, one: _Vetoed, vote: str | None, nth: int, register: Register) -> Iterator[Finding]:
    meeting = next((record for record in one.records if record.startswith("S/PV.")), None)
    for caster in one.casters:
        code = member(caster).code
        listed = vetoes.listed_veto_id(one.label, one.date, nth, code)
        tied = vote is not None and register.get(listed) is None  # one that stands in the archive by itself stays one
        record = vetoes.veto_id(vote, code) if tied and vote else listed
        claims = vetoes.Veto(
            vote=vote,
            member=code,
            date=one.date,
            draft=None if one.label.startswith("S/PV.") else one.label,
            meeting=meeting,
            records=list(one.records) if one.records and list(one.records) != [meeting] else None,
            agenda=one.agenda or None,
            caster=caster,
        )
        yield Pending(record, "cast", Source(name=name, row=f"{path.name}:{one.line}"), claims)
    if len(set(one.casters)) != len(one.casters):
        yield Notice(path.name, str(one.line), "Permanent Member", ", ".join(one.casters), "a member is named twice")
