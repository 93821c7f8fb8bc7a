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
PAIRS = re.findall(r"```graphql\n(.*?)\n```\n\n```json\n(.*?)\n```", (ROOT / "README.md").read_text(), re.DOTALL)
BLOCKS = [
    (page.name, block) for page in PAGES for block in re.findall(r"```graphql\n(.*?)\n```", page.read_text(), re.DOTALL)
]
EXAMPLES = sorted((ROOT / "api" / "graphql" / "static" / "examples").glob("*.graphql"))


@pytest.mark.parametrize(("query", "answer"), PAIRS, ids=[query[:40] for query, _ in PAIRS])
def test_the_readmes_answers_are_the_archives(ask: Callable[..., Any], query: str, answer: str) -> None:
    assert ask(query) == json.loads(answer)


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
    text = (ROOT / "docs" / "operations.md").read_text()
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
