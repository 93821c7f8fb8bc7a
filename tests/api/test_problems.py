"""Refusals of the exports: problem details of a type that is described, for whatever is asked wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api import problems
from api.app import create_app
from api.exports.tables import tables
from projections.place import SqlitePlace
from projections.views import Views
from tests.api.conftest import House


@pytest.fixture(scope="module")
def served(small: House) -> TestClient:
    return TestClient(create_app(small.archive, small.views))


CASES = [
    ("/export/ballet.csv", "unknown-table", 404, "ballots"),
    ("/export/votes/2014", "unknown-table", 404, "GET /export"),
    ("/export/votes.xls", "unknown-format", 404, "csv, jsonl, parquet, xml"),
    ("/export/meetings.xml", "unknown-format", 404, "votes and resolutions"),
    ("/export/votes.csv?yaer=2014", "bad-parameter", 400, "yaer"),
    ("/export/votes.csv?year=last", "bad-parameter", 400, "not a whole number"),
    ("/export/votes.csv?year=99999999999", "bad-parameter", 400, "not a whole number"),
    ("/export/votes.csv?year=2147483648", "bad-parameter", 400, "32-bit"),
    ("/export/votes.csv?adopted=perhaps", "bad-parameter", 400, "neither true nor false"),
    ("/export/votes.csv?outcome=LOST", "bad-parameter", 400, "Accepted are ADOPTED, VETOED"),
    ("/export/votes.csv?outcome.like=A", "bad-parameter", 400, "the conditions are: eq, in"),
    ("/export/votes.csv?date=May", "bad-parameter", 400, "YYYY-MM-DD"),
    ("/export/votes.csv?ballots=FRA", "bad-parameter", 400, "as JSON"),
    ("/export/votes.csv?vetoedBy=France", "bad-parameter", 400, "three letters"),
    ("/export/votes.csv?vetoedBy.eq=FRA", "bad-parameter", 400, "no conditions"),
    ("/export/votes.csv?filter=year", "bad-parameter", 400, "not JSON"),
    ("/export/votes.csv?filter=[]", "bad-parameter", 400, "not a JSON object"),
    ('/export/votes.csv?filter={"ballots":[{}]}', "bad-parameter", 400, "ballots.0"),
    ('/export/votes.csv?year=2014&filter={"year":{"eq":2014}}', "bad-parameter", 400, "give it once"),
    ("/export/seats.csv?filter={}", "bad-parameter", 400, "has no filter"),
    ("/export/votes.csv?title.contains=%00", "bad-parameter", 400, "null character"),
    ("/export/votes.csv?title.contains=a&title.contains=b", "bad-parameter", 400, "give it once"),
    ("/export/votes.csv?columns=symbol,colour", "bad-parameter", 400, "'colour'"),
    ("/export/votes.csv?columns=symbol,symbol", "bad-parameter", 400, "twice"),
    ("/export/votes.xml?columns=symbol", "bad-parameter", 400, "fields of its own"),
    ("/export/votes.jsonl?spreadsheet=true", "bad-parameter", 400, "CSV only"),
    ("/export/votes.csv?orderBy=SIZE", "bad-parameter", 400, "DATE_ASC"),
    ("/export/obligations.csv?on=May", "bad-parameter", 400, "is not a day"),
    ("/export/archive.zip?year=2014", "bad-parameter", 400, "given whole"),
    ("/export/votes?year=2014", "bad-parameter", 400, ".csv"),
    ("/export/votes.csv?at=yesterday", "bad-position", 400, "ISO 8601"),
    ("/export/votes.csv?at=-1", "bad-position", 400, "ISO 8601"),
    ("/export/votes.csv?at=1&at=2", "bad-position", 400, "once"),
    ("/export/votes.csv?at=1000000", "future-position", 404, "from position 0 to"),
    ("/export/votes.csv?at=99999999999999999999", "future-position", 404, "from position 0 to"),
    ("/export?at=1000000", "future-position", 404, "from position 0 to"),
    ("/export/archive.zip", "not-installed", 501, "data packages"),
    ("/problems/nothing", "unknown-problem", 404, "nothing"),
]


@pytest.mark.parametrize(("address", "kind", "status", "says"), CASES, ids=[case[0] for case in CASES])
def test_what_is_asked_wrongly_is_a_problem(
    served: TestClient, address: str, kind: str, status: int, says: str
) -> None:
    answer = served.get(address)
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:200]
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["type"], told["status"], answer.status_code) == (f"/problems/{kind}", status, status)
    assert says in told["detail"]
    described = served.get(told["type"]).json()
    assert (described["title"], described["status"]) == (told["title"], status)
    assert described["remedy"]


def test_every_type_of_problem_is_listed_and_described(served: TestClient) -> None:
    told = served.get("/problems").json()["problems"]
    assert [one["type"] for one in told] == [f"/problems/{name}" for name in problems.KINDS]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(served: TestClient, method: str) -> None:
    for address in ("/export", "/export/votes.csv", "/export/votes", "/export/archive.zip", "/problems"):
        answer = served.request(method, address)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
        assert answer.json()["type"] == "/problems/wrong-method"


@pytest.mark.parametrize(
    ("accept", "gives"),
    [
        ("text/csv", "text/csv"),
        ("application/jsonl, text/csv;q=0.5", "application/jsonl"),
        ("application/marcxml+xml", "application/marcxml+xml"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("text/html, */*;q=0.8", "application/json"),
        ("application/json", "application/json"),
    ],
)
def test_a_table_without_a_format_comes_in_the_one_accepted(served: TestClient, accept: str, gives: str) -> None:
    answer = served.get("/export/votes", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == gives
    assert "Accept" in answer.headers["vary"].split(", ")


def test_a_table_in_none_of_the_formats_accepted_is_a_problem(served: TestClient) -> None:
    answer = served.get("/export/votes", headers={"Accept": "application/vnd.ms-excel, text/csv;q=0"})
    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")
    assert "text/csv" in answer.json()["accepted"]


def test_without_read_models_the_archive_is_not_ready(small: House, tmp_path: Path) -> None:
    served = TestClient(create_app(small.archive, Views(SqlitePlace(tmp_path))))
    for address in ("/export", "/export/votes.csv", "/export/votes"):
        answer = served.get(address)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-ready")
        assert answer.headers["retry-after"]


words = st.one_of(
    st.sampled_from(["2014", "true", "ADOPTED", "FRA", "{}", '{"year":{"eq":1}}', "DATE_ASC", "1946-05", ""]),
    st.text(max_size=8),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_address_of_an_export_ends_in_a_fault_of_ours(served: TestClient, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(tables())))
    own = st.sampled_from([*tables()[name].parameters, "at", "columns", "filter", "spreadsheet"])
    called = st.tuples(own, st.sampled_from(["", "", ".eq", ".in", ".gte", ".contains"])).map("".join)
    pairs = data.draw(st.lists(st.tuples(st.one_of(called, st.text(max_size=5)), words), max_size=4))
    answer = served.get(f"/export/{name}.{data.draw(st.sampled_from(['csv', 'jsonl']))}", params=pairs)
    assert answer.status_code in (200, 400, 404)
    if answer.status_code != 200:
        assert answer.json()["detail"]
