"""Votes by member, from CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.archive import Archive
from domain.documents import Document
from domain.votes import Vote
from ops import importing
from ops.sources.findings import SourceError

SOURCE, CSV, JSON = "sciencespo-votes", "sciencespo.csv", "sciencespo.json"
Imported = Callable[..., importing.Report]


def _vote(archive: Archive, record: str) -> dict[str, object]:
    found = archive.record_of(record)
    assert found is not None
    return found.reading()


def test_s_3502_has_sixteen_votes(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, CSV))
    votes = [r.id for r in archive.register().of_kind("vote") if r.id.startswith("vote:S/3502")]
    assert votes == ["vote:S/3502", *(f"vote:S/3502#{n}" for n in range(2, 17))]
    assert _vote(archive, "vote:S/3502#14")["tally"] == "8-1-2"
    mongolia = archive.record_of("veto:S/3502#14/CHN")
    assert mongolia is not None
    assert mongolia.reading()["vote"] == "vote:S/3502#14"


def test_s_res_2034_has_no_ballots_and_no_tally(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, CSV))
    vote = _vote(archive, "vote:S/RES/2034")
    assert vote["modality"] == "without a vote"
    assert not {"ballots", "tally", "not_voting"} & vote.keys()


def test_s_2014_916_a_permanent_no_below_nine_is_no_veto(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, CSV))
    vote = _vote(archive, "vote:S/2014/916")
    assert vote["outcome"] == "not adopted"
    assert vote["ballots"]["USA"] == "no"  # type: ignore[index]
    assert archive.record_of("veto:S/2014/916/USA") is None


def test_s_516_has_unknown_ballots_and_no_tally(archive: Archive, imported: Imported) -> None:
    report = imported((SOURCE, CSV))
    vote = _vote(archive, "vote:S/516")
    assert "tally" not in vote
    assert set(vote["ballots"].values()) == {"unknown"}  # type: ignore[attr-defined]
    assert any(notice.value == "?-?-?-?" for notice in report.notices)


def test_oral_amendments_have_a_readable_id(archive: Archive, imported: Imported) -> None:
    imported((SOURCE, CSV))
    second = _vote(archive, "vote:Oral amendment@2023-12-22#2")
    assert (second["label"], second["proposal"], second["outcome"]) == ("Oral amendment", "amendment", "vetoed")


def test_the_title_of_s_res_2808_names_2806_and_is_cut_off(archive: Archive, imported: Imported) -> None:
    report = imported((SOURCE, CSV))
    assert [n.value for n in report.notices if n.column == "Official full title"] == ["2806"]
    document = archive.record_of("document:S/RES/2808 (2025)")
    assert document is not None
    assert document.reading()["truncated"] is True
    assert document.reading()["title"] == "the mandate in the Democratic Republic of the Co …"


def test_the_date_of_s_res_727_runs_back_and_is_recorded_all_the_same(archive: Archive, imported: Imported) -> None:
    report = imported((SOURCE, CSV))
    assert [n.value for n in report.notices if n.column == "Date"] == []  # nothing near it in this small file
    assert _vote(archive, "vote:S/RES/727")["date"] == "1992-08-01"


def test_dates_out_of_the_order_of_numbers_are_told(archive: Archive, fixtures: Path, tmp_path: Path) -> None:
    text = (fixtures / CSV).read_text(encoding="utf-8").replace("2012-01-19", "2021-01-19", 1)
    (tmp_path / CSV).write_text(text, encoding="utf-8")
    report = importing.run(archive, SOURCE, tmp_path / CSV, "tester")
    assert [n.value for n in report.notices if n.column == "Date"] == ["2021-01-19"]


def test_the_json_form_adds_nothing_to_the_csv(archive: Archive, imported: Imported) -> None:
    csv = imported((SOURCE, CSV))
    position = archive.position()
    json = imported((SOURCE, JSON))
    assert archive.position() == position
    assert (json.known, json.rows) == (csv.opened, csv.rows)


def test_a_veto_count_that_is_not_that_of_the_ballots_is_a_problem(
    archive: Archive, fixtures: Path, tmp_path: Path
) -> None:
    lines = (fixtures / CSV).read_text(encoding="utf-8").splitlines()
    changed = [line.replace(",13,2,0,0,15,2,", ",13,2,0,0,15,1,") if "S/2014/348" in line else line for line in lines]
    (tmp_path / CSV).write_text("\n".join(changed), encoding="utf-8")
    report = importing.run(archive, SOURCE, tmp_path / CSV, "tester")
    assert [problem.column for problem in report.problems] == ["(of which veto)"]
    assert archive.record_of("vote:S/2014/348") is not None
    assert archive.record_of("veto:S/2014/348/RUS") is None


def test_an_unknown_member_is_a_problem_and_its_vote_not_recorded(
    archive: Archive, fixtures: Path, tmp_path: Path
) -> None:
    text = (fixtures / CSV).read_text(encoding="utf-8").replace("UNITED STATES", "ATLANTIS", 1)
    (tmp_path / CSV).write_text(text, encoding="utf-8")
    report = importing.run(archive, SOURCE, tmp_path / CSV, "tester")
    assert {problem.column for problem in report.problems} == {"ATLANTIS"}
    assert archive.record_of("vote:S/2014/916") is None
    assert not report.complete


def test_ballots_are_compared_with_the_members_of_the_year(archive: Archive, fixtures: Path, tmp_path: Path) -> None:
    listed = ["CHN", "FRA", "RUS", "GBR", "USA", "ARG", "BGR", "JPN", "JOR", "MLI", "NLD", "NZL", "NGA", "UGA", "URY"]
    members = ",".join(f'{{"name": "France", "iso3": "{code}", "permanent": false}}' for code in listed)
    (tmp_path / "1966.json").write_text(f'{{"year": 1966, "members": [{members}]}}')
    importing.run(archive, "membership", tmp_path / "1966.json", "tester")
    report = importing.run(archive, SOURCE, fixtures / CSV, "tester")
    odd = [notice for notice in report.notices if notice.column == "members"]
    assert [(notice.value, "ARG" in notice.why) for notice in odd] == [("DZA", True)]


def test_claims_of_s_res_1559(read: Callable[..., tuple[list[object], ...]], fixtures: Path) -> None:
    facts, problems, _ = read(SOURCE, fixtures / CSV)
    assert not problems
    claims = {fact.record: fact.claims for fact in facts}  # type: ignore[attr-defined]
    vote = claims["vote:S/RES/1559"]
    assert isinstance(vote, Vote)
    assert (vote.resolution, vote.year, vote.tally, vote.not_voting, vote.title) == (
        1559,
        2004,
        "15-0-0",
        0,
        "the independence of Lebanon",
    )
    assert vote.ballots is not None
    assert len(vote.ballots) == 15
    assert isinstance(claims["document:S/RES/1559 (2004)"], Document)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "empty"),
        ("page.csv", b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "web page"),
        ("binary.csv", b"%PDF-1.7 \x00\x01", "binary"),
        ("archive.csv", b"PK\x03\x04 a workbook", "binary"),
        ("columns.csv", b"Resolution,Date\nS/RES/1(1946),1946-01-25\n", "lacks"),
        ("cut.json", b'[{"id": 1, "ref": "S/RES/1(1946)"', "JSON"),
        ("other.json", b'{"year": 1946}', "JSON"),
    ],
)
def test_a_broken_file_leaves_the_log_as_it_was(
    archive: Archive, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=told) as caught:
        importing.run(archive, SOURCE, tmp_path / name, "tester")
    assert name in str(caught.value)
    assert archive.position() == 0


def test_a_file_cut_off_anywhere_leaves_the_log_as_it_was(archive: Archive, fixtures: Path, tmp_path: Path) -> None:
    raw = (fixtures / CSV).read_bytes()
    for size in range(len(raw) // 8, len(raw) - 80, len(raw) // 8):
        (tmp_path / CSV).write_bytes(raw[:size])
        with pytest.raises(SourceError):
            importing.run(archive, SOURCE, tmp_path / CSV, "tester")
    rows = raw.splitlines(keepends=True)
    (tmp_path / CSV).write_bytes(b"".join(rows[:-3]))
    with pytest.raises(SourceError, match="not 1: cut off"):
        importing.run(archive, SOURCE, tmp_path / CSV, "tester")
    assert archive.position() == 0


def test_a_file_in_another_encoding_is_read(archive: Archive, fixtures: Path, tmp_path: Path) -> None:
    text = (fixtures / CSV).read_text(encoding="utf-8")
    for name, encoding in (("bom.csv", "utf-8-sig"), ("western.csv", "cp1252"), ("wide.csv", "utf-16")):
        (tmp_path / name).write_text(text, encoding=encoding)
        report = importing.run(archive, SOURCE, tmp_path / name, "tester")
        assert not report.problems, name
