"""TypeScript programs can rely on the committed schema: types are made of it and of the docs' queries, and compiled.

`make setup-dev` installs graphql-codegen and the compiler beside this file.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "typescript"
SCHEMA_FILE = ROOT / "api" / "graphql" / "schema.graphql"
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = sorted((ROOT / "api" / "graphql" / "static" / "examples").glob("*.graphql"))


def node(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", *map(str, arguments)], cwd=folder, capture_output=True, text=True)


def compiled(folder: Path, *questions: Path, schema: Path = SCHEMA_FILE) -> str:
    """Generate types into a folder and compile all TypeScript there; what the two complain of, if anything."""
    assert (HERE / "node_modules").exists(), "graphql-codegen is not installed: run `make setup-dev`"
    for name in ("json.ts", "ask.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / name, folder)
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    generated = node(HERE / "generate.js", schema, folder, HERE / "operations.graphql", *questions, folder=HERE)
    if generated.returncode:
        return generated.stderr
    (folder / "out").mkdir()
    shutil.copy(HERE / "package.json", folder / "out")
    done = node("node_modules/typescript/bin/tsc", "--strict", "--outDir", "out", folder=folder)
    assert (done.returncode == 0) == (not done.stdout)
    return done.stdout


def questions_of_the_docs(folder: Path) -> list[Path]:
    """Every query shown in the docs, each in a file."""
    files = []
    for page in DOCS:
        for number, block in enumerate(re.findall(r"```graphql\n(.*?)\n```", page.read_text(), re.DOTALL)):
            files.append(folder / f"{page.parent.name}-{page.stem}-{number}.graphql")
            files[-1].write_text(block)
    return files


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder everything was compiled in, and the complaints."""
    folder = tmp_path_factory.mktemp("typescript")
    questions = questions_of_the_docs(tmp_path_factory.mktemp("questions"))
    assert len(questions) > 20
    return folder, compiled(folder, *EXAMPLES, *questions)


def test_types_of_the_schema_and_of_every_query_in_the_docs_compile_strictly(built: tuple[Path, str]) -> None:
    folder, complaints = built
    assert complaints == ""
    assert "JSON: { input: Json; output: Json; }" in (folder / "schema.ts").read_text()
    types = (folder / "archive.ts").read_text().partition("export class TypedDocumentString")[0]
    assert not re.search(r"[:<|] any\b", types)


def test_a_program_with_these_types_asks_the_running_archive(built: tuple[Path, str], address: str) -> None:
    """S/2014/916 lacked one vote, and the No of the United States, beside Australia's, was no veto."""
    done = node("out/ask.js", address, folder=built[0])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "outcome": "NOT_ADOPTED",
        "missing": 1,
        "against": ["AUS", "USA (permanent)"],
        "vetoed": True,
        "sources": ["sciencespo-votes"],
        "divided": ["S/RES/2623 (2022)"],
    }


def test_a_field_that_leaves_the_schema_and_a_scalar_nobody_mapped_are_complained_of(tmp_path: Path) -> None:
    text = SCHEMA_FILE.read_text()
    without = re.sub(r'  """Votes counted by choice\."""\n  tally: Tally!\n', "", text)
    foreign = text.replace("scalar JSON", "scalar JSON\n\nscalar Day").replace("  day: String!", "  day: Day!")
    for name, changed, says in (("without", without, "tally"), ("foreign", foreign, "Day")):
        assert changed != text
        folder = tmp_path / name
        folder.mkdir()
        (folder / "schema.graphql").write_text(changed)
        assert says in compiled(folder, schema=folder / "schema.graphql")
