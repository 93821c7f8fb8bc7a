"""What every event of the log carries (how it is written down: :mod:`domain.written`).

An event says that *somebody* (``recorded_by``) wrote down on ``recorded`` that, according to ``source``, something
``occurred`` in the world, and what exactly (``claims``). Claims are partial by nature: a field a source does not speak
of is absent, never guessed.

Topics are ``kind.verb`` and stable for ever: ``vote.taken``, ``vote.attested``, ``vote.corrected``. The first event of
a record opens it with a verb of the field; every further source that speaks of it *attests* beside it; a correction is
an event of its own, and so is a redaction. Nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from domain.calendar import CalendarError, parse_iso
from domain.charter import IN_FORCE

ATTESTED = "attested"
CORRECTED = "corrected"
REDACTED = "redacted"


class FactError(ValueError):
    """A claim that cannot be recorded. The message names the record, the field and the rule."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where a claim comes from: a data set and its row, or a document of the Council.

    ``name``: the data set (``sciencespo-votes``, ``library-meetings`` …) or ``document``.
    ``row``: the file and row (or key) in that data set, for a person to find it again; not an identity.
    ``document``: the symbol of the document that states the fact, where one is known.
    ``part``: tells apart several statements of one source about one record (0 is the first).
    """

    name: str
    row: str = ""
    document: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One real case of a kind, as its template shows it. Some names and days stand for what a clerk puts there.

    ``fields``: field → value. ``id``: only where no field determines it. ``source``: the document that states it, where
    none of the fields names that document.
    """

    fields: Mapping[str, Any]
    id: str = ""
    source: str = ""


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True):
    """What a source says of one record. ``None`` (or the default) means: it does not speak of this.

    A kind says of itself everything the other floors have to know: they read it here and keep no lists of kinds.
    """

    kind: ClassVar[str]
    verbs: ClassVar[tuple[str, ...]]
    """The verbs that may open a record of this kind."""
    compared: ClassVar[tuple[str, ...]]
    """The fields in which two sources can contradict each other; the others (titles, wordings) only differ."""

    required: ClassVar[tuple[str, ...]] = ()
    """The fields without which a statement of this kind speaks of nothing; every statement gives them."""
    dated: ClassVar[tuple[str, ...]] = ("date",)
    """The fields that hold a day of the Council's life, the one that dates the record first."""
    cited: ClassVar[tuple[str, ...]] = ()
    """The fields that hold document symbols, one or a list."""
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Field → the words of its closed list."""
    states: ClassVar[tuple[str, ...]] = ()
    """The fields that name a State by its code, one or a list."""
    personal: ClassVar[tuple[str, ...]] = ()
    """The fields that name a person who may need protection; they are written sealed."""
    published: ClassVar[bool] = True
    """Whether records of this kind are facts about the Council, and not the archive's own housekeeping."""

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Verb → the fields that tell of this step, for a kind that happens in several; the others go with the first."""
    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Field that names another record by its id → the kinds that may be meant; any kind where none is named."""
    in_a_sitting: ClassVar[bool] = False
    """Whether it happens in the meeting it names (``meeting``), on one of its days (``date``)."""
    days: ClassVar[tuple[str, ...]] = ()
    """Fields that hold a day and date no record, beside ``first`` and ``last``."""
    ahead: ClassVar[tuple[str, ...]] = ()
    """Fields whose day may be settled before it comes: holidays, terms, what is due."""
    long_texts: ClassVar[Mapping[str, int]] = {}
    """Fields whose text may run over several lines → the most characters kept of it."""

    named_by: ClassVar[tuple[str, ...]] = ()
    """The fields that :meth:`named` cannot do without."""
    binding: ClassVar[tuple[str, ...]] = ()
    """Fields that, where given, leave no id but the one they determine; else a record may go by a name of its own."""
    numbered_in: ClassVar[str] = ""
    """The field that names what records are counted within: a meeting, a month; ``number``, if any, holds the place."""
    how_named: ClassVar[str] = ""
    """What is asked of a clerk where neither the fields nor he say which record is meant."""
    example: ClassVar[Example] = Example({})
    """A real case, for the template."""

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """The id that the fields determine, all of ``named_by`` being given; empty where they do not settle it."""
        return ""

    @classmethod
    def nth(cls, within: str, number: int) -> str:
        """The id of a record counted within something: ``speech:S/PV.9410#12``."""
        return f"{cls.kind}:{within}#{number}"

    def vet(self) -> None:
        """Refuse claims that lack a required field, break a rule of their kind or give an impossible date.

        Raises :class:`FactError`, which names the field and the rule.
        """
        missing = [name for name in self.required if getattr(self, name) is None]
        if missing:
            raise FactError(f"a {self.kind} needs {' and '.join(missing)}")
        self.check_words()
        self.check()
        self.check_dates()

    def check_words(self) -> None:
        """Fields with a closed list hold one of its words. Raises :class:`FactError`."""
        for name, accepted in self.words.items():
            value = getattr(self, name)
            if value is not None and value not in accepted:
                raise FactError(f"{name} {value!r} is not one of {', '.join(accepted)}")

    def check(self) -> None:
        """Refuse claims that contradict the rules of their kind, whatever the source. Raises :class:`FactError`."""

    def check_dates(self) -> None:
        """Dates are ISO 8601 (partial or intervals) and not before the Charter. Raises :class:`FactError`."""
        for name in self.dated:
            value = getattr(self, name, None)
            if value is None:
                continue
            try:
                interval = parse_iso(value)
            except CalendarError as error:
                raise FactError(f"{name}: {error}") from error
            if interval.first < IN_FORCE:
                raise FactError(f"{name}: {value} is before the Charter entered into force ({IN_FORCE.isoformat()})")

    def occurred(self) -> str:
        """When it happened in the world, as far as the claims say: ISO 8601, partial or an interval; else empty."""
        first, last = getattr(self, "first", None) or "", getattr(self, "last", None) or ""
        day: str = next((value for name in self.dated if (value := getattr(self, name, None))), "")
        return day or (f"{first}/{last}" if last and last != first else first)


def said(sentence: str) -> msgspec.Meta:
    """What a field holds, in one sentence: it stands in the schema, the data package and the documentation."""
    return msgspec.Meta(description=sentence)


Text = str | None
Whole = int | None
Texts = list[str] | None
Truth = bool | None


@cache
def sentences(kind: type[Claims]) -> dict[str, str]:
    """Field → the sentence that says what it holds; fields without one are absent."""
    found: dict[str, str] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if get_origin(hint) is Annotated and name in kind.__struct_fields__:
            metas = [meta for meta in get_args(hint)[1:] if isinstance(meta, msgspec.Meta)]
            found[name] = metas[0].description or ""
    return found


C = TypeVar("C", bound=Claims)


class Correction(Claims, frozen=True, kw_only=True):
    """A field of a record, or of what one source said of it, is put right. The earlier value stays in the log.

    ``of`` names the source whose statement changes (a data set that published a changed row); empty when the
    record's own reading is corrected on somebody's authority.
    """

    kind: ClassVar[str] = ""
    verbs: ClassVar[tuple[str, ...]] = (CORRECTED,)
    compared: ClassVar[tuple[str, ...]] = ()

    field: str
    was: Any = None
    now: Any = None
    authority: str
    reason: str
    of: str = ""
    part: int = 0


class Redaction(Claims, frozen=True, kw_only=True):
    """The personal fields of a record are withheld from now on, also where they are stated again.

    ``fields``: those in which somebody was named. What was named is opened by nobody any more: the keys are destroyed.
    """

    kind: ClassVar[str] = ""
    verbs: ClassVar[tuple[str, ...]] = (REDACTED,)
    compared: ClassVar[tuple[str, ...]] = ()

    authority: str
    reason: str
    fields: list[str]


class Event(msgspec.Struct, Generic[C], frozen=True, omit_defaults=True, kw_only=True):
    """The written form of one event (JSON). ``occurred`` is ISO 8601, possibly partial or an interval (``a/b``)."""

    occurred: str = ""
    recorded: str
    recorded_by: str
    source: Source
    claims: C


@dataclass(frozen=True, slots=True)
class Pending:
    """A fact on its way through the door: not yet placed in the log."""

    record: str
    verb: str
    source: Source
    claims: Claims


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands in the log. ``claims`` holds only the fields that were stated.

    A sealed field holds a reference (:mod:`domain.sealing`).
    """

    position: int
    record: str
    version: int
    topic: str
    occurred: str
    recorded: str
    recorded_by: str
    source: Source
    claims: dict[str, Any]

    @property
    def kind(self) -> str:
        """The kind of record: ``vote``, ``meeting`` …"""
        return self.topic.partition(".")[0]

    @property
    def verb(self) -> str:
        """What the event says: ``taken``, ``attested``, ``corrected`` …"""
        return self.topic.partition(".")[2].partition("/")[0]


def stated(claims: Claims) -> dict[str, Any]:
    """The fields a claim speaks of, as JSON-ready values."""
    values: dict[str, Any] = msgspec.to_builtins(claims)
    return values
