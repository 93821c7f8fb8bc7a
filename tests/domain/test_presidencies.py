"""The rotation of the presidency: English alphabetical order of the names borne, across New Year without a break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import FactError
from domain.presidencies import TOLEDO, Cession, Presidency, month_after, order_key, successor
from tests.council import COUNCILS, NAMED


def rotation(last: str, year: int) -> list[str]:
    """Twelve months of a year after a member."""
    found = []
    for _ in range(12):
        last = successor(NAMED[last], [(NAMED[code], code) for code in COUNCILS[year].split()])
        found.append(last)
    return found


@pytest.mark.parametrize(
    ("last", "year", "expected"),
    [
        ("NER", 2022, "NOR RUS ARE GBR USA ALB BRA CHN FRA GAB GHA IND"),
        ("IND", 2023, "JPN MLT MOZ RUS CHE ARE GBR USA ALB BRA CHN ECU"),
        ("ECU", 2024, "FRA GUY JPN MLT MOZ KOR RUS SLE SVN CHE GBR USA"),
    ],
)
def test_the_rotation_from_niger_in_december_2021_to_the_end_of_2024(last: str, year: int, expected: str) -> None:
    assert rotation(last, year) == expected.split()


def test_a_last_president_that_left_the_council_hands_on_to_the_next_name_of_the_new_year() -> None:
    members = [("Albania", "ALB"), ("Norway", "NOR"), ("Viet Nam", "VNM")]
    assert successor("Niger", members) == "NOR"
    assert successor("Zambia", members) == "ALB"


def test_names_sort_as_they_are_borne_and_without_accents() -> None:
    names = ["Viet Nam", "United States of America", "Republic of Korea", "Türkiye", "Côte d'Ivoire", "Congo"]
    names += ["Democratic Republic of the Congo", "United Kingdom of Great Britain and Northern Ireland", "Tunisia"]
    names += ["United Arab Emirates", "Union of Soviet Socialist Republics", "Russian Federation", "Cuba"]
    assert [name.split()[0] + name.split()[-1] for name in sorted(names, key=order_key)] == [
        "CongoCongo",
        "Côted'Ivoire",
        "CubaCuba",
        "DemocraticCongo",
        "RepublicKorea",
        "RussianFederation",
        "TunisiaTunisia",
        "TürkiyeTürkiye",
        "UnionRepublics",
        "UnitedEmirates",
        "UnitedIreland",
        "UnitedAmerica",
        "VietNam",
    ]


@given(st.sets(st.text("abcdefgh", min_size=1, max_size=4), min_size=1, max_size=15), st.text("abcdefgh", max_size=4))
def test_everybody_presides_once_in_as_many_months_as_there_are_members(names: set[str], last: str) -> None:
    members = [(name, name) for name in names]
    found = []
    for _ in names:
        last = successor(last, members)
        found.append(last)
    assert sorted(found) == sorted(names)


def test_there_is_no_president_without_members() -> None:
    with pytest.raises(ValueError, match="no members"):
        successor("Niger", [])


@given(st.integers(1946, 2099), st.integers(1, 12), st.integers(-40, 40))
def test_months_follow_each_other_across_new_year_and_back(year: int, month: int, step: int) -> None:
    start = f"{year}-{month:02d}"
    assert month_after(month_after(start, step), -step) == start
    assert (month_after(start, step) > start) == (step > 0)


def test_december_is_followed_by_january() -> None:
    assert month_after("2021-12") == "2022-01"
    assert month_after("2022-01", -1) == "2021-12"


@pytest.mark.parametrize("month", ["2023", "2023-13", "2023-09-01", "September"])
def test_a_presidency_is_of_a_month(month: str) -> None:
    with pytest.raises(FactError, match="is no month"):
        Presidency(month=month, member="ALB").vet()


def test_a_toledo_session_has_no_record() -> None:
    with pytest.raises(FactError, match="no S/PV number"):
        Presidency(month="2015-10", member="ESP", wrap_up_format=TOLEDO, wrap_up_meeting="S/PV.7546").vet()


def test_nobody_cedes_the_chair_to_itself() -> None:
    with pytest.raises(FactError, match="rule 20"):
        Cession(month="1995-06", question="A question", member="DEU", taken_by="DEU").vet()
