"""Notes on working methods: their genealogy, one note with its paragraphs, one paragraph with what others found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from api.portal import links, words
from api.portal.events import behind
from api.portal.pages import Ask, Go, NotFoundError, Show, listing
from api.portal.votes import years_of
from domain.notes import paragraph
from domain.symbols import SymbolError, parse
from projections.conflicts import CONFLICTS
from projections.debates import PROPOSALS
from projections.notes import ASSESSMENTS, NOTES, PARAGRAPHS
from projections.reading import Values, Where, by_key, count, one, page

LINKS = ("supersedes", "amends", "derives_from")
"""The fields in which a note or a paragraph names those it stands on."""

MOST = 1_000
"""Notes read for the genealogy; the Council has issued far fewer on its working methods."""


@dataclass(slots=True)
class Generation:
    """One comprehensive note, with the notes it took up and those that amend it since."""

    note: Values
    took_up: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    """The comprehensive notes it replaces."""
    amended_by: list[Values] = field(default_factory=list)


def genealogy(notes: Iterable[Values]) -> list[Generation]:
    """The line of the comprehensive notes (the notes 507), the newest first."""
    rows = list(notes)
    line = {row["symbol"]: Generation(row) for row in rows if row["compendium"]}
    for row in rows:
        if row["symbol"] in line:
            made = line[row["symbol"]]
            for symbol in words.listed(row["supersedes"]):
                (made.before if symbol in line else made.took_up).append(symbol)
        else:
            for symbol in {_note_of(reference) for reference in words.listed(row["amends"])}:
                if symbol in line:
                    line[symbol].amended_by.append(row)
    return sorted(line.values(), key=lambda made: (made.note["date"], made.note["record"]), reverse=True)


def _note_of(reference: str) -> str:
    return paragraph(reference)[0] if links.is_paragraph(reference) else reference


def all_notes(ask: Ask) -> Show:
    """``/notes``: the genealogy, and all notes by year."""
    where = Where(NOTES)
    year = ask.year()
    if year:
        where.eq("year", year)
    found = listing(ask, NOTES, where)
    line = genealogy(page(ask.read, NOTES, None, ("date", "record"), limit=MOST))
    ask.look_up(symbol for made in line for symbol in (*made.before, *made.took_up))
    ask.look_up(text for row in found.rows for name in LINKS for text in words.listed(row[name]))
    return Show(
        "notes.html",
        {
            "found": found,
            "total": count(ask.read, NOTES, where),
            "line": line,
            "years": years_of(ask, "notes"),
            "chosen": {"year": ask.text("year")},
        },
    )


def one_note(ask: Ask) -> Show | Go:
    """``/notes/{symbol}``, and ``/notes/{symbol}/{number}`` for a paragraph of it."""
    key = str(ask.request.path_params["symbol"])
    if links.is_paragraph(key):
        return one_paragraph(ask, key)
    note = one(ask.read, NOTES, record=f"note:{key}")
    if note is None:
        try:
            note = one(ask.read, NOTES, symbol=parse(key).canonical)
        except SymbolError:
            note = None
        if note is not None:
            return Go(ask.record(str(note["record"])))
        raise NotFoundError(f"The archive holds no note “{key[:120]}” at this position.", key)
    record, symbol = str(note["record"]), str(note["symbol"])
    rows = by_key(ask.read, PARAGRAPHS, "note", [symbol], ("number", "record")).get(symbol, [])
    references = [f"{symbol}/{row['number']}" for row in rows]
    assessments = by_key(ask.read, ASSESSMENTS, "paragraph", references, ("date", "record"))
    later = naming(ask, symbol, whole=True)
    events = behind(ask, record)
    ask.look_up(_named([note]))
    ask.look_up(event.document for event in events)
    return Show(
        "note.html",
        {
            "note": note,
            "paragraphs": rows,
            "assessments": assessments,
            "assessed": sum(map(len, assessments.values())),
            "later": later,
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": events,
        },
    )


def _named(rows: Iterable[Values]) -> list[str]:
    return [text for row in rows for name in LINKS for text in words.listed(row[name])]


def naming(ask: Ask, named: str, *, whole: bool) -> dict[str, list[tuple[str, str]]]:
    """Who supersedes, amends or takes up a note or a paragraph: field → (record, label), the oldest first.

    ``whole``: of a note, also those that name one of its paragraphs.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for view in (NOTES, PARAGRAPHS):
        where = Where(view).sql(" or ".join(f"t.{name} like :named" for name in LINKS), named=f'%"{named}%')
        for row in page(ask.read, view, where, ("date", "record"), limit=MOST):
            for name in LINKS:
                # The pattern also finds S/2019/9901 for S/2019/990; the list itself decides.
                texts = words.listed(row[name])
                if named in texts or (whole and any(text.startswith(f"{named}/") for text in texts)):
                    label = str(row["record"]).partition(":")[2]
                    found.setdefault(name, []).append((str(row["record"]), label))
    return found


def one_paragraph(ask: Ask, reference: str) -> Show:
    """A paragraph of a note: what it stands on, what became of it, and what others found of its implementation."""
    symbol, number = paragraph(reference)
    record = f"paragraph:{symbol}/{number}"
    note = one(ask.read, NOTES, symbol=symbol)
    row = one(ask.read, PARAGRAPHS, record=record)
    assessments = by_key(ask.read, ASSESSMENTS, "paragraph", [reference], ("date", "record")).get(reference, [])
    proposals = by_key(ask.read, PROPOSALS, "paragraph", [reference], ("date", "record")).get(reference, [])
    if row is None and note is None and not assessments and not proposals:
        raise NotFoundError(f"The archive holds no paragraph “{reference}” at this position.", symbol)
    events = behind(ask, record)
    ask.look_up([symbol, *(_named([row]) if row else [])])
    ask.look_up(text for one_of in assessments for text in words.listed(one_of["evidence"]))
    ask.look_up([*(row["meeting"] for row in proposals), *(event.document for event in events)])
    return Show(
        "paragraph.html",
        {
            "reference": reference,
            "symbol": symbol,
            "number": number,
            "note": note,
            "paragraph": row,
            "assessments": assessments,
            "proposals": proposals,
            "later": naming(ask, reference, whole=False),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": events,
        },
    )


PAGES = [("/notes", all_notes), ("/notes/{symbol:path}", one_note)]
