"""Presidencies of one month each, and cessions of the chair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from graphql import GraphQLError

from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    boolean,
    decoded,
    given,
    listed,
    made,
    number,
    plain,
    related,
    text,
)
from api.graphql.paging import row_by, rows_by
from api.graphql.plain import Listed, many_by, row_type, to_country, to_meeting
from domain import presidencies as stated
from domain.calendar import CalendarError, parse_day
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS
from projections.presidencies import CESSIONS, PRESIDENCIES, ROTATION
from projections.reading import Values, Where, by_key, page

_MONTHS = 100
"""Months in one statement."""


def _of_months(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
    """The meetings of each presidency's month, in order of date."""
    months = list(dict.fromkeys(row["month"] for row in parents))
    found: dict[str, Rows] = {month: [] for month in months}
    columns = ",".join(f"t.{name}" for name in MEETINGS.columns)
    for start in range(0, len(months), _MONTHS):
        where = Where(MEETINGS)
        spans = [f"(t.date >= :m{n} and t.date <= :e{n})" for n in range(len(months[start : start + _MONTHS]))]
        # "~" sorts after every character of a date: all days of the month, and intervals begun in it.
        bounds = {f"m{n}": month for n, month in enumerate(months[start : start + _MONTHS])}
        where.sql(" or ".join(spans), **bounds, **{name.replace("m", "e"): f"{m}~" for name, m in bounds.items()})
        conditions = " and ".join([asking.read.live("t"), *where.parts])
        sql = f"select {columns} from meetings t where {conditions} order by t.date, t.record"
        for row in asking.read.rows(sql, where.params):
            found[row["date"][:7]].append(row)
    return [found[row["month"]] for row in parents]


def _assessed(_: Asking) -> Callable[[Values], bool | None]:
    def assessed(row: Values) -> bool | None:
        if row["assessment"] or row["assessed_on"] or row["assessed_by"]:
            return True
        return False if row["unassessed_by"] else None

    return assessed


@row_type(stated.Cession, named={"meeting": "meeting_symbol"})
class Cession:
    """The President cedes the chair while one question with which the member is connected is considered (rule 20)."""

    presidency = related(lambda: Presidency, row_by(PRESIDENCIES, "month", "month"), "The presidency of that month.")
    country = to_country("The member that cedes the chair.")
    taken_by_country = to_country("The member that takes it.", "taken_by")
    meeting = to_meeting("The meeting.")


CESSION_LISTS = Listed(Cession, stated.Cession, CESSIONS, "cessions of the chair")


class RotationMonth(graphene.ObjectType):
    """Who presides in a month by the rotation (rules 18 to 20), as the list of members makes it, beside the record."""

    month = text("month", "The month, such as `2023-09`.")
    year = number("year", "Its year.")
    computed = text("member", "Code of the member the rotation names; null where members are missing.", required=False)
    recorded = text("recorded", "Code of the member recorded, if one is.", required=False)
    after = text("after", "Code of the member that presided in the month before.", required=False)
    differs = boolean("differs", "Whether the two name different members.")
    country = to_country("The member the rotation names.")
    presidency = related(lambda: Presidency, row_by(PRESIDENCIES, "record", "record"), "The presidency as recorded.")


def rotation_of_year(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The rotation through the months of a year."""
    where = Where(ROTATION).eq("year", int(plain(arguments["year"])))
    found = page(asking.read, ROTATION, where, ("month",), limit=12)
    return [found for _ in parents]


@row_type(stated.Presidency, named={"wrap_up_meeting": "wrap_up_meeting_symbol", "events": "event_symbols"})
class Presidency:
    """The presidency of one month, with its programme, assessment and wrap-up."""

    country = to_country("The member that held it.")
    meetings = listed(
        "api.graphql.meetings.Meeting", _of_months, "The meetings the archive holds of that month.", weight=25
    )
    wrap_up_meeting = to_meeting("The meeting that was its wrap-up session, if it was a formal one.", "wrap_up_meeting")
    events = listed(
        "api.graphql.meetings.Meeting",
        many_by(MEETINGS, "symbol", lambda row: [one.partition(" (")[0] for one in decoded(row["events"])]),
        "Its signature events, where the archive holds the meetings.",
        weight=3,
    )
    assessed = made(
        graphene.Boolean,
        _assessed,
        "Whether its monthly assessment was submitted; false only where a source says that it was not (by "
        "`unassessedBy`), null where none speaks of it.",
        required=False,
    )
    assessment_document = related(
        "api.graphql.documents.Document", row_by(DOCUMENTS, "symbol", "assessment"), "The assessment, if it is held."
    )
    rotation = related(RotationMonth, row_by(ROTATION, "month", "month"), "Whom the rotation names for the month.")
    cessions = listed(
        Cession, rows_by(CESSIONS, "month", "month", ("date", "record")), "When the chair was ceded.", weight=1
    )


def _is_assessed(where: Where, value: bool, _: Asking) -> None:
    submitted = "(t.assessment is not null or t.assessed_on is not null or t.assessed_by is not null)"
    where.sql(submitted if value else f"not {submitted} and t.unassessed_by is not null")


PRESIDENCY_LISTS = Listed(
    Presidency,
    stated.Presidency,
    PRESIDENCIES,
    "presidencies",
    {
        "assessed": (
            given("Whether its assessment was submitted; false: a source says it was not.", graphene.Boolean),
            _is_assessed,
        )
    },
)


def by_month(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The presidency of a month, written ``2023-09``, ``September 2023``, or as a record id."""
    wanted = str(plain(arguments["month"])).removeprefix("presidency:").strip()
    try:
        days = parse_day(wanted)
    except CalendarError as error:
        raise GraphQLError(f"{wanted!r} is no month: write YYYY-MM, such as 2023-09") from error
    month = days.first.isoformat()[:7]
    if month != days.last.isoformat()[:7]:
        raise GraphQLError(f"{wanted!r} is more than a month: write YYYY-MM, such as 2023-09")
    found = by_key(asking.read, PRESIDENCIES, "month", [month], ("record",))
    return [found[month][0] if month in found else None for _ in parents]
