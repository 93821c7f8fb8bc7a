"""Changes of a standing search as a feed: Atom (RFC 4287, 5005) and JSON Feed 1.1.

A feed is cut at fixed positions of the log, every :data:`BLOCK` of them. The current document begins at such a cut and
holds the newest changes, at least :data:`NEWEST` where there are so many. Each document before it holds one block that
is over: nothing is ever added to it, so it can be kept for good. Every change stands in one document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from lxml import etree

from search import standing
from search.engine import Change, Query, Searcher

BLOCK: Final = 500
"""Positions of the log in one archived document."""

NEWEST: Final = 50
"""Changes that the current document holds at least."""

NAMESPACE: Final = UUID("4b6f1c52-9a2e-5d0c-8e71-1325c0559404")
"""Of the ids of feeds and entries (RFC 9562, version 5): the same on every server, whatever its address."""

ATOM: Final = "http://www.w3.org/2005/Atom"
HISTORY: Final = "http://purl.org/syndication/history/1.0"
AUTHOR: Final = "Council Archive"

SAID: Final = {"new": "New", "changed": "Changed", "gone": "No longer matches"}

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as a feed tells it: with the time its event was recorded (UTC) and the record's address then."""

    change: Change
    recorded: str
    href: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One document of a feed, newest entry first. `itself`, `current`, `previous` and `home` are absolute addresses:
    of this document, of the current one, of the one before it (if there is one), and of the search's page."""

    search: str
    title: str
    saved: str
    itself: str
    current: str
    previous: str | None
    home: str
    archived: bool
    entries: Sequence[Entry]

    @property
    def updated(self) -> str:
        """When the newest change in it was recorded; when the search was saved, if there is none."""
        return self.entries[0].recorded if self.entries else self.saved


@dataclass(frozen=True, slots=True)
class Part:
    """The changes of one document of a feed, newest first, and the block before it that has any."""

    changes: list[Change]
    before: int | None


def span(block: int) -> tuple[int, int]:
    """The positions of a block: after the first, up to the second."""
    return block * BLOCK, (block + 1) * BLOCK


def current(searcher: Searcher, query: Query, reached: int) -> Part:
    """The current document's changes, up to a position. Raises ``SearchError``."""
    newest = searcher.latest(query, reached + 1, NEWEST)
    if not newest:
        return Part([], None)
    start, _ = span(_block(newest[-1].position))
    return _part(searcher, query, start, reached)


def archived(searcher: Searcher, query: Query, block: int) -> Part:
    """The changes of a block that is over. Raises ``SearchError``."""
    return _part(searcher, query, *span(block))


def _part(searcher: Searcher, query: Query, after: int, upto: int) -> Part:
    found = list(standing.changes(searcher, query, after, upto))
    before = searcher.latest(query, after + 1, 1) if after else []
    return Part(found[::-1], _block(before[0].position) if before else None)


def _block(position: int) -> int:
    return (position - 1) // BLOCK


def feed_id(search: str) -> str:
    """The id of a feed: a URN, the same for ever and on every server."""
    return uuid5(NAMESPACE, search).urn


def entry_id(search: str, change: Change) -> str:
    """The id of an entry: a URN made from the search, the record, and the position of the event."""
    return uuid5(NAMESPACE, f"{search} {change.position} {change.hit.record}").urn


def headline(change: Change) -> str:
    """What an entry is called: ``Changed: S/RES/1559(2004) – …``."""
    hit = change.hit
    about = f"{hit.symbol} – {hit.title}" if hit.symbol and hit.symbol != hit.title else hit.title
    return f"{SAID[change.change]}: {about}"


def described(change: Change) -> str:
    """What became of a record, in a sentence."""
    when = f" of {change.hit.date}" if change.hit.date else ""
    what = {
        "new": "came to match this search",
        "changed": "was changed and still matches this search",
        "gone": "was changed and no longer matches this search",
    }
    return f"The {change.hit.kind}{when} {what[change.change]} at position {change.position} of the log."


# --- Atom -----------------------------------------------------------------------------------------------------------


def atom(feed: Feed) -> bytes:
    """The document as Atom."""
    names: dict[Any, str] = {None: ATOM, "fh": HISTORY}
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=names)
    _text(root, "id", feed_id(feed.search))
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated)
    _text(_text(root, "author"), "name", AUTHOR)
    if feed.archived:
        etree.SubElement(root, f"{{{HISTORY}}}archive")
        _link(root, "current", feed.current, "application/atom+xml")
    _link(root, "self", feed.itself, "application/atom+xml")
    if feed.previous:
        _link(root, "prev-archive", feed.previous, "application/atom+xml")
    _link(root, "alternate", feed.home, "text/html")
    for entry in feed.entries:
        _entry(root, feed, entry)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _entry(root: Any, feed: Feed, entry: Entry) -> None:
    change, made = entry.change, etree.SubElement(root, f"{{{ATOM}}}entry")
    _text(made, "id", entry_id(feed.search, change))
    title = _text(made, "title", headline(change))
    title.set("{http://www.w3.org/XML/1998/namespace}lang", change.hit.language)
    _text(made, "updated", entry.recorded)
    _link(made, "alternate", entry.href, "text/html")
    etree.SubElement(made, f"{{{ATOM}}}category", term=change.change)
    etree.SubElement(made, f"{{{ATOM}}}category", term=writable(change.hit.kind), label=writable(change.hit.kind))
    _text(made, "summary", described(change))


def _text(parent: Any, name: str, text: str = "") -> Any:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text:
        made.text = writable(text)
    return made


def _link(parent: Any, rel: str, href: str, kind: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, type=kind, href=writable(href))


def writable(text: str) -> str:
    """A text without what XML 1.0 cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


# --- JSON Feed ------------------------------------------------------------------------------------------------------


def json_feed(feed: Feed) -> bytes:
    """The document as JSON Feed. Older documents follow by `next_url`."""
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.itself,
        "authors": [{"name": AUTHOR}],
        "items": [_item(feed, entry) for entry in feed.entries],
    }
    if feed.previous:
        told["next_url"] = feed.previous
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "id": entry_id(feed.search, change),
        "url": entry.href,
        "title": headline(change),
        "content_text": described(change),
        "date_modified": entry.recorded,
        "language": change.hit.language,
        "tags": [change.change, change.hit.kind],
        "_council": told(change),
    }


def told(change: Change) -> dict[str, Any]:
    """A change as data: what it is, where in the log, and the record as it reads from there on."""
    hit = change.hit
    return {
        "change": change.change,
        "position": change.position,
        "record": hit.record,
        "kind": hit.kind,
        "symbol": hit.symbol,
        "date": hit.date,
        "title": hit.title,
        "language": hit.language,
    }
