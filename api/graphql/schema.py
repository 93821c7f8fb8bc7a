"""The root of the schema. ``python -m api.graphql.schema`` prints it; `schema.graphql` beside this file keeps it."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLError, GraphQLSchema

from api.graphql import agreement as of_agreement
from api.graphql import citing as of_citing
from api.graphql import counts as of_counts
from api.graphql import debates as of_debates
from api.graphql import diff as of_diff
from api.graphql import documents as of_documents
from api.graphql import holidays as of_holidays
from api.graphql import indicators as of_indicators
from api.graphql import meetings as of_meetings
from api.graphql import members as of_members
from api.graphql import missions as of_missions
from api.graphql import mutations as of_mutations
from api.graphql import notes as of_notes
from api.graphql import obligations as of_obligations
from api.graphql import peacebuilding as of_peacebuilding
from api.graphql import presidencies as of_presidencies
from api.graphql import provenance as of_provenance
from api.graphql import search as of_search
from api.graphql import standing as of_standing
from api.graphql import subscriptions as of_subscriptions
from api.graphql import subsidiaries as of_subsidiaries
from api.graphql import totals as of_totals
from api.graphql import vetoes as of_vetoes
from api.graphql import votes as of_votes
from api.graphql.fields import Arguments, Asking, Rows, argument, listed, plain, related, same
from api.graphql.nodes import Node, rows_of
from api.graphql.paging import connected
from api.graphql.words import by_date
from domain.facts import FactError
from projections.conflicts import CONFLICTS
from projections.reading import ViewsError

ROOT: dict[str, Any] = {}
"""The row every operation starts from."""


def _node(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    found = rows_of([str(plain(arguments["id"]))], asking)
    return found * len(parents)


def _as_of(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    position, time = args.get("position"), args.get("time")
    if (position is None) == (time is None):
        raise GraphQLError("give one of `position` and `time`")
    try:
        if position is None:
            position = min(asking.context.archive.position_at(time), asking.read.reached)
        state = Asking(asking.context, asking.read.at(position))
    except (FactError, ViewsError, ValueError, OverflowError) as error:
        raise GraphQLError(str(error)) from error
    return [{"state": state} for _ in parents]


def _symbol(doc: str) -> dict[str, Any]:
    return {"symbol": argument(graphene.String, doc, required=True)}


_SPAN = {
    "from_": argument(graphene.Int, "From this year on.", name="from"),
    "to": argument(graphene.Int, "Up to this year."),
}


class Query(graphene.ObjectType):
    """The record of the United Nations Security Council, answered from one state of an append-only log. That
    state stands in `extensions.archive` of every answer (position, time, checkpoint); `asOf` answers from a past one.
    Dates are ISO 8601, possibly partial; counts are whole numbers of what their name says.
    """

    archive = related(of_totals.Archive, of_totals.archive, "The state answers are given from.", required=True)
    node = related(
        Node,
        _node,
        "The record of an id; null if there is none.",
        args={"id": argument(graphene.ID, "A record's id, such as `vote:S/RES/1559`.", required=True)},
    )
    vote = related(
        of_votes.Vote,
        of_votes.by_symbol,
        "The vote on a resolution, draft or record id; the first where several were taken on one draft.",
        args=_symbol("In any spelling: `S/RES/1559 (2004)`, `1559`, `S/2014/916`, `vote:S/3502#2`."),
    )
    votes = of_votes.votes
    resolution = related(
        of_votes.Vote,
        of_votes.resolution_by_symbol,
        "The vote (or adoption without one) that adopted a resolution.",
        args=_symbol("Number or symbol in any spelling: `1325`, `S/RES/1325(2000)`."),
    )
    resolutions = of_votes.resolutions
    meeting = related(
        of_meetings.Meeting,
        of_meetings.by_symbol,
        "A meeting; the symbol of a resumption finds the meeting resumed.",
        args=_symbol("Number or record symbol in any spelling: `9052`, `S/PV.9052 (Resumption 1)`."),
    )
    meetings = of_meetings.meetings
    veto = related(
        of_vetoes.Veto,
        of_vetoes.by_draft_and_member,
        "The veto a member cast on a draft (record ids: see `node`).",
        args={
            "draft": argument(graphene.String, "Symbol of the draft in any spelling.", required=True),
            "member": argument(graphene.String, "The member's code.", required=True),
        },
    )
    vetoes = of_vetoes.vetoes
    veto_count = related(
        of_vetoes.VetoCount,
        of_vetoes.count_vetoes,
        "How many vetoes there are, by two ways of counting.",
        required=True,
    )
    mission = related(
        of_missions.Mission,
        of_missions.by_id,
        "A mission of the Council.",
        args={"id": argument(graphene.ID, "Its record id, with or without `mission:`.", required=True)},
    )
    missions = of_missions.missions
    country = related(
        of_members.Country,
        of_members.by_code,
        "A State that is or was a member.",
        args={"code": argument(graphene.String, "Its code of three letters, such as `FRA`.", required=True)},
    )
    countries = of_members.countries
    document = related(
        of_documents.Document, of_documents.by_symbol, "A document.", args=_symbol("Its symbol in any spelling.")
    )
    documents = of_documents.documents
    advice = of_peacebuilding.advice
    participations = of_peacebuilding.PARTICIPATION_LISTS.everywhere()
    elections = of_members.ELECTION_LISTS.everywhere()
    presidency = related(
        of_presidencies.Presidency,
        of_presidencies.by_month,
        "The presidency of a month.",
        args={"month": argument(graphene.String, "The month: `2023-09`, `September 2023`.", required=True)},
    )
    presidencies = of_presidencies.PRESIDENCY_LISTS.everywhere()
    rotation = listed(
        of_presidencies.RotationMonth,
        of_obligations.rotation,
        "Who presides month by month by the rotation (rules 18 to 20), beside who is recorded.",
        args=of_obligations.ROTATION_ARGUMENTS,
        weight=36,
    )
    obligations = related(
        of_obligations.ObligationConnection,
        of_obligations.obligations_page,
        "What has to be done by when, each in its state on a day; newest first unless ordered otherwise.",
        args=of_obligations.OBLIGATION_ARGUMENTS,
        required=True,
    )
    cessions = of_presidencies.CESSION_LISTS.everywhere()
    invitations = of_debates.INVITATION_LISTS.everywhere()
    briefings = of_debates.BRIEFING_LISTS.everywhere()
    speeches = of_debates.SPEECH_LISTS.everywhere()
    proposals = of_debates.PROPOSAL_LISTS.everywhere()
    followups = of_vetoes.FOLLOWUP_LISTS.everywhere()
    note = related(
        of_notes.Note,
        of_notes.by_symbol,
        "A note by the President on working methods.",
        args=_symbol("Its symbol in any spelling."),
    )
    notes = of_notes.NOTE_LISTS.everywhere()
    paragraph = related(
        of_notes.Paragraph,
        of_notes.by_reference,
        "A paragraph of a note.",
        args={
            "reference": argument(
                graphene.String, "`S/2017/507/43`, `S/2017/507, paragraph 43`, `para. 43 of S/2017/507`.", required=True
            )
        },
    )
    paragraphs = of_notes.PARAGRAPH_LISTS.everywhere()
    assessments = of_notes.ASSESSMENT_LISTS.everywhere()
    body = related(
        of_subsidiaries.Body,
        of_subsidiaries.body,
        "A subsidiary body.",
        args={"id": argument(graphene.ID, "Its record id, with or without `body:`, or its resolution.", required=True)},
    )
    bodies = of_subsidiaries.BODY_LISTS.everywhere()
    regime = related(
        of_subsidiaries.Regime,
        of_subsidiaries.regime,
        "A sanctions regime.",
        args={
            "id": argument(graphene.ID, "Its record id, with or without `regime:`, or its resolution.", required=True)
        },
    )
    regimes = of_subsidiaries.REGIME_LISTS.everywhere()
    measures = of_subsidiaries.MEASURE_LISTS.everywhere()
    chairs = of_subsidiaries.CHAIR_LISTS.everywhere()
    body_meetings = of_subsidiaries.BODY_MEETING_LISTS.everywhere()
    reports = of_subsidiaries.REPORT_LISTS.everywhere()
    listings = of_subsidiaries.LISTING_LISTS.everywhere()
    texts = of_documents.TEXT_LISTS.everywhere()
    annual_report = related(
        of_documents.AnnualReport,
        of_documents.report_of_year,
        "The annual report on a year, or on the first part of it.",
        args={"year": argument(graphene.Int, "The calendar year it covers.", required=True)},
    )
    annual_reports = of_documents.ANNUAL_REPORT_LISTS.everywhere()
    holidays = of_holidays.HOLIDAY_LISTS.everywhere()
    indicators = of_indicators.INDICATORS
    indicator = of_indicators.INDICATOR
    figures = of_indicators.FIGURE_LISTS.everywhere()
    conflicts = connected(
        of_provenance.ConflictConnection,
        CONFLICTS,
        {
            "date": of_provenance.Order("date", ("date", "id"), False),
            "-date": of_provenance.Order("-date", ("date", "id"), True),
        },
        "-date",
        "Where the record contradicts itself, newest first unless ordered otherwise.",
        order_enum=by_date("ConflictOrder", "conflicts").enum(),
        filters=of_provenance.ConflictFilter,
        narrow=of_provenance.CONFLICT_RULES,
    )
    events = related(
        of_provenance.EventConnection,
        of_provenance.events_page,
        "The events of the log, newest first unless ordered otherwise.",
        args=of_provenance.EVENT_ARGUMENTS,
        required=True,
    )
    year_totals = listed(
        of_totals.YearTotal, of_totals.year_totals, "What the Council did, year by year.", args=_SPAN, weight=85
    )
    member_totals = listed(
        of_totals.MemberTotal,
        of_totals.member_totals,
        "How members voted: all members of a year, or all years of a member.",
        args={
            "year": argument(graphene.Int, "The calendar year."),
            "member": argument(graphene.String, "The member's code."),
        },
        weight=20,
    )
    counts = same(
        of_counts.Counts, "Counts by one dimension, or cross tables of two: of votes, ballots, vetoes, meetings …"
    )
    agreement = related(
        of_votes.Agreement,
        of_votes.compare,
        "How two members' votes compare.",
        args={
            "a": argument(graphene.String, "Code of the first member.", required=True),
            "b": argument(graphene.String, "Code of the second member.", required=True),
            **_SPAN,
        },
        required=True,
    )
    agreement_matrix = related(
        of_agreement.AgreementMatrix,
        of_agreement.matrix,
        "Agreement among any members over any years, pair by pair, and the blocs they form.",
        args=of_agreement.MATRIX_ARGUMENTS,
        required=True,
        work=50,
    )
    trajectory = listed(
        of_agreement.MemberYear,
        of_agreement.trajectory,
        "The course of a member, year by year: its choices, its dissent, with whom it agreed.",
        args=of_agreement.TRAJECTORY_ARGUMENTS,
        weight=20,
        work=50,
    )
    diff = related(
        of_diff.Diff,
        of_diff.difference,
        "What changed between two states of the archive, record by record.",
        args=of_diff.ARGUMENTS,
        required=True,
    )
    changes = related(
        of_diff.ChangeConnection,
        of_diff.changes_between,
        "The records with events between two states of the archive, in the order of the log, and what reads otherwise.",
        args=of_diff.BETWEEN_ARGUMENTS,
        required=True,
    )
    search = related(
        of_search.SearchResults,
        of_search.search,
        "Full text in six languages; null, with an error, where it cannot be answered.",
        args=of_search.SEARCH_ARGUMENTS,
    )
    saved_search = related(
        of_standing.SavedSearch,
        of_standing.by_id,
        "A standing search; null if none was saved under this id.",
        args={"id": argument(graphene.ID, "Its id: 16 letters and digits.", required=True)},
    )
    citation = related(
        of_citing.Citation,
        of_citing.by_id,
        "A citation; null if none was made under this id.",
        args={"id": argument(graphene.ID, "Its id: 16 letters and digits.", required=True)},
    )
    as_of = related(
        lambda: Query,
        _as_of,
        "The same questions, answered from a past state of the archive: at a log position, or as recorded by a time.",
        args={
            "position": argument(graphene.Int, "A log position, from 0 (the empty archive)."),
            "time": argument(graphene.String, "A time of recording: ISO 8601, UTC unless it says otherwise."),
        },
        required=True,
        turns=True,
    )


def build() -> GraphQLSchema:
    """The schema, with all types that answer as Node."""
    types = [
        of_votes.Vote,
        of_vetoes.Veto,
        of_meetings.Meeting,
        of_meetings.Sitting,
        of_documents.Document,
        of_missions.Mission,
        of_peacebuilding.Advice,
        of_members.Membership,
        of_members.MemberName,
        of_members.Seat,
        of_members.Election,
        of_debates.Invitation,
        of_debates.Briefing,
        of_debates.Speech,
        of_debates.Proposal,
        of_vetoes.Followup,
        of_peacebuilding.Participation,
        of_presidencies.Presidency,
        of_presidencies.Cession,
        of_notes.Note,
        of_notes.Paragraph,
        of_notes.Assessment,
        of_subsidiaries.Body,
        of_subsidiaries.Regime,
        of_subsidiaries.Measure,
        of_subsidiaries.Chair,
        of_subsidiaries.BodyMeeting,
        of_subsidiaries.Report,
        of_subsidiaries.Listing,
        of_documents.DocumentText,
        of_documents.AnnualReport,
        of_holidays.Holiday,
        of_indicators.Figure,
    ]
    roots = {"query": Query, "mutation": of_mutations.Mutation, "subscription": of_subscriptions.Subscription}
    return graphene.Schema(**roots, types=types).graphql_schema


SCHEMA = build()

if __name__ == "__main__":
    from graphql import print_schema

    print(print_schema(SCHEMA))
