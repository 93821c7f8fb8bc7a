"""Notes by the President on working methods: paragraphs, genealogy in both directions, assessments."""

from __future__ import annotations

import re
from typing import Any

import graphene

from api.graphql.fields import Arguments, Asking, Batch, Rows, decoded, listed, made, plain, related
from api.graphql.paging import Order, row_by, rows_by
from api.graphql.plain import Listed, many_by, one_by, row_type, to_country
from domain import notes as stated
from domain import symbols
from domain.facts import FactError
from projections.debates import PROPOSALS
from projections.documents import DOCUMENTS
from projections.notes import ASSESSMENTS, NOTES, PARAGRAPHS
from projections.reading import Reader, Values, Where, by_key
from projections.versioned import View


def reference_of(row: Values) -> str:
    """How a paragraph is referred to: ``S/2017/507/43``."""
    return f"{row['note']}/{row['number']}"


def _note_of(reference: str) -> str:
    """The note that a reference names, whole or by one of its paragraphs."""
    try:
        return stated.paragraph(reference)[0]
    except FactError:
        return reference


def _notes_named(column: str) -> Batch:
    """A batch: the notes that a column of references names, whole or by a paragraph, each once."""
    return many_by(NOTES, "symbol", lambda row: map(_note_of, decoded(row[column])))


def _paragraphs_named(column: str) -> Batch:
    return many_by(PARAGRAPHS, "record", lambda row: [f"paragraph:{one}" for one in decoded(row[column])])


def _linking(read: Reader, view: View, column: str) -> Rows:
    """The rows of a table that name others in a column. They are few: the notes ever issued, and their paragraphs."""
    where = Where(view).sql(f"t.{column} <> '[]'")
    chosen = ",".join(f"t.{name}" for name in view.columns)
    conditions = " and ".join([read.live("t"), *where.parts])
    return read.rows(f"select {chosen} from {view.name} t where {conditions} order by t.date, t.record")


def _naming(view: View, column: str, *, paragraphs: bool = False) -> Batch:
    """A batch: the rows of a table that name the parent in a column; a note is named by its paragraphs, too."""

    def batch(parents: Rows, _: Arguments, asking: Asking) -> list[Any]:
        naming: dict[str, dict[str, Values]] = {}
        for row in _linking(asking.read, view, column):
            for reference in decoded(row[column]):
                named = reference if paragraphs else _note_of(reference)
                naming.setdefault(named, {})[row["record"]] = row
        of = reference_of if paragraphs else _symbol
        return [list(naming.get(of(parent), {}).values()) for parent in parents]

    return batch


def _symbol(row: Values) -> str:
    symbol: str = row["symbol"]
    return symbol


_LINKS = {name: f"{name}_references" for name in ("supersedes", "amends", "derives_from")}
"""What the source writes, beside the notes or paragraphs the archive holds."""


@row_type(stated.Assessment, named={"paragraph": "paragraph_reference"})
class Assessment:
    """What somebody found about a paragraph's implementation in a period: attributed, with method and evidence."""

    paragraph = related(
        lambda: Paragraph,
        one_by(PARAGRAPHS, "record", lambda row: f"paragraph:{row['paragraph']}"),
        "The paragraph, if the archive holds it.",
    )


@row_type(stated.Paragraph, named={"note": "note_symbol", **_LINKS})
class Paragraph:
    """One numbered paragraph of a note, and the paragraphs it comes from."""

    reference = made(graphene.String, lambda _: reference_of, "How it is referred to, such as `S/2017/507/43`.")
    note = related(lambda: Note, row_by(NOTES, "symbol", "note"), "The note it stands in.")
    supersedes = listed(lambda: Paragraph, _paragraphs_named("supersedes"), "Paragraphs it replaces.", weight=2)
    superseded_by = listed(
        lambda: Paragraph, _naming(PARAGRAPHS, "supersedes", paragraphs=True), "Paragraphs that replace it.", weight=2
    )
    amends = listed(lambda: Paragraph, _paragraphs_named("amends"), "Paragraphs it amends.", weight=2)
    amended_by = listed(
        lambda: Paragraph, _naming(PARAGRAPHS, "amends", paragraphs=True), "Paragraphs that amend it.", weight=2
    )
    amended_by_notes = listed(
        lambda: Note, _naming(NOTES, "amends", paragraphs=True), "Notes that amend it by number.", weight=2
    )
    derives_from = listed(lambda: Paragraph, _paragraphs_named("derives_from"), "Paragraphs it takes up.", weight=2)
    derived_by = listed(
        lambda: Paragraph, _naming(PARAGRAPHS, "derives_from", paragraphs=True), "Paragraphs that take it up.", weight=2
    )
    derived_by_notes = listed(
        lambda: Note, _naming(NOTES, "derives_from", paragraphs=True), "Notes that take it up by number.", weight=2
    )
    assessments = listed(
        Assessment,
        many_by(ASSESSMENTS, "paragraph", lambda row: [reference_of(row)], ("date", "record")),
        "What was found about its implementation, oldest first.",
        weight=2,
    )
    proposals = listed(
        "api.graphql.debates.Proposal",
        many_by(PROPOSALS, "paragraph", lambda row: [reference_of(row)], ("date", "record")),
        "Proposals that touch it, oldest first.",
        weight=2,
    )


@row_type(stated.Note, named={"paragraphs": "paragraph_count", **_LINKS})
class Note:
    """A note by the President."""

    paragraphs = listed(
        Paragraph, rows_by(PARAGRAPHS, "note", "symbol", ("number", "record")), "Its paragraphs in order.", weight=50
    )
    supersedes = listed(lambda: Note, _notes_named("supersedes"), "Notes it replaces.", weight=2)
    superseded_by = listed(lambda: Note, _naming(NOTES, "supersedes"), "Notes that replace it.", weight=2)
    amends = listed(lambda: Note, _notes_named("amends"), "Notes it amends, whole or in a paragraph.", weight=2)
    amended_by = listed(
        lambda: Note, _naming(NOTES, "amends"), "Notes that amend it, whole or in a paragraph.", weight=2
    )
    derives_from = listed(lambda: Note, _notes_named("derives_from"), "Notes it takes up.", weight=2)
    derived_by = listed(lambda: Note, _naming(NOTES, "derives_from"), "Notes that take it up.", weight=2)
    document = related(
        "api.graphql.documents.Document", row_by(DOCUMENTS, "symbol", "symbol"), "The document, if it is held."
    )
    chairing = to_country("The member that chaired the Informal Working Group then.", "chair")


NOTE_LISTS = Listed(Note, stated.Note, NOTES, "notes")
_NUMBER = Order("number", ("note", "number", "record"), False)
PARAGRAPH_LISTS = Listed(
    Paragraph,
    stated.Paragraph,
    PARAGRAPHS,
    "paragraphs",
    orders={"NUMBER": (_NUMBER, "By note, and within a note by number.")},
)
ASSESSMENT_LISTS = Listed(Assessment, stated.Assessment, ASSESSMENTS, "assessments")


def by_symbol(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The note of a symbol in any spelling."""
    wanted = str(plain(arguments["symbol"])).removeprefix("note:")
    meant = list(dict.fromkeys([wanted, *symbols.interpret(wanted)]))
    found = by_key(asking.read, NOTES, "symbol", meant, ("record",))
    best = next((found[symbol][0] for symbol in meant if symbol in found), None)
    return [best for _ in parents]


_LONGEST = 80

_SPELLINGS = (
    re.compile(r"(?P<note>.+?)[,;]?\s*/\s*(?P<number>\d{1,3})"),
    re.compile(r"(?P<note>.+?)[,;]?\s*para(?:graph|\.)?\s*(?P<number>\d{1,3})", re.IGNORECASE),
    re.compile(r"para(?:graph|\.)?\s*(?P<number>\d{1,3})\s*(?:of|,)\s*(?P<note>.+)", re.IGNORECASE),
)


def references(text: str) -> list[str]:
    """The paragraphs a person may mean: ``S/2017/507/43``, ``S/2017/507, paragraph 43``, ``para. 43 of S/2017/507``."""
    meant: list[str] = []
    for spelling in _SPELLINGS if len(text) <= _LONGEST else ():
        match = spelling.fullmatch(text.strip())
        if match:
            meant += [f"{note}/{int(match['number'])}" for note in symbols.interpret(match["note"])]
    return list(dict.fromkeys(meant))


def by_reference(parents: Rows, arguments: Arguments, asking: Asking) -> list[Any]:
    """The paragraph of a reference in any spelling."""
    wanted = str(plain(arguments["reference"])).removeprefix("paragraph:")
    records = [f"paragraph:{one}" for one in dict.fromkeys([wanted, *references(wanted)])]
    found = by_key(asking.read, PARAGRAPHS, "record", records, ("record",))
    best = next((found[record][0] for record in records if record in found), None)
    return [best for _ in parents]
