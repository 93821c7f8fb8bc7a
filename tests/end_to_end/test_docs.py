"""README and docs tell the truth: queries are run and answers compared, settings and commands exist, links lead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.cli import app
from ops.settings import Settings
from tests.end_to_end.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAIR = re.compile(r"```graphql\n(.*?)\n```\n\n```json\n(.*?)\n```", re.DOTALL)
PAIRS = PAIR.findall((ROOT / "README.md").read_text())
NOTE = PAIR.findall((ROOT / "docs" / "concept-note.md").read_text())
BLOCKS = [
    (page.name, block)
    for page in PAGES
    for block in re.findall(r"```graphql\n(.*?)\n```", page.read_text(), re.DOTALL)
    if block not in dict([*PAIRS, *NOTE])
]
EXAMPLES = sorted((ROOT / "api" / "graphql" / "static" / "examples").glob("*.graphql"))


@pytest.mark.parametrize(("query", "answer"), PAIRS, ids=[query[:40] for query, _ in PAIRS])
def test_the_readmes_answers_are_the_archives(ask: Callable[..., Any], query: str, answer: str) -> None:
    assert ask(query) == json.loads(answer)


@pytest.mark.parametrize(("query", "answer"), NOTE, ids=[query[:40] for query, _ in NOTE])
def test_the_concept_notes_questions_are_answered_by_the_archive(
    ask: Callable[..., Any], query: str, answer: str
) -> None:
    assert ask(query) == json.loads(answer)


def test_each_of_the_eight_questions_has_an_answer_the_pages_behind_it_and_what_is_lacking() -> None:
    text = (ROOT / "docs" / "concept-note.md").read_text()
    parts = re.split(r"^## (?=[1-8]\. )", text.partition("## Also")[0], flags=re.MULTILINE)[1:]
    assert [part[0] for part in parts] == list("12345678")
    for part in parts:
        assert PAIR.search(part), part[:60]
        assert "\nPortal: `/" in part, part[:60]
        assert re.search(r"\*\*Covers\*\* .*\*\*Lacks\*\*\s", part, re.DOTALL), part[:60]


def test_the_readme_shows_queries_and_both_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(PAIRS) >= 5
    assert "make run" in text
    assert "make test" in text


@pytest.mark.parametrize(("page", "query"), BLOCKS, ids=[f"{page}: {query[:30]}" for page, query in BLOCKS])
def test_every_query_in_the_docs_runs(ask: Callable[..., Any], page: str, query: str) -> None:
    assert ask(query)


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_example_in_graphiql_runs_and_finds_something(ask: Callable[..., Any], example: Path) -> None:
    told = ask(example.read_text())
    assert told
    assert None not in told.values()


def test_every_setting_is_documented() -> None:
    text = "".join((ROOT / "docs" / name).read_text() for name in ("operations.md", "graphql.md"))
    for name in Settings.model_fields:
        assert f"`COUNCIL_{name.upper()}`" in text


def test_every_command_named_in_the_docs_exists() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups if group.name}
    for page in PAGES:
        for command in re.findall(r"(?:^|`)(?:\.venv/bin/)?council ([a-z]+)", page.read_text(), re.MULTILINE):
            assert command in known, f"{page.name}: council {command}"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} → {target}"
