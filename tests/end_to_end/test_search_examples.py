"""What the search page offers as examples, in each language, finds something in the bundled record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.portal.search import HELP
from api.portal.wording import LANGUAGES, wording
from search.embedded import open_searcher
from search.engine import Query, Searcher


@pytest.fixture(scope="module")
def searcher(bundled_home: Path) -> Iterator[Searcher]:
    opened = open_searcher(bundled_home / "search")
    yield opened
    opened.close()


@pytest.mark.parametrize("example", HELP)
@pytest.mark.parametrize("code", LANGUAGES)
def test_an_example_on_the_search_page_finds_something(searcher: Searcher, code: str, example: str) -> None:
    results = searcher.search(Query(text=wording(code).plain(f"typed.{example}"), language=code))
    assert results.total > 0
    assert results.problems == []
    if example == "symbol":
        assert results.straight_to == "vote:S/RES/1325"
