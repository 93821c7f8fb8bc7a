"""Marking what matched, in any of the languages: the words of a text are analysed as the index analyses them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import Final

from search.languages import Token, analyse, simplified, streams
from search.query import Marks

AROUND: Final = 110
"""Characters shown on each side of a match in a long text."""

READ: Final = 100_000
"""Characters of a long text that are looked through for a match."""

_TRIED: Final = 40
"""Places in a long text at which a phrase may begin that are looked at."""

_WORD: Final = re.compile("[^\\W_][\\w\u0300-\u036f\u0640\u064b-\u065f\u0670]*")
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows: in a piece of a text, the sign that ends it may be missing."""


def marked(text: str, language: str, marks: Marks) -> tuple[str, bool]:
    """A text as HTML, escaped, matched words in <mark>; and whether any were."""
    text = unicodedata.normalize("NFC", text)
    made: list[str] = []
    done = 0
    for start, end in spans(text, language, marks):
        made += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return "".join([*made, escape(text[done:])]), bool(made)


def cut(text: str, language: str, marks: Marks) -> str | None:
    """A piece of a text around its first match, as HTML like :func:`marked`; None where nothing matches."""
    text = text[:READ]
    for number, place in enumerate(_places(text, language, marks)):
        if number == _TRIED:
            break
        start, end = _piece(text, place)
        piece, found = marked(_TURNS.sub("", text[start:end]).strip(), language, marks)
        if found:
            return f"{'… ' if start else ''}{piece}{' …' if end < len(text) else ''}"
    return None


def spans(text: str, language: str, marks: Marks) -> list[tuple[int, int]]:
    """The places of matched words in a text in composed form, those that touch joined."""
    tokens = analyse(text, language)
    places: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        if any(stem in marks.stems for stem in token.stems):
            last = tokens[number + 1] if token.chinese else token  # a Chinese stem is this character and the next
            places.append((token.start, last.end))
        elif _is_asked(token, marks):
            places.append((token.start, token.end))
    forms = tuple(token.exact for token in tokens) if marks.phrases else ()
    for phrase in marks.phrases:
        size = len(phrase)
        for number in range(len(forms) - size + 1):
            if forms[number : number + size] == phrase:
                places.append((tokens[number].start, tokens[number + size - 1].end))
    return _joined(places)


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and found[-1][1] >= start:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _is_asked(token: Token, marks: Marks) -> bool:
    return token.exact in marks.exact or (bool(marks.prefixes) and token.exact.startswith(tuple(marks.prefixes)))


def _places(text: str, language: str, marks: Marks) -> Iterator[int]:
    """Where words stand that are asked for, or with which a phrase may begin, from the beginning of a text.

    Every spelling is analysed once for all texts of an answer, and none beyond the first match: a long text costs what
    its spellings cost.
    """
    first = {phrase[0] for phrase in marks.phrases if phrase}
    signs = {form[0] for form in (*marks.exact, *marks.stems, *marks.prefixes, *first)}
    known = marks.met.setdefault(language, {})
    for match in _WORD.finditer(text):
        word = match[0]
        if word not in known:
            known[word] = _within(word, language, marks, first) if _may_hold(word, signs) else None
        at = known[word]
        if at is not None:
            yield match.start() + at


def _may_hold(word: str, signs: set[str]) -> bool:
    """Whether it is worth analysing a word: a run of Chinese only where a sign stands that is asked for."""
    if word[0] < "\u3400":
        return True
    simple = simplified()
    return any(simple.get(sign, sign) in signs for sign in word)


def _within(word: str, language: str, marks: Marks, first: set[str]) -> int | None:
    """Where in a word, or in a run of Chinese, that which is asked for begins."""
    if not _holds(word, language, marks, first):
        return None
    for token in analyse(unicodedata.normalize("NFC", word), language):
        asked = token.exact in first or _is_asked(token, marks)
        if asked or any(stem in marks.stems for stem in token.stems):
            return token.start
    return None


def _holds(word: str, language: str, marks: Marks, first: set[str]) -> bool:
    """Whether a word has a form or a stem that is asked for: told from what the index takes in of it, which is
    remembered, so that most words of a long text need not be taken apart."""
    exact, stems = streams(word, language)
    if not marks.stems.isdisjoint(stems.split(" ")):
        return True
    forms = exact.split(" ")
    if not marks.exact.isdisjoint(forms) or not first.isdisjoint(forms):
        return True
    beginnings = tuple(marks.prefixes)
    return bool(beginnings) and any(form.startswith(beginnings) for form in forms)


def _piece(text: str, place: int) -> tuple[int, int]:
    """From where to where to show a text around a place: whole words, if they are not too long."""
    start, end = max(0, place - AROUND), min(len(text), place + AROUND)
    while start > max(0, place - 2 * AROUND) and not text[start - 1].isspace():
        start -= 1
    while end < min(len(text), place + 2 * AROUND) and not text[end].isspace():
        end += 1
    while start > 0 and unicodedata.combining(text[start]):
        start -= 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return start, end
