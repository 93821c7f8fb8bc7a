"""States by their names in the six languages: codes for filters, and every way to say a name for synonyms."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from babel.core import get_global

from projections.members import LANGUAGES, names_in_languages
from search import countries
from search.terms import forms_of, terms

_FORMER: Final = ("CSK", "DDR", "YUG")
"""Members of the past that have a code of their own in the archive."""

_SUPERSEDED: Final = ("BUR", "FXX", "TMP", "YMD", "ZAR")
"""Codes that ISO 3166 withdrew for others of the same State; the archive does not use them."""

_REMARK: Final = re.compile(r"(.+?) ?[(（].*[)）]")
"""A name with another in parentheses, as CLDR writes some: ``Myanmar (Burma)``."""


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """The ISO codes of three letters that are known."""
    known = {code for code in get_global("territory_aliases") if len(code) == 3 and code.isalpha() and code.isupper()}
    return frozenset({code for code in known if names_in_languages(code)}.difference(_SUPERSEDED).union(_FORMER))


@lru_cache(maxsize=1)
def by_two_letters() -> dict[str, str]:
    """ISO code of two letters → that of three: US → USA."""
    aliases = get_global("territory_aliases")
    return {aliases[code][0]: code for code in sorted(codes()) if len(aliases.get(code, ())) == 1}


@lru_cache(maxsize=1)
def english() -> tuple[str, ...]:
    """The English names of all States, to find the nearest to a misspelt one."""
    return tuple(names["en"] for code in sorted(codes()) if (names := names_in_languages(code)).get("en"))


def names(code: str) -> dict[str, tuple[str, ...]]:
    """The names of a State by language: the present-day name of CLDR, then further ones of the file of synonyms."""
    today = names_in_languages(code)
    further = terms().states.get(code, {})
    made: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        found = [today[language]] if language in today else []
        found += [match[1] for name in found if (match := _REMARK.fullmatch(name))]
        found += further.get(language, ())
        if found:
            made[language] = tuple(dict.fromkeys(found))
    return made


@lru_cache(maxsize=1)
def _by_form() -> dict[tuple[str, ...], set[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for code in codes():
        for named in names(code).values():
            for name in named:
                found.setdefault(forms_of(name), set()).add(code)
    return found


@lru_cache(maxsize=1)
def _by_short_form() -> dict[tuple[str, ...], set[str]]:
    """Short forms of the file that lead to names of States: DPRK, UK, США."""
    found: dict[tuple[str, ...], set[str]] = {}
    for typed, finds in terms().one_way:
        said = [way for ways in finds.values() for way in ways]
        led = set().union(*(_by_form().get(forms_of(way), set()) for way in said))
        led.update(code for way in said if (code := countries.code_of(way)))
        for way in (way for ways in typed.values() for way in ways):
            found[forms_of(way)] = led
    return found


def code_in_any_language(name: str) -> str | None:
    """The ISO code of a State by its name, or a short form of it, in any of the six languages; None where no State,
    or more than one, is called so."""
    forms = forms_of(name)
    found = _by_form().get(forms) or _by_short_form().get(forms, set())
    return next(iter(found)) if len(found) == 1 else None
