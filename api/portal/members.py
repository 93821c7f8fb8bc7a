"""Members: the list, and one member with its names, terms, ballots over time and agreement with the permanent five."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.portal.charts import Chart, Series
from api.portal.events import Told, behind
from api.portal.pages import Ask, BadValueError, Go, NotFoundError, Show
from domain.charter import PERMANENT
from projections.members import ELECTIONS, MEMBERS, MEMBERSHIPS, NAMES, SEATS, TERMS, names_in_languages
from projections.presidencies import PRESIDENCIES
from projections.reading import Values, by_key, one, page
from projections.subsidiaries import BODIES, CHAIRS
from projections.totals import MEMBER_TOTALS
from projections.vetoes import VETOES


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a member voted as a permanent member did: in all votes, and in those not everybody voted yes in."""

    code: str
    name: str
    both: int
    same: int
    divided: int
    divided_same: int

    @staticmethod
    def share(part: int, whole: int) -> str:
        """A percentage to one digit; a dash for none."""
        return f"{100 * part / whole:.1f} %" if whole else "–"


def all_members(ask: Ask) -> Show:
    """``/members``."""
    rows = page(ask.read, MEMBERS, None, ("name", "code"), limit=1000)
    terms = by_key(ask.read, TERMS, "member", [row["code"] for row in rows], ("first_year",))
    sitting = max((row["last_year"] or 0 for row in rows), default=0)
    return Show(
        "members.html",
        {
            "permanent": [row for code in PERMANENT for row in rows if row["code"] == code],
            "elected": [row for row in rows if row["code"] not in PERMANENT],
            "terms": terms,
            "sitting": sitting,
        },
    )


def one_member(ask: Ask) -> Show | Go:
    """``/members/{code}``."""
    code = str(ask.request.path_params["code"])
    member = one(ask.read, MEMBERS, code=code.upper()) or _by_ballots(ask, code.upper())
    if member is None:
        raise NotFoundError(f"The archive knows no member “{code[:40]}” at this position.")
    if code != code.upper():
        return Go(ask.href(f"/members/{code.upper()}"))
    totals = by_key(ask.read, MEMBER_TOTALS, "member", [code], ("year",)).get(code, [])
    totals = [row for row in totals if row["year"]]
    years = [row["year"] for row in totals]
    first, last = ask.year("from"), ask.year("to")
    if first and last and first > last:
        raise BadValueError("to", str(last), f"a year not before {first}")
    names = by_key(ask.read, NAMES, "member", [code], ("first",)).get(code, [])
    return Show(
        "member.html",
        {
            "member": member,
            "names": [name for name in names if name["language"] == "en"],
            "languages": names_in_languages(code),
            "seats": by_key(ask.read, SEATS, "member", [code], ("first",)).get(code, []),
            "terms": by_key(ask.read, TERMS, "member", [code], ("first_year",)).get(code, []),
            "elections": by_key(ask.read, ELECTIONS, "member", [code], ("term_first",)).get(code, []),
            "presidencies": by_key(ask.read, PRESIDENCIES, "member", [code], ("month",)).get(code, []),
            **offices(ask, code),
            "totals": totals,
            "sums": {
                name: sum(row[name] for row in totals) for name in ("ballots", "yes", "no", "abstain", "not_voting")
            },
            "chart": chart(member, totals),
            "vetoes": by_key(ask.read, VETOES, "member", [code], ("date", "record"), descending=True).get(code, []),
            "agreement": agreement(ask, code, first, last),
            "period": (ask.text("from"), ask.text("to")),
            "span": (min(years, default=None), max(years, default=None)),
            "ballots": latest(ask, code),
            "events": _events(ask, code),
        },
    )


def offices(ask: Ask, code: str) -> dict[str, Any]:
    """The bodies a member chaired, year by year, with their names."""
    chairs = by_key(ask.read, CHAIRS, "member", [code], ("year", "record"), descending=True).get(code, [])
    bodies = by_key(ask.read, BODIES, "record", (row["body"] for row in chairs), ("record",), columns=("name",))
    ask.look_up(row["appointed_by"] for row in chairs)
    return {"chairs": chairs, "bodies": {record: rows[0]["name"] for record, rows in bodies.items()}}


def _by_ballots(ask: Ask, code: str) -> Values | None:
    """A member known from its ballots, vetoes or election alone: no list of members in the archive names it."""
    known = (MEMBER_TOTALS, "year"), (ELECTIONS, "term_first")
    if not any(by_key(ask.read, view, "member", [code], (order,)) for view, order in known):
        return None
    return {
        "code": code,
        "name": ask.names.state(code),
        "permanent": code in PERMANENT,
        "first_year": None,
        "last_year": None,
        "years": 0,
    }


def chart(member: Values, totals: list[Values]) -> Chart | None:
    """A member's ballots by year; years off the Council stay empty."""
    if not totals:
        return None
    known = {row["year"]: row for row in totals}
    span = range(min(known), max(known) + 1)

    def values(name: str) -> tuple[int, ...]:
        return tuple(known[year][name] if year in known else 0 for year in span)

    return Chart(
        "ballots-by-year",
        f"Ballots of {member['name']} by year, {span[0]} to {span[-1]}",
        "Year",
        tuple(map(str, span)),
        (
            Series("In favour", "yes", values("yes")),
            Series("Abstained", "abstain", values("abstain")),
            Series("Against", "no", values("no")),
            Series("Did not vote", "not-voting", values("not_voting")),
            Series("Not known", "unknown", values("unknown")),
        ),
    )


def agreement(ask: Ask, code: str, first: int | None, last: int | None) -> list[Agreement]:
    """Equal ballots (for, against, abstaining) of this member and each permanent one, in a span of years."""
    live = " and ".join(ask.read.live(alias) for alias in ("a", "b", "v"))
    cast = "in ('yes', 'no', 'abstain')"
    sql = f"""
        select b.member as code, count(*) as both_voted,
            sum(case when a.choice = b.choice then 1 else 0 end) as same,
            sum(case when v.no > 0 or v.abstain > 0 then 1 else 0 end) as divided,
            sum(case when a.choice = b.choice and (v.no > 0 or v.abstain > 0) then 1 else 0 end) as divided_same
        from ballots a
        join ballots b on b.vote = a.vote
        join votes v on v.record = a.vote
        where a.member = :member and b.permanent = :permanent and b.member <> :member
            and a.choice {cast} and b.choice {cast} and {live}
            and a.year >= :first and a.year <= :last
        group by b.member
    """
    rows = ask.read.rows(sql, {"member": code, "permanent": True, "first": first or 0, "last": last or 9999})
    found = {
        row["code"]: Agreement(
            row["code"],
            ask.names(row["code"]),
            int(row["both_voted"]),
            int(row["same"]),
            int(row["divided"]),
            int(row["divided_same"]),
        )
        for row in rows
    }
    return [found[other] for other in PERMANENT if other in found]


def latest(ask: Ask, code: str) -> list[Values]:
    """The member's newest ballots with the votes they were cast in."""
    sql = f"""
        select b.choice, v.record, v.symbol, v.title, v.date, v.outcome
        from ballots b join votes v on v.record = b.vote
        where b.member = :member and {ask.read.live("b")} and {ask.read.live("v")}
        order by b.date desc, b.vote desc limit 12
    """
    return ask.read.rows(sql, {"member": code})


def _events(ask: Ask, code: str) -> list[Told]:
    """The events behind names and seats; yearly memberships are counted, not repeated."""
    told: list[Told] = []
    for view in (NAMES, SEATS, ELECTIONS, MEMBERSHIPS):
        rows = by_key(ask.read, view, "member", [code], ("record",)).get(code, [])
        for row in rows[-3:] if view is MEMBERSHIPS else rows:
            told += behind(ask, row["record"], f"/members/{code}")
    return sorted(told, key=lambda one: one.position)


PAGES = [("/members", all_members), ("/members/{code}", one_member)]
