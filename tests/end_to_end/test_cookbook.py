"""The cookbook is written anew by its command from a running archive of the bundled record, and compared by bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ops.cookbook import vetoes
from ops.cookbook.book import THEMES
from ops.cookbook.drawing import draw
from ops.cookbook.page import CookbookError, Kitchen, page
from ops.cookbook.recipe import Plot, Recipe, period, share
from ops.reaching import Answer
from tests.end_to_end.conftest import ROOT

BOOK = ROOT / "docs" / "cookbook"
RECIPES = [recipe for recipes in THEMES.values() for recipe in recipes]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def written(bundled_address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cookbook as the command writes it now."""
    folder = tmp_path_factory.mktemp("cookbook")
    done = subprocess.run(
        [sys.executable, "-m", "ops.cookbook", "--at", bundled_address, "--to", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe.slug for recipe in RECIPES])
def test_the_page_prints_what_the_archive_answers_and_the_plot_is_drawn_of_it(written: Path, recipe: Recipe) -> None:
    for ending in ("md", *(["svg"] if recipe.plot else [])):
        name = f"{recipe.slug}.{ending}"
        assert (written / name).read_bytes() == (BOOK / name).read_bytes(), "python -m ops.cookbook"


def test_the_book_holds_these_pages_and_no_others(written: Path) -> None:
    assert {file.name for file in written.iterdir()} == {file.name for file in BOOK.iterdir()}
    assert (written / "README.md").read_bytes() == (BOOK / "README.md").read_bytes()
    assert len(RECIPES) >= 20
    assert len({recipe.slug for recipe in RECIPES}) == len(RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe.slug for recipe in RECIPES])
def test_each_page_says_why_it_is_asked_and_what_the_data_lacks(recipe: Recipe) -> None:
    text = (BOOK / f"{recipe.slug}.md").read_text()
    assert recipe.title.endswith("?")
    assert re.search(r"\(.*?(19|20)\d\d.*?\)|A/RES/76/262|concept note", recipe.why, re.DOTALL), "no source is named"
    assert len(recipe.caveats.split()) >= 15
    for part in ("**Answer.** ", "\n| ", "## Query", "```graphql", "```python", "## What to know about the data"):
        assert part in text
    assert recipe.query.strip() in text
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (BOOK / target).exists(), target


@pytest.mark.parametrize("plot", sorted(BOOK.glob("*.svg")), ids=lambda path: path.stem)
def test_a_plot_tells_its_title_and_runs_nothing(plot: Path) -> None:
    root = ElementTree.parse(plot).getroot()
    assert (root[0].tag, root[1].tag) == (f"{SVG}title", f"{SVG}desc")
    assert root[0].text
    assert root[1].text
    assert root.attrib["aria-labelledby"] == "title desc"
    assert not list(root.iter(f"{SVG}script"))
    assert "href" not in plot.read_text()
    assert plot.stat().st_size < 40_000


def test_figures_everybody_knows_stand_in_the_book() -> None:
    """The official list of vetoes to May 2022, the two meetings of 1946 and 1948, and the emergency session of 2022."""
    definitions = (BOOK / "vetoes-by-definition.md").read_text()
    for member, official in (("RUS", 120), ("USA", 82), ("GBR", 29), ("FRA", 17), ("CHN", 17)):
        assert f"| {member} | {official} |" in definitions
    assert re.search(
        r"1946-06-26 \| S/PV\.49 .*1948-05-24 \| S/PV\.303", (BOOK / "double-veto.md").read_text(), re.DOTALL
    )
    assert "| 2022-02-27 | S/RES/2623 (2022) |" in (BOOK / "procedural-adoptions.md").read_text()
    assert "| 1950-06-25 | S/RES/82 (1950) | RUS |" in (BOOK / "permanent-member-absent.md").read_text()
    assert "| 2022-05-26 | S/2022/431 | CHN, RUS | 2022-06-08 |" in (BOOK / "assembly-after-a-veto.md").read_text()


def test_another_record_gives_another_page() -> None:
    """One veto more, and table, sentence and plot differ from the committed ones."""
    recipe = vetoes.RECIPES[0]

    def send(text: str, variables: dict[str, object], operation: str | None) -> Answer:
        cells = [{"key": "2020", "across": "FRA", "count": 1}]
        return {"data": {"counts": {"vetoes": {"cells": cells}}}, "extensions": {"position": 1}}

    table = Kitchen(send).table(recipe)
    assert table == [{"decade": "2020–2029", "CHN": 0, "FRA": 1, "GBR": 0, "RUS": 0, "USA": 0}]
    assert "FRA 1;" in page(recipe, table)
    assert page(recipe, table) != (BOOK / f"{recipe.slug}.md").read_text()


def test_a_query_that_is_refused_stops_the_book() -> None:
    def refuse(text: str, variables: dict[str, object], operation: str | None) -> Answer:
        return {"errors": [{"message": "Cannot query field 'x'"}]}

    with pytest.raises(CookbookError, match="vetoes-by-decade: Cannot query field 'x'"):
        Kitchen(refuse).table(vetoes.RECIPES[0])


def test_a_plot_is_the_same_bytes_each_time_and_leaves_gaps_where_nothing_is_known() -> None:
    plot = Plot("lines", "year", ("share",), "Per cent")
    table = [{"year": str(1990 + n), "share": None if n == 2 else 100 * n / 7} for n in range(5)]
    assert draw("A & B", table, plot) == draw("A & B", table, plot)
    assert draw("A & B", table, plot).count('class="dots"') == 4
    assert '<title id="title">A &amp; B</title>' in draw("A & B", table, plot)


@pytest.mark.parametrize(
    ("year", "length", "span"),
    [(1946, 10, "1946–1949"), (1959, 10, "1950–1959"), (2022, 5, "2020–2024"), (1949, 5, "1946–1949")],
)
def test_spans_of_years(year: int, length: int, span: str) -> None:
    assert period(year, length) == span
    assert share(1, 0) is None
    assert share(1, 3) == 33.3
