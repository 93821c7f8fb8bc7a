"""Meetings: by year, and one meeting with its sittings, topics, votes and documents."""

from __future__ import annotations

from api.portal import links
from api.portal.debates import at_meetings, sitting_hours
from api.portal.events import behind
from api.portal.pages import Ask, Go, NotFoundError, Show, listing
from api.portal.votes import years_of
from domain.meetings import MODES, minutes
from domain.symbols import SymbolError, parse
from projections.conflicts import CONFLICTS
from projections.debates import BRIEFINGS, INVITATIONS, PROPOSALS, SPEECHES, spoken
from projections.documents import DOCUMENTS
from projections.meetings import MEETINGS, SITTINGS, TOPICS
from projections.missions import MISSIONS
from projections.peacebuilding import PARTICIPATIONS
from projections.reading import Values, Where, by_key, count, one, page
from projections.versioned import View
from projections.vetoes import VETOES
from projections.votes import VOTES

KINDS = {
    "public": "Public",
    "private": "Private",
    "videoconference": "Videoconference",
    "written procedure": "By letter",
}


def all_meetings(ask: Ask) -> Show:
    """``/meetings``: of a year, a kind or a topic; all, newest first, without."""
    where = Where(MEETINGS)
    year, kind, topic = ask.year(), ask.one_of("kind", KINDS), ask.text("topic")
    if year:
        where.eq("year", year)
    if kind in ("public", "private"):
        where.eq("mode", MODES[0]).eq("private", kind == "private")
    elif kind:
        where.eq("mode", kind)
    if topic:
        where.sql(
            f"exists (select 1 from meeting_topics m where m.meeting = t.record and m.topic = :topic and "
            f"{ask.read.live('m')})",
            topic=topic,
        )
    found = listing(ask, MEETINGS, where)
    symbols = [row["symbol"] for row in found.rows]
    return Show(
        "meetings.html",
        {
            "found": found,
            "total": count(ask.read, MEETINGS, where),
            "years": years_of(ask, "meetings"),
            "kinds": KINDS,
            "chosen": {"year": ask.text("year"), "kind": kind, "topic": topic},
            "votes": by_key(ask.read, VOTES, "meeting", symbols, ("record",), columns=("record", "symbol", "outcome")),
        },
    )


def one_meeting(ask: Ask) -> Show | Go:
    """``/meetings/{symbol}``: by the symbol of its record or letter. A resumption leads to its meeting."""
    key = str(ask.request.path_params["symbol"])
    try:
        symbol = parse(key).canonical
    except SymbolError:
        symbol = key
    meeting = one(ask.read, MEETINGS, record=f"meeting:{symbol}") or one(ask.read, MEETINGS, record=f"meeting:{key}")
    if meeting is None:
        sitting = one(ask.read, SITTINGS, symbol=symbol)
        if sitting is not None and sitting["meeting"] != symbol:
            base = str(sitting["meeting"]).removeprefix("meeting:")
            return Go(ask.record(f"meeting:{base}") + "#sittings")
        found = links.find(ask.read, symbol)
        if found is not None and found != f"meeting:{symbol}":
            return Go(ask.record(found))
    elif str(meeting["symbol"]) != key and f"meeting:{key}" != meeting["record"]:
        return Go(ask.record(str(meeting["record"])))
    votes = _of(ask, VOTES, symbol)
    if meeting is None and not votes:
        raise NotFoundError(f"The archive holds no meeting “{key[:120]}” at this position.", key)
    record = f"meeting:{symbol}" if meeting is None else str(meeting["record"])
    sittings = _sittings(ask, symbol, record)
    debate = _debate(ask, symbol, sittings)
    documents, missions = _of(ask, DOCUMENTS, symbol), _missions(ask, symbol)
    events = behind(ask, record)
    _look_up(ask, meeting, debate)
    ask.look_up(event.document for event in events)
    return Show(
        "meeting.html",
        {
            "at": symbol,
            "meeting": meeting,
            "number": meeting["number"] if meeting else parse(symbol).number,
            "date": meeting["date"] if meeting else votes[0]["date"],
            "sittings": sittings,
            "hours": sitting_hours(meeting, sittings),
            "minutes": minutes(sitting_hours(meeting, sittings)),
            "topics": [
                row["topic"] for row in by_key(ask.read, TOPICS, "meeting", [record], ("topic",)).get(record, [])
            ],
            "votes": votes,
            "documents": documents,
            **debate,
            "spoken": spoken(debate["speeches"]),
            "vetoes": [row for row in _vetoes(ask, symbol) if row["vote"] is None],
            "missions": missions,
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": events,
            "beside": _beside(ask, meeting),
        },
    )


def _of(ask: Ask, view: View, symbol: str) -> list[Values]:
    return by_key(ask.read, view, "meeting", [symbol], ("date", "record")).get(symbol, [])


def _sittings(ask: Ask, symbol: str, record: str) -> list[Values]:
    found = by_key(ask.read, SITTINGS, "meeting", [symbol, record], ("symbol",))
    return found.get(symbol, []) + found.get(record, [])


def _debate(ask: Ask, symbol: str, sittings: list[Values]) -> dict[str, list[Values]]:
    """What happened in a meeting: who was invited, briefed, spoke; what was proposed; which organs took part."""
    views = {
        "invitations": (INVITATIONS, ("rule", "record")),
        "briefings": (BRIEFINGS, ("number", "record")),
        "speeches": (SPEECHES, ("number", "record")),
        "proposals": (PROPOSALS, ("record",)),
        "participations": (PARTICIPATIONS, ("record",)),
    }
    resumed = {symbol: sittings}
    return {
        name: at_meetings(ask, view, [symbol], resumed, order).get(symbol, []) for name, (view, order) in views.items()
    }


def _look_up(ask: Ask, meeting: Values | None, debate: dict[str, list[Values]]) -> None:
    ask.look_up([meeting["concept_note"]] if meeting else [])
    ask.look_up(row["letter"] for name in ("invitations", "speeches") for row in debate[name])
    ask.look_up(row[name] for row in debate["proposals"] for name in ("paragraph", "taken_up_in"))


def _vetoes(ask: Ask, symbol: str) -> list[Values]:
    return page(ask.read, VETOES, Where(VETOES).eq("meeting", symbol), ("date", "record"), limit=50)


def _missions(ask: Ask, symbol: str) -> list[Values]:
    where = Where(MISSIONS).contains("meetings", f'"{symbol}"')
    return page(ask.read, MISSIONS, where, ("date", "record"), limit=10)


def _beside(ask: Ask, meeting: Values | None) -> dict[str, str]:
    """The pages of the meetings numbered before and after this one, where the archive holds them."""
    if meeting is None or not meeting["number"]:
        return {}
    sql = f"select {{}}(t.number) as number from meetings t where t.number {{}} :number and {ask.read.live('t')}"
    found: dict[str, str] = {}
    for name, pick, sign in (("before", "max", "<"), ("after", "min", ">")):
        number = ask.read.value(sql.format(pick, sign), {"number": meeting["number"]})
        if number:
            found[name] = f"S/PV.{number}"
    return found


PAGES = [("/meetings", all_meetings), ("/meetings/{symbol:path}", one_meeting)]
