"""What is searched of a record: its search documents, made from the read models, one for each way it ever read.

A search document holds from one position of the log to another, as rows of the read models do. Where a record's search
document depends on rows of others (a vote on the vetoes cast in it, a meeting on its resumptions, all of them on the
names of members, on the texts about it), its validity is cut where any of these rows changes, and put together again
where nothing changed. A correction begins a new version in any case, so that who follows a search hears of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from domain.facts import CORRECTED, REDACTED
from projections.reading import Reader, Values
from search.body import COLUMNS, with_texts
from search.kinds import CHUNK, RECORD, Make, Rows, SearchDocument, Source, Text, among, symbol_of
from search.practice import PRACTICE_SOURCES

SCHEMA: Final = "3"
"""Version of what search documents hold. An index built under another one is rebuilt."""

SOURCES: Final[dict[str, Source]] = {**RECORD, **PRACTICE_SOURCES}

KINDS: Final = tuple(SOURCES)
"""Kinds of records that are searched; a symbol borne by several leads to the first of these."""


def documents(read: Reader, records: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """The search documents of all records, or of some, with all their versions."""
    wanted = None if records is None else sorted(set(records))
    names = _Names(read)
    for kind, source in SOURCES.items():
        begins = f"{kind}:"
        mine = source.records(read) if wanted is None else [record for record in wanted if record.startswith(begins)]
        for start in range(0, len(mine), CHUNK):  # so many at a time: all texts at once would fill the memory
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
    symbols = {row["symbol"] for row in among(read, "meetings", "symbol", "record", changed.get("meeting", []))}
    held_at = sorted({*symbols, *(f"meeting:{symbol}" for symbol in symbols)})
    found.update(row["record"] for row in among(read, "documents", "record", "meeting", held_at))
    sittings = among(read, "sittings", "meeting", "record", changed.get("sitting", []))
    found.update(f"meeting:{symbol_of(row['meeting'])}" for row in sittings)
    found.update(row["about"] for row in among(read, "texts", "about", "record", changed.get("text", [])))
    found.update(row["record"] for row in among(read, "texts", "record", "about", set(found)))
    return found


# --- Versions -------------------------------------------------------------------------------------------------------


def _holds(row: Mapping[str, Any], position: int) -> bool:
    return bool(row["since"] <= position and (row["until"] is None or row["until"] > position))


def _of_kind(
    read: Reader, kind: str, source: Source, records: Sequence[str], names: _Names
) -> Iterator[SearchDocument]:
    loaded = source.load(read, records)
    if kind == "document":
        _with_topics(read, loaded)
    if kind == "text":
        _with_what_they_are_about(read, loaded)
    else:
        _with_texts(read, loaded)
    _with_corrections(read, loaded)
    for record, rows in sorted(loaded.items()):
        yield from _versions(record, kind, rows, source.make, names)


def _with_topics(read: Reader, loaded: dict[str, Rows]) -> None:
    """Documents take the topic of their meeting: presidential statements have no title of their own."""
    symbols = {row["meeting"] for rows in loaded.values() for row in rows["main"] if row["meeting"]}
    meetings: dict[str, list[Values]] = defaultdict(list)
    for row in among(read, "meetings", "symbol, topic, since, until", "symbol", map(symbol_of, symbols)):
        meetings[row["symbol"]].append(row)
    for rows in loaded.values():
        for symbol in {row["meeting"] for row in rows["main"] if row["meeting"]}:
            rows.setdefault("meetings", []).extend(meetings.get(symbol_of(symbol), []))


def _with_texts(read: Reader, loaded: dict[str, Rows]) -> None:
    """Records take the texts about them."""
    for row in among(read, "texts", COLUMNS, "about", loaded):
        loaded[row["about"]].setdefault("texts", []).append(row)


def _with_what_they_are_about(read: Reader, loaded: dict[str, Rows]) -> None:
    """Texts need to know when the archive holds what they are about, for then they are found with it."""
    by_about: dict[str, set[str]] = defaultdict(set)
    for record, rows in loaded.items():
        for row in rows["main"]:
            by_about[row["about"]].add(record)
    for kind, source in SOURCES.items():
        mine = [about for about in by_about if kind != "text" and about.startswith(f"{kind}:")]
        for about, span in source.spans(read, mine):
            for record in by_about[about]:
                loaded[record].setdefault("about", []).append({"record": about, **span})


def _with_corrections(read: Reader, loaded: dict[str, Rows]) -> None:
    """Each correction and redaction of a record begins a new version of it, also where nothing searched changes."""
    put_right = f"verb in ('{CORRECTED}', '{REDACTED}')"
    for row in among(read, "events", "record, position", "record", loaded, put_right):
        span = {"since": row["position"], "until": None}
        loaded[row["record"]].setdefault("corrections", []).append(span)


def _versions(record: str, kind: str, rows: Rows, make: Make, names: _Names) -> Iterator[SearchDocument]:
    """The versions of one record: cut where any row changes, joined where the search document stays the same."""
    every = [row for part in rows.values() for row in part]
    codes = sorted({code for row in every if (code := _named(kind, row))})
    spans = [*every, *(span for code in codes for span in names.of(code))]
    cuts = sorted({row["since"] for row in spans} | {row["until"] for row in spans if row["until"] is not None})
    first = min(row["since"] for row in rows["main"])
    last: SearchDocument | None = None
    for number, start in enumerate(cuts):
        main = next((row for row in rows["main"] if _holds(row, start)), None)
        if main is None or (kind == "text" and _found_elsewhere(main, rows, start)):
            if last is not None:
                yield last
                last = None
            continue
        live = {part: [row for row in held if _holds(row, start)] for part, held in rows.items() if part != "main"}
        until = cuts[number + 1] if number + 1 < len(cuts) else None
        known = {code: names.at(code, start) for code in codes}
        made = with_texts(make(record, kind, main, live, known), live.get("texts", ()))
        revision = max((row["since"] for row in live.get("corrections", ())), default=first)
        made = replace(made, revision=revision, since=start, until=until)
        if last is not None and replace(last, until=until) == replace(made, since=last.since):
            last = replace(last, until=until)
            continue
        if last is not None:
            yield last
        last = made
    if last is not None:
        yield last


def _found_elsewhere(text: Values, rows: Rows, position: int) -> bool:
    """Whether a text is found with the record it is about."""
    return any(held["record"] == text["about"] and _holds(held, position) for held in rows.get("about", ()))


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
