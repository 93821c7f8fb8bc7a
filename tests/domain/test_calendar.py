"""Days as the record's tables and titles print them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarError, Interval, iso, on, parse_day, parse_iso


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("2022", None, "2022"),
        ("2022-05", None, "2022-05"),
        ("2024-02", None, "2024-02"),
        ("2022-05-26", None, "2022-05-26"),
        ("1973-11-22/1973-11-23", None, "1973-11-22/1973-11-23"),
        ("26 May 2022", None, "2022-05-26"),
        ("26 May 2022", 1946, "2022-05-26"),
        ("May 2022", None, "2022-05"),
        ("October", 2015, "2015-10"),
        ("31 December ", 1992, "1992-12-31"),
        ("04 December", 1971, "1971-12-04"),
        ("9 Sep.", 1958, "1958-09-09"),
        ("9 Sept. 1958", None, "1958-09-09"),
        ("22/23 November ", 1970, "1970-11-22/1970-11-23"),
        ("22-23 March", 1960, "1960-03-22/1960-03-23"),
        ("22\u201323 march", 1960, "1960-03-22/1960-03-23"),
        ("1 + 2 March", 1948, "1948-03-01/1948-03-02"),
        ("29, 30 and 31 March", 1948, "1948-03-29/1948-03-31"),
        ("31 March - 1 April", 1954, "1954-03-31/1954-04-01"),
        ("31 December - 1 January", 1946, "1946-12-31/1947-01-01"),
        ("31 December - 1 January 1947", None, "1946-12-31/1947-01-01"),
        ("31 December 1946 - 1 January 1947", None, "1946-12-31/1947-01-01"),
        ("29\u00a0February", 2024, "2024-02-29"),
    ],
)
def test_a_day_is_read_as_the_record_prints_it(text: str, year: int | None, expected: str) -> None:
    assert iso(parse_day(text, year)) == expected


@pytest.mark.parametrize(
    ("text", "year", "trouble"),
    [
        ("", 2022, "not a day"),
        ("Communiqué", 2022, "not a day"),
        ("26 May", None, "the year is not known"),
        ("29 February", 2023, "there is no 29 February 2023"),
        ("31 November", 2022, "there is no 31 November 2022"),
        ("23/22 November", 1973, "the days are not in order"),
        ("9 Sem.", 1958, "'sem' is not a month"),
        ("2022-13", None, "there is no month 13"),
        ("2022-02-30", None, "there is no 30 February 2022"),
        ("0000", None, "there is no such year"),
        ("26 May", 0, "there is no year 0"),
        ("May 0000", None, "there is no year 0"),
        ("2 May 1947 - 1 May 1947", None, "the interval ends before it begins"),
        ("2022-05/2022-04", None, "the interval ends before it begins"),
        ("26 May 2022 and then some more words", None, "not a day"),
        ("1" * 100_000, 2022, "not a day"),
    ],
)
def test_what_is_not_a_day_is_refused_with_the_reason(text: str, year: int | None, trouble: str) -> None:
    with pytest.raises(CalendarError, match=f"{trouble}; accepted are 2022, 2022-05") as refusal:
        parse_day(text, year)
    assert refusal.value.text == text


@pytest.mark.parametrize("text", ["26 May 2022", "2022-5-26", "2022/", "/2022", "2022-05-26/2022-05-27/2022-05-28", ""])
def test_only_iso_forms_are_read_as_iso(text: str) -> None:
    with pytest.raises(CalendarError):
        parse_iso(text)


def test_an_interval_does_not_end_before_it_begins() -> None:
    with pytest.raises(CalendarError, match="ends before it begins"):
        Interval(date(1973, 11, 23), date(1973, 11, 22))


def test_an_interval_counts_both_its_ends() -> None:
    """S/PV.1558 began on 22 November 1970 and ended the next day; a leap year has 366 days."""
    sitting = parse_day("22/23 November", 1970)
    assert sitting.days == 2
    assert date(1970, 11, 23) in sitting
    assert date(1970, 11, 24) not in sitting
    assert parse_iso("2024").days == 366
    assert str(on(date(2022, 5, 26))) == "2022-05-26"


def test_a_range_of_months_reads_as_its_days() -> None:
    assert iso(parse_iso("2020-03/2021-06")) == "2020-03-01/2021-06-30"


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    first = draw(st.dates(max_value=date(9990, 1, 1)))
    whole = draw(st.sampled_from(["day", "days", "month", "year"]))
    if whole == "month":
        return parse_iso(f"{first:%Y-%m}" if first.year > 999 else f"{first.year:04d}-{first.month:02d}")
    if whole == "year":
        return parse_iso(f"{first.year:04d}")
    return Interval(first, first + timedelta(days=draw(st.integers(0, 900)) if whole == "days" else 0))


@given(intervals())
def test_iso_and_back_is_the_same_interval(interval: Interval) -> None:
    assert parse_iso(iso(interval)) == interval
    assert parse_day(iso(interval)) == interval


@given(intervals(), intervals())
def test_two_intervals_never_share_an_iso_form(one: Interval, other: Interval) -> None:
    assert (iso(one) == iso(other)) is (one == other)


@given(st.text(), st.one_of(st.none(), st.integers(-5, 20_000)))
def test_no_text_breaks_the_calendar(text: str, year: int | None) -> None:
    try:
        interval = parse_day(text, year)
    except CalendarError:
        return
    assert parse_iso(iso(interval)) == interval
