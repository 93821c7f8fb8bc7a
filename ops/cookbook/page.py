"""The pages of the cookbook: what is written for each recipe, and the index."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ops.cookbook.drawing import draw
from ops.cookbook.recipe import Figure, Node, Recipe, Table
from ops.querying import Question
from ops.reaching import Answer, Send
from ops.rows import entries, lists

MADE_BY: Final = "<!-- Written by `python -m ops.cookbook` from the record. Change the recipe, not this page. -->"

INTRODUCTION: Final = """
{number} questions that are asked of the Security Council's record, each with the query that asks the archive, the
answer of the bundled record, a plot of it, and what to know of the data before it is cited. A test asks every query,
computes every table and draws every plot again, and compares them with these pages.

The last step from the answer to the table is a few lines of Python, printed on each page: `nodes` is what
`council query --all --jsonl --file question.graphql` prints, an entry on each line (where a query asks several things
beside each other, the answer to each, in order). `period(year)` is the decade of a
year, `share(part, whole)` a share in per cent to one decimal, `PERMANENT` the codes of the five. A code is that of
today's State on a seat: `RUS` is the Soviet Union, too, and `CHN` whoever held China's seat. The last decade is not
over.

Works are named with author, title and year, for where a question comes from; the answers are the archive's own.

After a change of the record `python -m ops.cookbook` writes all pages anew; `--at ADDRESS` asks a running archive,
`--to FOLDER` writes elsewhere.
"""


class CookbookError(Exception):
    """A recipe whose query is answered with errors, or with no list."""


class Kitchen:
    """Asks an archive what recipes need; the same question only once."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._asked: dict[str, list[Node]] = {}

    def nodes(self, recipe: Recipe) -> list[Node]:
        """The entries of the list a recipe asks for. Raises :class:`CookbookError`."""
        if recipe.query not in self._asked:
            self._asked[recipe.query] = _listed(recipe, self._send)
        return self._asked[recipe.query]

    def table(self, recipe: Recipe) -> Table:
        """The answer of a recipe."""
        return recipe.work(self.nodes(recipe))


def _listed(recipe: Recipe, send: Send) -> list[Node]:
    question = Question(recipe.query, None, [], None)
    paged = "nodes {" in recipe.query
    answer: Answer = question.pages(send, None) if paged else question.ask(send, None)
    if answer.get("errors"):
        raise CookbookError(f"{recipe.slug}: {answer['errors'][0]['message']}")
    ways = list(lists(answer["data"]))
    if len(answer["data"]) > 1 and all(len(way) > 1 for way in ways):
        return list(answer["data"].values())
    if len(ways) != 1:
        raise CookbookError(f"{recipe.slug}: the query has to ask for one list, not {len(ways)}")
    listed: Any = answer["data"]
    for name in ways[0]:
        listed = listed[name]
    return entries(listed) or []


def write(kitchen: Kitchen, themes: Mapping[str, Sequence[Recipe]], folder: Path) -> list[Path]:
    """Write all pages, plots and the index into a folder; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "README.md"]
    files[0].write_text(index(themes), encoding="utf-8")
    for recipes in themes.values():
        for recipe in recipes:
            table = kitchen.table(recipe)
            for ending, text in (("md", page(recipe, table)), ("svg", drawn(recipe, table))):
                if text is not None:
                    files.append(folder / f"{recipe.slug}.{ending}")
                    files[-1].write_text(text, encoding="utf-8")
    return files


def drawn(recipe: Recipe, table: Table) -> str | None:
    """The plot of a recipe as SVG; none where nothing is to be drawn."""
    return None if recipe.plot is None else draw(recipe.title, table, recipe.plot)


def page(recipe: Recipe, table: Table) -> str:
    """The page of a recipe."""
    parts = [f"# {recipe.title}", MADE_BY, _filled(recipe.why)]
    if recipe.plot is not None:
        parts.append(f"![{recipe.plot.unit}: {', '.join(recipe.plot.series)}]({recipe.slug}.svg)")
    parts += [
        _filled(f"**Answer.** {recipe.says(table)}"),
        _table(table),
        f"## Query\n\n```graphql\n{recipe.query.strip()}\n```",
        f"## From the answer to the table\n\n```python\n{inspect.getsource(recipe.work).strip()}\n```",
        f"## What to know about the data\n\n{_filled(recipe.caveats)}",
    ]
    return "\n\n".join(parts) + "\n"


def index(themes: Mapping[str, Sequence[Recipe]]) -> str:
    """The index of all recipes."""
    number = sum(map(len, themes.values()))
    parts = ["# Cookbook", MADE_BY, *(_filled(one) for one in INTRODUCTION.format(number=number).split("\n\n"))]
    for theme, recipes in themes.items():
        parts += [f"## {theme}", "\n".join(f"- [{one.title}]({one.slug}.md)" for one in recipes)]
    return "\n\n".join(parts) + "\n"


def _filled(text: str, width: int = 120) -> str:
    """A text in lines, paragraph by paragraph."""
    paragraphs = " ".join(text.split(" ")).strip().split("\n\n")
    return "\n\n".join(textwrap.fill(" ".join(one.split()), width, break_long_words=False) for one in paragraphs)


def _table(table: Table) -> str:
    if not table:
        return "The archive holds nothing this could be computed from."
    names = list(table[0])
    numbers = [all(isinstance(row[name], int | float | None) for row in table) for name in names]
    lines = [
        f"| {' | '.join(names)} |",
        f"|{'|'.join('---:' if number else '---' for number in numbers)}|",
        *(f"| {' | '.join(_cell(row[name]) for name in names)} |" for row in table),
    ]
    return "\n".join(lines)


def _cell(value: Figure) -> str:
    if value is None:
        return "–"
    return str(value).replace("|", "\\|") if isinstance(value, str) else json.dumps(value)
