"""Subsidiary bodies and sanctions: regimes, the decisions on them and their votes, chairs, reports, listings."""

from __future__ import annotations

import graphene
import orjson

from api.graphql.fields import Arguments, Asking, Batch, Rows, given, listed, plain, related
from api.graphql.paging import row_by, rows_by
from api.graphql.plain import Listed, by_id, many_by, row_type, to_country
from domain import subsidiaries as stated
from domain import symbols
from projections.documents import DOCUMENTS
from projections.reading import Values, Where, by_key
from projections.subsidiaries import BODIES, BODY_MEETINGS, BY_REGIME, CHAIRS, LISTINGS, MEASURES, REGIMES, REPORTS
from projections.versioned import View
from projections.votes import VOTES

_DOCUMENT = "api.graphql.documents.Document"


def _concerned(row: Values) -> list[str]:
    return [*([row["regime"]] if row["regime"] else []), *orjson.loads(row["regimes"])]


@row_type(stated.Measure, named={"regime": "regime_id", "regimes": "regime_ids", "measures": "measure_kinds"})
class Measure:
    """One decision on sanctions, adopted or not: measures imposed, renewed, modified or terminated."""

    regime = related(lambda: Regime, row_by(REGIMES, "record", "regime"), "The regime, where it concerns one.")
    regimes = listed(
        lambda: Regime,
        many_by(REGIMES, "record", _concerned),
        "The regimes it names, one or several; none where it concerns all.",
        weight=2,
    )
    vote = related(
        "api.graphql.votes.Vote", row_by(VOTES, "record", "vote"), "The vote it was taken in, if the archive holds it."
    )


def _in_vote(where: Where, condition: str, value: bool, asking: Asking) -> None:
    where.sql(
        f"exists (select 1 from votes v where v.record = t.vote and {condition} and {asking.read.live('v')})",
        value=value,
    )


def _unanimous(where: Where, value: bool, asking: Asking) -> None:
    _in_vote(where, "v.unanimous = :value", value, asking)


def _adopted(where: Where, value: bool, asking: Asking) -> None:
    _in_vote(where, "v.outcome <> 'undetermined' and (v.outcome = 'adopted') = :value", value, asking)


MEASURE_LISTS = Listed(
    Measure,
    stated.Measure,
    MEASURES,
    "decisions on sanctions",
    {
        "unanimous": (
            given(
                "Whether every member voted in favour, adopted or not; neither where no vote is held.", graphene.Boolean
            ),
            _unanimous,
        ),
        "adopted": (given("Whether the vote it was taken in adopted it.", graphene.Boolean), _adopted),
    },
)


@row_type(stated.Listing, named={"regime": "regime_id"})
class Listing:
    """A name put on a sanctions list, and taken off it. The name may be withheld."""

    regime = related(lambda: Regime, row_by(REGIMES, "record", "regime"), "The regime.")


LISTING_LISTS = Listed(Listing, stated.Listing, LISTINGS, "listings")


@row_type(
    stated.Regime, named={"committee": "committee_id", "succeeded_by": "successor_id", "measures": "measure_kinds"}
)
class Regime:
    """A sanctions regime: from the resolution that imposed measures to the one that ended them."""

    committee = related(lambda: Body, row_by(BODIES, "record", "committee"), "The committee that oversees it.")
    successor = related(lambda: Regime, row_by(REGIMES, "record", "succeeded_by"), "The regime that took its place.")
    predecessors = listed(
        lambda: Regime, rows_by(REGIMES, "succeeded_by", "record", ("date", "record")), "Whose place it took.", weight=1
    )
    measures = MEASURE_LISTS.under(
        "concerns",
        "record",
        "The decisions that name it, alone or with others; those on all regimes are among `measures`, as `general`.",
        BY_REGIME,
    )
    listings = LISTING_LISTS.under("regime", "record", "The names put on its list.")


REGIME_LISTS = Listed(Regime, stated.Regime, REGIMES, "sanctions regimes")


@row_type(stated.Chair, named={"body": "body_id"})
class Chair:
    """Who chaired a body (or held its office) in a year; appointed by an annual note, S/YYYY/2."""

    body = related(lambda: Body, row_by(BODIES, "record", "body"), "The body.")
    country = to_country("The member that chairs.")
    appointed_by_document = related(
        _DOCUMENT, row_by(DOCUMENTS, "symbol", "appointed_by"), "The note that appoints, if it is held."
    )


CHAIR_LISTS = Listed(Chair, stated.Chair, CHAIRS, "offices held in subsidiary bodies")


@row_type(stated.BodyMeeting, named={"body": "body_id"})
class BodyMeeting:
    """A meeting of a subsidiary body, open or closed."""

    body = related(lambda: Body, row_by(BODIES, "record", "body"), "The body.")


BODY_MEETING_LISTS = Listed(BodyMeeting, stated.BodyMeeting, BODY_MEETINGS, "meetings of subsidiary bodies")


@row_type(stated.Report, named={"body": "body_id"})
class Report:
    """A report of a body to the Council: by a panel or monitoring team, yearly, or by the Ombudsperson."""

    body = related(lambda: Body, row_by(BODIES, "record", "body"), "The body.")
    document = related(_DOCUMENT, row_by(DOCUMENTS, "symbol", "symbol"), "The document, if the archive holds it.")


REPORT_LISTS = Listed(Report, stated.Report, REPORTS, "reports of subsidiary bodies")


@row_type(stated.Body, named={"parent": "parent_id"})
class Body:
    """A subsidiary body: a committee, a working group, an office of due process."""

    parent = related(lambda: Body, row_by(BODIES, "record", "parent"), "The body it serves.")
    served_by = listed(
        lambda: Body, rows_by(BODIES, "parent", "record", ("date", "record")), "The bodies that serve it.", weight=2
    )
    regimes = listed(
        Regime, rows_by(REGIMES, "committee", "record", ("date", "record")), "The regimes it oversees.", weight=1
    )
    chairs = listed(
        Chair, rows_by(CHAIRS, "body", "record", ("year", "record")), "Who held its offices, year by year.", weight=15
    )
    meetings = BODY_MEETING_LISTS.under("body", "record", "Its meetings.")
    reports = REPORT_LISTS.under("body", "record", "Its reports.")


BODY_LISTS = Listed(Body, stated.Body, BODIES, "subsidiary bodies")


def _by_number(view: View, kind: type[stated.Body] | type[stated.Regime]) -> Batch:
    """A batch: by record id, with or without the kind, or by the resolution it bears the number of."""
    exact = by_id(view, kind)

    def batch(parents: Rows, arguments: Arguments, asking: Asking) -> list[object]:
        found = exact(parents, arguments, asking)
        if parents and found[0] is None:
            meant = symbols.interpret(str(plain(arguments["id"])))
            numbers = [n for n in map(symbols.resolution_number, meant) if n is not None]
            rows = by_key(asking.read, view, "record", [f"{kind.kind}:{n}" for n in numbers], view.key)
            found = [next((one for one, *_ in rows.values()), None) for _ in parents]
        return found

    return batch


body = _by_number(BODIES, stated.Body)
regime = _by_number(REGIMES, stated.Regime)
