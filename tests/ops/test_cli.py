"""The command line: help everywhere, sane exit codes, errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.archive import open_archive
from domain.votes import Vote, resolution_vote_id
from ops.cli import app
from ops.store import environment
from tests import council as cases
from tests.end_to_end.conftest import Council, command_line

TITLE = "[red]Withdrawal[/red] of \x1b[31m forces & <mark>"
"""A title that would like to be markup and a terminal's orders."""
HOSTILE = [
    cases.fact(
        resolution_vote_id(1559),
        "taken",
        Vote(label="S/RES/1559(2004)", resolution=1559, date="2004-09-02", title=TITLE),
    )
]
COMMANDS = ["import", "export", "rebuild", "migrate", "serve", "query", "search", "status", "conflicts", "bench"]


@pytest.fixture
def council(tmp_path: Path) -> Council:
    return command_line(tmp_path / "home")


def test_every_command_has_help(council: Council) -> None:
    listed = council("--help").stdout
    for command in COMMANDS:
        assert command in listed
        told = CliRunner().invoke(app, [command, "--help"])
        assert told.exit_code == 0
        assert told.output.count("\n") > 4


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
        (["search", "x", "--lang", "tlh"], 2, "ar, zh, en, fr, ru, es"),
        (["search", "x", "--after", "elsewhere"], 1, "begin again without it"),
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


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an archive of real cases."""
    home = tmp_path_factory.mktemp("small")
    with_cases = open_archive(environment(None, home / "log.db"))
    list(with_cases.record([*cases.s_2014_916(), *cases.s_2022_431(), *cases.mali(), *HOSTILE], by="tests"))
    with_cases.close()
    command_line(home)("status")
    return home


def test_a_search_prints_a_line_for_each_record_and_what_the_whole_looks_like(small: Path) -> None:
    told = command_line(small)("search", "Mali", "--facets", "--sort", "symbol", "--first", "2").stdout.splitlines()
    assert told[0].endswith(" records")
    assert told[1].startswith("2017-09-05  vote  S/RES/2374 (2017)  ")
    assert any(line.startswith("kind: ") and "regime 1" in line for line in told)
    cursor = told[-1].removeprefix("more: --after ")
    after = command_line(small)("search", "Mali", "--sort", "symbol", "--first", "2", "--after", cursor).stdout
    assert "S/RES/2374 (2017)" not in after
    assert "regime" in after


def test_a_search_for_nothing_that_is_there_says_so_and_is_no_failure(small: Path) -> None:
    done = command_line(small)("search", "Palestinain", check=False)
    assert done.returncode == 0
    assert "nothing in the archive matches" in done.stdout
    assert "did you mean: palestinian" in done.stdout


def test_a_search_points_at_the_place_it_could_not_read(small: Path) -> None:
    told = command_line(small)("search", "安理会 (Mali").stdout.splitlines()
    assert told[0] == "  安理会 (Mali"
    assert told[1] == "         ^"
    assert "parenthesis" in told[2]
    assert told[3].startswith("read as: ")


def test_a_search_by_format_agenda_and_language(small: Path) -> None:
    council = command_line(small)
    told = json.loads(council("search", "Россия", "--kind", "veto", "--lang", "ru", "--json").stdout)
    assert [hit["record"] for hit in told["hits"]] == ["veto:S/2022/431/RUS"]
    assert json.loads(council("search", "--format", "open debate", "--json").stdout)["total"] == 0
    assert json.loads(council("search", "country:RUS", "vote:no", "kind:vote", "--json").stdout)["total"] == 2


def test_colour_is_for_terminals_and_text_of_the_archive_gives_no_orders_to_them(small: Path) -> None:
    plain = command_line(small)("search", "Withdrawal").stdout
    assert "[red]Withdrawal[/red] of  [31m forces & <mark>" in plain
    assert "\x1b" not in plain
    coloured = command_line(small, FORCE_COLOR="1", TERM="xterm-256color")("search", "Withdrawal").stdout
    assert "\x1b[1;33mWithdrawal\x1b[0m" in coloured
    assert "\x1b[31m" not in coloured
    quiet = command_line(small, FORCE_COLOR="1", NO_COLOR="1")("search", "Withdrawal").stdout
    assert "33m" not in quiet
