"""Submissions: the archive's own note that a request was recorded, so that the same request sent again adds nothing.

It is no fact about the Council and is published nowhere. It is written in the transaction of what it stands for: either
both are in the log or neither.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Text, Texts, Whole, said


class Submission(Claims, frozen=True, kw_only=True):
    """One request to record, named by its sender's key. The key itself is not kept."""

    kind: ClassVar[str] = "submission"
    verbs: ClassVar[tuple[str, ...]] = ("received",)
    compared: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[tuple[str, ...]] = ("digest", "records", "events")
    dated: ClassVar[tuple[str, ...]] = ()
    published: ClassVar[bool] = False

    digest: Annotated[Text, said("SHA-256 of the request, without what its personal fields hold.")] = None
    records: Annotated[Texts, said("The record each draft of the request speaks of.")] = None
    events: Annotated[Whole, said("How many events it made, before this one in the same transaction.")] = None


def submission_id(by: str, key: str) -> str:
    """``submission:`` and the SHA-256 of sender and key."""
    return f"submission:{_sha256([by, key])}"


def digest(request: Any) -> str:
    """SHA-256 of a request made of JSON values, whatever the order of its fields."""
    return _sha256(request)


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
