"""Following an archive as a client does: event streams by hand, so that every byte is looked at; what the log tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from domain.archive import Archive

EVENTS = "subscription ($after: Int) { events(after: $after) { position type source row node { id } } }"


@dataclass
class Heard:
    """What one event stream told before it ended or was left."""

    places: list[str] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    """Position and body of every answer."""
    signs: list[str] = field(default_factory=list)
    complete: bool = False

    @property
    def data(self) -> list[Any]:
        return [json.loads(body)["data"] for _, body in self.answers]

    @property
    def errors(self) -> list[str]:
        return [error["message"] for _, body in self.answers for error in json.loads(body).get("errors", [])]


def sse(
    base: str,
    query: str,
    variables: dict[str, Any] | None = None,
    last: int | str | None = None,
    enough: Callable[[Heard], bool] = lambda _: False,
    *,
    get: bool = False,
    more: dict[str, Any] | None = None,
) -> Heard:
    """Follow a subscription until the server ends it, or enough was heard. Fails on any answer but a stream."""
    headers = {"Accept": "text/event-stream"} | ({} if last is None else {"Last-Event-ID": str(last)})
    body = {"query": query, "variables": variables or {}, **(more or {})}
    heard = Heard()
    asked: dict[str, Any] = {"json": body}
    if get:
        asked = {"params": {name: part if isinstance(part, str) else json.dumps(part) for name, part in body.items()}}
    method = "GET" if get else "POST"
    with httpx.stream(method, f"{base}/graphql", headers=headers, timeout=60, **asked) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        block: dict[str, str] = {}
        for line in answer.iter_lines():
            if line.startswith(":"):
                heard.signs.append(line)
            elif line:
                name, _, value = line.partition(":")
                assert name not in block, f"an event with two lines {name}"
                block[name] = value.removeprefix(" ")
            else:
                _take(heard, block)
                block = {}
                if heard.complete or enough(heard):
                    break
        assert not block, "the stream was cut off within an event"
    return heard


def _take(heard: Heard, block: dict[str, str]) -> None:
    if "id" in block:
        heard.places.append(block["id"])
    if block.get("event") == "next":
        heard.answers.append((int(block["id"]), block["data"]))
    if block.get("event") == "complete":
        heard.complete = True


def logged(archive: Archive, after: int = 0) -> list[tuple[int, str, str]]:
    """What the log itself holds after a position: position, type of event, source."""
    found = []
    while page := list(archive.page(after, 1_000)):
        found += [(entry.position, f"{entry.kind}.{entry.verb}", entry.source.name) for entry in page]
        after = page[-1].position
    return found
