"""Vetoes: the official list's count beside the archive's own, each with its definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from api.portal.charts import Chart, Series
from api.portal.pages import Ask, BadValueError, Show, listing
from api.portal.words import listed
from domain.charter import DEFINITIONS, PERMANENT
from domain.vetoes import IN_ACCOUNT
from projections.reading import Values, Where, by_key, count
from projections.vetoes import FOLLOWUPS, VETOES
from projections.votes import VOTES

AT = ("debated_at", "linked_at")
"""The fields of a follow-up that name records of the Assembly's meetings."""


def all_vetoes(ask: Ask) -> Show:
    """``/vetoes``, of one member or all."""
    member = ask.text("member").upper()
    if member and member not in PERMANENT:
        raise BadValueError("member", member, f"a permanent member: {', '.join(PERMANENT)}")
    where = Where(VETOES)
    if member:
        where.eq("member", member)
    named = ask.one_of("listed", {"yes": "", "no": ""})
    if named:
        where.eq("official", named == "yes")
    found = listing(ask, VETOES, where)
    followups = followups_of(ask, [row["vote"] for row in found.rows])
    titles = by_key(ask.read, VOTES, "record", [row["vote"] for row in found.rows], ("record",))
    sql = f"""
        select t.member, t.year, t.official, t.in_vote, count(*) as casts from vetoes t
        where {ask.read.live("t")} group by t.member, t.year, t.official, t.in_vote
    """
    rows = ask.read.rows(sql)
    listed_to = ask.read.value(
        f"select max(t.date) as last from vetoes t where t.official = :official and {ask.read.live('t')}",
        {"official": True},
    )
    after = Where(VETOES).eq("in_vote", True).sql("t.date > :ends", ends=listed_to or "")
    vetoed = Where(VOTES).eq("outcome", "vetoed")
    return Show(
        "vetoes.html",
        {
            "found": found,
            "total": count(ask.read, VETOES, where),
            "votes": {record: votes[0] for record, votes in titles.items()},
            "followups": followups,
            "in_account": IN_ACCOUNT.isoformat(),
            "by_list": _by_member(rows, "official"),
            "own": _by_member(rows, "in_vote"),
            "vetoed_votes": count(ask.read, VOTES, vetoed),
            "listed_to": listed_to,
            "after_list": count(ask.read, VETOES, after),
            "only_listed": sum(row["casts"] for row in rows if row["official"] and not row["in_vote"]),
            "only_ours": sum(row["casts"] for row in rows if row["in_vote"] and not row["official"]),
            "definitions": DEFINITIONS,
            "chart": chart(ask, rows),
            "members": [(code, ask.names(code)) for code in PERMANENT],
            "chosen": {"member": member, "listed": named},
        },
    )


def followups_of(ask: Ask, votes: Iterable[str | None]) -> dict[str, Values]:
    """What the General Assembly made of vetoes under A/RES/76/262, by the vote they were cast in."""
    found = by_key(ask.read, FOLLOWUPS, "vote", votes, ("record",))
    followups = {vote: rows[0] for vote, rows in found.items()}
    ask.look_up(row["report"] for row in followups.values())
    ask.look_up(text for row in followups.values() for name in AT for text in listed(row[name]))
    return followups


def _by_member(rows: list[Values], column: str) -> dict[str, int]:
    counted = dict.fromkeys(PERMANENT, 0)
    for row in rows:
        if row[column]:
            counted[row["member"]] += row["casts"]
    return counted


def chart(ask: Ask, rows: list[Values]) -> Chart | None:
    """Casts in the archive's votes by decade and member."""
    cast: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        if row["year"] and row["in_vote"]:
            cast[row["member"], row["year"] // 10 * 10] += row["casts"]
    if not cast:
        return None
    decades = range(min(d for _, d in cast), max(d for _, d in cast) + 1, 10)
    return Chart(
        "vetoes-by-decade",
        "Vetoes cast, by decade and permanent member",
        "Decade",
        tuple(f"{decade}s" for decade in decades),
        tuple(
            Series(ask.names(code), f"member-{code.lower()}", tuple(cast[code, decade] for decade in decades))
            for code in ("RUS", "USA", "GBR", "CHN", "FRA")
        ),
    )


PAGES = [("/vetoes", all_vetoes)]
