"""Vetoes: one object for each cast, what the General Assembly made of them, and the two counts of them."""

from __future__ import annotations

from typing import Any

import graphene

from api.graphql import filters, words
from api.graphql.documents import BY_DATE, meeting_of
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    boolean,
    column,
    given,
    listed,
    number,
    plain,
    related,
    same,
    text,
    texts,
)
from api.graphql.meetings import Meeting
from api.graphql.nodes import Node
from api.graphql.paging import connected, connection_type, row_by, rows_by
from api.graphql.plain import Listed, row_type, to_meeting
from api.graphql.votes import MemberThen, Vote, member_code
from domain import symbols
from domain import vetoes as stated
from domain.charter import DEFINITIONS
from projections.reading import by_key
from projections.vetoes import FOLLOWUPS, VETOES, casts_by_member
from projections.votes import VOTES


class Veto(graphene.ObjectType):
    """One veto cast by one permanent member in one vote."""

    class Meta:
        interfaces = (Node,)

    member = same(MemberThen, "Who cast it.")
    vote = related(Vote, row_by(VOTES, "record", "vote"), "The vote it was cast in, where that is certain.")
    date = text("date", "The day: ISO 8601.")
    year = number("year", "The year.", required=False)
    draft = text("draft", "Symbol of the draft it defeated.", required=False)
    meeting_symbol = text("meeting", "Symbol of the record of the meeting.", required=False)
    meeting = related(Meeting, meeting_of, "The meeting.")
    records = texts("records", "Symbols of further records.")
    agenda = text("agenda", "The agenda item.", required=False)
    official = boolean("official", "Whether the United Nations' own list of vetoes names it.")
    in_vote = boolean("in_vote", "Whether the archive holds the vote it was cast in.")
    sources = texts("sources", "The data sets that name it.")
    followup = related(
        lambda: Followup, row_by(FOLLOWUPS, "vote", "vote"), "What the General Assembly made of it (A/RES/76/262)."
    )


@row_type(stated.Followup, named={"vote": "vote_id", "meeting": "meeting_symbol"})
class Followup:
    """What the General Assembly made of one vetoed proposal under A/RES/76/262, adopted on 26 April 2022: it meets
    within ten working days of the veto to debate the situation, unless it meets on it in an emergency special session.
    """

    vote = related(Vote, row_by(VOTES, "record", "vote"), "The vote in which the veto was cast.")
    casts = listed(Veto, rows_by(VETOES, "vote", "vote", ("record",)), "The vetoes cast in it.", weight=1)
    meeting = to_meeting("The meeting of the Council.")


FOLLOWUP_LISTS = Listed(Followup, stated.Followup, FOLLOWUPS, "follow-ups of vetoes in the General Assembly")


class VetoFilter(graphene.InputObjectType):
    """Which vetoes; all conditions must hold."""

    date = given("The day.", filters.DateFilter)
    year = given("The year.", filters.NumberFilter)
    member = given("Who cast it (code).", filters.TextFilter)
    draft = given("Symbol of the draft.", filters.TextFilter)
    agenda = given("The agenda item.", filters.TextFilter)
    official = given("Whether the official list names it.", graphene.Boolean)
    in_vote = given("Whether the archive holds the vote.", graphene.Boolean)


NARROW = filters.all_of(
    {
        "date": filters.on_date("date"),
        "year": filters.on("year"),
        "member": filters.on("member"),
        "draft": filters.on("draft"),
        "agenda": filters.on("agenda"),
        "official": filters.on("official"),
        "in_vote": filters.on("in_vote"),
    }
)

VetoOrder = words.by_date("VetoOrder", "vetoes").enum()
VetoConnection = connection_type(Veto, "vetoes")

vetoes = connected(
    VetoConnection,
    VETOES,
    BY_DATE,
    "-date",
    "Vetoes cast, newest first unless ordered otherwise.",
    order_enum=VetoOrder,
    filters=VetoFilter,
    narrow=NARROW,
)


def by_draft_and_member(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The veto of a record id, or a member's veto on a draft."""
    args = plain(arguments)
    code = member_code(args["member"])
    wanted = [args["draft"], *symbols.interpret(args["draft"])]
    found = by_key(asking.read, VETOES, "draft", wanted, ("date", "record"))
    rows = [row for draft in wanted for row in found.get(draft, []) if row["member"] == code]
    return [rows[0] if rows else None for _ in parents]


class MemberCasts(graphene.ObjectType):
    """Vetoes cast by one permanent member."""

    code = text("member", "Its code.")
    official = number("official", "Casts the official list names.")
    own = number("own", "Casts in votes the archive holds.")


class Definition(graphene.ObjectType):
    """What is counted: by another definition the same votes give another total."""

    term = text("term", "The term.")
    text = column(graphene.String, "text", "Its definition in one sentence.")


class VetoCount(graphene.ObjectType):
    """How many vetoes there are, by two ways of counting: `official` are the casts that the United Nations' own
    list names; `own` are the casts in the votes the archive holds.
    """

    official = number("official", "Casts the official list names.")
    own = number("own", "Casts in votes the archive holds.")
    vetoed_proposals = number("vetoed_proposals", "Votes announced as vetoed, each counted once.")
    by_member = listed(MemberCasts, lambda rows, _, __: [row["by_member"] for row in rows], "Casts by member.")
    definitions = listed(
        Definition, lambda rows, _, __: [row["definitions"] for row in rows], "What is counted, in one sentence each."
    )


def count_vetoes(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """Both counts, from one statement over the casts and one over the votes."""
    casts = casts_by_member(asking.read)
    proposals = asking.read.value(f"select count(*) as n from votes where outcome = 'vetoed' and {asking.read.live()}")
    counted = {
        "official": sum(row["official"] for row in casts),
        "own": sum(row["own"] for row in casts),
        "vetoed_proposals": int(proposals),
        "by_member": casts,
        "definitions": [{"term": term, "text": said} for term, said in DEFINITIONS.items()],
    }
    return [counted for _ in parents]
