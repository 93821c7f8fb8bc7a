"""Words of the six official languages, taken apart in one way for the index and for queries.

Every word has an *exact* form (letter case, accents, width, digits and Arabic spelling variants folded) and *stems*.
Chinese has no spaces: each character is an exact form, each pair of neighbours a stem. Stems carry their language
(``en_resolut``), so that one field holds all languages. No stop words: "the Who" and "No" can be found.

The chain, in order, for an engine that analyses by itself (all of Lucene 9 can do it with filters of its own):

1. text in composed form (NFC), before it is handed over;
2. every character by :func:`spelling`: small letters, no width, no vowel marks, ASCII digits, simplified Chinese, a
   blank for signs that Unicode's rules of words join over (``3.5``, ``a:b``), one apostrophe for all;
3. :data:`POSSESSIVE` off, then :data:`ELISION` off, every other apostrophe is a blank;
4. words are runs of letters and digits; Chinese stands alone, character by character;
5. at most :data:`LONGEST` characters of a word;
6. exact form: :func:`fold`, which is Lucene's ``asciifolding`` for the letters people's names are written in;
7. stems: by the script of the first letter: Arabic light10, Russian Snowball; else Snowball of the text's language
   (English for a text in Arabic, Chinese or Russian), both of the accented and of the folded word, and both folded.
   A number has none. Chinese: pairs of neighbours, none for a character that stands alone. The stemmer of one script
   leaves the words of another alone, so passing every word through all of them (Arabic, Russian, then that of the
   language) makes the same stems.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Final

import Stemmer

ANALYSIS: Final = "2"
"""Version of everything in this file. An index built under another one is rebuilt."""

LATIN: Final = ("en", "fr", "es")
"""The official languages in Latin script; a typed word may be of any of them."""

LONGEST: Final = 60
"""Characters of a word that are kept; what is longer is no word of a language."""

SNOWBALL: Final[Mapping[str, str]] = {"en": "english", "fr": "french", "es": "spanish", "ru": "russian"}
"""Language → its Snowball stemmer."""

CHINESE: Final = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0002fa1f"
"""Characters written without blanks, as ranges of a regular expression."""

ELIDED: Final = ("c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")
"""What French writes together with the next word by an apostrophe, and what is no word by itself."""

POSSESSIVE: Final = r"(?<=[^\W_])'s(?![^\W_])"
"""The ``'s`` after a word. ``[^\\W_]`` is a letter or a digit of any script: ``[\\p{L}\\p{N}]`` in Java."""

ELISION: Final = rf"(?<![^\W_])(?:{'|'.join(ELIDED)})'(?=[^\W_])"
"""An elided word with its apostrophe, before a word."""

BREAKS: Final = '._:;,"\u00b7\u0387\u05f4\u2024\u2027\u203f\u2040\u2044\u2054\u060c\u066b\u066c\u061b\u202f'
"""Signs that stand between words here, though Unicode's rules of words join over some of them."""

LETTERS: Final[Mapping[str, str]] = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىی", "ي"),
    "ة": "ه",
    "ک": "ك",
    "\u0640": "",
    "ё": "е",
    "ß": "ss",
    "ς": "σ",
    **dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"),
    **dict.fromkeys(BREAKS, " "),
}
"""Letters that are written in more than one way, and signs between words."""

BASES: Final[Mapping[str, str]] = {
    letter: base
    for base, letters in (
        *(("a", "ə"), ("ae", "æǽǣ"), ("b", "ɓ"), ("d", "đɖɗð"), ("e", "ɛ"), ("f", "ƒ"), ("h", "ħ"), ("i", "ıɨ")),
        *(("k", "ƙ"), ("l", "ł"), ("n", "ŋɲ"), ("o", "øǿɔ"), ("oe", "œ"), ("q", "ĸ"), ("t", "ŧ"), ("th", "þ")),
        *(("u", "ʉ"), ("y", "ƴ"), ("z", "ƶ")),
    )
    for letter in letters
}
"""Latin letters that Unicode takes apart into no base and accent, and what they are folded into."""

PREFIXES: Final = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
"""What light10 takes off the beginning of an Arabic word: articles, with the particles written together with them."""

SUFFIXES: Final = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")
"""What light10 takes off the end of an Arabic word."""

_TOKEN = re.compile(rf"[{CHINESE}]+|(?:(?![{CHINESE}])[^\W_])+(?:'(?:(?![{CHINESE}])[^\W_])+)*")
_SINGLE = re.compile(rf"[\W_]*((?:(?![{CHINESE}])[^\W_])+)[\W_]*")
_IS_CHINESE = re.compile(rf"[{CHINESE}]")
_ELIDED = frozenset(ELIDED)
_KEPT = 20_000
"""Characters whose reading is remembered: more than six languages use."""
_PIECES: Final = 50_000
"""Pieces of texts remembered for each language, twice as many at most: some twenty megabytes."""
_SHORT: Final = 40
"""Characters of a piece between blanks that is remembered; hardly a word with its signs is longer."""


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


# --- Characters -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def simplified() -> Mapping[str, str]:
    """Traditional Chinese character → the simplified one. Characters only: what depends on the word next to it stays.

    The table is that of the OpenCC project; where it names several, the first and usual one.
    """
    table = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    made = {traditional: usual.split()[0] for traditional, usual in pairs}
    ends = {one: made.get(other, other) for one, other in made.items()}
    return {one: other for one, other in ends.items() if len(one) == len(other) == 1 and one != other}


@lru_cache(maxsize=1)
def spelling() -> Mapping[str, str]:
    """Every character that is spelled in another way → how: none, one or several characters. About 13,000.

    Applying it twice changes nothing more. An engine of its own takes this as its table of characters.
    """
    every = (chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    return {character: plain for character in every if (plain := _plain(character)) != character}


def _plain(character: str) -> str:
    """One character in lower case without width, vowel marks and invisible marks. Latin accents stay for stemming."""
    known = LETTERS.get(character)
    if known is not None:
        return known
    made = []
    for part in unicodedata.normalize("NFKC", character).lower():
        known = LETTERS.get(part) or simplified().get(part)
        if known is not None:
            made.append(known)
        elif part not in LETTERS and unicodedata.category(part) not in ("Mn", "Me", "Cf"):
            digit = unicodedata.decimal(part, None)
            made.append(part if digit is None else str(digit))
    return "".join(made)


class _Table(dict[int, str]):
    """How characters read, by code point, worked out when one is met for the first time; the first ones are kept."""

    def __init__(self, reads: Callable[[str], str]) -> None:
        super().__init__()
        self._reads = reads

    def __missing__(self, point: int) -> str:
        made = self._reads(chr(point))
        if len(self) < _KEPT:
            self[point] = made
        return made


def _base(character: str) -> str:
    known = BASES.get(character)
    if known is not None:
        return known
    parts = unicodedata.normalize("NFKD", character)
    return parts[0] if "a" <= parts[0] <= "z" and len(parts) > 1 else character


_PLAIN, _BASE = _Table(_plain), _Table(_base)


def _spelled(text: str) -> tuple[str, list[int] | None]:
    """The text in plain characters, and for each of them its place in the text (None: the same)."""
    if text.isascii():
        return text.lower().replace("`", "'"), None
    plain = text.translate(_PLAIN)
    lengths = [len(_PLAIN[ord(character)]) for character in text]
    if max(lengths) == 1 == min(lengths):
        return plain, None
    return plain, [place for place, length in enumerate(lengths) for _ in range(length)]


def fold(word: str) -> str:
    """A word in plain characters without Latin accents: ``côte`` → ``cote``. Й keeps its breve: it is a letter."""
    return word if word.isascii() else word.translate(_BASE)


# --- Stems ----------------------------------------------------------------------------------------------------------

_stemmers: dict[str, Stemmer.Stemmer] = {}
_stemming = threading.Lock()


def _stem(word: str, language: str) -> str:
    with _stemming:  # a Snowball stemmer keeps the word in itself while it works
        stemmer = _stemmers.get(language)
        if stemmer is None:
            stemmer = _stemmers[language] = Stemmer.Stemmer(SNOWBALL[language], 0)
        return str(stemmer.stemWord(word))


def _light10(word: str) -> str:
    """The light10 stem of an Arabic word: one prefix off, then suffixes, as long as enough of the word remains."""
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) >= (4 if len(prefix) == 1 else len(prefix) + 2):
            word = word[len(prefix) :]
            break
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word


@lru_cache(maxsize=100_000)
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


# --- Words of a text ------------------------------------------------------------------------------------------------


def _pieces(plain: str) -> Iterator[tuple[str, int, int]]:
    """Words and runs of Chinese with their places; elided articles and the possessive s are taken off."""
    for match in _TOKEN.finditer(plain):
        text, start = match[0], match.start()
        if "'" not in text:
            yield text, start, match.end()
            continue
        parts = text.split("'")
        owned = [number > 0 and part == "s" for number, part in enumerate(parts)]
        followed = [not known for known in owned[1:]] + [False]
        for number, part in enumerate(parts):
            if not owned[number] and not (followed[number] and part in _ELIDED):
                yield part, start, start + len(part)
            start += len(part) + 1


def _latin(language: str) -> tuple[str, ...]:
    """The stemmers of Latin script in a text of a language."""
    return (language,) if language in LATIN else ("en",)


@lru_cache(maxsize=4_096)
def _analysed(text: str, language: str) -> tuple[Token, ...]:
    return tuple(_tokens(text, _latin(language)))


def analyse(text: str, language: str) -> tuple[Token, ...]:
    """The words of a text, which must be in composed form (NFC) for the places to hold. Its language decides the
    stemmer of Latin script. Short texts are remembered, for titles and names come again and again.
    """
    return _analysed(text, language) if len(text) < 400 else tuple(_tokens(text, _latin(language)))


def _tokens(text: str, latin: tuple[str, ...]) -> list[Token]:
    plain, places = _spelled(text)
    tokens: list[Token] = []
    for word, start, end in _pieces(plain):
        if places is None:
            first, stop = start, end
        else:
            first, stop = places[start], places[end - 1] + 1
        if _IS_CHINESE.match(word):
            for number, character in enumerate(word):
                place = first + number if places is None else places[start + number]
                pair = (word[number : number + 2],) if number + 1 < len(word) else ()
                tokens.append(Token(character, pair, place, place + 1, True))
        else:
            word = word[:LONGEST]
            tokens.append(Token(fold(word), stems(word, latin), first, stop))
    return tokens


def streams(text: str, language: str) -> tuple[str, str]:
    """What the index takes in of a text: exact forms and stems, each separated by blanks.

    The same words as :func:`analyse` finds, without their places: what stands between blanks is taken apart by itself
    and remembered, so that a long text costs little more than looking its words up.
    """
    known = _streams_of.get(language, _streams_of["en"])
    found = list(map(known.__getitem__, text.split()))
    return " ".join(filter(None, map(_FIRST, found))), " ".join(filter(None, map(_SECOND, found)))


def _streams(piece: str, latin: tuple[str, ...]) -> tuple[str, str]:
    """Exact forms and stems of one piece of a text."""
    if piece.isascii():
        plain = piece.lower().replace("`", "'")
    else:
        plain = unicodedata.normalize("NFC", piece).translate(_PLAIN)
    single = _SINGLE.fullmatch(plain)
    if single is not None:  # most are one word with signs around it
        word = single[1][:LONGEST]
        return fold(word), " ".join(stems(word, latin))
    forms: list[str] = []
    found: list[str] = []
    for word, _, _ in _pieces(plain):
        if _IS_CHINESE.match(word):
            forms += word
            found += [word[place : place + 2] for place in range(len(word) - 1)]
        else:
            word = word[:LONGEST]
            forms.append(fold(word))
            found += stems(word, latin)
    return " ".join(forms), " ".join(found)


class _Streams(dict[str, tuple[str, str]]):
    """Pieces of texts of a language with their exact forms and stems, worked out when one is met for the first time.

    Short ones are kept. When there are :data:`_PIECES`, they are laid aside, and those that are met again taken back:
    what is frequent stays, the rest goes when as many others have been met.
    """

    def __init__(self, latin: tuple[str, ...]) -> None:
        super().__init__()
        self._latin = latin
        self._aside: dict[str, tuple[str, str]] = {}

    def __missing__(self, piece: str) -> tuple[str, str]:
        made = self._aside.get(piece) or _streams(piece, self._latin)
        if len(piece) <= _SHORT:
            if len(self) >= _PIECES:
                self._aside = self.copy()
                self.clear()
            self[piece] = made
        return made

    def kept(self) -> int:
        """How many pieces are remembered."""
        return len(self) + len(self._aside)


_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_streams_of: Final[Mapping[str, _Streams]] = {
    language: _Streams(_latin(language)) for language in ("ar", "zh", "en", "fr", "ru", "es")
}


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
