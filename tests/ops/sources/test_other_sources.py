"""The list of vetoes, the official voting data, missions and membership."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from domain.archive import Archive
from ops import importing
from ops.sources.findings import SourceError

Imported = Callable[..., importing.Report]
VOTES = ("sciencespo-votes", "sciencespo.csv")


def _reading(archive: Archive, record: str) -> dict[str, Any]:
    found = archive.record_of(record)
    assert found is not None, record
    return found.reading()


# --- the list of vetoes ---------------------------------------------------------------------------------------------


def test_casters_divided_by_a_closed_break_are_two_vetoes(archive: Archive, imported: Imported) -> None:
    imported(VOTES, ("library-vetoes", "vetoes.html"))
    for code, caster in (("CHN", "China"), ("RUS", "Russian Federation")):
        veto = _reading(archive, f"veto:S/2014/348/{code}")
        assert (veto["vote"], veto["caster"], veto["meeting"]) == ("vote:S/2014/348", caster, "S/PV.7180")


def test_a_veto_by_letter_has_records_and_no_meeting(archive: Archive, imported: Imported) -> None:
    imported(VOTES, ("library-vetoes", "vetoes.html"))
    veto = _reading(archive, "veto:S/2020/667/CHN")
    assert veto["records"] == ["S/2020/693", "S/2020/681"]
    assert "meeting" not in veto


def test_the_veto_on_portugal_is_the_third_vote_of_s_pv_57(archive: Archive, imported: Imported) -> None:
    imported(VOTES, ("library-vetoes", "vetoes.html"))
    entries = archive.of("veto:S/PV.57#3/RUS")
    assert [(entry.source.name, entry.claims["vote"]) for entry in entries] == [
        ("sciencespo-votes", "vote:S/PV.57#3"),
        ("library-vetoes", "vote:S/PV.57#3"),
    ]


def test_a_veto_that_could_be_any_of_sixteen_votes_is_recorded_by_itself(archive: Archive, imported: Imported) -> None:
    report = imported(VOTES, ("library-vetoes", "vetoes.html"))
    assert [problem.value for problem in report.unmatched] == ["S/3502"]
    assert "vote" not in _reading(archive, "veto:S/3502@1955-12-13#1/RUS")


def test_vetoes_without_votes_in_the_archive_are_all_there(archive: Archive, imported: Imported) -> None:
    report = imported(("library-vetoes", "vetoes.html"))
    assert report.opened == 10
    assert _reading(archive, "veto:S/PV.49@1946-06-26#1/FRA")["caster"] == "France"
    assert _reading(archive, "veto:S/17769/Rev.1@1986-01-30#1/USA")["date"] == "1986-01-30"


def test_a_caster_that_is_not_permanent_is_a_problem(imported: Imported) -> None:
    report = imported(("library-vetoes", "vetoes.html"))
    assert [problem.value for problem in report.problems] == ["Poland"]


# --- the official voting data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["undl_v3.csv", "undl_v6.csv"])
def test_versions_3_and_6_say_the_same(archive: Archive, imported: Imported, file: str) -> None:
    assert imported(("undl-votes", file)).complete
    vote = _reading(archive, "vote:S/RES/470")
    assert (vote["tally"], vote["not_voting"], vote["meeting"], vote["draft"]) == ("14-0-0", 1, "S/PV.2224", "S/13968")
    assert (vote["ballots"]["CHN"], vote["ballots"]["RUS"]) == ("not voting", "yes")
    assert vote["subjects"] == ["PEACEKEEPING", "GOLAN"]
    assert vote["title"] == "the force on the Golan"


def test_y_for_all_without_a_vote_makes_no_ballots(archive: Archive, imported: Imported) -> None:
    imported(("undl-votes", "undl_v6.csv"))
    vote = _reading(archive, "vote:S/RES/2034")
    assert vote["modality"] == "without a vote"
    assert not {"ballots", "tally"} & vote.keys()


def test_a_vote_with_member_rows_missing_is_not_recorded(archive: Archive, fixtures: Path, tmp_path: Path) -> None:
    lines = (fixtures / "undl_v6.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut.csv").write_bytes(b"".join(lines[:-4]))
    report = importing.run(archive, "undl-votes", tmp_path / "cut.csv", "tester")
    assert [problem.column for problem in report.problems] == ["total_ms"]
    assert archive.record_of("vote:S/RES/470") is not None
    assert archive.record_of("vote:S/RES/2034") is None


def test_a_row_cut_off_leaves_the_log_as_it_was(archive: Archive, fixtures: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.csv").write_bytes((fixtures / "undl_v6.csv").read_bytes()[:-90])
    with pytest.raises(SourceError, match="cut off"):
        importing.run(archive, "undl-votes", tmp_path / "cut.csv", "tester")
    assert archive.position() == 0


# --- missions -------------------------------------------------------------------------------------------------------

HEADER = [
    "Year",
    "Title",
    "Start Date",
    "End Date",
    "Region",
    "Country visited",
    "Sites visited",
    "Mission (co)lead(s)",
    "Participants",
    "Mission ToRs",
    "ToR Link",
    "Mission Report",
    "Report Link",
    "Related SC Meeting",
    "SC Meeting Link",
    "Comments",
    "Related SC Meeting 2",
    "SC Meeting 2 Link",
]
ETHIOPIA = [
    2023,
    "Security Council mission to Ethiopia",
    datetime(2023, 10, 5),
    datetime(2023, 10, 6),
    "Africa",
    "Ethiopia ",
    "Addis Ababa,  Bahir Dar",
    "Brazil, Mozambique",
    "Brazil, Mozambique, Japan",
    "S/2023/710",
    "https://undocs.org/en/S/2023/710",
    "S/2024/130",
    "https://undocs.org/en/S/2024/130",
    9928,
    "https://docs.un.org/en/S/PV.9828",
    None,
    "PRST 2023/5",
    None,
]
BOTSWANA = [
    1977,
    "Security Council Mission to Botswana established under resolution 403 (1977)",
    datetime(1997, 2, 15),
    datetime(1977, 3, 1),
    "Africa",
    "Botswana",
    None,
    None,
    None,
    "Not available",
    None,
    "S/12307",
    None,
    2006,
    "https://undocs.org/en/S/PV.2006(OR)",
    "A remark",
    None,
    None,
]


def _book(path: Path, *rows: list[Any], header: list[str] = HEADER) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "1964-2024"
    for row in (header, *rows, [None] * len(header)):
        sheet.append(row)
    book.save(path)
    return path


def test_the_mission_to_ethiopia(archive: Archive, tmp_path: Path) -> None:
    report = importing.run(archive, "missions", _book(tmp_path / "m.xlsx", ETHIOPIA), "tester")
    mission = _reading(archive, "mission:2023/ethiopia")
    assert (mission["first"], mission["last"]) == ("2023-10-05", "2023-10-06")
    assert mission["sites"] == ["Addis Ababa", "Bahir Dar"]
    assert (mission["terms_of_reference"], mission["report"]) == ("S/2023/710", "S/2024/130")
    assert mission["meetings"] == ["S/PV.9928"]
    assert mission["documents"] == ["S/PRST/2023/5"]
    assert ("SC Meeting Link", "S/PV.9828") in [(notice.column, notice.value) for notice in report.notices]


def test_botswana_1977_cannot_have_left_in_1997(archive: Archive, tmp_path: Path) -> None:
    report = importing.run(archive, "missions", _book(tmp_path / "m.xlsx", BOTSWANA), "tester")
    (notice,) = report.notices
    assert (notice.column, notice.value) == ("Start Date", "1997-02-15")
    mission = _reading(archive, "mission:1977/botswana-established-under-resolution-403-1977")
    assert mission["last"] == "1977-03-01"
    assert not {"first", "terms_of_reference", "sites"} & mission.keys()


def test_broken_workbooks_leave_the_log_as_it_was(archive: Archive, tmp_path: Path) -> None:
    whole = _book(tmp_path / "m.xlsx", ETHIOPIA).read_bytes()
    for name, content, told in (
        ("cut.xlsx", whole[: len(whole) // 2], "workbook"),
        ("empty.xlsx", b"", "empty"),
        ("page.xlsx", b"<html>503</html>", "workbook"),
        ("text.xlsx", b"Year,Title\n2023,Ethiopia\n", "workbook"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError, match=told):
            importing.run(archive, "missions", tmp_path / name, "tester")
    with pytest.raises(SourceError, match="columns"):
        importing.run(archive, "missions", _book(tmp_path / "o.xlsx", [1], header=["Year"]), "tester")
    assert archive.position() == 0


# --- membership -----------------------------------------------------------------------------------------------------


def test_the_seat_of_china_in_1946_has_chinas_code(archive: Archive, tmp_path: Path) -> None:
    page = tmp_path / "1946.json"
    page.write_text(
        '{"year": 1946, "members": [{"name": "Republic of China", "iso3": "TWN", "permanent": true},'
        '{"name": "Union of Soviet Socialist Republics", "iso3": "SUN", "permanent": true},'
        '{"name": "Mexico", "iso3": "MEX", "permanent": false, "regional_group": "latin_american_caribbean"},'
        '{"name": "Poland", "iso3": "QQQ", "permanent": false}]}'
    )
    report = importing.run(archive, "membership", tmp_path, "tester")
    assert _reading(archive, "membership:CHN/1946")["name"] == "Republic of China"
    assert _reading(archive, "membership:RUS/1946")["permanent"] is True
    assert _reading(archive, "membership:MEX/1946")["group"] == "latin_american_caribbean"
    assert [problem.value for problem in report.problems] == ["QQQ"]
    assert any("11 members" in notice.why for notice in report.notices)


def test_a_folder_without_lists_is_told(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no file"):
        importing.run(archive, "membership", tmp_path, "tester")
