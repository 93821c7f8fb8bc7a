"""What changed between two states of the archive."""

from __future__ import annotations

from api.portal.pages import Ask, BadValueError, Show
from domain.facts import FactError
from domain.kinds import KINDS
from projections import diff
from projections.reading import ViewsError

PAGE = 50


def shown(ask: Ask) -> Show:
    """``/diff?from=&to=``: two positions or times; the later one is that of the page if it is left out."""
    kind = ask.one_of("kind", [*KINDS])
    record = ask.text("record") or None
    start, end = _state(ask, "from"), _state(ask, "to")
    chosen = {"from": ask.text("from"), "to": ask.text("to"), "kind": kind, "record": record or ""}
    if start is None:
        return Show(
            "diff.html", {"chosen": chosen, "start": None, "end": None, "kinds": [], "changes": [], "more": None}
        )
    end = ask.read.position if end is None else end
    after = ask.text("after")
    if after and not (after.isascii() and after.isdigit() and len(after) < 16):
        raise BadValueError("after", after, "the link to a page of this list as it was given")
    try:
        kinds = diff.kinds(ask.read, start, end)
        found = diff.changes(
            ask.read, start, end, kind=kind or None, record=record, after=int(after or 0), limit=PAGE + 1
        )
    except ViewsError as error:
        raise BadValueError("from", ask.text("from"), str(error)) from error
    more = ask.again(after=found[PAGE - 1].first) if len(found) > PAGE else None
    values = {"chosen": chosen, "start": start, "end": end, "kinds": kinds, "changes": found[:PAGE], "more": more}
    return Show("diff.html", values)


def _state(ask: Ask, name: str) -> int | None:
    """A position, or the position of a time. Raises :class:`BadValueError`."""
    given = ask.text(name)
    if not given:
        return None
    if given.isascii() and given.isdigit():
        if len(given) > 15 or int(given) > ask.read.position:
            raise BadValueError(name, given, f"a position from 0 to {ask.read.position}")
        return int(given)
    try:
        return min(ask.context.archive.position_at(given), ask.read.position)
    except (FactError, OverflowError):
        accepted = "a position of the log, or a time such as 2026-11-23 or 2026-11-23T10:00 (UTC)"
        raise BadValueError(name, given, accepted) from None


PAGES = [("/diff", shown)]
