"""Peacebuilding: advice of the Commission to the Council; other principal organs taking part in its meetings."""

from __future__ import annotations

import graphene

from api.graphql import filters, words
from api.graphql.documents import BY_DATE, meeting_of
from api.graphql.fields import given, number, related, text
from api.graphql.meetings import Meeting
from api.graphql.nodes import Node
from api.graphql.paging import connected, connection_type
from api.graphql.plain import Listed, row_type, to_meeting
from domain import peacebuilding as stated
from projections.peacebuilding import ADVICE, PARTICIPATIONS


class Advice(graphene.ObjectType):
    """One piece of advice of the Peacebuilding Commission: requested, received, considered."""

    class Meta:
        interfaces = (Node,)

    date = text("date", "The first step that is dated (ISO 8601); sorts the list.")
    year = number("year", "Its year.", required=False)
    topic = text("topic", "What it concerns.", required=False)
    item = text("item", "The agenda item.", required=False)
    requested_on = text("requested_on", "When the Council asked for it.", required=False)
    requested_by = text("requested_by", "Who asked.", required=False)
    requested_in = text("requested_in", "In which document.", required=False)
    symbol = text("symbol", "Symbol of the advice.", required=False)
    received_on = text("received_on", "When it was received.", required=False)
    meeting_symbol = text("meeting", "Symbol of the record of the meeting that considered it.", required=False)
    meeting = related(Meeting, meeting_of, "The meeting that considered it.")
    considered_on = text("considered_on", "When it was considered.", required=False)
    form = text("form", "`letter` or `briefing`.", required=False)
    remark = text("remark", "A remark of the source.", required=False)


class AdviceFilter(graphene.InputObjectType):
    """Which advice; all conditions must hold."""

    year = given("Its year.", filters.NumberFilter)
    date = given("The first step that is dated.", filters.DateFilter)
    topic = given("What it concerns.", filters.TextFilter)
    form = given("`letter` or `briefing`.", filters.TextFilter)


AdviceOrder = words.by_date("AdviceOrder", "advice").enum()
AdviceConnection = connection_type(Advice, "pieces of advice")

advice = connected(
    AdviceConnection,
    ADVICE,
    BY_DATE,
    "-date",
    "Advice of the Peacebuilding Commission, newest first unless ordered otherwise.",
    order_enum=AdviceOrder,
    filters=AdviceFilter,
    narrow=filters.all_of(
        {
            "year": filters.on("year"),
            "date": filters.on_date("date"),
            "topic": filters.on("topic"),
            "form": filters.on("form"),
        }
    ),
)


@row_type(stated.Participation, named={"meeting": "meeting_symbol"})
class Participation:
    """The President of another principal organ, or somebody for them, taking part in a meeting of the Council."""

    meeting = to_meeting("The meeting.")


PARTICIPATION_LISTS = Listed(Participation, stated.Participation, PARTICIPATIONS, "participations of other organs")
