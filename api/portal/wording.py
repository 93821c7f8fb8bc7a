"""The words of pages that speak the reader's language: a table for each of the six, and which of them a reader gets.

A table is ``languages/<code>.toml``. What depends on a number stands there once for each of the language's plural
categories (Unicode CLDR).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from projections.members import names_in_languages

LANGUAGES: Final = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
"""The official languages, each by its own name, in the order the United Nations lists them."""

RIGHT_TO_LEFT: Final = frozenset({"ar"})

_TABLES = Path(__file__).parent / "languages"
_LOCALES: Final = {"zh": "zh_Hans", "en": "en_GB"}


@cache
def table(code: str) -> Mapping[str, str]:
    """The words of a language by key: ``search.found.few``, ``kind.vote``."""
    return dict(_flat(tomllib.loads((_TABLES / f"{code}.toml").read_text("utf-8"))))


def _flat(part: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in part.items():
        found += _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else [(f"{above}{name}", value)]
    return found


def reader_language(asked: str, accepted: str) -> str:
    """The language of a page: the one asked for in the address, else the best of an Accept-Language header (RFC 9110),
    else English."""
    if asked in LANGUAGES:
        return asked
    best, quality = "en", 0.0
    for part in accepted.split(","):
        tag, _, parameter = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if code in LANGUAGES and weight > quality:
            best, quality = code, weight
    return best


class Wording:
    """How a page says things in one language. Called with a key it gives the words as HTML, values escaped."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.direction = direction(code)
        self._table = table(code)
        self._locale = Locale.parse(_LOCALES.get(code, code))

    def __call__(self, key: str, **values: object) -> Markup:
        """The words of a key. Raises KeyError for one that no table has."""
        kept = {name: self._apart(value) for name, value in values.items()}
        return Markup(escape(self._table[key])).format(**kept)

    def _apart(self, value: object) -> object:
        """A value that keeps its own order of letters in a text from right to left (Unicode's isolates)."""
        plain = isinstance(value, str) and not isinstance(value, Markup)
        return f"\u2068{value}\u2069" if plain and self.direction == "rtl" else value

    def count(self, key: str, number: int) -> Markup:
        """The words for a number of things, in the plural form that goes with it."""
        form = self._locale.plural_form(number)
        return self(f"{key}.{form}", number=self.number(number))

    def known(self, section: str, value: str) -> str:
        """What a value of a closed list is called; the value itself where the list has none such."""
        return self._table.get(f"{section}.{value}", value)

    def plain(self, key: str) -> str:
        """The words of a key as text."""
        return self._table[key]

    def number(self, value: int) -> str:
        """A whole number with the language's own marks between thousands."""
        return str(format_decimal(value, locale=self._locale))

    def day(self, text: str) -> str:
        """An ISO date, partial date or interval as the language writes it; what is none of these, as it is."""
        if "/" in text:
            return " – ".join(self.day(part) for part in text.split("/"))
        try:
            year, month, day = (int(part) for part in f"{text[:10]}-1-1".split("-")[:3])
            whole = date(year, month, day)
        except ValueError:
            return text
        if len(text) >= 10:
            return str(format_date(whole, "long", locale=self._locale))
        return str(format_skeleton("yMMMM" if len(text) == 7 else "y", whole, locale=self._locale))

    def state(self, code: str) -> str | None:
        """A State's present-day name (Unicode CLDR), if the language has one."""
        return names_in_languages(code).get(self.code)


def direction(code: str) -> str:
    """The direction a language is written in, as HTML has it."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


@cache
def wording(code: str) -> Wording:
    """The wording of a language, one of :data:`LANGUAGES`."""
    return Wording(code)
