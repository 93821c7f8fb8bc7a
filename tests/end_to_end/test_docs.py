"""README and docs tell the truth: queries are run and answers compared, settings and commands exist, links lead."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from ops.cli import app
from ops.exporting import package
from ops.house import House
from ops.settings import Settings
from tests.end_to_end.conftest import ROOT
from tests.serving import serving

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAIR = re.compile(r"```graphql\n(.*?)\n```\n\n```json\n(.*?)\n```", re.DOTALL)
PAIRS = PAIR.findall((ROOT / "README.md").read_text())
NOTE = PAIR.findall((ROOT / "docs" / "concept-note.md").read_text())
COUNTS = PAIR.findall((ROOT / "docs" / "counts.md").read_text())
BLOCKS = [
    (page.name, block)
    for page in PAGES
    for block in re.findall(r"```graphql\n(.*?)\n```", page.read_text(), re.DOTALL)
    if block not in dict([*PAIRS, *NOTE, *COUNTS])
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


@pytest.mark.parametrize(("query", "answer"), COUNTS, ids=[query[:60] for query, _ in COUNTS])
def test_the_counts_in_the_docs_are_the_archives(ask: Callable[..., Any], query: str, answer: str) -> None:
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


SHELL = re.findall(r"```sh\n(.*?)\n```", (ROOT / "docs" / "exports.md").read_text(), re.DOTALL)


def test_the_commands_that_export_do_what_the_page_says(bundled_home: Path, tmp_path: Path) -> None:
    """They are run as they stand, against a server on the bundled record; the last compares a hash."""
    house = House(Settings(home=bundled_home))
    try:
        house.catch_up_read_models()
        with serving(create_app(house.archive, house.views, package=package)) as address:
            for block in SHELL:
                command = block.replace("http://127.0.0.1:8000", address)
                subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=tmp_path, check=True)
    finally:
        house.close()
    assert len(SHELL) == 2
    cast = [json.loads(line) for line in (tmp_path / "no.jsonl").read_text().splitlines()]
    assert {(one["member_code"], one["choice"]) for one in cast} == {("FRA", "NO")}
    vetoed = (tmp_path / "vetoed.csv").read_text().splitlines()
    assert vetoed[0] == "date,symbol,tally_yes,tally_no"
    assert len(vetoed) > 250
    with zipfile.ZipFile(tmp_path / "record.zip") as record:
        for name in record.namelist():
            assert record.read(name) == (ROOT / "ops" / "record" / "package" / name).read_bytes(), name


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
