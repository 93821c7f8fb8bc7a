"""Votes as MARCXML: read by pymarc, and by our own importer of the Library's voting records."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymarc
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from domain.archive import Archive, open_archive
from domain.votes import Vote, resolution_vote_id
from ops import importing
from ops.sources.findings import SourceError
from ops.store import environment
from tests import council
from tests.api.conftest import House, opened


@pytest.fixture(scope="module")
def resolutions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Resolutions adopted by 11-1-3, without a vote, with a member that took no part, and with unknown ballots."""
    house = opened(None, tmp_path_factory.mktemp("marc") / "log.db")
    cast = council.ballots(council.FIFTEEN_2022, no="RUS", abstain="ARE CHN IND")
    absent = council.ballots(council.FIFTEEN_2022, not_voting="CHN")
    unknown = {**council.ballots(council.FIFTEEN_2022), "MEX": "unknown"}
    told = [
        Vote(
            resolution=2623, year=2022, draft="S/2022/160", meeting="S/PV.8980", date="2022-02-27", outcome="adopted",
            title="a \u201cspecial\u201d session & more", agenda="UKRAINE\u2014SITUATION",
            subjects=["UKRAINE", "PEACE"], modality="vote", tally="11-1-3", not_voting=0, ballots=cast,
            proposal="draft resolution",
        ),
        Vote(
            resolution=2034, year=2022, date="2022-01-19", outcome="adopted", title="an election",
            modality="acclamation", meeting="S/PV.6700", proposal="draft resolution", note="The members rose.",
        ),
        Vote(
            resolution=470, year=2022, date="2022-05-30", outcome="adopted", title="the force", modality="vote",
            meeting="S/PV.2224", records=["S/PV.2224", "S/PV.2224 (Resumption 1)"], tally="14-0-0", not_voting=1,
            ballots=absent, proposal="draft resolution",
        ),
        Vote(
            resolution=100, year=2022, date="2022-06-01", outcome="adopted", title="a ballot that is not known",
            modality="vote", ballots=unknown, proposal="draft resolution",
        ),
    ]  # fmt: skip
    facts = [council.fact(resolution_vote_id(one.resolution or 0), "taken", one) for one in told]
    house.record([*council.council_of(2022), *facts, *council.s_2014_916()])
    yield house
    house.views.close()
    house.archive.close()


@pytest.fixture(scope="module")
def exported(resolutions: House) -> bytes:
    client = TestClient(create_app(resolutions.archive, resolutions.views))
    answer = client.get("/export/votes.xml?orderBy=DATE_ASC")
    assert answer.headers["content-type"] == "application/marcxml+xml; charset=utf-8"
    return answer.content


def fields(exported: bytes, symbol: str, tag: str) -> list[dict[str, str]]:
    """The fields of a tag in the record of a resolution, as pymarc reads them."""
    for record in pymarc.parse_xml_to_array(io.BytesIO(exported)):
        if record is not None and record["791"]["a"] == symbol:
            return [
                dict(field.subfields_as_dict()) and {s.code: s.value for s in field.subfields}
                for field in record.get_fields(tag)
            ]
    raise AssertionError(symbol)


def test_a_resolution_reads_as_the_library_writes_it(exported: bytes) -> None:
    symbol = "S/RES/2623(2022)"
    assert fields(exported, symbol, "089") == [{"b": "B23"}]
    assert fields(exported, symbol, "245")[0]["a"].startswith(
        "Security Council resolution 2623 (2022) [on a \u201cspecial"
    )
    assert fields(exported, symbol, "269") == [{"a": "2022-02-27"}]
    assert fields(exported, symbol, "791") == [{"a": symbol, "b": "S/"}]
    assert fields(exported, symbol, "952") == [{"a": "S/PV.8980"}]
    assert fields(exported, symbol, "991") == [{"d": "UKRAINE\u2014SITUATION"}]
    assert fields(exported, symbol, "993") == [{"a": "S/2022/160"}]
    assert fields(exported, symbol, "996") == [{"b": "11", "c": "001", "d": "003", "e": "000", "f": "15"}]
    cast = {one["c"]: one for one in fields(exported, symbol, "967")}
    assert cast["RUS"]["d"] == "N"
    assert (cast["RUS"]["b"], cast["RUS"]["e"]) == ("P", "RUSSIAN FEDERATION")
    assert (cast["IND"]["b"], cast["IND"]["d"]) == ("R", "A")
    assert [one["a"] for one in fields(exported, symbol, "967")] == [f"{number:03}" for number in range(1, 16)]


def test_who_took_no_part_has_no_vote_subfield(exported: bytes) -> None:
    cast = {one["c"]: one.get("d") for one in fields(exported, "S/RES/470(2022)", "967")}
    assert [code for code, vote in cast.items() if vote is None] == ["CHN"]
    assert [one["a"] for one in fields(exported, "S/RES/470(2022)", "952")] == ["S/PV.2224", "S/PV.2224 (Resumption 1)"]


def test_where_no_vote_was_taken_no_member_has_one(exported: bytes) -> None:
    symbol = "S/RES/2034(2022)"
    told = fields(exported, symbol, "967")
    assert len(told) == 15
    assert not any("d" in one for one in told)
    assert fields(exported, symbol, "996") == [{"b": "000", "c": "000", "d": "000", "e": "000", "f": "15"}]
    assert [one["a"] for one in fields(exported, symbol, "500")] == ["Adopted by acclamation.", "The members rose."]


def test_an_unknown_ballot_is_not_passed_off_as_absence(exported: bytes) -> None:
    symbol = "S/RES/100(2022)"
    assert "MEX" not in {one["c"] for one in fields(exported, symbol, "967")}
    assert fields(exported, symbol, "500") == [{"a": "How 1 members voted is not known."}]


def test_drafts_that_failed_have_no_record_in_the_library_and_none_here(exported: bytes) -> None:
    assert b"S/2014/916" not in exported
    assert len([one for one in pymarc.parse_xml_to_array(io.BytesIO(exported)) if one is not None]) == 4


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Archive]:
    archive = open_archive(environment(None, tmp_path / "other.db"))
    yield archive
    archive.close()


COMPARED = (
    *("resolution", "year", "draft", "proposal", "meeting", "records", "date", "title", "agenda", "subjects"),
    *("note", "outcome", "modality", "tally", "not_voting", "ballots"),
)


def test_our_own_importer_reads_back_the_same_votes_and_ballots(
    resolutions: House, exported: bytes, other: Archive, tmp_path: Path
) -> None:
    (tmp_path / "votes.xml").write_bytes(exported)
    report = importing.run(other, "undl-votes", tmp_path / "votes.xml", "tester")
    assert [(problem.column, problem.value) for problem in report.problems] == [("total_ms", "15")]  # S/RES/100
    for number in (2623, 2034, 470):
        record = resolution_vote_id(number)
        ours, theirs = _reading(resolutions.archive, record), _reading(other, record)
        assert {name: theirs.get(name) for name in COMPARED} == {name: ours.get(name) for name in COMPARED}
    assert other.record_of(resolution_vote_id(100)) is None
    again = importing.run(other, "undl-votes", tmp_path / "votes.xml", "tester")
    assert (again.opened, again.attested, again.corrected) == (0, 0, 0)


def _reading(archive: Archive, record: str) -> dict[str, Any]:
    found = archive.record_of(record)
    assert found is not None, record
    return found.reading()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda xml: xml[:-400], "cut off"),
        (lambda xml: xml.replace(b">B23<", b">B22<"), "no voting record"),
        (lambda xml: b"resolution,draft\n", "not well-formed"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_or_not_of_votes_is_refused(
    exported: bytes, other: Archive, tmp_path: Path, change: Any, says: str
) -> None:
    (tmp_path / "votes.xml").write_bytes(change(exported))
    with pytest.raises(SourceError, match=says):
        importing.run(other, "undl-votes", tmp_path / "votes.xml", "tester")
    assert other.position() == 0
