"""Did you mean: for words that stand nowhere in the index, the nearest spelling that does."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from search import languages, query
from search.engine import Pinned, Query, Question, Snapshot
from search.query import Node, Parsed
from search.reading import parse

MOST: Final = 4
"""Words of a query that are corrected at most."""

SHORTEST: Final = 4
"""Letters of a word below which too many others are one edit away."""

LONG: Final = 8
"""Letters from which a word may be two edits away."""


def suggestion(snapshot: Snapshot, asked: Question, query: Query, parsed: Parsed) -> str | None:
    """The query with each unknown word replaced by the nearest known one, if that finds something.

    A word is replaced where it was typed as one: never inside another word, a phrase, a symbol or the value of a
    field, and never where it is excluded. That is made sure of by reading the new text and comparing the two.
    """
    assert isinstance(asked.held, Pinned)
    text, read, corrected = unicodedata.normalize("NFC", query.text), parsed, 0
    for leaf in _words(parsed):
        near = _nearest(snapshot, leaf, asked.held.at) if corrected < MOST else None
        better = None if near is None else _replaced(text, read, leaf, near)
        if better is not None:
            text, read = better
            corrected += 1
    if not corrected:
        return None
    again = replace(asked, tree=read.tree, symbols=read.symbols, first=1, after=None, seen=0)
    return text if snapshot.answer(again).total else None


def _words(parsed: Parsed) -> list[query.Words]:
    """The words that were typed and are asked for, each once."""
    found = [] if parsed.tree is None else [leaf for leaf, asked in _typed(parsed.tree) if asked]
    return list(dict.fromkeys(leaf for leaf in found if isinstance(leaf, query.Words)))


def _typed(node: Node, asked: bool = True) -> Iterator[tuple[Node, bool]]:
    """What was typed, leaf by leaf, other ways to say it left out; and whether it is asked for or excluded."""
    match node:
        case query.All(parts) | query.Any(parts):
            for part in parts:
                yield from _typed(part, asked)
        case query.Either(typed, _):
            yield from _typed(typed, asked)
        case query.Not(part):
            yield from _typed(part, not asked)
        case _:
            yield node, asked


def _replaced(text: str, read: Parsed, leaf: query.Words, near: str) -> tuple[str, Parsed] | None:
    """The text with a word replaced, and how it reads: the same but for this word. None where it stands nowhere."""
    before = _told(read)
    place = next((n for n, (kind, told, asked) in enumerate(before) if asked and told == leaf.text), len(before))
    for match in re.finditer(rf"(?<!\w){re.escape(leaf.text)}(?!\w)", text):
        better = text[: match.start()] + near + text[match.end() :]
        parsed = parse(better)
        after = _told(parsed)
        rest = len(before) - place - 1
        same = after[:place] == before[:place] and after[len(after) - rest :] == before[place + 1 :]
        if same and len(after) == len(before) and after[place] == ("Words", near, True):
            return better, parsed
    return None


def _told(parsed: Parsed) -> list[tuple[str, str, bool]]:
    """What was typed, leaf by leaf, as it compares."""
    every = () if parsed.tree is None else _typed(parsed.tree)
    return [(type(leaf).__name__, str(getattr(leaf, "text", leaf)), asked) for leaf, asked in every]


def _nearest(snapshot: Snapshot, leaf: query.Words, at: int) -> str | None:
    """The word in the index nearest to an unknown one, as it is written there; of several the most frequent.

    None for a word the index knows, for a short one, and for what is not one word, such as a run of Chinese.
    """
    word = leaf.words[0].exact if len(leaf.words) == 1 else None
    if word is None or len(word) < SHORTEST or snapshot.known(word, leaf.words[0].stems):
        return None
    most = 1 if len(word) < LONG else 2
    seen = _alike(snapshot.near(word, most, at), word, most)
    ranked = [(distance(word, form), -sum(written.values()), form) for form, written in seen.items()]
    ranked = [found for found in ranked if found[0] <= most]
    return seen[min(ranked)[2]].most_common(1)[0][0] if ranked else None


def _alike(texts: Iterable[str], word: str, most: int) -> dict[str, Counter[str]]:
    """Words about as long as another, by exact form: how they are written, and how often."""
    pattern = re.compile(rf"(?<![^\W_])[^\W_]{{{max(1, len(word) - most)},{len(word) + most + 1}}}(?![^\W_])")
    written = Counter(surface for text in texts for surface in pattern.findall(unicodedata.normalize("NFC", text)))
    found: dict[str, Counter[str]] = {}
    for surface, count in written.items():
        forms = languages.exact(surface)
        if len(forms) == 1:
            found.setdefault(forms[0], Counter())[surface.lower()] += count
    return found


def distance(one: str, other: str) -> int:
    """Edits between two words: insert, delete, replace, or swap neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        fresh = [i]
        for j, right in enumerate(other, 1):
            best = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            fresh.append(best)
        before, row = row, fresh
    return row[-1]
