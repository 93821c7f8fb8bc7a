"""Words of the six official languages, taken apart in one way for the index and for queries.

Every word has an *exact* form (letter case, accents, width, digits and Arabic spelling variants folded) and *stems*.
Chinese has no spaces: each character is an exact form, each pair of neighbours a stem. Stems carry their language
(``en_resolut``), so that one field holds all languages. No stop words: "the Who" and "No" can be found.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

ANALYSIS = "1"
"""Version of everything in this file. An index built under another one is rebuilt."""

LATIN = ("en", "fr", "es")
"""The official languages in Latin script; a typed word may be of any of them."""

LONGEST = 60
"""Characters of a word that are kept; what is longer is no word of a language."""

_SNOWBALL = {"en": "english", "fr": "french", "es": "spanish", "ru": "russian"}
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0002fa1f"
_TOKEN = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+(?:'(?:(?![{_CJK}])[^\W_])+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")
_ELIDED = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"])
_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىی", "ي"),
    "ة": "ه",
    "ک": "ك",
    "\u0640": "",
    "ё": "е",
    "ß": "ss",
    **dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"),
}
_BASE = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word at its place in a text in composed form (NFC): exact form and stems."""

    exact: str
    stems: tuple[str, ...]
    start: int
    end: int
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word as a query asks for it: found where the exact form (if any) or one of the stems stands."""

    exact: str | None
    stems: tuple[str, ...]
    text: str = ""
    """As it was typed, in composed form: a run of Chinese asks for its pairs, and the text of each is that pair."""


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """One character in lower case without width, vowel marks and invisible marks. Latin accents stay for stemming."""
    known = _LETTERS.get(character)
    if known is not None:
        return known
    made = []
    for part in unicodedata.normalize("NFKC", character).lower():
        known = _LETTERS.get(part)
        if known is not None:
            made.append(known)
        elif unicodedata.category(part) not in ("Mn", "Me", "Cf"):
            digit = unicodedata.decimal(part, None)
            made.append(part if digit is None else str(digit))
    return "".join(made)


def _spelled(text: str) -> tuple[str, list[int] | None]:
    """The text in plain characters, and for each of them its place in the text (None: the same)."""
    if text.isascii():
        return text.lower().replace("`", "'"), None
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for made in _plain(character):
            plain.append(made)
            places.append(place)
    return "".join(plain), places


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word in plain characters without Latin accents: ``côte`` → ``cote``. Й keeps its breve: it is a letter."""
    if word.isascii():
        return word
    folded = []
    for character in word:
        parts = unicodedata.normalize("NFKD", character)
        folded.append(parts[0] if "a" <= parts[0] <= "z" and len(parts) > 1 else character)
    return "".join(folded).translate(_BASE)


_stemmers: dict[str, object] = {}
_stemming = threading.Lock()


@lru_cache(maxsize=65536)
def _stem(word: str, language: str) -> str:
    with _stemming:  # a Snowball stemmer keeps the word in itself while it works
        stemmer = _stemmers.get(language)
        if stemmer is None:
            stemmer = _stemmers[language] = snowballstemmer.stemmer(_SNOWBALL[language])
        return str(stemmer.stemWord(word))  # type: ignore[attr-defined]


_AR_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_AR_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def _light10(word: str) -> str:
    """The light10 stem of an Arabic word: one prefix off, then suffixes, as long as enough of the word remains."""
    for prefix in _AR_PREFIXES:
        if word.startswith(prefix) and len(word) >= (4 if len(prefix) == 1 else len(prefix) + 2):
            word = word[len(prefix) :]
            break
    for suffix in _AR_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word


@lru_cache(maxsize=65536)
def stems(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The stems of a plain word: of its script's language; for Latin script, of each of the languages given.

    Accented words are stemmed as written and without accents, so that both ways of typing meet.
    """
    first = word[0]
    if "\u0600" <= first <= "\u06ff":
        return (f"ar_{_light10(word)}",)
    if "\u0400" <= first <= "\u052f":
        return (f"ru_{_stem(word, 'ru')}",)
    if word.isdigit():
        return ()
    folded = fold(word)
    found = []
    for language in languages:
        found.append(f"{language}_{fold(_stem(word, language))}")
        if folded != word:
            found.append(f"{language}_{_stem(folded, language)}")
    return tuple(dict.fromkeys(found))


def _pieces(plain: str) -> Iterator[tuple[str, int, int]]:
    """Words and runs of Chinese with their places; elided articles and the possessive s are taken off."""
    for match in _TOKEN.finditer(plain):
        text, start = match[0], match.start()
        if "'" not in text:
            yield text, start, match.end()
            continue
        parts = text.split("'")
        last = len(parts) - 1
        for number, part in enumerate(parts):
            elided = number < last and number == 0 and part in _ELIDED
            possessive = number == last and part == "s"
            if not elided and not possessive:
                yield part, start, start + len(part)
            start += len(part) + 1


@lru_cache(maxsize=32768)
def analyse(text: str, language: str) -> tuple[Token, ...]:
    """The words of a text, which must be in composed form (NFC) for the places to hold. Its language decides the
    stemmer of Latin script. Remembered, for titles and names come again and again.
    """
    return tuple(_tokens(text, (language,) if language in LATIN else ("en",)))


def _tokens(text: str, latin: tuple[str, ...]) -> list[Token]:
    plain, places = _spelled(text)
    tokens: list[Token] = []
    for word, start, end in _pieces(plain):
        if places is None:
            first, stop = start, end
        else:
            first, stop = places[start], places[end - 1] + 1
        if _IS_CJK.match(word):
            for number, character in enumerate(word):
                place = first + number if places is None else places[start + number]
                pair = (word[number : number + 2],) if number + 1 < len(word) else ()
                tokens.append(Token(character, pair, place, place + 1, True))
        else:
            word = word[:LONGEST]
            tokens.append(Token(fold(word), stems(word, latin), first, stop))
    return tokens


def streams(text: str, language: str) -> tuple[str, str]:
    """What the index takes in of a text: exact forms and stems, each separated by blanks."""
    tokens = analyse(unicodedata.normalize("NFC", text), language)
    return " ".join(token.exact for token in tokens), " ".join(stem for token in tokens for stem in token.stems)


def words(text: str) -> list[Word]:
    """The words a query asks for. A run of Chinese asks for each pair of neighbours in it."""
    found: list[Word] = []
    text = unicodedata.normalize("NFC", text)
    tokens = _tokens(text, LATIN)
    for number, token in enumerate(tokens):
        if not token.chinese:
            found.append(Word(token.exact, token.stems, text[token.start : token.end]))
        elif token.stems:
            found.append(Word(None, token.stems, text[token.start : tokens[number + 1].end]))
        elif number == 0 or not tokens[number - 1].chinese or not tokens[number - 1].stems:
            found.append(Word(token.exact, (), text[token.start : token.end]))
    return found


def exact(text: str) -> list[str]:
    """The exact forms of a phrase, in order."""
    return [token.exact for token in _tokens(unicodedata.normalize("NFC", text), LATIN)]
