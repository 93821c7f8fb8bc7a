"""The table of obligations: one row for each clock, kept up to date from what began it and what met it.

The state of a clock depends on a day, so it is no column: :func:`domain.obligations.state` says it of a row, and
:data:`STATE` says the same in SQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from domain import obligations as rules
from domain.charter import IN_FORCE, size
from domain.holidays import days_off
from domain.presidencies import month_after
from domain.vetoes import IN_ACCOUNT
from projections.reading import Reader, Where
from projections.versioned import Boolean, Change, Integer, Writer, column, view

OBLIGATIONS = view(
    "obligations",
    column("id", null=False),
    column("kind", null=False),
    column("record", null=False),
    column("member"),
    column("title", null=False),
    column("rule", null=False),
    column("paragraph"),
    column("began", null=False),
    column("year", Integer, null=False),
    column("due"),
    column("due_latest"),
    column("met", Boolean, null=False),
    column("met_on"),
    column("met_by"),
    column("lacking_on"),
    column("not_required"),
    column("excused_on"),
    column("proof", null=False),
    column("symbols", null=False),
    column("remark"),
    key=("id",),
    indexes=(("began", "id"), ("kind", "began", "id"), ("record",)),
)
"""``record``: what began the clock; ``proof``: records that show it met or not required, ``symbols``: documents.

``due_latest``: how late the last day can be, where holidays before it are not recorded.

``met``: it was met, ``met_on`` that day or, where only a limit is known, by ``met_by``. ``lacking_on``: a day on which
it had not been met, as a source says. ``excused_on``: the day from which it is not required; null: from the beginning.
"""

STATE = """case
 when t.began > :on then 'not begun'
 when t.met_on <= :on then case when t.met_on > coalesce(t.due_latest, t.due) then 'met late'
  when t.met_on <= t.due or (t.due is null and t.kind not in ('special report')) then 'met'
  else 'time not known' end
 when t.met and t.met_on is null then case when t.met_by > :on then 'time not known'
  when t.met_by <= t.due or (t.due is null and t.kind not in ('special report')) then 'met'
  else 'time not known' end
 when t.not_required is not null and (t.excused_on is null or t.excused_on <= :on) then 'not required'
 when t.due is null then 'open'
 when coalesce(t.due_latest, t.due) >= :on then 'due'
 when t.met_on is null and coalesce(t.lacking_on, '') < coalesce(t.due_latest, t.due) then 'nothing recorded'
 when t.kind in ('special report') then 'none submitted'
 else 'overdue' end"""
"""The state of a row ``t`` on the day ``:on``, as :func:`domain.obligations.state` has it."""


def in_state(where: Where, state: str, on: date) -> Where:
    """The rows that are in a state on a day."""
    return where.sql(f"({STATE}) = :state", on=on.isoformat(), state=state)


def counts(read: Reader, on: date) -> dict[tuple[str, str], int]:
    """How many clocks of each kind are in each state on a day: (kind, state) → number."""
    sql = f"select t.kind, {STATE} as state, count(*) as n from obligations t where {read.live('t')} group by 1, 2"
    return {(row["kind"], row["state"]): row["n"] for row in read.rows(sql, {"on": on.isoformat()})}


def newest_day(read: Reader) -> date:
    """The day (UTC) on which the newest event of the state read was recorded; of an empty archive the Charter's.

    States are asked as of this day unless another one is given, so that an answer follows from the question and the
    position alone.
    """
    sql = "select recorded from events where position <= :position order by position desc limit 1"
    recorded = read.value(sql, {"position": read.position})
    return date.fromisoformat(recorded[:10]) if recorded else IN_FORCE


Row = Mapping[str, Any]
Held = dict[str, Row]
"""Rows by record."""


class Obligations:
    """All clocks: running state over what begins and meets those that more than one record speaks of."""

    views = ("votes", "followups", "holidays", "memberships", "elections")

    def __init__(self, writer: Writer) -> None:
        self._held: dict[str, Held] = {name: {} for name in self.views}
        self._terms = Terms()
        for name in self.views:
            for row in writer.now(name):
                self._take(name, row, present=True)

    def _take(self, name: str, row: Row, *, present: bool) -> None:
        if name in ("memberships", "elections"):
            self._terms.take(name, row, present=present)
        elif present and (name != "votes" or _counts_as_veto(row)):
            self._held[name][row["record"]] = row
        else:
            self._held[name].pop(row["record"], None)

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take changed rows into account; look only at the clocks they touch."""
        votes: set[str] = set()
        terms: set[tuple[str, int]] = set()
        for change in changes:
            for row, present in ((change.before, False), (change.after, True)):
                if row is None:
                    continue
                if change.view in self.views:
                    self._take(change.view, row, present=present)
                    terms |= self._terms.touched(change.view, row)
                    votes |= self._votes_touched(change.view, row)
            if change.view in PLAIN:
                row = change.after or change.before
                assert row is not None
                clocks = PLAIN[change.view](row) if change.after else []
                writer.replace("obligations", f"clock:{row['record']}", clocks, position)
        for vote in sorted(votes):
            writer.replace("obligations", f"clock:{vote}", self._of_vote(vote), position)
        for member, year in sorted(terms):
            owner = f"clock:observation/{member}/{year}"
            writer.replace("obligations", owner, self._terms.clock(member, year), position)

    def _votes_touched(self, name: str, row: Row) -> set[str]:
        if name == "votes":
            return {row["record"]} if _counts_as_veto(row) else set()
        if name == "followups":
            return {row["vote"]}
        if name == "holidays":
            years = {row["date"][:4], str(int(row["date"][:4]) - 1)} if row["date"] else set()
            return {vote for vote, held in self._held["votes"].items() if held["date"][:4] in years}
        return set()

    def _of_vote(self, vote: str) -> list[dict[str, Any]]:
        """The two clocks of a vetoed proposal: the Assembly's debate and the Council's special report."""
        row = self._held["votes"].get(vote)
        cast = rules.day_or_limit(row["date"])[0] if row else None
        if row is None or cast is None:
            return []
        told = [held for _, held in sorted(self._held["followups"].items()) if held["vote"] == vote]
        return [self._debate(row, date.fromisoformat(cast), told), _special_report(row, cast, told)]

    def _debate(self, vote: Row, cast: date, told: list[Row]) -> dict[str, Any]:
        closed = {day for row in self._held["holidays"].values() for day in days_off(row["date"])}
        due = rules.debate_due(cast, closed)
        known = {day.year for day in closed}
        unknown = sorted({(cast + timedelta(days=1)).year, due.year} - known)
        provisional = f"provisional: no holidays of {' and '.join(map(str, unknown))} are recorded" if unknown else None
        met_on, met_by = _first(told, "debated_on")
        held = [row for row in told if _debated(row)]
        return _clock(
            rules.DEBATE,
            vote["record"],
            rules.DEBATE_RULE,
            cast.isoformat(),
            title=_title(vote),
            due=due.isoformat(),
            due_latest=rules.debate_due_at_latest(cast, closed).isoformat() if unknown else None,
            met=bool(held),
            met_on=met_on,
            met_by=met_by,
            proof=[row["record"] for row in told],
            symbols=_symbols(told, "debated_at", "linked_at") or _symbols(held, "press"),
            remark=_remark(provisional, *(row["remark"] for row in told)),
            **_excuse(told),
        )


def _special_report(vote: Row, cast: str, told: list[Row]) -> dict[str, Any]:
    """The clock of the Council's report; a session that stands for the debate does not stand for the report."""
    debate, _ = _first(told, "debated_on")
    met_on, met_by = _first(told, "reported_on")
    before = None
    if met_on and debate:
        days = (date.fromisoformat(debate) - date.fromisoformat(met_on)).days
        before = f"submitted {days} day{'s' if days != 1 else ''} before the debate"
    return _clock(
        rules.SPECIAL_REPORT,
        vote["record"],
        rules.SPECIAL_REPORT_RULE,
        cast,
        title=_title(vote),
        due=rules.special_report_due(date.fromisoformat(debate)).isoformat() if debate else None,
        met=any(row["report"] for row in told),
        met_on=met_on,
        met_by=met_by,
        proof=[row["record"] for row in told],
        symbols=_symbols(told, "report"),
        remark=_remark(before),
    )


def _debated(row: Row) -> bool:
    """Whether the Assembly met to debate the veto: its day, its meeting or a press release on it is recorded.

    Where an emergency special session stood for the debate, the press release is on that.
    """
    on_session = row["session"] or row["linked_on"]
    return bool(row["debated_on"] or json.loads(row["debated_at"]) or (json.loads(row["press"]) and not on_session))


def _excuse(told: list[Row]) -> dict[str, Any]:
    """Why no debate is required: an emergency special session on the same situation, unless the Assembly debated."""
    if any(_debated(row) for row in told):
        return {}
    for row in told:
        if row["session"] or row["linked_on"]:
            session = f" {row['session']}" if row["session"] else ""
            reason = f"emergency special session{session} on the same situation"
            return {"not_required": reason, "excused_on": rules.day_or_limit(row["linked_on"])[0]}
    return {}


def _annual(row: Row) -> list[dict[str, Any]]:
    """The two clocks of the report on a calendar year: its introduction and its adoption."""
    year = rules.calendar_year(row["covers"])
    if year is None:
        return []
    began, title = f"{year + 1}-01-01", f"Annual report on {year}"
    introduced_on, introduced_by = rules.day_or_limit(row["introduced_on"])
    adopted_on, adopted_by = rules.day_or_limit(row["adopted_on"])
    presented_by = _day_or_limit(row["presented_on"])
    adopted_by = adopted_by or (None if adopted_on else presented_by)
    adopted = bool(adopted_on or adopted_by or row["meeting"] or row["note"])
    first_due, first_rule = rules.introduction_due(year)
    due, rule = rules.adoption_due(year)
    whole = {"title": title, "member": row["coordinator"], "proof": [row["record"]]}
    return [
        _clock(
            rules.INTRODUCTION,
            row["record"],
            first_rule,
            began,
            due=first_due.isoformat(),
            met=adopted,
            met_on=introduced_on,
            met_by=introduced_by or (None if introduced_on else adopted_on or adopted_by),
            symbols=_symbols([row], "symbol"),
            **whole,
        ),
        _clock(
            rules.ADOPTION,
            row["record"],
            rule,
            began,
            due=due.isoformat() if due else None,
            met=adopted,
            met_on=adopted_on,
            met_by=adopted_by,
            symbols=_symbols([row], "symbol", "meeting", "note"),
            remark=_remark(row["remark"]),
            **whole,
        ),
    ]


def _assessment(row: Row) -> list[dict[str, Any]]:
    """The clock of a presidency's monthly assessment; no time-limit is set."""
    month = row["month"]
    if month < rules.FIRST_ASSESSED or not row["member"]:
        return []
    met_on, met_by = rules.day_or_limit(row["assessed_on"])
    met_by = met_by or (None if met_on else _day_or_limit(row["assessed_by"]))
    lacking_on = _day_or_limit(row["unassessed_by"])
    met = bool(row["assessment"] or met_on or met_by)
    lacking = f"none submitted by {lacking_on}, as the source says" if lacking_on and not met else None
    clock = _clock(
        rules.ASSESSMENT,
        row["record"],
        rules.ASSESSMENT_RULE,
        f"{month_after(month)}-01",
        title=f"Assessment of the presidency of {month}",
        member=row["member"],
        met=met,
        met_on=met_on,
        met_by=met_by,
        lacking_on=lacking_on,
        proof=[row["record"]],
        symbols=_symbols([row], "assessment"),
        remark=_remark(lacking, row["remark"]),
    )
    return [clock]


def _mission(row: Row) -> list[dict[str, Any]]:
    """The clock of a mission's report, from the last day of travel; no time-limit is set."""
    began = rules.day_or_limit(row["last"])[0] or rules.day_or_limit(row["first"])[0]
    if began is None:
        return []
    met_on, met_by = rules.day_or_limit(row["report_on"])
    clock = _clock(
        rules.MISSION_REPORT,
        row["record"],
        rules.MISSION_RULE,
        began,
        title=row["title"],
        met=bool(row["report"]),
        met_on=met_on,
        met_by=met_by,
        proof=[row["record"]],
        symbols=_symbols([row], "report"),
    )
    return [clock]


PLAIN = {"annual_reports": _annual, "presidencies": _assessment, "missions": _mission}
"""Views whose rows say all there is to say of their clocks."""


class Terms:
    """The terms of elected members that begin, by the lists of members and by the elections held."""

    def __init__(self) -> None:
        self._years: dict[int, Held] = {}
        self._elections: dict[tuple[str, int], Held] = {}

    def take(self, name: str, row: Row, *, present: bool) -> None:
        """Note a membership or an election, or that it is gone."""
        if name == "memberships":
            held = self._years.setdefault(row["year"], {})
        else:
            held = self._elections.setdefault((row["member"], row["term_first"]), {})
        if present:
            held[row["record"]] = row
        else:
            held.pop(row["record"], None)

    def touched(self, name: str, row: Row) -> set[tuple[str, int]]:
        """The terms (member, first year) that a row can begin or end."""
        if name == "elections":
            return {(row["member"], row["term_first"])}
        if name != "memberships":
            return set()
        after = {seat["member"] for seat in self._years.get(row["year"] + 1, {}).values()}
        return {(row["member"], row["year"]), *((member, row["year"] + 1) for member in after)}

    def clock(self, member: str, year: int) -> list[dict[str, Any]]:
        """The clock of a term, if one begins that year: from 1 October before it the State observes the Council."""
        if not rules.FIRST_OBSERVED <= year <= date.max.year:
            return []
        elections = [row for _, row in sorted(self._elections.get((member, year), {}).items())]
        began_by = [row["record"] for row in elections] or self._beginning(member, year)
        if not began_by:
            return []
        begins = rules.observation_begins(year)
        met_on, met_by = _first(elections, "observes_from")
        late = (date.fromisoformat(met_on) - begins).days if met_on else 0
        later = f"{late} day{'s' if late != 1 else ''} after 1 October" if late > 0 else None
        clock = _clock(
            rules.OBSERVATION,
            began_by[0],
            rules.OBSERVATION_RULE,
            begins.isoformat(),
            key=f"{member}/{year}",
            title=f"Before the term that begins in {year}",
            member=member,
            met_on=met_on,
            met_by=met_by,
            proof=[row["record"] for row in elections],
            remark=_remark(later, *(row["remark"] for row in elections)),
        )
        return [clock]

    def _beginning(self, member: str, year: int) -> list[str]:
        """The membership that begins a term: elected, and not on the complete list of the year before."""
        before = {seat["member"] for seat in self._years.get(year - 1, {}).values()}
        if member in before or len(before) < size(date(year - 1, 1, 1)):
            return []
        seats = sorted(self._years.get(year, {}).items())
        return [record for record, seat in seats if seat["member"] == member and not seat["permanent"]]


def _counts_as_veto(vote: Row) -> bool:
    return bool(vote["outcome"] == "vetoed" and vote["date"] >= IN_ACCOUNT.isoformat())


def _title(vote: Row) -> str:
    return f"{vote['symbol']}: {vote['title']}" if vote["title"] else str(vote["symbol"])


def _day_or_limit(text: str | None) -> str | None:
    """The day a stated date names or, of a month or year, its last day; None for nothing and for what is no date."""
    return next((day for day in rules.day_or_limit(text) if day), None)


def _first(told: Sequence[Row], field: str) -> tuple[str | None, str | None]:
    """The earliest day a field gives, with no limit; else no day and the earliest limit."""
    days = [rules.day_or_limit(row[field]) for row in told]
    known = [day for day, _ in days if day]
    return (min(known), None) if known else (None, min((limit for _, limit in days if limit), default=None))


def _symbols(told: Sequence[Row], *fields: str) -> list[str]:
    """The symbols that fields give, single ones and lists, each once and in order."""
    found: list[str] = []
    for row in told:
        for field in fields:
            value = row[field]
            found += json.loads(value) if value and value.startswith("[") else [value] if value else []
    return list(dict.fromkeys(found))


def _remark(*parts: str | None) -> str | None:
    return "; ".join(part for part in parts if part) or None


def _clock(
    kind: str,
    record: str,
    rule: rules.Rule,
    began: str,
    *,
    title: str,
    key: str = "",
    met: bool = False,
    met_on: str | None = None,
    met_by: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One row. A clock that is met needs no excuse."""
    met = met or met_on is not None or met_by is not None
    rule = rules.in_force(rule, date.fromisoformat(began))
    optional = dict.fromkeys(("member", "due", "due_latest", "lacking_on", "not_required", "excused_on", "remark"))
    return {
        "id": f"obligation:{kind.replace(' ', '_').replace('-', '_')}/{key or record}",
        "kind": kind,
        "record": record,
        "title": title,
        "rule": rule.symbol,
        "paragraph": rule.paragraph,
        "began": began,
        "year": int(began[:4]),
        "met": met,
        "met_on": met_on,
        "met_by": met_by,
        "symbols": [],
        **optional,
        **more,
    }
