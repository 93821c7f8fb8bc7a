"""What the bundled record must hold, asked on the command line as a user would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import ROOT, Council, command_line

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def status(bundled: Council) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(bundled("status", "--json").stdout)
    return told


def test_the_counts_of_the_record(status: dict[str, Any]) -> None:
    counts = status["counts"]
    assert counts["votes"] == 3203
    assert counts["ballots"] == 46_393
    assert counts["ballots"] == counts["ballots_cast"] + counts["ballots_no_vote_taken"]
    assert counts["ballots_no_vote_taken"] == 38 * 15
    assert counts["ballots_unknown"] == 44
    assert counts["vetoed"] == 270
    assert counts["not_adopted"] == 270 + 123
    assert counts["veto_casts_official"] == 265
    assert counts["missions"] == 87
    assert counts["memberships"] == 20 * 11 + 61 * 15
    assert counts["meetings"] == 9081
    assert counts["private_meetings"] == 619
    assert counts["meeting_records"] == counts["meetings"] + counts["resumptions"]


def test_every_number_up_to_s_pv_9085_is_a_meeting_or_a_gap(status: dict[str, Any], bundled: Council) -> None:
    gaps = json.loads(bundled("conflicts", "--kind", "gap", "--json", "--first", "0").stdout)
    missing = sum(r["last"] - r["first"] + 1 for gap in gaps for r in gap["readings"])
    assert status["counts"]["meetings"] + missing == 9085


def test_coverage_says_which_source_states_what_for_which_years(status: dict[str, Any]) -> None:
    covered = {(row["kind"], row["source"]): row for row in status["coverage"]}
    ballots = covered["vote", "sciencespo-votes"]
    assert (ballots["statements"], ballots["first_year"], ballots["last_year"]) == (3203, 1946, 2025)
    assert covered["meeting", "library-meetings"]["last_year"] == 2022
    assert status["lacks"]
    assert status["search"]["ready"]
    assert status["search"]["position"] == status["position"]


def test_s_2014_916_is_not_a_veto(ask: Ask) -> None:
    vote = ask(
        '{ vote(symbol: "s/2014/916") { symbol outcome computed tally { yes no abstain } vetoes { member { code } } } }'
    )["vote"]
    assert vote["tally"] == {"yes": 8, "no": 2, "abstain": 5}
    assert (vote["outcome"], vote["computed"]) == ("NOT_ADOPTED", "NOT_ADOPTED")
    assert vote["vetoes"] == []


def test_s_res_1559_stands_with_both_tallies_and_sources(ask: Ask) -> None:
    vote = ask('{ resolution(symbol: "S/RES/1559(2004)") { conflicts { kind field readings { value sources } } } }')
    readings = {r["value"]: r["sources"] for r in vote["resolution"]["conflicts"][0]["readings"]}
    assert readings == {"15-0-0": ["sciencespo-votes"], "9-0-6": ["library-meetings"]}


def test_s_res_2623_is_procedural_by_inference_against_a_permanent_no(ask: Ask) -> None:
    vote = ask(
        '{ resolution(symbol: "2623") { outcome nature basis tally { yes no abstain }'
        " ballots { choice permanent member { code } } } }"
    )["resolution"]
    assert (vote["outcome"], vote["nature"], vote["basis"]) == ("ADOPTED", "PROCEDURAL", "INFERRED")
    assert vote["tally"] == {"yes": 11, "no": 1, "abstain": 3}
    assert [b["member"]["code"] for b in vote["ballots"] if b["choice"] == "NO" and b["permanent"]] == ["RUS"]


def test_s_res_2034_adopted_without_a_vote_has_no_ballots_invented(ask: Ask) -> None:
    vote = ask('{ resolution(symbol: "S/RES/2034 (2012)") { modality tally { yes } ballots { choice } unanimous } }')
    assert vote["resolution"] == {
        "modality": "WITHOUT_VOTE",
        "tally": {"yes": None},
        "ballots": [],
        "unanimous": None,
    }


def test_s_3502_was_voted_on_sixteen_times(ask: Ask) -> None:
    votes = ask('{ votes(first: 100, filter: {draft: {eq: "S/3502"}}) { totalCount nodes { id outcome } } }')["votes"]
    assert votes["totalCount"] == 16
    assert {vote["outcome"] for vote in votes["nodes"]} >= {"VETOED"}


def test_the_official_list_of_vetoes_is_reproduced_by_member(ask: Ask) -> None:
    told = ask("{ vetoCount { official own byMember { code official } definitions { term text } } }")["vetoCount"]
    assert told["official"] == 265
    by_member = {row["code"]: row["official"] for row in told["byMember"]}
    assert by_member == {"RUS": 120, "USA": 82, "GBR": 29, "FRA": 17, "CHN": 17}
    assert told["own"] == 326
    assert {row["term"] for row in told["definitions"]} >= {"veto", "veto cast"}


def test_one_mission_stood_under_2023_by_28_august_and_two_by_its_end(ask: Ask) -> None:
    count = '{ missions(first: 9, filter: {year: {eq: 2023}, date: {lte: "%s"}}) { totalCount } }'
    assert ask(count % "2023-08-28")["missions"]["totalCount"] == 1
    assert ask(count % "2023-12-31")["missions"]["totalCount"] == 2


def test_turkeys_ballots_of_2011_are_doubted_since_portugal_was_the_member(bundled: Council) -> None:
    rows = json.loads(bundled("conflicts", "--kind", "membership", "--json", "--first", "0").stdout)
    by_year: dict[str, set[str]] = {}
    for row in rows:
        by_year.setdefault(row["date"][:4], set()).add(row["summary"])
    assert by_year["2011"] == {"ballots: a ballot of TUR, not a member in 2011; none of PRT, which was"}
    assert set(by_year) == {"1966", "1967", "2011", "2012", "2024"}


@pytest.mark.parametrize(
    ("words", "record"),
    [
        ("1325", "vote:S/RES/1325"),
        ("S/RES/1325(2000)", "vote:S/RES/1325"),
        ("s/pv.9052", "meeting:S/PV.9052"),
        ("S/2014/916", "vote:S/2014/916"),
    ],
)
def test_a_symbol_goes_straight_to_its_record(bundled: Council, words: str, record: str) -> None:
    assert json.loads(bundled("search", words, "--json").stdout)["straight_to"] == record


@pytest.mark.parametrize("name", ["France", "Франция", "法国", "فرنسا", "Francia"])
def test_a_member_is_found_in_each_language(bundled: Council, name: str) -> None:
    hits = json.loads(bundled("search", name, "--kind", "member", "--json").stdout)["hits"]
    assert [hit["record"] for hit in hits] == ["member:FRA"]


def test_importing_the_record_again_adds_nothing(bundled: Council, status: dict[str, Any]) -> None:
    told = json.loads(bundled("import", "record", "ops/record/package", "--json").stdout)
    assert (told["opened"], told["attested"], told["corrected"]) == (0, 0, 0)
    assert json.loads(bundled("status", "--json").stdout)["position"] == status["position"]


def test_exporting_the_archive_gives_the_bundled_files(bundled: Council, tmp_path: Path) -> None:
    bundled("export", "record", str(tmp_path / "record"))
    bundle = ROOT / "ops" / "record" / "package"
    for file in sorted(bundle.iterdir()):
        assert (tmp_path / "record" / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_rebuild_gives_the_same_content_twice(bundled: Council) -> None:
    first, second = bundled("rebuild").stdout, bundled("rebuild").stdout
    assert "content" in first
    assert first == second


def test_the_record_on_postgresql_reads_the_same(bundled: Council, database_url: str, tmp_path: Path) -> None:
    council = command_line(tmp_path / "home", COUNCIL_DATABASE_URL=database_url)
    council("import", "record", "ops/record/package")
    ours, theirs = (json.loads(run("status", "--json").stdout) for run in (bundled, council))
    assert theirs["store"] == "postgresql"
    assert theirs["counts"] == ours["counts"]
    assert theirs["coverage"] == ours["coverage"]
    hashes = {run("rebuild").stdout.split("content")[1].strip() for run in (bundled, council)}
    assert len(hashes) == 1
    document = (
        "{ votes(first: 5, filter: {year: {eq: 2023}}) { nodes { symbol date tally { yes } ballots { choice } } } }"
    )
    assert council("query", document).stdout == bundled("query", document).stdout
