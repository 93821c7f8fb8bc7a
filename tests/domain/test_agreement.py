"""Measures of agreement and blocs: their own definitions hold for any tables, and figures worked by hand come out."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreement import agreement, blocs, transposed

tables = st.lists(st.integers(0, 40), min_size=9, max_size=9)
shares = st.one_of(st.none(), st.floats(0, 1))


def test_two_members_with_seven_of_ten_alike() -> None:
    """Worked by hand: 5 yes-yes, 1 yes-abstain, 1 yes-no, 1 abstain-yes, 2 no-no."""
    found = agreement([5, 1, 1, 1, 0, 0, 0, 0, 2])
    assert (found.votes, found.same, found.opposed, found.share) == (10, 7, 1, 0.7)
    assert found.lijphart == pytest.approx((7 + 2 / 2) / 10)
    assert found.s == pytest.approx(1 - (2 * 1 + 2) / 10)
    by_chance = (7 * 6 + 1 * 1 + 2 * 3) / 100
    assert found.kappa == pytest.approx((0.7 - by_chance) / (1 - by_chance))


def test_without_a_vote_in_common_there_is_no_measure_and_with_one_choice_only_no_kappa() -> None:
    nothing = agreement([0] * 9)
    assert (nothing.votes, nothing.share, nothing.lijphart, nothing.s, nothing.kappa) == (0, None, None, None, None)
    assert (agreement([9, *[0] * 8]).share, agreement([9, *[0] * 8]).kappa) == (1.0, None)


@given(tables)
def test_measures_are_the_same_from_both_sides_and_within_their_bounds(cells: list[int]) -> None:
    found = agreement(cells)
    assert agreement(transposed(cells)) == found
    assert transposed(transposed(cells)) == cells
    if found.votes:
        assert found.share is not None
        assert found.lijphart is not None
        assert found.s is not None
        assert 0 <= found.share <= found.lijphart <= 1
        assert found.s == pytest.approx(2 * found.lijphart - 1)
        assert found.kappa is None or found.kappa <= 1


@given(st.data(), st.integers(0, 7), st.floats(0.1, 1))
def test_blocs_part_the_members_and_every_two_of_a_bloc_agree_enough(
    data: st.DataObject, many: int, threshold: float
) -> None:
    members = ["CHN", "FRA", "GBR", "JPN", "MLT", "RUS", "USA"][:many]
    known = {pair: data.draw(shares) for pair in combinations(members, 2)}
    made = blocs(members, known, threshold)
    assert sorted(code for bloc in made for code in bloc) == members
    for bloc in made:
        assert all((known[pair] or -1) >= threshold for pair in combinations(bloc, 2))
    for one, other in combinations(made, 2):
        between = [known[min(a, b), max(a, b)] for a in one for b in other]
        assert any(share is None or share < threshold for share in between), "two blocs could still be joined"
    assert blocs(members[::-1], known, threshold) == made
