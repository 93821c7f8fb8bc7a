"""Votes: the list with its filters, and one vote with ballots, law, disagreements and sources."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from api.portal import links, words
from api.portal.events import behind
from api.portal.pages import Ask, BadValueError, Go, Listing, NotFoundError, Show, listing
from domain.charter import PERMANENT
from domain.documents import CUT_OFF
from domain.symbols import canonical, is_symbol
from domain.vetoes import IN_ACCOUNT
from projections.conflicts import CONFLICTS
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS
from projections.reading import Values, Where, by_key, count, one
from projections.vetoes import FOLLOWUPS, VETOES
from projections.votes import BALLOTS, VOTES

RESULTS = {
    "adopted": "Adopted",
    "unanimous": "Adopted unanimously",
    "divided": "Adopted, not unanimously",
    "without a vote": "Adopted without a vote",
    "not adopted": "Not adopted",
    "vetoed": "Vetoed",
    "undetermined": "Undetermined",
}

FILTERED_CHOICES = {"yes": "in favour", "no": "against", "abstain": "abstaining", "not voting": "not voting"}

ORDER = ("yes", "abstain", "not voting", "not participating", "absent", "unknown", "no")
"""Choices from one end of the table to the other, as they are drawn."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One member's ballot and its place in the drawing."""

    code: str
    name: str
    choice: str
    permanent: bool
    x: float
    y: float
    label_x: float
    label_y: float


def filters(ask: Ask) -> Where:
    """The conditions the address states. Raises :class:`BadValueError` for a value that is none."""
    where = Where(VOTES)
    year, result = ask.year(), ask.one_of("outcome", RESULTS)
    if year:
        where.eq("year", year)
    if result == "unanimous":
        where.eq("outcome", "adopted").eq("unanimous", True)
    elif result == "divided":
        where.eq("outcome", "adopted").eq("unanimous", False)
    elif result == "without a vote":
        where.eq("outcome", "adopted").sql("t.modality not in ('vote', 'written vote')")
    elif result:
        where.eq("outcome", result)
    member, choice = ask.text("member").upper(), ask.one_of("choice", FILTERED_CHOICES)
    if member:
        if member not in ask.names.members and one(ask.read, BALLOTS, member=member) is None:
            raise BadValueError("member", member, "a member's code of three letters, such as FRA")
        sql = f"exists (select 1 from ballots b where b.vote = t.record and b.member = :member and {ask.read.live('b')}"
        if choice == "not voting":
            sql += " and b.choice in ('not voting', 'not participating', 'absent')"
        elif choice:
            sql += " and b.choice = :choice"
        where.sql(sql + ")", **({"member": member, "choice": choice} if choice else {"member": member}))
    elif choice:
        raise BadValueError("choice", choice, "a choice needs a member: add member=, such as member=FRA")
    return where


def years_of(ask: Ask, table: str) -> list[int]:
    """The years a table has rows in, newest first."""
    sql = f"select distinct t.year from {table} t where t.year is not null and {ask.read.live('t')} order by 1 desc"
    return [row["year"] for row in ask.read.rows(sql)]


def all_votes(ask: Ask) -> Show:
    """``/votes``."""
    where = filters(ask)
    found: Listing = listing(ask, VOTES, where)
    members = [(code, name) for name, code in sorted((row["name"], code) for code, row in ask.names.members.items())]
    return Show(
        "votes.html",
        {
            "found": found,
            "total": count(ask.read, VOTES, where),
            "years": years_of(ask, "votes"),
            "members": members,
            "results": RESULTS,
            "choices": FILTERED_CHOICES,
            "chosen": {name: ask.text(name) for name in ("year", "outcome", "member", "choice")},
        },
    )


def one_vote(ask: Ask) -> Show | Go:
    """``/votes/{id}``: by the record's id; any other spelling of a symbol leads there."""
    key = str(ask.request.path_params["id"])
    vote = one(ask.read, VOTES, record=f"vote:{key}")
    if vote is None:
        found = links.find(ask.read, key)
        if found is not None and found != f"vote:{key}":
            return Go(ask.record(found))
        raise NotFoundError(f"The archive holds no vote on “{key[:120]}” at this position.", key)
    record = str(vote["record"])
    named = ballots_of(ask, vote)
    against = [b["name"] for b in named if b["permanent"] and b["choice"] == "no"]
    meeting = one(ask.read, MEETINGS, symbol=vote["meeting"]) if vote["meeting"] else None
    followup = one(ask.read, FOLLOWUPS, vote=record)
    if followup:
        ask.look_up([followup["report"], *words.listed(followup["debated_at"]), *words.listed(followup["linked_at"])])
    return Show(
        "vote.html",
        {
            "vote": vote,
            "ballots": named,
            "seats": seats(named),
            "reasons": words.article_27(vote, against),
            "vetoes": by_key(ask.read, VETOES, "vote", [record], ("member",)).get(record, []),
            "followup": followup,
            "in_account": IN_ACCOUNT.isoformat(),
            "meeting": meeting,
            "documents": _documents(ask, vote),
            "letters": _letters(ask, vote),
            "cut_off": vote["title"].endswith(CUT_OFF),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "others": _others(ask, vote),
            "events": behind(ask, record),
        },
    )


def ballots_of(ask: Ask, vote: Values) -> list[dict[str, Any]]:
    """The ballots of a vote with the members' names of that day, in the order they are drawn."""
    cast = by_key(ask.read, BALLOTS, "vote", [vote["record"]], ("member",)).get(vote["record"], [])
    named = [{**ballot, "name": ask.names(ballot["member"], vote["date"]), "rank": _rank(ballot)} for ballot in cast]
    return sorted(named, key=lambda ballot: (ballot["rank"], ballot["name"]))


def _rank(ballot: Values) -> tuple[int, int]:
    permanent = PERMANENT.index(ballot["member"]) if ballot["member"] in PERMANENT else len(PERMANENT)
    return ORDER.index(ballot["choice"]), permanent


def seats(ballots: list[dict[str, Any]]) -> list[Seat]:
    """The ballots round a horseshoe table, from in favour at the left end to against at the right."""
    many = len(ballots)
    made: list[Seat] = []
    for number, ballot in enumerate(ballots):
        turn = math.radians(205 - 230 * (number / (many - 1) if many > 1 else 0.5))
        x, y = math.cos(turn), -math.sin(turn)
        made.append(
            Seat(
                ballot["member"],
                ballot["name"],
                ballot["choice"],
                bool(ballot["permanent"]),
                round(220 + 138 * x, 1),
                round(188 + 138 * y, 1),
                round(220 + 178 * x, 1),
                round(192 + 172 * y, 1),
            )
        )
    return made


def _documents(ask: Ask, vote: Values) -> list[dict[str, str]]:
    """The documents of a vote, each with what it is to it."""
    found: list[dict[str, str]] = []
    if vote["resolution"]:
        held = one(ask.read, DOCUMENTS, symbol=f"S/RES/{vote['resolution']} ({vote['year']})")
        page = ask.href(links.path(str(held["record"]))) if held else ""
        found.append({"role": "Resolution", "symbol": str(vote["symbol"]), "page": page})
    if vote["draft"] and not vote["draft"].startswith("S/RES/"):
        found.append({"role": "Draft", "symbol": str(vote["draft"]), "page": ""})
    for symbol in words.listed(vote["records"]):
        text = canonical(symbol) if is_symbol(symbol) else symbol
        role = "Meeting record" if text.startswith("S/PV.") else "Record of the vote"
        found.append({"role": role, "symbol": text, "page": ""})
    if vote["meeting"] and vote["meeting"] not in [document["symbol"] for document in found]:
        found.append({"role": "Meeting record", "symbol": str(vote["meeting"]), "page": ""})
    return found


def _letters(ask: Ask, vote: Values) -> list[Values]:
    """The written procedure a vote belongs to, where it was held without a meeting."""
    symbols = [] if vote["meeting"] else words.listed(vote["records"])
    return [row for rows in by_key(ask.read, MEETINGS, "symbol", symbols, ("record",)).values() for row in rows]


def _others(ask: Ask, vote: Values) -> list[Values]:
    """Other votes at the same meeting, or on the same draft."""
    if not vote["meeting"]:
        return []
    at_meeting = by_key(ask.read, VOTES, "meeting", [vote["meeting"]], ("date", "record")).get(vote["meeting"], [])
    return [other for other in at_meeting if other["record"] != vote["record"]][:20]


def resolution(ask: Ask) -> Go:
    """``/resolutions/{number}``: to its vote."""
    number = str(ask.request.path_params["number"])
    digits = number.partition("(")[0].strip()
    if not (digits.isascii() and digits.isdigit()):
        raise BadValueError("resolution", number, "a number such as 1325")
    found = links.of_canonical(ask.read, f"S/RES/{int(digits[:6])}") if int(digits[:6]) else None
    if found is None:
        raise NotFoundError(f"The archive holds no resolution {digits[:6]} at this position.", f"S/RES/{digits[:6]}")
    return Go(ask.record(found))


PAGES = [("/votes", all_votes), ("/votes/{id:path}", one_vote), ("/resolutions/{number}", resolution)]
