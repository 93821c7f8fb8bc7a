"""A typed text taken apart: words, phrases, symbols, fields, operators and parentheses, each at its place.

The text is first written in one way (composed characters, one kind of quotation mark, full-width and Arabic
punctuation as their ASCII forms, digits as 0 to 9), without losing where each character stood in the text as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from domain.symbols import SymbolError, leading
from search.languages import analyse

_ALIKE: Final = {
    **dict.fromkeys("“”„‟«»‹›「」『』《》", '"'),
    **dict.fromkeys("،、﹐", ","),
    **{"؛": ";", "؟": "?", "。": ".", "−": "-", "﹣": "-", "﹕": ":", "＼": "/"},
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A text written in one way, and for each of its characters where it began and ended in the text as typed."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text as typed of a stretch of this text."""
        if not self.text:
            return 0, 0
        if start >= end:
            edge = self.starts[start] if start < len(self.text) else self.ends[-1]
            return edge, edge
        return self.starts[start], self.ends[end - 1]


def typed(text: str) -> Typed:
    """Write a text in one way. Control characters and halves of characters become blanks, invisible marks go."""
    plain = [(made, place) for place, sign in enumerate(text) for made in _plain(sign)]
    written: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(plain):
        stop = at + 1
        while stop < len(plain) and _joins(plain[stop][0]):
            stop += 1
        composed = unicodedata.normalize("NFC", "".join(sign for sign, _ in plain[at:stop]))
        written.append(composed)
        starts += [plain[at][1]] * len(composed)
        ends += [plain[stop - 1][1] + 1] * len(composed)
        at = stop
    return Typed("".join(written), tuple(starts), tuple(ends))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign if " " <= sign < "\x7f" else " "
    if "\uff01" <= sign <= "\uff5e":  # full-width forms, as Chinese input methods write them
        return chr(ord(sign) - 0xFEE0)
    known = _ALIKE.get(sign)
    if known is not None:
        return known
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    if category in ("Cc", "Cs", "Zl", "Zp", "Zs"):
        return " "
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)


def _joins(sign: str) -> bool:
    """Whether a character may be composed with the one before it."""
    return not sign.isascii() and (
        unicodedata.category(sign) in ("Mn", "Mc", "Me") or "\u1160" <= sign <= "\u11ff"  # vowels and finals of Hangul
    )


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    PHRASE = auto()
    SYMBOL = auto()
    PATTERN = auto()
    FIELD = auto()
    UNKNOWN = auto()
    """A word before a colon that names no field."""
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """One value after the colon of a field."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a text at its place. `text` is a word, the inside of a phrase, a symbol in canonical spelling, a
    pattern, or the name of a field; `closed` is false where the second quotation mark is missing."""

    kind: Kind
    text: str
    start: int
    end: int
    values: tuple[Value, ...] = ()
    closed: bool = True


Name = Callable[[str], str | None]
"""The field a name stands for, in any language; None for what names none."""

_OPERATOR: Final = re.compile(r'(AND|OR|NOT)(?![^\s"()&|])')
_WORD: Final = re.compile(r'[^\s"()&|]+')
_VALUE: Final = re.compile(r'(?:[<>]=?\s?)?[^\s",()&|]+')
_BETWEEN: Final = re.compile(r'[^\s",()&|]{1,10}\s?(?:\.\.|…)\s?[0-9][^\s",()&|]*')
_NAME: Final = re.compile(r"(?P<name>[^\W\d_]{1,24})(?P<before>\s?):(?P<after>\s?)")
_ADDRESS: Final = re.compile(r'https?://(?:[^\s"()]|\([^\s"()]*\))+', re.IGNORECASE)
_STARRED: Final = re.compile(r"(?:S|A|SC|E|ST|PBC)/[A-Z0-9/.-]*(?:\*[A-Z0-9/.-]*){1,4}", re.IGNORECASE)
_SYMBOL: Final = re.compile(r"[A-Z]{1,3}\s?/", re.IGNORECASE)
_GOES_ON: Final = re.compile(r"[\w/*]|[-.:]\w")
_SIGNS: Final = {"(": Kind.OPEN, ")": Kind.CLOSE, "&": Kind.AND, "|": Kind.OR}


def lex(text: str, field: Name) -> list[Token]:
    """The tokens of a text written in one way, in order. `field` knows the names of fields."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in _SIGNS:
            stop = at + 2 if sign in "&|" and text.startswith(sign, at + 1) else at + 1
            tokens.append(Token(_SIGNS[sign], text[at:stop], at, stop))
        elif sign == '"':
            token, stop = _phrase(text, at)
            tokens.append(token)
        elif sign == "-" and _excludes(text, at):
            stop = at + 1
            tokens.append(Token(Kind.NOT, "-", at, stop))
        elif sign != "*" and not _says(sign):
            stop = at + 1
        else:
            token = _word(text, at, field)
            stop = token.end
            tokens.append(token)
        at = stop
    return tokens


def _excludes(text: str, at: int) -> bool:
    """Whether a dash says *not*: it stands before something and not in the middle of it."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (not before or before in ' (-|&"') and bool(after) and not after.isspace()


def _says(sign: str) -> bool:
    """Whether a character can begin a word."""
    return sign.isalnum() if sign.isascii() else bool(analyse(sign, "en"))


def _phrase(text: str, at: int) -> tuple[Token, int]:
    stop = text.find('"', at + 1)
    if stop < 0:
        return Token(Kind.PHRASE, text[at + 1 :], at, len(text), closed=False), len(text)
    return Token(Kind.PHRASE, text[at + 1 : stop], at, stop + 1), stop + 1


def _word(text: str, at: int, field: Name) -> Token:
    operator = _OPERATOR.match(text, at)
    if operator:
        return Token(Kind[operator[1]], operator[1], at, operator.end())
    address = _ADDRESS.match(text, at)
    if address:
        return Token(Kind.WORD, address[0], at, address.end())
    name = _NAME.match(text, at)
    if name:
        token = _named(text, name, field)
        if token is not None:
            return token
    return starred_at(text, at) or symbol_at(text, at) or _plain_word(text, at)


def _plain_word(text: str, at: int) -> Token:
    match = _WORD.match(text, at)
    end = match.end() if match else at + 1
    return Token(Kind.WORD, text[at:end], at, end)


def starred_at(text: str, at: int) -> Token | None:
    """The symbol with stars that stands at a place."""
    match = _STARRED.match(text, at)
    if match is None or (match.end() < len(text) and _GOES_ON.match(text, match.end())):
        return None
    return Token(Kind.PATTERN, re.sub(r"\*+", "*", match[0]).upper().rstrip("."), at, match.end())


def begins_symbol(text: str) -> bool:
    """Whether a word begins as symbols do, so that what stands after it could be taken for the rest of one."""
    return _SYMBOL.match(text) is not None


def symbol_at(text: str, at: int) -> Token | None:
    """The symbol that begins at a place, which may hold blanks and parentheses: ``S/PV.9052 (Resumption 1)``."""
    if not _SYMBOL.match(text, at):
        return None
    stretch = text[at : at + 100].partition('"')[0]
    while stretch:
        try:
            symbol, rest = leading(stretch)
        except SymbolError:
            return None
        read = symbol.text if rest else stretch.rstrip(" ./,;:")
        if read.count("(") == read.count(")"):
            end = at + len(read)
            goes_on = _GOES_ON.match(text, end)
            return None if goes_on else Token(Kind.SYMBOL, symbol.canonical, at, end)
        half = "(" if read.count("(") > read.count(")") else ")"
        stretch = stretch[: stretch.rindex(half, 0, len(read))]
    return None


def _named(text: str, match: re.Match[str], field: Name) -> Token | None:
    """A name before a colon: a field with its values, or a name that is none. None where the colon ends a sentence."""
    name, end = match["name"], match.end()
    known = field(name)
    if known is None:
        apart = match["before"] or match["after"] or end == len(text)
        if apart or not (_says(text[end]) or text[end] in '"(-<>.*'):
            return None
        return Token(Kind.UNKNOWN, name, match.start(), match.start("name") + len(name))
    values, stop = _values(text, end, known)
    return Token(Kind.FIELD, known, match.start(), stop if values else match.end("before") + 1, tuple(values))


def _values(text: str, at: int, field: str) -> tuple[list[Value], int]:
    values: list[Value] = []
    while at < len(text):
        value = _value(text, at, field)
        if value is None:
            break
        values.append(value)
        at = value.end
        if not text.startswith(",", at) or at + 1 >= len(text) or text[at + 1].isspace():
            break
        at += 1
    return values, at


def _value(text: str, at: int, field: str) -> Value | None:
    if text[at] == '"':
        token, stop = _phrase(text, at)
        return Value(token.text, at, stop, quoted=True)
    if field in ("symbol", "cites"):
        token_at = starred_at(text, at) or symbol_at(text, at)
        if token_at is not None:
            return Value(token_at.text, at, token_at.end)
    match = (_BETWEEN.match(text, at) if field in ("year", "date") else None) or _VALUE.match(text, at)
    return Value(match[0], at, match.end()) if match else None
