"""The Library's yearly tables, in their four-, five- and seven-column forms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.archive import Archive
from domain.votes import Vote
from ops import importing
from ops.sources.findings import SourceError

SOURCE, VOTES = "library-meetings", ("sciencespo-votes", "sciencespo.csv")
Imported = Callable[..., importing.Report]


def _reading(archive: Archive, record: str) -> dict[str, Any]:
    found = archive.record_of(record)
    assert found is not None, record
    return found.reading()


def _attested(archive: Archive, record: str) -> dict[str, Any]:
    """What the Library says of a record."""
    found = archive.record_of(record)
    assert found is not None, record
    (said,) = [statement.fields for statement in found.statements if statement.source == SOURCE]
    return said


def test_s_res_1559_is_attested_with_9_0_6_beside_15_0_0(archive: Archive, imported: Imported) -> None:
    imported(VOTES, (SOURCE, "scact2004_table_en.html"))
    record = archive.record_of("vote:S/RES/1559")
    assert record is not None
    assert record.reading()["tally"] == "15-0-0"
    assert [value for value, _ in record.disagreements(Vote.compared)["tally"]] == ["15-0-0", "9-0-6"]
    assert _attested(archive, "vote:S/RES/1559")["meeting"] == "S/PV.5028"


def test_rows_that_span_are_one_meeting_with_two_topics(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, "scact2004_table_en.html"))
    meeting = _reading(archive, "meeting:S/PV.5028")
    assert meeting["topics"] == ["Lebanon", "Another topic"]
    assert (meeting["date"], meeting["press"], meeting["private"]) == ("2004-09-02", ["SC/8181"], False)


def test_private_meetings_places_and_resumptions(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, "scact2004_table_en.html"))
    nairobi = _reading(archive, "meeting:S/PV.5085")
    assert (nairobi["private"], nairobi["place"], nairobi["outcomes"]) == (
        True,
        "meeting held in Nairobi",
        ["Communiqué"],
    )
    resumed = _reading(archive, "sitting:S/PV.5066 (Resumption 1)")
    assert (resumed["meeting"], resumed["part"], resumed["corrigenda"]) == ("S/PV.5066", 1, ["Corr.1"])
    assert _reading(archive, "document:S/PRST/2004/40")["type"] == "presidential statement"


def test_a_day_that_does_not_exist_is_a_problem_and_the_rest_is_recorded(imported: Imported) -> None:
    report = imported((SOURCE, "scact2004_table_en.html"))
    assert [(problem.column, problem.value) for problem in report.problems] == [("date", "30 Febuary")]
    assert report.opened


def test_both_drafts_of_2014_are_found_in_the_archive(archive: Archive, imported: Imported) -> None:
    report = imported(VOTES, (SOURCE, "scact2014_table_en.html"))
    assert not report.problems
    assert _attested(archive, "vote:S/2014/916")["tally"] == "8-2-5"
    assert _attested(archive, "vote:S/2014/348")["vetoed_by"] == ["CHN", "RUS"]


def test_a_row_that_begins_without_its_tag_is_read_and_one_commented_out_is_not(
    archive: Archive, imported: Imported
) -> None:
    report = imported((SOURCE, "scact2014_table_en.html"))
    meeting = _reading(archive, "meeting:S/PV.7313")
    assert meeting["outcomes"] == ["2-0-13"]
    assert "press" not in meeting
    assert ("outcome", "2-0-13") in [(notice.column, notice.value) for notice in report.notices]
    assert archive.record_of("meeting:S/PV.1") is None


def test_a_meeting_dated_before_one_of_a_lower_number_is_told(imported: Imported) -> None:
    report = imported((SOURCE, "scact2014_table_en.html"))
    assert [notice.value for notice in report.notices if notice.column == "date"] == ["2014-05-02"]


def test_votes_by_letter_of_2020_whose_page_says_2021(archive: Archive, imported: Imported) -> None:
    report = imported(VOTES, (SOURCE, "scact2020_covid_table_en.html"))
    assert [notice.value for notice in report.notices if notice.column == "heading"] == ["2021"]
    written = _reading(archive, "meeting:S/2020/681")
    assert (written["mode"], written["date"], written["letters"]) == (
        "written procedure",
        "2020-07-10",
        ["S/2020/693", "S/2020/681"],
    )
    assert not {"number", "symbol", "private"} & written.keys()
    vote = _attested(archive, "vote:S/2020/667")
    assert vote["records"] == ["S/2020/693", "S/2020/681"]
    assert "meeting" not in vote
    assert _reading(archive, "meeting:S/2020/465")["mode"] == "videoconference"


def test_s_pv_8773_stands_under_two_dates_and_both_are_kept(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, "scact2020_covid_table_en.html"))
    record = archive.record_of("meeting:S/PV.8773")
    assert record is not None
    assert [(s.part, s.fields["date"]) for s in record.statements] == [(0, "2020-11-11"), (1, "2020-11-12")]


def test_s_pv_8916_and_the_meeting_of_s_res_2580_are_private_since_their_topics_say_so(
    archive: Archive, imported: Imported
) -> None:
    report = imported((SOURCE, "scact2021_table_en.html"))
    troops = _reading(archive, "meeting:S/PV.8916")
    assert (troops["private"], troops["topics"]) == (True, ["TCC/MONUSCO[private meeting]"])
    appointment = _reading(archive, "meeting:2021-06-08/appointment-of-the-secretary-general-private-meeting")
    assert (appointment["private"], appointment["date"]) == (True, "2021-06-08")
    assert _reading(archive, "meeting:S/PV.8787")["private"] is False
    marked = [notice.value for notice in report.notices if notice.column == "topic"]
    assert marked == ["TCC/MONUSCO[private meeting]", "Appointment of the Secretary-General (private meeting)"]


def test_663_printed_for_666_is_not_attached(archive: Archive, imported: Imported) -> None:
    report = imported(VOTES, (SOURCE, "scact1990_table_en.html"))
    (problem,) = report.unmatched
    assert problem.value == "S/RES/663"
    assert "printed twice" in problem.why
    assert "links to resolution 666" in problem.why
    assert _attested(archive, "vote:S/RES/663")["date"] == "1990-08-14"
    record = archive.record_of("vote:S/RES/666")
    assert record is not None
    assert [statement.source for statement in record.statements] == ["sciencespo-votes"]


def test_without_a_record_to_compare_a_number_printed_twice_is_attached_nowhere(
    archive: Archive, imported: Imported
) -> None:
    report = imported((SOURCE, "scact1990_table_en.html"))
    assert [problem.value for problem in report.unmatched] == ["S/RES/663", "S/RES/663"]
    assert archive.record_of("vote:S/RES/663") is None


def test_two_records_in_one_cell(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, "scact1990_table_en.html"))
    assert _reading(archive, "meeting:S/PV.2970")["date"] == "1990-12-20"
    assert _reading(archive, "sitting:S/PV.2970 (Part II)")["meeting"] == "S/PV.2970"


def test_s_18087_without_its_revision(archive: Archive, imported: Imported) -> None:
    assert not imported(VOTES, (SOURCE, "scact1986_table_en.html")).problems
    assert _attested(archive, "vote:S/18087/Rev.1")["draft"] == "S/18087"


def test_s_13735_a_sitting_of_11_to_13_january(archive: Archive, imported: Imported) -> None:
    imported(VOTES, (SOURCE, "scact1980_table_en.html"))
    assert _attested(archive, "vote:S/13735")["date"] == "1980-01-11"
    assert _reading(archive, "vote:S/13735")["date"] == "1980-01-13"


def test_two_votes_on_s_4733_rev_1_are_told_apart_by_their_tallies(archive: Archive, imported: Imported) -> None:
    imported(VOTES, (SOURCE, "scact1961_table_en.html"))
    for vote in ("vote:S/4733/Rev.1", "vote:S/4733/Rev.1#2"):
        record = archive.record_of(vote)
        assert record is not None
        assert {s.fields["tally"] for s in record.statements if s.source == SOURCE} == {record.reading()["tally"]}


def test_a_row_with_a_cell_missing_is_told(imported: Imported) -> None:
    report = imported((SOURCE, "scact1961_table_en.html"))
    assert any(notice.value == "S/PV.969" for notice in report.notices)


def test_a_row_without_record_continues_the_meeting_above(archive: Archive, imported: Imported) -> None:
    report = imported(VOTES, (SOURCE, "scact1948_table_en.html"))
    assert _reading(archive, "meeting:S/PV.396")["topics"] == ["Indonesia", "Palestine"]
    assert _attested(archive, "vote:S/RES/66")["meeting"] == "S/PV.396"
    assert any("S/PV.396" in notice.why for notice in report.notices)


def test_three_applications_at_s_pv_57_are_told_apart_by_name(archive: Archive, imported: Imported) -> None:
    report = imported(VOTES, (SOURCE, "scact1946_table_en.html"))
    assert not report.unmatched
    for vote, state in (("vote:S/PV.57", "Transjordan"), ("vote:S/PV.57#2", "Ireland"), ("vote:S/PV.57#3", "Portugal")):
        assert _attested(archive, vote)["note"] == state
        assert state in _reading(archive, vote)["title"]


def test_topics_stand_apart_by_a_blank_line(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, "scact1946_table_en.html"))
    assert _reading(archive, "meeting:S/PV.84")["topics"] == ["The term of the President", "Greece"]


def test_a_failed_draft_opens_a_vote_in_an_archive_without_votes(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, "scact2014_table_en.html"))
    vote = _reading(archive, "vote:S/2014/916")
    assert (vote["outcome"], vote["tally"], vote["meeting"]) == ("not adopted", "8-2-5", "S/PV.7354")


def test_no_vote_is_opened_for_a_draft_of_a_day_whose_votes_are_known(
    archive: Archive, imported: Imported, fixtures: Path, tmp_path: Path
) -> None:
    imported(VOTES)
    page = (fixtures / "scact2014_table_en.html").read_text().replace("S/2014/916", "S/2014/999")
    (tmp_path / "scact2014_table_en.html").write_text(page)
    report = importing.run(archive, SOURCE, tmp_path / "scact2014_table_en.html", "tester")
    assert [problem.value for problem in report.unmatched] == ["S/2014/999"]
    assert archive.record_of("vote:S/2014/999") is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"<html><body><h1>404 Not Found</h1></body></html>", "there is no table"),
        (
            b"<html><table><tr><th>Something</th><th>else</th></tr><tr><td>1</td><td>2</td></tr></table></html>",
            "columns",
        ),
        (b"\x89PNG\r\n\x1a\n", "binary"),
    ],
)
def test_a_page_of_another_kind_leaves_the_log_as_it_was(
    archive: Archive, tmp_path: Path, content: bytes, told: str
) -> None:
    page = tmp_path / "scact2004_table_en.html"
    page.write_bytes(content)
    with pytest.raises(SourceError, match=told):
        importing.run(archive, SOURCE, page, "tester")
    assert archive.position() == 0


def test_one_page_cut_off_spoils_the_folder_before_anything_is_recorded(
    archive: Archive, fixtures: Path, tmp_path: Path
) -> None:
    for page in fixtures.glob("scact*.html"):
        (tmp_path / page.name).write_bytes(page.read_bytes())
    raw = (fixtures / "scact2020_covid_table_en.html").read_bytes()
    (tmp_path / "scact2020_covid_table_en.html").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(SourceError, match="cut off"):
        importing.run(archive, SOURCE, tmp_path, "tester")
    assert archive.position() == 0
