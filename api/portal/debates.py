"""Debates: meetings by format with their speakers, proposals with what became of them, and summaries to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.portal import words
from api.portal.pages import Ask, File, Go, NotFoundError, Show, listing
from api.portal.votes import years_of
from domain.debates import STATUSES
from domain.meetings import FORMATS, OPEN_DEBATE, minutes
from domain.symbols import SymbolError, parse
from projections.debates import BRIEFINGS, PROPOSALS, SPEECHES, spoken
from projections.meetings import MEETINGS, SITTINGS
from projections.reading import Values, Where, by_key, count, one
from projections.versioned import View

EVERY = "all"
"""The choice that shows meetings of every format."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sitting_hours(meeting: Values | None, sittings: Iterable[Values]) -> list[str]:
    """The sittings of a meeting in order, each once: its own record may list those of its resumptions, too."""
    rows = [*([meeting] if meeting else []), *sittings]
    return sorted({hours for row in rows for hours in words.listed(row["hours"])})


def at_meetings(
    ask: Ask,
    view: View,
    symbols: Iterable[str],
    sittings: Mapping[str, Sequence[Values]],
    order: Sequence[str],
    columns: Sequence[str] | None = None,
) -> dict[str, list[Values]]:
    """What happened at meetings, their resumptions included: symbol of the meeting → rows, in order.

    ``sittings``: the resumptions of each meeting, whose records what happened then is stated under.
    """
    records = {symbol: [symbol, *(row["symbol"] for row in sittings.get(symbol, []))] for symbol in symbols}
    wanted = [record for each in records.values() for record in each]
    found = by_key(ask.read, view, "meeting", wanted, order, columns=columns)
    joined = {symbol: [row for record in each for row in found.get(record, [])] for symbol, each in records.items()}
    return {symbol: rows for symbol, rows in joined.items() if rows}


def all_debates(ask: Ask) -> Show:
    """``/debates``: open debates; ``?format=`` another format, or all."""
    where = Where(MEETINGS)
    year = ask.year()
    chosen = ask.one_of("format", [EVERY, *FORMATS]) or OPEN_DEBATE
    if chosen == EVERY:
        where.given("format")
    else:
        where.eq("format", chosen)
    if year:
        where.eq("year", year)
    found = listing(ask, MEETINGS, where)
    symbols = [row["symbol"] for row in found.rows]
    sittings = by_key(ask.read, SITTINGS, "meeting", symbols, ("symbol",))
    columns = ("record", "member", "organisation", "speaker", "behalf")
    speeches = at_meetings(ask, SPEECHES, symbols, sittings, ("record",), columns)
    hours = {row["symbol"]: sitting_hours(row, sittings.get(row["symbol"], [])) for row in found.rows}
    told = {symbol: spoken(rows) for symbol, rows in speeches.items()}
    lengths = {symbol: minutes(given) for symbol, given in hours.items() if given}
    proposals = at_meetings(ask, PROPOSALS, symbols, sittings, ("record",), ("record",))
    columns_of = {"lists of speakers": told, "hours": lengths, "proposals": proposals}
    return Show(
        "debates.html",
        {
            "absent": [name for name, filled in columns_of.items() if not filled],
            "found": found,
            "total": count(ask.read, MEETINGS, where),
            "formats": [name for name in FORMATS if name != OPEN_DEBATE],
            "years": years_of(ask, "meetings"),
            "spoken": told,
            "minutes": lengths,
            "proposals": proposals,
            "every": EVERY,
            "shown": chosen,
            "chosen": {"year": ask.text("year"), "format": ask.text("format")},
        },
    )


def one_debate(ask: Ask) -> Go:
    """``/debates/{symbol}``: to the meeting's own page."""
    return Go(ask.record(f"meeting:{_symbol(ask)}"))


def all_proposals(ask: Ask) -> Show:
    """``/proposals``: by topic and status, newest first."""
    where = Where(PROPOSALS)
    topic, status = ask.text("topic"), ask.one_of("status", [*STATUSES, "none"])
    if topic:
        where.eq("topic", topic)
    if status == "none":
        where.given("status", is_given=False)
    elif status:
        where.eq("status", status)
    found = listing(ask, PROPOSALS, where)
    ask.look_up(text for row in found.rows for text in (row["paragraph"], row["taken_up_in"], row["meeting"]))
    sql = f"select distinct t.topic from proposals t where t.topic is not null and {ask.read.live('t')} order by 1"
    return Show(
        "proposals.html",
        {
            "found": found,
            "total": count(ask.read, PROPOSALS, where),
            "topics": [row["topic"] for row in ask.read.rows(sql)],
            "statuses": [*((name, name) for name in STATUSES), ("none", "no follow-up recorded")],
            "chosen": {"topic": topic, "status": status},
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an analytical summary: what was proposed by whom, to whom, touching what, and what became of it."""

    proposal: Values
    member: str | None
    speaker: str
    person: str | None
    """The briefer's name as it is written; may be withheld."""


def summary_rows(ask: Ask, symbol: str) -> list[Row]:
    """The proposals made at a meeting by topic, then in the order they were recorded; without a topic, last."""
    sittings = by_key(ask.read, SITTINGS, "meeting", [symbol], ("symbol",))
    proposals = at_meetings(ask, PROPOSALS, [symbol], sittings, ("record",)).get(symbol, [])
    speeches = by_key(ask.read, SPEECHES, "record", [row["speech"] for row in proposals], ("record",))
    briefings = by_key(ask.read, BRIEFINGS, "record", [row["briefing"] for row in proposals], ("record",))
    made: list[Row] = []
    for row in proposals:
        speech = speeches.get(row["speech"], [{}])[0]
        briefing = briefings.get(row["briefing"], [{}])[0]
        made.append(
            Row(
                row,
                row["member"] or speech.get("member"),
                speech.get("speaker") or speech.get("organisation") or briefing.get("organisation") or "",
                briefing.get("person"),
            )
        )
    return sorted(made, key=lambda one: (one.proposal["topic"] is None, one.proposal["topic"] or "", _nth(one)))


def _nth(row: Row) -> int:
    number = str(row.proposal["record"]).rpartition("#")[2]
    return int(number) if number.isdigit() else 0


def _symbol(ask: Ask) -> str:
    key = str(ask.request.path_params["symbol"])
    try:
        return parse(key).canonical
    except SymbolError:
        raise NotFoundError(f"“{key[:120]}” is no symbol of a meeting, such as S/PV.9410.") from None


def _summarised(ask: Ask) -> tuple[str, Values | None, list[Row]]:
    symbol = _symbol(ask)
    meeting = one(ask.read, MEETINGS, symbol=symbol)
    rows = summary_rows(ask, symbol)
    if meeting is None and not rows:
        raise NotFoundError(f"The archive holds no meeting “{symbol}” at this position.", symbol)
    return symbol, meeting, rows


def summary(ask: Ask) -> Show:
    """``/debates/{symbol}/summary``: the analytical summary of one debate."""
    symbol, meeting, rows = _summarised(ask)
    ask.look_up(text for row in rows for text in (row.proposal["paragraph"], row.proposal["taken_up_in"]))
    topics: dict[str, list[Row]] = {}
    for row in rows:
        topics.setdefault(row.proposal["topic"] or "", []).append(row)
    return Show("summary.html", {"at": symbol, "meeting": meeting, "topics": topics, "total": len(rows)})


HEAD = (
    "meeting",
    "date",
    "topic",
    "proposal",
    "member",
    "member_name",
    "speaker",
    "addressee",
    "paragraph",
    "status",
    "taken_up_in",
    "followed_on",
    "remark",
    "record",
)


def summary_file(ask: Ask) -> File:
    """``/debates/{symbol}/summary.csv``: the same rows, one line each, in UTF-8."""
    symbol, _, rows = _summarised(ask)
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(HEAD)
    for row in rows:
        proposal = row.proposal
        name = ask.names.state(row.member, proposal["date"]) if row.member else ""
        speaker = ", ".join(filter(None, (ask.opened(row.person), row.speaker)))
        cells = [symbol, proposal["date"], proposal["topic"], proposal["text"], row.member, name, speaker]
        cells += [proposal[column] for column in (*HEAD[7:13], "record")]
        lines.writerow([_cell(value) for value in cells])
    name_of_file = f"{symbol.replace('/', '-')}-summary.csv"
    return File(written.getvalue(), "text/csv; charset=utf-8", name_of_file)


def _cell(value: str | None) -> str:
    """A cell that a spreadsheet does not take for a formula, whatever a source wrote into it."""
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


PAGES = [
    ("/debates", all_debates),
    ("/debates/{symbol:path}/summary", summary),
    ("/debates/{symbol:path}/summary.csv", summary_file),
    ("/debates/{symbol:path}", one_debate),
    ("/proposals", all_proposals),
]
