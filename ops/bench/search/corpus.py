"""Documents shaped like the Council's, in six languages, made from a seed: the same number, the same document.

A document has one main language; every fifth has its title in all six and a part of its text in a second one. Texts
run to 531 words on average, most of them shorter and some much longer, as in the Council's own papers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from ops.bench.search.lexicon import Lexicon, lexicon
from ops.bench.search.sentences import SENTENCES, THEMES, TITLES
from projections.members import LANGUAGES
from search.kinds import SearchDocument, Text, number_of, spellings
from search.query import key_of

SEED: Final = 20_241_024
"""The seed of every figure in docs/search-figures.md."""

SENTENCES_MEAN: Final = (3.03, 0.7)
"""Logarithm of the number of sentences: middle and spread. About 24 on average, of about 22 words each."""

FIRST_YEAR, YEARS = 1994, 32
"""Years the documents are dated in."""

_KINDS: Final = (("document", 60), ("meeting", 20), ("vote", 12), ("veto", 2), ("mission", 2), ("proposal", 4))
_OUTCOMES: Final = (("adopted", 88), ("not adopted", 7), ("vetoed", 5))
_FORMATS: Final = ("briefing", "debate", "open debate", "consultations", "private meeting")
_SLOT: Final = re.compile(r"\{(\w+)\}")


@cache
def _pieces(template: str) -> tuple[str, ...]:
    """A template taken apart: text and names of blanks in turn."""
    return tuple(_SLOT.split(template))


def symbol_of(number: int) -> str:
    """The symbol of a document: numbers run on within its year."""
    return f"S/{FIRST_YEAR + number % YEARS}/{number // YEARS + 1}"


class Corpus:
    """All documents that follow from a seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self.lexicons = {language: lexicon(language, seed) for language in LANGUAGES}

    def documents(self, count: int, first: int = 0) -> Iterator[SearchDocument]:
        """So many documents, from a number on."""
        for number in range(first, first + count):
            yield self.document(number)

    def document(self, number: int) -> SearchDocument:
        """The document of a number (0 is the first)."""
        chance = random.Random(f"{self.seed} {number}")
        language = LANGUAGES[number % len(LANGUAGES)]
        kind = _one_of(chance, _KINDS)
        symbol = symbol_of(number)
        date = f"{FIRST_YEAR + number % YEARS}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        cited = tuple(symbol_of(int(number * chance.random() ** 2)) for _ in range(chance.randint(0, 4)))
        writer = _Writer(self.lexicons[language], chance, cited)
        title = writer.title()
        others: list[Text] = []
        count = max(2, round(chance.lognormvariate(*SENTENCES_MEAN)))
        bodies: list[Text] = []
        if number % 5 == 0:
            translated = [_Writer(self.lexicons[other], chance, cited) for other in LANGUAGES if other != language]
            others = [(writer.language, writer.title()) for writer in translated]
            second = chance.choice(translated)
            bodies.append((second.text(count // 3), second.language))
            count -= count // 3
        bodies.insert(0, (writer.text(count), language))
        members = self._members(chance, kind)
        outcome = _one_of(chance, _OUTCOMES) if kind == "vote" else None
        choices = chance.choices(("yes", "no", "abstain"), (90, 3, 7), k=len(members))
        return SearchDocument(
            record=f"{kind}:{symbol}",
            kind=kind,
            title=title,
            language=language,
            symbol=symbol,
            number=number_of(symbol),
            date=date,
            own=(key_of(symbol),),
            spellings=spellings(symbol),
            mentions=tuple(dict.fromkeys(map(key_of, cited))),
            also=((writer.theme, language), (writer.state, language)),
            names=tuple(others),
            years=(int(date[:4]),),
            outcome=outcome,
            agenda=self._item(chance),
            members=members,
            ballots=tuple(f"{m}:{c}" for m, c in zip(members, choices, strict=True)) if kind == "vote" else (),
            format=chance.choice(_FORMATS) if kind == "meeting" else None,
            body=tuple(bodies),
            since=number + 1,
        )

    def _members(self, chance: random.Random, kind: str) -> tuple[str, ...]:
        states = self.lexicons["en"].states
        some = chance.sample(states, 15 if kind == "vote" else chance.randint(1, 3))
        return tuple(sorted(code for code, _ in some))

    def _item(self, chance: random.Random) -> str:
        """An item of the agenda: a theme, else a situation in one State."""
        if chance.random() < 0.4:
            return chance.choice(THEMES)["en"]
        return f"The situation in {chance.choice(self.lexicons['en'].states)[1]}"


class _Writer:
    """Fills in the sentences of one document in one language."""

    def __init__(self, known: Lexicon, chance: random.Random, cited: tuple[str, ...]) -> None:
        self.language = known.language
        self.theme = chance.choice(THEMES)[known.language]
        self.state = chance.choice(known.states)[1]
        self._known = known
        self._chance = chance
        self._cited = cited

    def title(self) -> str:
        """A title of its own."""
        made = self._filled(self._chance.choice(TITLES[self.language]))
        return made[:1].upper() + made[1:]

    def text(self, sentences: int) -> str:
        """Running text of so many sentences."""
        joint = "" if self.language == "zh" else " "
        chosen = self._chance.choices(SENTENCES[self.language], k=max(1, sentences))
        return joint.join(map(self._filled, chosen))

    def _filled(self, template: str) -> str:
        pieces = list(_pieces(template))
        words = iter(self._known.draw(self._chance, template.count("{w}")))
        for place in range(1, len(pieces), 2):
            pieces[place] = next(words) if pieces[place] == "w" else self._slot(pieces[place])
        return "".join(pieces)

    def _slot(self, name: str) -> str:
        chance, known = self._chance, self._known
        match name:
            case "state":
                return self.state if chance.random() < 0.6 else chance.choice(known.states)[1]
            case "theme":
                return self.theme
            case "city":
                return chance.choice(known.cities)
            case "date":
                return self._date()
            case "symbol":
                return chance.choice(self._cited) if self._cited else symbol_of(chance.randrange(YEARS * 9_000))
            case "n":
                return str(chance.randint(2, 9_999))
            case "name":
                return self._name()
        raise ValueError(f"a sentence has the unknown blank {{{name}}}")

    def _date(self) -> str:
        day, month, year = self._chance.randint(1, 28), self._chance.randint(1, 12), self._chance.randint(1946, 2025)
        if self.language == "zh":
            return f"{year}年{month}月{day}日"
        of = " de " if self.language == "es" else " "
        return f"{day}{of}{self._known.months[month - 1]}{of}{year}"

    def _name(self) -> str:
        """A person's name, of rare words."""
        words = self._known.words
        first, last = (words[self._chance.randrange(len(words) // 5, len(words))] for _ in range(2))
        return first + last if self.language == "zh" else f"{first.title()} {last.title()}"


def _one_of(chance: random.Random, weighed: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([value for value, _ in weighed], [weight for _, weight in weighed])[0]
