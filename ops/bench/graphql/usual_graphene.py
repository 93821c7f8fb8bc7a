"""A peer: graphene as its documentation writes it. A resolver for each field, one query for each object, no cache."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

import graphene
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def _row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> dict[str, Any]:
    return {part[0]: value for part, value in zip(cursor.description, values, strict=True)}


def connect(path: str) -> sqlite3.Connection:
    """A connection whose rows are dictionaries."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
    connection.row_factory = _row
    return connection


class Member(graphene.ObjectType):
    """A member."""

    code = graphene.String()
    name = graphene.String()


class Ballot(graphene.ObjectType):
    """A ballot."""

    member = graphene.Field(Member)
    choice = graphene.String()

    def resolve_member(row: Any, info: Any) -> Any:  # noqa: N805
        """One query for each ballot."""
        return info.context.execute("select code, name from members where code = ?", (row["member"],)).fetchone()


class Tally(graphene.ObjectType):
    """A tally."""

    yes = graphene.Int()
    no = graphene.Int()
    abstain = graphene.Int()


class Vote(graphene.ObjectType):
    """A vote."""

    symbol = graphene.String()
    date = graphene.String()
    title = graphene.String()
    tally = graphene.Field(Tally)
    ballots = graphene.List(Ballot)

    def resolve_tally(row: Any, info: Any) -> Any:  # noqa: N805
        """The row itself."""
        return row

    def resolve_ballots(row: Any, info: Any) -> Any:  # noqa: N805
        """One query for each vote."""
        sql = "select member, choice from ballots where vote = ? order by member"
        return info.context.execute(sql, (row["record"],)).fetchall()


class Meeting(graphene.ObjectType):
    """A meeting."""

    symbol = graphene.String()
    date = graphene.String()
    topics = graphene.List(graphene.String)
    votes = graphene.List(Vote)

    def resolve_topics(row: Any, info: Any) -> Any:  # noqa: N805
        """A list kept as JSON."""
        return orjson.loads(row["topics"])

    def resolve_votes(row: Any, info: Any) -> Any:  # noqa: N805
        """One query for each meeting."""
        sql = "select * from votes where meeting = ? order by date, record"
        return info.context.execute(sql, (row["symbol"],)).fetchall()


class MemberTotal(graphene.ObjectType):
    """Totals of a member in a year."""

    member = graphene.String()
    yes = graphene.Int()
    no = graphene.Int()
    abstain = graphene.Int()
    not_voting = graphene.Int()


class Query(graphene.ObjectType):
    """The root."""

    resolution = graphene.Field(Vote, number=graphene.Int(required=True))
    meetings = graphene.List(Meeting, year=graphene.Int(), first=graphene.Int())
    member_totals = graphene.List(MemberTotal, year=graphene.Int())

    def resolve_resolution(root: Any, info: Any, number: int) -> Any:  # noqa: N805
        """One vote."""
        return info.context.execute("select * from votes where resolution = ?", (number,)).fetchone()

    def resolve_meetings(root: Any, info: Any, year: int, first: int) -> Any:  # noqa: N805
        """A page of meetings."""
        sql = "select * from meetings where year = ? and voted = 1 order by date desc, record desc limit ?"
        return info.context.execute(sql, (year, first)).fetchall()

    def resolve_member_totals(root: Any, info: Any, year: int) -> Any:  # noqa: N805
        """All members of a year."""
        return info.context.execute("select * from member_totals where year = ? order by member", (year,)).fetchall()


def application(path: str) -> Starlette:
    """The endpoint."""
    schema, connection = graphene.Schema(query=Query), connect(path)

    async def endpoint(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        found = schema.execute(asked["query"], context_value=connection)
        told = {"data": found.data} | ({"errors": [str(e) for e in found.errors]} if found.errors else {})
        return Response(orjson.dumps(told), 500 if found.errors else 200, media_type="application/json")

    return Starlette(routes=[Route("/graphql", endpoint, methods=["POST"])])


DOCUMENTS = (
    "{ resolution(number: 2334) { symbol date title tally { yes no abstain }"
    " ballots { member { code name } choice } } }",
    "{ meetings(first: 50, year: 2014) { symbol date topics"
    " votes { symbol title ballots { member { code } choice } } } }",
    "{ memberTotals(year: 2014) { member yes no abstain notVoting } }",
)

if __name__ == "__main__":
    from ops.bench.graphql.ours import run

    run(application(sys.argv[2]), int(sys.argv[1]))
