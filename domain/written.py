"""How events are written in the log and read back: JSON, stable topics, a schema version, names under seal."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from domain.facts import CORRECTED, Entry, Event, FactError, Source
from domain.kinds import KINDS

SCHEMA_VERSION = 1
"""Version of the written form of events. Older forms are brought up to date in :func:`upcast`, nowhere else."""

SEALED = "sealed:"
"""How both forms of a sealed text begin (:mod:`domain.sealing`): the written one, and a reference to it."""

WRITTEN = f"{SEALED}1:"
"""How a sealed text begins in the log."""


def topic_of(kind: str, verb: str) -> str:
    """The stable topic of an event type, with the schema version: ``vote.taken/1``."""
    return f"{kind}.{verb}/{SCHEMA_VERSION}"


_encode = msgspec.json.Encoder().encode


def encode(event: Event[Any]) -> bytes:
    """The bytes that go into the log."""
    return _encode(event)


class _Written(msgspec.Struct, frozen=True):
    recorded: str
    recorded_by: str
    source: Source
    claims: dict[str, Any]
    occurred: str = ""


_decode = msgspec.json.Decoder(_Written).decode


def decode(position: int, record: str, version: int, topic: str, state: bytes) -> Entry:
    """Read one stored event back, with references for sealed texts.

    Raises :class:`FactError` for a topic this version does not know.
    """
    written = _decode(state)
    claims = upcast(topic, written.claims)
    for name in sealed_fields(topic, claims):
        # Not the ciphertext: it is another one in each archive, and equal archives have equal read models.
        if str(claims.get(name, "")).startswith(WRITTEN):
            claims[name] = f"{SEALED}{record}@{version}/{name}"
    return Entry(
        position,
        record,
        version,
        topic,
        written.occurred,
        written.recorded,
        written.recorded_by,
        written.source,
        claims,
    )


def written_claims(state: bytes) -> dict[str, Any]:
    """The claims of a stored event as they are written, sealed texts included."""
    return _decode(state).claims


def sealed_fields(topic: str, claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of an event's claims that are under seal if they hold a text; of a correction ``was`` and ``now``."""
    personal = personal_fields(topic)
    if personal and f".{CORRECTED}/" in topic:
        return ("was", "now") if claims["field"] in personal else ()
    return personal


@cache
def personal_fields(topic: str) -> tuple[str, ...]:
    """The personal fields of the kind that a topic is of."""
    kind = KINDS.get(topic.partition(".")[0])
    return kind.personal if kind else ()


def upcast(topic: str, claims: dict[str, Any]) -> dict[str, Any]:
    """Bring claims written under an older schema version up to today's form. Version 1 is today's."""
    if not topic.endswith(f"/{SCHEMA_VERSION}"):
        raise FactError(f"event type {topic!r} was written by another version of the archive; this one reads /1")
    return claims
