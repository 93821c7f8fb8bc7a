"""Votes since 1946 by member, failed drafts included: the table of B. Martin, Sciences Po, as CSV or as JSON.

One row a vote, newest first; a column for each member. ``Y``, ``N``, ``A``, ``NV`` (did not vote), ``?`` (not known).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from domain import calendar, documents, symbols, vetoes, votes
from domain.archive import Register
from domain.charter import PERMANENT
from domain.facts import Pending, Source
from ops.sources import files
from ops.sources.findings import Finding, Notice, Problem, SourceError
from ops.sources.members import Seated
from ops.sources.names import UnknownNameError, member
from ops.sources.order import running_back

name = "sciencespo-votes"

_NUMBER = "Vote in the DB"
_OF_A_VOTE = (
    _NUMBER,
    "UN classification",
    "Vote outcome",
    "Vote outcome typology-Observable",
    "Resolution number",
    "Date",
    "Official full title",
    "Title-Observable",
    "Yes",
    "No",
    "Abstentions",
    "Non-Voting",
    "Total",
    "(of which veto)",
)
_OUTCOMES = {
    "adopted (unanimity)": "adopted",
    "adopted (majority)": "adopted",
    "not adopted (veto)": "vetoed",
    "not adopted (lack of majority)": "not adopted",
}
_CHOICES = {"Y": "yes", "N": "no", "A": "abstain", "NV": "not voting", "?": "unknown"}
_WRAPPED = re.compile(
    r"(?:(?:Security Council )?resolution (?P<number>\d+)\s*)?(?:[(\[]?\d{4}\)?)?\s*"
    r"(?P<mark>[\[<])\s*(?:on )?(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CUT = re.compile(r"\s*\[?\s*(?:\.\.\.|…)\]?\s*$")


class _Json(msgspec.Struct, rename="camel"):
    id: int
    ref: str
    res_num: str
    date: str
    title: str
    outcome: str
    yes: int | str
    no: int | str
    abstentions: int | str
    non_voting: int | str
    veto: int | str
    countries: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Row:
    """One vote as either form of the file gives it."""

    number: int
    place: str
    label: str
    resolution: str
    date: str
    title: str
    number_in_title: int | None
    truncated: bool
    outcome: str
    totals: tuple[str, str, str, str]
    veto: str
    marks: dict[str, str]


def check(path: Path) -> None:
    """Raises :class:`SourceError` unless the file is whole: well-formed, the right columns, down to vote number 1."""
    numbers = [row.number for row in _rows(path)]
    if 1 not in numbers:
        raise SourceError(
            path, f"after {len(numbers)} votes", f"the last vote is number {numbers[-1]}, not 1: cut off", files.AGAIN
        )


def count(path: Path) -> int:
    """Votes in the file."""
    return sum(1 for _ in _rows(path))


def _is_json(path: Path) -> bool:
    return files.read(path).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")


def _rows(path: Path) -> Iterator[_Row]:
    yield from _json_rows(path) if _is_json(path) else _csv_rows(path)


def _csv_rows(path: Path) -> Iterator[_Row]:
    for line, cells in files.table(path, _OF_A_VOTE):
        title, number, cut = _title(cells["Official full title"])
        totals = tuple(cells[column].strip() for column in ("Yes", "No", "Abstentions", "Non-Voting"))
        yield _Row(
            _number(path, f"line {line}", cells[_NUMBER]),
            f"{path.name}:{line}",
            files.clean(cells["UN classification"]),
            cells["Resolution number"].strip(),
            cells["Date"].strip(),
            title,
            number,
            cut,
            cells["Vote outcome typology-Observable"].strip(),
            (totals[0], totals[1], totals[2], totals[3]),
            cells["(of which veto)"].strip(),
            {column: mark.strip() for column, mark in cells.items() if column not in _OF_A_VOTE and mark.strip()},
        )


def _json_rows(path: Path) -> Iterator[_Row]:
    try:
        rows = msgspec.json.decode(files.text(path), type=list[_Json])
    except msgspec.ValidationError as error:
        raise SourceError(
            path, "", f"not this source's JSON: {error}", "Check the source's name and the file."
        ) from error
    except msgspec.DecodeError as error:
        raise SourceError(path, "", f"not well-formed JSON ({error}): cut off?", files.AGAIN) from error
    if not rows:
        raise SourceError(path, "", "there is no vote in the file", files.AGAIN)
    for place, row in enumerate(rows, start=1):
        title, _, cut = _title(row.title)
        totals = (str(row.yes), str(row.no), str(row.abstentions), str(row.non_voting))
        yield _Row(
            row.id,
            f"{path.name}#{place}",
            files.clean(row.ref),
            row.res_num.strip(),
            row.date.strip(),
            title,
            None,
            cut,
            row.outcome.strip(),
            totals,
            str(row.veto).strip(),
            {column: mark.strip() for column, mark in row.countries.items() if mark.strip()},
        )


def _number(path: Path, where: str, text: str) -> int:
    if not text.strip().isdigit():
        raise SourceError(path, where, f"{_NUMBER!r} reads {text!r}, not a number", files.AGAIN)
    return int(text)


def _title(printed: str) -> tuple[str, int | None, bool]:
    """The title without its wrapper, the number the wrapper names, and whether the source cuts the title off."""
    text = files.clean(printed)
    match = _WRAPPED.fullmatch(text)
    number = int(match["number"]) if match and match["number"] else None
    cut = bool(_CUT.search(text))
    if match:
        text = match["title"]
    text = _CUT.sub("", text).strip()
    closing = "]" if "[" not in text else ""
    if match and match["mark"] == "<":
        text = text.rstrip("]").rstrip(">")
    text = text.removesuffix(closing).strip() if closing else text
    return f"{text}{documents.CUT_OFF}" if cut else text, number, cut


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """Votes in ascending order of their number; each with the vetoes cast in it, or the resolution it adopted."""
    rows = sorted(_rows(path), key=lambda row: row.number)
    seated = Seated.of(register)
    labels = Counter(_label(row) for row in rows)
    slips = running_back((int(row.resolution), row.date) for row in rows if row.resolution.isdigit())
    backwards = {str(number) for number in slips}
    nth: Counter[str] = Counter()
    last = 0
    for row in rows:
        where = row.place.partition(":")[2] or row.place.partition("#")[2]
        if row.number == last:
            yield Problem(path.name, where, _NUMBER, str(row.number), "a vote of this number came before")
            continue
        if row.number != last + 1:
            yield Notice(
                path.name, where, _NUMBER, str(row.number), f"votes {last + 1} to {row.number - 1} are missing"
            )
        last = row.number
        label = _label(row)
        nth[label] += 1
        several = labels[label] > 1
        if several and (by := _opened_by_others(register, votes.proposal_vote_id(label, nth[label]))):
            why = f"{by} recorded votes on this proposal first; that its number {nth[label]} is this is not certain"
            yield Notice(path.name, where, "UN classification", row.label, why)
        yield from _vote(path, where, row, nth[label], several, row.resolution in backwards, seated)


def _opened_by_others(register: Register, vote: str) -> str:
    """Who opened a vote under an id that this source would number itself; empty if it did so, or nobody."""
    record = register.get(vote)
    return record.statements[0].source if record and record.statements[0].source != name else ""


def _label(row: _Row) -> str:
    """What names the proposal in an id: the draft's symbol, else the label with its date."""
    found = symbols.find_all(row.label)
    return found[0].canonical if found else f"{row.label}@{row.date}"


def _vote(
    path: Path, where: str, row: _Row, nth: int, several: bool, backwards: bool, seated: Seated
) -> Iterator[Finding]:
    def notice(column: str, value: str, why: str) -> Notice:
        return Notice(path.name, where, column, value, why)

    def problem(column: str, value: str, why: str) -> Problem:
        return Problem(path.name, where, column, value, why)

    outcome = _OUTCOMES.get(row.outcome)
    if outcome is None:
        yield problem("Vote outcome typology-Observable", row.outcome, f"not one of {', '.join(_OUTCOMES)}")
        return
    try:
        day = calendar.iso(calendar.parse_iso(row.date))
    except calendar.CalendarError as error:
        yield problem("Date", row.date, str(error))
        return
    found = symbols.find_all(row.label)
    resolution = symbols.resolution_number(found[0].canonical) if found else None
    if outcome == "adopted" and (resolution is None or str(resolution) != row.resolution):
        yield problem("Resolution number", row.resolution, f"does not agree with the symbol {row.label!r}")
        return
    if row.number_in_title is not None and row.number_in_title != resolution:
        yield notice(
            "Official full title", str(row.number_in_title), f"the title names another number than {row.label}"
        )
    if backwards:
        yield notice("Date", day, f"the date of {row.label} runs back against the order of resolution numbers")
    ballots: dict[str, str] = {}
    for column, mark in row.marks.items():
        try:
            who = member(column, day)
        except UnknownNameError as error:
            yield problem(column, mark, str(error))
            return
        if mark not in _CHOICES:
            yield problem(column, mark, f"not one of {', '.join(_CHOICES)}")
            return
        if who.code in ballots:
            yield problem(column, mark, f"a second ballot of {who.code} in one vote")
            return
        if who.remark:
            yield notice(column, mark, who.remark)
        ballots[who.code] = _CHOICES[mark]
    yield from (notice("members", odd, why) for odd, why in seated.disagreements(day, ballots))
    known = all(part.isdigit() for part in row.totals) and not _blank(row.totals, ballots)
    if not known:
        yield notice("Yes", "-".join(row.totals), "the totals are not known: left out")
    modality, listed = votes.VOTE, None
    if outcome == "adopted" and row.totals[:3] == ("0", "0", "0"):
        modality, listed, ballots, known = votes.WITHOUT_VOTE, sorted(ballots), {}, False
    if known and "unknown" not in ballots.values():
        counted = Counter(ballots.values())
        if row.totals != tuple(str(counted[choice]) for choice in ("yes", "no", "abstain", "not voting")):
            yield notice("Yes", "-".join(row.totals), "the totals are not those of the ballots; both are recorded")
    vote = votes.resolution_vote_id(resolution) if outcome == "adopted" and resolution else None
    vote = vote or votes.proposal_vote_id(_label(row), nth)
    source = Source(name=name, row=row.place)
    record = next((s for s in found if s.series == "record"), None)
    draft = next((s for s in found if s.series not in ("record", "resolution")), None)
    claims = votes.Vote(
        label=row.label,
        resolution=resolution,
        year=found[0].year if resolution and found else None,
        draft=draft.canonical if draft else None,
        proposal=_proposal(row, draft is not None, outcome, several),
        meeting=record.base if record else None,
        date=day,
        title=row.title or None,
        outcome=outcome,
        modality=modality,
        tally="-".join(str(int(part)) for part in row.totals[:3]) if known else None,
        not_voting=int(row.totals[3]) if known else None,
        ballots=ballots or None,
        listed=listed,
    )
    yield Pending(vote, "taken", source, claims)
    if outcome == "vetoed":
        yield from _vetoes(path, where, row, vote, source, claims)
    if resolution and found:
        symbol = found[0].canonical
        document = documents.Document(
            symbol=symbol,
            type=documents.RESOLUTION,
            date=day,
            title=row.title or None,
            language="en" if row.title else None,
            truncated=row.truncated or None,
        )
        yield Pending(documents.document_id(symbol), "issued", source, document)


def _blank(totals: tuple[str, ...], ballots: dict[str, str]) -> bool:
    """Zeros beside ballots that are all unknown: the JSON form writes 0 where the CSV writes ``?`` (S/516, S/1148)."""
    return bool(ballots) and set(ballots.values()) == {"unknown"} and not any(int(total) for total in totals)


def _proposal(row: _Row, is_draft: bool, outcome: str, several: bool) -> str | None:
    """What was put to the vote, as far as label or title say. Of several votes on one symbol at most one is on the
    draft as a whole, and the source does not say which."""
    if "preliminary question" in row.title.lower():
        return votes.PRELIMINARY
    if "amendment" in row.label.lower() and "incorporating" not in row.label.lower():
        return votes.AMENDMENT
    return votes.DRAFT if outcome == "adopted" or (is_draft and not several) else None


def _vetoes(path: Path, where: str, row: _Row, vote: str, source: Source, claims: votes.Vote) -> Iterator[Finding]:
    against = [code for code in PERMANENT if (claims.ballots or {}).get(code) == "no"]
    if str(len(against)) != row.veto:
        why = f"{len(against)} permanent members voted No ({', '.join(against)}); vetoes not recorded"
        yield Problem(path.name, where, "(of which veto)", row.veto, why)
        return
    for code in against:
        cast = vetoes.Veto(
            vote=vote, member=code, date=claims.date, draft=claims.draft, meeting=claims.meeting, agenda=claims.title
        )
        yield Pending(vetoes.veto_id(vote, code), "cast", source, cast)
