"""Exports: the tables of every list, in every form, as of any position, with a hash that is true."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import tracemalloc
from base64 import b64decode
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet
from starlette.testclient import TestClient

from api.app import create_app
from api.exports import writing
from api.exports.asked import Asked
from api.exports.columns import Column
from api.exports.kept import Kept, written
from api.exports.tables import Table, tables
from api.graphql.fields import Asking
from api.graphql.nodes import TYPES
from api.graphql.schema import SCHEMA
from domain.debates import Briefing
from tests import council
from tests.api.conftest import House, opened
from tests.serving import serving

QUERY: Any = SCHEMA.query_type
ROOTS = [
    name
    for name, field in QUERY.fields.items()
    if str(field.type).rstrip("!").endswith("Connection")
    and not any(str(argument.type).endswith("!") for argument in field.args.values())
]
"""The lists at the root that need not be told what of; `changes` is told between which states."""


@pytest.fixture(scope="module")
def exports(wide: House) -> TestClient:
    return TestClient(create_app(wide.archive, wide.views), follow_redirects=False)


def rows_of(client: TestClient, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.content.splitlines()]


# --- which tables there are -----------------------------------------------------------------------------------------


def test_every_list_of_the_schema_and_every_kind_of_record_is_a_table() -> None:
    assert set(ROOTS) <= set(tables())
    shown = {table.description for table in tables().values()}
    assert len(shown) == len(tables())
    assert {"ballots", "sittings", "memberships", "names", "seats", "terms", "readings"} <= set(tables())
    assert len(TYPES) + 5 <= len(tables())


def test_every_column_says_what_it_holds() -> None:
    for table in tables().values():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names), table.name
        for column in table.columns:
            assert column.description, f"{table.name}.{column.name}"


# --- the same as GraphQL --------------------------------------------------------------------------------------------


def selection(names: list[str]) -> str:
    """The GraphQL selection whose leaves are the columns: ``tally_yes`` is ``tally { yes }``."""
    tree: dict[str, Any] = {}
    for name in names:
        at = tree
        for part in name.split("_"):
            at = at.setdefault(part, {})

    def written_(at: dict[str, Any]) -> str:
        return " ".join(f"{name} {{ {written_(below)} }}" if below else name for name, below in at.items())

    return written_(tree)


def value(row: Any, name: str) -> Any:
    for part in name.split("_"):
        row = row[part]
    return row


@pytest.mark.parametrize("name", ROOTS)
def test_a_table_is_what_the_list_answers_field_by_field(wide: House, exports: TestClient, name: str) -> None:
    node: Any = SCHEMA.type_map[str(QUERY.fields[name].type).rstrip("!").removesuffix("Connection")]
    columns = [column.name for column in tables()[name].columns if column.name.split("_")[0] in node.fields]
    referring = [column.name for column in tables()[name].columns if column.name not in columns]
    leaves = [one for one in columns if "_" in one or "{" not in selection([one])]
    leaves = [one for one in leaves if not hasattr(_named(node.fields[one.split("_")[0]].type), "fields") or "_" in one]
    asked = wide.ask(f"{{ {name}(first: 100) {{ totalCount nodes {{ {selection(leaves)} }} }} }}")[name]
    assert asked["totalCount"] <= 100
    told = rows_of(exports, f"/export/{name}.jsonl")
    assert [[row[one] for one in leaves] for row in told] == [
        [value(row, one) for one in leaves] for row in asked["nodes"]
    ]
    assert set(referring) <= {"vote", "preliminaryTo", "member"}


def _named(kind: Any) -> Any:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


@pytest.mark.parametrize("name", ["events", "ballots", "names", "votes"])
def test_pages_join_without_gap_or_repetition(
    exports: TestClient, wide: House, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    whole = rows_of(exports, f"/export/{name}.jsonl")
    monkeypatch.setattr("api.exports.tables.LARGEST", 3)
    assert len(whole) > 3
    again = TestClient(create_app(wide.archive, wide.views))
    assert rows_of(again, f"/export/{name}.jsonl") == whole


@pytest.mark.parametrize(
    ("address", "symbols"),
    [
        ("votes.jsonl?outcome=VETOED&date.gte=2022&orderBy=DATE_ASC", 'outcome: {eq: VETOED}, date: {gte: "2022"}'),
        (
            "votes.jsonl?outcome.in=VETOED&outcome.in=NOT_ADOPTED&orderBy=DATE_ASC",
            "outcome: {in: [VETOED, NOT_ADOPTED]}",
        ),
        ("votes.jsonl?year=2022&year=2014&orderBy=DATE_ASC", "year: {in: [2022, 2014]}"),
        ("votes.jsonl?adopted=false&unanimous=false&orderBy=DATE_ASC", "adopted: false, unanimous: false"),
        (
            'votes.jsonl?orderBy=DATE_ASC&filter={"ballots":[{"member":"RUS","choice":{"eq":"NO"}}]}',
            'ballots: [{member: "RUS", choice: {eq: NO}}]',
        ),
    ],
)  # fmt: skip
def test_filters_and_order_are_those_of_graphql(wide: House, exports: TestClient, address: str, symbols: str) -> None:
    asked = wide.ask(f"{{ votes(first: 100, orderBy: DATE_ASC, filter: {{{symbols}}}) {{ nodes {{ id }} }} }}")
    wanted = [node["id"] for node in asked["votes"]["nodes"]]
    assert wanted
    assert [row["id"] for row in rows_of(exports, f"/export/{address}")] == wanted


def test_ballots_are_a_table_of_their_own_narrowed_by_the_votes_and_by_the_ballot(exports: TestClient) -> None:
    cast = rows_of(exports, "/export/ballots.jsonl?draft=S/2014/916")
    assert len(cast) == 15
    assert {row["vote"] for row in cast} == {"vote:S/2014/916"}
    against = rows_of(exports, "/export/ballots.jsonl?draft=S/2014/916&choice=NO")
    assert [row["member_code"] for row in against] == ["AUS", "USA"]
    assert [row["choice"] for row in rows_of(exports, "/export/ballots.jsonl?draft=S/2014/916&member=gbr")] == [
        "ABSTAIN"
    ]


def test_obligations_take_the_day_their_states_are_told_for(exports: TestClient) -> None:
    told = rows_of(exports, "/export/obligations.jsonl?on=2022-06-01&orderBy=BEGAN_ASC")
    assert told
    assert {row["on"] for row in told} == {"2022-06-01"}


def test_columns_come_as_they_are_chosen(exports: TestClient) -> None:
    text = exports.get("/export/votes.csv?draft=S/2014/916&columns=date,tally_yes,symbol").text
    assert text == "date,tally_yes,symbol\r\n2014-12-30,8,S/2014/916\r\n"


# --- the forms ------------------------------------------------------------------------------------------------------


def test_csv_and_json_lines_hold_the_same_cells(exports: TestClient) -> None:
    for name in tables():
        answer = exports.get(f"/export/{name}.csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        table = list(csv.reader(io.StringIO(answer.content.decode(), newline=""), strict=True))
        told = rows_of(exports, f"/export/{name}.jsonl")
        columns = tables()[name].columns
        assert table[0] == [column.name for column in columns]
        assert len(table) == len(told) + 1
        for cells, row in zip(table[1:], told, strict=True):
            assert cells == [_cell(one, column.type) for one, column in zip(row.values(), columns, strict=True)]


def _cell(one: Any, type_: str) -> str:
    if one is None:
        return ""
    if type_ in ("array", "any"):
        return json.dumps(one, ensure_ascii=False, separators=(",", ":"))
    return str(one).lower() if type_ == "boolean" else str(one)


def _sheet(texts: list[str], *, guarded: bool = False) -> list[list[str]]:
    """Texts written as a table of one column, and read back."""
    column = Column("text", "string", "A text.", True, (), lambda rows, _: [row["text"] for row in rows])

    def pages(*_: Any) -> Any:
        yield [{"text": text} for text in texts], None

    table = Table("texts", "", "", (column,), {}, None, pages, lambda _: None)
    file = io.BytesIO()
    writing.csv_file(Asked(table, (column,), guarded=guarded), lambda: None, file, {})  # type: ignore[arg-type,return-value]
    assert file.getvalue().endswith(b"\r\n")
    return list(csv.reader(io.StringIO(file.getvalue().decode(), newline=""), strict=True))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=5))
def test_any_text_comes_back_from_a_cell_as_it_went_in(texts: list[str]) -> None:
    assert _sheet(texts) == [["text"], *([text] for text in texts)]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("=HYPERLINK(1)")
@example("+1")
@example("-1")
@example("@SUM(1)")
@example("\t=1")
def test_a_guarded_cell_is_no_formula_and_differs_by_its_apostrophe_alone(text: str) -> None:
    ((_,), (cell,)) = _sheet([text], guarded=True)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (text, f"'{text}")
    assert (cell == text) == (not text.startswith(writing.FORMULA))


def test_parquet_has_types_descriptions_and_dates_that_are_dates(exports: TestClient) -> None:
    answer = exports.get("/export/votes.parquet?orderBy=DATE_ASC")
    table = parquet.read_table(io.BytesIO(answer.content))
    told = rows_of(exports, "/export/votes.jsonl?orderBy=DATE_ASC")
    assert table.schema.field("date").type == pyarrow.date32()
    assert table.schema.field("resolution").type == pyarrow.int64()
    assert table.schema.field("unanimous").type == pyarrow.bool_()
    assert table.schema.field("subjects").type == pyarrow.list_(pyarrow.string())
    assert b"Article 27" in table.schema.field("computed").metadata[b"description"]
    assert table.schema.metadata[b"position"].decode() == answer.headers["x-archive-position"]
    assert table.column("date_stated").to_pylist() == [row["date"] for row in told]
    for name in ("id", "resolution", "subjects", "unanimous", "outcome", "tally_yes"):
        assert table.column(name).to_pylist() == [row[name] for row in told]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2014-12-30", date(2014, 12, 30)),
        ("2026-11-29T07:58:38Z", date(2026, 11, 29)),
        ("2023-09-05T10:05/2023-09-05T13:10", None),
        ("2014-05-07/2014-05-10", None),
        ("1946-05", None),
        ("1946", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_date_of_one_day_is_a_date_in_parquet(stated: str | None, day: date | None) -> None:
    assert writing._day(stated) == day


def test_without_pyarrow_a_server_says_what_is_missing(exports: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    answer = exports.get("/export/holidays.parquet?columns=name")
    assert (answer.status_code, answer.json()["type"]) == (501, "/problems/not-installed")
    assert "council-archive[parquet]" in answer.json()["detail"]


# --- any state, and a hash that is true -----------------------------------------------------------------------------


def test_an_export_of_a_past_position_is_what_it_was_then(empty: House) -> None:
    client = TestClient(create_app(empty.archive, empty.views))
    empty.record(council.s_2014_916()[:1])
    then = client.get("/export/votes.csv")
    position = then.headers["x-archive-position"]
    empty.record([*council.s_2014_916(), *council.everything()])
    empty.archive.correct("vote:S/2014/916", "title", "Another", authority="a test", reason="", by="a")
    empty.models.catch_up()
    assert client.get("/export/votes.csv").content != then.content
    again = client.get(f"/export/votes.csv?at={position}")
    assert again.content == then.content
    assert again.headers["etag"] == then.headers["etag"]
    assert client.get("/export/votes.csv?at=0").text.count("\r\n") == 1


def test_the_hash_in_the_headers_is_that_of_what_is_sent(exports: TestClient) -> None:
    for end in (*writing.FORMATS,):
        answer = exports.get(f"/export/votes.{end}", headers={"Accept-Encoding": "gzip, br"})
        digest = hashlib.sha256(answer.content)
        assert answer.headers["etag"] == f'"{digest.hexdigest()}"'
        sent = answer.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
        assert b64decode(sent) == digest.digest()
        assert "content-encoding" not in answer.headers
        head = exports.head(f"/export/votes.{end}")
        assert head.headers["etag"] == answer.headers["etag"]
        assert head.headers["content-length"] == str(len(answer.content))


def test_only_the_address_at_a_position_may_be_kept_for_ever(exports: TestClient) -> None:
    now = exports.get("/export/missions.csv?year=2023")
    assert "no-cache" in now.headers["cache-control"]
    pinned = now.headers["content-location"]
    assert pinned == f"/export/missions.csv?year=2023&at={now.headers['x-archive-position']}"
    lasting = exports.get(pinned)
    assert "immutable" in lasting.headers["cache-control"]
    assert lasting.content == now.content
    timed = exports.get("/export/missions.csv?at=2100-01-01")
    assert "immutable" not in timed.headers["cache-control"]
    same = exports.get("/export/missions.csv?year=2023", headers={"If-None-Match": now.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = exports.get("/export/missions.csv?year=1990", headers={"If-None-Match": now.headers["etag"]})
    assert other.status_code == 200


def test_a_real_client_saves_a_file_with_the_hash_it_was_told(wide: House, tmp_path: Any) -> None:
    with serving(create_app(wide.archive, wide.views)) as address:
        saved, told = tmp_path / "ballots.csv", tmp_path / "headers"
        subprocess.run(
            ["curl", "-sSf", "--compressed", "-o", saved, "-D", told, f"{address}/export/ballots.csv"], check=True
        )
    digest = hashlib.sha256(saved.read_bytes()).hexdigest()
    assert f'etag: "{digest}"' in told.read_text().lower()


def test_an_export_that_tells_a_sealed_name_is_neither_kept_nor_lasting(house: House) -> None:
    app = create_app(house.archive, house.views)
    client = TestClient(app)
    house.record(council.practice())
    position = house.archive.position()
    before = client.get(f"/export/briefings.csv?at={position}")
    assert "Ian Martin" in before.text
    assert "immutable" not in before.headers["cache-control"]
    house.archive.redact(Briefing.nth("S/PV.8175", 1), authority="a test", reason="at risk", by="a clerk")
    house.models.catch_up()
    after = client.get(f"/export/briefings.csv?at={position}")
    assert "Ian Martin" not in after.text
    assert "withheld" in after.text


# --- memory ---------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_rows(tmp_path: Any, tell: Callable[[str], None]) -> None:
    house = opened(None, tmp_path / "log.db")
    peaks = []
    try:
        for days in (1_500, 6_000):
            house.record(council.holidays(*(str(date(1946, 1, 1) + timedelta(day)) for day in range(days))))
            peaks.append(_peak(house, days))
    finally:
        house.views.close()
        house.archive.close()
    tell(f"export of 1,500 rows held {peaks[0]:,} bytes at most, of 6,000 rows {peaks[1]:,}")
    assert peaks[1] < peaks[0] * 1.25


def _peak(house: House, rows: int) -> int:
    """Bytes held at most by Python while a table is written as CSV."""
    table = tables()["holidays"]
    with house.views.reader() as read:

        def write(file: Any) -> None:
            writing.csv_file(Asked(table, table.columns), lambda: Asking(house.context, read), file, {})

        written(write)  # what is made once, such as prepared statements, is made before
        tracemalloc.start()
        try:
            body = written(write)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert body.part(0, body.length).count(b"\r\n") == rows + 1
        return peak


def test_kept_exports_stay_within_their_bytes_and_the_oldest_goes_first() -> None:
    kept = Kept(100)
    for name in "abc":
        kept.put(name, written(lambda file: file.write(b"x" * 40)))
    assert [name for name in "abc" if kept.get(name)] == ["b", "c"]
    assert kept.bytes == 80
    kept.put("large", written(lambda file: file.write(b"x" * 101)))
    assert kept.get("large") is None
