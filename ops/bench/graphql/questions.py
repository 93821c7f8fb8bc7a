"""What is asked, and how each of those measured asks it: answers differ in shape; objects and values are the same."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from ops.bench.load import Request
from ops.bench.plain import QUERIES

RESOLUTION, MEETINGS, TALLIES = QUERIES
SEARCH = "a search page of 20 with facets"
EARLIER = "50 meetings as of an old position"

QUESTIONS = (RESOLUTION, MEETINGS, TALLIES, SEARCH, EARLIER)
LETTERS = dict(zip(QUESTIONS, "abcde", strict=True))
SOUGHT = "Palestine"

OURS = {
    **QUERIES,
    SEARCH: (
        f'{{ search(query: "{SOUGHT}", first: 20) {{ total hits {{ record kind title date }}'
        " facets { name counts { value count } } } }"
    ),
    EARLIER: "{ asOf(position: %d) " + QUERIES[MEETINGS] + " }",
}

POSTGRAPHILE = {
    RESOLUTION: (
        "{ allVotes(condition: {resolution: 2334}, first: 1) { nodes { symbol date title yes no abstain"
        " ballotsByVote(orderBy: MEMBER_ASC) { nodes { memberByMember { code name } choice } } } } }"
    ),
    MEETINGS: (
        "{ allMeetings(first: 50, condition: {year: 2014, voted: true}, orderBy: [DATE_DESC, RECORD_DESC]) { nodes"
        " { symbol date topics votesByMeeting(orderBy: [DATE_ASC, RECORD_ASC]) { nodes { symbol title"
        " ballotsByVote(orderBy: MEMBER_ASC) { nodes { member choice } } } } } } }"
    ),
    TALLIES: (
        "{ allMemberTotals(condition: {year: 2014}, orderBy: MEMBER_ASC)"
        " { nodes { member yes no abstain notVoting } } }"
    ),
}

DATASETTE_GRAPHQL = {
    RESOLUTION: (
        "{ votes(filter: {resolution: {eq: 2334}}, first: 1) { nodes { symbol date title yes no abstain"
        " ballots_list(first: 20, sort: member) { nodes { member { code name } choice } } } } }"
    ),
    MEETINGS: (
        "{ meetings(first: 50, filter: [{year: {eq: 2014}}, {voted: {eq: 1}}], sort_desc: date) { nodes"
        " { symbol date topics votes_list(first: 20) { nodes { symbol title"
        " ballots_list(first: 20) { nodes { member { code } choice } } } } } } }"
    ),
    TALLIES: (
        "{ member_totals(filter: {year: {eq: 2014}}, first: 50, sort: member) { nodes"
        " { member { code } yes no abstain not_voting } } }"
    ),
}

TABLES_SQL = {
    RESOLUTION: (
        "select v.symbol, v.date, v.title, v.yes, v.no, v.abstain, b.member, m.name, b.choice from votes v"
        " join ballots b on b.vote = v.record join members m on m.code = b.member"
        " where v.resolution = 2334 order by b.member"
    ),
    MEETINGS: (
        "select m.symbol, m.date, m.topics, v.symbol as vote, v.title, b.member, b.choice from (select * from meetings"
        " where year = 2014 and voted = 1 order by date desc, record desc limit 50) m"
        " join votes v on v.meeting = m.symbol left join ballots b on b.vote = v.record"
        " order by m.date desc, m.record desc, v.date, v.record, b.member"
    ),
    TALLIES: "select member, yes, no, abstain, not_voting from member_totals where year = 2014 order by member",
}
"""Datasette's JSON of a query: flat rows, by one join."""


def graphql(documents: dict[str, str], path: str = "/graphql") -> dict[str, Request]:
    """Documents as requests by POST."""
    return {name: Request(path, orjson.dumps({"query": text})) for name, text in documents.items()}


def datasette() -> dict[str, Request]:
    """Datasette's JSON of SQL."""
    return {name: Request(f"/record.json?_shape=array&sql={quote(sql)}&_size=max") for name, sql in TABLES_SQL.items()}


def floor() -> dict[str, Request]:
    """The plain endpoints."""
    return {name: Request(f"/plain/{number}") for number, name in enumerate(QUESTIONS)}
