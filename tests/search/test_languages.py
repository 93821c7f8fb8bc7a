"""Words as people of six languages write them meet in the index."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import marked
from search.languages import analyse, exact, fold, stems, streams, words
from search.reading import parse


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "القرار", "قرارات"),
        ("ar", "الأمن", "للامن"),
        ("ru", "резолюция", "резолюциями"),
        ("ru", "чёрный", "черного"),
        ("en", "resolution", "Resolutions"),
        ("fr", "résolution", "RESOLUTIONS"),
        ("es", "misión", "mision"),
        ("zh", "安全", "安全"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, one: str, other: str) -> None:
    first, second = analyse(one, language), analyse(other, language)
    assert set(first[0].stems) & set(second[0].stems)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("١٣٢٥", "1325"),
        ("１３２５", "1325"),
        ("أَمْن", "امن"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Côte d'Ivoire", "COTE IVOIRE"),
        ("People's", "people"),
        ("Ｓ／ＰＶ", "s/pv"),
        ("se\u0301curite\u0301", "sécurité"),
        ("Łódź", "lodz"),
        ("Самолёт", "самолет"),
        ("مـــالي", "مالى"),
        ("S/PV\u200e.9052", "s/pv.9052"),
    ],
)
def test_spellings_of_a_word_have_one_exact_form(one: str, other: str) -> None:
    assert exact(one) == exact(other) != []


def test_short_i_keeps_its_breve_in_russian_for_it_is_another_letter() -> None:
    assert exact("мой") != exact("мои")


def test_chinese_is_characters_and_pairs() -> None:
    assert streams("安全理事会", "zh") == ("安 全 理 事 会", "安全 全理 理事 事会")
    assert [word.stems for word in words("安理会")] == [("安理",), ("理会",)]
    assert [(word.exact, word.stems) for word in words("法")] == [("法", ())]
    assert [word.exact for word in words("2023年法国 US")] == ["2023", None, None, "us"]


def test_no_word_is_a_stop_word() -> None:
    assert exact("the Who and No") == ["the", "who", "and", "no"]


def test_light10_leaves_short_words_alone() -> None:
    assert stems("وطن", ()) == ("ar_وطن",)
    assert stems("والقرارات", ()) == ("ar_قرار",)


@given(st.text(max_size=80))
def test_any_text_is_analysed_and_words_stand_at_their_places(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    last = 0
    for token in analyse(composed, "en"):
        assert token.exact
        assert not any(sign.isspace() for sign in token.exact + "".join(token.stems))
        assert 0 <= token.start < token.end <= len(composed)
        assert token.end >= last
        last = token.end
    assert all(not form or " " not in form for form in exact(text))


def test_folding_is_done_once_for_all() -> None:
    once = fold("æøœé")
    assert once == fold(once) == "aeooee"


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("security", "Peace & <security>", "Peace &amp; &lt;<mark>security</mark>&gt;"),
        ("missions", 'The "mission"', "The &quot;<mark>mission</mark>&quot;"),
        ("安全理事", "联合国安全理事会", "联合国<mark>安全理事</mark>会"),
        ("القرارات", "قرار مجلس الأمن", "<mark>قرار</mark> مجلس الأمن"),
        ("ivoire", "La Côte d’Ivoire", "La Côte d’<mark>Ivoire</mark>"),
        ("-security peace", "security, peace", "security, <mark>peace</mark>"),
        ('"peace and"', "and Peace, and peace", "and <mark>Peace, and</mark> peace"),
        ('"peace security"', "Peace & Security <b>", "<mark>Peace &amp; Security</mark> &lt;b&gt;"),
        ('"安全理"', "安全、安全理事会", "安全、<mark>安全理</mark>事会"),
        ("S/PV.77 s", "A/PV.77, S/PV.77", "A/PV.77, <mark>S/PV.77</mark>"),
        ('peace "peace and"', "peace and", "<mark>peace and</mark>"),
    ],
)
def test_matched_words_are_marked_and_html_is_escaped(query: str, text: str, expected: str) -> None:
    assert marked(text, "en", parse(query).wanted) == (expected, True)


def test_nothing_marked_is_said_so() -> None:
    for query in ("zebra", '"b a"', "-b", ""):
        assert marked("a <b>", "en", parse(query).wanted) == ("a &lt;b&gt;", False)
