"""The peer GraphQL is measured against: a plain Starlette endpoint, SQL and orjson, over the same tables.

It gives the same JSON as the queries of :data:`QUERIES`, written by hand and as directly as one would.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from search.engine import Query, Searcher

QUERIES = {
    "a resolution with its ballots": (
        '{ resolution(symbol: "S/RES/2334 (2016)") { symbol date title tally { yes no abstain }'
        " ballots { member { code name } choice } } }"
    ),
    "50 meetings with votes and ballots": (
        "{ meetings(first: 50, filter: {year: {eq: 2014}, voted: true}) { nodes { symbol date topics"
        " votes { symbol title ballots { member { code } choice } } } } }"
    ),
    "tallies by member": "{ memberTotals(year: 2014) { code yes no abstain notVoting } }",
}

_CHOICE = {"yes": "YES", "no": "NO", "abstain": "ABSTAIN", "not voting": "NOT_VOTING", "unknown": "UNKNOWN"}


class Plain:
    """Endpoints: ``/plain/0`` to ``/plain/2`` in the order of :data:`QUERIES`; with a searcher ``/plain/3``, a page of
    results; with a position ``/plain/4``, the second question as of then.
    """

    def __init__(
        self, database: Path, searcher: Searcher | None = None, sought: str = "", position: int | None = None
    ) -> None:
        self._database = database
        self._searcher, self._sought, self._position = searcher, sought, position
        self._threads = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
            self._threads.connection = connection
        return connection

    def routes(self) -> list[Route]:
        """The endpoints."""
        answers = (self.resolution, self.meetings, self.tallies, self.results, self.earlier)
        return [Route(f"/plain/{number}", _json(answer)) for number, answer in enumerate(answers)]

    def resolution(self) -> Any:
        """One resolution with its ballots."""
        run = self._connection().execute
        record, symbol, date, title, yes, no, abstain = run(
            "select record, symbol, date, title, yes, no, abstain from votes where resolution = 2334 and until is null"
        ).fetchone()
        ballots = run(
            "select b.member, m.name, b.choice from ballots b join members m on m.code = b.member and m.until is null "
            "where b.vote = ? and b.until is null order by b.member",
            (record,),
        ).fetchall()
        return {
            "resolution": {
                "symbol": symbol,
                "date": date,
                "title": title,
                "tally": {"yes": yes, "no": no, "abstain": abstain},
                "ballots": [{"member": {"code": m, "name": n}, "choice": _CHOICE[c]} for m, n, c in ballots],
            }
        }

    def meetings(self, live: str = "until is null") -> Any:
        """Fifty meetings with their votes and ballots, of the rows that hold."""
        prefixed = live.replace("since", "v.since").replace("until", "v.until")
        run = self._connection().execute
        meetings = run(
            f"select symbol, date, topics from meetings m where year = 2014 and {live} and exists "
            f"(select 1 from votes v where v.meeting = m.symbol and {prefixed}) "
            "order by date desc, record desc limit 50"
        ).fetchall()
        symbols = [symbol for symbol, _, _ in meetings]
        marks = ",".join("?" * len(symbols))
        votes = run(
            "select meeting, record, symbol, title from votes "
            f"where meeting in ({marks}) and {live} order by date, record",
            symbols,
        ).fetchall()
        ids = [vote[1] for vote in votes]
        cast: dict[str, list[Any]] = {}
        for vote, member, choice in run(
            f"select vote, member, choice from ballots where vote in ({','.join('?' * len(ids))}) and {live} "
            "order by vote, member",
            ids,
        ):
            cast.setdefault(vote, []).append({"member": {"code": member}, "choice": _CHOICE[choice]})
        held: dict[str, list[Any]] = {}
        for meeting, record, symbol, title in votes:
            held.setdefault(meeting, []).append({"symbol": symbol, "title": title, "ballots": cast.get(record, [])})
        return {
            "meetings": {
                "nodes": [
                    {"symbol": symbol, "date": date, "topics": orjson.loads(topics), "votes": held.get(symbol, [])}
                    for symbol, date, topics in meetings
                ]
            }
        }

    def tallies(self) -> Any:
        """How each member voted in a year."""
        rows = self._connection().execute(
            "select member, yes, no, abstain, not_voting from member_totals where year = 2014 and until is null "
            "order by member"
        )
        return {
            "memberTotals": [
                {"code": member, "yes": yes, "no": no, "abstain": abstain, "notVoting": not_voting}
                for member, yes, no, abstain, not_voting in rows
            ]
        }

    def results(self) -> Any:
        """A page of 20 results with facets."""
        assert self._searcher is not None
        found = self._searcher.search(Query(text=self._sought, first=20))
        return {
            "search": {
                "total": found.total,
                "hits": [{"record": h.record, "kind": h.kind, "title": h.title, "date": h.date} for h in found.hits],
                "facets": [
                    {"name": name, "counts": [{"value": str(value), "count": n} for value, n in counts]}
                    for name, counts in found.facets.items()
                ],
            }
        }

    def earlier(self) -> Any:
        """Fifty meetings as of an old position."""
        at = self._position
        return {"asOf": self.meetings(f"since <= {at} and (until is null or until > {at})")}


def _json(answer: Any) -> Any:
    # Answered on the spot, without a worker thread: what is quickest for one worker, so the harder peer.
    async def endpoint(request: Request) -> Response:
        return Response(orjson.dumps({"data": answer()}), media_type="application/json")

    return endpoint
