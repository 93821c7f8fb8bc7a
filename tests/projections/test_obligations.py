"""The table of obligations: what begins a clock, what meets it, and that any past state of it can be asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import obligations as rules
from domain.archive import Archive, open_archive
from domain.charter import IN_FORCE
from domain.documents import AnnualReport, annual_report_id
from domain.facts import Pending
from domain.members import Election, election_id
from domain.missions import Mission, mission_id
from domain.presidencies import Presidency, presidency_id
from domain.vetoes import Followup
from ops.store import environment
from projections.obligations import OBLIGATIONS, STATE, counts, in_state, newest_day
from projections.place import ReadModels, SqlitePlace
from projections.reading import Values, Where, page
from projections.views import Views
from tests import council
from tests.projections.conftest import Opened, contents, replayed

MAY_2022 = council.s_2022_431()
APRIL_2024 = council.vetoed("S/2024/312", "2024-04-18")
HELD_2024 = council.followed(
    Followup(vote="vote:S/2024/312", date="2024-04-18", debated_on="2024-05-01", press=["GA/12595"])
)
OCTOBER_2023 = [council.vetoed("S/2023/773", "2023-10-18"), council.vetoed("S/2023/792", "2023-10-25")]
ES_10 = council.followed(
    Followup(vote="vote:S/2023/773", date="2023-10-18", session="ES-10", linked_on="2023-10-26", press=["GA/12548"])
)
SEPTEMBER_2022 = council.vetoed("S/2022/720", "2022-09-30")
CLOSED_2022 = council.holidays("2022-05-30", "2022-07-04")
CLOSED_2024 = council.holidays("2024-01-01", "2024-03-29", "2024-04-10", "2024-05-27")


def told(opened: Opened, facts: Sequence[Pending]) -> dict[str, Values]:
    """The clocks by id, once these facts are recorded."""
    archive, models, views = opened
    list(archive.record(facts, by="a clerk"))
    models.catch_up()
    with views.reader() as read:
        return {row["id"].partition(":")[2]: row for row in page(read, OBLIGATIONS, None, ("id",), limit=1000)}


def put_right(opened: Opened, of: str, field: str, value: object) -> dict[str, Values]:
    opened[0].correct(of, field, value, authority="test", reason="test", by="a clerk")
    return told(opened, [])


def state(row: Values, on: str) -> str:
    return rules.state(row, date.fromisoformat(on))


def test_s_2022_431_had_to_be_debated_by_10_june_2022_and_was_on_8_june(opened: Opened) -> None:
    clock = told(opened, [*MAY_2022, *CLOSED_2022])["veto_debate/vote:S/2022/431"]
    assert (clock["began"], clock["due"], clock["met_on"]) == ("2022-05-26", "2022-06-10", "2022-06-08")
    assert (clock["rule"], clock["paragraph"], clock["due_latest"], clock["remark"]) == (
        "A/RES/76/262",
        "1",
        None,
        None,
    )
    assert clock["symbols"] == '["A/76/PV.77","A/76/PV.78"]'
    assert clock["proof"] == '["followup:S/2022/431"]'
    assert (state(clock, "2022-06-07"), state(clock, "2022-06-08")) == (rules.DUE, rules.MET)


def test_without_holidays_of_the_year_the_last_day_is_provisional(opened: Opened) -> None:
    clock = told(opened, MAY_2022)["veto_debate/vote:S/2022/431"]
    assert clock["due"] == "2022-06-09"
    assert clock["due_latest"] == "2022-06-23"
    assert clock["remark"] == "provisional: no holidays of 2022 are recorded"
    later = told(opened, CLOSED_2022)["veto_debate/vote:S/2022/431"]
    assert (later["due"], later["due_latest"], later["remark"]) == ("2022-06-10", None, None)


def test_a_clock_across_new_year_needs_the_holidays_of_both_years(opened: Opened) -> None:
    key = "veto_debate/vote:S/2023/1002"
    clock = told(opened, [council.vetoed("S/2023/1002", "2023-12-22"), *CLOSED_2024])[key]
    assert (clock["due"], clock["remark"]) == ("2024-01-08", "provisional: no holidays of 2023 are recorded")
    assert told(opened, council.holidays("2023-12-25"))[key]["due"] == "2024-01-09"
    assert put_right(opened, "holiday:2024-01-01", "date", "2024-01-10")[key]["due"] == "2024-01-08"


def test_s_2024_312_was_debated_on_1_may_2024_a_day_before_its_last(opened: Opened) -> None:
    clocks = told(opened, [APRIL_2024, *CLOSED_2024, HELD_2024])
    clock = clocks["veto_debate/vote:S/2024/312"]
    assert (clock["due"], clock["met_on"], clock["symbols"]) == ("2024-05-02", "2024-05-01", '["GA/12595"]')
    report = clocks["special_report/vote:S/2024/312"]
    assert (report["due"], report["paragraph"], state(report, "2024-05-01")) == (
        "2024-04-28",
        "3",
        rules.NOTHING_RECORDED,
    )


def test_a_special_report_three_days_before_the_debate_is_in_time(opened: Opened) -> None:
    told(opened, [APRIL_2024, *CLOSED_2024, HELD_2024])
    put_right(opened, "followup:S/2024/312", "report", "A/78/858")
    key = "special_report/vote:S/2024/312"
    report = told(opened, [])[key]
    assert (report["met"], report["symbols"], state(report, "2024-06-01")) == (1, '["A/78/858"]', rules.TIME_NOT_KNOWN)
    report = put_right(opened, "followup:S/2024/312", "reported_on", "2024-04-28")[key]
    assert (state(report, "2024-06-01"), report["remark"]) == (rules.MET, "submitted 3 days before the debate")
    report = put_right(opened, "followup:S/2024/312", "reported_on", "2024-04-30")[key]
    assert (state(report, "2024-06-01"), report["remark"]) == (rules.MET_LATE, "submitted 1 day before the debate")


def test_an_emergency_special_session_on_the_same_situation_stands_for_the_debate(opened: Opened) -> None:
    clocks = told(opened, [*OCTOBER_2023, ES_10])
    linked, other = clocks["veto_debate/vote:S/2023/773"], clocks["veto_debate/vote:S/2023/792"]
    assert linked["not_required"] == "emergency special session ES-10 on the same situation"
    assert (state(linked, "2023-10-25"), state(linked, "2023-10-26")) == (rules.DUE, rules.NOT_REQUIRED)
    assert other["not_required"] is None
    report = clocks["special_report/vote:S/2023/773"]
    assert (report["not_required"], state(report, "2023-11-30")) == (None, rules.OPEN), "the debate alone is excused"
    debated = put_right(opened, "followup:S/2023/773", "debated_on", "2023-10-30")["veto_debate/vote:S/2023/773"]
    assert (debated["not_required"], state(debated, "2023-11-30")) == (None, rules.MET)


def test_a_debate_known_by_its_record_alone_is_met_on_a_day_not_known(opened: Opened) -> None:
    vote = council.vetoed("S/2022/538", "2022-07-08")
    followup = council.followed(Followup(vote=vote.record, date="2022-07-08", debated_at=["A/76/PV.95"]))
    clock = told(opened, [vote, followup, *CLOSED_2022])["veto_debate/vote:S/2022/538"]
    assert (clock["met"], clock["met_on"], state(clock, "2022-09-01")) == (1, None, rules.TIME_NOT_KNOWN)


def test_only_vetoes_since_a_res_76_262_have_clocks_and_two_of_one_day_have_two(opened: Opened) -> None:
    day = [council.vetoed(f"S/2025/{number}", "2025-02-24") for number in (115, 116)]
    clocks = told(opened, [*council.s_2022_155(), *council.s_2014_916(), *day])
    assert sorted(clocks) == sorted(
        f"{kind}/vote:S/2025/{number}" for kind in ("special_report", "veto_debate") for number in (115, 116)
    )
    assert sorted(put_right(opened, "vote:S/2025/115", "outcome", "not adopted")) == [
        "special_report/vote:S/2025/116",
        "veto_debate/vote:S/2025/116",
    ]
    assert len(put_right(opened, "vote:S/2022/155", "date", "2022-04-26")) == 4


def annual(covers: str, **more: str) -> Pending:
    claims = AnnualReport(covers=covers, **more)  # type: ignore[arg-type]
    return council.fact(annual_report_id(covers), "adopted", claims, council.CURATED)


def test_the_report_on_2020_was_adopted_in_time_and_its_introduction_on_a_day_not_recorded(opened: Opened) -> None:
    clocks = told(opened, [annual("2020", adopted_on="2021-05-27", meeting="S/PV.8781", note="S/2021/500")])
    adoption = clocks["annual_report_adoption/annual_report:2020"]
    assert (adoption["due"], adoption["symbols"], state(adoption, "2021-06-01")) == (
        "2021-05-30",
        '["S/PV.8781","S/2021/500"]',
        rules.MET,
    )
    introduction = clocks["annual_report_introduction/annual_report:2020"]
    assert (introduction["due"], introduction["met_by"]) == ("2021-01-31", "2021-05-27")
    assert state(introduction, "2021-06-01") == rules.TIME_NOT_KNOWN
    introduced = put_right(opened, "annual_report:2020", "introduced_on", "2021-01-29")
    assert state(introduced["annual_report_introduction/annual_report:2020"], "2021-06-01") == rules.MET


def test_a_report_presented_in_june_was_adopted_by_then_and_an_older_one_had_no_last_day(opened: Opened) -> None:
    clocks = told(opened, [annual("2023", presented_on="2024-06"), annual("2018", adopted_on="2019-08-20")])
    presented = clocks["annual_report_adoption/annual_report:2023"]
    assert (presented["met_by"], state(presented, "2024-07-01")) == ("2024-06-30", rules.TIME_NOT_KNOWN)
    older = clocks["annual_report_adoption/annual_report:2018"]
    assert (older["due"], state(older, "2019-09-01")) == (None, rules.MET)
    assert told(opened, [annual("2008-08-01/2009-07-31", adopted_on="2009-11-01")]).keys() == clocks.keys()


def test_the_assessment_of_november_2019_came_in_july_2020_and_that_of_september_2023_was_missing(
    opened: Opened,
) -> None:
    november = Presidency(month="2019-11", member="GBR", assessed_on="2020-07-17")
    september = Presidency(month="2023-09", member="ALB", unassessed_by="2024-02-03")
    earlier = Presidency(month="2017-07", member="CHN")
    facts = [
        council.fact(presidency_id(one.month or ""), "held", one, council.CURATED)
        for one in (november, september, earlier)
    ]
    clocks = told(opened, facts)
    late = clocks["monthly_assessment/presidency:2019-11"]
    assert (late["began"], late["due"], late["member"]) == ("2019-12-01", None, "GBR")
    assert rules.days_taken(late, date(2020, 7, 17)) == 229
    missing = clocks["monthly_assessment/presidency:2023-09"]
    assert [state(missing, day) for day in ("2024-02-02", "2024-02-03", "2026-01-01")] == [rules.OPEN] * 3
    assert (missing["lacking_on"], missing["remark"]) == (
        "2024-02-03",
        "none submitted by 2024-02-03, as the source says",
    )
    assert len(clocks) == 2
    submitted = put_right(opened, "presidency:2023-09", "assessed_on", "2024-05-02")
    assert submitted["monthly_assessment/presidency:2023-09"]["remark"] is None


def test_the_assessment_of_january_2023_had_been_submitted_by_february_2024(opened: Opened) -> None:
    january = Presidency(month="2023-01", member="JPN", assessed_by="2024-02-03")
    [clock] = told(opened, [council.fact(presidency_id("2023-01"), "assessed", january, council.CURATED)]).values()
    assert (clock["met"], clock["met_on"], clock["met_by"]) == (1, None, "2024-02-03")
    assert [state(clock, day) for day in ("2024-02-02", "2024-02-03")] == [rules.TIME_NOT_KNOWN, rules.MET]
    known = put_right(opened, "presidency:2023-01", "assessed_on", "2023-05-02")
    [clock] = known.values()
    assert (clock["met_on"], clock["met_by"]) == ("2023-05-02", None)


def test_the_amendment_of_22_december_2023_listed_twice_has_one_debate(opened: Opened) -> None:
    amendment = "Oral amendment@2023-12-22"
    once, twice = (council.vetoed(of, "2023-12-22") for of in (amendment, f"{amendment}#2"))
    debated = Followup(vote=f"vote:{amendment}", date="2023-12-22", debated_on="2024-01-09")
    clocks = told(opened, [once, twice, council.followed(debated), *council.holidays("2023-12-25", "2024-01-01")])
    first, second = clocks[f"veto_debate/vote:{amendment}"], clocks[f"veto_debate/vote:{amendment}#2"]
    assert (state(first, "2024-01-10"), state(second, "2024-01-10")) == (rules.MET, rules.NOTHING_RECORDED)
    assert (second["met_on"], second["proof"], second["remark"]) == (None, "[]", None)
    named = Followup(vote=f"vote:{amendment}#2", date="2023-12-22", remark="The same veto as the first.")
    second = told(opened, [council.followed(named)])[f"veto_debate/vote:{amendment}#2"]
    assert (state(second, "2024-01-10"), second["remark"]) == (rules.NOTHING_RECORDED, "The same veto as the first.")


def test_the_report_of_a_mission_is_counted_from_the_last_day_of_travel(opened: Opened) -> None:
    travelled = Mission(
        year=2023, title="Mission to Ethiopia", first="2023-10-05", last="2023-10-06", report_on="2024-01-04"
    )
    unknown = Mission(year=1999, title="Mission to Timor-Leste")
    facts = [council.fact(f"mission:{one.year}/x", "undertaken", one) for one in (travelled, unknown)]
    (clock,) = told(opened, facts).values()
    assert (clock["began"], clock["due"], rules.days_taken(clock, date(2024, 2, 1))) == ("2023-10-06", None, 90)


def test_a_mission_report_whose_day_is_not_recorded_is_met(opened: Opened) -> None:
    title = "Security Council Mission to East Timor and Indonesia"
    travelled = Mission(year=2000, title=title, first="2000-11-09", last="2000-11-17", report="S/2000/1105")
    [clock] = told(opened, [council.fact(mission_id(2000, title), "undertaken", travelled)]).values()
    assert (clock["met_on"], state(clock, "2000-12-31")) == (None, rules.MET)


def test_terms_that_begin_in_2018_or_later_have_a_day_from_which_to_observe(opened: Opened) -> None:
    clocks = told(opened, council.council_of(2023, 2024))
    new = {"DZA", "GUY", "KOR", "SLE", "SVN"}
    assert clocks.keys() == {f"observation_by_members_elect/{code}/2024" for code in new}
    slovenia = clocks["observation_by_members_elect/SVN/2024"]
    assert (slovenia["began"], slovenia["record"], slovenia["member"]) == ("2023-10-01", "membership:SVN/2024", "SVN")
    assert [state(slovenia, day) for day in ("2023-09-30", "2023-10-01")] == [rules.NOT_BEGUN, rules.OPEN]
    election = Election(member="SVN", term_first=2024, term_last=2025, observes_from="2023-10-15")
    elected = told(opened, [council.fact(election_id("SVN", 2024), "elected", election, council.CURATED)])
    slovenia = elected["observation_by_members_elect/SVN/2024"]
    assert (slovenia["record"], slovenia["met_on"]) == ("election:SVN/2024", "2023-10-15")
    assert slovenia["remark"] == "14 days after 1 October"
    assert len(elected) == 5


def test_a_list_of_members_that_lacks_some_of_the_year_before_begins_no_term(opened: Opened) -> None:
    before = council.council_of(2023)
    assert told(opened, [*before[:14], *council.council_of(2024)]) == {}
    assert len(told(opened, before)) == 5


def test_an_older_election_has_no_clock(opened: Opened) -> None:
    for year in (2017, 10_000):
        election = Election(member="SWE", term_first=year)
        facts = [council.fact(election_id("SWE", year), "elected", election, council.CURATED)]
        assert told(opened, facts) == {}


ALL = [
    *MAY_2022,
    *CLOSED_2022,
    SEPTEMBER_2022,
    *OCTOBER_2023,
    ES_10,
    APRIL_2024,
    HELD_2024,
    *CLOSED_2024,
    annual("2020", adopted_on="2021-05-27"),
    annual("2023", presented_on="2024-06", introduced_on="2024-01-30"),
    council.presided("2023-09", "ALB"),
    council.presided("2023-01", "JPN"),
    *council.missions(),
    council.fact(election_id("SVN", 2024), "elected", Election(member="SVN", term_first=2024), council.CURATED),
]


def test_the_states_in_sql_are_those_of_the_rule(opened: Opened) -> None:
    rows = told(opened, ALL)
    put_right(opened, "presidency:2023-09", "unassessed_by", "2024-02-03")
    put_right(opened, "presidency:2023-01", "assessed_by", "2024-02-03")
    put_right(opened, "mission:2023/ethiopia", "report", "S/2024/1")
    rows = put_right(opened, "followup:S/2024/312", "reported_on", "2024-05-20")
    rows = put_right(opened, "followup:S/2022/431", "debated_on", "2022-06-20")
    seen: set[str] = set()
    with opened[2].reader() as read:
        for day in (date(2021, 1, 1) + timedelta(days=n) for n in range(0, 1500, 13)):
            expected = [(row["kind"], rules.state(row, day)) for row in rows.values()]
            assert counts(read, day) == {pair: expected.count(pair) for pair in expected}
            seen |= {of for _, of in expected}
            for of in {of for _, of in expected}:
                found = page(read, OBLIGATIONS, in_state(Where(OBLIGATIONS), of, day), ("id",), limit=100)
                assert len(found) == sum(of == other for _, other in expected)
    assert seen == set(rules.STATES)


def every_clock() -> Iterator[dict[str, Any]]:
    """Clocks that began on 1 May 2024, with each day of theirs not stated, that day or two days later."""
    days = (None, "2024-05-01", "2024-05-03")
    fields = ("due", "due_latest", "met_on", "met_by", "lacking_on", "excused_on")
    reasons = (None, "a reason")
    for kind, met, reason, *stated in product(
        (rules.DEBATE, rules.SPECIAL_REPORT), (0, 1), reasons, *(days for _ in fields)
    ):
        clock: dict[str, Any] = dict(zip(fields, stated, strict=True))
        latest, excused = clock["due_latest"], clock["excused_on"]
        if (latest and not (clock["due"] and clock["due"] <= latest)) or (excused and not reason):
            continue
        done = met or int(clock["met_on"] is not None)
        yield {**clock, "kind": kind, "began": "2024-05-01", "met": done, "not_required": reason}


def test_any_clock_is_in_the_same_state_in_sql_as_by_the_rule() -> None:
    clocks = list(every_clock())
    sql = f"select {STATE} from (select {', '.join(f':{name} as {name}' for name in clocks[0])}) t"
    with closing(sqlite3.connect(":memory:")) as connection:
        for clock, day in product(clocks, range(5)):
            on = date(2024, 4, 30) + timedelta(days=day)
            [(told_in_sql,)] = connection.execute(sql, {**clock, "on": on.isoformat()})
            assert told_in_sql == rules.state(clock, on), (clock, on)


def test_the_day_of_the_newest_event_is_that_of_the_state_read(opened: Opened) -> None:
    archive, _, views = opened
    told(opened, MAY_2022)
    with views.reader() as now, views.reader(0) as empty:
        recorded = max(entry.recorded for entry in archive.page(0, 100))
        assert newest_day(now).isoformat() == recorded[:10]
        assert newest_day(empty) == IN_FORCE


clerks = (
    ("vote:S/2022/431", "outcome", "not adopted"),
    ("vote:S/2022/431", "outcome", "vetoed"),
    ("vote:S/2022/431", "date", "2022-05-27"),
    ("vote:S/2024/312", "date", None),
    ("followup:S/2022/431", "vote", "vote:S/2022/720"),
    ("followup:S/2022/431", "debated_on", None),
    ("followup:S/2024/312", "report", "A/78/858"),
    ("followup:S/2023/773", "linked_on", None),
    ("holiday:2022-05-30", "date", "2022-05-31"),
    ("holiday:2024-04-10", "date", "2022-06-01"),
    ("annual_report:2020", "covers", "2015-08-01/2016-12-31"),
    ("annual_report:2023", "introduced_on", None),
    ("presidency:2023-09", "assessed_on", "2023-11"),
    ("presidency:2023-09", "member", None),
    ("presidency:2023-01", "assessed_by", "2024-02-03"),
    ("mission:2023/ethiopia", "last", None),
    ("mission:2023/ethiopia", "first", None),
    ("election:SVN/2024", "observes_from", "2023-10-01"),
    ("election:SVN/2024", "term_first", 2025),
)
members = council.council_of(2023, 2024)[:30]
histories = st.lists(st.integers(0, len(ALL) + len(clerks)), min_size=1, max_size=14)


def play(archive: Archive, step: int) -> None:
    """One fact, all memberships of two years, or a clerk's correction."""
    if step < len(ALL):
        list(archive.record([ALL[step]], by="test"))
    elif step == len(ALL):
        list(archive.record(members, by="test"))
    else:
        of, field, value = clerks[step - len(ALL) - 1]
        known = archive.record_of(of)
        if known is not None and known.reading().get(field) != value:
            archive.correct(of, field, value, authority="test", reason="test", by="test")


@given(history=histories, data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_obligations_as_of_a_position_equal_a_replay_to_it_and_steps_equal_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, history: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("obligations")
    archive = open_archive(environment(None, folder / "log.db"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    models.catch_up()
    for step in history:
        play(archive, step)
        models.catch_up()
    stepped = models.content_hash()
    models.rebuild(batch=5)
    assert models.content_hash() == stepped
    position = data.draw(st.integers(0, archive.position()))
    views = Views(models.place)
    with views.reader(position) as read:
        assert contents(read) == replayed(archive, position)
    views.close()
    archive.close()
