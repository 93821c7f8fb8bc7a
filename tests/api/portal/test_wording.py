"""The words of the pages in six languages: every table is whole, and says the same things."""

from __future__ import annotations

import re
import string
from itertools import pairwise

import pytest
from babel import Locale

from api.portal.wording import LANGUAGES, table, wording
from api.portal.words import CHOICES, OUTCOMES
from domain.meetings import FORMATS
from search.documents import KINDS
from search.engine import FACETS

COUNTED = ("search.found", "search.more", "search.behind")
"""Keys whose words depend on a number."""


def _plain(key: str) -> bool:
    return not key.startswith(tuple(f"{one}." for one in COUNTED))


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_table_has_the_same_keys_and_no_empty_words(code: str) -> None:
    assert {key for key in table(code) if _plain(key)} == {key for key in table("en") if _plain(key)}
    assert [key for key, text in table(code).items() if not text.strip()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_table_has_the_same_holes_to_fill(code: str) -> None:
    english = table("en")
    for key, text in table(code).items():
        expected = {"number"} if not _plain(key) else _holes(english[key])
        assert _holes(text) == expected, key


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_counted_has_every_plural_form_of_its_language(code: str) -> None:
    forms = {*Locale.parse(code).plural_form.tags, "other"}
    for one in COUNTED:
        assert {key.rpartition(".")[2] for key in table(code) if key.startswith(f"{one}.")} == forms
    for number in (0, 1, 2, 3, 5, 11, 21, 100, 101, 1_000_000):
        said = wording(code).count("search.found", number)
        assert re.sub(r"\D", "", said) == str(number)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_kind_outcome_format_and_ballot_has_a_name(code: str) -> None:
    named = table(code)
    listed = {"kind": KINDS, "outcome": OUTCOMES, "format": FORMATS, "ballot": (*CHOICES, "veto"), "facet": FACETS}
    for section, values in listed.items():
        assert [value for value in values if f"{section}.{value}" not in named] == [], section


@pytest.mark.parametrize("code", ["ar", "zh", "ru"])
def test_words_of_another_script_are_in_that_script(code: str) -> None:
    """Latin letters stand only in symbols, field names and what is filled in."""
    scripts = {"ar": "\u0600-\u06ff", "zh": "\u4e00-\u9fff", "ru": "\u0400-\u04ff"}
    for key, text in table(code).items():
        if key not in ("typed.fields", "typed.pattern", "error.one_of", "search.found_for"):
            assert re.search(f"[{scripts[code]}]", text), key


def test_no_two_kinds_are_called_alike() -> None:
    for code in LANGUAGES:
        names = sorted(text for key, text in table(code).items() if key.startswith("kind."))
        assert [one for one, other in pairwise(names) if one == other] == [], code


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("en", "2014-03-18", "18 March 2014"),
        ("fr", "1946-01", "janvier 1946"),
        ("ru", "1999", "1999"),
        ("es", "2014-03-18/2014-03-20", "18 de marzo de 2014 – 20 de marzo de 2014"),
        ("zh", "2014-12-30", "2014年12月30日"),
        ("ar", "2014-12-30", "30 ديسمبر 2014"),
        ("en", "the nineties", "the nineties"),
        ("en", "2014-02-30", "2014-02-30"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(code: str, text: str, said: str) -> None:
    assert wording(code).day(text) == said


def test_what_is_filled_in_is_text_and_keeps_its_order_among_arabic() -> None:
    assert wording("fr")("search.nothing_for", query="<b>") == ("Rien dans les archives ne correspond à « &lt;b&gt; ».")
    assert "\u2068S/RES/1 (1946)\u2069" in wording("ar")("search.nothing_for", query="S/RES/1 (1946)")
