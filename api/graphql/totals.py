"""Totals: by year, by member and year, and what the archive holds."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    argument,
    boolean,
    listed,
    made,
    number,
    plain,
    reading_less,
    related,
    text,
)
from api.graphql.nodes import TYPES
from api.graphql.paging import columns_of
from api.graphql.votes import countries_of, member_code, present_name
from api.state import State, state
from domain.kinds import KINDS
from projections.reading import Values, Where, page
from projections.totals import MEMBER_TOTALS, YEAR_TOTALS


def _country() -> Any:
    from api.graphql.members import Country

    return Country


class MemberTotal(graphene.ObjectType):
    """How a member voted in a calendar year, counted from the ballots the archive holds. Adoptions without a vote have
    no ballots.
    """

    code = text("member", "The member's code.")
    name = made(graphene.String, present_name, "Its present English name.")
    country = related(_country, countries_of, "The member.")
    year = number("year", "The calendar year; 0: votes whose year is unknown.")
    permanent = boolean("permanent", "Whether on a permanent seat.")
    ballots = number("ballots", "Ballots in all.")
    yes = number("yes", "Votes in favour.")
    no = number("no", "Votes against.")
    abstain = number("abstain", "Abstentions.")
    not_voting = number("not_voting", "Votes in which it was absent or took no part.")
    unknown = number("unknown", "Ballots of which nothing is known.")
    vetoes = number("vetoes", "Vetoes cast in votes the archive holds.")


class YearTotal(graphene.ObjectType):
    """What the Council did in a calendar year, counted from the records the archive holds."""

    year = number("year", "The calendar year; 0: records whose year is unknown.")
    votes = number("votes", "Votes and adoptions without a vote.")
    adopted = number("adopted", "Proposals adopted, with or without a vote.")
    unanimous = number("unanimous", "Proposals adopted by a vote with every member in favour.")
    non_unanimous = number("non_unanimous", "Proposals adopted by a vote otherwise.")
    without_vote = number("without_vote", "Proposals adopted without a vote.")
    not_adopted = number("not_adopted", "Proposals not adopted, vetoed ones included.")
    vetoed = number("vetoed", "Proposals announced as vetoed, each counted once.")
    veto_casts = number("veto_casts", "Vetoes cast in votes the archive holds.")
    ballots = number("ballots", "Ballots.")
    meetings = number("meetings", "Formal meetings, private ones included.")
    private_meetings = number("private_meetings", "Private meetings.")
    resumptions = number("resumptions", "Resumptions of suspended meetings.")
    other_meetings = number("other_meetings", "Videoconferences and written procedures of 2020-21.")
    statements = number("statements", "Presidential statements.")
    missions = number("missions", "Missions of the Council.")


@reading_less
def year_totals(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The totals of a span of years, oldest first."""
    args = plain(arguments)
    where = Where(YEAR_TOTALS).at_least("year", args.get("from_") or 0).at_most("year", args.get("to") or 9999)
    found = page(
        asking.read, YEAR_TOTALS, where, ("year",), limit=200, columns=columns_of(YEAR_TOTALS, asking, ("year",))
    )
    return [found for _ in parents]


@reading_less
def member_totals(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The totals of all members in a year, or of one member in all years (or one)."""
    args = plain(arguments)
    if args.get("year") is None and args.get("member") is None:
        raise GraphQLError("give `year` (all members of one year) or `member` (all years of one member), or both")
    where = Where(MEMBER_TOTALS)
    if args.get("year") is not None:
        where.eq("year", args["year"])
    if args.get("member") is not None:
        where.eq("member", member_code(args["member"]))
    columns = columns_of(MEMBER_TOTALS, asking, ("year", "member"))
    found = page(asking.read, MEMBER_TOTALS, where, ("year", "member"), limit=500, columns=columns)
    return [found for _ in parents]


class KindCount(graphene.ObjectType):
    """How many records of one kind the archive holds."""

    kind = text("kind", "The kind, in the plural: votes, ballots, vetoes, meetings …")
    records = number("records", "How many records.")


COUNTED = (
    "votes",
    "ballots",
    "vetoes",
    "meetings",
    "sittings",
    "documents",
    "missions",
    "advice",
    "members",
    "memberships",
    "conflicts",
)


HELD = {name: TYPES[name][1].name for name, kind in KINDS.items() if kind.published}
"""Published kind → the table with one row for each of its records."""


class KindRecords(graphene.ObjectType):
    """How many records of one kind the archive holds, by the kind's name in ids and events."""

    kind = text("kind", "The kind, as record ids begin with it: vote, body_meeting …")
    records = number("records", "How many records.")


def _kinds(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    live = asking.read.live()
    found = asking.read.rows(
        " union all ".join(
            f"select '{kind}' as kind, count(*) as records from {name} where {live}" for kind, name in HELD.items()
        )
    )
    return [found for _ in parents]


def _counts(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    live = asking.read.live()
    sql = " union all ".join(
        f"select '{name}' as kind, count(*) as records from {name} where {live}" for name in COUNTED
    )
    found = asking.read.rows(sql)
    return [found for _ in parents]


class YearStatements(graphene.ObjectType):
    """How many statements of a source concern a year, counted from the events of the log."""

    year = number("year", "The calendar year; 0: not known.")
    statements = number("statements", "How many statements.")


class Coverage(graphene.ObjectType):
    """How much one source states about one kind of record, and over which years; counted from the events of the log."""

    kind = text("kind", "Kind of record.")
    source = text("source", "The data set.")
    statements = number("statements", "Statements in all.")
    first_year = number("first_year", "The earliest year.", required=False)
    last_year = number("last_year", "The latest year.", required=False)
    years = listed(YearStatements, lambda rows, _, __: [row["years"] for row in rows], "Year by year.", weight=80)


def _coverage(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    sql = f"select kind, source, year, statements from coverage where {asking.read.live()} order by kind, source, year"
    found: dict[tuple[str, str], Values] = {}
    for row in asking.read.rows(sql):
        if args.get("kind") in (None, row["kind"]) and args.get("source") in (None, row["source"]):
            whole = found.setdefault(
                (row["kind"], row["source"]),
                {"kind": row["kind"], "source": row["source"], "statements": 0, "years": []},
            )
            whole["years"].append(row)
            whole["statements"] += row["statements"]
    for whole in found.values():
        known = [row["year"] for row in whole["years"] if row["year"]]
        whole["first_year"], whole["last_year"] = min(known, default=None), max(known, default=None)
    return [list(found.values()) for _ in parents]


class Archive(graphene.ObjectType):
    """The state of the archive an answer is given from."""

    position = number("position", "The log position answered for: the number of the last event taken into account.")
    newest = number("newest", "The newest position there is.")
    recorded = text("recorded", "When the last event up to it was recorded (UTC); null if empty.", required=False)
    events = number("events", "How many events there are up to it: the size of the ledger's tree.")
    checkpoint = text(
        "checkpoint",
        "The root of the Merkle tree (RFC 9162) over those events, in base64: it stands for every one of them.",
    )
    counts = listed(
        KindCount, _counts, "How many rows the main tables hold; `kinds` has every kind.", weight=len(COUNTED)
    )
    kinds = listed(
        KindRecords, _kinds, "How many records of every kind, also of those it holds none of.", weight=len(HELD)
    )
    coverage = listed(
        Coverage,
        _coverage,
        "What each source covers.",
        args={
            "kind": argument(graphene.String, "Only this kind of record."),
            "source": argument(graphene.String, "Only this data set."),
        },
        weight=20,
    )


def archive(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """The state the answer is given from."""
    read = asking.read
    now = state(asking.context, read)
    row = {"newest": read.reached, **{name: getattr(now, name) for name in State.__slots__}}
    return [row for _ in parents]
