"""What people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import LONGEST, MOST, Clause, Parsed, parse


def texts(clauses: tuple[Clause, ...]) -> list[str]:
    return [clause.text for clause in clauses]


def shape(query: str) -> tuple[list[list[str]], list[str]]:
    parsed = parse(query)
    return [texts(group) for group in parsed.groups], texts(parsed.excluded)


@pytest.mark.parametrize(
    ("query", "groups", "excluded"),
    [
        ("women peace", [["women"], ["peace"]], []),
        ('"women and peace" security', [["women and peace"], ["security"]], []),
        ("“women and peace”", [["women and peace"]], []),
        ("«femmes et paix»", [["femmes et paix"]], []),
        ("Palestine -Israel", [["Palestine"]], ["Israel"]),
        ('Palestine NOT "Middle East"', [["Palestine"]], ["Middle East"]),
        ('-"Middle East"', [], ["Middle East"]),
        ("Haiti OR Mali mission", [["Haiti", "Mali"], ["mission"]], []),
        ("Haiti AND Mali", [["Haiti"], ["Mali"]], []),
        ('"never closed', [["never closed"]], []),
        ("peace\x00war\u2028law", [["peace"], ["war"], ["law"]], []),
        ("Israeli-Palestinian", [["Israeli-Palestinian"]], []),
        ('- NOT "" OR AND ()', [], []),
        ("", [], []),
    ],
)
def test_words_phrases_and_what_is_not_wanted(query: str, groups: list[list[str]], excluded: list[str]) -> None:
    assert shape(query) == (groups, excluded)


@pytest.mark.parametrize(
    ("query", "symbols"),
    [
        ("1325", ("s/res/1325", "s/pv.1325")),
        ("S/RES/1325(2000)", ("s/res/1325 (2000)",)),
        ('"s/pv.9052"', ("s/pv.9052",)),
        ("women 1325", ()),
    ],
)
def test_a_whole_query_may_be_a_symbol(query: str, symbols: tuple[str, ...]) -> None:
    assert parse(query).symbols == symbols


def test_a_symbol_among_words_is_read_as_one() -> None:
    (first, second), none = parse("veto S/2022/155").groups, parse("veto S/2022/155").symbols
    assert (first[0].symbols, second[0].symbols, second[0].phrase) == ((), ("s/2022/155",), ("s", "2022", "155"))
    assert none == ()


def test_a_very_long_query_is_cut() -> None:
    parsed = parse("word " * 10_000)
    assert len(parsed.groups) == MOST
    assert parse("x" * 10_000).groups[0][0].text == "x" * LONGEST
    assert parse(" " * LONGEST + "beyond") == Parsed()


@given(st.text(alphabet=st.characters(), max_size=300) | st.text('"-NOTORAND/S. \x00\u202e\ud800«', max_size=60))
def test_nothing_typed_is_an_error(text: str) -> None:
    parsed = parse(text)
    assert all(clause.words or clause.phrase for group in parsed.groups for clause in group)
