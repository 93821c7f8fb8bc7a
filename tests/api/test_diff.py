"""The difference of two states, over GraphQL, on a page and on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from starlette.testclient import TestClient

from api.app import create_app
from tests import council
from tests.api.conftest import House

CHANGES = """
query ($from: StateInput!, $to: StateInput, $after: String) {
  diff(from: $from, to: $to) {
    start end
    kinds { kind new known events }
    changes(first: 2, after: $after) {
      nodes { record state eventCount fields { table row field was now } events { position verb } node { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def test_a_corrected_tally_is_shown_as_it_was_and_as_it_is(house: House) -> None:
    before = house.record(council.s_res_1559())
    house.archive.correct("vote:S/RES/1559", "tally", "9-0-6", authority="S/PV.5028", reason="said so", by="a clerk")
    house.models.catch_up()
    told = house.ask(CHANGES, **{"from": {"position": before}})["diff"]
    assert told["kinds"] == [{"kind": "vote", "new": 0, "known": 1, "events": 1}]
    (change,) = told["changes"]["nodes"]
    assert (change["record"], change["state"], change["node"]) == (
        "vote:S/RES/1559",
        "changed",
        {"id": "vote:S/RES/1559"},
    )
    assert [event["verb"] for event in change["events"]] == ["corrected"]
    assert {"table": "votes", "row": "", "field": "abstain", "was": 0, "now": 6} in change["fields"]


def test_changes_are_paged_and_states_that_are_none_refused(house: House) -> None:
    house.record(council.everything())
    seen: list[str] = []
    after = None
    while True:
        page = house.ask(CHANGES, **{"from": {"position": 0}, "after": after})["diff"]["changes"]
        seen += [change["record"] for change in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == len({fact.record for fact in council.everything()})
    for state, says in (
        ({}, "one of `position` and `time`"),
        ({"position": 10**6}, "two positions in order"),
        ({"time": "yesterday"}, "not ISO 8601"),
    ):
        (error,) = house.answer(CHANGES, {"from": state}).errors
        assert says in error.message


def test_the_page_of_a_difference_answers_for_positions_and_times_and_refuses_others(house: House) -> None:
    before = house.record(council.s_res_1559())
    house.archive.correct("vote:S/RES/1559", "tally", "9-0-6", authority="S/PV.5028", reason="said so", by="a clerk")
    house.models.catch_up()
    client = TestClient(create_app(house.archive, house.views, None))
    page = client.get(f"/diff?from={before}").text
    assert "S/RES/1559" in page
    assert "15-0-0" in page
    assert "9-0-6" in page
    assert "Nothing was recorded" in client.get("/diff?from=2199-01-01").text
    assert client.get("/diff?from=yesterday").status_code == 400
    assert client.get(f"/diff?from={before}&to=1").status_code == 400
    assert client.get("/diff?from=99999999").status_code == 400
    assert client.get("/diff").status_code == 200


def test_the_command_says_what_changed(tmp_path: Path) -> None:
    home = {**os.environ, "COUNCIL_HOME": str(tmp_path)}
    table = tmp_path / "advice.csv"
    for topic in ("West Africa", "West Africa and the Sahel"):
        table.write_text(f"id,source,topic,meeting\nS/PV.9086,curated,{topic},S/PV.9086\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", "import", "record", str(table)], env=home, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli", "diff", "1", "--json"], env=home, capture_output=True, text=True, check=True
    )
    (change,) = json.loads(done.stdout)["changes"]
    (field,) = [field for field in change["fields"] if field["field"] == "topic"]
    assert (field["table"], field["was"], field["now"]) == ("advice", "West Africa", "West Africa and the Sahel")
