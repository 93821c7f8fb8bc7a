"""The notebooks run from beginning to end against a running archive of the bundled record, and say what they said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.end_to_end.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def outputs(notebook: NotebookNode) -> list[tuple[str, list[str]]]:
    """What each cell of code printed or showed as text; drawings by their kind alone."""
    told = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = [output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.outputs]
            told.append((cell.source, [re.sub(r" at 0x[0-9a-f]+", "", text) for text in shown]))
    return told


@pytest.fixture(scope="module")
def executed(bundled_address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, NotebookNode]:
    """Every notebook, run anew. A cell that fails fails the tests with its traceback."""
    folder = tmp_path_factory.mktemp("jupyter")
    done = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNCIL_ADDRESS", bundled_address)
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
            patch.setenv(name, str(folder / name))
        for file in NOTEBOOKS:
            notebook = nbformat.read(file, as_version=4)
            NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
            done[file.stem] = notebook
    return done


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_the_archive_answers(executed: dict[str, NotebookNode], file: Path) -> None:
    now = executed[file.stem]
    assert outputs(now) == outputs(nbformat.read(file, as_version=4)), "run it again: docs/researchers.md says how"
    assert [one for cell in now.cells for one in cell.get("outputs", []) if one.output_type == "error"] == []


def test_agreement_in_pandas_is_the_archives_own(executed: dict[str, NotebookNode], bundled_address: str) -> None:
    """The share of common votes since 2000 in which the Russian Federation and the United States chose alike."""
    asked = {"query": '{ agreement(a: "RUS", b: "USA", from: 2000) { share } }'}
    request = Request(f"{bundled_address}/graphql", json.dumps(asked).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as response:
        share = json.load(response)["data"]["agreement"]["share"]
    matrix = next(shown[0] for source, shown in outputs(executed["votes"]) if "pivot" in source)
    rows: dict[str, Any] = {line.split()[0]: line.split()[1:] for line in matrix.splitlines()[1:]}
    names = matrix.splitlines()[0].split()
    assert rows["RUS"][names.index("USA")] == rows["USA"][names.index("RUS")] == str(round(100 * share, 1))


def test_s_2014_916_stands_among_the_noes_that_were_no_vetoes(executed: dict[str, NotebookNode]) -> None:
    shown = next(shown[0] for source, shown in outputs(executed["votes"]) if '"tally.required"]]' in source)
    assert re.search(r"2014-12-30 +S/2014/916 +8 +2 +5 +9", shown)


def test_a_drawing_is_shown(executed: dict[str, NotebookNode]) -> None:
    drawn = [output.data for output in executed["votes"].cells[-2].outputs]
    assert "<svg" in "".join(drawn[0]["image/svg+xml"])


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_notebook_lead_somewhere(file: Path) -> None:
    text = "".join(cell.source for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "markdown")
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert links
    assert [target for target in links if not (file.parent / target).exists()] == []
