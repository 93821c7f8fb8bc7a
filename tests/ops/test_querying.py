"""``council query``: pages followed in one state, rows flattened, errors placed in the document as it was written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner, Result

from api.app import create_app
from domain.archive import open_archive
from ops.cli import app
from ops.pages import Edited, PagesError, chosen, paged
from ops.querying import Question
from ops.reaching import Answer
from ops.rows import RowsError, as_csv, columns, rows
from ops.store import environment
from projections.place import SqlitePlace
from tests import council as cases
from tests.api.conftest import House
from tests.serving import serving

VETOED = '{ vote(symbol: "S/2022/155") { date outcome tally { yes no abstain } } }'
VOTES = "{ votes(first: 2, orderBy: DATE_ASC) { nodes { symbol tally { yes } } } }"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    archive = open_archive(environment(None, folder / "log.db"))
    list(archive.record([*cases.s_2014_916(), *cases.s_res_1559(), *cases.s_2022_155(), *cases.s_res_2034()], by="t"))
    archive.close()
    return folder


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[str]:
    """The same archive, served."""
    from ops.house import House as Opened
    from ops.settings import Settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNCIL_HOME", str(home))
        opened = Opened(Settings())
    opened.catch_up()
    with serving(create_app(opened.archive, opened.views)) as address:
        yield address
    opened.close()


@pytest.fixture
def query(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COUNCIL_HOME", str(home))

    def run(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(app, ["query", *arguments], input=given)

    return run


def test_the_document_comes_from_an_argument_a_file_or_standard_input(query: Any, tmp_path: Path) -> None:
    file = tmp_path / "veto.graphql"
    file.write_text(VETOED)
    answers = {
        query(VETOED).stdout,
        query("--file", str(file)).stdout,
        query("-", given=VETOED).stdout,
    }
    assert [json.loads(one)["data"]["vote"]["tally"] for one in answers] == [{"yes": 11, "no": 1, "abstain": 3}]
    for wrong in ([], [VETOED, "--file", str(file)], ["--file", str(tmp_path / "none.graphql")]):
        assert query(*wrong).exit_code == 2


def test_a_running_archive_and_the_local_one_answer_alike(query: Any, running: str) -> None:
    """Also of a past state: S/2014/916 came first, and was all there was."""
    for further in ([], ["--as-of", "2"], ["--all"], ["--all", "--as-of", "2", "--csv"]):
        local, remote = query(VOTES, *further), query(VOTES, *further, "--at", running)
        assert local.exit_code == remote.exit_code == 0
        assert local.stdout == remote.stdout
    assert query(VOTES, "--csv", "--as-of", "2", "--at", running).stdout == "symbol,tally.yes\nS/2014/916,8\n"


def test_all_follows_the_pages_to_the_end_and_adds_nothing_to_the_answer(query: Any) -> None:
    whole = json.loads(query("{ votes(first: 100, orderBy: DATE_ASC) { nodes { symbol tally { yes } } } }").stdout)
    assert len(whole["data"]["votes"]["nodes"]) == 4
    assert json.loads(query(VOTES, "--all").stdout) == whole
    for document in (
        "{ votes(orderBy: DATE_ASC) { nodes { symbol tally { yes } } } }",
        "query Q { votes(first: 1, after: null, orderBy: DATE_ASC) { ...page } } "
        "fragment page on VoteConnection { nodes { symbol tally { yes } } }",
    ):
        assert json.loads(query(document, "--all").stdout) == whole
    edges = json.loads(
        query("{ votes(first: 1, orderBy: DATE_ASC) { totalCount edges { node { symbol } } } }", "--all").stdout
    )
    assert edges["data"]["votes"]["totalCount"] == len(edges["data"]["votes"]["edges"]) == 4
    within = query("{ asOf(position: 2) { votes(first: 1) { nodes { symbol } } } }", "--all", "--jsonl")
    assert within.stdout == '{"symbol": "S/2014/916"}\n'


def test_pages_are_of_one_state_while_the_log_grows(tmp_path: Path) -> None:
    """S/2022/155 is recorded after the first page was read; the pages that follow do not hold it."""
    archive = open_archive(environment(None, tmp_path / "log.db"))
    from projections.place import ReadModels
    from projections.views import Views

    place = SqlitePlace(tmp_path / "views")
    house = House(archive, ReadModels(archive, place), Views(place))
    house.record([*cases.s_2014_916(), *cases.s_res_1559()])
    asked: list[str] = []

    def send(text: str, variables: dict[str, Any], operation: str | None) -> Answer:
        asked.append(text)
        made = house.answer(text, variables)
        assert house.read is not None
        position = house.read.position
        if len(asked) == 1:
            house.record(cases.s_2022_155())
        return {"data": made.data, "errors": made.errors, "extensions": {"archive": {"position": position}}}

    text = "{ votes(first: 1, orderBy: DATE_ASC) { nodes { symbol } } }"
    answer = Question(text, None, [], None).pages(send, None)
    assert [one["symbol"] for one in answer["data"]["votes"]["nodes"]] == ["S/RES/1559 (2004)", "S/2014/916"]
    assert [f"asOf(position: {answer['extensions']['archive']['position']})" in one for one in asked] == [False, True]
    house.views.close()
    archive.close()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (
            ["{ votes(first: 1) {\n nodes { symbl } } }", "--as-of", "2"],
            1,
            "line 2, column 10: Cannot query field 'symbl'",
        ),
        (["{ votes(first: 1) { nodes { symbl } } }", "--all"], 1, "line 1, column 29: Cannot query field 'symbl'"),
        (["{ votes(first: 1) { nodes { symbol } }", "--csv"], 1, "line 1, column 39: Syntax Error"),
        (["{ votes(first: 101) { nodes { symbol } } }"], 1, "a page holds 0 to 100 rows"),
        (["{ a " * 5000], 1, "nested"),
        (["{ votes(last: 1) { nodes { symbol } } }", "--all"], 2, "`first`, not `last`"),
        (["{ archive { position } }", "--all"], 2, "none was found"),
        (["{ a: votes { nodes { symbol } } b: votes { nodes { symbol } } }", "--all"], 2, "there are several: a, b"),
        (["{ votes(first: 1) { nodes { symbol } } vetoes(first: 1) { nodes { date } } }", "--csv"], 2, "votes, vetoes"),
        (["{ votes(first: 1) { nodes { symbol } } }", "--csv", "--each", "votes.balots"], 2, "there are: votes"),
        ([VETOED, "--csv", "--table"], 2, "choose one of --table and --csv"),
        ([VETOED, "--each", "vote"], 2, "add --table"),
        ([VETOED, "--var", "s=1"], 2, "declares no variable $s; it declares: none"),
        (["query($y: Int) { yearTotals(from: $y) { year } }", "--var", "y=MMXX"], 2, "not JSON, as Int needs"),
        (["query a { archive { position } } query b { archive { position } }"], 2, "2 operations (a, b)"),
        (["query a { archive { position } }", "--operation", "b"], 2, "there are: a"),
        ([VETOED, "--at", "127.0.0.1:8000"], 2, "such as http://127.0.0.1:8000"),
        ([VETOED, "--at", "http://127.0.0.1:1"], 1, "no archive answers at http://127.0.0.1:1/graphql"),
        ([VETOED, "--at", "http://127.0.0.1:1", "--variables", "[1]"], 2, "not a JSON object"),
        (["mutation { saveSearch { fresh } }", "--all"], 2, "only the pages of a query"),
    ],
)
def test_a_mistake_is_told_where_it_is(query: Any, arguments: list[str], code: int, says: str) -> None:
    done = query(*arguments)
    told = " ".join((done.output + str(done.exception or "")).replace("│", " ").split())
    assert says in told
    assert done.exit_code == code
    assert "Traceback" not in told
    if "--csv" in arguments:
        assert done.stdout == ""


def test_a_page_of_the_portal_is_not_taken_for_an_answer(query: Any, running: str) -> None:
    done = query(VETOED, "--at", f"{running}/votes")
    assert done.exit_code == 1
    assert "no GraphQL" in str(done.exception)


def test_an_archive_that_says_when_to_come_again_is_asked_again_then(query: Any) -> None:
    """Twice too often, then an answer; one that asks for an hour is not waited for."""
    told: list[str] = []

    async def answer(request: Request) -> Response:
        told.append(request.url.path)
        errors = {"errors": [{"message": "asked too often"}]}
        if request.url.path.startswith("/patient") and len(told) > 2:
            return JSONResponse({"data": {"archive": {"position": 7}}})
        again = "0" if request.url.path.startswith("/patient") else "3600"
        return JSONResponse(errors, 429, {"Retry-After": again})

    with serving(Starlette(routes=[Route("/{any}/graphql", answer, methods=["POST"])])) as address:
        done = query("{ archive { position } }", "--at", f"{address}/patient")
        assert json.loads(done.stdout) == {"data": {"archive": {"position": 7}}}
        assert told == ["/patient/graphql"] * 3
        done = query("{ archive { position } }", "--at", f"{address}/strict")
        assert (done.exit_code, len(told)) == (1, 4)
        assert "asked too often" in done.output


def test_variables_are_read_by_their_declared_type(query: Any) -> None:
    document = "query($s: String!, $c: [Choice!]) { resolution(symbol: $s) { symbol ballots(choice: $c) { choice } } }"
    told = json.loads(query(document, "--var", "s=1559", "--var", 'c=["NO"]').stdout)["data"]["resolution"]
    assert told == {"symbol": "S/RES/1559 (2004)", "ballots": []}
    assert query(document, "--var", "s=1559", "--variables", '{"s": "1559"}').exit_code == 2
    order = "query($o: VoteOrder) { votes(first: 1, orderBy: $o) { nodes { symbol } } }"
    assert query(order, "--var", "o=DATE_ASC", "--csv").stdout_bytes == b"symbol\r\nS/RES/1559 (2004)\r\n"


def test_each_gives_a_row_to_every_ballot_with_the_columns_of_its_vote(query: Any) -> None:
    document = "{ votes(first: 100) { nodes { symbol tally { yes } ballots(choice: NO) { choice member { code } } } } }"
    found = list(csv.DictReader(io.StringIO(query(document, "--csv", "--each", "votes.ballots").stdout)))
    assert found == [
        {"symbol": "S/2022/155", "tally.yes": "11", "ballots.choice": "NO", "ballots.member.code": "RUS"},
        {"symbol": "S/2014/916", "tally.yes": "8", "ballots.choice": "NO", "ballots.member.code": "AUS"},
        {"symbol": "S/2014/916", "tally.yes": "8", "ballots.choice": "NO", "ballots.member.code": "USA"},
    ]
    assert "S/2014/916" in query(document, "--table").stdout
    assert query("{ missions(first: 1) { nodes { title } } }", "--csv").stdout == ""


def test_nothing_in_a_table_reaches_the_terminal_as_an_order(query: Any) -> None:
    assert "\x1b" not in query("{ a: __typename b: archive { position } }", "--table").stdout
    done = query("query($s: String!) { search(query: $s) { understood } }", "--table", "--var", "s=\x1b[31mred")
    assert "\x1b[31m" not in done.output


def test_an_absent_object_leaves_no_column_and_lists_fill_one_cell() -> None:
    data = {
        "votes": {
            "nodes": [{"s": 1, "veto": None, "records": ["a", "b"]}, {"s": 2, "veto": {"by": "RUS"}, "records": []}]
        }
    }
    table = rows(data)
    assert columns(table) == ["s", "records", "veto.by"]
    assert as_csv(table) == "s,records,veto.by\r\n1,a; b,\r\n2,,RUS\r\n"
    with pytest.raises(RowsError, match="no list 'votes\\.ballots'"):
        rows(data, "votes.ballots")
    assert rows({"votes": {"nodes": []}}, "votes.ballots") == []


LINES = st.text(alphabet="ab \n{", min_size=1, max_size=40)


@given(written=LINES, at=st.integers(0, 40), new=st.text(alphabet="xy\n", max_size=9), gone=st.integers(0, 3))
def test_every_place_that_was_not_replaced_is_told_as_it_was_written(
    written: str, at: int, new: str, gone: int
) -> None:
    start = min(at, len(written))
    end = min(start + gone, len(written))
    edited = Edited(written, [(start, end, new)])

    def line_and_column(text: str, offset: int) -> tuple[int, int]:
        before = text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    for offset in range(len(written)):
        if start <= offset < end:
            continue
        moved = offset if offset < start else offset + len(new) - (end - start)
        assert edited.text[moved] == written[offset]
        assert edited.place(*line_and_column(edited.text, moved)) == line_and_column(written, offset)


def test_only_the_outermost_connection_is_followed() -> None:
    document = parse('{ country(code: "FRA") { c: ballots(first: 5) { nodes { vote { symbol } } totalCount } } }')
    found = paged(document, chosen(document, None))
    assert found.way == ("country", "c")
    assert found.counted
    counted = parse('{ country(code: "FRA") { ballots(first: 5) { totalCount } } }')
    with pytest.raises(PagesError, match="none was found"):
        paged(counted, chosen(counted, None))
