"""Any record by its id: what it says, with its sources and events. Kinds with pages of their own lead there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from api.portal import links, words
from api.portal.documents import texts
from api.portal.events import behind
from api.portal.pages import Ask, Go, NotFoundError, Show
from domain.documents import LANGUAGES
from domain.facts import Claims, sentences
from domain.kinds import KINDS
from domain.symbols import is_symbol
from projections.conflicts import CONFLICTS
from projections.debates import BRIEFINGS, INVITATIONS, PROPOSALS, SPEECHES
from projections.documents import ANNUAL_REPORTS, TEXTS
from projections.holidays import HOLIDAYS
from projections.indicators import FIGURES
from projections.notes import ASSESSMENTS
from projections.peacebuilding import PARTICIPATIONS
from projections.presidencies import CESSIONS
from projections.reading import Values, by_key, one
from projections.subsidiaries import BODY_MEETINGS, CHAIRS, LISTINGS, MEASURES, REPORTS
from projections.versioned import Boolean, View
from projections.vetoes import FOLLOWUPS, VETOES

VIEWS: dict[str, View] = {
    "veto": VETOES,
    "invitation": INVITATIONS,
    "briefing": BRIEFINGS,
    "speech": SPEECHES,
    "proposal": PROPOSALS,
    "followup": FOLLOWUPS,
    "cession": CESSIONS,
    "participation": PARTICIPATIONS,
    "assessment": ASSESSMENTS,
    "measure": MEASURES,
    "chair": CHAIRS,
    "body_meeting": BODY_MEETINGS,
    "report": REPORTS,
    "listing": LISTINGS,
    "text": TEXTS,
    "annual_report": ANNUAL_REPORTS,
    "holiday": HOLIDAYS,
    "figure": FIGURES,
}
"""Kind without pages of its own → the table its records read from."""

STATES = frozenset({"member", "taken_by", "coordinator", "behalf", "territories"})
"""The fields that hold codes of States."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a record, ready to be shown. ``form``: how (``symbol``, ``day``, ``state`` …)."""

    field: str
    label: str
    meaning: str
    form: str
    values: list[Any]


def facts(kind: type[Claims], row: Values) -> list[Fact]:
    """The fields a record speaks of, in the order of its kind; what nobody stated is left out."""
    told = sentences(kind)
    found: list[Fact] = []
    for field in kind.__struct_fields__:
        value = row.get(field)
        if value is None or value in ("", "[]"):
            continue
        listed = words.listed(value) if isinstance(value, str) and value.startswith("[") else [value]
        form = _form(kind, field, listed)
        shown = [bool(part) for part in listed] if form == "truth" else listed
        found.append(Fact(field, field.replace("_", " ").capitalize(), told.get(field, ""), form, shown))
    return found


def _form(kind: type[Claims], field: str, values: list[Any]) -> str:
    """How the values of a field are shown."""
    if field in kind.personal:
        return "person"
    if field in STATES:
        return "state"
    if field in kind.cited:
        return "symbol"
    if field in kind.dated or field in ("first", "last"):
        return "day"
    if isinstance(VIEWS[kind.kind].table.c[field].type, Boolean):
        return "truth"
    texts = [value for value in values if isinstance(value, str)]
    if field in ("language", "languages") and set(texts) <= set(LANGUAGES):
        return "language"
    if texts and all(_names_something(text) for text in texts):
        return "symbol"
    return "text"


def _names_something(text: str) -> bool:
    """Whether a text is a record's id, a paragraph of a note or a document's symbol."""
    return text.partition(":")[0] in KINDS or links.is_paragraph(text) or is_symbol(text)


def cited(found: Iterable[Fact]) -> Iterator[str]:
    """All that these facts name, for :meth:`Ask.look_up`."""
    for fact in found:
        if fact.form == "symbol":
            yield from fact.values


def one_record(ask: Ask) -> Show | Go:
    """``/records/{id}``: a record of a kind without pages of its own; any other leads to its page."""
    record = str(ask.request.path_params["id"])
    kind, _, rest = record.partition(":")
    if kind not in VIEWS:
        if rest and not links.path(record).startswith(links.ELSEWHERE):
            return Go(ask.record(record))
        raise NotFoundError(f"There is no record “{record[:120]}”: ids begin with the kind, such as speech:", record)
    row = one(ask.read, VIEWS[kind], record=record)
    if row is None:
        raise NotFoundError(f"The archive holds no record “{record[:120]}” at this position.", rest.partition("#")[0])
    found = facts(KINDS[kind], row)
    events = behind(ask, record)
    ask.look_up([*cited(found), *(event.document for event in events)])
    return Show(
        "record.html",
        {
            "record": record,
            "kind": kind,
            "row": row,
            "facts": found,
            "texts": texts(ask, record),
            "conflicts": by_key(ask.read, CONFLICTS, "record", [record], ("id",)).get(record, []),
            "events": events,
        },
    )


def all_records(ask: Ask) -> Go:
    """``/records``: there is no list of all records together; the coverage names every kind there is."""
    return Go(ask.href("/coverage"))


PAGES = [("/records", all_records), ("/records/{id:path}", one_record)]
