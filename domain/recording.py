"""Recording live: what a clerk states today, held to the Council's practice, written whole or not at all.

The command line and the API both record through here. A request is a list of drafts and amendments; all its faults are
reported at once (:class:`RefusedError`), and if there is none, it is one transaction of the log. Imports of historical
sources go through :meth:`domain.archive.Archive.record` alone: they record what their source states.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from domain.archive import Archive, ConflictError
from domain.drafts import (
    Amendment,
    Draft,
    Fault,
    Reading,
    RefusedError,
    plain,
    read,
    shown,
    texts_of,
    value_of,
)
from domain.hearing import THE_REQUEST, Hearing, Recorded, outcomes
from domain.kinds import KINDS
from domain.submissions import digest, submission_id

__all__ = ["Amendment", "Draft", "Fault", "Recorded", "RefusedError", "correct_live", "record_live", "submit"]

MOST: Final = 1_000
"""Drafts and amendments in one request."""
ATTEMPTS: Final = 20
"""How often a request is judged anew because somebody else recorded meanwhile, before it is given up."""

log = logging.getLogger(__name__)


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
    told = [_written(entry, reading) for entry, reading in zip(request, readings, strict=True)] if sound else []
    request_digest = digest([by, key, told])  # with the key in it, two keys of one request have nothing in common
    versions: dict[str, int] = {}
    for attempt in range(1, ATTEMPTS + 1):
        position = archive.position()
        if key and sound:
            earlier = _earlier(archive, submission_id(by, key), request_digest)
            if earlier is not None:
                return earlier
        hearing = Hearing(archive, position, by, versions)
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
    """A request's entry in plain values, for telling it from another one.

    Of a personal field it holds that something is said, not what: its digest stays in the log after a redaction, and
    nobody is to confirm by it whose name was withheld.
    """
    personal = KINDS[reading.kind].personal
    said = {name: True if name in personal else value for name, value in reading.said.items()}
    if isinstance(entry, Draft):
        source = msgspec.to_builtins(reading.source)
        return ["draft", entry.kind, entry.id, entry.verb, source, said, sorted(reading.gone)]
    told = [entry.record, entry.field, said, entry.authority, entry.reason, entry.expected_version]
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
    return Recorded(first, entry.position, records, outcomes(records, made), repeated=True)
