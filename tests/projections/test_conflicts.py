"""Conflicts: listed where sources, rules and numbering contradict each other, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.archive import open_archive
from domain.facts import Pending
from domain.meetings import FORMAL, Meeting, meeting_id
from domain.members import Membership
from domain.votes import Vote, resolution_vote_id
from ops.store import environment
from projections.conflicts import CONFLICTS
from projections.place import ReadModels, SqlitePlace
from projections.reading import Values, page
from projections.views import Views
from tests import council


def conflicts(folder: Path, facts: Sequence[Pending]) -> list[Values]:
    archive = open_archive(environment(None, folder / "log.db"))
    list(archive.record(facts, by="a clerk"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    models.rebuild()
    views = Views(models.place)
    with views.reader() as read:
        rows = page(read, CONFLICTS, None, ["id"], limit=10_000)
    views.close()
    archive.close()
    return rows


def test_s_res_1559_is_in_conflict_with_both_tallies_and_both_sources(tmp_path: Path) -> None:
    (conflict,) = conflicts(tmp_path, council.s_res_1559())
    assert (conflict["kind"], conflict["record"], conflict["field"]) == ("sources", "vote:S/RES/1559", "tally")
    readings = {r["value"]: r["sources"] for r in json.loads(conflict["readings"])}
    assert readings == {"15-0-0": [council.POLL], "9-0-6": [council.TABLES]}


def test_sources_that_agree_or_speak_of_different_fields_are_no_conflict(tmp_path: Path) -> None:
    assert conflicts(tmp_path, [*council.s_2014_916(), *council.s_2022_155()]) == []


def test_ballots_that_differ_are_told_by_the_members_concerned(tmp_path: Path) -> None:
    """S/RES/470 (1980): China not voting in one source, abstaining in the other."""
    members = council.FIFTEEN_2004
    one = Vote(resolution=470, date="1980-05-30", ballots=council.ballots(members, not_voting="CHN"))
    two = Vote(resolution=470, date="1980-05-30", ballots=council.ballots(members, abstain="CHN"))
    vote = resolution_vote_id(470)
    rows = conflicts(tmp_path, [council.fact(vote, "taken", one), council.fact(vote, "taken", two, "undl-votes")])
    assert [r["value"] for r in json.loads(rows[0]["readings"])] == [{"CHN": "not voting"}, {"CHN": "abstain"}]


def test_a_sitting_over_midnight_does_not_contradict_its_first_day(tmp_path: Path) -> None:
    symbol = "S/PV.1558"
    over = Meeting(number=1558, symbol=symbol, date="1970-11-22/1970-11-23", mode=FORMAL)
    first = Meeting(number=1558, symbol=symbol, date="1970-11-22", mode=FORMAL)
    later = Meeting(number=1558, symbol=symbol, date="1970-11-24", mode=FORMAL)
    meeting = meeting_id(symbol)
    told = [council.fact(meeting, "convened", over, "one"), council.fact(meeting, "convened", first, "two")]
    assert conflicts(tmp_path, told) == []
    (tmp_path / "again").mkdir()
    told.append(council.fact(meeting, "convened", later, "three"))
    assert [row["field"] for row in conflicts(tmp_path / "again", told)] == ["date"]


def test_an_announced_outcome_that_article_27_contradicts_is_an_alarm(tmp_path: Path) -> None:
    cast = council.ballots(council.FIFTEEN_2014, no="AUS USA", abstain="GBR KOR LTU NGA RWA")
    vote = Vote(date="2014-12-30", outcome="vetoed", modality="vote", tally="8-2-5", ballots=cast)
    (row,) = conflicts(tmp_path, [council.fact("vote:S/2014/916", "taken", vote)])
    assert (row["kind"], row["summary"]) == ("outcome", "outcome: announced vetoed, computed not adopted")


def test_a_stated_tally_that_the_ballots_do_not_add_up_to(tmp_path: Path) -> None:
    cast = council.ballots(council.FIFTEEN_2014)
    vote = Vote(resolution=2100, date="2014-04-25", outcome="adopted", modality="vote", tally="14-0-1", ballots=cast)
    (row,) = conflicts(tmp_path, [council.fact(resolution_vote_id(2100), "taken", vote)])
    assert (row["kind"], row["summary"]) == ("tally", "tally: stated 14-0-1, counted 15-0-0")


def test_s_res_727_dated_in_august_runs_against_its_number(tmp_path: Path) -> None:
    dated = [(726, "1992-01-06"), (727, "1992-08-01"), (728, "1992-01-08")]
    facts = [council.fact(resolution_vote_id(n), "taken", Vote(resolution=n, date=d)) for n, d in dated]
    (row,) = conflicts(tmp_path, facts)
    assert (row["kind"], row["record"]) == ("order", "vote:S/RES/727")


def expected(dates: dict[int, str]) -> tuple[set[tuple[int, int]], set[int]]:
    """Brute force over the final numbers: the gaps, and the numbers dated after their successor."""
    numbers = sorted(dates)
    pairs = list(pairwise(numbers))
    return {(a + 1, b - 1) for a, b in pairs if b - a > 1}, {a for a, b in pairs if dates[a] > dates[b]}


@given(
    st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["1946-01-25", "1946-02-01", "1947-03-03"])), max_size=20)
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_gaps_and_disorder_are_those_of_the_numbers_held_in_whatever_order_they_came(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, str]]
) -> None:
    facts = []
    dates: dict[int, str] = {}
    for number, date in told:
        dates[number] = date
        claims = Meeting(number=number, symbol=f"S/PV.{number}", date=date, mode=FORMAL)
        facts.append(council.fact(meeting_id(f"S/PV.{number}"), "convened", claims, council.TABLES))
    rows = conflicts(tmp_path_factory.mktemp("numbers"), facts)
    gaps = {(r["first"], r["last"]) for row in rows if row["kind"] == "gap" for r in json.loads(row["readings"])}
    order = {int(row["record"].rpartition(".")[2]) for row in rows if row["kind"] == "order"}
    assert (gaps, order) == expected(dates)


@given(
    told=st.dictionaries(st.integers(1, 9), st.sampled_from(["1946-01-25", "1946-02-01", "1947-03-03"]), min_size=2),
    moved=st.lists(
        st.tuples(st.integers(1, 9), st.integers(10, 14)), max_size=4, unique_by=(lambda m: m[0], lambda m: m[1])
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_corrected_number_takes_its_disorder_with_it(
    tmp_path_factory: pytest.TempPathFactory, told: dict[int, str], moved: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    archive = open_archive(environment(None, folder / "log.db"))
    for number, date in told.items():
        list(archive.record([council.fact(f"vote:{number}", "taken", Vote(resolution=number, date=date))], by="x"))
    numbers = {number: number for number in told}
    for old, new in moved:
        if old in numbers:
            archive.correct(f"vote:{old}", "resolution", new, authority="x", reason="misprint", by="x")
            numbers[old] = new
    archive.close()
    rows = conflicts(folder, [])
    order = {numbers[int(row["record"].rpartition(":")[2])] for row in rows if row["kind"] == "order"}
    assert order == expected({numbers[number]: date for number, date in told.items()})[1]


def test_a_ballot_of_a_state_that_was_no_member_that_year_is_listed(tmp_path: Path) -> None:
    """2011: a data set gives Portugal's ballots to Turkey."""
    members = ["BIH", "BRA", "CHN", "COL", "DEU", "FRA", "GAB", "GBR", "IND", "LBN", "NGA", "PRT", "RUS", "USA", "ZAF"]
    seats = [
        council.fact(f"membership:{code}/2011", "held", Membership(member=code, year=2011), "membership")
        for code in members
    ]
    printed = Vote(resolution=1970, date="2011-02-26", ballots=council.ballots([*members[:11], "TUR", *members[12:]]))
    vote = council.fact(resolution_vote_id(1970), "taken", printed)
    for number, facts in enumerate(([*seats, vote], [vote, *seats])):
        folder = tmp_path / str(number)
        folder.mkdir()
        (row,) = conflicts(folder, facts)
        assert (row["kind"], row["record"]) == ("membership", "vote:S/RES/1970")
        assert row["summary"] == "ballots: a ballot of TUR, not a member in 2011; none of PRT, which was"


def test_a_year_whose_list_of_members_is_not_complete_judges_no_ballot(tmp_path: Path) -> None:
    seat = council.fact("membership:FRA/2014", "held", Membership(member="FRA", year=2014), "membership")
    assert conflicts(tmp_path, [seat, *council.s_2014_916()]) == []


def test_a_veto_the_list_names_is_held_against_the_ballot_in_that_vote(tmp_path: Path) -> None:
    """26 June 1946, S/PV.49, the preliminary question: France on the official list, yes in the voting record."""
    vote = "vote:S/PV.49#2"
    eleven = ["AUS", "BRA", "CHN", "EGY", "FRA", "GBR", "MEX", "NLD", "POL", "RUS", "USA"]
    cast = Vote(date="1946-06-26", outcome="vetoed", tally="9-2-0", ballots=council.ballots(eleven, no="POL RUS"))
    facts = [council.fact(vote, "taken", cast)]
    for member in ("FRA", "RUS"):
        listed = council.Veto(vote=vote, member=member, date="1946-06-26")
        facts.append(council.fact(f"veto:S/PV.49#2/{member}", "cast", listed, council.LIST))
    (conflict,) = conflicts(tmp_path, facts)
    assert (conflict["kind"], conflict["record"], conflict["field"]) == ("sources", vote, "vetoes")
    readings = [(r["value"], r["sources"]) for r in json.loads(conflict["readings"])]
    assert readings == [({"FRA": "no"}, [council.LIST]), ({"FRA": "yes"}, ["ballots"])]
