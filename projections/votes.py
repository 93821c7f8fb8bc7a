"""Votes and ballots: what was announced beside what Article 27 computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain import charter
from domain.records import Record
from domain.votes import BALLOTLESS, VOTE
from projections.days import as_day, year_of
from projections.reading import Reader
from projections.versioned import Boolean, Integer, column, view

VOTES = view(
    "votes",
    column("record", null=False),
    column("symbol", null=False),
    column("label", null=False),
    column("resolution", Integer),
    column("draft"),
    column("proposal"),
    column("meeting"),
    column("records", null=False),
    column("date", null=False),
    column("year", Integer),
    column("title", null=False),
    column("agenda"),
    column("subjects", null=False),
    column("note"),
    column("outcome", null=False),
    column("computed", null=False),
    column("modality", null=False),
    column("nature", null=False),
    column("basis", null=False),
    column("yes", Integer),
    column("no", Integer),
    column("abstain", Integer),
    column("not_voting", Integer),
    column("unknown", Integer, null=False),
    column("listed", Integer, null=False),
    column("preliminary_to"),
    column("required", Integer),
    column("members", Integer),
    column("permanent_no", Integer),
    column("unanimous", Boolean),
    key=("record",),
    indexes=(
        ("resolution",),
        ("draft",),
        ("meeting",),
        ("preliminary_to",),
        ("date", "record"),
        ("year", "date", "record"),
        ("outcome", "date", "record"),
    ),
)

BALLOTS = view(
    "ballots",
    column("vote", null=False),
    column("member", null=False),
    column("choice", null=False),
    column("permanent", Boolean, null=False),
    column("date", null=False),
    column("year", Integer),
    key=("vote", "member"),
    indexes=(("vote", "member"), ("member", "date", "vote"), ("member", "choice", "date")),
)


def rows(record: Record) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The rows of one vote and its ballots."""
    reading = record.reading()
    date = reading.get("date") or ""
    ballots: dict[str, str] = reading.get("ballots") or {}
    announced = reading.get("outcome")
    modality = reading.get("modality") or VOTE
    law = judge(reading)
    resolution, year = reading.get("resolution"), year_of(date)
    symbol = (
        f"S/RES/{resolution} ({reading.get('year') or year})"
        if resolution
        else (reading.get("draft") or reading.get("label") or record.id.removeprefix("vote:"))
    )
    row = {
        "record": record.id,
        "symbol": symbol,
        "label": (reading.get("label") or symbol).strip(),
        "resolution": resolution,
        "draft": reading.get("draft"),
        "proposal": reading.get("proposal"),
        "meeting": reading.get("meeting"),
        "records": reading.get("records") or [],
        "date": date,
        "year": year,
        "title": reading.get("title") or reading.get("agenda") or "",
        "agenda": reading.get("agenda"),
        "subjects": reading.get("subjects") or [],
        "note": reading.get("note"),
        "outcome": announced or "undetermined",
        "modality": modality,
        "listed": len(reading.get("listed") or []),
        "preliminary_to": reading.get("preliminary_to"),
        **law,
    }
    cast = [
        {
            "vote": record.id,
            "member": member,
            "choice": choice,
            "permanent": member in charter.PERMANENT,
            "date": date,
            "year": year,
        }
        for member, choice in ballots.items()
    ]
    return {"votes": [row], "ballots": cast}


def judge(reading: Mapping[str, Any]) -> dict[str, Any]:
    """What Article 27 makes of a vote as it reads: computed outcome, nature and its basis, tally, unanimity.

    A nature that the President announced is taken as it is; else the announced outcome may give it away.

    Without a date nobody can say which majority was required: what depends on it is undetermined.
    """
    when = as_day(reading.get("date"))
    ballots: dict[str, str] = reading.get("ballots") or {}
    modality = reading.get("modality") or VOTE
    announced = charter.Outcome(reading["outcome"]) if reading.get("outcome") else None
    counted = charter.count(ballots) if ballots else None
    tally = _tally(reading, counted)
    permanent_no = charter.has_permanent_no(ballots) if ballots else None
    nature, basis = charter.Nature.UNDETERMINED, charter.Basis.NONE
    computed = charter.Outcome.UNDETERMINED
    if when is not None:
        nature, basis = charter.infer_nature(announced, tally, permanent_no, when)
    if reading.get("nature"):
        nature, basis = charter.Nature(reading["nature"]), charter.Basis.ANNOUNCED
    if when is not None:
        computed = charter.compute(when, tally, permanent_no, nature, modality)
    return {
        "computed": computed.value,
        "nature": nature.value,
        "basis": basis.value,
        "yes": tally.yes if tally else None,
        "no": tally.no if tally else None,
        "abstain": tally.abstain if tally else None,
        "not_voting": tally.not_voting if tally else reading.get("not_voting"),
        "unknown": counted.unknown if counted else 0,
        "required": charter.majority(when) if when else None,
        "members": charter.size(when) if when else None,
        "permanent_no": len(charter.permanent_against(ballots)) if ballots else None,
        "unanimous": charter.unanimous(when, tally) if when and tally and modality not in BALLOTLESS else None,
    }


def _tally(reading: Mapping[str, Any], counted: charter.Tally | None) -> charter.Tally | None:
    """The tally as stated; else as counted from the ballots, where none of them is unknown."""
    stated = reading.get("tally")
    if stated:
        yes, no, abstain = (int(part) for part in stated.split("-"))
        not_voting = reading.get("not_voting")
        if not_voting is None:
            not_voting = counted.not_voting if counted else 0
        return charter.Tally(yes, no, abstain, not_voting, 0)
    return counted if counted and not counted.unknown else None


def agreement(read: Reader, a: str, b: str, first: int | None, last: int | None) -> list[dict[str, Any]]:
    """How often two members chose what, in the votes of the years ``first`` to ``last`` that both have ballots in."""
    sql = (
        "select x.choice as a, y.choice as b, count(*) as votes from ballots x "
        f"join ballots y on y.vote = x.vote and y.member = :b and {read.live('y')} "
        f"where x.member = :a and {read.live('x')} and x.year >= :first and x.year <= :last "
        "group by x.choice, y.choice order by votes desc, a, b"
    )
    return read.rows(sql, {"a": a, "b": b, "first": first or 0, "last": last or 9999})
