"""Speed: building, size, memory, answers, and how soon a recorded event is found. All engines in the same run."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from ops.bench.search.corpus import SEED, Corpus
from ops.bench.search.ours import open_rival
from ops.bench.search.rivals import Rival
from search.engine import Query
from search.kinds import SearchDocument

PAGE_AIM_MS: Final = 15.0
"""p95 of a page with filters and facets at 110,000 documents, embedded."""
BUILD_AIM: Final = 2_500.0
"""Documents a second, embedded."""
FRESH_AIM: Final = 1.0
"""Seconds from recording to finding."""

PAGE: Final = "page: word, filters, facets, 20 hits"


@dataclass(frozen=True, slots=True)
class Built:
    """A build in a process of its own. `seconds` leaves out the making of the documents; memory is in bytes."""

    engine: str
    documents: int
    seconds: float
    size: int
    builder_memory: int
    searcher_memory: int = 0

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds


@dataclass(frozen=True, slots=True)
class Timed:
    """Answers to one class of queries, in milliseconds; `ratio`: median of the peer's time over ours, by query."""

    engine: str
    documents: int
    what: str
    queries: int
    p50: float
    p95: float
    ratio: float | None = None


# --- Builds ---------------------------------------------------------------------------------------------------------


class _Paced:
    """Documents as they are made, and the seconds their making took."""

    def __init__(self, documents: Iterator[SearchDocument]) -> None:
        self._documents = documents
        self.making = 0.0

    def __iter__(self) -> Iterator[SearchDocument]:
        while True:
            began = time.perf_counter()
            document = next(self._documents, None)
            self.making += time.perf_counter() - began
            if document is None:
                return
            yield document


def build(name: str, folder: Path, count: int, report: Callable[[int], None]) -> Built:
    """Build an index of so many documents in a process of its own. Raises RuntimeError if it fails."""
    return _apart(_building, (name, folder, count), report)


def _building(pipe: Connection, name: str, folder: Path, count: int) -> None:
    corpus = Corpus()
    rival = open_rival(name, folder)
    before = _memory("VmRSS")
    paced = _Paced(corpus.documents(count))
    began = time.perf_counter()
    rival.build(iter(paced), lambda some: pipe.send(some))
    seconds = time.perf_counter() - began - paced.making
    pipe.send(Built(name, count, seconds, rival.bytes(), _memory("VmHWM") - before))
    rival.close()


def searcher_memory(name: str, folder: Path, queries: Sequence[Query]) -> int:
    """Bytes by which a process of its own grows that opens the index and asks everything once."""
    return _apart(_searching, (name, folder, queries), lambda _: None).searcher_memory


def _searching(pipe: Connection, name: str, folder: Path, queries: Sequence[Query]) -> None:
    before = _memory("VmRSS")
    rival = open_rival(name, folder)
    for query in queries:
        rival.ask(query)
    # a Built so that the other side tells the end from steps on the way
    pipe.send(Built(name, 0, 1.0, 0, 0, _memory("VmHWM") - before))
    rival.close()


def _apart(work: Callable[..., None], told: tuple[object, ...], report: Callable[[int], None]) -> Built:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=work, args=(theirs, *told))
    process.start()
    theirs.close()
    made: Built | None = None
    try:
        while True:
            said = ours.recv()
            if isinstance(said, Built):
                made = said
            else:
                report(said)
    except EOFError:
        process.join()
    if made is None:
        raise RuntimeError(f"{work.__name__} of {told[0]} ended with exit code {process.exitcode}")
    return made


def _memory(what: str) -> int:
    """A line of the kernel's account of this process, in bytes: VmRSS now, VmHWM at most."""
    with open(f"/proc/{os.getpid()}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(what))


# --- Queries --------------------------------------------------------------------------------------------------------


def classes(corpus: Corpus, documents: int, count: int) -> dict[str, list[Query]]:
    """Different queries of each class, so many, drawn from the corpus itself: words as often as they stand in it."""
    chance = random.Random(f"{SEED} speed")
    makers: dict[str, Callable[[], Query]] = {
        "term": lambda: Query(text=_word(corpus, chance)),
        "phrase": lambda: Query(text=f'"{_phrase(corpus, documents, chance)}"'),
        "boolean": lambda: Query(text=_boolean(corpus, chance)),
        "Chinese, two characters": lambda: Query(text=_chinese(corpus, chance)),
        PAGE: lambda: _page(corpus, chance),
    }
    found: dict[str, list[Query]] = {}
    for what, make in makers.items():
        different: dict[Query, None] = {}
        while len(different) < count:
            different[make()] = None
        found[what] = list(different)
    return found


_SPACED: Final = ("ar", "en", "es", "fr", "ru")


def _word(corpus: Corpus, chance: random.Random) -> str:
    return corpus.lexicons[chance.choice(_SPACED)].draw(chance, 1)[0]


def _phrase(corpus: Corpus, documents: int, chance: random.Random) -> str:
    """Two or three words as they follow each other in a text."""
    while True:
        document = corpus.document(chance.randrange(documents))
        text, language = document.body[0]
        words = re.findall(r"[^\W_]+", text)
        if language != "zh" and len(words) > 3:
            start = chance.randrange(len(words) - 3)
            return " ".join(words[start : start + chance.choice((2, 3))])


def _boolean(corpus: Corpus, chance: random.Random) -> str:
    words = corpus.lexicons[chance.choice(_SPACED)].draw(chance, 3)
    return chance.choice(("{} {} -{}", "{} OR {} {}", "{} {} {}", "{} OR {} OR {}")).format(*words)


def _chinese(corpus: Corpus, chance: random.Random) -> str:
    return next(word for word in iter(lambda: corpus.lexicons["zh"].draw(chance, 1)[0], "") if len(word) == 2)


def _page(corpus: Corpus, chance: random.Random) -> Query:
    """What a reader of the portal asks: a word, kinds, a span of years, perhaps a member."""
    first = chance.randint(1994, 2015)
    states = corpus.lexicons["en"].states
    members = tuple(code for code, _ in chance.sample(states, 3)) if chance.random() < 0.3 else ()
    kinds = tuple(chance.sample(("document", "meeting", "vote"), chance.randint(1, 2)))
    return Query(text=_word(corpus, chance), kinds=kinds, years=(first, first + 10), members=members)


def answers(
    rivals: Sequence[Rival], asked: Mapping[str, Sequence[Query]], documents: int, step: Callable[[], None]
) -> list[Timed]:
    """Ask everything once, the rivals taking turns query by query; the last rival is the peer of the ratios.

    No query is asked twice, so that no engine answers from what it remembers of an answer.
    """
    found: list[Timed] = []
    for what, queries in asked.items():
        times: dict[str, list[float]] = {rival.name: [] for rival in rivals}
        for number, query in enumerate(queries):
            shift = number % len(rivals)
            for rival in (*rivals[shift:], *rivals[:shift]):
                began = time.perf_counter()
                rival.ask(query)
                times[rival.name].append((time.perf_counter() - began) * 1000)
            step()
        peer = times[rivals[-1].name]
        for rival in rivals:
            own = times[rival.name]
            ratio = statistics.median(theirs / mine for mine, theirs in zip(own, peer, strict=True))
            last = rival is rivals[-1]
            line = Timed(rival.name, documents, what, len(queries), percentile(own, 50), percentile(own, 95))
            found.append(line if last else replace(line, ratio=ratio))
    return found


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed: the nearest rank. Raises ValueError without values."""
    if not values:
        raise ValueError("a percentile needs at least one value")
    ranked = sorted(values)
    return ranked[max(0, -(-percent * len(ranked) // 100) - 1)]


# --- Freshness ------------------------------------------------------------------------------------------------------


def fresh(rival: Rival, corpus: Corpus, documents: int, times: int = 5) -> list[float]:
    """Seconds until a document put into a large index is found, so many times."""
    took = []
    for number in range(times):
        document = replace(corpus.document(documents + number), title=f"nowfound{number} {SEED}", since=0)
        began = time.perf_counter()
        rival.put(document)
        found = rival.ask(Query(text=f"nowfound{number}")).records
        took.append(time.perf_counter() - began)
        if found != [document.record]:
            raise RuntimeError(f"{rival.name} does not find {document.record} after it was put in")
    return took
