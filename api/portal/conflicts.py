"""Conflicts: where the record contradicts itself, by kind."""

from __future__ import annotations

import json

from api.portal import words
from api.portal.pages import Ask, Show, listing
from projections.conflicts import CONFLICTS, KINDS_OF_CONFLICT
from projections.reading import Where, count


def all_conflicts(ask: Ask) -> Show:
    """``/conflicts``, of one kind or all, newest first."""
    kind, year = ask.one_of("kind", KINDS_OF_CONFLICT), ask.year()
    where = Where(CONFLICTS)
    if kind:
        where.eq("kind", kind)
    if year:
        where.eq("year", year)
    sql = f"select t.kind, count(*) as n from conflicts t where {ask.read.live('t')} group by t.kind"
    counted = {row["kind"]: row["n"] for row in ask.read.rows(sql)}
    found = listing(ask, CONFLICTS, where, ("date", "id"))
    return Show(
        "conflicts.html",
        {
            "found": found,
            "total": count(ask.read, CONFLICTS, where),
            "counted": {name: counted.get(name, 0) for name in words.CONFLICTS},
            "readings": {row["id"]: json.loads(row["readings"]) for row in found.rows},
            "chosen": {"kind": kind, "year": ask.text("year")},
        },
    )


PAGES = [("/conflicts", all_conflicts)]
