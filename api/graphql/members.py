"""Members: codes, names by date and language, terms, seats, ballots, vetoes, totals."""

from __future__ import annotations

from typing import Any

import graphene

from api.graphql import filters, words
from api.graphql.documents import BY_DATE
from api.graphql.fields import (
    Arguments,
    Asking,
    Rows,
    argument,
    boolean,
    column,
    given,
    listed,
    number,
    plain,
    related,
    text,
    word,
)
from api.graphql.nodes import Node
from api.graphql.paging import Order, connected, connection_type, rows_by
from api.graphql.plain import Listed, row_type, to_country
from api.graphql.totals import MemberTotal
from api.graphql.vetoes import NARROW as NARROW_VETOES
from api.graphql.vetoes import VetoConnection, VetoFilter, VetoOrder
from api.graphql.votes import (
    BALLOT_ORDERS,
    NARROW_BALLOTS,
    BallotConnection,
    BallotOrder,
    CastFilter,
    countries_of,
    member_code,
)
from domain import members as stated
from projections.members import ELECTIONS, MEMBERS, MEMBERSHIPS, NAMES, SEATS, TERMS, names_in_languages
from projections.presidencies import PRESIDENCIES
from projections.reading import Where, by_key
from projections.subsidiaries import CHAIRS
from projections.totals import MEMBER_TOTALS
from projections.vetoes import VETOES
from projections.votes import BALLOTS


class MemberName(graphene.ObjectType):
    """A name a State bore at the United Nations, in one language, over a span of days."""

    class Meta:
        interfaces = (Node,)

    name = text("name", "The name.")
    language = word(words.Language, "language", "Its language.")
    first = text("first", "First day (ISO 8601); empty: from the beginning.")
    last = text("last", "Last day (ISO 8601); null: to this day.", required=False)
    country = related(lambda: Country, countries_of, "The member.")


class Seat(graphene.ObjectType):
    """Who held a permanent seat over a span of days (Charter, Article 23; A/RES/2758(XXVI))."""

    class Meta:
        interfaces = (Node,)

    holder = text("holder", "The holder's name.")
    first = text("first", "First day (ISO 8601); empty: from the beginning.")
    last = text("last", "Last day (ISO 8601); null: to this day.", required=False)
    country = related(lambda: Country, countries_of, "The member.")


class Membership(graphene.ObjectType):
    """One State's membership in one calendar year, as a yearly list of members states it."""

    class Meta:
        interfaces = (Node,)

    year = number("year", "The calendar year.")
    permanent = column(
        graphene.Boolean,
        "permanent",
        "Whether on a permanent seat; null: not said.",
        required=False,
        convert=lambda value: None if value is None else bool(value),
    )
    region = text("region", "Regional group, such as `african`.", required=False)
    name = text("name", "The State's name as the source prints it for that year.", required=False)
    first = text("first", "First day of membership in that year (ISO 8601).", required=False)
    last = text("last", "Last day of membership in that year (ISO 8601).", required=False)
    country = related(lambda: Country, countries_of, "The member.")


@row_type(stated.Election)
class Election:
    """A State elected to a term by the General Assembly; from 1 October before it the State observes the Council."""

    country = to_country("The State, once it is or was on the Council.")


ELECTION_LISTS = Listed(Election, stated.Election, ELECTIONS, "elections")


class Term(graphene.ObjectType):
    """A run of adjoining years of membership; as long as the yearly lists say."""

    first_year = number("first_year", "First calendar year.")
    last_year = number("last_year", "Last calendar year the lists cover.")
    permanent = boolean("permanent", "Whether on a permanent seat.")
    region = text("region", "Regional group, such as `african`.", required=False)


class PresentName(graphene.ObjectType):
    """A present-day name in one language, from the Unicode CLDR."""

    language = word(words.Language, "language", "The language.")
    name = text("name", "The name.")


def _present_names(parents: Rows, _: Arguments, __: Asking) -> list[Any]:
    return [
        [{"language": language, "name": name} for language, name in names_in_languages(row["code"]).items()]
        for row in parents
    ]


def _names(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    language = plain(arguments).get("language")
    found = by_key(asking.read, NAMES, "member", [row["code"] for row in parents], ("language", "first"))
    return [[name for name in found.get(row["code"], []) if language in (None, name["language"])] for row in parents]


def _name_on(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    date, language = filters.date(args["date"]), args.get("language") or "en"
    found = by_key(asking.read, NAMES, "member", [row["code"] for row in parents], ("first",))
    answers: list[str | None] = []
    for row in parents:
        names = [name for name in found.get(row["code"], []) if name["language"] == language]
        borne = [name["name"] for name in names if name["first"] <= date]
        answers.append(borne[-1] if borne else None)
    return answers


def _totals(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    args = plain(arguments)
    found = by_key(asking.read, MEMBER_TOTALS, "member", [row["code"] for row in parents], ("year",))
    low, high = args.get("from_") or 0, args.get("to") or 9999
    return [[row for row in found.get(parent["code"], []) if low <= row["year"] <= high] for parent in parents]


class Country(graphene.ObjectType):
    """A State that is or was a member of the Council. Its code is that of today's State on the seat (`RUS` for the
    seat the Soviet Union held); States that no longer exist keep a code of their own (`YUG`).
    """

    code = text("code", "Its code: three capital letters.")
    name = text("name", "Its latest English name.")
    permanent = boolean("permanent", "Whether it holds a permanent seat.")
    first_year = number("first_year", "First year of membership.", required=False)
    last_year = number("last_year", "Last year of membership the lists cover.", required=False)
    years = number("years", "Years of membership.")
    names = listed(
        MemberName,
        _names,
        "The names it bore, by language and time.",
        args={"language": argument(words.Language, "Only in this language.")},
    )
    name_on = related(
        graphene.String,
        _name_on,
        "The name it bore on a day; null where none is recorded in that language.",
        args={
            "date": argument(graphene.String, "The day: `YYYY-MM-DD`.", required=True),
            "language": argument(words.Language, "The language; English if not given."),
        },
    )
    present_names = listed(PresentName, _present_names, "Its present-day name in the six languages (Unicode CLDR).")
    terms = listed(Term, rows_by(TERMS, "member", "code", ("member", "first_year")), "Its terms.")
    memberships = listed(Membership, rows_by(MEMBERSHIPS, "member", "code", ("year", "record")), "Year by year.")
    seats = listed(Seat, rows_by(SEATS, "member", "code", ("first", "record")), "Who held its permanent seat, when.")
    elections = listed(
        Election,
        rows_by(ELECTIONS, "member", "code", ("term_first", "record")),
        "Its elections to the Council.",
        weight=3,
    )
    presidencies = listed(
        "api.graphql.presidencies.Presidency",
        rows_by(PRESIDENCIES, "member", "code", ("month", "record")),
        "The months it presided over the Council.",
        weight=15,
    )
    chairs = listed(
        "api.graphql.subsidiaries.Chair",
        rows_by(CHAIRS, "member", "code", ("year", "record")),
        "The offices it held in subsidiary bodies, year by year.",
        weight=10,
    )
    ballots = connected(
        BallotConnection,
        BALLOTS,
        BALLOT_ORDERS,
        "-date",
        "Its ballots, newest first unless ordered otherwise.",
        order_enum=BallotOrder,
        filters=CastFilter,
        narrow=NARROW_BALLOTS,
        by=("member", "code"),
    )
    vetoes = connected(
        VetoConnection,
        VETOES,
        BY_DATE,
        "-date",
        "The vetoes it cast, newest first unless ordered otherwise.",
        order_enum=VetoOrder,
        filters=VetoFilter,
        narrow=NARROW_VETOES,
        by=("member", "code"),
    )
    totals = listed(
        MemberTotal,
        _totals,
        "How it voted, year by year.",
        args={
            "from_": argument(graphene.Int, "From this year on.", name="from"),
            "to": argument(graphene.Int, "Up to this year."),
        },
        weight=20,
    )


class CountryFilter(graphene.InputObjectType):
    """Which countries; all conditions must hold."""

    code = given("The code.", filters.TextFilter)
    name = given("Its latest English name.", filters.TextFilter)
    permanent = given("Whether it holds a permanent seat.", graphene.Boolean)
    member_in = given("A member in this year.", graphene.Int)


def _member_in(where: Where, value: int, asking: Asking) -> None:
    where.sql(
        f"exists (select 1 from memberships m where m.member = t.code and m.year = :year and {asking.read.live('m')})",
        year=value,
    )


CountryOrder = words.Words(
    "CountryOrder",
    "Order of countries.",
    {
        "NAME_ASC": ("name", "By English name."),
        "NAME_DESC": ("-name", "By English name, backwards."),
        "CODE_ASC": ("code", "By code."),
    },
).enum()
CountryConnection = connection_type(Country, "countries")

countries = connected(
    CountryConnection,
    MEMBERS,
    {
        "name": Order("name", ("name", "code"), False),
        "-name": Order("-name", ("name", "code"), True),
        "code": Order("code", ("code",), False),
    },
    "name",
    "The members of the Council, past and present.",
    order_enum=CountryOrder,
    filters=CountryFilter,
    narrow=filters.all_of(
        {
            "code": filters.on("code"),
            "name": filters.on("name"),
            "permanent": filters.on("permanent"),
            "member_in": _member_in,
        }
    ),
)


def by_code(parents: Rows, args: Arguments, asking: Asking) -> list[Any]:
    """The member of a code, in any case."""
    code = member_code(args["code"])
    found = by_key(asking.read, MEMBERS, "code", [code], ("code",))
    return [found[code][0] if code in found else None for _ in parents]
