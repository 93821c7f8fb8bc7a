"""Words as people of six languages write them meet in the index."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import LANGUAGES
from search import languages
from search.highlight import marked
from search.languages import analyse, exact, fold, simplified, spelling, stems, streams, words
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
        ("ru", "самолёты", "самолета"),
        ("fr", "l’organisation", "organisations"),
        ("es", "niños", "NIÑO"),
        ("zh", "安全", "安全"),
        ("zh", "難民", "难民"),
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
        ("聯合國安全理事會", "联合国安全理事会"),
        ("２０２４年", "2024年"),
        ("İlham Əliyev", "ilham aliyev"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("3.5", "3,5"),
        ("l'accord d'Alger", "accord Alger"),
        ("aujourd'hui", "aujourd hui"),
        ("'l'eau'", "eau"),
        ("the Council's", "the Council"),
    ],
)
def test_spellings_of_a_word_have_one_exact_form(one: str, other: str) -> None:
    assert exact(one) == exact(other) != []


def test_all_forms_of_a_decision_in_arabic_are_one_set() -> None:
    asked = [words(form)[0].stems for form in ("قرار", "القرار", "قَرَار", "قرارات", "والقرارات", "للقرار")]
    assert set(asked) == {("ar_قرار",)}


@pytest.mark.parametrize(
    ("language", "word", "stem"),
    [
        ("en", "international", "en_intern"),
        ("en", "organizations", "en_organ"),
        ("en", "emergency", "en_emerg"),
        ("fr", "libanaise", "fr_libanais"),
        ("ru", "международного", "ru_международн"),
    ],
)
def test_the_stemmers_are_those_of_lucene_9_which_an_elasticsearch_of_today_has(
    language: str, word: str, stem: str
) -> None:
    assert stem in stems(word, (language,))


def test_the_table_of_characters_says_it_all_at_once() -> None:
    """An engine of its own applies it once, so what it makes must be plain."""
    table = spelling()
    assert {table["Ａ"], table["٣"], table["ё"], table["國"], table["ى"], table["’"]} == set("a3е国ي'")
    assert table["\u0651"] == table["\u200f"] == ""
    for plain in table.values():
        assert all(table.get(sign, sign) == sign for sign in plain)


def test_traditional_characters_are_a_table_of_one_for_one() -> None:
    table = simplified()
    assert {traditional: table[traditional] for traditional in "難會議決"} == dict(
        zip("難會議決", "难会议决", strict=True)
    )
    assert len(table) > 4_000
    assert all(len(one) == len(other) == 1 and other not in table for one, other in table.items())


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


WRITTEN = st.text(
    st.one_of(
        st.sampled_from("  \n\u00a0\u202f\u3000.,:;'’-/()«»\u200f\u0301\u064e\u0640_lLdsS"),
        st.sampled_from("aeéÉœŁßİnñ0１٣²ёЁйЖاألقرةىو安全理難々〇ｱ한"),
        st.characters(),
    ),
    max_size=120,
)
"""Text of six languages and of none, as people and machines write it."""


@given(WRITTEN, st.sampled_from(LANGUAGES))
def test_what_the_index_takes_in_is_what_the_words_of_a_text_are(text: str, language: str) -> None:
    tokens = analyse(unicodedata.normalize("NFC", text), language)
    forms, found = streams(text, language)
    assert forms.split(" ") == [token.exact for token in tokens] or not (forms or tokens)
    assert found == " ".join(stem for token in tokens for stem in token.stems)


def test_a_text_in_decomposed_form_and_a_word_beyond_all_measure_are_taken_in_alike() -> None:
    assert streams("assie\u0301ge\u0301es", "fr") == streams("assiégées", "fr")
    assert streams("k" * 1_000, "fr") == ("k" * 60, "fr_" + "k" * 60)


def test_what_is_remembered_of_texts_is_bounded() -> None:
    streams("".join(map(chr, range(0x4E00, 0xD7A3))), "zh")
    for number in range(0, 220_000, 20):
        streams(" ".join(f"w{one}" for one in range(number, number + 20)) + " " + "x" * 500, "fr")
    assert languages._PIECES < languages._streams_of["fr"].kept() <= 2 * languages._PIECES
    assert streams("w1 w219999", "fr") == ("w1 w219999", "fr_w1 fr_w219999")
    assert stems.cache_info().maxsize == 100_000
    assert len(languages._PLAIN) <= languages._KEPT


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
