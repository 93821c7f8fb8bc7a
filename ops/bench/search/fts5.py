"""The peer: SQLite FTS5, set up the way someone who knows it would for six languages.

Words are taken apart by unicode61 without diacritics; Chinese stands a second time in a trigram table, because
unicode61 sees a whole run of it as one word. A run of three characters or more is looked up there, a shorter one by
LIKE, which reads the table through. Values to filter by and to count stand in ordinary indexed tables.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ops.bench.search.rivals import Page
from search.engine import Query, Report
from search.kinds import SearchDocument

_SCHEMA: Final = """
CREATE TABLE docs (id INTEGER PRIMARY KEY, record TEXT UNIQUE, kind TEXT, year INTEGER, date TEXT, outcome TEXT,
  agenda TEXT, format TEXT, shown TEXT, title TEXT, more TEXT, body TEXT, zh TEXT);
CREATE INDEX docs_kind ON docs (kind, year);
CREATE INDEX docs_year ON docs (year);
CREATE INDEX docs_date ON docs (date);
CREATE TABLE members (doc INTEGER, member TEXT, PRIMARY KEY (member, doc)) WITHOUT ROWID;
CREATE INDEX members_doc ON members (doc);
CREATE TABLE ballots (doc INTEGER, ballot TEXT, PRIMARY KEY (ballot, doc)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5
  (title, more, body, content='docs', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE signs USING fts5 (zh, content='docs', content_rowid='id', tokenize='trigram');
"""
_FACETS: Final = ("kind", "year", "outcome", "agenda", "format")
_PIECE: Final = re.compile(r'(-)?(?:"([^"]*)"?|([^\s"]+))')
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD: Final = re.compile(r"[^\W_]+")
_TOKENS: Final = 24
"""Words of a query that are read, as many as ours reads."""
_EVERY: Final = 1_000


class Fts5:
    """See :class:`ops.bench.search.rivals.Rival`."""

    name = "fts5"

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA temp_store=MEMORY")
        self._connection.execute("PRAGMA cache_size=-65536")

    def build(self, documents: Iterator[SearchDocument], report: Report) -> None:
        """Write the whole index anew, in one transaction, and merge it."""
        run = self._connection.execute
        if run("SELECT 1 FROM sqlite_master WHERE name = 'docs'").fetchone():
            raise ValueError(f"{self._path} is built already: give the peer a new file")
        self._connection.executescript(_SCHEMA)
        with self._connection:
            for number, document in enumerate(documents, 1):
                if document.until is None:
                    self._insert(document)
                if number % _EVERY == 0:
                    report(_EVERY)
            run("INSERT INTO words(words) VALUES ('optimize')")
            run("INSERT INTO signs(signs) VALUES ('optimize')")
        run("PRAGMA wal_checkpoint(TRUNCATE)")

    def put(self, document: SearchDocument) -> None:
        """Put one document in place of what its record was."""
        with self._connection:
            self._remove(document.record)
            self._insert(document)

    def ask(self, query: Query) -> Page:
        """Total, facets and one page, by bm25 or by date."""
        matched, values, ranked = self._matching(query)
        run = self._connection.execute
        run("DROP TABLE IF EXISTS temp.hits")
        run(f"CREATE TEMP TABLE hits AS {matched}", values)
        total = int(run("SELECT count(*) FROM hits").fetchone()[0])
        columns = [f"SELECT d.{name}, count(*) FROM hits h JOIN docs d ON d.id = h.id GROUP BY 1" for name in _FACETS]
        columns.append("SELECT m.member, count(*) FROM hits h JOIN members m ON m.doc = h.id GROUP BY 1")
        facets = [run(column).fetchall() for column in columns]
        order = "h.score, d.id" if ranked and query.sort == "relevance" else "d.date DESC, d.id DESC"
        page = f"SELECT d.id, d.record, d.shown FROM hits h JOIN docs d ON d.id = h.id ORDER BY {order} LIMIT ?"
        rows = run(page, (query.first,)).fetchall()
        self._snippets(query, [identifier for identifier, _, _ in rows])
        return Page(total, [record for _, record, _ in rows], len(facets))

    def _snippets(self, query: Query, identifiers: list[int]) -> list[str]:
        """The matches of one page in their surroundings, marked, as our engines show them."""
        words, signs, _ = _read(query.text)
        table, wanted = ("words", words) if words else ("signs", signs)
        if not wanted or not identifiers:
            return []
        marks = ",".join("?" * len(identifiers))
        cut = f"snippet({table}, -1, '<mark>', '</mark>', '…', 24)"
        rows = self._connection.execute(
            f"SELECT {cut} FROM {table} WHERE {table} MATCH ? AND rowid IN ({marks})", (wanted, *identifiers)
        )
        return [snippet for (snippet,) in rows]

    def every(self, query: Query) -> set[str]:
        """All records found."""
        matched, values, _ = self._matching(query)
        rows = self._connection.execute(f"SELECT record FROM docs WHERE id IN (SELECT id FROM ({matched}))", values)
        return {record for (record,) in rows}

    def bytes(self) -> int:
        """Size of the database on disk."""
        return sum(path.stat().st_size for path in self._path.parent.glob(self._path.name + "*"))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    # -- writing -------------------------------------------------------------------------------------------------

    def _insert(self, document: SearchDocument) -> None:
        title = "\n".join((document.title, *(name for _, name in document.names)))
        symbols = (*document.own, *document.mentions)
        more = "\n".join((*(text for text, _ in document.also), *document.spellings, *symbols))
        body = "\n".join(text for text, _ in document.body)
        zh = "\n".join(run for text in (title, more, body) for run in _HAN.findall(text))
        shown = json.dumps([document.title, document.symbol, document.date, document.also], ensure_ascii=False)
        run = self._connection.execute
        year = document.years[0] if document.years else None
        identifier = run(
            "INSERT INTO docs (record, kind, year, date, outcome, agenda, format, shown, title, more, body, zh) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(document.record, document.kind, year, document.date, document.outcome, document.agenda),
                *(document.format, shown, title, more, body, zh),
            ),
        ).lastrowid
        run("INSERT INTO words (rowid, title, more, body) VALUES (?,?,?,?)", (identifier, title, more, body))
        if zh:
            run("INSERT INTO signs (rowid, zh) VALUES (?,?)", (identifier, zh))
        many = self._connection.executemany
        many("INSERT OR IGNORE INTO members VALUES (?,?)", [(identifier, member) for member in document.members])
        many("INSERT OR IGNORE INTO ballots VALUES (?,?)", [(identifier, ballot) for ballot in document.ballots])

    def _remove(self, record: str) -> None:
        run = self._connection.execute
        row = run("SELECT id, title, more, body, zh FROM docs WHERE record = ?", (record,)).fetchone()
        if row is None:
            return
        identifier, title, more, body, zh = row
        old = (identifier, title, more, body)
        run("INSERT INTO words (words, rowid, title, more, body) VALUES ('delete',?,?,?,?)", old)
        if zh:
            run("INSERT INTO signs (signs, rowid, zh) VALUES ('delete',?,?)", (identifier, zh))
        for table in ("members", "ballots"):
            run(f"DELETE FROM {table} WHERE doc = ?", (identifier,))
        run("DELETE FROM docs WHERE id = ?", (identifier,))

    # -- asking --------------------------------------------------------------------------------------------------

    def _matching(self, query: Query) -> tuple[str, list[object], bool]:
        """The statement that selects id and score of what matches, its values, and whether there is a score."""
        conditions: list[str] = []
        values: list[object] = []
        words, signs, runs = _read(query.text)
        ranked = bool(words or signs)
        source, score = "docs d", "0"
        if words:
            source, score = "words JOIN docs d ON d.id = words.rowid", "bm25(words, 4.0, 1.5, 1.0)"
            conditions.append("words MATCH ?")
            values.append(words)
        if signs and not words:
            source, score = "signs JOIN docs d ON d.id = signs.rowid", "bm25(signs)"
            conditions.append("signs MATCH ?")
            values.append(signs)
        elif signs:
            conditions.append("d.id IN (SELECT rowid FROM signs WHERE signs MATCH ?)")
            values.append(signs)
        for run in runs:
            conditions.append("d.zh LIKE ?")
            values.append(f"%{run}%")
        self._filters(query, conditions, values)
        where = " AND ".join(conditions) or "1"
        return f"SELECT d.id AS id, {score} AS score FROM {source} WHERE {where}", values, ranked

    def _filters(self, query: Query, conditions: list[str], values: list[object]) -> None:
        columns: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("kind", query.kinds),
            ("outcome", query.outcomes),
            ("agenda", query.agenda),
            ("format", query.formats),
        )
        for column, some in columns:
            if some:
                conditions.append(f"d.{column} IN ({','.join('?' * len(some))})")
                values.extend(some)
        for bound, sign in zip(query.years, (">=", "<="), strict=True):
            if bound is not None:
                conditions.append(f"d.year {sign} ?")
                values.append(bound)
        codes = [value for value in query.members if ":" not in value]
        ballots = [value for value in query.members if ":" in value]
        ways = []
        for table, column, chosen in (("members", "member", codes), ("ballots", "ballot", ballots)):
            if chosen:
                ways.append(f"d.id IN (SELECT doc FROM {table} WHERE {column} IN ({','.join('?' * len(chosen))}))")
                values.extend(chosen)
        if ways:
            conditions.append(f"({' OR '.join(ways)})")


def _read(text: str) -> tuple[str, str, list[str]]:
    """A typed text as expressions for both tables and short runs of Chinese. Every word is quoted: none is syntax."""
    groups: list[str] = []
    without: list[str] = []
    signs: list[str] = []
    runs: list[str] = []
    joined = negated = False
    for minus, phrase, word in _PIECE.findall(text[:1_000])[:_TOKENS]:
        if word in ("AND", "OR", "NOT"):
            joined, negated = word == "OR" and bool(groups), word == "NOT"
            continue
        piece = phrase or word
        for run in _HAN.findall(piece):
            (signs if len(run) >= 3 else runs).append(run)
        tokens = _WORD.findall(_HAN.sub(" ", piece))
        if tokens:
            quoted = f'"{" ".join(tokens)}"'
            if minus or negated:
                without.append(quoted)
            elif joined:
                groups[-1] = f"{groups[-1]} OR {quoted}"
            else:
                groups.append(quoted)
        joined = negated = False
    words = " AND ".join(f"({group})" for group in groups)
    if words and without:
        words = f"({words}) NOT ({' OR '.join(without)})"
    return words, " AND ".join(f'"{run}"' for run in signs), runs
