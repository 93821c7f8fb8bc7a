"""A peer: strawberry as its documentation writes it. A resolver for each relation, one query for each object."""

import sqlite3
import sys
from typing import Any

import orjson
import strawberry
from strawberry.asgi import GraphQL

from ops.bench.graphql.usual_graphene import connect

DATABASE: list[sqlite3.Connection] = []


def _rows(sql: str, *values: object) -> list[dict[str, Any]]:
    return DATABASE[0].execute(sql, values).fetchall()


@strawberry.type
class Member:
    """A member."""

    code: str
    name: str


@strawberry.type
class Ballot:
    """A ballot."""

    code: strawberry.Private[str]
    choice: str

    @strawberry.field
    def member(self) -> Member:
        """One query for each ballot."""
        found = _rows("select code, name from members where code = ?", self.code)[0]
        return Member(code=found["code"], name=found["name"])


@strawberry.type
class Tally:
    """A tally."""

    yes: int | None
    no: int | None
    abstain: int | None


@strawberry.type
class Vote:
    """A vote."""

    record: strawberry.Private[str]
    symbol: str
    date: str
    title: str
    tally: Tally

    @strawberry.field
    def ballots(self) -> list[Ballot]:
        """One query for each vote."""
        found = _rows("select member, choice from ballots where vote = ? order by member", self.record)
        return [Ballot(code=row["member"], choice=row["choice"]) for row in found]


def _vote(row: dict[str, Any]) -> Vote:
    tally = Tally(yes=row["yes"], no=row["no"], abstain=row["abstain"])
    return Vote(record=row["record"], symbol=row["symbol"], date=row["date"], title=row["title"], tally=tally)


@strawberry.type
class Meeting:
    """A meeting."""

    symbol: str
    date: str
    topics: list[str]

    @strawberry.field
    def votes(self) -> list[Vote]:
        """One query for each meeting."""
        return [_vote(row) for row in _rows("select * from votes where meeting = ? order by date, record", self.symbol)]


@strawberry.type
class MemberTotal:
    """Totals of a member in a year."""

    member: str
    yes: int
    no: int
    abstain: int
    not_voting: int


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def resolution(self, number: int) -> Vote | None:
        """One vote."""
        found = _rows("select * from votes where resolution = ?", number)
        return _vote(found[0]) if found else None

    @strawberry.field
    def meetings(self, year: int, first: int) -> list[Meeting]:
        """A page of meetings."""
        sql = "select * from meetings where year = ? and voted = 1 order by date desc, record desc limit ?"
        found = _rows(sql, year, first)
        return [Meeting(symbol=r["symbol"], date=r["date"], topics=orjson.loads(r["topics"])) for r in found]

    @strawberry.field
    def member_totals(self, year: int) -> list[MemberTotal]:
        """All members of a year."""
        names = ("member", "yes", "no", "abstain", "not_voting")
        found = _rows("select * from member_totals where year = ? order by member", year)
        return [MemberTotal(**{name: row[name] for name in names}) for row in found]


if __name__ == "__main__":
    from ops.bench.graphql.ours import run

    DATABASE.append(connect(sys.argv[2]))
    run(GraphQL(strawberry.Schema(query=Query)), int(sys.argv[1]))
