"""The one door: facts enter the log here and are read back here. Nothing else touches the event store.

The event-sourcing library stands behind this file alone: a change of its event model costs one file. Storage is chosen
by environment settings (:func:`open_archive`), so that this floor knows of no database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol, cast

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, Mapper, StoredEvent

from domain.decisions import (
    Outcome,
    decide,
    statement_of,
    vet_together,
)
from domain.drafts import texts_of
from domain.facts import (
    CORRECTED,
    REDACTED,
    Claims,
    Correction,
    Entry,
    Event,
    FactError,
    Pending,
    Redaction,
    Source,
    stated,
)
from domain.kinds import KINDS
from domain.records import Record
from domain.sealing import WITHHELD, Keyring, Seals, references, repeating, repeats, words_of
from domain.written import decode as decode_entry
from domain.written import encode, topic_of, written_claims

CHUNK = 5_000
"""Facts per transaction in bulk recording: larger ones gain nothing and hold the log's lock longer."""
PAGE = 5_000
"""Events per page when the log is read through."""


class ConflictError(RuntimeError):
    """Somebody else recorded about the same record meanwhile; nothing of this was written. Read again and retry."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction of the log: which positions it holds, when and by whom it was recorded."""

    number: int
    first: int
    last: int
    recorded: str
    recorded_by: str
    source: str
    note: str


class Log(Protocol):
    """What the archive needs of an event store, beyond the library's own interface. Positions start at 1."""

    def insert_commit(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        recorded: str,
        recorded_by: str,
        source: str,
        note: str,
        after: int | None = None,
    ) -> tuple[int, int] | None:
        """Write the events and one row of ``commits`` in one transaction; return first and last position.

        Refuses with IntegrityError when a version is recorded already, or when the log no longer ends at ``after``.
        """

    def select_commits(self, after_number: int = 0, limit: int = 1000) -> Sequence[Any]:
        """Rows of ``commits`` in order."""

    def commit_at_time(self, recorded: str) -> int:
        """The last position before the first commit recorded later than a time (ISO, UTC); 0 if there is none.

        Once the clock has passed a time, its answer stands for ever, also when the clock is set back afterwards.
        """

    def select_raw(self, after_position: int, limit: int) -> Sequence[tuple[int, str, int, str, bytes]]:
        """Events in order of position: position, record, version, topic, state."""

    def select_raw_of(self, originator_id: str) -> Sequence[tuple[int, str, int, str, bytes]]:
        """All events of one record in order of version."""

    def max_position(self) -> int:
        """The position of the newest event; 0 when the log is empty."""

    def close(self) -> None:
        """Give the connections back."""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the library's own interface hands it out."""

    originator_id: str
    originator_version: int
    topic: str
    state: bytes


class _StateMapper(Mapper[str]):
    """Hands stored events through as they are: the topic is ours, the state is msgspec JSON."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return StoredEvent(
            domain_event.originator_id, domain_event.originator_version, domain_event.topic, domain_event.state
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return RecordedEvent(
            cast(str, stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )


class CouncilLog(Application[str]):
    """The library's application: one bounded context, text ids, our mapper."""

    name = "council"

    def construct_mapper(self) -> Mapper[str]:
        """The mapper between our written form and the store."""
        return _StateMapper(self.construct_transcoder())


class Archive:
    """The archive's door. Thread-safe for reading; writers meet at the store's lock and at record versions."""

    def __init__(
        self,
        log: Log,
        clock: Callable[[], datetime] | None = None,
        application: CouncilLog | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        self._log = log
        self._application = application
        self._seals = Seals(keyring, self._claims_written)
        self._clock = clock or (lambda: datetime.now(UTC))

    # -- reading -------------------------------------------------------------------------------------------------

    def position(self) -> int:
        """The position of the newest event; 0 for an empty archive."""
        return self._log.max_position()

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """Events in order of position, read in pages."""
        remaining = limit
        while remaining is None or remaining > 0:
            page = self.page(after, PAGE if remaining is None else min(PAGE, remaining))
            if not page:
                return
            yield from page
            after = page[-1].position
            if remaining is not None:
                remaining -= len(page)

    def page(self, after: int, limit: int) -> list[Entry]:
        """At most ``limit`` events after a position."""
        return [decode_entry(*row) for row in self._log.select_raw(after, limit)]

    def raw(self, after: int, limit: int) -> Sequence[tuple[int, str, int, str, bytes]]:
        """Stored events as they are written: position, record, version, topic, state."""
        return self._log.select_raw(after, limit)

    def of(self, record: str) -> list[Entry]:
        """All events of one record, oldest first; empty if there is no such record."""
        return [decode_entry(*row) for row in self._log.select_raw_of(record)]

    def record_of(self, record: str) -> Record | None:
        """A record folded from its events, with its names opened, or None."""
        entries = self.of(record)
        if not entries:
            return None
        folded = Record(record, entries[0].kind)
        for entry in entries:
            folded.apply(entry)
        return self.open_names(folded)

    def open_names(self, record: Record) -> Record:
        """Open the names a record holds as references, in place. It counts as redacted where a key is gone.

        Without a keyring they stay references.
        """
        if self._seals.keyring and record.named:
            record.named = tuple(self.opened(name) for name in record.named)
        for name in KINDS[record.kind].personal if self._seals.keyring else ():
            for fields in (statement.fields for statement in record.statements if name in statement.fields):
                fields[name], gone = self._open(fields[name])
                record.redacted |= gone
            if name in record.corrections:
                value, position = record.corrections[name]
                value, gone = self._open(value)
                record.corrections[name] = value, position
                record.redacted |= gone
        return record

    def _open(self, value: Any) -> tuple[Any, bool]:
        """A value opened, and whether its key is gone."""
        opened = self.opened(value)
        return opened, opened == WITHHELD != value

    def opened(self, value: Any) -> Any:
        """A value of a personal field as a reader may see it: a reference to a sealed text becomes that text.

        It becomes :data:`domain.sealing.WITHHELD` when the key is destroyed, or the archive has no keyring. Other
        values pass through. Raises :class:`domain.sealing.BrokenSealError` where log and keyring do not fit together.
        """
        return self._seals.opened(value)

    def _claims_written(self, record: str, version: int) -> dict[str, Any] | None:
        rows = self._log.select_raw_of(record)
        return next((written_claims(state) for _, _, nth, _, state in rows if nth == version), None)

    def names(self, record: str) -> dict[str, list[str]]:
        """The persons a record has ever named: field → each name once, as :meth:`opened` gives it, oldest first.

        Raises :class:`FactError` for an unknown record, one that names nobody sealed, and one that is redacted.
        """
        entries = self.of(record)
        if not entries:
            raise FactError(f"there is no record {record!r} to redact")
        if any(entry.verb == REDACTED for entry in entries):
            raise FactError(f"{record} is redacted already")
        found: dict[str, list[str]] = {}
        for field, held in (each for entry in entries for each in references(entry.topic, entry.claims)):
            texts, text = found.setdefault(field, []), self.opened(held)
            texts.extend([] if text in texts else [text])
        if not found:
            named_in = ", ".join(KINDS[entries[0].kind].personal)
            why = f"its {named_in} names nobody" if named_in else f"a {entries[0].kind} names no person"
            raise FactError(f"{record}: there is nothing to redact: {why}")
        return found

    def repeated(self, record: str, names: Mapping[str, Iterable[str]]) -> list[str]:
        """The fields of a record, not sealed themselves, in which one of these names stands in the log in clear.

        Where a statement comes from is read, too: ``source.name``, ``source.row`` and ``source.document``.
        """
        told = [name for each in names.values() for name in each]
        found: dict[str, None] = {}
        for entry in self.of(record):
            source = {f"source.{name}": getattr(entry.source, name) for name in ("name", "row", "document")}
            for field in repeating({**entry.claims, **source}, told):
                found[entry.claims["field"] if entry.verb == CORRECTED and field in ("was", "now") else field] = None
        return list(found)

    def position_at(self, time: str) -> int:
        """The last position recorded by a time (ISO 8601; without offset it is UTC).

        A day, minute or second stands for its end, so that a time as a page shows it finds what that page showed.
        Nothing recorded later is within it, and the answer for a time gone by never changes. Raises
        :class:`FactError` for what is no time.
        """
        try:
            moment = datetime.fromisoformat(time)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            written = timestamp(moment + _precision(time))
        except (ValueError, OverflowError) as error:
            raise FactError(f"time {time!r} is not ISO 8601, such as 2023-09-05T00:00:00Z") from error
        return self._log.commit_at_time(written)

    def commits(self, after: int = 0) -> Iterator[Commit]:
        """The transactions of the log, oldest first."""
        while rows := self._log.select_commits(after, 1000):
            for row in rows:
                yield Commit(*row)
            after = rows[-1][0]

    # -- recording -----------------------------------------------------------------------------------------------

    def register(self, progress: Callable[[int], None] | None = None) -> Register:
        """All records folded in memory, for recording in bulk."""
        register = Register(self)
        for entry in self.entries():
            register.take(entry)
            if progress is not None:
                progress(1)
        register.complete = True
        return register

    def record(
        self,
        pending: Iterable[Pending],
        *,
        by: str,
        source: str = "",
        note: str = "",
        register: Register | None = None,
        chunk: int = CHUNK,
    ) -> Iterator[Outcome]:
        """Record facts, in order, about ``chunk`` events to a transaction; yields one outcome for each fact.

        The steps of one statement, where they follow each other, are judged and written together. What the log knows
        already adds nothing; a second source attests beside the first; a source that now says something else yields
        corrections. Raises :class:`FactError` for a fact that breaks a rule (facts of earlier transactions stay,
        those of the current one are not written) and :class:`ConflictError` if another writer came between: about
        the same records or, when the facts were decided on a complete register, about any.
        """
        register = register or Register(self)
        for batch in _batches(pending, chunk):
            now = timestamp(self._clock())
            events: list[StoredEvent] = []
            outcomes: list[Outcome] = []
            try:
                for facts in batch:
                    vet_together(register.get(facts[0].record), facts)
                    for fact in facts:
                        outcome, decided = decide(register.get(fact.record), fact)
                        outcomes.append(outcome)
                        events += [register.place(fact, verb, claims, now, by) for verb, claims in decided]
                if events:
                    self._commit(self._closed(events), now, by, source, note, register)
            except BaseException:
                register.forget()  # facts are folded in that were not written
                raise
            yield from outcomes

    def correct(
        self,
        record: str,
        field: str,
        now: Any,
        *,
        authority: str,
        reason: str,
        by: str,
        source: Source | None = None,
        expected_version: int | None = None,
    ) -> Entry:
        """Put a field of a record right on somebody's authority. The earlier value stays in the log.

        Raises :class:`FactError` for an unknown record or field, an ill-formed value or a correction that changes
        nothing, for an authority or reason that repeats a name under seal, and :class:`ConflictError` when the record
        has moved on from ``expected_version``.
        """
        folded = self.record_of(record)
        if folded is None:
            raise FactError(f"there is no record {record!r} to correct")
        if expected_version is not None and folded.version != expected_version:
            raise ConflictError(f"{record} stands at version {folded.version}, not {expected_version}: read it again")
        was = folded.reading().get(field)
        correction = Correction(field=field, was=was, now=now, authority=authority, reason=reason)
        fact = Pending(record, CORRECTED, source or Source(name="correction"), correction)
        vet_together(folded, [fact])
        _, decided = decide(folded, fact)
        if not decided:
            raise FactError(f"{record}: {field} already reads {now!r}")
        return self._add(folded, CORRECTED, correction, fact.source, by)

    def redact(self, record: str, *, authority: str, reason: str, by: str) -> Entry:
        """Withhold for ever whom a record names: write that it was done, and destroy the keys of all its events.

        What the log holds stays as it is, and nobody can open it again. Raises :class:`FactError` as :meth:`names`
        does, without a keyring, and where authority or reason is empty, no text to be kept, or repeats the name or a
        word of it; :class:`ConflictError` if somebody recorded about the record meanwhile.
        """
        keyring = self._seals.need_keyring(record)
        persons = self.names(record)
        for what, text in (("an authority", authority), ("a reason", reason)):
            if not text.strip():
                raise FactError(f"{record}: a redaction needs {what}")
            for rule in texts_of(what.split()[-1], text):
                raise FactError(f"{record}: {what} as given cannot be kept: {rule}")
            for name in (name for each in persons.values() for name in each if name != WITHHELD):
                if (words := words_of(text, name)) or repeats(text, name):
                    which = f" (here: {', '.join(words)})" if words else ""
                    raise FactError(
                        f"{record}: {what} that repeats the name or a word of it{which} would keep it in the log: "
                        "say it without"
                    )
        folded = self.record_of(record)
        assert folded is not None  # it names somebody
        redaction = Redaction(authority=authority, reason=reason, fields=list(persons))
        entry = self._add(folded, REDACTED, redaction, Source(name="redaction"), by)
        keyring.destroy([record])
        return entry

    def reconcile(self) -> int:
        """Carry out the redactions that are in the log and not in the keyring; returns how many keys it destroyed.

        They are there after a crash, or when the keyring was restored from a backup. Cheap when there is nothing new.
        """
        keyring = self._seals.keyring
        if keyring is None:
            return 0
        destroyed, before = 0, keyring.reached()
        after = before if before <= self._log.max_position() else 0  # a log restored from a backup is shorter
        while rows := self._log.select_raw(after, PAGE):
            due = [record for _, record, _, topic, _ in rows if topic.partition(".")[2].startswith(f"{REDACTED}/")]
            destroyed += keyring.destroy(due) if due else 0
            after = rows[-1][0]
        if after != before:
            keyring.reach(after)
        return destroyed

    def _add(self, folded: Record, verb: str, claims: Correction | Redaction, source: Source, by: str) -> Entry:
        """Write one more event of a record in a transaction of its own: a correction or a redaction."""
        when = timestamp(self._clock())
        event = Event(recorded=when, recorded_by=by, source=source, claims=claims)
        version, topic = folded.version + 1, topic_of(folded.kind, verb)
        (stored,) = self._closed([StoredEvent(folded.id, version, topic, encode(event))])
        last = self._commit([stored], when, by, claims.authority, claims.reason, None)[1]
        return decode_entry(last, folded.id, version, topic, stored.state)

    def _closed(self, events: Sequence[StoredEvent]) -> list[StoredEvent]:
        """Events with the names of persons sealed."""
        told = [(str(each.originator_id), each.originator_version, each.topic, each.state) for each in events]
        return [StoredEvent(*each[:3], state) for each, state in zip(told, self._seals.closed(told), strict=True)]

    def _commit(
        self, events: list[StoredEvent], now: str, by: str, source: str, note: str, register: Register | None
    ) -> tuple[int, int]:
        try:
            after = register.position if register is not None and register.complete else None
            placed = self._log.insert_commit(
                events, recorded=now, recorded_by=by, source=source, note=note, after=after
            )
        except IntegrityError as error:
            raise ConflictError(
                "another writer recorded meanwhile, so that what was decided here may no longer hold; nothing of this "
                "transaction was written: do it again"
            ) from error
        assert placed is not None
        if register is not None:
            register.position = placed[1]
        return placed

    def close(self) -> None:
        """Give the store's connections back."""
        if self._application is not None:
            self._application.close()
        else:
            self._log.close()


def _batches(pending: Iterable[Pending], chunk: int) -> Iterator[list[list[Pending]]]:
    """Facts in batches of at least ``chunk``; those of one statement that follow each other stay together."""
    batch: list[list[Pending]] = []
    size = 0
    for _, together in groupby(pending, statement_of):
        batch.append(list(together))
        size += len(batch[-1])
        if size >= chunk:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Register:
    """Records folded in memory, read through from the log: what the door looks at to decide."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._records: dict[str, Record] = {}
        self.complete = False
        self.position = 0
        """The last position of the log that is folded in; what a complete register stands for."""

    def get(self, record: str) -> Record | None:
        """A record with its names opened, or None if the log has none of this id."""
        known = self._records.get(record)
        if known is not None:
            return self._archive.open_names(known)
        if not self.complete:
            known = self._archive.record_of(record)
            if known is not None:
                self._records[record] = known
        return known

    def of_kind(self, kind: str) -> Iterator[Record]:
        """All records of a kind known so far (all of them once the register is complete)."""
        return (self._archive.open_names(record) for record in self._records.values() if record.kind == kind)

    def take(self, entry: Entry) -> None:
        """Fold one event of the log in."""
        record = self._records.get(entry.record)
        if record is None:
            record = self._records[entry.record] = Record(entry.record, entry.kind)
        record.apply(entry)
        self.position = max(self.position, entry.position)

    def place(self, fact: Pending, verb: str, claims: Claims, now: str, by: str) -> StoredEvent:
        """Give a decided fact its version, fold it in, and return what is to be stored."""
        record = self._records.get(fact.record)
        version = record.version + 1 if record else 1
        kind = record.kind if record else fact.claims.kind
        occurred = fact.claims.occurred() if verb != CORRECTED else ""
        event = Event(occurred=occurred, recorded=now, recorded_by=by, source=fact.source, claims=claims)
        topic = topic_of(kind, verb)
        self.take(Entry(0, fact.record, version, topic, occurred, now, by, fact.source, stated(claims)))
        return StoredEvent(fact.record, version, topic, encode(event))

    def forget(self) -> None:
        """Drop everything folded: it is no longer what the log holds. From here on records are read one by one."""
        self._records.clear()
        self.complete = False


def timestamp(moment: datetime) -> str:
    """A time as the log writes it: UTC, microseconds, ``Z``; sorts as text."""
    # Not strftime: it writes the year 999 with three digits, which sorts after 2023.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def open_archive(environment: Mapping[str, str], keyring: Keyring | None = None) -> Archive:
    """Open the archive on the store that the library's settings name (``PERSISTENCE_MODULE`` and its own).

    Without a keyring names of persons read as withheld, and facts that hold any are refused. Raises the store's own
    error if it cannot be reached.
    """
    application = CouncilLog({"ORIGINATOR_ID_TYPE": "text", **environment})
    return Archive(cast(Log, application.recorder), application=application, keyring=keyring)


_CLOCK = re.compile(r"[T ](\d{2}(?::?\d{2}){0,2})(?![\d:.,])")


def _precision(time: str) -> timedelta:
    """How long a written time lasts beyond its beginning: a day, an hour, a minute or a second, less a microsecond."""
    clock = _CLOCK.search(time)
    if clock is None and re.search(r"[T ]\d", time):
        return timedelta()  # with a fraction of a second: exact
    lasts = {0: timedelta(days=1), 2: timedelta(hours=1), 4: timedelta(minutes=1), 6: timedelta(seconds=1)}
    return lasts[len(clock[1].replace(":", "")) if clock else 0] - timedelta(microseconds=1)
