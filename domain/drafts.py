"""Drafts: what a clerk sends to be recorded, read field by field, with every fault found.

Here a draft is looked at by itself: known kind and fields, types, closed lists, symbols, days, and text that can be
kept. What it says against the rest of the record is judged in :mod:`domain.practice`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import msgspec

from domain.calendar import CalendarError, parse_iso
from domain.charter import IN_FORCE
from domain.facts import Claims, FactError, Source
from domain.kinds import KINDS
from domain.symbols import SymbolError, canonical
from domain.written import SEALED

DOCUMENT: Final = Source(name="document")
"""The source of what a clerk takes from a document of the Council."""
EVENT_BYTES: Final = 65_535
"""An event, written out, is smaller than this."""
LINE: Final = 1_000
"""Characters of a text that is one line: a name, a symbol, a code."""
LONG: Final[Mapping[str, int]] = {"remark": 20_000, "title": 5_000, "reason": 5_000}
"""Fields that may run over several lines, and their most characters, beside those a kind names (``long_texts``)."""
ITEMS: Final = 500
"""Items of a list."""
NUMBER: Final = 1_000_000_000
"""The largest whole number."""
FORMAT: Final = frozenset("\u200c\u200d\u00ad\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Format characters that spelling needs: the joiners, the soft hyphen, and the visible signs of Arabic and Syriac."""

DAYS: Final = ("first", "last")
"""Fields that hold a day in every kind that has them, beside those a kind names (``dated``, ``days``)."""


@dataclass(frozen=True)
class Draft:
    """One statement to be recorded: what ``source`` says of one record.

    ``id``: the record's id, with or without its kind; empty where the fields determine it. ``verb``: empty takes the
    one the fields tell, else the kind's first. A field that is None takes back what the source said of it.
    """

    kind: str
    fields: Mapping[str, Any]
    id: str = ""
    verb: str = ""
    source: Source = DOCUMENT


@dataclass(frozen=True)
class Amendment:
    """One field of a record to be put right on somebody's ``authority``; None takes the value away."""

    record: str
    field: str
    now: Any
    authority: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True)
class Fault:
    """Why something was refused: the place of the draft in its request (-1: the request itself), the record (or its
    kind), the field (empty: the draft as a whole) and the rule."""

    index: int
    record: str
    field: str
    rule: str

    def __str__(self) -> str:
        """Record, field and rule in one line."""
        return ": ".join(part for part in (self.record, self.field, self.rule) if part)


class RefusedError(FactError):
    """A request that cannot be recorded; nothing of it was. ``faults`` has every reason, the message all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


Complaint = tuple[str, str]
"""Field and rule."""


@dataclass
class Reading:
    """A draft as read by itself: the values to keep, the fields taken back, and what is wrong."""

    kind: str
    said: dict[str, Any] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    source: Source = DOCUMENT
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def spoilt(self) -> set[str]:
        """The fields that were refused."""
        return {name for name, _ in self.complaints}


def read(draft: Draft, today: date) -> Reading:
    """Read one draft by itself. Whatever is wrong with it is in ``complaints``; nothing is raised."""
    reading = Reading(draft.kind)
    kind = KINDS.get(draft.kind) if isinstance(draft.kind, str) else None
    if kind is None or not kind.published:
        known = ", ".join(name for name, claims in KINDS.items() if claims.published)
        reading.complaints.append(("kind", f"there is no kind of record {shown(draft.kind)}; there are {known}"))
        return reading
    for name, value in draft.fields.items():
        if name not in kind.__struct_fields__:
            known = ", ".join(kind.__struct_fields__)
            reading.complaints.append((plain(name), f"a {kind.kind} has no such field; it has {known}"))
        elif value is None:
            reading.gone.append(name)
        else:
            found, rules = value_of(kind, name, value, today)
            reading.complaints += [(name, rule) for rule in rules]
            if not rules:
                reading.said[name] = found
    if draft.verb and draft.verb not in kind.verbs:
        reading.complaints.append(
            ("verb", f"a {kind.kind} is not {shown(draft.verb)}; it is {' or '.join(kind.verbs)}")
        )
    named = str(draft.id).partition(":")[0]  # a text, which is about any record, has that record's id within its own
    if named in KINDS and named != kind.kind and () not in kind.refers_to.values():
        reading.complaints.append(("id", f"{shown(draft.id)} is the id of a {named}, not of a {kind.kind}"))
    reading.complaints += [("id", rule) for rule in _text("id", draft.id, blank=True)]
    reading.source, rules = _source(draft.source)
    reading.complaints += [("source", rule) for rule in rules]
    return reading


def _source(source: Source) -> tuple[Source, list[str]]:
    rules = [*_text("name", source.name), *_text("row", source.row, True), *_text("document", source.document, True)]
    if not 0 <= source.part <= NUMBER:
        rules.append(f"part: {shown(source.part)} is not a whole number from 0 to {NUMBER:,}; the first part is 0")
    if not source.document or rules:
        return source, rules
    try:
        return msgspec.structs.replace(source, document=canonical(source.document)), []
    except SymbolError as error:
        return source, [f"document: {error}"]


def value_of(kind: type[Claims], name: str, value: Any, today: date) -> tuple[Any, list[str]]:
    """A field's value as it is to be kept (symbols canonical, references with their kind), and its faults."""
    rules = list(_texts(name, value, {**LONG, **kind.long_texts}))
    if rules:
        return value, rules
    if isinstance(value, int | float) and value > NUMBER:  # JSON readers make a fraction of what has too many digits
        return value, [f"the number is too large: at most {NUMBER:,} is kept"]
    try:
        msgspec.convert({name: value}, kind)
    except msgspec.ValidationError as error:
        return value, [str(error).replace(f" - at `$.{name}`", "")]
    if name in kind.personal and isinstance(value, str) and value.startswith(SEALED):
        return value, ["this is how the archive refers to a name; state the name itself"]
    words = kind.words.get(name)
    if words is not None and value not in words:
        return value, [f"{shown(value)} is not one of {', '.join(words)}"]
    if name in kind.cited:
        try:
            return ([canonical(text) for text in value] if isinstance(value, list) else canonical(value)), []
        except SymbolError as error:
            return value, [str(error)]
    if name in kind.refers_to:
        return _references(kind.refers_to[name], value)
    if isinstance(value, int) and value < 0:
        return value, [f"not a whole number from 0 to {NUMBER:,}"]
    if name in (*kind.dated, *kind.days, *DAYS):
        return value, list(_day(kind, name, value, today))
    return value, []


def _references(kinds: tuple[str, ...], value: str | list[str]) -> tuple[Any, list[str]]:
    """One record named by its id, or several."""
    if isinstance(value, str):
        return _reference(kinds, value)
    found = [_reference(kinds, one) for one in value]
    return [named for named, _ in found], [rule for _, rules in found for rule in rules]


def _reference(kinds: tuple[str, ...], value: str) -> tuple[str, list[str]]:
    """A record named by its id; where only one kind can be meant, it may be left out."""
    named = value.partition(":")[0]
    if len(kinds) == 1 and named not in KINDS:
        return f"{kinds[0]}:{value}", []
    if named not in (kinds or KINDS) or not KINDS[named].published:
        return value, [f"{shown(value)} is no record id of a {' or '.join(kinds) or 'known kind'}"]
    return value, []


def _day(kind: type[Claims], name: str, value: str, today: date) -> Iterator[str]:
    try:
        interval = parse_iso(value)
        begins = [parse_iso(end).first for end in value.split("/")]
    except CalendarError as error:
        yield str(error)
        return
    if name in kind.dated and interval.first < IN_FORCE:
        yield f"{value} is before the Charter entered into force ({IN_FORCE.isoformat()})"
    if name not in kind.ahead and max(begins) > today:
        yield f"{value} is in the future: today is {today.isoformat()}"


def _texts(name: str, value: Any, long: Mapping[str, int]) -> Iterator[str]:
    """What is wrong with the texts in a value: one, a list of them, or who voted how."""
    if isinstance(value, str):
        yield from _text(name, value, long=long)
    elif isinstance(value, list | dict):
        if len(value) > ITEMS:
            yield f"{len(value):,} items; at most {ITEMS} are kept"
            return
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            if isinstance(item, str):
                yield from _text(name, item, long=long)


def _text(name: str, text: Any, blank: bool = False, long: Mapping[str, int] = LONG) -> Iterator[str]:
    """What is wrong with one text: too long, empty, or holding what is no character of a text."""
    if not isinstance(text, str):
        yield f"{shown(text)} is no text"
        return
    most = long.get(name, LINE)
    if len(text) > most:
        yield f"{len(text):,} characters; at most {most:,} are kept"
    if not blank and not text.strip():
        yield "the text is empty; leave the field out, or give null to take back what was said"
    for place, character in enumerate(text):
        category = unicodedata.category(character)
        if category == "Cs":
            yield f"character {place + 1} is half of a surrogate pair (U+{ord(character):04X}), which is no character"
            return
        if category == "Cf" and character not in FORMAT:
            yield (
                f"character {place + 1} is an invisible one (U+{ord(character):04X}), which can make a text read "
                "otherwise than it is written; leave it out"
            )
            return
        if category == "Cc" and not (name in long and character in "\n\t"):
            yield f"character {place + 1} is a control character (U+{ord(character):04X})"
            return


def shown(value: Any) -> str:
    """A value in a message: as Python writes it, cut short."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def plain(name: Any) -> str:
    """A name somebody gave, fit for a message: as it is where it is a short printable text."""
    return name if isinstance(name, str) and name.isprintable() and len(name) <= 200 else shown(name)


def texts_of(name: str, text: Any) -> list[str]:
    """What is wrong with a text that is no field of a record: a clerk's name, a key, an authority, a reason."""
    rules = list(_text(name, text))
    if not rules and name in ("authority", "reason") and not any(character.isalnum() for character in text):
        rules.append("there is no letter or digit in it: say on whose authority, and why")
    return rules


def field_of(kind: type[Claims], message: str) -> Complaint:
    """Field and rule of a message from :meth:`domain.facts.Claims.vet`, which names the field first, where it does."""
    named, colon, rest = message.partition(": ")
    if colon and named in kind.__struct_fields__:
        return named, rest
    first = message.split(" ", 1)[0]
    if first == "ballot":
        return "ballots", message
    return (first if first in kind.__struct_fields__ else ""), message
