"""The command line: help everywhere, sane exit codes, errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Council, command_line

COMMANDS = ["import", "export", "rebuild", "serve", "query", "search", "status", "conflicts", "bench"]


@pytest.fixture
def council(tmp_path: Path) -> Council:
    return command_line(tmp_path / "home")


def test_every_command_has_help(council: Council) -> None:
    listed = council("--help").stdout
    for command in COMMANDS:
        assert command in listed
        assert council(command, "--help").stdout.count("\n") > 4


def test_an_empty_archive_has_a_status_and_answers(council: Council) -> None:
    told = json.loads(council("status", "--json").stdout)
    assert told["position"] == 0
    assert set(told["counts"].values()) == {0}
    assert json.loads(council("query", "{ archive { position } }").stdout)["data"] == {"archive": {"position": 0}}
    assert json.loads(council("conflicts", "--json").stdout) == []
    assert json.loads(council("search", "anything", "--json").stdout)["total"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["import", "press-releases", "x.csv"], 2, "there is no source 'press-releases'"),
        (["import", "missions", "nowhere.xlsx"], 1, "nowhere.xlsx"),
        (["query", "{ nonsense }"], 1, "nonsense"),
        (["query", "{"], 1, "Syntax Error"),
        (["query", "{ archive { position } }", "--variables", "{"], 2, "not JSON"),
        (["query", "{ archive { position } }", "--as-of", "99"], 1, "from 0 to 0"),
        (["status", "--as-of", "last week"], 1, "ISO 8601"),
        (["conflicts", "--kind", "quarrel"], 2, "no kind 'quarrel'"),
        (["search", "x", "--year", "the nineties"], 2, "1990-1999"),
        (["search", "x", "--sort", "best"], 1, "best"),
        (["export", "everything", "/tmp/x"], 2, "cannot export 'everything'"),
    ],
)
def test_a_mistake_gets_one_clear_message_and_no_stack_trace(
    council: Council, arguments: list[str], code: int, says: str
) -> None:
    done = council(*arguments, check=False)
    told = " ".join((done.stdout + done.stderr).replace("│", " ").split())
    assert done.returncode == code, told
    assert says in told
    assert "Traceback" not in told


@pytest.mark.parametrize(("name", "value"), [("COUNCIL_PORT", "many"), ("COUNCIL_PORT", "99999")])
def test_a_bad_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    done = command_line(tmp_path, **{name: value})("status", check=False)
    assert done.returncode == 2
    assert name in done.stderr
    assert value in done.stderr


def test_settings_come_from_a_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "council.toml"
    file.write_text(f'home = "{tmp_path / "from-file"}"\n')
    told = json.loads(command_line(tmp_path / "from-environment", COUNCIL_CONFIG=str(file))("status", "--json").stdout)
    assert told["home"] == str(tmp_path / "from-environment")
    file.write_text('houme = "x"\n')
    done = command_line(tmp_path / "h", COUNCIL_CONFIG=str(file))("status", check=False)
    assert done.returncode == 2
    assert "houme" in done.stderr.lower()
