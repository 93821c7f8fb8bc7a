"""Questions whose right answers are known without anybody's judgement, and those answers.

Answers are found by reading titles, rows and texts as plain strings, never by the analysis that is measured.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ops.bench.search.lexicon import ARABIC_FORMS
from search.kinds import SearchDocument

_WORD: Final = re.compile(r"[^\W_]+")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is typed, and the records that answer it."""

    text: str
    wanted: frozenset[str]


Title = tuple[str, str, str]
"""(record, language, title)."""


def titles(documents: Iterable[SearchDocument]) -> list[Title]:
    """All titles as the documents now read."""
    found: list[Title] = []
    for document in documents:
        if document.until is None:
            found.append((document.record, document.language, document.title))
            found += [(document.record, language, name) for language, name in document.names]
    return found


def known_items(every: Sequence[Title], language: str, count: int, seed: int) -> list[Asked]:
    """Three to six words of a title, in its order, that no other title has together: who types them means that one.

    In Chinese, pieces of two to four characters. Every second question is typed in a hurry: small letters, no accents.
    Records of the same title answer alike. Titles that no words set apart are passed over.
    """
    chance = random.Random(f"{seed} {language}")
    bearing: dict[str, set[str]] = defaultdict(set)
    for record, of, title in every:
        if of == language:
            bearing[_plain(title)].add(record)
    shelf = _Shelf(_plain(title) for _, _, title in every)
    order = sorted({title for _, of, title in every if of == language})
    chance.shuffle(order)
    found: list[Asked] = []
    for title in order:
        if len(found) == count:
            break
        pieces = _pieces(title, language, chance)
        if pieces is None or shelf.bearing(pieces, language) != {_plain(title)}:
            continue
        text = " ".join(pieces)
        found.append(Asked(_plain(text) if len(found) % 2 else text, frozenset(bearing[_plain(title)])))
    return found


def _pieces(title: str, language: str, chance: random.Random) -> list[str] | None:
    """Words drawn from a title, in its order; None where it has fewer than three."""
    if language == "zh":
        runs = [run for run in _HAN.findall(title) if len(run) >= 2]
        if sum(map(len, runs)) < 6:
            return None
        pieces = []
        for run in runs if len(runs) >= 3 else runs * 3:
            size = min(len(run), chance.randint(2, 4))
            start = chance.randint(0, len(run) - size)
            pieces.append(run[start : start + size])
        return list(dict.fromkeys(pieces))[:4]
    words = [word for word in _WORD.findall(title) if len(word) > 1]
    if len(words) < 3:
        return None
    chosen = sorted(chance.sample(range(len(words)), min(len(words), chance.randint(3, 6))))
    return [words[place] for place in chosen]


_HURRIED: Final = str.maketrans({"ё": "е", **dict.fromkeys("أإآ", "ا"), **dict.fromkeys(map(chr, range(0x64B, 0x653)))})
"""Letters that people type plainly in a hurry; Arabic vowel marks they leave out."""


def _plain(text: str) -> str:
    """Small letters without accents, as people type them in a hurry."""
    parts = (unicodedata.normalize("NFD", sign) for sign in text.lower().translate(_HURRIED))
    return "".join(part[0] if "a" <= part[0] <= "z" else unicodedata.normalize("NFC", part) for part in parts)


class _Shelf:
    """Titles by the words that stand in them."""

    def __init__(self, plain: Iterable[str]) -> None:
        self._titles = set(plain)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for title in self._titles:
            for word in _WORD.findall(title):
                self._by_word[word].add(title)

    def bearing(self, pieces: Sequence[str], language: str) -> set[str]:
        """The titles that have all these words, or pieces of Chinese."""
        if language == "zh":
            return {title for title in self._titles if all(piece in title for piece in pieces)}
        return set.intersection(*(self._by_word.get(_plain(piece), set()) for piece in pieces))


def parallel_items(documents: Sequence[SearchDocument], language: str, count: int, seed: int) -> list[Asked]:
    """Known items asked in this language, of records whose own language is another: found by a parallel title."""
    foreign = {document.record for document in documents if document.language != language}
    made = known_items(titles(documents), language, count * 3, seed + 1)
    return [asked for asked in made if asked.wanted <= foreign][:count]


# --- Chinese and Arabic ---------------------------------------------------------------------------------------------


def texts_of(document: SearchDocument) -> list[str]:
    """Every text of a document that is searched."""
    parallel = (*document.names, *((language, text) for text, language in (*document.also, *document.body)))
    return [document.title, *(text for _, text in parallel), *document.spellings]


def chinese(documents: Sequence[SearchDocument], words: Iterable[str]) -> list[Asked]:
    """Each word of two characters, and every record in whose texts the two stand side by side: a plain scan."""
    wanted: dict[str, set[str]] = {word: set() for word in words if len(word) == 2}
    for document in documents:
        pairs = {
            run[at : at + 2] for text in texts_of(document) for run in _HAN.findall(text) for at in range(len(run))
        }
        for pair in pairs & wanted.keys():
            wanted[pair].add(document.record)
    return [Asked(word, frozenset(records)) for word, records in wanted.items() if records]


def arabic(documents: Sequence[SearchDocument]) -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """Forms of one noun, and every record that has any of them as a word."""
    found: list[tuple[tuple[str, ...], frozenset[str]]] = []
    marks = dict.fromkeys(map(ord, "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"))
    spoken = [(document.record, set(_WORD.findall(_arabic(document).translate(marks)))) for document in documents]
    for forms in ARABIC_FORMS:
        plain = {form.translate(marks) for form in forms}
        found.append((forms, frozenset(record for record, words in spoken if words & plain)))
    return found


def _arabic(document: SearchDocument) -> str:
    return " ".join(text for text in texts_of(document) if re.search("[\u0621-\u064a]", text))
