"""What is searched of a record: its search documents, made from the read models, one for each way it ever read.

A search document holds from one position of the log to another, as rows of the read models do. Where a record's search
document depends on rows of others (a vote on the vetoes cast in it, a meeting on its resumptions, all of them on the
names of members), its validity is cut where any of these rows changes, and put together again where nothing changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from projections.reading import Reader, Values
from search.kinds import CHUNK, RECORD, Make, Rows, SearchDocument, Source, Text, among, symbol_of
from search.practice import PRACTICE_SOURCES

SCHEMA: Final = "2"
"""Version of what search documents hold. An index built under another one is rebuilt."""

SOURCES: Final[dict[str, Source]] = {**RECORD, **PRACTICE_SOURCES}

KINDS: Final = tuple(SOURCES)
"""Kinds of records that are searched; a symbol borne by several leads to the first of these."""


def documents(read: Reader, records: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """The search documents of all records, or of some, with all their versions."""
    wanted = None if records is None else sorted(set(records))
    names = _Names(read)
    for kind, source in SOURCES.items():
        if wanted is None:
            yield from _of_kind(read, kind, source, None, names)
            continue
        mine = [record for record in wanted if record.startswith(f"{kind}:")]
        for start in range(0, len(mine), CHUNK):
            yield from _of_kind(read, kind, source, mine[start : start + CHUNK], names)


def touched(read: Reader, after: int) -> set[str]:
    """The records whose search documents may have changed after a position."""
    found: set[str] = set()
    changed: dict[str, list[str]] = defaultdict(list)
    for row in read.rows("select distinct record, kind from events where position > :after", {"after": after}):
        changed[row["kind"]].append(row["record"])
    for kind in SOURCES:
        found.update(changed.get(kind, []))
    members: set[str] = set()
    for kind, table in (("membership", "memberships"), ("name", "names")):
        members.update(row["member"] for row in among(read, table, "member", "record", changed.get(kind, [])))
    found.update(f"member:{code}" for code in members)
    for row in among(read, "vetoes", "record, vote", "member", members):
        found.update(part for part in (row["record"], row["vote"]) if part)
    for row in among(read, "vetoes", "vote", "record", changed.get("veto", [])):
        found.update(part for part in (row["vote"],) if part)
    symbols = {symbol_of(record) for record in changed.get("meeting", [])}
    held_at = sorted({*symbols, *(f"meeting:{symbol}" for symbol in symbols)})
    found.update(row["record"] for row in among(read, "documents", "record", "meeting", held_at))
    sittings = among(read, "sittings", "meeting", "record", changed.get("sitting", []))
    found.update(f"meeting:{symbol_of(row['meeting'])}" for row in sittings)
    return found


# --- Versions -------------------------------------------------------------------------------------------------------


def _holds(row: Mapping[str, Any], position: int) -> bool:
    return bool(row["since"] <= position and (row["until"] is None or row["until"] > position))


def _of_kind(
    read: Reader, kind: str, source: Source, records: Sequence[str] | None, names: _Names
) -> Iterator[SearchDocument]:
    loaded = source.load(read, records)
    if kind == "document":
        _with_topics(read, loaded, whole=records is None)
    for record, rows in sorted(loaded.items()):
        yield from _versions(record, kind, rows, source.make, names)


def _with_topics(read: Reader, loaded: dict[str, Rows], *, whole: bool) -> None:
    """Documents take the topic of their meeting: presidential statements have no title of their own."""
    symbols = {row["meeting"] for rows in loaded.values() for row in rows["main"] if row["meeting"]}
    meetings: dict[str, list[Values]] = defaultdict(list)
    columns = "symbol, topic, since, until"
    for row in among(read, "meetings", columns, "symbol", None if whole else {symbol_of(s) for s in symbols}):
        meetings[row["symbol"]].append(row)
    for rows in loaded.values():
        for symbol in {row["meeting"] for row in rows["main"] if row["meeting"]}:
            rows.setdefault("meetings", []).extend(meetings.get(symbol_of(symbol), []))


def _versions(record: str, kind: str, rows: Rows, make: Make, names: _Names) -> Iterator[SearchDocument]:
    """The versions of one record: cut where any row changes, joined where the search document stays the same."""
    every = [row for part in rows.values() for row in part]
    codes = sorted({code for row in every if (code := _named(kind, row))})
    spans = [*every, *(span for code in codes for span in names.of(code))]
    cuts = sorted({row["since"] for row in spans} | {row["until"] for row in spans if row["until"] is not None})
    last: SearchDocument | None = None
    for number, start in enumerate(cuts):
        main = next((row for row in rows["main"] if _holds(row, start)), None)
        if main is None:
            if last is not None:
                yield last
                last = None
            continue
        live = {part: [row for row in held if _holds(row, start)] for part, held in rows.items() if part != "main"}
        until = cuts[number + 1] if number + 1 < len(cuts) else None
        known = {code: names.at(code, start) for code in codes}
        made = replace(make(record, kind, main, live, known), since=start, until=until)
        if last is not None and replace(last, until=until) == replace(made, since=last.since):
            last = replace(last, until=until)
            continue
        if last is not None:
            yield last
        last = made
    if last is not None:
        yield last


def _named(kind: str, row: Values) -> str | None:
    """The member whose names a search document of this kind takes from this row: who cast a veto, who sits."""
    if kind == "member":
        return row.get("code")
    return row.get("member") if "in_vote" in row else None


class _Names:
    """The names members bear in the archive, over the positions of the log. The first is today's in English."""

    def __init__(self, read: Reader) -> None:
        self._spans: dict[str, list[Values]] = defaultdict(list)
        self._last: dict[str, tuple[int, tuple[Text, ...]]] = {}
        rows: dict[str, list[Values]] = defaultdict(list)
        for row in read.rows("select code, name, since, until from members order by code, since"):
            rows[row["code"]].append({"name": row["name"], "language": "", "first": "", **_span(row)})
        for row in read.rows("select member, name, language, first, since, until from names"):
            rows[row["member"]].append(row)
        for code, held in rows.items():
            self._spans[code] = list(_joined(held))

    def of(self, code: str) -> list[Values]:
        """When the names of a member changed."""
        return self._spans.get(code, [])

    def at(self, code: str, position: int) -> tuple[Text, ...]:
        """The names of a member at a position: the usual one first, then all others it has borne."""
        for span in self.of(code):
            if _holds(span, position):
                return tuple(span["names"])
        return ()


def _span(row: Mapping[str, Any]) -> Values:
    return {"since": row["since"], "until": row["until"]}


def _joined(rows: list[Values]) -> Iterator[Values]:
    """Spans of positions over which a member's names stayed the same."""
    cuts = sorted({row["since"] for row in rows} | {row["until"] for row in rows if row["until"] is not None})
    last: Values | None = None
    for number, start in enumerate(cuts):
        held = sorted((row for row in rows if _holds(row, start)), key=lambda r: (r["language"], r["first"], r["name"]))
        texts = tuple(dict.fromkeys((row["name"], row["language"] or "en") for row in held))
        until = cuts[number + 1] if number + 1 < len(cuts) else None
        if last is not None and last["names"] == texts:
            last["until"] = until
            continue
        if last is not None:
            yield last
        last = {"names": texts, "since": start, "until": until}
    if last is not None:
        yield last


__all__ = ["KINDS", "SCHEMA", "SearchDocument", "documents", "touched"]
