"""What is asked in the soak, and how often: questions of every kind, with values that change, so that few are kept."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from ops.bench.load import Request

WORDS = ("Palestine", "Mali", "sanctions", "ceasefire", "peacekeeping", "Kosovo", "mandate", "Syria", "women", "Haiti")
MEMBERS = ("FRA", "RUS", "CHN", "GBR", "USA", "IND", "BRA", "JPN", "DEU", "ZAF", "EGY", "SWE")

VOTE = "query($s: String!) { resolution(symbol: $s) { symbol date title tally { yes no abstain } ballots { choice } } }"
MEETINGS = """query($y: Int!, $n: Int!) { meetings(first: $n, filter: {year: {eq: $y}}) { nodes { symbol date topics
votes { symbol title ballots { member { code } choice } } } } }"""
TALLIES = "query($y: Int!) { memberTotals(year: $y) { code yes no abstain notVoting } }"
SEARCH = """query($q: String!) { search(query: $q, first: 20) { total hits { record kind title date }
facets { name counts { value count } } } }"""
EARLIER = "query($p: Int!) { asOf(position: $p) { votes(first: 20) { totalCount nodes { symbol outcome } } } }"
SOURCES = """query($s: String!) { vote(symbol: $s) { conflicts { summary }
provenance { events { type source row } } } }"""


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of request, and its share of all."""

    name: str
    share: int
    make: Callable[[random.Random, int], Request]


def _ask(text: str, **variables: object) -> Request:
    return Request("/graphql", orjson.dumps({"query": text, "variables": variables}))


def _sought(chance: random.Random) -> str:
    return f"{chance.choice(WORDS)} year:{chance.randint(1990, 2024)}"


QUESTIONS = (
    Question("a resolution with its ballots", 30, lambda c, _: _ask(VOTE, s=str(c.randint(1, 2700)))),
    Question("meetings of a year", 12, lambda c, _: _ask(MEETINGS, y=c.randint(1990, 2024), n=c.randint(5, 50))),
    Question("tallies of a year", 12, lambda c, _: _ask(TALLIES, y=c.randint(1946, 2024))),
    Question("a search with facets", 12, lambda c, _: _ask(SEARCH, q=_sought(c))),
    Question("votes as of an old position", 8, lambda c, p: _ask(EARLIER, p=c.randint(1, p))),
    Question("conflicts and events of a vote", 8, lambda c, _: _ask(SOURCES, s=str(c.randint(1, 2700)))),
    Question("the same question again", 8, lambda c, _: _ask(VOTE, s="2334")),
    Question("a page of a vote", 4, lambda c, _: Request(f"/votes/S/RES/{c.randint(1, 2700)}")),
    Question("a page of votes", 2, lambda c, _: Request(f"/votes?member={c.choice(MEMBERS)}")),
    Question("the page of search", 2, lambda c, _: Request(f"/search?q={quote(_sought(c))}")),
    Question("the home page", 2, lambda c, _: Request("/")),
)
"""All kinds."""


def draw(chance: random.Random, position: int) -> tuple[Question, Request]:
    """One of them by its share. ``position``: the last that was reached when the soak began."""
    question = chance.choices(QUESTIONS, [each.share for each in QUESTIONS])[0]
    return question, question.make(chance, position)
