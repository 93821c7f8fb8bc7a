"""Kinds whose records happen in several steps: which fields tell of which step.

Advice is requested, received and considered; a speech is inscribed, then delivered. Each step is an event of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.facts import Claims, FactError

STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "advice": {
        "requested": ("requested_on", "requested_by", "requested_in"),
        "received": ("symbol", "received_on"),
        "considered": ("meeting", "considered_on"),
    },
    "presidency": {
        "programmed": ("programmed_on", "programme_format", "programme"),
        "assessed": ("assessment", "assessed_on", "unassessed_by"),
        "wrapped_up": ("wrap_up_on", "wrap_up_format", "wrap_up_meeting", "wrap_up_covers"),
    },
    "followup": {
        "reported": ("report", "reported_on"),
        "debated": ("debated_on", "debated_at", "press"),
        "linked": ("session", "linked_on", "linked_at"),
    },
    "annual_report": {
        "adopted": ("adopted_on", "meeting", "note"),
        "presented": ("presented_on", "assembly_meetings"),
    },
    "invitation": {"decided": ("decision", "date")},
    "speech": {"delivered": ("date", "minutes", "language")},
    "proposal": {"followed_up": ("status", "taken_up_in", "followed_on")},
    "body": {"dissolved": ("dissolved_by", "dissolved_on")},
    "regime": {"terminated": ("terminated_by", "terminated_on", "succeeded_by")},
    "listing": {"delisted": ("delisted_on", "delisted_by", "avenue")},
}
"""Kinds whose records happen in several steps: which fields tell of which step. The others go with the first."""


def steps(
    kind: type[Claims], verbs: Sequence[str] | None, fields: Mapping[str, Any], opening: str = ""
) -> list[tuple[str, dict[str, Any]]]:
    """The verbs a statement is made of, each with its fields; every step has the fields its kind requires.

    Without ``verbs``, the fields tell which they are; where no field does, it is ``opening``, or the kind's first.
    Raises :class:`FactError` for a verb the kind has not.
    """
    if len(kind.verbs) == 1:
        return [(kind.verbs[0], dict(fields))]
    of = {field: verb for verb, told in STEPS.get(kind.kind, {}).items() for field in told}
    if not verbs:
        told = {of[field] for field in fields if field in of}
        verbs = [verb for verb in kind.verbs if verb in told] or [opening or kind.verbs[0]]
    for verb in verbs:
        if verb not in kind.verbs:
            raise FactError(f"the verb {verb!r} is not one of {', '.join(kind.verbs)}")
    needed = {field: fields[field] for field in kind.required if field in fields}
    found: dict[str, dict[str, Any]] = {verb: dict(needed) for verb in verbs}
    for field, value in fields.items():
        verb = of.get(field, verbs[0])
        found[verb if verb in found else verbs[0]][field] = value
    return list(found.items())
