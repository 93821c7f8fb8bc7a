"""Votes as MARCXML, the way the UN Digital Library writes its voting records (089 $b B23).

After the Library's manual for voting records of the Security Council. As there, only votes that adopted a resolution
have a record; a member that took no part, and every member where no vote was taken, has 967 without $d.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Final

from lxml import etree

from api.exports.asked import Asked
from api.exports.tables import Ask
from api.feeds import writable
from api.graphql.fields import Asking, Rows, decoded
from api.graphql.votes import name_then
from domain import symbols
from domain.charter import PERMANENT, Choice
from domain.votes import BALLOTLESS
from projections.members import MEMBERSHIPS
from projections.reading import Values, by_key
from projections.votes import BALLOTS

SLIM: Final = "http://www.loc.gov/MARC21/slim"
LEADER: Final = "00000nam a2200000 a 4500"
"""Of every record: new, in words, in Unicode; its lengths are for the form with counted bytes only."""
TYPE: Final = "B23"
"""The Library's type of material: voting data of the Security Council."""
_LETTERS: Final = {"yes": "Y", "no": "N", "abstain": "A"}

_NAMES: Final[dict[Any, str]] = {None: SLIM}

Subfields = Iterable[tuple[str, str | None]]


def write(asked: Asked, ask: Ask, to: IO[bytes], about: Mapping[str, str]) -> None:
    """The votes asked for that adopted a resolution, as a collection of records."""
    to.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{SLIM}">\n'.encode())
    for rows, asking in asked.table.pages(ask, dict(asked.arguments), dict(asked.below)):
        adopted = [row for row in rows if row["resolution"] is not None]
        for record in _records(adopted, asking):
            to.write(etree.tostring(record, encoding="utf-8") + b"\n")
    to.write(b"</collection>\n")


def _records(rows: Rows, asking: Asking) -> Iterator[Any]:
    cast = by_key(asking.read, BALLOTS, "vote", [row["record"] for row in rows], ("vote", "member"))
    without = [row for row in rows if row["modality"] in BALLOTLESS]
    seated = by_key(asking.read, MEMBERSHIPS, "year", [row["year"] for row in without], ("year", "member"))
    name = name_then(asking)
    for row in rows:
        ballots = cast.get(row["record"], [])
        if row["modality"] in BALLOTLESS:
            members = [(one["member"], "") for one in seated.get(row["year"], [])]
        else:
            members = [(one["member"], one["choice"]) for one in ballots if one["choice"] != Choice.UNKNOWN.value]
        told = [(code, choice, name({"member": code, "date": row["date"]})) for code, choice in members]
        unknown = sum(one["choice"] == Choice.UNKNOWN.value for one in ballots)
        yield _record(row, sorted(told, key=lambda one: one[2]), unknown)


def _record(row: Values, members: list[tuple[str, str, str]], unknown: int) -> Any:
    """One voting record. ``members``: code, choice (empty: none was taken) and the name borne then."""
    record = etree.Element(f"{{{SLIM}}}record", nsmap=_NAMES)
    etree.SubElement(record, f"{{{SLIM}}}leader").text = LEADER
    control = etree.SubElement(record, f"{{{SLIM}}}controlfield", tag="001")
    control.text = writable(row["record"])
    symbol = row["symbol"].replace(" (", "(")
    _field(record, "089", [("b", TYPE)])
    _field(record, "245", [("a", _title(row))], "10")
    _field(record, "269", [("a", row["date"])])
    for note in _notes(row, unknown):
        _field(record, "500", [("a", note)])
    for subject in decoded(row["subjects"]) or []:
        _field(record, "650", [("a", subject)], " 4")
    _field(record, "791", [("a", symbol), ("b", "S/")])
    for meeting in _meetings(row):
        _field(record, "952", [("a", meeting)])
    for number, (code, choice, named) in enumerate(members, 1):
        status = "P" if code in PERMANENT else "R"
        vote = _LETTERS.get(choice)
        _field(record, "967", [("a", f"{number:03}"), ("b", status), ("c", code), ("d", vote), ("e", named.upper())])
    _field(record, "991", [("d", row["agenda"])], "3 ")
    _field(record, "993", [("a", row["draft"])])
    _field(record, "996", _totals(row))
    return record


def _field(record: Any, tag: str, subfields: Subfields, indicators: str = "  ") -> None:
    """A field with those of its subfields that hold something; none, if none does."""
    told = [(code, value) for code, value in subfields if value]
    if not told:
        return
    field = etree.SubElement(record, f"{{{SLIM}}}datafield", tag=tag, ind1=indicators[0], ind2=indicators[1])
    for code, value in told:
        etree.SubElement(field, f"{{{SLIM}}}subfield", code=code).text = writable(value)


def _title(row: Values) -> str:
    number = row["symbol"].removeprefix("S/RES/")
    return f"Security Council resolution {number}" + (f" [on {row['title']}]" if row["title"] else "")


def _notes(row: Values, unknown: int) -> Iterator[str]:
    """What the Library's fields have no place for: how it was adopted without a vote, and what is not known."""
    if row["modality"] in BALLOTLESS:
        yield f"Adopted {row['modality'] if row['modality'].startswith('without') else 'by ' + row['modality']}."
    if unknown:
        yield f"How {unknown} members voted is not known."
    if row["note"]:
        yield row["note"]


def _meetings(row: Values) -> list[str]:
    """The meeting and further records of the vote: resumptions, letters of votes by letter."""
    records: list[str] = decoded(row["records"]) or []
    bases = {symbols.parse(one).base for one in records if symbols.is_symbol(one)}
    first = [row["meeting"]] if row["meeting"] and row["meeting"] not in bases else []
    return [*first, *records]


def _totals(row: Values) -> Subfields:
    """Yes, no, abstentions, not voting, members; where no vote was taken all but the last are nought."""
    counted = [row[name] for name in ("yes", "no", "abstain", "not_voting")]
    if row["modality"] in BALLOTLESS:
        counted = [0, 0, 0, 0]
    told: list[tuple[str, str | None]] = [
        (code, None if value is None else f"{value:03}" if value < 10 else f"{value}")
        for code, value in zip("bcde", counted, strict=True)
    ]
    return [*told, ("f", str(row["members"]) if row["members"] else None)]
