"""Clocks: when they run out, and the state they are in on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import obligations as rules
from domain.holidays import is_working_day, working_days_between

RECORDED_2024 = {date(2024, 1, 1), date(2024, 3, 29), date(2024, 4, 10), date(2024, 5, 27)}


def clock(kind: str = rules.DEBATE, **more: Any) -> dict[str, Any]:
    """The veto of 18 April 2024 (S/2024/312), to be debated by 2 May, unless said otherwise."""
    bare = dict.fromkeys(("due_latest", "met_on", "met_by", "lacking_on", "not_required", "excused_on"))
    return {**bare, "kind": kind, "began": "2024-04-18", "due": "2024-05-02", "met": bool(more.get("met_on")), **more}


def states(of: dict[str, Any], *days: str) -> list[str]:
    return [rules.state(of, date.fromisoformat(day)) for day in days]


@pytest.mark.parametrize(
    ("cast", "holidays", "due"),
    [
        (date(2022, 5, 26), {date(2022, 5, 30)}, date(2022, 6, 10)),
        (date(2024, 4, 18), RECORDED_2024, date(2024, 5, 2)),
        (date(2024, 3, 28), RECORDED_2024, date(2024, 4, 15)),
        (date(2023, 12, 22), {date(2023, 12, 25), date(2024, 1, 1)}, date(2024, 1, 9)),
    ],
)
def test_the_last_day_to_debate_a_veto(cast: date, holidays: set[date], due: date) -> None:
    assert rules.debate_due(cast, holidays) == due


@given(st.dates(date(2022, 4, 26), date(2030, 1, 1)), st.frozensets(st.dates(date(2022, 4, 1), date(2030, 3, 1))))
def test_the_clock_of_a_veto_runs_ten_working_days_whatever_the_holidays(cast: date, holidays: frozenset[date]) -> None:
    due = rules.debate_due(cast, holidays)
    assert is_working_day(due, holidays)
    assert working_days_between(cast, due, holidays) == 10


@given(st.dates(date(2022, 4, 26), date(2030, 1, 1)), st.data())
def test_whatever_ten_holidays_a_year_has_the_latest_last_day_is_not_passed(cast: date, data: st.DataObject) -> None:
    day = st.dates(cast, cast + timedelta(days=40))
    missing = data.draw(st.frozensets(day, max_size=rules.HOLIDAYS_A_YEAR))
    assert rules.debate_due(cast, ()) <= rules.debate_due(cast, missing) <= rules.debate_due_at_latest(cast, ())


def test_a_special_report_is_due_72_hours_before_the_debate() -> None:
    assert rules.special_report_due(date(2024, 5, 1)) == date(2024, 4, 28)


@pytest.mark.parametrize(
    ("covers", "year"),
    [
        ("2017", 2017),
        ("2023", 2023),
        ("2023-01-01/2023-12-31", 2023),
        ("2016", None),
        ("2015-08-01/2016-12-31", None),
        ("2007-08-01/2008-07-31", None),
        ("unknown", None),
    ],
)
def test_only_reports_on_calendar_years_have_clocks(covers: str, year: int | None) -> None:
    assert rules.calendar_year(covers) == year


def test_the_report_on_2020_is_the_first_to_be_adopted_by_30_may() -> None:
    assert rules.adoption_due(2019) == (None, rules.Rule("S/2017/507", "125"))
    assert rules.adoption_due(2020) == (date(2021, 5, 30), rules.Rule("S/2019/997"))
    assert rules.introduction_due(2018) == (date(2019, 1, 31), rules.Rule("S/2017/507", "130"))
    assert rules.introduction_due(2023) == (date(2024, 1, 31), rules.Rule("S/2019/997"))


def test_from_december_2024_on_the_note_of_2024_is_cited() -> None:
    assert rules.in_force(rules.ASSESSMENT_RULE, date(2024, 12, 1)) == rules.ASSESSMENT_RULE
    assert rules.in_force(rules.ASSESSMENT_RULE, date(2025, 1, 1)) == rules.Rule("S/2024/507")
    assert rules.in_force(rules.DEBATE_RULE, date(2025, 1, 1)) == rules.DEBATE_RULE


def test_members_elect_observe_from_1_october_before_their_term() -> None:
    assert rules.observation_begins(2024) == date(2023, 10, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-06-08", ("2022-06-08", None)),
        ("2022-06-08/2022-06-10", ("2022-06-08", None)),
        ("2024-06", (None, "2024-06-30")),
        ("2024", (None, "2024-12-31")),
        ("soon", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_month_is_a_limit_and_no_day(text: str | None, expected: tuple[str | None, str | None]) -> None:
    assert rules.day_or_limit(text) == expected


def test_the_debate_of_s_2024_312_is_due_until_it_is_held_in_time() -> None:
    held = clock(met_on="2024-05-01")
    assert states(held, "2024-04-17", "2024-04-18", "2024-04-30", "2024-05-01", "2026-01-01") == [
        rules.NOT_BEGUN,
        rules.DUE,
        rules.DUE,
        rules.MET,
        rules.MET,
    ]
    assert rules.days_left(held, date(2024, 4, 30)) == 2
    assert rules.days_taken(held, date(2024, 5, 1)) == 13
    assert rules.days_late(held, date(2024, 5, 1)) is None


def test_a_debate_after_its_last_day_is_overdue_then_held_late() -> None:
    late = clock(met_on="2024-05-06")
    assert states(late, "2024-05-02", "2024-05-03", "2024-05-06") == [rules.DUE, rules.OVERDUE, rules.MET_LATE]
    assert rules.days_late(late, date(2024, 5, 3)) == 1
    assert rules.days_late(late, date(2024, 6, 1)) == 4
    assert rules.days_left(late, date(2024, 5, 3)) is None


def test_a_debate_of_which_nothing_is_recorded_is_not_overdue() -> None:
    unknown = clock()
    assert states(unknown, "2024-05-02", "2024-05-03", "2026-01-01") == [
        rules.DUE,
        rules.NOTHING_RECORDED,
        rules.NOTHING_RECORDED,
    ]
    assert rules.days_late(unknown, date(2026, 1, 1)) is None


def test_only_a_source_of_the_last_day_or_later_makes_a_debate_overdue() -> None:
    assert states(clock(lacking_on="2024-05-01"), "2024-05-03") == [rules.NOTHING_RECORDED]
    assert states(clock(lacking_on="2024-05-02"), "2024-05-02", "2024-05-03") == [rules.DUE, rules.OVERDUE]
    assert states(clock(lacking_on="2024-05-10"), "2024-05-03") == [rules.OVERDUE]
    assert rules.days_late(clock(lacking_on="2024-05-10"), date(2024, 5, 3)) == 1


def test_nothing_is_called_late_while_holidays_may_be_missing() -> None:
    """22 December 2023: by week-ends alone 8 January would be the last day; with Christmas it was 9 January."""
    provisional = {"due": "2024-01-08", "due_latest": "2024-01-22", "began": "2023-12-22"}
    assert states(clock(met_on="2024-01-09", **provisional), "2024-01-08", "2024-01-09") == [
        rules.DUE,
        rules.TIME_NOT_KNOWN,
    ]
    assert states(clock(met_on="2024-01-08", **provisional), "2024-01-08") == [rules.MET]
    assert states(clock(met_on="2024-01-23", **provisional), "2024-02-01") == [rules.MET_LATE]
    unmet = clock(**provisional)
    assert states(unmet, "2024-01-09", "2024-01-22", "2024-01-23") == [rules.DUE, rules.DUE, rules.NOTHING_RECORDED]
    early, late = clock(lacking_on="2024-01-09", **provisional), clock(lacking_on="2024-01-23", **provisional)
    assert states(early, "2024-01-24") == [rules.NOTHING_RECORDED]
    assert states(late, "2024-01-24") == [rules.OVERDUE]
    assert rules.days_late(late, date(2024, 1, 24)) is None
    assert rules.days_left(unmet, date(2024, 1, 1)) is None


def test_an_emergency_special_session_stands_for_the_debate_from_the_day_it_meets() -> None:
    linked = clock(not_required="emergency special session ES-11", excused_on="2024-04-22")
    assert states(linked, "2024-04-21", "2024-04-22", "2026-01-01") == [
        rules.DUE,
        rules.NOT_REQUIRED,
        rules.NOT_REQUIRED,
    ]
    assert states(clock(not_required="…"), "2024-04-18") == [rules.NOT_REQUIRED]


def test_a_special_report_is_invited_and_never_overdue() -> None:
    invited = clock(rules.SPECIAL_REPORT, due="2024-04-28")
    assert states(invited, "2024-04-28", "2024-04-29") == [rules.DUE, rules.NOTHING_RECORDED]
    assert states(clock(rules.SPECIAL_REPORT, due=None), "2026-01-01") == [rules.OPEN]


def test_none_was_submitted_only_where_a_source_says_so() -> None:
    lacking = clock(rules.SPECIAL_REPORT, due="2024-04-28", lacking_on="2024-05-01")
    assert states(lacking, "2024-04-28", "2024-04-29") == [rules.DUE, rules.NONE_SUBMITTED]
    late = clock(rules.SPECIAL_REPORT, due="2024-04-28", met_on="2024-04-30")
    assert states(late, "2024-04-29", "2024-04-30") == [rules.NONE_SUBMITTED, rules.MET_LATE]


def test_a_report_on_a_veto_is_not_in_time_for_a_debate_whose_day_is_not_known() -> None:
    """A/76/905, on the veto of 8 July 2022."""
    reported = clock(rules.SPECIAL_REPORT, due=None, began="2022-07-08", met_on="2022-07-12")
    assert states(reported, "2022-07-11", "2022-07-12") == [rules.OPEN, rules.TIME_NOT_KNOWN]
    assert rules.days_taken(reported, date(2022, 7, 12)) == 4
    assert states(clock(rules.SPECIAL_REPORT, due=None, met=True), "2026-01-01") == [rules.TIME_NOT_KNOWN]


def test_an_assessment_that_a_source_says_is_missing_can_still_be_submitted() -> None:
    missing = clock(rules.ASSESSMENT, due=None, lacking_on="2024-10-01", met_on="2024-12-01")
    assert states(missing, "2024-09-30", "2024-10-01", "2024-12-01") == [rules.OPEN, rules.OPEN, rules.MET]


def test_what_has_no_time_limit_is_met_on_whatever_day() -> None:
    """S/2000/1105, on the mission of November 2000: the document is known, its day is not."""
    report = clock(rules.MISSION_REPORT, due=None, began="2000-11-17", met=True)
    assert states(report, "2000-11-17", "2026-01-01") == [rules.MET, rules.MET]
    assert rules.days_taken(report, date(2026, 1, 1)) is None
    by_february = clock(rules.ASSESSMENT, due=None, began="2023-02-01", met=True, met_by="2024-02-03")
    assert states(by_february, "2023-09-05", "2024-02-03") == [rules.TIME_NOT_KNOWN, rules.MET]


def test_what_was_met_on_a_day_not_recorded_is_in_time_only_if_its_limit_is() -> None:
    assert states(clock(met=True), "2024-05-10") == [rules.TIME_NOT_KNOWN]
    assert states(clock(met=True, met_by="2024-05-31"), "2024-06-01") == [rules.TIME_NOT_KNOWN]
    assert states(clock(met=True, met_by="2024-04-30"), "2024-04-29", "2024-04-30") == [rules.TIME_NOT_KNOWN, rules.MET]


texts = st.dates(date(2024, 4, 1), date(2024, 5, 31)).map(date.isoformat)


@given(
    st.builds(
        lambda kind, **more: clock(kind, **{**more, "met": more["met"] or more["met_on"] is not None}),
        st.sampled_from(rules.KINDS),
        due=st.none() | texts,
        met=st.booleans(),
        met_on=st.none() | texts,
        met_by=st.none() | texts,
        lacking_on=st.none() | texts,
        not_required=st.none() | st.just("a reason"),
        excused_on=st.none() | texts,
    ),
    st.dates(date(2024, 4, 1), date(2024, 5, 31)),
)
def test_what_is_done_stays_done_and_days_are_told_of_the_states_they_belong_to(of: dict[str, Any], on: date) -> None:
    state = rules.state(of, on)
    assert state in rules.STATES
    if state in (rules.OVERDUE, rules.NONE_SUBMITTED):
        said = [day for day in (of["met_on"], of["lacking_on"]) if day]
        assert max(said) >= of["due"], "a source says so"
    if state in (rules.MET, rules.MET_LATE) and of["met_on"]:
        assert rules.state(of, on + timedelta(days=30)) == state
    left, late = rules.days_left(of, on), rules.days_late(of, on)
    assert (left is not None) == (state == rules.DUE)
    assert (late is not None) == (state in (rules.OVERDUE, rules.MET_LATE))
    assert left is None or left >= 0
    assert late is None or late > 0
