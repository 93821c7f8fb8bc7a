"""Missions of the Council, from the workbook of its Affairs Division: dates, places, leads, participants, documents."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl

from domain import symbols
from domain.archive import Register
from domain.facts import FactError, Pending, Source
from domain.missions import Mission, mission_id
from ops.sources import files
from ops.sources.findings import Finding, Notice, Problem, SourceError

name = "missions"

_COLUMNS = (
    "Year",
    "Title",
    "Start Date",
    "End Date",
    "Region",
    "Country visited",
    "Sites visited",
    "Mission (co)lead(s)",
    "Participants",
    "Mission ToRs",
    "ToR Link",
    "Mission Report",
    "Report Link",
    "Related SC Meeting",
    "SC Meeting Link",
    "Comments",
)
_ABSENT = ("", "not available", "n/a", "--", "none")
_STATEMENT = re.compile(r"(?:S/)?PRST[ /]+(\d{4})/(\d+)")
_FURTHER = re.compile(r"Related SC Meeting (\d+)")

_Cells = dict[str, Any]


def _rows(path: Path) -> Iterator[tuple[str, int, _Cells]]:
    """(sheet, row, cells by header) of the sheet that has the columns; blank rows are passed over."""
    files.read(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError) as error:
        raise SourceError(path, "", f"not a whole Excel workbook ({error})", files.AGAIN) from error
    except Exception as error:  # openpyxl lets the errors of half a dozen parsers through
        raise SourceError(path, "", f"not a readable Excel workbook ({type(error).__name__})", files.AGAIN) from error
    try:
        for sheet in book.worksheets:
            lines = sheet.iter_rows(values_only=True)
            header = [files.clean(cell) for cell in next(lines, ())]
            if not all(column in header for column in _COLUMNS):
                continue
            for number, values in enumerate(lines, start=2):
                if any(value not in (None, "") for value in values):
                    yield (
                        sheet.title,
                        number,
                        {head: value for head, value in zip(header, values, strict=False) if head},
                    )
            return
        raise SourceError(
            path, "", f"no sheet with the columns {', '.join(_COLUMNS)}", "Check the source's name and the file."
        )
    except (zipfile.BadZipFile, EOFError, SyntaxError) as error:
        raise SourceError(path, "", f"the workbook is damaged ({error})", files.AGAIN) from error
    finally:
        book.close()


def check(path: Path) -> None:
    """Raises :class:`SourceError` unless the file is the workbook and has missions in it."""
    if not count(path):
        raise SourceError(path, "", "the sheet has no missions", files.AGAIN)


def count(path: Path) -> int:
    """Missions in the workbook."""
    return sum(1 for _ in _rows(path))


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """Missions, oldest first (from the bottom of the sheet)."""
    seen: Counter[str] = Counter()
    for sheet, number, cells in reversed(list(_rows(path))):
        yield from _mission(path, sheet, number, cells, seen)


def _mission(path: Path, sheet: str, number: int, cells: _Cells, seen: Counter[str]) -> Iterator[Finding]:
    where = f"{sheet}:{number}"
    notes: list[tuple[str, str, str]] = []
    year, title = _year(cells["Year"]), files.clean(cells["Title"])
    if year is None or not title:
        yield Problem(path.name, where, "Year", f"{cells['Year']} {title}", "a mission needs a year and a title")
        return
    first, last = (_day(cells[column], column, notes) for column in ("Start Date", "End Date"))
    if first and last and first > last:
        notes.append(("Start Date", first, f"the mission would leave after its return on {last}: start left out"))
        first = None
    if first and abs(int(first[:4]) - year) > 1:
        notes.append(("Start Date", first, f"the mission is listed under {year}"))
    terms, terms_more = _document(cells, "Mission ToRs", "ToR Link", notes)
    report, report_more = _document(cells, "Mission Report", "Report Link", notes)
    meetings = [_meeting(cells, "Related SC Meeting", "SC Meeting Link", notes)]
    more = terms_more + report_more
    for column in sorted((head for head in cells if _FURTHER.fullmatch(head)), key=lambda head: int(head.split()[-1])):
        link = f"SC Meeting {column.split()[-1]} Link"
        value = files.clean(cells.get(column))
        if statement := _STATEMENT.fullmatch(value):
            symbol = f"S/PRST/{statement[1]}/{statement[2]}"
            if symbol != value:
                notes.append((column, value, f"read as {symbol}"))
            value = symbol
        found = symbols.find_all(value)
        if found and found[0].series != "record":
            more += [symbol.canonical for symbol in found]
            _compare(value, cells.get(link), link, notes)
        elif value:
            meetings.append(_meeting(cells, column, link, notes))
    claims = Mission(
        year=year,
        title=title,
        first=first,
        last=last,
        region=_text(cells["Region"]),
        countries=_list(cells["Country visited"]),
        sites=_list(cells["Sites visited"]),
        leads=_list(cells["Mission (co)lead(s)"]),
        participants=_participants(cells, notes),
        terms_of_reference=terms,
        report=report,
        documents=list(dict.fromkeys(symbol for symbol in more if symbol not in (terms, report))) or None,
        meetings=list(dict.fromkeys(meeting for meeting in meetings if meeting)) or None,
        remark=_text(cells["Comments"]),
    )
    record = mission_id(year, title)
    seen[record] += 1
    if seen[record] > 1:
        record = f"{record}-{first or seen[record]}"
        notes.append(("Title", title, f"another mission of {year} has this title; recorded as {record}"))
    for column, value, why in notes:
        yield Notice(path.name, where, column, value, why)
    try:
        claims.check()
    except FactError as error:
        yield Problem(path.name, where, "", title, str(error))
        return
    yield Pending(record, "undertaken", Source(name=name, row=f"{path.name}:{where}"), claims)


def _year(value: Any) -> int | None:
    text = files.clean(value).removesuffix(".0")
    return int(text) if text.isdigit() and len(text) == 4 else None


def _day(value: Any, column: str, notes: list[tuple[str, str, str]]) -> str | None:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d") if value.year >= 1000 else None
    text = files.clean(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}(?: 00:00:00)?", text):
        return text[:10]
    if text.lower() not in _ABSENT:
        notes.append((column, text, "not a date: left out"))
    return None


def _text(value: Any) -> str | None:
    text = files.clean(value)
    return None if text.lower() in _ABSENT else text


def _list(value: Any) -> list[str] | None:
    text = _text(value)
    parts = [" ".join(part.split()) for part in text.split(",")] if text else []
    return list(dict.fromkeys(part for part in parts if part)) or None


def _participants(cells: _Cells, notes: list[tuple[str, str, str]]) -> list[str] | None:
    listed = _list(cells["Participants"])
    printed = files.clean(cells["Participants"])
    if listed and len(listed) != len([part for part in printed.split(",") if part.strip()]):
        notes.append(("Participants", printed[:80], "a participant is listed twice; recorded once"))
    return listed


def _document(cells: _Cells, column: str, link: str, notes: list[tuple[str, str, str]]) -> tuple[str | None, list[str]]:
    """The symbol in a column, and further ones beside it."""
    text, beside = _text(cells[column]), files.clean(cells.get(link))
    found = symbols.find_all(text or "")
    if not found:
        elsewhere = symbols.find_all(beside) if "://" not in beside else []
        if text:
            notes.append((column, text, "not a document symbol: left out"))
        if elsewhere:
            notes.append((link, beside, f"symbols stand in this column, and none in {column}: recorded as documents"))
        return None, [symbol.canonical for symbol in elsewhere]
    _compare(text or "", beside, link, notes)
    return found[0].canonical, [symbol.canonical for symbol in found[1:]]


def _compare(value: str, link: Any, column: str, notes: list[tuple[str, str, str]]) -> None:
    """Say so where a link leads to another document than its cell names; the cell's value is what is recorded."""
    named = {symbol.canonical for symbol in symbols.find_all(value)}
    linked = {symbol.canonical for symbol in symbols.find_all(unquote(files.clean(link)))}
    if linked and named and not linked & named:
        notes.append(
            (
                column,
                ", ".join(sorted(linked)),
                f"the link leads elsewhere than the cell, which says {value}; the cell's kept",
            )
        )


def _meeting(cells: _Cells, column: str, link: str, notes: list[tuple[str, str, str]]) -> str | None:
    text = _text(cells.get(column))
    if text is None:
        return None
    symbol = f"S/PV.{text}" if text.isdigit() else text
    found: Sequence[symbols.Symbol] = symbols.find_all(symbol)
    if not found or found[0].series != "record":
        notes.append((column, text, "not a meeting number: left out"))
        return None
    _compare(symbol, cells.get(link), link, notes)
    return found[0].canonical
