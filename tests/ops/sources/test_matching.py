"""The rules of docs/matching.md, on their real cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.archive import Archive
from domain.facts import Pending, Source
from domain.votes import Vote
from ops.sources.matching import Decision, Said, Votes, key, proposals, resolutions

Known = Callable[..., Votes]


@pytest.fixture
def known(archive: Archive) -> Known:
    """The votes of an archive in which 'other' has stated these: id → claims."""

    def run(**votes: Vote) -> Votes:
        facts = [Pending(f"vote:{n}", "taken", Source(name="other"), claims) for n, claims in votes.items()]
        for _ in archive.record(facts, by="tester"):
            pass
        return Votes.of(archive.register(), "table")

    return run


def _tied(decided: dict[int, Decision]) -> list[str | None]:
    return [decided[place].vote for place in range(len(decided))]


def _failed(label: str, date: str, tally: str = "", outcome: str = "not adopted", **more: str) -> Vote:
    return Vote(label=label, date=date, tally=tally or None, outcome=outcome, **more)  # type: ignore[arg-type]


def test_what_identifies_a_proposal() -> None:
    spellings = {
        "S/9696 and Corr.1 & 2": "S/9696",
        "S/552, S/PV.202": "S/552",
        "S/3188/Corr.1": "S/3188",
        "S/11400 (as amended)": "S/11400",
        "S/4733/Rev. 1": "S/4733/Rev.1",
        "S/471 and S/471/Add.1": "S/471",
        "Oral amendment\n": "oral amendment",
    }
    assert {label: key(label) for label in spellings} == spellings


def test_s_res_727_is_known_by_its_number_whatever_its_date(known: Known) -> None:
    votes = known(a=Vote(resolution=727, date="1992-08-01"))
    assert _tied(resolutions(votes, [Said("t:1", "1992-01-08", resolution=727)])) == ["vote:a"]


def test_a_number_printed_twice_belongs_to_the_row_of_that_day_only(known: Known) -> None:
    votes = known(a=Vote(resolution=701, date="1991-07-31", tally="15-0-0"), b=Vote(resolution=695, date="1991-06-17"))
    rows = [Said("t:1", "1991-06-17", resolution=701, tally="15-0-0"), Said("t:2", "1991-07-31", resolution=701)]
    decided = resolutions(votes, rows)
    assert _tied(decided) == [None, "vote:a"]
    assert "resolution 695 stands in no row" in decided[0].why


def test_a_number_printed_twice_on_two_wrong_days_belongs_to_neither(known: Known) -> None:
    votes = known(a=Vote(resolution=701, date="1991-07-31"))
    rows = [Said("t:1", "1991-06-17", resolution=701), Said("t:2", "1991-10-11", resolution=701)]
    assert _tied(resolutions(votes, rows)) == [None, None]


def test_three_applications_in_another_order_are_told_apart_by_name(known: Known) -> None:
    votes = known(
        a=_failed("S/PV.57", "1946-08-29", "8-2-1", "vetoed", title="Membership: Transjordan"),
        b=_failed("S/PV.57", "1946-08-29", "8-2-1", "vetoed", title="Membership: Ireland"),
        c=_failed("S/PV.57", "1946-08-29", "8-2-1", "vetoed", title="Membership: Portugal"),
    )
    rows = [
        Said(f"t:{place}", "1946-08-29", label="S/PV.57", outcome="vetoed", words=state)
        for place, state in enumerate(("Portugal", "Transjordan", "Ireland"))
    ]
    assert _tied(proposals(votes, rows)) == ["vote:c", "vote:a", "vote:b"]


def test_votes_on_s_4733_rev_1_in_another_order_are_told_apart_by_tally(known: Known) -> None:
    votes = known(
        a=_failed("S/4733/Rev.1", "1961-02-20", "4-0-7"),
        b=_failed("S/4733/Rev.1", "1961-02-20", "6-0-5"),
    )
    rows = [
        Said("t:1", "1961-02-20", label="S/4733/Rev.1", outcome="not adopted", tally="6-0-5"),
        Said("t:1", "1961-02-20", label="S/4733/Rev.1", outcome="not adopted", tally="4-0-7"),
    ]
    assert _tied(proposals(votes, rows)) == ["vote:b", "vote:a"]


def test_three_vetoes_of_s_pv_49_are_paired_in_order(known: Known) -> None:
    votes = known(**{n: _failed("S/PV.49", "1946-06-26", "9-2-0", "vetoed") for n in "abc"})
    rows = [Said("t:1", "1946-06-26", label="S/PV.49", outcome="vetoed")] * 3
    assert _tied(proposals(votes, rows)) == ["vote:a", "vote:b", "vote:c"]


def test_one_row_and_two_equal_votes_of_s_pv_45_are_not_tied(known: Known) -> None:
    votes = known(**{n: _failed("S/PV.45", "1946-06-18", "9-2-0", "vetoed") for n in "ab"})
    decided = proposals(votes, [Said("t:1", "1946-06-18", label="S/PV.45", outcome="vetoed", tally="9-1-0")])
    assert _tied(decided) == [None]
    assert "2 votes on S/PV.45" in decided[0].why


def test_another_outcome_and_another_tally_are_another_vote(known: Known) -> None:
    votes = known(a=_failed("S/5407", "1963-09-03", "8-2-1", "vetoed"))
    contrary = Said("t:1", "1963-09-03", label="S/5407", outcome="not adopted", tally="2-0-9")
    assert _tied(proposals(votes, [contrary])) == [None]
    same_tally = Said("t:1", "1963-09-03", label="S/5407", outcome="not adopted", tally="8-2-1")
    assert _tied(proposals(votes, [same_tally])) == ["vote:a"]


@pytest.mark.parametrize(
    ("day", "tally", "tied"),
    [
        ("1950-09-06", "9-1-1", "vote:a"),
        ("1950-09-06", "8-1-2", "vote:a"),
        ("1950-09-12", "9-1-1", "vote:a"),
        ("1950-09-12", "8-1-2", None),
        ("1950-09-13", "9-1-1", None),
    ],
)
def test_s_1653_of_5_september_a_day_or_some_days_later(known: Known, day: str, tally: str, tied: str | None) -> None:
    votes = known(a=_failed("S/1653", "1950-09-05", "9-1-1", "vetoed", vetoed_by=["RUS"]))  # type: ignore[arg-type]
    row = Said("t:1", day, label="S/1653", outcome="vetoed", tally=tally, vetoed_by=frozenset({"RUS"}))
    assert _tied(proposals(votes, [row])) == [tied]


def test_s_18087_needs_the_same_tally_to_stand_for_its_revision(known: Known) -> None:
    votes = known(a=_failed("S/18087/Rev.1", "1986-05-23", "12-2-1", "vetoed"))
    for tally, tied in (("12-2-1", "vote:a"), ("11-2-2", None)):
        row = Said("t:1", "1986-05-23", label="S/18087", outcome="vetoed", tally=tally)
        assert _tied(proposals(votes, [row])) == [tied]


def test_several_failed_votes_of_an_unknown_day_open_votes_under_names_of_their_own(known: Known) -> None:
    rows = [Said("t:1", "1961-02-20", label="S/4733/Rev.1", outcome="not adopted")] * 2
    decided = proposals(known(), rows)
    assert _tied(decided) == ["vote:S/4733/Rev.1@1961-02-20", "vote:S/4733/Rev.1@1961-02-20#2"]
    assert all(decision.opens for decision in decided.values())


def test_what_a_source_said_itself_is_not_evidence_but_its_ties_stand(archive: Archive, known: Known) -> None:
    known(a=_failed("S/PV.45", "1946-06-18", "9-2-0"), b=_failed("S/PV.45", "1946-06-18", "9-2-0"))
    own = Pending("vote:b", "taken", Source(name="table", row="t:1"), _failed("S/PV.45", "1946-06-18", "1-1-1"))
    for _ in archive.record([own], by="tester"):
        pass
    votes = Votes.of(archive.register(), "table")
    assert all("1-1-1" not in vote.tallies for vote in votes.known)
    assert _tied(proposals(votes, [Said("t:1", "1946-06-18", label="S/PV.45", outcome="not adopted")])) == ["vote:b"]
    assert _tied(proposals(votes, [Said("t:9", "1946-06-18", label="S/PV.45", outcome="not adopted")])) == [None]


def test_a_vote_only_this_source_knows_is_opened_again_under_the_same_name(archive: Archive) -> None:
    own = Pending("vote:S/2014/916", "taken", Source(name="table", row="old:1"), _failed("S/2014/916", "2014-12-30"))
    for _ in archive.record([own], by="tester"):
        pass
    (decision,) = proposals(
        Votes.of(archive.register(), "table"), [Said("new:2", "2014-12-30", label="S/2014/916", outcome="not adopted")]
    ).values()
    assert (decision.vote, decision.opens) == ("vote:S/2014/916", True)
