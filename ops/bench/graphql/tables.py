"""The same record as plain tables for the peers: what holds now, with the keys that their schemas are made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA = """
create table members (code text primary key, name text not null);
create table meetings (record text primary key, symbol text not null unique, date text not null, year integer,
    topics text not null, voted integer not null);
create table votes (record text primary key, symbol text not null, resolution integer,
    meeting text references meetings (symbol), date text not null, title text not null,
    yes integer, no integer, abstain integer);
create table ballots (vote text not null references votes (record), member text not null references members (code),
    choice text not null, primary key (vote, member));
create table member_totals (member text not null references members (code), year integer not null,
    yes integer not null, no integer not null, abstain integer not null, not_voting integer not null,
    primary key (member, year));
create index meetings_year on meetings (year, voted, date, record);
create index meetings_voted on meetings (voted);
create index votes_meeting on votes (meeting, date, record);
create index votes_resolution on votes (resolution);
create index ballots_member on ballots (member);
create index member_totals_year on member_totals (year, member);
"""

READ = {
    "members": "select code, name from members where until is null",
    "meetings": (
        "select record, symbol, date, year, topics, exists (select 1 from votes v where v.meeting = m.symbol "
        "and v.until is null) from meetings m where until is null"
    ),
    "votes": (
        "select record, symbol, resolution, (select m.symbol from meetings m where m.symbol = v.meeting "
        "and m.until is null), date, title, yes, no, abstain from votes v where until is null"
    ),
    "ballots": (
        "select vote, member, choice from ballots where until is null "
        "and member in (select code from members where until is null)"
    ),
    "member_totals": (
        "select member, year, yes, no, abstain, not_voting from member_totals where until is null "
        "and member in (select code from members where until is null)"
    ),
}


def rows(views: Path) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Each table with its rows, in an order that references allow."""
    with sqlite3.connect(f"file:{views}?mode=ro", uri=True) as connection:
        for table, query in READ.items():
            yield table, connection.execute(query).fetchall()


def to_sqlite(views: Path, path: Path) -> None:
    """Write the tables to a new SQLite file."""
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        for table, found in rows(views):
            connection.executemany(f"insert into {table} values ({','.join('?' * len(found[0]))})", found)
        connection.execute("analyze")
    connection.close()


def to_postgres(views: Path, url: str) -> None:
    """Write the tables to an empty PostgreSQL database. `voted` becomes a Boolean, as a schema of its own would be."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA.replace("voted integer", "voted boolean").encode())
        for table, found in rows(views):
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in found:
                    copy.write_row((*row[:5], bool(row[5])) if table == "meetings" else row)
        connection.commit()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("analyze")
