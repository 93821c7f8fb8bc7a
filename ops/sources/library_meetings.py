"""The Library's yearly tables of meetings: record, date, press release, topic, outcome and tally; one page a year.

The pages have four columns up to 1993 or so (no press releases), five since, seven for 2020 and 2021 (recording and
letters); the newest meeting comes first. Dates bear no year: it is that of the heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from domain import calendar, documents, meetings, symbols, votes
from domain.archive import Register
from domain.facts import Pending, Source
from ops.sources import files, matching
from ops.sources import outcomes as reading
from ops.sources.findings import UNMATCHED, Finding, Notice, Problem, SourceError
from ops.sources.names import member
from ops.sources.order import running_back
from ops.sources.tables import Cell, Row, rows

name = "library-meetings"

_COLUMNS = {
    "meeting record": "record",
    "date": "date",
    "press release": "press",
    "recording": "recording",
    "topic": "topic",
    "letter with vote procedure / briefings": "briefing",
    "letter with vote outcome": "letter",
    "security council outcome / vote": "outcome",
}
_NEEDED = ("record", "date", "topic", "outcome")
_HEADING = re.compile(r"Meetings\s+conducted\s+by\s+the\s+Security\s+Council\s+in\s+(\d{4})", re.IGNORECASE)
_IN_NAME = re.compile(r"scact(\d{4})")
_YEARS = re.compile(r"S/(?:PRST/)?((?:19|20)\d{2})/\d|S/RES/\d+ ?\(((?:19|20)\d{2})\)")
_RECORD = re.compile(r"S/PV\.\s?(\d+)", re.IGNORECASE)
_AGAIN = re.compile(r"\(?\s?(?:Resumption\s?(?P<number>\d+|[IVX]+)?|Part\s?(?P<part>[IVX]+))\s?\)?", re.IGNORECASE)
_CORRIGENDUM = re.compile(r"Corr\.\s?\d+")
_PLACE = re.compile(r"\((meeting held in [^)]+)\)", re.IGNORECASE)
_CLOSED = re.compile(r"\(?\b(?:closed|privada)\b\)?", re.IGNORECASE)
_CLOSED_TOPIC = re.compile(r"[\[(]\s*(?:private(?:\s+meeting)?|closed(?:\s+meeting)?)\s*[\])]", re.IGNORECASE)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}


@dataclass(slots=True)
class _Page:
    """One page: its rows with their columns named, and the year they are of."""

    path: Path
    year: int
    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Entry:
    """What one or more rows say of one sitting."""

    key: str
    line: int
    date: str
    number: int | None = None
    again: str = ""
    """``Resumption 1``, ``Part II``; empty for the meeting as convened."""
    further: list[str] = field(default_factory=list)
    """Records of later sittings that stand in the same cell."""
    private: bool = False
    place: str = ""
    mode: str | None = None
    topics: list[str] = field(default_factory=list)
    press: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    corrigenda: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    cells: list[tuple[int, reading.Cell, list[str], list[str]]] = field(default_factory=list)
    """(line, outcome, topics, links of the outcome cell) of each row."""


@dataclass(slots=True)
class _Ballot:
    """A vote an outcome cell tells of, with what it takes to say it."""

    page: str
    line: int
    entry: _Entry
    decided: reading.Decided
    topics: list[str]
    links: list[str]


def _files(path: Path) -> list[Path]:
    return files.inside(path, "scact[12]*_table_*.html")


def check(path: Path) -> None:
    """Raises :class:`SourceError` unless every page is a whole table of meetings of a known year."""
    for file in _files(path):
        _page(file)


def count(path: Path) -> int:
    """Rows of meetings in the pages."""
    return sum(len(_page(file).rows) for file in _files(path))


def _page(path: Path) -> _Page:
    columns: list[str] = []
    heading = 0
    page = _Page(path, 0)
    for row in rows(path):
        if all(cell.heads for cell in row.cells):
            found = _HEADING.search(row.cells[0].line)
            heading = int(found[1]) if found else heading
            named = [_COLUMNS.get(cell.line.lower(), "") for cell in row.cells]
            columns = named if all(need in named for need in _NEEDED) else columns
        elif columns:
            _take(page, row, columns)
    if not columns:
        raise SourceError(
            path,
            "",
            "no table with the columns Meeting Record, Date, Topic, Outcome",
            "Check the source's name and the page.",
        )
    if not page.rows:
        raise SourceError(path, "", "the table has no rows", files.AGAIN)
    page.year = _year(page, heading)
    return page


def _take(page: _Page, row: Row, columns: list[str]) -> None:
    cells = row.cells
    if len({id(cell) for cell in cells}) == 1 and len(cells) > 1:
        page.findings.append(
            Notice(page.path.name, str(row.line), "", cells[0].line, "a remark across the table: passed over")
        )
        return
    if len(cells) < len(columns):
        page.findings.append(
            Notice(
                page.path.name,
                str(row.line),
                "",
                cells[0].line,
                f"{len(cells)} of {len(columns)} cells: the rest is blank",
            )
        )
        cells = cells + [Cell()] * (len(columns) - len(cells))
    page.rows.append((row.line, dict(zip(columns, cells, strict=False))))


def _year(page: _Page, heading: int) -> int:
    """The year of the dates: heading and file name, and where they differ the years in the symbols of the table."""
    in_name = _IN_NAME.search(page.path.name)
    named = int(in_name[1]) if in_name else 0
    if heading and (not named or named == heading):
        return heading
    years = Counter(
        int(first or second)
        for _, cells in page.rows
        for column in ("briefing", "letter", "outcome")
        for first, second in _YEARS.findall(cells.get(column, Cell()).line)
    )
    candidates = [year for year in (named, heading) if year]
    if not candidates:
        raise SourceError(
            page.path, "", "neither the heading nor the file's name says of which year it is", files.AGAIN
        )
    decided = max(candidates, key=lambda year: years[year])
    if heading and named:
        why = f"the file's name says {named}; its symbols are of {decided}: taken as {decided}"
        page.findings.append(Notice(page.path.name, "", "heading", str(heading), why))
    return decided


# --- Rows to sittings -----------------------------------------------------------------------------------------------


def _entries(page: _Page) -> list[_Entry]:
    """The sittings of a page, oldest first, rows of one sitting on one date brought together."""
    found: dict[tuple[str, str], _Entry] = {}
    last: tuple[int, dict[str, Cell]] | None = None
    for line, cells in page.rows:
        if not cells["record"].line and not cells["date"].line and last is not None:
            above = last[1]["record"].line
            page.findings.append(
                Notice(
                    page.path.name, str(line), "record", "", f"no record and no date: taken to continue {above} above"
                )
            )
            cells = {**cells, "record": last[1]["record"], "date": last[1]["date"]}
        last = (line, cells)
        entry = _entry(page, line, cells)
        if entry is None:
            continue
        known = found.setdefault((entry.key, entry.date), entry)
        if known is not entry:
            _merge(page, known, entry)
    return list(reversed(found.values()))


def _merge(page: _Page, known: _Entry, more: _Entry) -> None:
    for line, said, topics, _ in known.cells:
        if said.decided and (said, topics) == (more.cells[0][1], more.cells[0][2]):
            page.findings.append(
                Notice(page.path.name, str(more.line), "", known.key, f"the row at {line} once more: passed over")
            )
            return
    for one, other in (
        (known.topics, more.topics),
        (known.press, more.press),
        (known.letters, more.letters),
        (known.corrigenda, more.corrigenda),
        (known.outcomes, more.outcomes),
    ):
        one.extend(value for value in other if value not in one)
    known.private = known.private or more.private
    known.place = known.place or more.place
    known.cells.extend(more.cells)


def _entry(page: _Page, line: int, cells: dict[str, Cell]) -> _Entry | None:
    record, day = cells["record"].line, cells["date"].line
    try:
        when = calendar.iso(calendar.parse_day(day, page.year))
    except calendar.CalendarError as error:
        page.findings.append(Problem(page.path.name, str(line), "date", day, str(error)))
        return None
    said = reading.parse("" if cells["outcome"].line == "--" else cells["outcome"].text)
    for value, why in said.remarks:
        page.findings.append(Notice(page.path.name, str(line), "outcome", value, why))
    topics = _topics(cells["topic"].text)
    entry = _Entry("", line, when, topics=topics, press=_press(cells.get("press")))
    if _CLOSED_TOPIC.search(cells["topic"].line):
        entry.private = True
        why = "marked as private in the topic, which is kept as printed"
        page.findings.append(Notice(page.path.name, str(line), "topic", cells["topic"].line, why))
    entry.outcomes = said.statements + [other for other in said.others if other != "--"]
    entry.cells = [(line, said, topics, list(cells["outcome"].links))]
    numbers = _RECORD.findall(record)
    if numbers:
        return _numbered(page, entry, record, int(numbers[0]))
    if record.strip("- "):
        page.findings.append(Problem(page.path.name, str(line), "record", record, "not the symbol of a meeting record"))
        return None
    return _unnumbered(page, entry, cells, said)


def _numbered(page: _Page, entry: _Entry, record: str, number: int) -> _Entry:
    entry.number = number
    entry.mode = meetings.FORMAL
    entry.private = entry.private or bool(_CLOSED.search(record))
    place = _PLACE.search(record)
    entry.place = place[1] if place else ""
    entry.corrigenda = list(dict.fromkeys(corr.replace(" ", "") for corr in _CORRIGENDUM.findall(record)))
    symbols_printed = re.split(r"(?=S/PV\.)", record)
    again = _AGAIN.search(symbols_printed[1] if len(symbols_printed) > 1 else record)
    if again and again["part"]:
        part = _ROMAN.get(again["part"].upper(), 0)
        entry.again = f"Part {again['part'].upper()}" if part > 1 else ""
    elif again:
        printed = (again["number"] or "").upper()
        entry.again = f"Resumption {_ROMAN.get(printed, printed)}".strip()
    if len(symbols_printed) > 2:
        entry.further = [symbol.canonical for symbol in symbols.find_all(record)[1:] if symbol.canonical != entry.key]
        why = "several records of one meeting in one cell: each is recorded under the row's date"
        page.findings.append(Notice(page.path.name, str(entry.line), "record", record, why))
    rest = _AGAIN.sub("", _CLOSED.sub("", _PLACE.sub("", _CORRIGENDUM.sub("", _RECORD.sub("", record)))))
    if rest.strip(" +()"):
        page.findings.append(
            Notice(page.path.name, str(entry.line), "record", record, f"{rest.strip()!r} is not understood")
        )
    if "privada" in record:
        page.findings.append(Notice(page.path.name, str(entry.line), "record", record, "'privada' is read as closed"))
    entry.key = f"S/PV.{number}" + (f" ({entry.again})" if entry.again else "")
    return entry


def _unnumbered(page: _Page, entry: _Entry, cells: dict[str, Cell], said: reading.Cell) -> _Entry:
    """Votes by letter and videoconferences of 2020 and 2021 (S/2020/253)."""
    briefing = [s.canonical for s in symbols.find_all(cells.get("briefing", Cell()).line)]
    letter = [s.canonical for s in symbols.find_all(cells.get("letter", Cell()).line)]
    entry.letters = list(dict.fromkeys(briefing + letter))
    recorded = cells.get("recording", Cell()).line.strip("- ")
    if letter:
        entry.mode = meetings.WRITTEN
    elif briefing or recorded:
        entry.mode = meetings.VIDEOCONFERENCE
    else:
        why = "neither record nor letter nor recording: how the Council met is left out"
        page.findings.append(Notice(page.path.name, str(entry.line), "record", cells["record"].line, why))
    slug = re.sub(r"[^a-z0-9]+", "-", entry.topics[0].lower())[:60].strip("-") if entry.topics else "untitled"
    entry.key = next(iter([*letter, *briefing, *said.statements]), f"{entry.date}/{slug}")
    return entry


def _topics(text: str) -> list[str]:
    """Topics stand apart by a blank line; a single break is a break within one."""
    parts = re.split(r"\n\s*\n", text)
    return list(dict.fromkeys(topic for topic in (" ".join(part.split()) for part in parts) if topic.strip("- ")))


def _press(cell: Cell | None) -> list[str]:
    if cell is None or not cell.line.strip("- ") or cell.line.lower() == "none issued":
        return []
    found = [symbol.canonical for symbol in symbols.find_all(cell.line) if symbol.series == "press"]
    return list(dict.fromkeys(found)) or [cell.line]


# --- Sittings to claims ---------------------------------------------------------------------------------------------


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """Page by page, meetings oldest first; after each meeting its statements and votes."""
    pages = [_page(file) for file in _files(path)]
    years = [(page, _entries(page)) for page in pages]
    ballots = [ballot for page, entries in years for entry in entries for ballot in _ballots(page, entry)]
    decisions = _decide(ballots, matching.Votes.of(register, name))
    parts: Counter[str] = Counter()
    stated: dict[str, str] = {}
    at = 0
    for page, entries in years:
        yield from page.findings
        yield from _out_of_order(page, entries)
        for entry in entries:
            part = parts[entry.key]
            parts[entry.key] += 1
            if part:
                why = f"{entry.key} stands here under {entry.date} too: recorded beside the other date"
                yield Notice(page.path.name, str(entry.line), "date", entry.date, why)
            yield _meeting(page, entry, part)
            for symbol in entry.further:
                further = replace(
                    entry, key=symbol, again=symbol.partition("(")[2].rstrip(")"), corrigenda=[], outcomes=[]
                )
                yield _meeting(page, further, 0)
            yield from _statements(page, entry, stated)
            for ballot in _ballots(page, entry):
                yield from _vote(ballot, decisions[at])
                at += 1


def _out_of_order(page: _Page, entries: list[_Entry]) -> Iterator[Notice]:
    """Meetings are numbered as they are convened; resumptions come when they come."""
    convened = {entry.number: entry for entry in entries if entry.number is not None and not entry.again}
    for number in sorted(running_back((number, entry.date) for number, entry in convened.items())):
        why = f"the date of S/PV.{number} runs back against the order of meeting numbers"
        yield Notice(page.path.name, str(convened[number].line), "date", convened[number].date, why)


def _ballots(page: _Page, entry: _Entry) -> Iterator[_Ballot]:
    for line, said, topics, links in entry.cells:
        for decided in said.decided:
            yield _Ballot(page.path.name, line, entry, decided, topics, links)


def _decide(ballots: list[_Ballot], known: matching.Votes) -> list[matching.Decision]:
    said = [
        matching.Said(
            row=f"{ballot.page}:{ballot.line}",
            date=ballot.entry.date,
            label=ballot.decided.draft or "",
            resolution=ballot.decided.resolution,
            outcome=ballot.decided.outcome,
            tally=ballot.decided.tally or "",
            vetoed_by=frozenset(member(caster).code for caster in ballot.decided.vetoed_by),
            words=ballot.decided.hint or "; ".join(ballot.topics),
            meeting=ballot.entry.key,
        )
        for ballot in ballots
    ]
    decided = matching.resolutions(known, said) | matching.proposals(known, said)
    return [decided[place] for place in range(len(said))]


def _meeting(page: _Page, entry: _Entry, part: int) -> Pending:
    source = Source(name=name, row=f"{page.path.name}:{entry.line}", part=part)
    symbol = f"S/PV.{entry.number}" if entry.number is not None else None
    if symbol and entry.again:
        ordinal = entry.again.split()[-1]
        claims = meetings.Sitting(
            meeting=symbol,
            symbol=entry.key,
            part=int(ordinal) if ordinal.isdigit() else _ROMAN.get(ordinal),
            date=entry.date,
            private=entry.private,
            topics=entry.topics or None,
            place=entry.place or None,
            press=entry.press or None,
            corrigenda=entry.corrigenda or None,
            outcomes=entry.outcomes or None,
        )
        return Pending(meetings.sitting_id(entry.key), "resumed", source, claims)
    convened = meetings.Meeting(
        number=entry.number,
        symbol=symbol,
        date=entry.date,
        mode=entry.mode,
        # Without a record nothing says that a meeting was public; that it was private, the topic may say.
        private=entry.private if symbol else entry.private or None,
        topics=entry.topics or None,
        place=entry.place or None,
        press=entry.press or None,
        letters=entry.letters or None,
        corrigenda=entry.corrigenda or None,
        outcomes=entry.outcomes or None,
    )
    return Pending(meetings.meeting_id(entry.key), "convened", source, convened)


def _statements(page: _Page, entry: _Entry, stated: dict[str, str]) -> Iterator[Finding]:
    for line, said, _, _ in entry.cells:
        for symbol in said.statements:
            if symbol in stated:
                why = f"named before, at {stated[symbol]}; that row stands"
                yield Notice(page.path.name, str(line), "outcome", symbol, why)
                continue
            stated[symbol] = f"{page.path.name}:{line}"
            claims = documents.Document(
                symbol=symbol, type=documents.STATEMENT, date=entry.date, meeting=entry.key if entry.number else None
            )
            source = Source(name=name, row=f"{page.path.name}:{line}")
            yield Pending(documents.document_id(symbol), "issued", source, claims)


def _vote(ballot: _Ballot, decision: matching.Decision) -> Iterator[Finding]:
    decided, entry = ballot.decided, ballot.entry
    printed = f"S/RES/{decided.resolution}" if decided.resolution is not None else decided.draft or ""
    if decision.vote is None:
        if decided.resolution is not None:
            decision.why += _links(decided.resolution, ballot.links)
        yield Problem(ballot.page, str(ballot.line), "outcome", printed, decision.why, UNMATCHED)
        return
    records = list(entry.letters) if entry.number is None else [entry.key] if entry.again else []
    claims = votes.Vote(
        resolution=decided.resolution,
        year=decided.year,
        draft=None if (decided.draft or "").startswith("S/PV.") else decided.draft,
        label=decided.draft,
        proposal=votes.PRELIMINARY if decided.preliminary else None,
        meeting=f"S/PV.{entry.number}" if entry.number is not None else None,
        records=records or None,
        date=entry.date,
        agenda="; ".join(ballot.topics) or None,
        note=decided.note or decided.hint or None,
        outcome=decided.outcome,
        modality=decided.modality,
        tally=decided.tally,
        vetoed_by=[member(caster).code for caster in decided.vetoed_by] or None,
    )
    yield Pending(decision.vote, "taken", Source(name=name, row=f"{ballot.page}:{ballot.line}"), claims)


def _links(number: int, links: Iterable[str]) -> str:
    """A hint where the cell's links name another resolution than its text does."""
    linked = {
        symbol.number for link in links for symbol in symbols.find_all(unquote(link)) if symbol.series == "resolution"
    } - {number}
    return (
        f"; the cell links to resolution {', '.join(str(n) for n in sorted(n for n in linked if n))}" if linked else ""
    )
