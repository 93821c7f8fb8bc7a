"""What each kind of record is found by: its search document, made from the rows of its read models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.symbols import SymbolError, aliases, find_all, parse
from projections.members import LANGUAGES, names_in_languages
from projections.reading import Reader, Values
from search.countries import code_of
from search.query import key_of

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
    """The title in other languages: (language, title), one for each."""
    years: tuple[int, ...] = ()
    outcome: str | None = None
    agenda: str | None = None
    members: tuple[str, ...] = ()
    """Codes of the States concerned: those that voted, cast the veto, took part in the mission or were visited."""
    ballots: tuple[str, ...] = ()
    """What they did: ``FRA:no``, ``FRA:veto``."""
    format: str | None = None
    """The format of a meeting: open debate, briefing …"""
    body: tuple[Text, ...] = ()
    """Long texts of the record, in the languages they are in."""
    revision: int = 0
    """The position at which the record itself was last corrected or redacted, in whatever field; if never, that at
    which the archive first held it. A further source that says the same is no new revision."""
    since: int = 0
    until: int | None = None


Rows = dict[str, list[Values]]
"""Rows of one record: part (``main``, ``ballots`` …) → rows with since and until."""

CHUNK = 400


def symbol_of(meeting: str) -> str:
    """The symbol in a reference to a meeting, whether it is written as a symbol or as a record."""
    return meeting.removeprefix("meeting:")


def among(
    read: Reader, table: str, columns: str, column: str, values: Iterable[str], only: str = ""
) -> Iterator[Values]:
    """Rows of all times whose column has one of these values; `only` is a further condition in SQL."""
    known = sorted(set(values))
    for start in range(0, len(known), CHUNK):
        part = {f"v{number}": value for number, value in enumerate(known[start : start + CHUNK])}
        marks = ",".join(f":{name}" for name in part)
        sql = f"select {columns} from {table} where {column} in ({marks})"
        yield from read.rows(f"{sql} and {only}" if only else sql, part)


Live = Mapping[str, Sequence[Values]]
Known = Mapping[str, Sequence[Text]]
Make = Callable[[str, str, Values, Live, Known], SearchDocument]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a kind of record stand, and how they make a search document."""

    table: str
    make: Make
    parts: tuple[tuple[str, str, str], ...] = ()
    """Further rows: (part, table, column that names the record)."""
    record: Callable[[Values], str] = lambda row: str(row["record"])
    keys: Callable[[Sequence[str]], Sequence[str]] = lambda records: records
    """The values by which rows of :attr:`parts` name records, in order."""
    column: str = "record"

    def records(self, read: Reader) -> list[str]:
        """All records of the kind, those of past positions as well, in order."""
        return sorted(map(self.record, read.rows(f"select distinct {self.column} from {self.table}")))

    def load(self, read: Reader, records: Sequence[str]) -> dict[str, Rows]:
        """The rows of records of all times, by record."""
        found: dict[str, Rows] = {}
        for row in among(read, self.table, "*", self.column, map(self.key, records)):
            found.setdefault(self.record(row), {"main": []})["main"].append(row)
        named = {key: record for record, key in zip(found, self.keys(list(found)), strict=True)}
        for part, table, column in self.parts:
            for row in among(read, table, "*", column, named):
                found[named[row[column]]].setdefault(part, []).append(row)
        return found

    def spans(self, read: Reader, records: Iterable[str]) -> Iterator[tuple[str, Values]]:
        """From which to which position the archive holds records: (record, since and until)."""
        chosen = map(self.key, records)
        for row in among(read, self.table, f"{self.column}, since, until", self.column, chosen):
            yield self.record(row), {"since": row["since"], "until": row["until"]}

    def key(self, record: str) -> str:
        """By what the table names a record."""
        return record.partition(":")[2] if self.column != "record" else record


def texts(*values: str | None, language: str = "en") -> list[Text]:
    """The texts that are there, each with its language."""
    return [(value, language) for value in values if value]


def listed(value: Any) -> list[str]:
    """A column that holds a list, as JSON text or already read."""
    if not value:
        return []
    return [str(part) for part in (json.loads(value) if isinstance(value, str) else value)]


def own_keys(*symbols: str | None) -> tuple[str, ...]:
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


def mentions(own: Sequence[str], *naming: str | None) -> tuple[str, ...]:
    """The symbols named in texts, those that name the record itself left out."""
    found: list[str] = []
    for text in naming:
        if text:
            found += own_keys(*(symbol.canonical for symbol in find_all(symbol_of(text))))
    return tuple(key for key in dict.fromkeys(found) if key not in own)


def spellings(symbol: str | None) -> tuple[str, ...]:
    """A symbol and the other ways people write it."""
    try:
        return (symbol, *aliases(parse(symbol))) if symbol else ()
    except SymbolError:
        return (symbol,) if symbol else ()


def number_of(symbol: str | None) -> int:
    """The number in a symbol, to order the records of one day; 0 where there is none."""
    try:
        return parse(symbol or "").number or 0
    except SymbolError:
        return 0


def years(year: int | None) -> tuple[int, ...]:
    """The year, if it is known."""
    return (year,) if year else ()


def member_names(code: str, known: Sequence[Text]) -> list[Text]:
    """All names of a member: those of the archive, present-day names in the six languages, its code."""
    today = names_in_languages(code)
    every = [*known, *((today[language], language) for language in LANGUAGES if language in today), (code, "en")]
    return list(dict.fromkeys(every))


def _vote(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = own_keys(row["symbol"], row["draft"], row["label"])
    against = sorted({veto["member"] for veto in live.get("vetoes", [])})
    ballots = [(ballot["member"], ballot["choice"]) for ballot in live.get("ballots", [])]
    also = texts(row["agenda"], *listed(row["subjects"]), row["note"])
    if row["label"] != row["symbol"] and not own_keys(row["label"]):
        also += texts(row["label"])
    if row["outcome"] in ("vetoed", "not adopted"):  # "adopted" would say nothing: most are
        also += texts(row["outcome"])
    for code in against:
        also += member_names(code, known.get(code, ()))
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["title"] or row["label"],
        symbol=row["symbol"],
        number=row["resolution"] or number_of(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=spellings(row["symbol"]),
        mentions=mentions(own, row["meeting"], *listed(row["records"])),
        also=tuple(text for text in dict.fromkeys(also) if text[0] != row["title"]),
        years=years(row["year"]),
        outcome=row["outcome"],
        agenda=row["agenda"],
        members=tuple(sorted({*against, *(member for member, _ in ballots)})),
        ballots=tuple(sorted({f"{m}:{c}" for m, c in ballots} | {f"{m}:veto" for m in against})),
    )


def _meeting(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = own_keys(row["symbol"], *sorted(sitting["symbol"] for sitting in live.get("sittings", [])))
    outcomes = listed(row["outcomes"])
    said = texts(*listed(row["topics"]), row["theme"], row["agenda"], row["format"], *outcomes, row["place"])
    also = [text for text in said if text[0] != row["topic"]]
    letters = (*listed(row["letters"]), row["concept_note"])
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["topic"] or row["symbol"],
        symbol=row["symbol"],
        number=row["number"] or number_of(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=spellings(row["symbol"]),
        mentions=mentions(own, *listed(row["press"]), *letters, *listed(row["corrigenda"]), *outcomes),
        also=tuple(dict.fromkeys(also)),
        years=years(row["year"]),
        agenda=row["topic"] or None,
        format=row["format"],
    )


def _document(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    own = own_keys(row["symbol"])
    held_at = symbol_of(row["meeting"] or "")
    topic = next((meeting["topic"] for meeting in live.get("meetings", []) if meeting["symbol"] == held_at), None)
    author = row["author"] or ""
    state = author if len(author) == 3 and author.isupper() else None
    also = texts(row["type"], topic if row["title"] else None, author or None)
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["title"] or topic or row["symbol"],
        language=(row["language"] or "en") if row["title"] else "en",
        symbol=row["symbol"],
        number=number_of(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=spellings(row["symbol"]),
        mentions=mentions(own, row["meeting"], row["corrects"], row["supersedes"]),
        also=tuple(dict.fromkeys((*also, *(member_names(state, ()) if state else ())))),
        years=years(row["year"]),
        agenda=topic or None,
        members=(state,) if state else (),
    )


def _mission(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    visited, sites = listed(row["countries"]), listed(row["sites"])
    leads = listed(row["leads"])
    codes = [code for country in visited if (code := code_of(country))]
    also = texts(row["region"], *visited, *sites, *leads, row["remark"])
    for code in codes:
        also += member_names(code, ())
    concerned = {code for name in (*visited, *leads, *listed(row["participants"])) if (code := code_of(name))}
    documents = (row["terms_of_reference"], row["report"], *listed(row["documents"]), *listed(row["meetings"]))
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["title"],
        symbol=row["report"] or row["terms_of_reference"],
        date=row["date"] or None,
        mentions=mentions((), *documents),
        also=tuple(dict.fromkeys(also)),
        years=years(row["year"]),
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
        number=number_of(row["draft"]),
        date=row["date"] or None,
        mentions=mentions((), row["draft"], row["meeting"], vote, *listed(row["records"])),
        also=(*member_names(row["member"], names), ("veto", "en")),
        years=years(row["year"]),
        agenda=row["agenda"],
        members=(row["member"],),
        ballots=(f"{row['member']}:veto",),
    )


def _member(record: str, kind: str, row: Values, live: Live, known: Known) -> SearchDocument:
    code = row["code"]
    names = member_names(code, known.get(code, ()))
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
    own = own_keys(row["symbol"])
    return SearchDocument(
        record=record,
        kind=kind,
        title=row["topic"] or row["item"] or row["symbol"] or record.partition(":")[2],
        symbol=row["symbol"],
        number=number_of(row["symbol"]),
        date=row["date"] or None,
        own=own,
        spellings=spellings(row["symbol"]),
        mentions=mentions(own, row["requested_in"], row["meeting"]),
        also=tuple(dict.fromkeys(texts(row["item"], row["requested_by"], row["form"], row["remark"]))),
        years=years(row["year"]),
        agenda=row["item"] or row["topic"],
    )


RECORD: Final[dict[str, Source]] = {
    "vote": Source("votes", _vote, (("ballots", "ballots", "vote"), ("vetoes", "vetoes", "vote"))),
    "meeting": Source(
        "meetings",
        _meeting,
        (("sittings", "sittings", "meeting"),),
        keys=lambda records: [symbol_of(record) for record in records],
    ),
    "document": Source("documents", _document),
    "mission": Source("missions", _mission),
    "veto": Source("vetoes", _veto),
    "member": Source(
        "members",
        _member,
        (("memberships", "memberships", "member"),),
        record=lambda row: f"member:{row['code']}",
        keys=lambda records: [record.partition(":")[2] for record in records],
        column="code",
    ),
    "advice": Source("advice", _advice),
}
