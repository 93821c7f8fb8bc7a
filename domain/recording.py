"""Recording live: what a clerk states today, held to the Council's practice, written whole or not at all.

The command line and the API both record through here. A request is a list of drafts and amendments; all its faults are
reported at once (:class:`RefusedError`), and if there is none, it is one transaction of the log. Imports of historical
sources go through :meth:`domain.archive.Archive.record` alone: they record what their source states.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from domain.archive import Archive, ConflictError, Outcome, corrected, decide, validate
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
    read,
    shown,
    texts_of,
    value_of,
)
from domain.facts import CORRECTED, Claims, Correction, FactError, Pending, Source
from domain.identity import NEEDED, NUMBERED, PLACED, series_of, told_by
from domain.kinds import KINDS
from domain.practice import Case, complaints
from domain.records import Record, Statement
from domain.sealing import WITHHELD
from domain.steps import steps
from domain.submissions import Submission, digest, submission_id

__all__ = ["Amendment", "Draft", "Fault", "Recorded", "RefusedError", "correct_live", "record_live", "submit"]

MOST: Final = 1_000
"""Drafts and amendments in one request."""
ATTEMPTS: Final = 20
"""How often a request is judged anew because somebody else recorded meanwhile, before it is given up."""
SEAL_BYTES: Final = 4_000
"""How much longer the seals of the longest names make an event."""
_SEALED: Final = frozenset(name for name, kind in KINDS.items() if kind.personal)
NOTE: Final = "recorded live"
"""What the log's list of transactions notes of a request."""
THE_REQUEST: Final = -1
"""The index of a fault that is of the request and of no draft in it."""

log = logging.getLogger(__name__)


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


def record_live(
    archive: Archive,
    drafts: Sequence[Draft],
    *,
    by: str,
    key: str | None = None,
    today: date | None = None,
    dry_run: bool = False,
) -> Recorded:
    """Record drafts in one transaction, or none of them.

    A source that has spoken of a record adds to what it said: fields it does not mention stay, a field that is None is
    taken back. Another source attests beside. ``key``: the same request sent again under it returns the first result.
    ``today``: the day after which nothing can have happened (today in UTC). ``dry_run`` judges and writes nothing.

    Raises :class:`RefusedError` with every fault, and :class:`domain.archive.ConflictError` when others keep recording
    meanwhile.
    """
    return submit(archive, drafts, by=by, key=key, today=today, dry_run=dry_run)


def correct_live(
    archive: Archive,
    record: str,
    field: str,
    now: Any,
    *,
    authority: str,
    reason: str,
    by: str,
    expected_version: int | None = None,
    key: str | None = None,
    today: date | None = None,
) -> Recorded:
    """Put one field of a record right on somebody's authority; None takes the value away.

    Raises :class:`RefusedError` for an unknown record or field, a value that breaks a rule or changes nothing, and
    :class:`domain.archive.ConflictError` when the record has moved on from ``expected_version``, or moves on while
    this is being recorded.
    """
    amendment = Amendment(record, field, now, authority, reason, expected_version)
    return submit(archive, [amendment], by=by, key=key, today=today)


def submit(
    archive: Archive,
    request: Sequence[Draft | Amendment],
    *,
    by: str,
    key: str | None = None,
    today: date | None = None,
    dry_run: bool = False,
) -> Recorded:
    """Record drafts and amendments together, in one transaction or not at all; otherwise as :func:`record_live`."""
    _vet_request(request, by, key)
    today = today or datetime.now(UTC).date()
    readings = [read(entry, today) if isinstance(entry, Draft) else _read_amendment(entry, today) for entry in request]
    sound = not any(reading.complaints for reading in readings)
    request_digest = (
        digest([_written(entry, reading) for entry, reading in zip(request, readings, strict=True)]) if sound else ""
    )
    versions: dict[str, int] = {}
    for attempt in range(1, ATTEMPTS + 1):
        position = archive.position()
        if key and sound:
            earlier = _earlier(archive, submission_id(by, key), request_digest)
            if earlier is not None:
                return earlier
        hearing = Hearing(archive, position, today, by, versions)
        try:
            hearing.hear(request, readings)
            if key:
                hearing.sign(submission_id(by, key), request_digest)
            if dry_run or not hearing.made:
                return hearing.told(0, position)
            return hearing.write()
        except (RefusedError, ConflictError):
            if attempt == ATTEMPTS or archive.position() == position:
                raise
            log.info("somebody else recorded meanwhile; judging the request again (attempt %d)", attempt + 1)
    raise AssertionError("the last attempt returns or raises")


# -- the request -----------------------------------------------------------------------------------------------------


def _vet_request(request: Sequence[Draft | Amendment], by: str, key: str | None) -> None:
    faults = [("by", rule) for rule in texts_of("by", by)]
    if key is not None:
        faults += [("key", rule) for rule in texts_of("key", key)]
    if not request:
        faults.append(("", "there is nothing to record"))
    if len(request) > MOST:
        faults.append(("", f"{len(request):,} drafts in one request; at most {MOST:,}: send it in parts"))
    if faults:
        raise RefusedError(tuple(Fault(THE_REQUEST, "request", *fault) for fault in faults))


def _read_amendment(amendment: Amendment, today: date) -> Reading:
    """An amendment read by itself: its record's kind, the field's new value, authority and reason."""
    reading = Reading(str(amendment.record).partition(":")[0])
    for name in ("record", "authority", "reason"):
        reading.complaints += [(name, rule) for rule in texts_of(name, getattr(amendment, name))]
    kind = KINDS.get(reading.kind)
    if kind is None or not kind.published:
        reading.complaints.append(("record", f"{shown(amendment.record)} is no record id, such as vote:S/RES/2720"))
    elif amendment.field not in kind.__struct_fields__:
        known = ", ".join(kind.__struct_fields__)
        reading.complaints.append((plain(amendment.field), f"a {kind.kind} has no such field; it has {known}"))
    elif amendment.now is None:
        reading.gone.append(amendment.field)
    else:
        value, rules = value_of(kind, amendment.field, amendment.now, today)
        reading.complaints += [(amendment.field, rule) for rule in rules]
        reading.said[amendment.field] = value
    return reading


def _written(entry: Draft | Amendment, reading: Reading) -> list[Any]:
    """A request's entry in plain values, for telling it from another one."""
    if isinstance(entry, Draft):
        source = msgspec.to_builtins(reading.source)
        return ["draft", entry.kind, entry.id, entry.verb, source, reading.said, sorted(reading.gone)]
    told = [entry.record, entry.field, reading.said, entry.authority, entry.reason, entry.expected_version]
    return ["amendment", *told]


def _earlier(archive: Archive, submission: str, request: str) -> Recorded | None:
    """What a request did when it was recorded, if it was. Raises :class:`RefusedError` if it was another request."""
    entries = archive.of(submission)
    if not entries:
        return None
    entry, known = entries[0], entries[0].claims
    if known["digest"] != request:
        rule = "another request was recorded under this key; give this one a key of its own"
        raise RefusedError((Fault(THE_REQUEST, "request", "key", rule),))
    first = entry.position - known["events"]
    events = archive.page(first - 1, known["events"]) if known["events"] else []
    records = tuple(known["records"])
    made = [(event.record, event.version, event.verb, event.claims.get("field", "")) for event in events]
    return Recorded(first, entry.position, records, _outcomes(records, made), repeated=True)


Made = tuple[str, int, str, str]
"""An event: its record, version and verb, and for a correction the field."""


def _outcomes(records: Iterable[str], events: Sequence[Made]) -> tuple[Outcome, ...]:
    """What events did to records, one outcome for each record."""
    found = []
    for record in dict.fromkeys(records):
        own = [event for event in events if event[0] == record]
        said = [version for _, version, verb, _ in own if verb != CORRECTED]
        put_right = tuple(dict.fromkeys(name for _, _, verb, name in own if verb == CORRECTED))
        opened = 1 in said
        found.append(Outcome(record, opened=opened, attested=bool(said) and not opened, corrected=put_right))
    return tuple(found)


# -- judging and writing ---------------------------------------------------------------------------------------------


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

    def __init__(self, archive: Archive, position: int, today: date, by: str, versions: dict[str, int]) -> None:
        self._archive, self._position, self._today, self._by = archive, position, today, by
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
        return Recorded(first, last, tuple(self._records), _outcomes(self._records, self.made))

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
        record = told_by(kind.kind, reading.said)
        if record:
            return record, []
        series = series_of(kind.kind, reading.said) if kind.kind in NUMBERED else ""
        if series:
            number = self._desk.free(series)
            if kind.kind in PLACED:
                reading.said["number"] = number
            return f"{series}{number}", []
        missing = [name for name in kind.required if name not in reading.said and name not in reading.spoilt]
        if missing:
            return "", [(name, f"a {kind.kind} needs it") for name in missing]
        if reading.complaints:
            return "", []
        return "", [("id", NEEDED.get(kind.kind, f"give an id, such as {kind.kind}:S/2023/970"))]

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
