"""The normal form of a query: its tree written in the language of queries, so that reading it gives the same tree."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import Final

from domain.symbols import SymbolError, canonical
from search.filters import INDEXED, written_number
from search.languages import words
from search.query import All, Any, Filter, Named, Node, Not, Pattern, Phrase, Prefix, Span, Words

_FIELD_OF: Final = {**{column: name for name, column in INDEXED.items()}, "year": "year", "day": "date"}
_BARE: Final = re.compile(r"[^\W_]+(?:[/.-][^\W_]+)*")


def written(node: Node) -> str:
    """A tree, before countries and votes are joined and synonyms added, as it would be typed."""
    match node:
        case All((part,)):
            return written(part)
        case All(parts):
            return " ".join(_within(part) for part in parts)
        case Any(parts) if _spans(parts):
            return f"{_FIELD_OF[parts[0].name]}:{','.join(map(_range, parts))}"  # type: ignore[union-attr, arg-type]
        case Any(parts):
            return " OR ".join(_within(part) for part in parts)
        case Not(part):
            return f"-{_within(part)}"
        case Words(text) | Prefix(text):
            return f"{small(text)}*" if isinstance(node, Prefix) else small(text)
        case Phrase(text):
            return f'"{small(text)}"'
        case Named(text) | Pattern(text):
            return text
        case Filter(name, values):
            return f"{_FIELD_OF[name]}:{','.join(_value(name, value) for value in values)}"
        case Span(name):
            return f"{_FIELD_OF[name]}:{_range(node)}"
    raise TypeError(f"{type(node).__name__} has no normal form: it is made after reading")


def deepest(text: str) -> int:
    """How deep parentheses of a normal form stand within each other."""
    most = depth = 0
    quoted = False
    for sign in text:
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        most = max(most, depth)
    return most


def _within(part: Node) -> str:
    """A part in a row of parts: in parentheses where it is a row itself."""
    row = (isinstance(part, Any) and not _spans(part.parts)) or isinstance(part, All)
    return f"({written(part)})" if row else written(part)


def _spans(parts: tuple[Node, ...]) -> bool:
    return all(isinstance(part, Span) for part in parts) and len({part.name for part in parts}) == 1  # type: ignore[union-attr]


def small(text: str) -> str:
    """In small letters, where that asks for the same words."""
    lower = text.lower()
    while lower and unicodedata.category(lower[-1]).startswith("M"):  # İ in small letters ends in a mark
        lower = lower[:-1].rstrip()
    return lower if [(w.exact, w.stems) for w in words(lower)] == [(w.exact, w.stems) for w in words(text)] else text


def _range(span: Span) -> str:
    low, high = written_number(span.name, span.low), written_number(span.name, span.high)
    return low if low == high else f"{low}..{high}"


def _value(name: str, value: str) -> str:
    if name == "member":
        return value.upper()
    if name in ("own", "mentions"):
        with suppress(SymbolError):
            value = canonical(value)
    return value if _BARE.fullmatch(value) else f'"{value}"'
