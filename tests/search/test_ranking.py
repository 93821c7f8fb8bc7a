"""Which of the records found come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.embedded import EmbeddedEngine
from search.query import in_words
from search.reading import parse
from search.weights import IN_TITLE
from search.writing import EmbeddedTarget
from tests.search.ranking import ASKED, SAID, ranked


@pytest.mark.parametrize("text", ASKED)
def test_a_title_that_says_all_comes_before_texts_that_repeat_it(tmp_path: Path, text: str) -> None:
    found = ranked(EmbeddedTarget(tmp_path), EmbeddedEngine(tmp_path), text)
    assert len(found) > 10
    assert found[0][0] == SAID
    assert found[0][1] > IN_TITLE > found[1][1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Haiti kind:mission year:2019", "Haiti"),
        ("Haiti -Mali", "Haiti"),
        ("S/RES/1325 women", "women"),
        ("kind:vote", None),
        ("S/PRST/2014/*", None),
        ("Haiti OR S/RES/1325", None),
    ],
)
def test_a_title_is_asked_for_words_alone(text: str, said: str | None) -> None:
    """Fields, symbols and what is excluded are no part of it; nor is a choice that may be met without words."""
    tree = parse(text).tree
    assert tree is not None
    other = None if said is None else parse(said).tree
    assert in_words(tree) == (None if other is None else in_words(other))
    assert (in_words(tree) is None) == (said is None)
