"""Refusals that programs can read: problem details (RFC 9457), each of a type that is described at its own address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.responses import Response

MEDIA: Final = "application/problem+json"
ROOT: Final = "/problems"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of problem: its HTTP status, its title, and what to do about it."""

    status: int
    title: str
    remedy: str


KINDS: Final[Mapping[str, Kind]] = {
    "unknown-table": Kind(404, "There is no such table", "`GET /export` lists the tables and their formats."),
    "unknown-format": Kind(404, "The table is not exported in this format", "`GET /export` lists the formats."),
    "unknown-problem": Kind(404, "There is no such type of problem", "`GET /problems` lists them."),
    "bad-parameter": Kind(
        400,
        "A parameter cannot be read",
        "`GET /export/TABLE` lists the parameters of a table. A filter is written like the field of the GraphQL "
        "filter: `year=2014`, `date.gte=2014-03`, `outcome.in=ADOPTED&outcome.in=VETOED`.",
    ),
    "bad-position": Kind(
        400,
        "The state asked for cannot be read",
        "Give `at` a position of the log, such as `at=1200`, or a time of recording (ISO 8601), such as "
        "`at=2026-11-23T10:00:00Z`.",
    ),
    "future-position": Kind(
        404,
        "The archive has not reached this position",
        "`GET /healthz` tells the position reached. Ask again when the log has grown, or leave `at` out.",
    ),
    "wrong-method": Kind(405, "This address is only read", "Ask with GET or HEAD."),
    "not-acceptable": Kind(
        406, "The table is in none of the formats accepted", "Name the format: `/export/votes.csv`, or accept another."
    ),
    "not-installed": Kind(
        501, "This server cannot write the format", "Ask for another format; the detail says what is missing here."
    ),
    "bad-request": Kind(400, "The request cannot be read", "The detail says which part, and what is accepted."),
    "too-large": Kind(413, "The request is too large", "Ask for less, or in parts."),
    "wrong-media-type": Kind(415, "The request is of another media type", "Send JSON, or a form."),
    "not-citable": Kind(
        422,
        "This cannot be cited",
        "A citation needs a query that is answered without errors and stands still at a position of the log.",
    ),
    "unknown-citation": Kind(404, "There is no such citation", "`POST /citations` makes one; ids have 16 characters."),
    "other-answer": Kind(
        409,
        "The cited query is not answered with the cited bytes",
        "The detail says why that may be; the page of the citation shows both states.",
    ),
    "throttled": Kind(429, "No points are left", "Ask again after the seconds in `Retry-After`."),
    "timed-out": Kind(503, "The answer took too long", "Ask for less at a time."),
    "full": Kind(507, "No further citation is kept", "Those made stay good; who runs the archive can raise the limit."),
    "not-ready": Kind(503, "The archive cannot answer now", "Ask again after the seconds in `Retry-After`."),
}
"""Every type of problem these addresses answer with, by the last part of its address."""


class Problem(Exception):  # noqa: N818 - the name RFC 9457 gives it
    """A request that cannot be answered: its type in :data:`KINDS`, what exactly is wrong, and further members."""

    def __init__(self, kind: str, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.kind, self.headers, self.members = kind, dict(headers or {}), members

    def response(self, instance: str) -> Response:
        """The answer; ``instance``: the address that was asked for, as it was."""
        kind = KINDS[self.kind]
        told = {
            "type": f"{ROOT}/{self.kind}",
            "title": kind.title,
            "status": kind.status,
            "detail": str(self),
            "instance": instance,
            **self.members,
        }
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **self.headers}
        return Response(orjson.dumps(_readable(told)), kind.status, headers, MEDIA)


def _readable(value: Any) -> Any:
    """A value without what JSON in UTF-8 cannot hold: half of a surrogate pair, as an address may bring it."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_readable(name): _readable(part) for name, part in value.items()}
    return [_readable(part) for part in value] if isinstance(value, list | tuple) else value


def described(name: str) -> dict[str, Any]:
    """A type of problem as data. Raises KeyError."""
    kind = KINDS[name]
    return {"type": f"{ROOT}/{name}", "title": kind.title, "status": kind.status, "remedy": kind.remedy}
