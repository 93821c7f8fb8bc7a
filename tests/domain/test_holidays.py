"""Working days at Headquarters: Monday to Friday without its holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.holidays import after_working_days, days_off, is_working_day, working_days_between

MEMORIAL_DAY = date(2022, 5, 30)

days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
closed = st.frozensets(st.dates(date(2014, 12, 1), date(2031, 3, 31)), max_size=40)
numbers = st.integers(1, 25)


def test_ten_working_days_from_the_veto_of_26_may_2022_lead_over_memorial_day_to_10_june() -> None:
    assert after_working_days(date(2022, 5, 26), 10, {MEMORIAL_DAY}) == date(2022, 6, 10)
    assert after_working_days(date(2022, 5, 26), 10, set()) == date(2022, 6, 9)


def test_ten_working_days_over_christmas_and_new_year() -> None:
    holidays = {date(2023, 12, 25), date(2024, 1, 1)}
    assert after_working_days(date(2023, 12, 22), 10, holidays) == date(2024, 1, 9)


def test_a_day_that_is_no_working_day_starts_the_count_all_the_same() -> None:
    assert after_working_days(date(2022, 5, 28), 1, {MEMORIAL_DAY}) == date(2022, 5, 31)


@given(days, numbers, closed)
def test_the_count_ends_on_a_working_day_with_exactly_that_many_since(
    day: date, number: int, holidays: frozenset[date]
) -> None:
    end = after_working_days(day, number, holidays)
    assert end.weekday() < 5
    assert end not in holidays
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(one.weekday() < 5 and one not in holidays for one in between) == number


@given(days, numbers, closed)
def test_counting_back_gives_the_number_again(day: date, number: int, holidays: frozenset[date]) -> None:
    end = after_working_days(day, number, holidays)
    assert working_days_between(day, end, holidays) == number
    assert working_days_between(end, day, holidays) == -number


@given(days, st.integers(0, 60), numbers, closed, st.dates(date(2015, 1, 1), date(2030, 12, 31)))
def test_a_later_start_a_higher_number_and_one_more_holiday_never_lead_to_an_earlier_day(
    day: date, later: int, number: int, holidays: frozenset[date], holiday: date
) -> None:
    end = after_working_days(day, number, holidays)
    assert after_working_days(day + timedelta(days=later), number, holidays) >= end
    assert after_working_days(day, number + 1, holidays) > end
    assert after_working_days(day, number, holidays | {holiday}) >= end


def test_week_ends_and_holidays_are_no_working_days() -> None:
    assert [is_working_day(date(2022, 5, day), {MEMORIAL_DAY}) for day in (27, 28, 29, 30, 31)] == [
        True,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-05-30", [MEMORIAL_DAY]),
        ("2022-12-31/2023-01-01", [date(2022, 12, 31), date(2023, 1, 1)]),
        ("2022-05", []),
        ("2022", []),
        ("", []),
    ],
)
def test_a_holiday_closes_the_days_it_names_and_none_where_only_a_month_is_known(
    text: str, expected: list[date]
) -> None:
    assert days_off(text) == expected
