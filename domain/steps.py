"""Kinds whose records happen in several steps: a statement is taken apart into them.

Advice is requested, received and considered; a speech is inscribed, then delivered. Each step is an event of its own.
Which fields tell of which step a kind says itself (:attr:`domain.facts.Claims.steps`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.facts import Claims, FactError


def steps(
    kind: type[Claims], verbs: Sequence[str] | None, fields: Mapping[str, Any], opening: str = ""
) -> list[tuple[str, dict[str, Any]]]:
    """The verbs a statement is made of, each with its fields; every step has the fields its kind requires.

    Without ``verbs``, the fields tell which they are; where no field does, it is ``opening``, or the kind's first.
    Raises :class:`FactError` for a verb the kind has not.
    """
    if len(kind.verbs) == 1:
        return [(kind.verbs[0], dict(fields))]
    of = {field: verb for verb, told in kind.steps.items() for field in told}
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
