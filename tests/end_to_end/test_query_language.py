"""The page on the query language tells the truth: its examples are asked of the bundled record, its tables are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import filters
from search.embedded import open_searcher
from search.engine import Query, Searcher
from search.reading import parse
from search.terms import terms
from tests.end_to_end.conftest import ROOT

PAGE = (ROOT / "docs" / "query-language.md").read_text()
EXAMPLES = re.findall(
    r"^\| (\w+) \| `(.+?)` \| `(.+?)` \| ([\d,]+) \|$", PAGE.partition("## Examples")[2], re.MULTILINE
)
WRONG = re.findall(r"^\| `(.+?)` \| `(.+?)` \| .+ \|$", PAGE.partition("## What cannot be read")[2], re.MULTILINE)
LANGUAGES = {"English", "Arabic", "Chinese", "French", "Russian", "Spanish"}


@pytest.fixture(scope="module")
def searcher(bundled_home: Path) -> Iterator[Searcher]:
    """The index of the bundled record."""
    opened = open_searcher(bundled_home / "search")
    yield opened
    opened.close()


def test_there_are_examples_in_each_of_the_six_languages() -> None:
    assert {language for language, *_ in EXAMPLES} == LANGUAGES
    assert len(EXAMPLES) >= 30


@pytest.mark.parametrize(
    ("language", "typed", "understood", "records"), EXAMPLES, ids=[typed for _, typed, *_ in EXAMPLES]
)
def test_every_example_finds_what_the_page_says(
    searcher: Searcher, language: str, typed: str, understood: str, records: str
) -> None:
    results = searcher.search(Query(text=typed))
    assert (results.understood, f"{results.total:,}", results.problems) == (understood, records, [])


@pytest.mark.parametrize(("typed", "read"), WRONG)
def test_what_cannot_be_read_is_read_as_the_page_says(typed: str, read: str) -> None:
    parsed = parse(typed)
    assert (parsed.understood, bool(parsed.problems)) == (read, True)


def test_the_page_lists_every_field_with_all_its_names_and_counts_the_synonyms() -> None:
    for field, names in filters.FIELDS.items():
        assert f"| `{field}` | {', '.join(f'`{name}`' for name in names)} |" in PAGE
    assert f"{len(terms().groups)} groups" in PAGE
    assert f"and {len(terms().one_way)} short forms" in PAGE
    assert len(WRONG) >= 8
