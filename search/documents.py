"""What is searched of a record: its search documents, made from the read models, one for each way it ever read.

A search document holds from one position of the log to another, as rows of the read models do. Where a record's search
document depends on rows of others (a vote on the vetoes cast in it, a meeting on its resumptions, all of them on the
names of members), its validity is cut where any of these rows changes, and put together again where nothing changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from babel.core import get_global

from domain.symbols import SymbolError, aliases, find_all, parse
from projections.members import LANGUAGES, names_in_languages
from projections.reading import Reader, Values
from search.languages import fold
from search.query import key_of

SCHEMA: Final = "1"
"""Version of what search documents hold. An index built under another one is rebuilt."""

KINDS: Final = ("vote", "meeting", "document", "mission", "veto", "member", "advice")
"""Kinds of records that are searched; a symbol borne by several leads to the first of these."""

Text = tuple[str, str]
"""A text and its language."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A record as it read from position `since` up to `until` (None: still), as far as search is concerned."""

    record: str
    kind: str
    title: str
    language: str = "en"
    symbol: str | None = None
    number: int = 0
    """Orders records of one day: of a resolution, a meeting, a document."""
    date: str | None = None
    own: tuple[str, ...] = ()
    """Symbols that name this record, as :func:`search.query.key_of` writes them."""
    spellings: tuple[str, ...] = ()
    """How people write its symbol: ``resolution 1325 (2000)``, ``9052nd meeting``."""
    mentions: tuple[str, ...] = ()
    """Symbols of documents it has to do with."""
    also: tuple[Text, ...] = ()
    """What else can be found: other topics, subjects, names of members in six languages, places."""
    names: tuple[tuple[str, str], ...] = ()
    """The title in other languages: (language, title)."""
    years: tuple[int, ...] = ()
    outcome: str | None = None
    agenda: str | None = None
    members: tuple[str, ...] = ()
    """Codes of the States concerned: those that voted, cast the veto, took part in the mission or were visited."""
    ballots: tuple[str, ...] = ()
    """What they did: ``FRA:no``, ``FRA:veto``."""
    since: int = 0
    until: int | None = None


Rows = dict[str, list[Values]]
"""Rows of one record: part (``main``, ``ballots`` …) → rows with since and until."""

_CHUNK = 400


def documents(read: Reader, records: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """The search documents of all records, or of some, with all their versions."""
    wanted = None if records is None else sorted(set(records))
    names = _Names(read)
    for kind, source in _SOURCES.items():
        if wanted is None:
            yield from _of_kind(read, kind, source, None, names)
            continue
        mine = [record for record in wanted if record.startswith(f"{kind}:")]
        for start in range(0, len(mine), _CHUNK):
            yield from _of_kind(read, kind, source, mine[start : start + _CHUNK], names)


def touched(read: Reader, after: int) -> set[str]:
    """The records whose search documents may have changed after a position."""
    found: set[str] = set()
    changed: dict[str, list[str]] = defaultdict(list)
    for row in read.rows("select distinct record, kind from events where position > :after", {"after": after}):
        changed[row["kind"]].append(row["record"])
    for kind in _SOURCES:
        found.update(changed.get(kind, []))
    members: set[str] = set()
    for kind, table in (("membership", "memberships"), ("name", "names")):
        members.update(row["member"] for row in _among(read, table, "member", "record", changed.get(kind, [])))
    found.update(f"member:{code}" for code in members)
    for row in _among(read, "vetoes", "record, vote", "member", members):
        found.update(part for part in (row["record"], row["vote"]) if part)
    for row in _among(read, "vetoes", "vote", "record", changed.get("veto", [])):
        found.update(part for part in (row["vote"],) if part)
    symbols = {_symbol_of(record) for record in changed.get("meeting", [])}
    held_at = sorted({*symbols, *(f"meeting:{symbol}" for symbol in symbols)})
    found.update(row["record"] for row in _among(read, "documents", "record", "meeting", held_at))
    sittings = _among(read, "sittings", "meeting", "record", changed.get("sitting", []))
    found.update(f"meeting:{_symbol_of(row['meeting'])}" for row in sittings)
    return found


def _symbol_of(meeting: str) -> str:
    """The symbol in a reference to a meeting, whether it is written as a symbol or as a record."""
    return meeting.removeprefix("meeting:")


def _among(read: Reader, table: str, columns: str, column: str, values: Iterable[str] | None) -> Iterator[Values]:
    """Rows of all times whose column has one of these values (None: all rows)."""
    if values is None:
        yield from read.rows(f"select {columns} from {table}")
        return
    known = sorted(values)
    for start in range(0, len(known), _CHUNK):
        part = {f"v{number}": value for number, value in enumerate(known[start : start + _CHUNK])}
        marks = ",".join(f":{name}" for name in part)
        yield from read.rows(f"select {columns} from {table} where {column} in ({marks})", part)


# --- Versions -------------------------------------------------------------------------------------------------------


def _holds(row: Mapping[str, Any], position: int) -> bool:
    return bool(row["since"] <= position and (row["until"] is None or row["until"] > position))


def _of_kind(
    read: Reader, kind: str, source: _Source, records: Sequence[str] | None, names: _Names
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
    for row in _among(read, "meetings", columns, "symbol", None if whole else {_symbol_of(s) for s in symbols}):
        meetings[row["symbol"]].append(row)
    for rows in loaded.values():
        for symbol in {row["meeting"] for row in rows["main"] if row["meeting"]}:
            rows.setdefault("meetings", []).extend(meetings.get(_symbol_of(symbol), []))


def _versions(record: str, kind: str, rows: Rows, make: _Make, names: _Names) -> Iterator[SearchDocument]:
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


# --- The kinds ------------------------------------------------------------------------------------------------------

Live = Mapping[str, Sequence[Values]]
Known = Mapping[str, Sequence[Text]]
_Make = Callable[[str, str, Values, Live, Known], SearchDocument]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the rows of a kind of record stand, and how they make a search document."""

    table: str
    make: _Make
    parts: tuple[tuple[str, str, str], ...] = ()
    """Further rows: (part, table, column that names the record)."""
    record: Callable[[Values], str] = lambda row: str(row["record"])
    keys: Callable[[Sequence[str]], Sequence[str]] = lambda records: records
    """The values by which rows of :attr:`parts` name records, in order."""
    column: str = "record"

    def load(self, read: Reader, records: Sequence[str] | None) -> dict[str, Rows]:
        """The rows of records (None: of all), by record."""
        found: dict[str, Rows] = {}
        chosen = None if records is None else [self._key(record) for record in records]
        for row in _among(read, self.table, "*", self.column, chosen):
            found.setdefault(self.record(row), {"main": []})["main"].append(row)
        named = {key: record for record, key in zip(found, self.keys(list(found)), strict=True)}
        for part, table, column in self.parts:
            for row in _among(read, table, "*", column, None if records is None else named):
                record = named.get(row[column])
                if record is not None:
                    found[record].setdefault(part, []).append(row)
        return found

    def _key(self, record: str) -> str:
        return record.partition(":")[2] if self.column != "record" else record


def _texts(*values: str | None, language: str = "en") -> list[Text]:
    return [(value, language) for value in values if value]


def _list(value: Any) -> list[str]:
    if not value:
        return []
    return [str(part) for part in (json.loads(value) if isinstance(value, str) else value)]


def _keys(*symbols: str | None) -> tuple[str, ...]:
    """Symbols as they are compared: in canonical spelling; resolutions also without the year."""
    found: list[str] = []
    for text in symbols:
        if not text:
            continue
        try:
            symbol = parse(text)
        except SymbolError:
            continue
        found.append(key_of(symbol.canonical))
        if symbol.series == "resolution" and not symbol.suffixes:
            found.append(f"s/res/{symbol.number}")
    return tuple(dict.fromkeys(found))


def _mentions(own: Sequence[str], *texts: str | None) -> tuple[str, ...]:
    """The symbols named in texts, those that name the record itself left out."""
    found: list[str] = []
    for text in texts:
        if text:
            found += _keys(*(symbol.canonical for symbol in find_all(_symbol_of(text))))
    return tuple(key for key in dict.fromkeys(found) if key not in own)


def _spellings(symbol: str | None) -> tuple[str, ...]:
    """A symbol and the other ways people write it."""
    try:
        return (symbol, *aliases(parse(symbol))) if symbol else ()
    except SymbolError:
        return (symbol,) if symbol else ()


def _number(symbol: str | None) -> int:
    try:
        return parse(symbol or "").number or 0
    except SymbolError:
        return 0


def _years(year: int | None) -> tuple[int, ...]:
    return (year,) if year else ()


def _names(code: str, known: Sequence[Text]) -> list[Text]:
    """All names of a member: those of the archive, present-day names in the six languages, its code."""
    today = names_in_languages(code)
    texts = [*known, *((today[language], language) for language in LANGUAGES if language in today), (code, "en")]
    return list(dict.fromkeys(texts))


def _vote(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = _keys(row["symbol"], row["draft"], row["label"])
    against = sorted({veto["member"] for veto in live.get("vetoes", [])})
    ballots = [(ballot["member"], ballot["choice"]) for ballot in live.get("ballots", [])]
    also = _texts(row["agenda"], *_list(row["subjects"]), row["note"])
    if row["label"] != row["symbol"] and not _keys(row["label"]):
        also += _texts(row["label"])
    if row["outcome"] in ("vetoed", "not adopted"):  # "adopted" would say nothing: most are
        also += _texts(row["outcome"])
    for code in against:
        also += _names(code, known.get(code, ()))
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["title"] or row["label"],
        symbol=row["symbol"],
        number=row["resolution"] or _number(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=_spellings(row["symbol"]),
        mentions=_mentions(own, row["meeting"], *_list(row["records"])),
        also=tuple(text for text in dict.fromkeys(also) if text[0] != row["title"]),
        years=_years(row["year"]),
        outcome=row["outcome"],
        agenda=row["agenda"],
        members=tuple(sorted({*against, *(member for member, _ in ballots)})),
        ballots=tuple(sorted({f"{m}:{c}" for m, c in ballots} | {f"{m}:veto" for m in against})),
    )


def _meeting(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = _keys(row["symbol"], *sorted(sitting["symbol"] for sitting in live.get("sittings", [])))
    outcomes = _list(row["outcomes"])
    also = [text for text in _texts(*_list(row["topics"]), *outcomes, row["place"]) if text[0] != row["topic"]]
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["topic"] or row["symbol"],
        symbol=row["symbol"],
        number=row["number"] or _number(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=_spellings(row["symbol"]),
        mentions=_mentions(own, *_list(row["press"]), *_list(row["letters"]), *_list(row["corrigenda"]), *outcomes),
        also=tuple(dict.fromkeys(also)),
        years=_years(row["year"]),
        agenda=row["topic"] or None,
    )


def _document(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = _keys(row["symbol"])
    held_at = _symbol_of(row["meeting"] or "")
    topic = next((meeting["topic"] for meeting in live.get("meetings", []) if meeting["symbol"] == held_at), None)
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["title"] or topic or row["symbol"],
        language=(row["language"] or "en") if row["title"] else "en",
        symbol=row["symbol"],
        number=_number(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=_spellings(row["symbol"]),
        mentions=_mentions(own, row["meeting"]),
        also=tuple(_texts(row["type"], topic if row["title"] else None)),
        years=_years(row["year"]),
        agenda=topic or None,
    )


def _mission(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    visited, sites = _list(row["countries"]), _list(row["sites"])
    leads = _list(row["leads"])
    codes = [code for country in visited if (code := code_of(country))]
    also = _texts(row["region"], *visited, *sites, *leads, row["remark"])
    for code in codes:
        also += _names(code, ())
    concerned = {code for name in (*visited, *leads, *_list(row["participants"])) if (code := code_of(name))}
    documents = (row["terms_of_reference"], row["report"], *_list(row["documents"]), *_list(row["meetings"]))
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["title"],
        symbol=row["report"] or row["terms_of_reference"],
        date=row["date"] or None,
        mentions=_mentions((), *documents),
        also=tuple(dict.fromkeys(also)),
        years=_years(row["year"]),
        members=tuple(sorted(concerned)),
    )


def _veto(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    names = list(known.get(row["member"], ()))
    about = row["agenda"] or row["draft"]
    name = names[0][0] if names else row["member"]
    vote = (row["vote"] or "").removeprefix("vote:")
    return SearchDocument(
        record=record,
        kind=kind,
        title=f"{name}: {about}" if about else name,
        symbol=row["draft"],
        number=_number(row["draft"]),
        date=row["date"] or None,
        mentions=_mentions((), row["draft"], row["meeting"], vote, *_list(row["records"])),
        also=(*_names(row["member"], names), ("veto", "en")),
        years=_years(row["year"]),
        agenda=row["agenda"],
        members=(row["member"],),
        ballots=(f"{row['member']}:veto",),
    )


def _member(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    code = row["code"]
    names = _names(code, known.get(code, ()))
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["name"],
        also=tuple(text for text in names if text[0] != row["name"]),
        names=tuple((language, name) for language, name in names_in_languages(code).items()),
        years=tuple(sorted({seat["year"] for seat in live.get("memberships", [])})),
        members=(code,),
    )


def _advice(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = _keys(row["symbol"])
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["topic"] or row["item"] or row["symbol"] or record.partition(":")[2],
        symbol=row["symbol"],
        number=_number(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=_spellings(row["symbol"]),
        mentions=_mentions(own, row["requested_in"], row["meeting"]),
        also=tuple(dict.fromkeys(_texts(row["item"], row["requested_by"], row["form"], row["remark"]))),
        years=_years(row["year"]),
        agenda=row["item"] or row["topic"],
    )


_SOURCES: Final[dict[str, _Source]] = {
    "vote": _Source("votes", _vote, (("ballots", "ballots", "vote"), ("vetoes", "vetoes", "vote"))),
    "meeting": _Source(
        "meetings",
        _meeting,
        (("sittings", "sittings", "meeting"),),
        keys=lambda records: [_symbol_of(record) for record in records],
    ),
    "document": _Source("documents", _document),
    "mission": _Source("missions", _mission),
    "veto": _Source("vetoes", _veto),
    "member": _Source(
        "members",
        _member,
        (("memberships", "memberships", "member"),),
        record=lambda row: f"member:{row['code']}",
        keys=lambda records: [record.partition(":")[2] for record in records],
        column="code",
    ),
    "advice": _Source("advice", _advice),
}


# --- Countries ------------------------------------------------------------------------------------------------------

_USUAL = {
    "Bolivia": "BOL",
    "Cape Verde": "CPV",
    "Congo": "COG",
    "Saint Vincent and the Grenadines": "VCT",
    "Czech Republic": "CZE",
    "Democratic Republic of the Congo": "COD",
    "Federal Republic of Yugoslavia": "YUG",
    "Libyan Arab Republic": "LBY",
    "Libyan Arab Jamahiriya": "LBY",
    "Republic of the Congo": "COG",
    "Republic of Korea": "KOR",
    "Russian Federation": "RUS",
    "Swaziland": "SWZ",
    "Syrian Arab Republic": "SYR",
    "Turkey": "TUR",
    "United Republic of Tanzania": "TZA",
    "Viet Nam": "VNM",
    "Myanmar": "MMR",
    "Côte d'Ivoire": "CIV",
}
"""Names the Council's documents use where CLDR has another."""


def _plain(name: str) -> str:
    return fold(name.lower().replace("’", "'").replace(" & ", " and ").replace("st. ", "saint ").strip())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in get_global("territory_aliases"):
        if len(code) == 3 and code.isalpha() and (name := names_in_languages(code).get("en")):
            found.setdefault(_plain(name), code)
    found.update({_plain(name): code for name, code in _USUAL.items()})
    return found


@lru_cache(maxsize=4096)
def code_of(name: str) -> str | None:
    """The ISO code of a State by its English name; None for what is no State known by that name."""
    return _codes().get(_plain(name))


__all__ = ["KINDS", "SCHEMA", "SearchDocument", "code_of", "documents", "touched"]
