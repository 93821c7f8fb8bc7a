"""Following the log: one pass over the events keeps every read model up to date.

The projections read the log in pages, fold each event into its record, say how the record's rows now read, and write
rows and position in one transaction: after a kill they go on, neither missing nor repeating an event. A rebuild fills
new tables beside the old ones and swaps; readers see the old ones whole, then the new ones whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from domain.archive import Archive
from domain.facts import CORRECTED, Entry
from domain.kinds import KINDS
from domain.records import Record
from domain.written import decode
from projections import (
    agreement,
    conflicts,
    counts,
    debates,
    documents,
    holidays,
    indicators,
    meetings,
    members,
    missions,
    notes,
    obligations,
    peacebuilding,
    presidencies,
    subsidiaries,
    totals,
    vetoes,
    votes,
)
from projections.days import year_of
from projections.ledger import Ledger
from projections.versioned import EVENTS, METADATA, PROGRESS, VIEWS, Change, Row, Writer, shape

MEANING = "5"
"""Version of what the columns of the read models mean; their shape is stamped by itself."""

STAMP = f"{MEANING}.{shape()}"
"""Version of the read models' shape and meaning. A store built under another stamp is rebuilt."""

BATCH = 5_000
"""Events per transaction while following; a rebuild takes larger ones."""

Rows = Callable[[Record], Mapping[str, Sequence[Mapping[str, Any]]]]

PROJECTIONS: dict[str, Rows] = {
    "membership": members.rows,
    "name": members.rows,
    "seat": members.rows,
    "election": members.election_rows,
    "meeting": meetings.rows,
    "sitting": meetings.rows,
    "invitation": debates.invitation_rows,
    "briefing": debates.briefing_rows,
    "speech": debates.speech_rows,
    "proposal": debates.proposal_rows,
    "vote": votes.rows,
    "veto": vetoes.rows,
    "followup": vetoes.followup_rows,
    "mission": missions.rows,
    "advice": peacebuilding.advice_rows,
    "participation": peacebuilding.participation_rows,
    "presidency": presidencies.presidency_rows,
    "cession": presidencies.cession_rows,
    "note": notes.note_rows,
    "paragraph": notes.paragraph_rows,
    "assessment": notes.assessment_rows,
    "body": subsidiaries.body_rows,
    "regime": subsidiaries.regime_rows,
    "measure": subsidiaries.measure_rows,
    "chair": subsidiaries.chair_rows,
    "body_meeting": subsidiaries.body_meeting_rows,
    "report": subsidiaries.report_rows,
    "listing": subsidiaries.listing_rows,
    "document": documents.rows,
    "text": documents.text_rows,
    "annual_report": documents.annual_report_rows,
    "holiday": holidays.holiday_rows,
    "figure": indicators.figure_rows,
    "submission": lambda record: {},  # the archive's own housekeeping
}
"""Kind of record → how its rows read. A new kind of action is one more line here."""


class Follower(Protocol):
    """A projection over what others wrote: totals, terms, gaps in numbering."""

    def follow(self, changes: Sequence[Change], writer: Writer, position: int) -> None:
        """Take the rows changed at a position into account."""


class Running:
    """What the projections over others' rows keep in mind, as the tables stand: totals, who sat, which dates.

    Reading it from the tables takes most of the time of catching up by one event, so whoever follows the log keeps it
    from one catching up to the next, as long as nobody else has written meanwhile.
    """

    def __init__(self, writer: Writer) -> None:
        self.coverage = totals.Coverage(writer)
        self.followers: list[Follower] = [
            members.Members(writer),
            totals.YearTotals(writer),
            totals.MemberTotals(writer),
            counts.Counts(writer),
            agreement.Alike(writer),
            conflicts.Seated(writer),
            conflicts.Casts(writer),
            conflicts.Dates(writer),
            presidencies.Rotation(writer),
            obligations.Obligations(writer),
            conflicts.Numbering("meetings", "number", "S/PV.{}", True, writer),
            conflicts.Numbering("votes", "resolution", "S/RES/{}", False, writer),
        ]


class Projector:
    """Folds events into rows. One instance serves a rebuild, or one catching up."""

    def __init__(self, writer: Writer, recall: Callable[[str, int], Record | None] | None, running: Running) -> None:
        self._writer = writer
        self._recall = recall
        self._records: dict[str, Record] = {}
        self._running = running

    def take(self, entry: Entry) -> None:
        """Bring all rows up to date with one event."""
        record = self._record(entry)
        stated_before = len(record.statements)
        record.apply(entry)
        position, writer = entry.position, self._writer
        changes: list[Change] = []
        rows = PROJECTIONS[record.kind](record)
        for name, values in rows.items():
            writer.replace(name, record.id, values, position, changes)
        vote = rows["votes"][0] if "votes" in rows else None
        writer.replace("conflicts", record.id, conflicts.rows(record, vote), position)
        for follower in self._running.followers:
            follower.follow(changes, writer, position)
        if entry.verb != CORRECTED and len(record.statements) > stated_before and KINDS[record.kind].published:
            year = year_of(entry.occurred) or year_of(record.reading().get("date"))
            self._running.coverage.state(record.kind, year, entry.source.name, writer, position)
        writer.event(
            {
                "position": position,
                "record": entry.record,
                "version": entry.version,
                "kind": record.kind,
                "verb": entry.verb,
                "occurred": entry.occurred,
                "recorded": entry.recorded,
                "recorded_by": entry.recorded_by,
                "source": entry.source.name,
                "row": entry.source.row,
                "document": entry.source.document,
            }
        )

    def _record(self, entry: Entry) -> Record:
        record = self._records.get(entry.record)
        if record is None:
            if entry.version > 1 and self._recall is not None:
                record = self._recall(entry.record, entry.position)
            record = record or Record(entry.record, entry.kind)
            self._records[entry.record] = record
            if entry.version == 1:
                self._writer.begin(entry.record)
        return record


def create(connection: Connection) -> None:
    """Create the tables of the read models (in an empty place)."""
    METADATA.create_all(connection)
    connection.execute(PROGRESS.insert().values(name="all", position=0, stamp=STAMP))


def progress(connection: Connection) -> tuple[int, str]:
    """How far the read models have come, and the stamp they were built under."""
    row = connection.execute(select(PROGRESS.c.position, PROGRESS.c.stamp).where(PROGRESS.c.name == "all")).one()
    return row[0], row[1]


def advance(
    archive: Archive,
    connection: Connection,
    insert: Callable[[Connection, Table, list[Row]], None],
    *,
    fresh: bool = False,
    batch: int = BATCH,
    until: int | None = None,
    report: Callable[[int], None] | None = None,
    running: Running | None = None,
) -> tuple[int, Running]:
    """Follow the log to its end (or ``until`` a position), one transaction per batch.

    ``fresh``: the tables are empty. ``report`` is called with the number of events taken in each batch. ``running``:
    what the last catching up returned, if the tables stand as it left them; it is of no use after an error. Returns the
    position reached, and what the next catching up may be given.
    """
    with connection.begin():
        position, _ = progress(connection)
        writer, ledger = Writer(connection, fresh=fresh), Ledger(connection, fresh=fresh)
        running = running or Running(writer)
        projector = Projector(
            writer, None if fresh else lambda record, before: recall(archive, record, before), running
        )
    while until is None or position < until:
        limit = batch if until is None else min(batch, until - position)
        page = [stored for stored in archive.raw(position, limit) if until is None or stored[0] <= until]
        if not page:
            break
        with connection.begin():
            for stored in page:
                projector.take(decode(*stored))
                ledger.take(*stored)
            writer.flush(insert)
            ledger.flush()
            position = page[-1][0]
            connection.execute(PROGRESS.update().where(PROGRESS.c.name == "all").values(position=position))
        if report is not None:
            report(len(page))
    return position, running


def recall(archive: Archive, record: str, before: int) -> Record | None:
    """A record as its events before a position make it."""
    folded: Record | None = None
    for entry in archive.of(record):
        if entry.position >= before:
            break
        folded = folded or Record(record, entry.kind)
        folded.apply(entry)
    return folded


def content_hash(connection: Connection) -> str:
    """SHA-256 over all rows of all read models in a fixed order: equal archives have equal hashes."""
    digest = hashlib.sha256()
    for name in sorted(VIEWS):
        digest.update(f"\x1d{name}\x1d".encode())
        for line in sorted(_bytes(row) for row in connection.execute(select(VIEWS[name].table))):
            digest.update(line)
    digest.update(b"\x1devents\x1d")
    columns = [column for column in EVENTS.columns if column.name not in ("recorded", "recorded_by")]
    for row in connection.execute(select(*columns).order_by(EVENTS.c.position)):
        digest.update(_bytes(row))
    return digest.hexdigest()


def _bytes(row: Iterable[Any]) -> bytes:
    values = (int(value) if isinstance(value, bool) else value for value in row)
    return "\x1f".join("" if value is None else str(value) for value in values).encode() + b"\x1e"
