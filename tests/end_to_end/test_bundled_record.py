"""What the bundled record must hold, asked on the command line as a user would."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import ROOT, Council, command_line

Ask = Callable[..., Any]

AFTER_THE_TABLES = 11
"""Meetings after S/PV.9085, the last in the Library's tables, that other documents name: S/PV.9086 … S/PV.10000."""


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
    assert counts["meetings"] == 9081 + AFTER_THE_TABLES
    assert counts["private_meetings"] == 620
    assert counts["meeting_records"] == counts["meetings"] + counts["resumptions"]


def test_every_number_up_to_s_pv_10000_is_a_meeting_or_a_gap(status: dict[str, Any], bundled: Council) -> None:
    gaps = json.loads(bundled("conflicts", "--kind", "gap", "--json", "--first", "0").stdout)
    missing = [(r["first"], r["last"]) for gap in gaps for r in gap["readings"]]
    assert status["counts"]["meetings"] + sum(last - first + 1 for first, last in missing) == 10_000
    assert sum(last - first + 1 for first, last in missing if last <= 9085) == 9085 - 9081


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


@pytest.mark.parametrize(
    ("year", "day", "missions"),
    [(2018, "2023-09-05", 3), (2019, "2023-09-05", 5), (2023, "2023-09-05", 1), (2023, "2023-12-31", 2)],
)
def test_the_missions_of_a_year_by_the_day_one_asks_for(ask: Ask, year: int, day: str, missions: int) -> None:
    told = ask(f'{{ missions(first: 9, filter: {{year: {{eq: {year}}}, date: {{lte: "{day}"}}}}) {{ totalCount }} }}')
    assert told["missions"]["totalCount"] == missions


def every(ask: Ask, field: str, selection: str) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        told = ask(
            f"{{ {field}(first: 100{after}) {{ nodes {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
        found += told[field]["nodes"]
        if not told[field]["pageInfo"]["hasNextPage"]:
            return found
        after = f', after: "{told[field]["pageInfo"]["endCursor"]}"'


def test_the_presidents_of_2015_and_2022_to_2024_are_recorded_and_follow_the_rotation(ask: Ask) -> None:
    months = [
        month
        for first, last in (("2010-07", "2017-12"), ("2018-01", "2025-12"))
        for month in ask(f'{{ rotation(from: "{first}", to: "{last}") {{ month recorded differs }} }}')["rotation"]
    ]
    recorded = {row["month"]: row["recorded"] for row in months if row["recorded"]}
    years = {month[:4] for month in recorded}
    assert {year for year in years if sum(m.startswith(year) for m in recorded) == 12} == {
        "2015",
        "2022",
        "2023",
        "2024",
    }
    assert [recorded[f"2023-{month:02}"] for month in range(1, 13)] == (
        ["JPN", "MLT", "MOZ", "RUS", "CHE", "ARE", "GBR", "USA", "ALB", "BRA", "CHN", "ECU"]
    )
    assert [recorded[f"2024-{month:02}"] for month in range(1, 13)] == (
        ["FRA", "GUY", "JPN", "MLT", "MOZ", "KOR", "RUS", "SLE", "SVN", "CHE", "GBR", "USA"]
    )
    assert [row["month"] for row in months if row["differs"]] == []


def test_six_presidencies_of_2023_had_published_no_assessment_by_february_2024(ask: Ask) -> None:
    late = {row["month"] for row in every(ask, "presidencies", "month unassessedBy") if row["unassessedBy"]}
    assert late == {"2023-04", *(f"2023-{month:02}" for month in range(8, 13))}


def test_six_presidencies_of_2023_had_published_theirs_by_then(ask: Ask) -> None:
    assessed = {row["month"] for row in every(ask, "presidencies", "month assessedBy") if row["assessedBy"]}
    assert assessed == {f"2023-{month:02}" for month in (1, 2, 3, 5, 6, 7)}


def test_one_wrap_up_covered_july_and_august_2015(ask: Ask) -> None:
    told = ask('{ presidency(month: "2015-07") { wrapUpOn wrapUpMeetingSymbol wrapUpCovers } }')["presidency"]
    assert told == {
        "wrapUpOn": "2015-08-31",
        "wrapUpMeetingSymbol": "S/PV.7516",
        "wrapUpCovers": ["2015-07", "2015-08"],
    }


def test_sixteen_notes_stood_before_s_2023_945_and_s_2024_507_replaces_all_but_one(ask: Ask) -> None:
    notes = {n["symbol"]: n for n in every(ask, "notes", "symbol date compendium supersedesReferences")}
    stood = {symbol for symbol, note in notes.items() if "2017-08-30" <= note["date"] <= "2023-08-25"}
    assert len(stood) == 16
    replaced = set(notes["S/2024/507"]["supersedesReferences"])
    assert replaced == stood - {"S/2021/1074"} | {"S/2023/945"}
    assert notes["S/2017/507"]["supersedesReferences"] == ["S/2010/507"]
    assert notes["S/2010/507"]["supersedesReferences"] == ["S/2006/507"]
    compendia = [symbol for symbol, note in notes.items() if note["compendium"]]
    assert sorted(compendia) == ["S/2006/507", "S/2010/507", "S/2017/507", "S/2024/507"]


def test_s_2010_507_stands_with_both_its_dates(bundled: Council) -> None:
    rows = json.loads(bundled("conflicts", "--kind", "sources", "--json", "--first", "0").stdout)
    kept = {row["record"]: row["summary"] for row in rows if row["record"].startswith(("note:", "regime:"))}
    assert kept == {
        "note:S/2010/507": "date: 2010-07-26 (curated); 2010-07-27 (curated)",
        "note:S/2021/1074": "date: 2021-12-21 (curated); 2021-12-22 (curated)",
        "regime:864": "terminated_on: 2002-12-09 (curated); 2002-09-09 (curated)",
    }


def test_every_decision_on_sanctions_leads_to_its_vote(ask: Ask) -> None:
    measures = every(ask, "measures", "id date action resolution draft regime { name } vote { date outcome unanimous }")
    assert len(measures) > 100
    assert [m["id"] for m in measures if m["vote"] is None or m["vote"]["date"] != m["date"]] == []
    assert [m["id"] for m in measures if (m["vote"]["outcome"] == "ADOPTED") != bool(m["resolution"])] == []
    general = [m["id"] for m in measures if m["regime"] is None]
    assert sorted(general) == ["measure:S/RES/2664", "measure:S/RES/2744"]
    failed = {m["draft"] for m in measures if m["draft"]}
    assert {"S/2022/431", "S/2020/797", "S/2024/255"} <= failed
    divided = {
        m["resolution"] for m in measures if m["date"][:4] == "2023" and m["resolution"] and not m["vote"]["unanimous"]
    }
    assert divided == {f"S/RES/{number} (2023)" for number in (2676, 2683, 2684, 2693, 2713)}


def test_every_veto_since_a_res_76_262_has_its_follow_up(ask: Ask) -> None:
    followups = every(ask, "followups", "voteId date vote { date outcome }")
    assert [f["voteId"] for f in followups if f["vote"]["outcome"] != "VETOED" or f["vote"]["date"] != f["date"]] == []
    vetoed = ask('{ votes(first: 100, filter: {outcome: {eq: VETOED}, date: {gte: "2022-04-26"}}) { nodes { id } } }')[
        "votes"
    ]["nodes"]
    assert {vote["id"] for vote in vetoed} == {followup["voteId"] for followup in followups}


def test_an_emergency_special_session_stands_for_the_debate_only_where_a_source_ties_it_to_the_veto(ask: Ask) -> None:
    followups = every(ask, "followups", "voteId session linkedOn debatedOn")
    linked = {row["voteId"]: (row["session"], row["linkedOn"]) for row in followups if row["session"]}
    assert linked == {
        "vote:S/2022/720": ("ES-11", "2022-10-10"),
        "vote:S/2023/773": ("ES-10", "2023-10-26"),
        "vote:S/2023/970": ("ES-10", "2023-12-12"),
        "vote:S/2024/835": ("ES-10", "2024-12-04"),
        "vote:S/2025/353": ("ES-10", "2025-06-12"),
    }
    silent = {row["voteId"] for row in followups if not row["session"] and not row["debatedOn"]}
    assert silent == {"vote:S/2022/538", "vote:S/2023/792"}


def test_s_2023_775_and_776_are_amendments_though_the_voting_record_calls_them_drafts(ask: Ask) -> None:
    symbols = ("S/2023/775", "S/2023/776", "S/2025/115", "S/2025/116")
    asked = " ".join(f'v{n}: vote(symbol: "{symbol}") {{ proposal }}' for n, symbol in enumerate(symbols))
    assert {vote["proposal"] for vote in ask(f"{{ {asked} }}").values()} == {"amendment"}
    drafts = ask('{ votes(first: 1, filter: {year: {eq: 2023}, draft: {eq: "S/2023/773"}}) { nodes { proposal } } }')
    assert drafts["votes"]["nodes"] == [{"proposal": "draft resolution"}]


def test_the_members_elect_of_each_term_from_2021_to_2026_are_the_new_members_of_its_first_year(ask: Ask) -> None:
    elected: dict[int, set[str]] = {}
    for election in every(ask, "elections", "member termFirst"):
        elected.setdefault(election["termFirst"], set()).add(election["member"])
    seats = {(row["member"], int(row["year"])) for row in bundle("memberships")}
    for year in range(2021, 2027):
        assert elected[year] == {m for m, y in seats if y == year} - {m for m, y in seats if y == year - 1}, year


def test_twenty_eight_states_were_invited_to_s_pv_8539_under_rule_37(ask: Ask) -> None:
    invited = every(ask, "invitations", "meetingSymbol rule decision")
    assert invited == [{"meetingSymbol": "S/PV.8539", "rule": "RULE_37", "decision": "GRANTED"}] * 28


def bundle(table: str) -> list[dict[str, str]]:
    """The rows of a table of the bundled package."""
    with (ROOT / "ops" / "record" / "package" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_fact_kept_by_hand_names_a_document_or_two_sources() -> None:
    tables = [
        path.stem
        for path in (ROOT / "ops" / "record" / "curated").glob("*.csv")
        if path.stem not in ("names", "seats", "corrections")
    ]
    assert len(tables) == 18
    bare = [
        (table, row["id"])
        for table in tables
        for row in bundle(table)
        if row["source"] == "curated" and not row["document"] and not re.search("; | and |two ", row["row"])
    ]
    assert {table for table, _ in bare} <= {"figures", "holidays"}  # a figure names its publication, a day its circular
    assert all(row["authority"] and row["reason"] for row in bundle("corrections"))


def test_what_is_kept_by_hand_never_speaks_first_of_a_meeting_or_document_others_state(ask: Ask) -> None:
    for table in ("meetings", "documents"):
        first: dict[str, str] = {}
        for row in bundle(table):
            first.setdefault(row["id"], row["source"])
        stated = {row["id"] for row in bundle(table) if row["source"] == "library-meetings"}
        assert {first[id] for id in stated} <= {"library-meetings", "sciencespo-votes"}


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
