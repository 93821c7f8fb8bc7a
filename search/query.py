"""A query as a tree that every engine answers alike: its nodes, and what is read of a text (:mod:`search.reading`).

Nothing typed is ever handed to an engine's own query parser, and nothing typed is an error: what cannot be read as
written is read as well as it can be, and a :class:`Problem` says where and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from search.languages import Word

LONGEST: Final = 1_000
"""Characters of a query that are read."""

MOST: Final = 24
"""Words, phrases, symbols and fields of a query that are read."""


@dataclass(frozen=True, slots=True)
class Words:
    """One thing typed without blanks: every word it is taken apart into must be found, in any field."""

    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact forms that must stand one after the other in one field."""

    text: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so, by exact form: ``sanction*``."""

    text: str
    form: str


@dataclass(frozen=True, slots=True)
class Named:
    """A document by its symbol: records that bear one of the keys, records that mention one, the symbol as a phrase."""

    text: str
    keys: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Records that bear a symbol of this pattern, in the form of :func:`key_of`: `*` stands for any characters."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Records with one of these values in a field of the index (:data:`search.engine.FILTERS`), as :func:`key_of`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Records whose number in a field lies between two, both included: ``year`` (2014), ``day`` (20140318)."""

    name: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold. Without parts: everything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of the parts must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """What was typed, or another way to say it; what was typed counts more."""

    typed: Node
    others: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold. Inside :class:`All` only."""

    part: Node


Node = Words | Phrase | Prefix | Named | Pattern | Filter | Span | All | Any | Either | Not


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read as written: what, and the place in the text (characters from, up to)."""

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as understood. `tree` is None where nothing is asked for; `symbols` are the documents that the whole may
    name, best reading first; `understood` is the normal form of what was read: read again, it gives the same tree."""

    tree: Node | None = None
    symbols: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    understood: str = ""

    @property
    def wanted(self) -> Marks:
        """What to mark in a text."""
        marks = Marks()
        if self.tree is not None:
            for leaf in leaves(self.tree):
                marks.take(leaf)
        return marks


@dataclass(slots=True)
class Marks:
    """Exact forms, stems, beginnings and phrases that a query asks for."""

    exact: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    phrases: set[tuple[str, ...]] = field(default_factory=set)
    met: dict[str, dict[str, int | None]] = field(default_factory=dict, compare=False, repr=False)
    """By language: words of texts met so far, and where in them what is asked for begins (None: nowhere)."""

    def __bool__(self) -> bool:
        return bool(self.exact or self.stems or self.phrases or self.prefixes)

    def take(self, leaf: Node) -> None:
        """Take in what a leaf of a query asks for."""
        match leaf:
            case Phrase(_, forms) | Named(_, _, forms):
                self.phrases.add(forms)
            case Prefix(_, form):
                self.prefixes.add(form)
            case Words(_, asked):
                for word in asked:
                    self.stems.update(word.stems)
                    if word.exact is not None:
                        self.exact.add(word.exact)


def in_words(node: Node) -> Node | None:
    """What of a query a title can say: its words and phrases, without fields, symbols and what is excluded; None where
    there is none."""
    match node:
        case Words() | Phrase() | Prefix():
            return node
        case All(parts):
            said = [part for part in map(in_words, parts) if part is not None]
            return said[0] if len(said) == 1 else All(tuple(said)) if said else None
        case Any(parts):
            ways = [in_words(part) for part in parts]
            return None if None in ways else Any(tuple(way for way in ways if way is not None))
        case Either(typed, others):
            first, rest = in_words(typed), [way for way in map(in_words, others) if way is not None]
            return None if first is None else Either(first, tuple(rest))
        case _:
            return None


def leaves(node: Node) -> Iterator[Node]:
    """What a query asks for, leaf by leaf, in order; what it excludes left out."""
    match node:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Either(typed, others):
            yield from leaves(typed)
            for other in others:
                yield from leaves(other)
        case Not():
            return
        case _:
            yield node


def key_of(symbol: str) -> str:
    """A symbol, code or other value as the index compares it."""
    return symbol.casefold()
