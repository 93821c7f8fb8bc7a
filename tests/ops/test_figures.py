"""Indicators on the command line: figures, records, CSV, and errors that say what to do."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from domain.indicators import Figure, figure_id
from ops.house import House
from ops.settings import Settings
from projections.indicators.registry import INDICATORS, page
from tests import council as cases
from tests.end_to_end.conftest import Council, command_line


@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Council:
    """The command line over an archive of the two missions of 2023 and a published figure."""
    monkeypatch.setenv("COUNCIL_HOME", str(tmp_path / "home"))
    claims = Figure(indicator="missions", period="2023", value=3, publisher="Highlights")
    figure = cases.fact(figure_id("missions", "2023", "highlights"), "published", claims, cases.CURATED)
    house = House(Settings())
    list(house.archive.record([*cases.missions(), figure], by="tests"))
    house.close()
    return command_line(tmp_path / "home")


def test_figures_records_and_definitions_are_printed(council: Council) -> None:
    [told] = json.loads(council("indicators", "missions", "--json").stdout)
    assert (told["period"], told["value"], told["partial"]) == ("2023", 2, True)
    assert told["published"][0]["difference"] == -1
    [august] = csv.DictReader(io.StringIO(council("indicators", "missions", "--on", "2023-08-28", "--csv").stdout))
    assert (august["value"], august["note"]) == ("1", "listed 2023-03-09 to 2023-08-28 only")
    records = json.loads(council("indicators", "missions", "--records", "--from", "2023-10", "--json").stdout)
    assert records == [{"record": "mission:2023/ethiopia", "date": "2023-10-05", "counted": 1}]
    assert {one["name"] for one in json.loads(council("indicators", "--json").stdout)} == set(INDICATORS)
    assert council("indicators", "--definitions").stdout == page()
    assert json.loads(council("indicators", "missions", "--as-of", "0", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["indicators", "mission"], "there is no indicator 'mission'"),
        (["indicators", "missions", "--by", "gender"], "it is by: year, month, presidency"),
        (["indicators", "missions", "--from", "soon"], "a year, month or day"),
        (["indicators", "--dimension", "speed"], "effectiveness, efficiency, transparency"),
    ],
)
def test_a_mistake_gets_one_clear_message(council: Council, arguments: list[str], says: str) -> None:
    done = council(*arguments, check=False)
    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1, told
    assert says in told
    assert "Traceback" not in told
