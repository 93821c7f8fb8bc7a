"""Article 27 applied to votes the Council took."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.charter import (
    DEFINITIONS,
    PERMANENT,
    Basis,
    CharterError,
    Choice,
    Modality,
    Nature,
    Outcome,
    Tally,
    compute,
    count,
    has_permanent_no,
    infer_nature,
    majority,
    permanent_against,
    size,
    unanimous,
)

SUBSTANTIVE, PROCEDURAL, OPEN = Nature.SUBSTANTIVE, Nature.PROCEDURAL, Nature.UNDETERMINED
VOTE = Modality.VOTE


def test_the_council_has_fifteen_members_from_1966() -> None:
    last, first = date(1965, 12, 31), date(1966, 1, 1)
    assert (size(last), majority(last)) == (11, 7)
    assert (size(first), majority(first)) == (15, 9)


def test_a_day_before_the_charter_is_refused() -> None:
    with pytest.raises(CharterError, match="1945-10-24"):
        size(date(1945, 10, 23))
    assert size(date(1945, 10, 24)) == 11


def test_ballots_are_counted_and_non_participation_is_not_abstention() -> None:
    """S/RES/470 (1980): China took no part."""
    ballots = {
        "CHN": "not participating",
        "FRA": "yes",
        "USA": "no",
        "ZMB": "abstain",
        "JAM": "absent",
        "NER": "not voting",
    }
    assert count(ballots | {"TUN": "unknown"}) == Tally(yes=1, no=1, abstain=1, not_voting=3, unknown=1)
    assert count(ballots).total == 6


def test_a_ballot_in_other_words_is_refused_naming_the_seat() -> None:
    with pytest.raises(CharterError, match="the ballot of FRA reads 'Y'; accepted are 'yes'"):
        count({"FRA": "Y"})


def test_a_tally_has_no_negative_counts() -> None:
    with pytest.raises(CharterError, match="no is -1"):
        Tally(1, -1, 0)


def test_a_permanent_no_with_eight_yes_is_not_a_veto() -> None:
    """S/2014/916: 8-2-5, the United States among the two."""
    assert compute(date(2014, 12, 30), Tally(8, 2, 5), True, SUBSTANTIVE, VOTE) is Outcome.NOT_ADOPTED
    assert compute(date(2014, 12, 30), Tally(8, 2, 5), True, OPEN, VOTE) is Outcome.NOT_ADOPTED


def test_a_permanent_no_with_nine_yes_or_more_is_a_veto() -> None:
    """S/2022/431: 13-2-0, China and the Russian Federation against."""
    assert compute(date(2022, 5, 26), Tally(13, 2, 0), True, SUBSTANTIVE, VOTE) is Outcome.VETOED
    assert compute(date(2022, 5, 26), Tally(9, 1, 5), True, SUBSTANTIVE, VOTE) is Outcome.VETOED


def test_a_permanent_no_does_not_stop_a_procedural_decision() -> None:
    """S/RES/2623 (2022): 11-1-3, the Russian Federation against."""
    assert compute(date(2022, 2, 27), Tally(11, 1, 3), True, PROCEDURAL, VOTE) is Outcome.ADOPTED


def test_seven_of_eleven_sufficed_before_1966() -> None:
    assert compute(date(1965, 12, 20), Tally(7, 0, 4), False, SUBSTANTIVE, VOTE) is Outcome.ADOPTED
    assert compute(date(1966, 1, 1), Tally(7, 0, 8), False, SUBSTANTIVE, VOTE) is Outcome.NOT_ADOPTED
    assert compute(date(1966, 1, 1), Tally(8, 0, 7), False, SUBSTANTIVE, VOTE) is Outcome.NOT_ADOPTED


def test_abstention_of_a_permanent_member_is_not_a_veto() -> None:
    """S/RES/1559 (2004): 9-0-6, China and the Russian Federation abstaining; the nature makes no difference."""
    for nature in Nature:
        assert compute(date(2004, 9, 2), Tally(9, 0, 6), False, nature, VOTE) is Outcome.ADOPTED


@pytest.mark.parametrize("modality", [Modality.WITHOUT_VOTE, Modality.CONSENSUS, Modality.ACCLAMATION])
def test_adoption_without_a_vote_is_adoption_whatever_a_source_writes_as_ballots(modality: Modality) -> None:
    """S/RES/2034 (2012), which one source gives as 0-0-0-15."""
    assert compute(date(2012, 1, 19), Tally(0, 0, 0, 15), None, OPEN, modality) is Outcome.ADOPTED
    assert compute(date(2012, 1, 19), None, None, OPEN, modality) is Outcome.ADOPTED


def test_a_written_vote_is_a_vote() -> None:
    """S/2020/657: written procedure, 13-2-0, vetoed by China and the Russian Federation."""
    assert compute(date(2020, 7, 7), Tally(13, 2, 0), True, SUBSTANTIVE, Modality.WRITTEN_VOTE) is Outcome.VETOED


def test_the_nature_is_not_guessed_by_computing() -> None:
    assert compute(date(2022, 2, 27), Tally(11, 1, 3), True, OPEN, VOTE) is Outcome.UNDETERMINED


def test_a_known_tally_with_unknown_voters_settles_what_it_can() -> None:
    day = date(1947, 8, 1)
    assert compute(day, Tally(8, 0, 3), None, SUBSTANTIVE, VOTE) is Outcome.ADOPTED
    assert compute(day, Tally(6, 5, 0), None, SUBSTANTIVE, VOTE) is Outcome.NOT_ADOPTED
    assert compute(day, Tally(8, 1, 2), None, PROCEDURAL, VOTE) is Outcome.ADOPTED
    assert compute(day, Tally(8, 1, 2), None, SUBSTANTIVE, VOTE) is Outcome.UNDETERMINED
    assert compute(day, Tally(8, 1, 2), False, SUBSTANTIVE, VOTE) is Outcome.ADOPTED


def test_unknown_ballots_leave_open_only_what_they_could_change() -> None:
    day = date(1948, 1, 1)
    assert compute(day, Tally(6, 0, 4, 0, 1), False, SUBSTANTIVE, VOTE) is Outcome.UNDETERMINED
    assert compute(day, Tally(5, 0, 5, 0, 1), None, SUBSTANTIVE, VOTE) is Outcome.NOT_ADOPTED
    assert compute(day, Tally(8, 0, 2, 0, 1), None, SUBSTANTIVE, VOTE) is Outcome.UNDETERMINED
    assert compute(day, Tally(8, 0, 2, 0, 1), None, PROCEDURAL, VOTE) is Outcome.ADOPTED
    assert compute(day, None, True, SUBSTANTIVE, VOTE) is Outcome.UNDETERMINED


def test_contradictory_facts_give_no_outcome() -> None:
    assert compute(date(2022, 5, 26), Tally(15, 0, 0), True, SUBSTANTIVE, VOTE) is Outcome.UNDETERMINED
    assert compute(date(1965, 1, 1), Tally(15, 0, 0), False, SUBSTANTIVE, VOTE) is Outcome.UNDETERMINED


def test_a_nature_or_modality_in_other_words_is_refused() -> None:
    with pytest.raises(CharterError, match="the nature of the vote reads 'important'; accepted are 'procedural'"):
        compute(date(2022, 5, 26), None, None, "important", "vote")
    with pytest.raises(CharterError, match="the modality reads 'secret'"):
        compute(date(2022, 5, 26), None, None, "procedural", "secret")
    assert compute(date(2022, 5, 26), Tally(13, 2, 0), True, "substantive", "vote") is Outcome.VETOED


def test_a_carried_motion_with_a_permanent_no_must_have_been_procedural() -> None:
    """S/RES/2623 (2022)."""
    inferred = infer_nature(Outcome.ADOPTED, Tally(11, 1, 3), True, date(2022, 2, 27))
    assert inferred == (Nature.PROCEDURAL, Basis.INFERRED)
    assert compute(date(2022, 2, 27), Tally(11, 1, 3), True, inferred[0], VOTE) is Outcome.ADOPTED


def test_an_announced_veto_shows_a_substantive_matter() -> None:
    """S/2022/431."""
    assert infer_nature(Outcome.VETOED, Tally(13, 2, 0), True, date(2022, 5, 26)) == (SUBSTANTIVE, Basis.INFERRED)


@pytest.mark.parametrize(
    ("announced", "tally", "permanent_no"),
    [
        (Outcome.ADOPTED, Tally(15, 0, 0), False),
        (Outcome.ADOPTED, Tally(11, 1, 3), None),
        (Outcome.NOT_ADOPTED, Tally(8, 2, 5), True),
        (Outcome.VETOED, Tally(8, 2, 5), True),
        (Outcome.NOT_ADOPTED, Tally(11, 1, 3), True),
        (Outcome.ADOPTED, Tally(11, 0, 4), True),
        (None, Tally(11, 1, 3), True),
        (Outcome.ADOPTED, None, True),
    ],
)
def test_any_other_vote_gives_its_nature_not_away(
    announced: Outcome | None, tally: Tally | None, permanent_no: bool | None
) -> None:
    assert infer_nature(announced, tally, permanent_no, date(2022, 2, 27)) == (OPEN, Basis.NONE)


def test_permanent_members_against_are_named_in_charter_order() -> None:
    """S/2022/431; and S/2014/916, where Australia's No is not a permanent one."""
    assert permanent_against({"RUS": "no", "USA": "yes", "CHN": "no", "AUS": "no"}) == ("CHN", "RUS")
    everyone = dict.fromkeys(PERMANENT, "yes")
    assert has_permanent_no(everyone | {"AUS": "no"}) is False
    assert has_permanent_no(everyone | {"USA": "no", "GBR": "unknown"}) is True
    assert has_permanent_no(everyone | {"GBR": "unknown"}) is None
    assert has_permanent_no({seat: "yes" for seat in PERMANENT if seat != "CHN"}) is None


def test_unanimous_is_every_member_voting_yes() -> None:
    """S/RES/1325 (2000) 15-0-0; S/RES/1287 (2000), 14-0-1 or 14-0-0 by source, is not unanimous by either."""
    assert unanimous(date(2000, 10, 31), Tally(15, 0, 0)) is True
    assert unanimous(date(2000, 1, 31), Tally(14, 0, 1)) is False
    assert unanimous(date(2000, 1, 31), Tally(14, 0, 0)) is False
    assert unanimous(date(1980, 6, 1), Tally(14, 0, 0, 1)) is False
    assert unanimous(date(1950, 6, 1), Tally(11, 0, 0)) is True
    assert unanimous(date(1966, 6, 1), Tally(11, 0, 0)) is False


def test_unanimity_is_unknown_without_a_vote_or_without_knowledge() -> None:
    """S/RES/2034 (2012) was adopted without a vote."""
    assert unanimous(date(2012, 1, 19), None) is None
    assert unanimous(date(2012, 1, 19), Tally(0, 0, 0, 15)) is None
    assert unanimous(date(1948, 1, 1), Tally(10, 0, 0, 0, 1)) is None
    assert unanimous(date(1948, 1, 1), Tally(9, 0, 1, 0, 1)) is False
    assert unanimous(date(1948, 1, 1), Tally(15, 0, 0)) is None


def test_every_published_count_has_a_definition_of_one_sentence() -> None:
    assert set(DEFINITIONS) == {"veto", "veto cast", "vetoed proposal", "unanimous", "not adopted"}
    for sentence in DEFINITIONS.values():
        assert sentence.endswith(".")
        assert sentence.count(".") == 1


days = st.dates(min_value=date(1946, 1, 17), max_value=date(2100, 1, 1))
natures = st.sampled_from(list(Nature))
perhaps = st.sampled_from([True, False, None])


@st.composite
def votes(draw: st.DrawFn) -> tuple[date, dict[str, str]]:
    day = draw(days)
    seats = [*PERMANENT, *(f"E{n}" for n in range(size(day) - 5))]
    choices = st.sampled_from([choice.value for choice in Choice] + ["yes"] * 8 + ["no"])
    return day, {seat: draw(choices) for seat in seats}


@given(votes(), natures)
def test_never_a_veto_below_the_majority_nor_without_a_permanent_no(
    vote: tuple[date, dict[str, str]], nature: Nature
) -> None:
    day, ballots = vote
    tally = count(ballots)
    outcome = compute(day, tally, has_permanent_no(ballots), nature, VOTE)
    assert tally.total == size(day)
    if outcome is Outcome.VETOED:
        assert tally.yes >= majority(day)
        assert permanent_against(ballots)
        assert nature is SUBSTANTIVE
    if outcome is Outcome.ADOPTED:
        assert tally.yes >= majority(day)
    if outcome is Outcome.NOT_ADOPTED:
        assert tally.yes < majority(day)
    if Choice.UNKNOWN not in ballots.values() and nature is not OPEN:
        assert outcome is not Outcome.UNDETERMINED


@given(votes(), natures, st.data())
def test_what_is_settled_stays_so_when_unknown_ballots_become_known(
    vote: tuple[date, dict[str, str]], nature: Nature, data: st.DataObject
) -> None:
    day, ballots = vote
    before = compute(day, count(ballots), has_permanent_no(ballots), nature, VOTE)
    learned = {
        seat: data.draw(st.sampled_from(["yes", "no", "abstain", "absent"])) if value == Choice.UNKNOWN else value
        for seat, value in ballots.items()
    }
    if before is not Outcome.UNDETERMINED:
        assert compute(day, count(learned), has_permanent_no(learned), nature, VOTE) is before
    if (whole := unanimous(day, count(ballots))) is not None and count(learned).yes:
        assert unanimous(day, count(learned)) is whole


@given(votes(), st.sampled_from([None, *Outcome]))
def test_an_inferred_nature_agrees_with_the_announcement(
    vote: tuple[date, dict[str, str]], announced: Outcome | None
) -> None:
    day, ballots = vote
    nature, basis = infer_nature(announced, count(ballots), has_permanent_no(ballots), day)
    assert (nature is OPEN) is (basis is Basis.NONE)
    if basis is Basis.INFERRED:
        assert compute(day, count(ballots), has_permanent_no(ballots), nature, VOTE) is announced


@given(days)
def test_the_majority_is_more_than_half_and_less_than_all(day: date) -> None:
    assert size(day) / 2 < majority(day) < size(day)
    assert size(day) <= size(day + timedelta(days=1))
