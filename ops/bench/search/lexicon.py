"""Vocabularies of the six languages, of the size that a real collection has, made from a seed.

First come real words: names of languages, States, cities and currencies as Unicode CLDR gives them, in the language.
Behind them come made words, put together of beginnings and endings as the language puts its own together. Words are
drawn as in real texts: the one of rank r about 1/r as often as the first.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass
from typing import Final

from babel import Locale
from babel.core import get_global

from projections.members import LANGUAGES

SIZE: Final = 25_000
"""Words of each vocabulary."""

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")

_SOUNDS: Final = {
    "en": ("b c d f g h l m n p r s t v w st tr pl br cl", "a e i o u ea ou", "l n r s t m d nd st"),
    "fr": ("b c d f g l m n p r s t v ch pr tr bl gr", "a e é i o u ou eu ai", "l n r s t m nt x"),
    "es": ("b c d f g l m n p r s t v ll pr tr bl ch", "a e i o u ia ue", "l n r s z d"),
    "ru": ("б в г д ж з к л м н п р с т ф х ч ш ст пр", "а е и о у ы я", "в д з к л м н р с т"),
}
"""Language → beginnings, middles and ends of syllables."""

_ENDINGS: Final = {
    "en": "tion tions ment ments ing ed s al ity ities ism er ers able ness ly ive",
    "fr": "tion tions ment ments ité ités eur eurs able ables ant ante és ées isme ique iques aux",
    "es": "ción ciones miento mientos idad idades dor dores able ables ante ado adas ismo ico icas mente",
    "ru": "ение ения ением ость ости ский ского ская ные ных ник ники ники ать али ация ации ками",
}
_FORMS: Final = (
    *("{}ا{}{}", "{}{}ا{}", "م{}{}و{}", "ت{}{}ي{}", "است{}{}ا{}"),
    *("ا{}ت{}ا{}", "م{}ا{}{}ة", "{}{}و{}", "م{}{}{}"),
)
"""Arabic words of a root of three consonants."""
ARABIC_FORMS: Final = (
    ("قرار", "القرار", "قَرَار", "قرارات"),
    ("اجتماع", "الاجتماع", "اِجْتِمَاع", "اجتماعات"),
    ("انتخاب", "الانتخاب", "اِنْتِخَاب", "انتخابات"),
    ("هجوم", "الهجوم", "هُجُوم", "هجومات"),
    ("مفاوضة", "المفاوضة", "مُفَاوَضَة", "مفاوضات"),
)
"""Nouns of the Council: bare, with the article, with vowel marks, in the plural. Each should find all."""

_CHINESE_NOUNS: Final = [
    *("决议", "制裁", "停火", "难民", "和平", "选举", "大会", "表决", "否决", "会议"),
    *("核查", "撤军", "人权", "边界", "谈判", "妇女", "儿童", "武器", "援助", "主席"),
]
"""Words of two characters that the Council's documents are full of."""
_CLITICS: Final = ("", "", "ال", "ال", "وال", "بال", "لل", "و")
_TAILS: Final = ("", "", "", "ات", "ين", "ون", "ها", "ه", "ية")
_CONSONANTS: Final = "بتثجحخدذرزسشصضطعغفقكلمنهي"


@dataclass(frozen=True)
class Lexicon:
    """The words of one language, the most frequent first, and names to fill in."""

    language: str
    words: tuple[str, ...]
    states: tuple[tuple[str, str], ...]
    """(ISO code, name)."""
    cities: tuple[str, ...]
    months: tuple[str, ...]
    weights: tuple[float, ...]
    """Cumulative weights of the words."""

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Words as they come in a text."""
        return chance.choices(self.words, cum_weights=self.weights, k=count)


def lexicon(language: str, seed: int) -> Lexicon:
    """The vocabulary of a language. The same for the same seed."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not one of {', '.join(LANGUAGES)}")
    chance = random.Random(f"{seed} {language}")
    locale = Locale.parse(language)
    known = _known(locale, language)
    chance.shuffle(known)
    known = [*_nouns(language), *known]
    made = _chinese(known, chance) if language == "zh" else _made(language, chance)
    words = tuple(itertools.islice(dict.fromkeys(itertools.chain(known, made)), SIZE))
    weights = itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words)))
    iso = {two[0]: three for three, two in get_global("territory_aliases").items() if len(three) == 3 and len(two) == 1}
    states = sorted((iso[code], name) for code, name in locale.territories.items() if code in iso)
    cities = sorted({zone["city"] for zone in locale.time_zones.values() if "city" in zone})
    months = tuple(locale.months["format"]["wide"][month] for month in range(1, 13))
    return Lexicon(language, words, tuple(states), tuple(cities), months, tuple(weights))


def _nouns(language: str) -> list[str]:
    """Frequent words whose finding is looked at one by one."""
    return {"ar": [form for noun in ARABIC_FORMS for form in noun], "zh": _CHINESE_NOUNS}.get(language, [])


def _known(locale: Locale, language: str) -> list[str]:
    """Real words of the language, in order of the alphabet; in Chinese, of two characters."""
    zones = (zone["city"] for zone in locale.time_zones.values() if "city" in zone)
    texts = (*locale.languages.values(), *locale.territories.values(), *locale.currencies.values(), *zones)
    if language == "zh":
        runs = sorted({run for text in texts for run in _CHINESE.findall(text)})
        return sorted({run[:2] for run in runs if len(run) >= 2})
    return sorted({word.lower() for text in texts for word in _WORD.findall(text)})


def _chinese(known: list[str], chance: random.Random) -> itertools.chain[str]:
    """Words of two of the characters that stand in real ones, now and then of three or four."""
    signs = sorted({sign for word in known for sign in word})
    lengths = chance.choices((2, 3, 4), (16, 2, 1), k=SIZE * 2)
    return itertools.chain("".join(chance.choices(signs, k=length)) for length in lengths)


def _made(language: str, chance: random.Random) -> itertools.chain[str]:
    """Words made as the language makes its own."""
    if language == "ar":
        return itertools.chain(_arabic(chance) for _ in range(SIZE * 2))
    beginnings, middles, ends = (part.split() for part in _SOUNDS[language])
    endings = _ENDINGS[language].split()

    def word() -> str:
        syllables = [chance.choice(beginnings) + chance.choice(middles) for _ in range(chance.choice((1, 2, 2)))]
        return "".join(syllables) + chance.choice(ends) + chance.choice(endings)

    return itertools.chain(word() for _ in range(SIZE * 2))


def _arabic(chance: random.Random) -> str:
    root = chance.sample(_CONSONANTS, 3)
    return chance.choice(_CLITICS) + chance.choice(_FORMS).format(*root) + chance.choice(_TAILS)
