"""Texts that nobody should type, made from a seed: to find the slowest answer, and any that fails."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ops.bench.search.corpus import Corpus
from ops.bench.search.rivals import Rival
from search.engine import Query, SearchError

AIM_MS: Final = 1_000.0
"""No query may take longer."""

_SIGNS: Final = (
    "\0\a\x1b\u200f\u202e\u2066\u2069\ufeff\u00ad'\"“”«»()[]{}<>*?~^:;,.!|&\\/+-=_%#@`\t\n\r\U0001f54a\ud800"
)
_SYNTAX: Final = (
    *("AND", "OR", "NOT", "(", ")", '"', "-", "*", ":", "..", "kind:", "country:FRA", "year:1990..1999", "vote:no"),
    *("S/PRST/2023/*", "S/*", "*/*", "S/RES/1325 (2000)", "format:", "a*", "s*", "1*", "NEAR", "title:", "field:*"),
)


@dataclass(frozen=True, slots=True)
class Slowest:
    """The slowest of so many fuzzed queries, in milliseconds; its beginning; how many were refused or failed."""

    engine: str
    queries: int
    milliseconds: float
    text: str
    refused: int
    failed: int
    failure: str = ""


def texts(corpus: Corpus, count: int, seed: int) -> Iterator[str]:
    """So many texts: noise, syntax, nesting, words run together, up to 100,000 characters."""
    chance = random.Random(f"{seed} fuzz")
    vocabularies = [lexicon.words for lexicon in corpus.lexicons.values()]
    for _ in range(count):
        size = chance.choice((1, 3, 8, 20, 60))
        match chance.randrange(7):
            case 0:
                yield "".join(chance.choices(_SIGNS, k=size))
            case 1:
                yield "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(size))
            case 2:
                yield " ".join(chance.choice((*_SYNTAX, *chance.choice(vocabularies)[:50])) for _ in range(size))
            case 3:
                yield "(" * size + chance.choice(chance.choice(vocabularies)[:200]) + ")" * chance.choice((0, size))
            case 4:
                yield " OR ".join(chance.choice(vocabularies)[chance.randrange(30)] for _ in range(size))
            case 5:
                words = chance.choice(vocabularies)
                yield " ".join(word[: chance.randint(1, 2)] + "*" for word in chance.choices(words, k=size))
            case _:
                long = chance.choice(("a", "(", '"', "安理", "ق", "a ", "-", "NOT ", "* ", "S/"))
                yield long * (chance.choice((10, 1_000, 100_000)) // len(long))


def slowest(rival: Rival, texts: Sequence[str], step: Callable[[], None]) -> Slowest:
    """Ask everything; a SearchError counts as refused, any other error as failed."""
    worst, worst_text, refused, failed, failure = 0.0, "", 0, 0, ""
    for text in texts:
        began = time.perf_counter()
        try:
            rival.ask(Query(text=text))
        except SearchError:
            refused += 1
        except Exception as error:  # the figure is how many; the report says which came first
            failed += 1
            failure = failure or f"{type(error).__name__} for {text[:40]!r}"
        took = (time.perf_counter() - began) * 1000
        if took > worst:
            worst, worst_text = took, text[:40]
        step()
    return Slowest(rival.name, len(texts), worst, worst_text, refused, failed, failure)
