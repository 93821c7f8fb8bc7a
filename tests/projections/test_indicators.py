"""Indicators: what is counted, what is not known, the records behind a figure, two states compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.archive import Archive, open_archive
from domain.debates import Briefing, Invitation, Proposal, Speech
from domain.documents import AnnualReport, annual_report_id
from domain.facts import Pending
from domain.indicators import Figure, figure_id
from domain.meetings import FORMAL, OPEN_DEBATE, VIDEOCONFERENCE, Meeting, Sitting, meeting_id, sitting_id
from domain.missions import Mission, mission_id
from domain.notes import Assessment, Note, note_id
from domain.presidencies import TOLEDO, Presidency, presidency_id
from domain.vetoes import Followup
from domain.votes import Vote, proposal_vote_id, resolution_vote_id
from ops.store import environment
from projections.indicators.comparing import CHANGED, ENTERED, LEFT, Moment, compare
from projections.indicators.definition import DIMENSIONS, MEAN, MEASURES, SHARE, STATE
from projections.indicators.published import NOT_KNOWN, published
from projections.indicators.registry import INDICATORS, IndicatorError, indicator, of_dimension, page
from projections.indicators.values import (
    ALL,
    MONTH,
    PRESIDENCY,
    UNDATED,
    YEAR,
    Span,
    Value,
    behind,
    span,
    total,
    values,
)
from projections.place import Place, PostgresPlace, ReadModels, SqlitePlace
from projections.reading import Reader
from projections.views import Views
from tests import council
from tests.conftest import StoreUrl
from tests.council import CURATED, FIFTEEN_2023, ballots, fact

ROOT = Path(__file__).parents[2]

ASKED_FOR = [
    "formal_meetings",
    "public_meetings",
    "private_meetings",
    "open_debates",
    "open_debate_speakers",
    "open_debate_minutes",
    "resolutions",
    "resolutions_unanimous",
    "resolutions_not_unanimous",
    "adoption_without_vote",
    "failed_drafts",
    "failed_amendments",
    "veto_casts",
    "vetoed_proposals",
    "vetoed_votes",
    "procedural_votes",
    "sanctions_decisions_not_unanimous",
    "presidential_statements",
    "briefers",
    "civil_society_briefers",
    "women_civil_society_briefers",
    "briefers_withheld",
    "rule_39_invitees",
    "rule_37_requests",
    "rule_37_granted",
    "rule_37_refused",
    "pbc_advice_requested",
    "pbc_advice_received",
    "pbc_advice_considered",
    "assembly_president_participation",
    "ecosoc_president_participation",
    "missions",
    "mission_report_lag_days",
    "annual_report_on_time",
    "monthly_assessments",
    "wrap_ups",
    "notes_by_president",
    "note_507_paragraphs_in_force",
    "note_507_paragraphs_assessed",
    "proposals_made",
    "proposals_followed_up",
    "special_reports",
    "veto_debates_on_time",
    "videoconferences",
    "official_veto_list_rows",
    "official_veto_list_casts",
]


class House:
    """An archive with its read models."""

    def __init__(self, url: str | None, path: Path) -> None:
        self.archive: Archive = open_archive(environment(url, path), council.Keys())
        place: Place = PostgresPlace(url) if url else SqlitePlace(path.parent / "views")
        self.models, self.views = ReadModels(self.archive, place), Views(place)

    def record(self, facts: list[Pending]) -> int:
        """Record facts and catch up; the position reached."""
        list(self.archive.record(facts, by="a clerk"))
        return self.models.catch_up()

    def close(self) -> None:
        self.views.close()
        self.archive.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(None, tmp_path / "log.db")
    yield made
    made.close()


@pytest.fixture
def either(store_url: StoreUrl) -> Iterator[House]:
    """The same on SQLite, then on PostgreSQL."""
    made = House(*store_url)
    yield made
    made.close()


def figure(read: Reader, name: str, period: str, on: str | None = None) -> Value:
    return total(read, indicator(name), period, date.fromisoformat(on) if on else None)


def count(house: House, name: str, period: str, on: str | None = None) -> float | None:
    with house.views.reader() as read:
        return figure(read, name, period, on).value


def the_votes_of_2023() -> list[Pending]:
    """What was put to the vote and failed in 2023, and two resolutions, by symbol; the record begins and ends there."""
    told: list[Pending] = []
    for label, day, tally, no in (
        ("S/2023/212", "2023-03-27", "3-0-12", ""),
        ("S/2023/506", "2023-07-11", "13-1-1", "RUS"),
        ("S/2023/638", "2023-08-30", "13-1-1", "RUS"),
        ("S/2023/772", "2023-10-16", "5-4-6", "FRA GBR JPN USA"),
        ("S/2023/773", "2023-10-18", "12-1-2", "USA"),
        ("S/2023/792", "2023-10-25", "10-3-2", "ARE CHN RUS"),
        ("S/2023/795", "2023-10-25", "4-2-9", "GBR USA"),
        ("S/2023/970", "2023-12-08", "13-1-1", "USA"),
    ):
        vetoed = int(tally.split("-")[0]) >= 9
        vote = proposal_vote_id(label)
        claims = Vote(
            label=label,
            draft=label,
            proposal="draft resolution",
            date=day,
            outcome="vetoed" if vetoed else "not adopted",
            modality="vote",
            tally=tally,
        )
        told.append(fact(vote, "taken", claims))
        told += [_cast(vote, member, day) for member in no.split() if vetoed and member in ("CHN", "RUS", "USA")]
    oral = "vote:Oral amendment@2023-12-22"
    amendment = Vote(proposal="amendment", date="2023-12-22", outcome="vetoed", modality="vote", tally="10-1-4")
    told += [fact(oral, "taken", amendment), _cast(oral, "USA", "2023-12-22")]
    for number, day, abstain in ((2671, "2023-01-09", ""), (2720, "2023-12-22", "RUS USA")):
        cast = ballots(FIFTEEN_2023, abstain=abstain)
        resolution = Vote(
            resolution=number, year=2023, date=day, outcome="adopted", modality="vote", ballots=cast, label=f"{number}"
        )
        told.append(fact(resolution_vote_id(number), "taken", resolution))
    return told


def _cast(vote: str, member: str, day: str) -> Pending:
    from domain.vetoes import Veto, veto_id

    return fact(veto_id(vote, member), "cast", Veto(vote=vote, member=member, date=day))


# Definitions


def test_the_register_holds_every_indicator_once_with_all_it_has_to_say() -> None:
    assert sorted(INDICATORS) == sorted(ASKED_FOR)
    assert len({one.title for one in INDICATORS.values()}) == len(INDICATORS)
    for one in INDICATORS.values():
        assert one.dimension in DIMENSIONS
        assert one.measure in MEASURES
        assert one.version >= 1
        assert all((one.formula, one.unit, one.source, one.coverage))
        assert bool(one.numerator) == bool(one.denominator) == (one.measure in (SHARE, MEAN)), one.name
        assert one.formula.endswith(".")
        assert one.coverage.endswith(".")


def test_the_page_of_definitions_is_the_register() -> None:
    assert (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8") == page()


def test_an_unknown_name_dimension_period_or_grouping_says_what_there_is(house: House) -> None:
    for act, says in (
        (lambda: indicator("resolution"), "resolutions_unanimous"),
        (lambda: of_dimension("speed"), "effectiveness, efficiency, transparency"),
        (lambda: span("last year"), "2023-08"),
        (lambda: span("2023", "2022"), "2023 is after 2022"),
        (lambda: span(on="2023"), "a day such as 2023-08-28"),
    ):
        with pytest.raises(IndicatorError, match=says):
            act()
    with house.views.reader() if house.record(council.missions()) else None as read:  # type: ignore[union-attr]
        with pytest.raises(IndicatorError, match="it is by: year, month, presidency"):
            values(read, indicator("missions"), "gender")
        with pytest.raises(IndicatorError, match="too many for one answer"):
            values(read, indicator("missions"), MONTH, span("1900", "2023"))


def test_every_selection_runs_by_every_period_and_group_and_names_each_record_once(either: House) -> None:
    position = either.record([*council.everything(), *council.practice(), *council.supposed()])
    with either.views.reader() as now:
        for read in (now, now.at(position // 2), now.at(0)):
            for one in INDICATORS.values():
                for by in (YEAR, MONTH, PRESIDENCY, *one.groups):
                    values(read, one, by)
                    values(read, one, by, span("2022", "2023-09", "2023-09-05"))
                rows = [row["record"] for row in behind(read, one)]
                assert len(rows) == len(set(rows)), one.name
                compare(one, Moment(read), Moment(now, date(2023, 1, 1)))


# Real cases


def test_2023_had_seven_casts_on_five_drafts_and_one_amendment(house: House) -> None:
    house.record(the_votes_of_2023())
    assert count(house, "veto_casts", "2023") == 7
    assert count(house, "vetoed_proposals", "2023") == 6
    assert count(house, "vetoed_votes", "2023") == 6
    assert count(house, "failed_drafts", "2023") == 8
    assert count(house, "failed_amendments", "2023") == 1
    with house.views.reader() as read:
        by_member = {value.period: value.value for value in values(read, indicator("veto_casts"), "member")}
    assert by_member == {"RUS": 3, "USA": 3, "CHN": 1}


def test_a_draft_vetoed_in_two_votes_is_one_proposal_and_two_votes(house: House) -> None:
    again = Vote(draft="S/2022/155", proposal="draft resolution", date="2022-02-26", outcome="vetoed")
    house.record([*council.s_2022_155(), fact(proposal_vote_id("S/2022/155", 2), "taken", again)])
    assert count(house, "vetoed_votes", "2022") == 2
    assert count(house, "vetoed_proposals", "2022") == 1


def test_s_res_2034_adopted_without_a_vote_is_neither_unanimous_nor_divided(house: House) -> None:
    house.record(council.everything())
    names = ("resolutions", "resolutions_unanimous", "resolutions_not_unanimous", "adoption_without_vote")
    assert [count(house, name, "2012") for name in names] == [1, 0, 0, 1]
    assert [count(house, name, "2022") for name in names] == [1, 0, 1, 0]


def test_votes_by_letter_of_2020_can_be_unanimous(house: House) -> None:
    vote = Vote(
        resolution=2541, year=2020, date="2020-08-31", outcome="adopted", modality="written vote", tally="15-0-0"
    )
    house.record([fact(resolution_vote_id(2541), "taken", vote)])
    assert count(house, "resolutions_unanimous", "2020") == 1
    assert count(house, "adoption_without_vote", "2020") == 0


def test_the_official_list_counts_rows_and_casts_apart(house: House) -> None:
    two = [_listed(member, "scact_veto_table_en.html:20") for member in ("CHN", "RUS")]
    house.record([*two, _listed("USA", "scact_veto_table_en.html:26")])
    assert count(house, "official_veto_list_casts", "2022-05-26") == 3
    assert count(house, "official_veto_list_rows", "2022-05-26") == 2


def _listed(member: str, row: str) -> Pending:
    from domain.vetoes import Veto, veto_id

    claims = Veto(member=member, date="2022-05-26", draft="S/2022/431")
    return fact(veto_id(f"vote:{row}", member), "cast", claims, council.LIST, row)


def test_missions_of_2023_one_on_28_august_two_on_31_december_because_of_ethiopia(either: House) -> None:
    either.record(council.missions())
    missions = indicator("missions")
    august, december = date(2023, 8, 28), date(2023, 12, 31)
    with either.views.reader() as read:
        assert figure(read, "missions", "2023", "2023-08-28").value == 1
        assert figure(read, "missions", "2023", "2023-10-04").value == 1
        assert figure(read, "missions", "2023", "2023-10-05").value == 2, "the day itself counts"
        assert figure(read, "missions", "2023", "2023-12-31").value == 2
        [told] = compare(missions, Moment(read, august), Moment(read, december))
        assert (told.period, told.a and told.a.value, told.b and told.b.value) == ("2023", 1, 2)
        [cause] = told.because
        assert (cause.record, cause.date, cause.change) == ("mission:2023/ethiopia", "2023-10-05", ENTERED)
        assert cause.events == (2,)
        assert compare(missions, Moment(read, august), Moment(read, date(2023, 10, 4))) == []


def test_a_correction_moves_a_mission_between_years_and_two_positions_show_it(house: House) -> None:
    before = house.record(council.missions())
    house.archive.correct(
        "mission:2023/ethiopia", "first", "2022-10-05", authority="S/2023/710", reason="a test", by="a clerk"
    )
    after = house.models.catch_up()
    with house.views.reader() as read:
        told = compare(indicator("missions"), Moment(read.at(before)), Moment(read))
        assert [(one.period, [cause.change for cause in one.because]) for one in told] == [
            ("2022", [ENTERED]),
            ("2023", [LEFT]),
        ]
        assert {cause.events for one in told for cause in one.because} == {(after,)}


def test_the_decision_on_sanctions_vetoed_on_30_august_2023_was_not_unanimous(house: House) -> None:
    house.record(council.mali())
    with house.views.reader() as read:
        assert figure(read, "sanctions_decisions_not_unanimous", "2023").value == 1
        assert [row["record"] for row in behind(read, indicator("sanctions_decisions_not_unanimous"))] == [
            "vote:S/2023/638"
        ]
    assert count(house, "sanctions_decisions_not_unanimous", "2017") is None


def test_the_debate_on_s_2022_431_was_on_time_once_memorial_day_is_known(house: House) -> None:
    house.record([*council.s_2022_431(), *council.holidays("2022-05-30")])
    assert count(house, "veto_debates_on_time", "2022") == 100
    assert count(house, "veto_debates_on_time", "2022", "2022-06-01") is None
    late = Followup(vote=proposal_vote_id("S/2023/970"), date="2023-12-08", debated_on="2024-01-09")
    told = [council.vetoed("S/2023/970", "2023-12-08"), council.followed(late)]
    house.record([*told, *council.holidays("2023-12-25", "2024-01-01")])
    with house.views.reader() as read:
        both = figure(read, "veto_debates_on_time", "2022-01-01/2023-12-31")
    assert (both.value, both.numerator, both.denominator) == (50, 1, 2)


def test_an_emergency_special_session_that_stood_for_the_debate_is_not_in_the_share(house: House) -> None:
    vote = proposal_vote_id("S/2022/720")
    session = Followup(vote=vote, date="2022-09-30", session="ES-11", linked_on="2022-10-10")
    house.record([*council.s_2022_431(), council.vetoed("S/2022/720", "2022-09-30"), council.followed(session)])
    with house.views.reader() as read:
        told = figure(read, "veto_debates_on_time", "2022")
    assert (told.value, told.denominator) == (100, 1)
    assert "not stated" not in told.note


def test_a_veto_whose_debate_is_not_recorded_is_left_open_and_not_called_late(house: House) -> None:
    house.record([council.vetoed("S/2023/970", "2023-12-08"), *council.holidays("2023-12-25", "2024-01-01")])
    with house.views.reader() as read:
        told = figure(read, "veto_debates_on_time", "2023")
    assert (told.value, told.partial) == (None, True)


def test_a_vote_that_may_have_been_late_is_open_while_the_holidays_are_not_known(house: House) -> None:
    late = Followup(vote=proposal_vote_id("S/2022/431"), date="2022-05-26", debated_on="2022-06-10")
    house.record([council.vetoed("S/2022/431", "2022-05-26"), council.followed(late)])
    assert count(house, "veto_debates_on_time", "2022") is None
    house.record(council.holidays("2022-05-30"))
    assert count(house, "veto_debates_on_time", "2022") == 100


def test_the_paragraphs_of_note_507_in_force_are_those_not_replaced_by_the_day(house: House) -> None:
    assessed = Assessment(paragraph="S/2017/507/21", assessor="A delegation", date="2019-06-06", rating="implemented")
    house.record([*council.notes(), fact(Assessment.nth("S/2017/507/21", 1), "made", assessed, CURATED)])
    assert [count(house, "note_507_paragraphs_in_force", year) for year in ("2016", "2017", "2023", "2024")] == [
        None,
        2,
        2,
        None,
    ]
    assert count(house, "note_507_paragraphs_in_force", "2024", "2024-12-12") == 2
    assert [count(house, "note_507_paragraphs_assessed", year) for year in ("2018", "2019", "2023")] == [None, 1, 1]


def test_note_507_of_2017_has_142_paragraphs_and_the_figure_says_that_140_are_not_recorded(either: House) -> None:
    stated = Note(symbol="S/2017/507", date="2017-08-30", compendium=True, paragraphs=142)
    either.record([*council.notes(), fact(note_id("S/2017/507"), "issued", stated, "another source")])
    with either.views.reader() as read:
        asked = span("2023", "2023", "2023-09-05")
        found = values(read, INDICATORS["note_507_paragraphs_in_force"], YEAR, asked)
    assert [(one.period, one.value, one.partial) for one in found] == [("2023", 2, True)]


def test_open_debates_speakers_and_minutes_count_the_resumption_with_the_meeting(either: House) -> None:
    pv, resumed = "S/PV.9410", "S/PV.9410 (Resumption 1)"
    day = "2023-09-05"
    either.record(
        [
            fact(
                meeting_id(pv),
                "convened",
                Meeting(number=9410, symbol=pv, date=day, mode=FORMAL, format=OPEN_DEBATE,
                        hours=[f"{day}T10:05/{day}T13:10"]),
                CURATED,
            ),
            fact(
                sitting_id(resumed),
                "resumed",
                Sitting(meeting=pv, symbol=resumed, date=day, hours=[f"{day}T15:00/{day}T17:45"]),
                CURATED,
            ),
            fact(Speech.nth(pv, 1), "delivered", Speech(meeting=pv, number=1, member="CHE", behalf=["MLT"]), CURATED),
            fact(Speech.nth(resumed, 2), "delivered", Speech(meeting=resumed, number=2, date=day), CURATED),
        ]
    )  # fmt: skip
    assert count(either, "open_debates", "2023") == 1
    assert count(either, "open_debate_speakers", "2023-09") == 2
    assert count(either, "open_debate_minutes", "2023") == 185 + 165


def test_briefers_by_category_and_gender_women_of_civil_society_only_where_stated(house: House) -> None:
    told = [
        ("civil society", "woman", "A. N. Other"),
        ("civil society", None, "Ian Martin"),
        ("civil society", "man", "Somebody Else"),
        ("United Nations", "woman", "An Official"),
    ]
    house.record(
        [
            fact(
                Briefing.nth("S/PV.8175", nth),
                "given",
                Briefing(meeting="S/PV.8175", date="2018-02-06", category=category, gender=gender, person=person),
                CURATED,
            )
            for nth, (category, gender, person) in enumerate(told, 1)
        ]
    )
    assert count(house, "briefers", "2018") == 4
    assert count(house, "civil_society_briefers", "2018") == 3
    with house.views.reader() as read:
        women = figure(read, "women_civil_society_briefers", "2018")
        by = {value.period: value.value for value in values(read, indicator("briefers"), "category")}
    assert (women.value, women.partial) == (1, True)
    assert "not stated for 1 of 4" in women.note
    assert by == {"civil society": 3, "United Nations": 1}
    house.archive.redact(Briefing.nth("S/PV.8175", 1), authority="a request", reason="safety", by="a clerk")
    house.models.catch_up()
    assert count(house, "briefers_withheld", "2018") == 1
    assert count(house, "briefers", "2018") == 4


def test_requests_under_rule_37_are_granted_refused_or_not_known(house: House) -> None:
    house.record(
        [
            fact(
                Invitation.nth("S/PV.8539", nth),
                "requested",
                Invitation(meeting="S/PV.8539", rule=rule, party="A party", date="2019-06-06", decision=decision),
                CURATED,
            )
            for nth, (rule, decision) in enumerate(
                (("37", "granted"), ("37", "refused"), ("37", None), ("39", "granted"), ("39", "refused")), 1
            )
        ]
    )
    counts = {
        name: count(house, name, "2019")
        for name in ("rule_37_requests", "rule_37_granted", "rule_37_refused", "rule_39_invitees")
    }
    assert counts == {"rule_37_requests": 3, "rule_37_granted": 1, "rule_37_refused": 1, "rule_39_invitees": 1}


def test_monthly_assessments_are_a_share_of_the_presidencies_of_which_it_is_known(house: House) -> None:
    told = [
        Presidency(month="2022-04", member="GBR", assessment="S/2022/600", assessed_on="2022-07-01"),
        Presidency(month="2022-05", member="USA", unassessed_by="2022-12-31"),
        Presidency(month="2022-06", member="ALB", wrap_up_on="2022-06-29", wrap_up_format=TOLEDO),
        Presidency(month="2022-07", member="BRA", wrap_up_on="2022-06-29", wrap_up_format=TOLEDO),
    ]
    house.record([fact(presidency_id(one.month or ""), "held", one, CURATED) for one in told])
    with house.views.reader() as read:
        share = figure(read, "monthly_assessments", "2022")
        assert (share.value, share.numerator, share.denominator) == (50, 1, 2)
        assert "not stated for 2 of 4" in share.note
        assert figure(read, "monthly_assessments", "2022-04", "2022-06-30").value == 0
        assert figure(read, "wrap_ups", "2022").value == 1, "one that two presidencies shared is one"
        assert [value.period for value in values(read, indicator("wrap_ups"), "format")] == [TOLEDO]


def test_the_assessments_of_2023_count_that_had_been_submitted_by_february_2024(house: House) -> None:
    told = [
        Presidency(month="2023-01", member="JPN", assessed_by="2024-02-03"),
        Presidency(month="2023-02", member="MLT", assessed_by="2024-02"),
        Presidency(month="2023-04", member="RUS", unassessed_by="2024-02-03"),
        Presidency(month="2023-11", member="CHN"),
    ]
    house.record([fact(presidency_id(one.month or ""), "held", one, CURATED) for one in told])
    with house.views.reader() as read:
        share = figure(read, "monthly_assessments", "2023")
        assert (share.value, share.numerator, share.denominator) == (66.7, 2, 3)
        assert "not stated for 1 of 4" in share.note
        months = {
            on: figure(read, "monthly_assessments", "2023", on).numerator
            for on in ("2024-02-02", "2024-02-03", "2024-02-28", "2024-03-01")
        }
        assert months == {"2024-02-02": 0, "2024-02-03": 1, "2024-02-28": 1, "2024-03-01": 2}
        assert "not stated for 3 of 4" in figure(read, "monthly_assessments", "2023", "2024-02-02").note


def test_by_presidency_months_stand_with_the_member_recorded_or_else_rotating(house: House) -> None:
    house.record([*council.council_of(2023), council.presided("2023-09", "ALB"), *council.missions()])
    with house.views.reader() as read:
        told = {
            value.period: value for value in values(read, indicator("missions"), PRESIDENCY, span("2023-09", "2023-10"))
        }
    assert (told["2023-09"].member, told["2023-09"].value) == ("ALB", 0)
    assert (told["2023-10"].member, told["2023-10"].value) == ("BRA", 1)


def test_the_report_lag_of_a_mission_is_from_return_to_report(house: House) -> None:
    told = [
        Mission(year=2023, title="to Ethiopia", first="2023-10-05", last="2023-10-06", report_on="2023-11-05"),
        Mission(year=2023, title="to Mali", first="2023-03-01", last="2023-03-02", report_on="2023-03-12"),
        Mission(year=2023, title="to Chad", first="2023-06-01", last="2023-06-02", report_on="2023"),
    ]
    house.record([fact(mission_id(2023, one.title or ""), "undertaken", one, "missions") for one in told])
    with house.views.reader() as read:
        lag = figure(read, "mission_report_lag_days", "2023")
        assert (lag.value, lag.numerator, lag.denominator) == (20, 40, 2)
        assert figure(read, "mission_report_lag_days", "2023", "2023-11-04").value == 10
    assert "1 of 3" in lag.note


def test_the_annual_report_on_2022_adopted_on_30_may_was_on_time_and_on_31_may_not(house: House) -> None:
    told = [AnnualReport(covers="2022", adopted_on="2023-05-30"), AnnualReport(covers="2021", adopted_on="2022-05-31")]
    house.record([fact(annual_report_id(one.covers or ""), "adopted", one, CURATED) for one in told])
    assert count(house, "annual_report_on_time", "2023") == 100
    assert count(house, "annual_report_on_time", "2022") == 0


def test_proposals_are_dated_by_their_meeting_and_followed_up_by_a_day(house: House) -> None:
    pv = "S/PV.9410"
    told = [
        Proposal(meeting=pv, text="One", status="taken up", followed_on="2023-12-01"),
        Proposal(meeting=pv, text="Two"),
    ]
    meeting = Meeting(number=9410, symbol=pv, date="2023-09-05", mode=FORMAL)
    house.record(
        [fact(meeting_id(pv), "convened", meeting, CURATED)]
        + [fact(Proposal.nth(pv, nth), "made", one, CURATED) for nth, one in enumerate(told, 1)]
    )
    assert count(house, "proposals_made", "2023-09") == 2
    assert count(house, "proposals_followed_up", "2023") == 50
    assert count(house, "proposals_followed_up", "2023", "2023-11-30") == 0


# What a zero is


def test_a_year_the_meeting_tables_do_not_reach_is_null_and_not_zero(house: House) -> None:
    house.record(council.everything())
    with house.views.reader() as read:
        after = figure(read, "public_meetings", "2023")
        june = figure(read, "public_meetings", "2022")
    assert (after.value, after.partial) == (None, True)
    assert june.value == 2
    assert june.note.startswith("listed 2022-02-25 to 2022-06-02 only")


def test_a_year_between_two_listed_years_is_zero_only_for_a_list_that_may_have_empty_years(house: House) -> None:
    missions = [
        Mission(year=year, title=f"to {place}", first=f"{year}-03-01", last=f"{year}-03-02")
        for year, place in ((2001, "Kosovo"), (2003, "Afghanistan"))
    ]
    house.record(
        [fact(mission_id(one.year or 0, one.title or ""), "undertaken", one, "missions") for one in missions]
        + council.everything()
    )
    assert count(house, "missions", "2002") == 0
    assert count(house, "resolutions", "2005") is None, "there is no year without a vote: the list has a hole"


def test_one_meeting_recorded_by_itself_after_the_tables_end_makes_no_count(house: House) -> None:
    alone = Meeting(number=9410, symbol="S/PV.9410", date="2023-09-05", mode=FORMAL)
    house.record([*council.meetings(), fact(meeting_id("S/PV.9410"), "convened", alone, CURATED)])
    with house.views.reader() as read:
        told = figure(read, "formal_meetings", "2023")
        assert (told.value, told.partial, told.note) == (1, True, "no list covers this period: single records only")
        assert not told.listed
        assert figure(read, "private_meetings", "2023").value is None


def test_a_missing_number_leaves_its_year_incomplete(house: House) -> None:
    votes = [
        Vote(resolution=number, year=2024, date=day, outcome="adopted", tally="15-0-0")
        for number, day in ((2718, "2024-01-01"), (2719, "2024-12-31"), (2759, "2024-12-31"), (2761, "2025-01-01"))
    ]
    house.record([fact(resolution_vote_id(one.resolution or 0), "taken", one) for one in votes])
    with house.views.reader() as read:
        assert "S/RES/2760" in figure(read, "resolutions", "2024").note
        assert figure(read, "resolutions", "2024").partial


def test_the_format_that_no_source_states_leaves_open_debates_open(house: House) -> None:
    house.record(council.meetings())
    with house.views.reader() as read:
        assert figure(read, "open_debates", "2022").value is None
        assert figure(read, "formal_meetings", "2022").value == 2


def test_a_debate_among_meetings_of_no_stated_format_does_not_make_open_debates_zero(house: House) -> None:
    stated = Meeting(number=9053, symbol="S/PV.9053", date="2022-06-03", mode=FORMAL, format="debate")
    house.record([*council.meetings(), fact(meeting_id("S/PV.9053"), "convened", stated, council.TABLES)])
    with house.views.reader() as read:
        told = figure(read, "open_debates", "2022")
    assert (told.value, told.partial) == (None, True)
    assert "not stated for 2 of 3" in told.note


def test_what_has_only_a_year_counts_in_the_year_and_not_in_a_month(house: House) -> None:
    house.record(
        [
            fact(mission_id(1999, "to Timor"), "undertaken", Mission(year=1999, title="to Timor"), "missions"),
            fact(mission_id(2000, "x"), "undertaken", Mission(year=2000, title="x", first="2000-01-05"), "missions"),
        ]
    )
    with house.views.reader() as read:
        by_month = {value.period: value.value for value in values(read, indicator("missions"), MONTH)}
        assert by_month["1999"] == 1
        assert (by_month["1999-01"], by_month["1999-12"], by_month["2000-01"]) == (0, 0, 1)
        assert figure(read, "missions", "1999", "1999-06-30").value == 0, "the year was not over"
        assert values(read, indicator("missions"), MONTH, span("2000-01", "2000-01"))[0].value == 1


def test_what_has_no_date_is_listed_as_undated(house: House) -> None:
    house.record([fact(Proposal.nth("S/PV.1", 1), "made", Proposal(meeting="S/PV.1", text="One"), CURATED)])
    with house.views.reader() as read:
        [told] = values(read, indicator("proposals_made"))
        assert (told.period, told.value) == (UNDATED, 1)
        assert values(read, indicator("proposals_made"), YEAR, Span(on=date(2023, 1, 1))) == []


# Published figures


def published_for(name: str, period: str, value: int, **more: str) -> Pending:
    claims = Figure(indicator=name, period=period, value=value, publisher="Highlights", **more)
    return fact(figure_id(name, period, "highlights"), "published", claims, CURATED)


def test_published_figures_stand_beside_ours_with_difference_and_reason(either: House) -> None:
    either.record(
        [
            *the_votes_of_2023(),
            published_for("veto_casts", "2023", 7),
            published_for("failed_drafts", "2023", 10, reason="two drafts are not recorded here"),
            published_for("failed_drafts", "2022", 7),
            published_for("failed_amendments", "2023", 4),
            published_for("procedural_votes", "2023", 3),
            published_for("vetoed_votes", "2023-10", 5, published_on="2024-01-15"),
            published_for("resolutions", "2022-01-01/2023-06-30", 80),
        ]
    )
    with either.views.reader() as read:

        def beside(name: str) -> list[tuple[float | None, str | None]]:
            return [(one.difference, one.reason) for one in published(read, indicator(name))]

        assert beside("veto_casts") == [(0, None)]
        assert beside("failed_drafts") == [
            (None, "nothing to count it from: no list covers this period: single records only"),
            (-2, "two drafts are not recorded here"),
        ]
        [(gap, reason)] = beside("failed_amendments")
        assert (gap, reason) == (-3, "no list covers this period: single records only")
        assert beside("procedural_votes")[0][0] is None
        assert beside("vetoed_votes") == [(-3, NOT_KNOWN)]
        assert beside("resolutions") == [
            (-79, "listed 2023-01-09 to 2023-06-30 only; no source holds S/RES/2672 to 2719")
        ]
        assert published(read, indicator("vetoed_votes"), date(2024, 1, 14)) == []
        [early] = published(read, indicator("veto_casts"), date(2023, 9, 5))
        assert early.difference is not None
        assert early.difference < 0
        assert early.reason == "theirs is for the whole of 2023, ours up to 2023-09-05"


# Properties

DAYS = st.dates(date(2018, 1, 1), date(2023, 12, 31))
ENTRY = st.tuples(DAYS, st.sampled_from(["adopted", "vetoed", "not adopted"]), st.sampled_from(["15-0-0", "12-1-2"]))


def drawn(entries: list[tuple[date, str, str]]) -> list[Pending]:
    """Votes, meetings and missions on these days."""
    told: list[Pending] = []
    for nth, (day, outcome, tally) in enumerate(entries, 1):
        adopted = outcome == "adopted"
        vote = Vote(
            resolution=nth if adopted else None,
            label=f"S/2023/{nth}",
            proposal="draft resolution",
            draft=f"S/2023/{nth}",
            date=day.isoformat(),
            outcome=outcome,
            modality="vote",
            tally=tally,
        )
        told.append(fact(resolution_vote_id(nth) if adopted else proposal_vote_id(f"S/2023/{nth}"), "taken", vote))
        mode = FORMAL if nth % 3 else VIDEOCONFERENCE
        meeting = Meeting(symbol=f"S/PV.{nth}", number=nth, date=day.isoformat(), mode=mode, private=nth % 2 == 0)
        told.append(fact(meeting_id(f"S/PV.{nth}"), "convened", meeting, council.TABLES))
        if nth % 4 == 0:
            mission = Mission(year=day.year, title=f"to {nth}", first=day.isoformat())
            told.append(fact(mission_id(day.year, f"to {nth}"), "undertaken", mission, "missions"))
    return told


SUMMED = [one for one in INDICATORS.values() if one.measure not in (STATE, MEAN)]
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(entries=st.lists(ENTRY, min_size=1, max_size=12), on=st.one_of(st.none(), DAYS))
def test_the_months_of_a_year_sum_to_the_year(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[date, str, str]], on: date | None
) -> None:
    house = House(None, tmp_path_factory.mktemp("sum") / "log.db")
    house.record(drawn(entries))
    with house.views.reader() as read:
        for one in SUMMED:
            years = {value.period: value.numerator or 0 for value in values(read, one, YEAR, Span(on=on))}
            months: dict[str, int] = dict.fromkeys(years, 0)
            for value in values(read, one, MONTH, Span(on=on)):
                months[value.period[:4]] = months.get(value.period[:4], 0) + (value.numerator or 0)
            assert months == years, one.name
    house.close()


@SLOW
@given(entries=st.lists(ENTRY, min_size=2, max_size=10), data=st.data())
def test_figures_as_of_a_position_are_those_of_a_replay_to_it(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[date, str, str]], data: st.DataObject
) -> None:
    facts = drawn(entries)
    at = data.draw(st.integers(1, len(facts)))
    whole, replayed = (House(None, tmp_path_factory.mktemp("replay") / "log.db") for _ in range(2))
    whole.record(facts)
    position = replayed.record(facts[:at])
    with whole.views.reader(position) as past, replayed.views.reader() as now:
        for one in INDICATORS.values():
            assert values(past, one) == values(now, one), one.name
            assert behind(past, one) == behind(now, one), one.name
    whole.close()
    replayed.close()


@SLOW
@given(entries=st.lists(ENTRY, min_size=2, max_size=10), nth=st.integers(0, 9))
def test_an_event_changes_the_periods_its_record_lies_in_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[date, str, str]], nth: int
) -> None:
    house = House(None, tmp_path_factory.mktemp("one") / "log.db")
    # The list reaches beyond every day drawn, so that one more entry does not change what is covered.
    ends = [(date(2017, 1, 1) + timedelta(days=364 * n), "adopted", "15-0-0") for n in range(8)]
    before = house.record(drawn([*ends, *entries]))
    day = entries[nth % len(entries)][0]
    vote = Vote(
        draft="S/2023/999", label="S/2023/999", proposal="draft resolution", date=day.isoformat(), outcome="vetoed"
    )
    house.record([fact(proposal_vote_id("S/2023/999"), "taken", vote)])
    with house.views.reader() as read:
        for name in ("failed_drafts", "vetoed_votes", "vetoed_proposals"):
            for by, size in ((YEAR, 4), (MONTH, 7)):
                told = compare(indicator(name), Moment(read.at(before)), Moment(read), by)
                assert [one.period for one in told] == [day.isoformat()[:size]], name
                assert [cause.record for one in told for cause in one.because] == ["vote:S/2023/999"]
        for name in ("resolutions", "missions", "formal_meetings"):
            assert compare(indicator(name), Moment(read.at(before)), Moment(read)) == []
    house.close()


def test_a_mission_that_counts_otherwise_is_changed_and_not_entered(house: House) -> None:
    before = house.record(
        [
            fact(
                mission_id(2023, "to Mali"),
                "undertaken",
                Mission(year=2023, title="to Mali", first="2023-03-01", last="2023-03-02", report_on="2023-03-12"),
                "missions",
            )
        ]
    )
    house.archive.correct(
        mission_id(2023, "to Mali"),
        "report_on",
        "2023-03-22",
        authority="S/2023/1",
        reason="a test",
        by="a clerk",
    )
    house.models.catch_up()
    with house.views.reader() as read:
        [told] = compare(indicator("mission_report_lag_days"), Moment(read.at(before)), Moment(read))
    assert [cause.change for cause in told.because] == [CHANGED]
    assert (told.a and told.a.value, told.b and told.b.value) == (10, 20)


def test_nothing_recorded_gives_no_figures(house: House) -> None:
    house.record([council.advice()[0]])
    with house.views.reader() as read:
        for one in INDICATORS.values():
            if one.name != "pbc_advice_considered":
                assert all(value.value is None for value in values(read, one, YEAR, ALL)), one.name
            assert figure(read, one.name, "1990").value is None
