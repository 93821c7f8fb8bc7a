"""A log of twenty thousand records made up by rule, and processes that index it and are killed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

from search import documents as searched
from search import languages
from search.engine import Stamp
from search.kinds import SearchDocument
from search.writing import EmbeddedTarget

RECORDS = 20_000
CHANGED = 10
"""At every position after the first, one record in ten reads otherwise."""

_TOPICS = (
    "The situation in the Middle East, including the Palestinian question",
    "Women and peace and security",
    "Threats to international peace and security caused by terrorist acts",
    "Protection of civilians in armed conflict",
    "Вопрос о положении в Мали",
    "安全理事会的工作方法",
    "الحالة في الصومال",
)


def touched(position: int) -> set[int]:
    """The records that read otherwise from a position on."""
    if position == 1:
        return set(range(RECORDS))
    return set(range(-position % CHANGED, RECORDS, CHANGED))


def documents(position: int, records: Iterable[int] | None = None) -> Iterator[SearchDocument]:
    """The search documents of all records, or of some, with all their versions up to a position."""
    for number in range(RECORDS) if records is None else sorted(records):
        begun = [1, *(later for later in range(2, position + 1) if (number + later) % CHANGED == 0)]
        for since, until in pairwise([*begun, None]):
            assert since is not None
            yield _document(number, since, until)


def _document(number: int, since: int, until: int | None) -> SearchDocument:
    symbol, day = f"S/PV.{number + 1}", f"{1946 + number % 80}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    return SearchDocument(
        record=f"meeting:{symbol}",
        kind="meeting",
        title=f"{_TOPICS[number % len(_TOPICS)]} ({since})",
        symbol=symbol,
        number=number + 1,
        date=day,
        own=(symbol.casefold(),),
        years=(int(day[:4]),),
        agenda=_TOPICS[number % len(_TOPICS)],
        since=since,
        until=until,
    )


def stamp(position: int, count: int) -> Stamp:
    """The stamp of an index at a position."""
    event = f"the event at {position}"
    return Stamp(EmbeddedTarget.engine, languages.ANALYSIS, searched.SCHEMA, "1", position, event, count)


def build(folder: Path, position: int, told: Connection | None = None) -> None:
    """Build the whole index at a position, as a process of its own: what is done is told as it goes."""
    target = EmbeddedTarget(folder)
    with target.writing():
        target.build(_telling(documents(position), told), lambda count: stamp(position, count), lambda _: None)


def catch_up(folder: Path, position: int, told: Connection | None = None) -> None:
    """Put the records that changed at a position in the index of the position before."""
    target, records = EmbeddedTarget(folder), touched(position)
    names = {f"meeting:S/PV.{number + 1}" for number in records}
    with target.writing():
        come = _telling(documents(position, records), told)
        target.replace(names, come, lambda count: stamp(position, count), lambda _: None)


def _telling(come: Iterator[SearchDocument], told: Connection | None) -> Iterator[SearchDocument]:
    for number, document in enumerate(come):
        if told is not None and number % 100 == 0:
            told.send(number)
        yield document
    if told is not None:
        told.send("written")
