"""A hearing: one request judged at one position of the log, with everything that is wrong with it.

All drafts are laid on the clerk's desk before any is judged, so that their order does not matter, and so that records
that the request makes may name each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from domain.archive import Archive, ConflictError
from domain.cases import Case
from domain.decisions import Outcome, corrected, decide, validate
from domain.desk import Desk
from domain.drafts import (
    EVENT_BYTES,
    LINE,
    Amendment,
    Complaint,
    Draft,
    Fault,
    Reading,
    RefusedError,
    field_of,
    plain,
    shown,
)
from domain.facts import CORRECTED, Claims, Correction, FactError, Pending, Source
from domain.identity import how_named, placed, series_of, told_by
from domain.kinds import KINDS
from domain.practice import complaints
from domain.records import Record, Statement
from domain.sealing import NAMING, WITHHELD, repeating
from domain.steps import steps
from domain.submissions import Submission

SEAL_BYTES: Final = 4_000
"""How much longer the seals of the longest names make an event."""
_SEALED: Final = frozenset(name for name, kind in KINDS.items() if kind.personal)
NOTE: Final = "recorded live"
"""What the log's list of transactions notes of a request."""
THE_REQUEST: Final = -1
"""The index of a fault that is of the request and of no draft in it."""


@dataclass(frozen=True)
class Recorded:
    """What became of a request.

    ``records``: for each draft the record it speaks of. ``outcomes``: for each of these records, once, what became of
    it. ``first`` and ``last``: the positions of the transaction; where nothing was written (a dry run, nothing new),
    ``first`` is 0 and ``last`` the position the request was judged at. ``repeated``: the request had been recorded
    before under the same key; this is what it did then.
    """

    first: int
    last: int
    records: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    repeated: bool = False


Made = tuple[str, int, str, str]
"""An event: its record, version and verb, and for a correction the field."""


def outcomes(records: Iterable[str], events: Sequence[Made]) -> tuple[Outcome, ...]:
    """What events did to records, one outcome for each record."""
    found = []
    for record in dict.fromkeys(records):
        own = [event for event in events if event[0] == record]
        said = [version for _, version, verb, _ in own if verb != CORRECTED]
        put_right = tuple(dict.fromkeys(name for _, _, verb, name in own if verb == CORRECTED))
        opened = 1 in said
        found.append(Outcome(record, opened=opened, attested=bool(said) and not opened, corrected=put_right))
    return tuple(found)


@dataclass
class _Heard:
    """A draft or amendment on the desk: its place, its record, and the complaints its record had before (``old``)."""

    index: int
    record: str
    source: Source | None
    refused: dict[str, Any] | None = None
    """What a draft says that is refused already: the rest of it is judged all the same."""
    old: set[Complaint] = field(default_factory=set)


class Hearing:
    """One request judged at one position of the log: what is to be written, or everything that is wrong with it."""

    def __init__(self, archive: Archive, position: int, by: str, versions: dict[str, int]) -> None:
        self._archive, self._position, self._by = archive, position, by
        self._versions = versions
        self._desk = Desk(archive, position)
        self._faults: list[Fault] = []
        self._heard: list[_Heard] = []
        self.made: list[Made] = []
        self._records: list[str] = []
        self.facts: list[Pending] = []

    def hear(self, request: Sequence[Draft | Amendment], readings: Sequence[Reading]) -> None:
        """Lay every draft on the desk, then judge them all, so that their order does not matter.

        Raises :class:`RefusedError` with all faults, or :class:`ConflictError` for a record that has moved on.
        """
        for index, (entry, reading) in enumerate(zip(request, readings, strict=True)):
            if isinstance(entry, Draft):
                # A copy: the next number of a meeting is looked for anew when somebody else took it meanwhile.
                self._draft(index, entry, replace(reading, said=dict(reading.said)))
            else:
                self._amendment(index, entry, reading)
        for heard in self._heard:
            self._judge(heard)
        if self._faults:
            raise RefusedError(tuple(sorted(dict.fromkeys(self._faults), key=lambda fault: fault.index)))

    def sign(self, submission: str, request: str) -> None:
        """Put the note of the request behind what it makes."""
        claims = Submission(digest=request, records=self._records, events=len(self.made))
        self._lay(THE_REQUEST, [Pending(submission, "received", Source(name="submission"), claims)])
        if self._faults:
            raise RefusedError(tuple(self._faults))

    def told(self, first: int, last: int) -> Recorded:
        """What the request does to its records."""
        return Recorded(first, last, tuple(self._records), outcomes(self._records, self.made))

    def write(self) -> Recorded:
        """Write everything in one transaction, if the log still ends where it was judged.

        Raises :class:`domain.archive.ConflictError` if it does not.
        """
        register = Desk(self._archive, self._position)
        stating = [fact.source for fact in self.facts if fact.claims.kind != Submission.kind]
        sources = ", ".join(dict.fromkeys(source.document or source.name for source in stating))
        facts = self._archive.record(
            self.facts, by=self._by, source=sources[:LINE], note=NOTE, register=register, chunk=len(self.facts)
        )
        try:
            list(facts)
        except FactError:
            if self._archive.position() == self._position:
                raise
        last = register.position
        if last == self._position:  # what was to be written, somebody else wrote meanwhile, so that nothing was new
            raise ConflictError("somebody else recorded meanwhile; nothing of this was written: do it again")
        return self.told(last - len(self.made) + 1, last)

    # -- drafts

    def _draft(self, index: int, draft: Draft, reading: Reading) -> None:
        kind = KINDS.get(reading.kind)
        label = plain(draft.id or draft.kind)
        if kind is None or "kind" in reading.spoilt or "id" in reading.spoilt:
            self._complain(index, label, reading.complaints)
            self._records.append("")
            return
        record, trouble = self._named(kind, draft.id, reading)
        self._records.append(record)
        self._complain(index, record or label, [*reading.complaints, *trouble])
        if not record:
            return
        known = self._desk.get(record)
        source = _part(known, reading.source)
        statement = known.statement(source) if known else None
        before = dict(statement.fields) if statement else {}
        said = {name: value for name, value in {**before, **reading.said}.items() if name not in reading.gone}
        self._complain(index, record, _rules_of(kind, said, reading.spoilt))
        if kind.kind == "vote" and statement is not None:
            self._complain(index, record, _twice(statement, reading))
        if kind.kind == "presidency" and statement is not None:
            self._complain(index, record, _another_president(statement, reading))
        self._complain(index, record, _naming(kind, draft, reading, known))
        heard = _Heard(index, record, source)
        if known is not None and statement is not None:
            heard.old = set(complaints(Case(self._desk, kind.kind, record, before, known.reading())))
        self._heard.append(heard)
        refused = {fault.field for fault in self._faults if fault.index == index}
        if not refused:
            facts = _facts(kind, record, source, draft.verb, reading, before, known)
            if self._lay(index, facts):
                return
        self._desk.announced.add(record)
        heard.refused = {name: value for name, value in said.items() if name not in refused}

    def _named(self, kind: type[Claims], given: str, reading: Reading) -> tuple[str, list[Complaint]]:
        """The id of a draft's record: as given, as the fields tell, or the next number of its meeting."""
        if given:
            return (given if given.startswith(f"{kind.kind}:") else f"{kind.kind}:{given}"), []
        record = told_by(kind, reading.said)
        if record:
            return record, []
        series = series_of(kind, reading.said)
        if series:
            number = self._desk.free(series)
            if placed(kind):
                reading.said["number"] = number
            return f"{series}{number}", []
        missing = [name for name in kind.required if name not in reading.said and name not in reading.spoilt]
        if missing:
            return "", [(name, f"a {kind.kind} needs it") for name in missing]
        if reading.complaints:
            return "", []
        return "", [("id", how_named(kind))]

    # -- amendments

    def _amendment(self, index: int, amendment: Amendment, reading: Reading) -> None:
        record = plain(amendment.record)
        self._records.append(record)
        self._complain(index, record, reading.complaints)
        if reading.complaints:
            return
        known = self._desk.get(record)
        if known is None or not self._desk.version(record):
            self._complain(index, record, [("record", "there is no such record to correct")])
            return
        expected = self._versions.setdefault(record, self._desk.version(record))
        expected = expected if amendment.expected_version is None else amendment.expected_version
        if self._desk.version(record) != expected:
            raise ConflictError(
                f"{record} stands at version {self._desk.version(record)}, not {expected}: somebody else recorded "
                "about it; read it again"
            )
        reads, name, kind = known.reading(), amendment.field, KINDS[known.kind]
        was, now = reads.get(name), reading.said.get(name)
        if was == now:
            self._complain(index, record, [(name, f"it reads {shown(now)} already: nothing would change")])
            return
        if name in kind.personal and (known.redacted or was == WITHHELD) and now not in (None, WITHHELD):
            self._complain(index, record, [(name, "the name is withheld; it may be taken away, not stated again")])
            return
        told = {"authority": amendment.authority, "reason": amendment.reason, **_open_texts(kind, {name: now})}
        named = repeating(told, (*known.named, *((was, now) if name in kind.personal else ())))
        if named:
            self._complain(index, record, [(each, NAMING) for each in named])
            return
        old = set(complaints(Case(self._desk, known.kind, record, reads, reads)))
        try:
            validate(known.kind, corrected(known, name, now))
        except FactError as error:
            self._complain(index, record, [_named_field(kind, str(error), name)])
            return
        correction = Correction(field=name, was=was, now=now, authority=amendment.authority, reason=amendment.reason)
        if self._lay(index, [Pending(record, CORRECTED, Source(name="correction"), correction)]):
            self._heard.append(_Heard(index, record, None, None, old))

    # -- both

    def _complain(self, index: int, record: str, found: Iterable[Complaint]) -> None:
        self._faults += [Fault(index, record, name, rule) for name, rule in found]

    def _judge(self, heard: _Heard) -> None:
        """Hold a record, as the whole request leaves it, to the Council's practice; what was amiss before is let be."""
        known = self._desk.get(heard.record)
        reads = known.reading() if known else {}
        statement = known.statement(heard.source) if known and heard.source else None
        said = heard.refused if heard.refused is not None else statement.fields if statement else reads
        case = Case(self._desk, heard.record.partition(":")[0], heard.record, said, {**reads, **said})
        refused = {fault.field for fault in self._faults if fault.index == heard.index}
        found = [each for each in complaints(case) if each not in heard.old and each[0] not in refused]
        self._complain(heard.index, heard.record, found)

    def _lay(self, index: int, facts: Sequence[Pending]) -> bool:
        """Fold facts in on the desk and keep them for writing; False, with a fault, if they cannot be recorded."""
        now = "0000-00-00T00:00:00.000000Z"
        for fact in facts:
            try:
                _, decided = decide(self._desk.get(fact.record), fact)
            except FactError as error:
                message = str(error).removeprefix(f"{fact.record}: ")
                self._complain(index, fact.record, [field_of(type(fact.claims), message)])
                return False
            for verb, claims in decided:
                event = self._desk.place(fact, verb, claims, now, self._by)
                size = len(event.state) + (SEAL_BYTES if fact.record.partition(":")[0] in _SEALED else 0)
                if size >= EVENT_BYTES:
                    rule = f"written out it takes {size:,} bytes; an event takes less than {EVENT_BYTES:,}"
                    self._complain(index, fact.record, [("", rule)])
                    return False
                name = claims.field if isinstance(claims, Correction) else ""
                self.made.append((fact.record, event.originator_version, verb, name))
            self.facts += [fact] if decided else []
        return True


def _part(known: Record | None, source: Source) -> Source:
    """Documents share the name of their source: two of them that speak of one record are two statements."""
    if known is None or source.name != "document" or source.part:
        return source
    own = [statement for statement in known.statements if statement.source == source.name]
    same = [statement.part for statement in own if statement.document == source.document]
    part = same[0] if same else max((statement.part + 1 for statement in own), default=0)
    return msgspec.structs.replace(source, part=part)


def _open_texts(kind: type[Claims], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said in fields that are neither sealed nor of a closed list: it stays in the log in clear."""
    return {name: value for name, value in said.items() if name not in kind.personal and name not in kind.words}


def _naming(kind: type[Claims], draft: Draft, reading: Reading, known: Record | None) -> list[Complaint]:
    """The texts of a draft in which a name stands in clear that it, or its record, keeps under seal."""
    names = [*(known.named if known else ()), *(reading.said.get(name) for name in kind.personal)]
    source = {f"source.{name}": getattr(reading.source, name) for name in ("name", "row", "document")}
    found = repeating({"id": draft.id, **_open_texts(kind, reading.said), **source}, names)
    return [("source", f"{name[7:]}: {NAMING}") if name.startswith("source.") else (name, NAMING) for name in found]


def _rules_of(kind: type[Claims], said: dict[str, Any], spoilt: set[str]) -> list[Complaint]:
    """What the kind itself has against a statement, all of it: fields that are found wanting are left out in turn."""
    missing = [name for name in kind.required if name not in said and name not in spoilt]
    found: list[Complaint] = [(name, f"a {kind.kind} needs it") for name in missing]
    left = {name: value for name, value in said.items() if name not in spoilt}
    while True:
        try:
            msgspec.convert(left, kind).check()
        except FactError as error:
            complaint = field_of(kind, str(error))
            about_missing = not spoilt.isdisjoint(kind.required) or missing
            if not about_missing or complaint[0] in left:
                found.append(complaint)
            if complaint[0] not in left:
                return found
            del left[complaint[0]]
        else:
            return found


def _twice(statement: Statement, reading: Reading) -> list[Complaint]:
    """A vote is recorded once by a source: the same source may add to it, not take another vote under its id."""
    said, known = reading.said, statement.fields
    changed = [name for name in said if name in known and known[name] != said[name]]
    if changed:
        rule = "the vote is recorded already (position {}) with {}; put it right with a correction"
        return [(name, rule.format(statement.position or "in this request", shown(known[name]))) for name in changed]
    if not set(said) - set(known) and not set(reading.gone) & set(known):
        where = f"position {statement.position}" if statement.position else "in this request"
        return [("id", f"the vote is recorded already ({where}), and this adds nothing to it")]
    return []


def _another_president(statement: Statement, reading: Reading) -> list[Complaint]:
    """One source gives a month one president; another source may give another, and both are kept."""
    known, said = statement.fields.get("member"), reading.said.get("member")
    if not known or not said or known == said:
        return []
    rule = "this source gives {} the month already; put that right with a correction, or name the other source"
    return [("member", rule.format(known))]


def _facts(
    kind: type[Claims],
    record: str,
    source: Source,
    verb: str,
    reading: Reading,
    before: Mapping[str, Any],
    known: Record | None,
) -> list[Pending]:
    """What a draft adds, as facts: a source that spoke of the record before keeps what it said there."""
    if len(kind.verbs) == 1:
        merged = {name: value for name, value in {**before, **reading.said}.items() if name not in reading.gone}
        return [Pending(record, kind.verbs[0], source, msgspec.convert(merged, kind))]
    facts: list[Pending] = []
    if reading.said:
        needed = {name: before[name] for name in kind.required if name in before and name not in reading.gone}
        opening = known.verbs[0] if known and known.verbs[0] in kind.verbs else ""
        told = steps(kind, [verb] if verb else None, {**needed, **reading.said}, opening)
        facts = [Pending(record, step, source, msgspec.convert(fields, kind)) for step, fields in told]
    for name in reading.gone:
        if name in before:
            taken = Correction(
                field=name,
                was=before[name],
                authority=source.document or source.name,
                reason="the source takes it back",
                of=source.name,
                part=source.part,
            )
            facts.append(Pending(record, CORRECTED, source, taken))
    return facts


def _named_field(kind: type[Claims], message: str, otherwise: str) -> Complaint:
    name, rule = field_of(kind, message)
    return name or otherwise, rule
