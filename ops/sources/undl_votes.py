"""The official voting data of the Dag Hammarskjöld Library: adopted resolutions, one row for each member's vote.

CSV as the Library publishes it, or MARCXML (``.xml``) as its Digital Library gives out voting records. CSV is read by
header names, so that versions 3 (modality after the totals) and 6 are the same. ``Y``, ``N``, ``A``, ``X``
(non-voting). Where no vote was taken the file writes ``Y`` for every member; those are no ballots and none are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from domain import calendar, symbols, votes
from domain.archive import Register
from domain.facts import Pending, Source
from ops.sources import files, marc
from ops.sources.findings import Finding, Notice, Problem
from ops.sources.members import Seated
from ops.sources.names import UnknownNameError, from_code, member

name = "undl-votes"

_COLUMNS = (
    "undl_id",
    "ms_code",
    "ms_name",
    "permanent_member",
    "ms_vote",
    "date",
    "resolution",
    "draft",
    "meeting",
    "description",
    "agenda",
    "subjects",
    "vote_note",
    "modality",
    "total_yes",
    "total_no",
    "total_abstentions",
    "total_non_voting",
    "total_ms",
    "undl_link",
)
_CHOICES = {"Y": "yes", "N": "no", "A": "abstain", "X": "not voting"}
_TOTALS = ("total_yes", "total_no", "total_abstentions", "total_non_voting")
_TITLE = re.compile(r"(?:Security Council )?resolution \d+\s*(?:\(\d{4}\))?\s*\[(?:on )?(?P<title>.*?)\]?", re.I | re.S)

_Rows = list[tuple[int, dict[str, str]]]


def _votes(path: Path) -> Iterator[_Rows]:
    if path.suffix.lower() == ".xml":
        yield from marc.votes(path)
        return
    for _, rows in groupby(files.table(path, _COLUMNS), key=lambda row: row[1]["undl_id"].strip()):
        yield list(rows)


def check(path: Path) -> None:
    """Raises :class:`SourceError` unless the file is well-formed, with every column, to its last line."""
    count(path)


def count(path: Path) -> int:
    """Member rows in the file."""
    return sum(len(rows) for rows in _votes(path))


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """One statement on one vote for each resolution, in the order of the file."""
    seated = Seated.of(register)
    for rows in _votes(path):
        yield from _vote(path, rows, seated)


def _vote(path: Path, rows: _Rows, seated: Seated) -> Iterator[Finding]:
    line, first = rows[0]

    def notice(column: str, value: str, why: str, at: int = line) -> Notice:
        return Notice(path.name, str(at), column, value, why)

    def problem(column: str, value: str, why: str, at: int = line) -> Problem:
        return Problem(path.name, str(at), column, value, why)

    number = symbols.resolution_number(first["resolution"])
    if number is None:
        yield problem("resolution", first["resolution"], "not the symbol of a resolution")
        return
    try:
        day = calendar.iso(calendar.parse_iso(first["date"].strip()))
    except calendar.CalendarError as error:
        yield problem("date", first["date"], str(error))
        return
    total = first["total_ms"].strip()
    if total != str(len(rows)):
        yield problem(
            "total_ms", total, f"the vote has {len(rows)} member rows where {total} are due: is the file cut off?"
        )
        return
    modality = _modality(first["modality"])
    if modality is None:
        yield problem("modality", first["modality"], "neither a vote nor an adoption without one")
        return
    ballots: dict[str, str] = {}
    for at, row in rows:
        try:
            code = from_code(row["ms_code"])
            named = member(row["ms_name"], day)
        except UnknownNameError as error:
            yield problem("ms_code", f"{row['ms_code']} {row['ms_name']}", str(error), at)
            return
        if row["ms_vote"].strip() not in _CHOICES:
            yield problem("ms_vote", row["ms_vote"], f"not one of {', '.join(_CHOICES)}", at)
            return
        if code in ballots:
            yield problem("ms_code", row["ms_code"], "a second ballot of this member in one vote", at)
            return
        if named.remark or named.code != code:
            yield notice("ms_name", row["ms_name"], named.remark or f"the name is that of {named.code}, not {code}", at)
        ballots[code] = _CHOICES[row["ms_vote"].strip()]
    yield from (notice("members", odd, why) for odd, why in seated.disagreements(day, ballots))
    totals = [first[column].strip() for column in _TOTALS]
    by_vote = modality == votes.VOTE
    if by_vote and totals != [str(sum(c == kind for c in ballots.values())) for kind in _CHOICES.values()]:
        yield notice("total_yes", "-".join(totals), "the totals are not those of the ballots; both are recorded")
    known = by_vote and all(total.isdigit() for total in totals)
    meeting, records, odd = _meeting(first["meeting"])
    if odd:
        yield notice("meeting", first["meeting"], "not a symbol: left out")
    draft = first["draft"].strip()
    if draft and not symbols.is_symbol(draft):
        yield notice("draft", draft, "not the symbol of a draft: left out")
        draft = ""
    notes = list(dict.fromkeys(files.clean(row["vote_note"]) for _, row in rows if row["vote_note"].strip()))
    claims = votes.Vote(
        label=symbols.canonical(first["resolution"]),
        resolution=number,
        year=symbols.parse(first["resolution"]).year,
        draft=symbols.canonical(draft) if draft else None,
        proposal=votes.DRAFT,
        meeting=meeting,
        records=records,
        date=day,
        title=_title(first["description"]),
        agenda=files.clean(first["agenda"]) or None,
        subjects=[part for part in (files.clean(part) for part in first["subjects"].split("|")) if part] or None,
        note="; ".join(notes) or None,
        outcome="adopted",
        modality=modality,
        tally="-".join(str(int(total)) for total in totals[:3]) if known else None,
        not_voting=int(totals[3]) if known else None,
        ballots=ballots if by_vote else None,
        listed=None if by_vote else sorted(ballots),
    )
    yield Pending(votes.resolution_vote_id(number), "taken", Source(name=name, row=f"{path.name}:{line}"), claims)


def _modality(printed: str) -> str | None:
    text = printed.strip().lower()
    if "without" in text or "no vote" in text:
        return votes.WITHOUT_VOTE
    for word, modality in (("acclamation", votes.ACCLAMATION), ("consensus", votes.CONSENSUS), ("vote", votes.VOTE)):
        if word in text:
            return modality
    return None


def _meeting(printed: str) -> tuple[str | None, list[str] | None, bool]:
    """The meeting, and the records where they are not simply the meeting's: resumptions, letters of 2020 and 2021."""
    found = symbols.find_all(printed)
    if not found:
        return None, None, bool(printed.strip())
    meeting = next((symbol.base for symbol in found if symbol.series == "record"), None)
    records = [symbol.canonical for symbol in found]
    return meeting, records if records != [meeting] else None, False


def _title(description: str) -> str | None:
    text = files.clean(description)
    match = _TITLE.fullmatch(text)
    return (match["title"] if match else text) or None
