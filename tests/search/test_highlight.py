"""What is marked in titles and in pieces of long texts, in six languages."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight import AROUND, cut, marked
from search.query import Marks
from search.reading import parse


def wanted(text: str) -> Marks:
    return parse(text).wanted


def told(text: str, language: str, query: str) -> list[str]:
    """The words marked in a text."""
    return re.findall(r"<mark>(.*?)</mark>", marked(text, language, wanted(query))[0])


MARKED = {
    "en": ("The situations in Mali", "situation", ["situations"]),
    "fr": ("Les Équipes de l’élection", "élections", ["élection"]),
    "es": ("Los acuerdos de Bogotá", "bogota", ["Bogotá"]),
    "ru": ("О мерах безопасности", "безопасность", ["безопасности"]),
    "ar": ("نص القَرار ١٣٢٥", "قرارات", ["القَرار"]),
    "zh": ("联合国安全理事会", "安全", ["安全"]),
}


@pytest.mark.parametrize("language", MARKED)
def test_words_are_marked_in_any_form_in_each_language(language: str) -> None:
    text, query, expected = MARKED[language]
    assert told(text, language, query) == [unicodedata.normalize("NFC", word) for word in expected]


def test_beginnings_and_phrases_are_marked() -> None:
    text = "Sanctions and sanctioned persons; peace and security, security and peace"
    assert told(text, "en", "sanctioned*") == ["sanctioned"]
    assert told(text, "en", "sanct*") == ["Sanctions", "sanctioned"]
    assert told(text, "en", '"peace and security"') == ["peace and security"]
    assert told(text, "en", "-peace persons") == ["persons"]


def test_what_is_no_html_stays_none() -> None:
    assert marked('<b>"Peace" & war</b>', "en", wanted("peace b"))[0] == (
        "&lt;<mark>b</mark>&gt;&quot;<mark>Peace</mark>&quot; &amp; war&lt;/<mark>b</mark>&gt;"
    )


def test_a_long_text_is_cut_around_the_first_match() -> None:
    text = "Nothing of note was said. " * 900 + "The delegation of Mali withdrew. " + "Nothing more was said. " * 900
    piece = cut(text, "en", wanted("mali"))
    assert piece is not None
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert "The delegation of <mark>Mali</mark> withdrew." in piece
    assert len(piece) < 5 * AROUND
    assert cut(text, "en", wanted("delegations withdraw")) is not None
    assert cut(text, "en", wanted("Haiti")) is None
    assert cut(text, "en", wanted('"was withdrew"')) is None
    assert cut(text, "en", wanted('"mali withdrew"')) is not None


def test_a_phrase_is_found_behind_other_places_where_it_might_begin() -> None:
    text = "Peace was not spoken of. " * 12 + "Peace and security were."
    piece = cut(text, "en", wanted('"peace and security"'))
    assert piece is not None
    assert "<mark>Peace and security</mark>" in piece


def test_a_piece_of_chinese_is_cut_though_nothing_stands_between_words() -> None:
    text = "联合国会员国的代表在会议上没有发言" * 60 + "軍隊问题" + "联合国会员国的代表在会议上没有发言" * 60
    piece = cut(text, "zh", wanted("军队"))
    assert piece is not None
    assert "<mark>軍隊</mark>" in piece
    assert len(piece) < 6 * AROUND


def test_a_piece_turns_no_direction_it_does_not_turn_back() -> None:
    """The sign that ends what is written from right to left may stand beyond the cut."""
    text = "\u202b" + "الحالة في الصومال " * 40 + "\u202c \u2067" + "قرار مجلس الأمن " * 40 + "\u2069"
    piece = cut(text, "ar", wanted("قرارات"))
    assert piece is not None
    assert "<mark>قرار</mark>" in piece
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", piece)


def test_a_letter_is_not_parted_from_its_accent() -> None:
    text = unicodedata.normalize("NFD", "é" * 400) + " Séoul " + unicodedata.normalize("NFD", "é" * 400)
    piece = cut(text, "fr", wanted("seoul"))
    assert piece is not None
    assert "<mark>Séoul</mark>" in piece
    assert not re.search(r"(?:^|\s)\u0301", piece)


_PARTS = st.sampled_from(
    [*"<>&\"' \n\u0301\u202e_-é", "peace", "Peace", "安全", "理事会", "قرار", "القَرارات", "мир", "mark>", "&amp;"]
)


@settings(max_examples=200, deadline=None)
@given(
    text=st.lists(_PARTS | st.text(max_size=4), max_size=60).map("".join),
    query=st.lists(_PARTS, min_size=1, max_size=4).map(" ".join),
    language=st.sampled_from(["ar", "zh", "en", "fr", "ru", "es"]),
)
def test_without_its_marks_a_text_reads_as_it_was(text: str, query: str, language: str) -> None:
    marks = wanted(query)
    made, any_marked = marked(text, language, marks)
    assert unescape(re.sub("</?mark>", "", made)) == unicodedata.normalize("NFC", text)
    assert any_marked == ("<mark>" in made)
    piece = cut(text, language, marks)
    assert piece is None or any_marked
    bare = re.sub("</?mark>", "", piece or "")
    assert not re.search(r"<|>|&(?!amp;|lt;|gt;|quot;|#x27;)", bare)
