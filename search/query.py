"""What a person types, read as well as it can be: words, "phrases", -word or NOT word, OR, symbols of documents.

Nothing typed is ever handed to an engine's own query parser, and nothing typed is an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from domain.symbols import interpret, is_symbol
from search.languages import Word, exact, words

LONGEST: Final = 1_000
"""Characters of a query that are read."""

MOST: Final = 24
"""Words and phrases of a query that are read."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_PIECE = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_EDGES = ".,;:!?()[]{}<>*'…"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked for: all of some words, an exact phrase, or a document named by its symbol."""

    text: str
    words: tuple[Word, ...] = ()
    phrase: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query: one clause of each group must be found, none of the excluded. `symbols`: what the whole may name."""

    groups: tuple[tuple[Clause, ...], ...] = ()
    excluded: tuple[Clause, ...] = ()
    symbols: tuple[str, ...] = ()

    @property
    def wanted(self) -> Marks:
        """What to mark in a title."""
        marks = Marks()
        for clause in (clause for group in self.groups for clause in group):
            if clause.phrase:
                marks.phrases.add(clause.phrase)
            for word in clause.words:
                marks.stems.update(word.stems)
                if word.exact is not None:
                    marks.exact.add(word.exact)
        return marks


@dataclass(slots=True)
class Marks:
    """Exact forms, stems and phrases that a query asks for."""

    exact: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    phrases: set[tuple[str, ...]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.exact or self.stems or self.phrases)


def key_of(symbol: str) -> str:
    """A symbol as the index compares it."""
    return symbol.casefold()


def parse(text: str) -> Parsed:
    """Read a query. Never raises."""
    clean = _clean(text)
    groups: list[list[Clause]] = []
    excluded: list[Clause] = []
    negated = joined = False
    for match in _PIECE.finditer(clean):
        word = match["word"]
        if word == "NOT":
            negated = True
            continue
        if word in ("AND", "OR"):
            joined = word == "OR" and bool(groups)
            continue
        clause = _phrase(match["phrase"]) if word is None else _word(word)
        if clause is None:
            continue
        if match["minus"] or negated:
            excluded.append(clause)
        elif joined:
            groups[-1].append(clause)
        else:
            groups.append([clause])
        negated = joined = False
        if sum(map(len, groups)) + len(excluded) == MOST:
            break
    symbols = tuple(key_of(symbol) for symbol in interpret(clean.replace('"', " ").strip()))
    return Parsed(tuple(map(tuple, groups)), tuple(excluded), symbols)


def _clean(text: str) -> str:
    """The beginning of a text without control characters and halves of characters, quotation marks all alike."""
    kept = (" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text[:LONGEST])
    return unicodedata.normalize("NFC", "".join(kept)).translate(_QUOTES)


def _phrase(text: str) -> Clause | None:
    forms = tuple(exact(text))
    return Clause(text.strip(), phrase=forms) if forms else None


def _word(text: str) -> Clause | None:
    bare = text.strip(_EDGES)
    if "/" in bare and is_symbol(bare):
        return Clause(bare, phrase=tuple(exact(bare)), symbols=tuple(key_of(s) for s in interpret(bare)))
    found = tuple(words(text))
    return Clause(bare, words=found) if found else None
