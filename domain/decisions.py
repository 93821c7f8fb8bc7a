"""Decisions: what a fact adds to a record, as the door decides it. Nothing is read or written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.facts import ATTESTED, CORRECTED, Claims, Correction, FactError, Pending, Redaction, stated
from domain.kinds import KINDS
from domain.records import Record, Statement
from domain.sealing import NAMING, WITHHELD, repeating


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fact at the door: opened a record, attested beside, corrected fields, or already known."""

    record: str
    opened: bool = False
    attested: bool = False
    corrected: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """The fact stood in the log already; nothing was added."""
        return not (self.opened or self.attested or self.corrected)


def decide(record: Record | None, fact: Pending) -> tuple[Outcome, list[tuple[str, Claims]]]:
    """What a fact adds to a record: the events to write, as (verb, claims). Raises :class:`FactError`.

    The record's names are opened. One that is withheld is equal to any that is stated, and is never written again.
    """
    if isinstance(fact.claims, Correction):
        return _decide_correction(record, fact, fact.claims)
    kind = type(fact.claims)
    if kind is Redaction:
        raise FactError(f"{fact.record}: a redaction is nothing that a source states; it is made with `council redact`")
    if fact.verb not in kind.verbs:
        raise FactError(f"{fact.record}: a {kind.kind} is not {fact.verb!r}; it is {' or '.join(kind.verbs)}")
    try:
        fact.claims.vet()
    except FactError as error:
        raise FactError(f"{fact.record}: {error}") from error
    if record is None:
        return Outcome(fact.record, opened=True), [(fact.verb, fact.claims)]
    if record.kind != kind.kind:
        raise FactError(f"{fact.record} is a {record.kind}, not a {kind.kind}")
    statement = record.statement(fact.source)
    withheld = _withheld(record, statement)
    told = _withholding(fact.claims, withheld)
    several = len(kind.verbs) > 1
    if several and fact.verb not in record.verbs:
        return Outcome(fact.record, attested=True), [(fact.verb, told)]
    if statement is None:
        return Outcome(fact.record, attested=True), [(ATTESTED, told)]
    says = stated(told)
    names = [name for name in says if statement.fields.get(name) != says[name]]
    if not several:
        names += [name for name in statement.fields if name not in says]
    names = [name for name in names if name not in withheld]
    corrections: list[tuple[str, Claims]] = [
        (
            CORRECTED,
            Correction(
                field=name,
                was=statement.fields.get(name),
                now=says.get(name),
                authority=fact.source.name,
                reason="the source now states it so",
                of=fact.source.name,
                part=fact.source.part,
            ),
        )
        for name in names
    ]
    return Outcome(fact.record, corrected=tuple(names)), corrections


def statement_of(fact: Pending) -> tuple[str, str, int]:
    """Which statement a fact is of: its record, its source, and the part of it."""
    return fact.record, fact.source.name, fact.source.part


def vet_together(record: Record | None, facts: Sequence[Pending]) -> None:
    """Hold facts of one statement, told in several steps, to the rules of their kind: together, and with what the
    source had said of the record before. What adds nothing is not judged again.

    Corrections are held to :func:`refuse_naming`. Raises :class:`FactError`, which names the record, the field and the
    rule.
    """
    for fact in facts:
        if isinstance(fact.claims, Correction):
            refuse_naming(record, fact.record, fact.claims)
    kind = KINDS[record.kind] if record else type(facts[0].claims)
    if len(kind.verbs) == 1 or any(type(fact.claims) not in (kind, Correction) for fact in facts):
        return  # what is of another kind, or a redaction, is refused by itself
    statement = record.statement(facts[0].source) if record else None
    before = statement.fields if statement else {}
    whole = dict(before)
    for claims in (fact.claims for fact in facts):
        if not isinstance(claims, Correction):
            whole.update(stated(claims))
        elif claims.of:  # the source takes back, or puts right, what it said; others put the record right, not this
            whole[claims.field] = claims.now
    whole = {name: value for name, value in whole.items() if value is not None}
    if whole == before:
        return
    try:
        validate(kind.kind, whole)
    except FactError as error:
        raise FactError(f"{facts[0].record}: {error}") from error


def _withheld(record: Record, statement: Statement | None) -> tuple[str, ...]:
    """The fields in which a source names nobody any more: all of a redacted record, or what it has withheld itself."""
    personal = KINDS[record.kind].personal
    if record.redacted or not personal:
        return personal
    return tuple(name for name in personal if statement and statement.fields.get(name) == WITHHELD)


def _withholding(claims: Claims, names: Sequence[str]) -> Claims:
    """The same claims, without the names they give in these fields."""
    given = {name: WITHHELD for name in names if getattr(claims, name) is not None}
    return msgspec.structs.replace(claims, **given) if given else claims


def _decide_correction(
    record: Record | None, fact: Pending, correction: Correction
) -> tuple[Outcome, list[tuple[str, Claims]]]:
    """A correction on somebody's authority that arrives among facts: nothing if the record already reads so."""
    if record is None:
        raise FactError(f"there is no record {fact.record!r} to correct")
    known = KINDS[record.kind].__struct_fields__
    if correction.field not in known:
        raise FactError(f"{fact.record}: a {record.kind} has no field {correction.field!r}; it has {', '.join(known)}")
    reads = record.corrections.get(correction.field, (record.reading().get(correction.field), 0))[0]
    if reads == correction.now:
        return Outcome(fact.record), []
    if correction.field in KINDS[record.kind].personal and correction.now not in (None, WITHHELD):
        refuse_redacted(record, correction.field)
        if reads == WITHHELD != correction.was:  # from an export that was made before the source withheld it
            return Outcome(fact.record), []
    try:
        validate(record.kind, corrected(record, correction.field, correction.now))
    except FactError as error:
        raise FactError(f"{fact.record}: {error}") from error
    return Outcome(fact.record, corrected=(correction.field,)), [(CORRECTED, correction)]


def refuse_redacted(record: Record, field: str) -> None:
    """Refuse to state a personal field of a redacted record again. Raises :class:`FactError`."""
    if record.redacted:
        raise FactError(f"{record.id}: {field} is withheld for ever; it may be taken away, but not be stated again")


def refuse_naming(record: Record | None, record_id: str, correction: Correction) -> None:
    """Refuse a correction whose authority or reason repeats a name that its record keeps, or kept, under seal.

    Both stay in the log in clear, also when the name is withheld. What the record reads already adds nothing and is let
    be. Raises :class:`FactError`.
    """
    kind = KINDS.get(record_id.partition(":")[0])
    if kind is None or not kind.personal:
        return
    if record is not None and record.corrections.get(correction.field, (..., 0))[0] == correction.now:
        return
    names = record.named if record else ()
    if correction.field in kind.personal:
        names = (*names, correction.was, correction.now)
    told = repeating({"authority": correction.authority, "reason": correction.reason}, names)
    if told:
        raise FactError(f"{record_id}: {' and '.join(told)} of the correction of {correction.field}: {NAMING}")


def corrected(record: Record, field: str, now: Any) -> dict[str, Any]:
    """The fields of a record as they will read when one of them is put right; None takes it away."""
    return {name: value for name, value in {**record.reading(), field: now}.items() if value is not None}


def validate(kind: str, fields: Mapping[str, Any]) -> Claims:
    """Typed claims of a kind from plain values. Raises :class:`FactError` naming the field and what is expected."""
    try:
        claims = msgspec.convert(dict(fields), KINDS[kind])
    except KeyError:
        raise FactError(f"there is no kind of record {kind!r}; there are {', '.join(KINDS)}") from None
    except msgspec.ValidationError as error:
        raise FactError(f"{kind}: {error}") from error
    claims.vet()
    return claims
