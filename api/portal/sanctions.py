"""Sanctions: regimes with their decisions and votes, decisions that were not unanimous, and subsidiary bodies."""

from __future__ import annotations

from collections.abc import Iterable

from api.portal.events import behind
from api.portal.pages import Ask, BadValueError, NotFoundError, Show, listing
from api.portal.votes import years_of
from domain.subsidiaries import ACTIONS
from domain.subsidiaries import BODIES as TYPES
from projections.conflicts import CONFLICTS
from projections.reading import Values, Where, by_key, count, one, page
from projections.subsidiaries import BODIES, BODY_MEETINGS, BY_REGIME, CHAIRS, LISTINGS, MEASURES, REGIMES, REPORTS
from projections.votes import VOTES

STATES = {"active": "in force", "terminated": "terminated"}
UNANIMOUS = {"yes": "unanimous", "no": "not unanimous"}


def all_regimes(ask: Ask) -> Show:
    """``/sanctions``: regimes in force and terminated, the newest first."""
    where = Where(REGIMES)
    state = ask.one_of("state", STATES)
    if state == "active":
        where.given("terminated_on", is_given=False).given("terminated_by", is_given=False)
    elif state:
        where.sql("t.terminated_on is not null or t.terminated_by is not null")
    found = listing(ask, REGIMES, where)
    ask.look_up(text for row in found.rows for text in (row["imposed_by"], row["terminated_by"]))
    return Show(
        "sanctions.html",
        {
            "found": found,
            "total": count(ask.read, REGIMES, where),
            "names": _names(ask, (row["committee"] for row in found.rows)),
            "states": STATES,
            "chosen": {"state": state},
        },
    )


def _names(ask: Ask, records: Iterable[str | None]) -> dict[str, str]:
    """The names of bodies and regimes by record."""
    wanted = [record for record in records if record]
    found: dict[str, str] = {}
    for view in (BODIES, REGIMES):
        rows = by_key(ask.read, view, "record", wanted, ("record",), columns=("record", "name"))
        found.update({record: named[0]["name"] for record, named in rows.items()})
    return found


def one_regime(ask: Ask) -> Show:
    """``/sanctions/{key}``: decisions with their votes, the committee, its chairs and reports, and the list."""
    key = str(ask.request.path_params["key"])
    record = f"regime:{key}"
    regime = one(ask.read, REGIMES, record=record)
    if regime is None:
        raise NotFoundError(f"The archive holds no sanctions regime “{key[:120]}” at this position.")
    committee = regime["committee"]
    measures = _decided(ask, regime)
    chairs, reports = _chairs(ask, committee), _reports(ask, committee)
    listed = Where(LISTINGS).eq("regime", record)
    names_listed = listing(ask, LISTINGS, listed)
    ask.look_up([regime["imposed_by"], regime["terminated_by"], *_symbols_of(chairs, reports)])
    ask.look_up(text for row in names_listed.rows for text in (row["listed_by"], row["delisted_by"]))
    return Show(
        "regime.html",
        {
            "regime": regime,
            "names": _names(ask, (committee, regime["succeeded_by"])),
            "measures": measures,
            "votes": _votes(ask, measures),
            "chairs": chairs,
            "reports": reports,
            "listings": names_listed,
            "listed": count(ask.read, LISTINGS, listed),
            "delisted": count(ask.read, LISTINGS, Where(LISTINGS).eq("regime", record).given("delisted_on")),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": behind(ask, record),
        },
    )


def _decided(ask: Ask, regime: Values) -> list[Values]:
    """The decisions on a regime in order: those that name it, and those on all regimes while it is in force."""
    record, first, last = regime["record"], regime["imposed_on"] or "", regime["terminated_on"] or "9999"
    named = by_key(ask.read, BY_REGIME, "concerns", [record], ("date", "record")).get(record, [])
    general = page(ask.read, MEASURES, Where(MEASURES).eq("general", True), ("date", "record"), limit=100)
    every = [*named, *(row for row in general if first <= row["date"] <= last)]
    return sorted(every, key=lambda row: (row["date"], row["record"]))


def _votes(ask: Ask, measures: Iterable[Values]) -> dict[str, Values]:
    rows = by_key(ask.read, VOTES, "record", (row["vote"] for row in measures), ("record",))
    return {record: votes[0] for record, votes in rows.items()}


def _chairs(ask: Ask, body: str | None) -> list[Values]:
    return by_key(ask.read, CHAIRS, "body", [body], ("year", "record"), descending=True).get(body, [])


def _reports(ask: Ask, body: str | None) -> list[Values]:
    return by_key(ask.read, REPORTS, "body", [body], ("date", "record"), descending=True).get(body, [])


def _symbols_of(chairs: Iterable[Values], reports: Iterable[Values]) -> list[str | None]:
    told = [text for row in reports for text in (row["symbol"], row["mandated_by"])]
    return [*told, *(row["appointed_by"] for row in chairs)]


def decisions(ask: Ask) -> Show:
    """``/sanctions/decisions``: decisions of all regimes; ``unanimous=no``: divided ones and those that failed."""
    where = Where(MEASURES)
    unanimous, action, year = ask.one_of("unanimous", UNANIMOUS), ask.one_of("action", ACTIONS), ask.year()
    regime = ask.text("regime")
    regimes = {
        str(row["record"]).partition(":")[2]: str(row["name"])
        for row in page(ask.read, REGIMES, None, ("name", "record"), limit=500, columns=("record", "name"))
    }
    if regime:
        if regime not in regimes:
            raise BadValueError("regime", regime, "the key of a regime the archive holds, such as 2374")
        live = ask.read.live("r")
        named = (
            f"exists (select 1 from regime_measures r where r.record = t.record and r.concerns = :regime and {live})"
        )
        where.sql(named, regime=f"regime:{regime}")
    if unanimous:
        live = ask.read.live("v")
        voted = f"exists (select 1 from votes v where v.record = t.vote and v.unanimous = :unanimous and {live})"
        # A draft that no resolution came of was not adopted by all, whether or not the vote on it is held.
        where.sql(f"{voted} or t.resolution is null" if unanimous == "no" else voted, unanimous=unanimous == "yes")
    if action:
        where.eq("action", action)
    if year:
        where.eq("year", year)
    found = listing(ask, MEASURES, where)
    return Show(
        "decisions.html",
        {
            "found": found,
            "total": count(ask.read, MEASURES, where),
            "votes": _votes(ask, found.rows),
            "regimes": regimes,
            "actions": ACTIONS,
            "unanimous": UNANIMOUS,
            "years": years_of(ask, "measures"),
            "chosen": {"unanimous": unanimous, "action": action, "year": ask.text("year"), "regime": regime},
        },
    )


def all_bodies(ask: Ask) -> Show:
    """``/bodies``: subsidiary bodies by name."""
    where = Where(BODIES)
    kind = ask.one_of("type", TYPES)
    if kind:
        where.eq("type", kind)
    found = listing(ask, BODIES, where, ("name", "record"), descending=False)
    ask.look_up(text for row in found.rows for text in (row["established_by"], row["dissolved_by"]))
    return Show(
        "bodies.html",
        {"found": found, "total": count(ask.read, BODIES, where), "types": TYPES, "chosen": {"type": kind}},
    )


def one_body(ask: Ask) -> Show:
    """``/bodies/{key}``: by whom it was established, who chaired it, what it reported, when it met."""
    key = str(ask.request.path_params["key"])
    record = f"body:{key}"
    body = one(ask.read, BODIES, record=record)
    if body is None:
        raise NotFoundError(f"The archive holds no subsidiary body “{key[:120]}” at this position.")
    chairs, reports = _chairs(ask, record), _reports(ask, record)
    ask.look_up([body["established_by"], body["dissolved_by"], *_symbols_of(chairs, reports)])
    return Show(
        "body.html",
        {
            "body": body,
            "names": _names(ask, [body["parent"]]),
            "regimes": by_key(ask.read, REGIMES, "committee", [record], ("date", "record")).get(record, []),
            "serves": page(ask.read, BODIES, Where(BODIES).eq("parent", record), ("name", "record"), limit=50),
            "chairs": chairs,
            "reports": reports,
            "meetings": listing(ask, BODY_MEETINGS, Where(BODY_MEETINGS).eq("body", record)),
            "met": count(ask.read, BODY_MEETINGS, Where(BODY_MEETINGS).eq("body", record)),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": behind(ask, record),
        },
    )


PAGES = [
    ("/sanctions", all_regimes),
    ("/sanctions/decisions", decisions),
    ("/sanctions/{key:path}", one_regime),
    ("/bodies", all_bodies),
    ("/bodies/{key:path}", one_body),
]
