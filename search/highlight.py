"""Marking what matched, in any of the languages: the words of a text are analysed as the index analyses them."""

from __future__ import annotations

import unicodedata
from html import escape
from typing import Final

from search.languages import analyse
from search.query import Marks


def spans(text: str, language: str, marks: Marks) -> list[tuple[int, int]]:
    """The places of matched words in a text in composed form, those that touch joined."""
    tokens = analyse(text, language)
    places: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        if any(stem in marks.stems for stem in token.stems):
            last = tokens[number + 1] if token.chinese else token  # a Chinese stem is this character and the next
            places.append((token.start, last.end))
        elif token.exact in marks.exact or any(token.exact.startswith(form) for form in marks.prefixes):
            places.append((token.start, token.end))
    forms = tuple(token.exact for token in tokens) if marks.phrases else ()
    for phrase in marks.phrases:
        size = len(phrase)
        for number in range(len(forms) - size + 1):
            if forms[number : number + size] == phrase:
                places.append((tokens[number].start, tokens[number + size - 1].end))
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and found[-1][1] >= start:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


AROUND: Final = 110
"""Characters shown on each side of a match in a long text."""

READ: Final = 30_000
"""Characters of a long text that are looked through for a match."""


def cut(text: str, language: str, marks: Marks) -> str | None:
    """A piece of a text around its first match, as HTML like :func:`marked`; None where nothing matches."""
    text = unicodedata.normalize("NFC", text[:READ])
    places = spans(text, language, marks)
    if not places:
        return None
    start, end = max(0, places[0][0] - AROUND), places[0][1] + AROUND
    while start > 0 and not text[start - 1].isspace() and start > places[0][0] - 2 * AROUND:
        start -= 1
    while end < len(text) and not text[end].isspace() and end < places[0][1] + 2 * AROUND:
        end += 1
    piece, _ = marked(text[start:end].strip(), language, marks)
    return f"{'… ' if start else ''}{piece}{' …' if end < len(text) else ''}"


def marked(text: str, language: str, marks: Marks) -> tuple[str, bool]:
    """A text as HTML, escaped, matched words in <mark>; and whether any were."""
    text = unicodedata.normalize("NFC", text)
    made: list[str] = []
    done = 0
    for start, end in spans(text, language, marks):
        made += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return "".join([*made, escape(text[done:])]), bool(made)
