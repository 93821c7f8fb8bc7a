"""Recording live: held to the Council's practice, whole or not at all, once under a key, merged and never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count as numbers
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import recording
from domain.archive import Archive, ConflictError, open_archive
from domain.charter import PERMANENT
from domain.debates import STATE, UN
from domain.decisions import Outcome
from domain.drafts import EVENT_BYTES
from domain.facts import FactError, Pending, Source
from domain.hearing import Hearing
from domain.kinds import KINDS
from domain.meetings import Meeting, Sitting, meeting_id, sitting_id
from domain.members import Membership, membership_id
from domain.recording import Amendment, Draft, RefusedError, correct_live, record_live, submit
from domain.sealing import NAMING
from ops.store import environment
from tests import council
from tests.council import FIFTEEN_2022, ballots

FIFTEEN_2023 = ["ALB", "ARE", "BRA", "CHE", "CHN", "ECU", "FRA", "GAB", "GBR", "GHA", "JPN", "MLT", "MOZ", "RUS", "USA"]
TODAY = date(2024, 1, 31)


def opened(url: str | None, path: Any) -> Archive:
    return open_archive(environment(url, path))


def seat(archive: Archive) -> None:
    """The Councils of 2022 and 2023, the cases of 2022, S/PV.9410 with its hours, and S/PV.9520."""
    facts = [
        Pending(
            membership_id(member, year),
            "held",
            Source(name="membership"),
            Membership(member=member, year=year, permanent=member in PERMANENT),
        )
        for year, members in ((2022, FIFTEEN_2022), (2023, FIFTEEN_2023))
        for member in members
    ]
    for number, day, hours in (
        (8980, "2022-02-27", None),
        (9410, "2023-09-05", ["2023-09-05T10:05/2023-09-05T13:10", "2023-09-05T15:00/2023-09-05T17:40"]),
        (9520, "2023-12-22", None),
    ):
        claims = Meeting(number=number, symbol=f"S/PV.{number}", date=day, hours=hours)
        facts.append(council.fact(meeting_id(f"S/PV.{number}"), "convened", claims, council.TABLES))
    facts += [*council.meetings(), *council.s_2022_155(), *council.s_res_2623(), *council.s_2014_916()]
    list(archive.record(facts, by="an import"))


@pytest.fixture
def archive(tmp_path: Any) -> Iterator[Archive]:
    it = opened(None, tmp_path / "log.db")
    seat(it)
    yield it
    it.close()


@pytest.fixture
def either(store_url: tuple[str | None, Any]) -> Iterator[tuple[Archive, Archive]]:
    """Two doors to one archive, on SQLite and on PostgreSQL."""
    one, other = opened(*store_url), opened(*store_url)
    seat(one)
    yield one, other
    one.close()
    other.close()


def vote(without: str = "", **fields: Any) -> Draft:
    """S/RES/2720 (2023): thirteen yes, the Russian Federation and the United States abstaining."""
    said: dict[str, Any] = {
        "resolution": 2720,
        "draft": "S/2023/1029",
        "proposal": "draft resolution",
        "meeting": "S/PV.9520",
        "date": "2023-12-22",
        "outcome": "adopted",
        "modality": "vote",
        "tally": "13-0-2",
        "ballots": ballots(FIFTEEN_2023, abstain="RUS USA"),
        **fields,
    }
    for name in without.split():
        del said[name]
    return Draft("vote", said, source=Source(name="document", document="S/PV.9520"))


def speech(**fields: Any) -> Draft:
    return Draft("speech", {"meeting": "S/PV.9410", "member": "CHE", "date": "2023-09-05", **fields})


def record(archive: Archive, *drafts: Draft | Amendment, **options: Any) -> recording.Recorded:
    return submit(archive, drafts, by="a clerk", today=TODAY, **options)


def refused(archive: Archive, *drafts: Draft | Amendment, **options: Any) -> list[tuple[int, str, str]]:
    """Place, field and rule of every fault; and nothing was written."""
    position = archive.position()
    with pytest.raises(RefusedError) as refusal:
        record(archive, *drafts, **options)
    assert archive.position() == position
    return [(fault.index, fault.field, fault.rule) for fault in refusal.value.faults]


def reading(archive: Archive, record_id: str) -> dict[str, Any]:
    folded = archive.record_of(record_id)
    assert folded is not None
    return folded.reading()


# -- what is written -------------------------------------------------------------------------------------------------


def test_the_vote_on_s_res_2720_is_recorded_under_the_resolution(archive: Archive) -> None:
    position = archive.position()
    told = record(archive, vote())
    assert (told.first, told.last) == (position + 1, position + 1)
    assert told.records == ("vote:S/RES/2720",)
    assert told.outcomes == (Outcome("vote:S/RES/2720", opened=True),)
    (entry,) = archive.of("vote:S/RES/2720")
    assert (entry.recorded_by, entry.source) == ("a clerk", Source(name="document", document="S/PV.9520"))


def test_a_dry_run_judges_and_writes_nothing(archive: Archive) -> None:
    position = archive.position()
    told = record(archive, vote(), dry_run=True)
    assert (told.first, told.last, archive.position()) == (0, position, position)
    assert told.outcomes == (Outcome("vote:S/RES/2720", opened=True),)


def test_drafts_of_one_request_are_one_transaction_and_may_refer_to_each_other_in_any_order(archive: Archive) -> None:
    veto = Draft("veto", {"vote": "S/2023/1100", "member": "USA", "date": "2023-12-22"})
    lost = vote(
        "resolution",
        draft="S/2023/1100",
        outcome="vetoed",
        tally="13-1-1",
        ballots=ballots(FIFTEEN_2023, no="USA", abstain="GBR"),
    )
    commits = len(list(archive.commits()))
    told = record(archive, veto, lost)
    assert told.records == ("veto:S/2023/1100/USA", "vote:S/2023/1100")
    assert len(list(archive.commits())) == commits + 1


def test_one_wrong_draft_keeps_all_out_and_every_fault_is_named(archive: Archive) -> None:
    faults = refused(
        archive,
        speech(),
        vote(ballots=ballots(FIFTEEN_2023[1:], abstain="RUS USA"), tally="13-0-2", date="2023-12-23"),
        Draft("briefing", {"meeting": "S/PV.1", "category": "delegate", "gender": 1}),
    )
    assert (1, "ballots", "14 ballots, but the Council had 15 members on 2023-12-23") in faults
    assert (1, "tally", "13-0-2, but the ballots make 12-0-2") in faults
    assert {(index, field) for index, field, _ in faults} == {
        (1, "ballots"),
        (1, "tally"),
        (1, "date"),
        (2, "meeting"),
        (2, "category"),
        (2, "gender"),
    }


def test_a_record_refused_is_no_further_fault_of_those_that_name_it(archive: Archive) -> None:
    meeting = Draft("meeting", {"symbol": "S/PV.9600", "number": 9600, "date": "2025-01-01"})
    assert [(index, field) for index, field, _ in refused(archive, speech(meeting="S/PV.9600"), meeting)] == [
        (1, "date")
    ]


def test_symbols_are_kept_in_their_canonical_form(archive: Archive) -> None:
    record(archive, Draft("speech", {"meeting": "s/pv. 9410", "number": 3, "letter": "s/2023/ 651"}))
    assert reading(archive, "speech:S/PV.9410#3")["letter"] == "S/2023/651"
    assert refused(archive, speech(letter="a letter"))[0][1] == "letter"


# -- the Council's practice ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "field", "says"),
    [
        (vote(ballots=ballots(FIFTEEN_2023[:-1], abstain="RUS"), tally="13-0-1"), "ballots", "14 ballots, but the"),
        (
            vote(ballots=ballots([*FIFTEEN_2023[1:], "DEU"], abstain="RUS USA")),
            "ballots",
            "DEU was not a member of the Council on 2023-12-22",
        ),
        (vote(tally="14-0-1"), "tally", "the ballots make 13-0-2"),
        (vote(not_voting=1), "not_voting", "0 of the ballots"),
        (vote("ballots", tally="14-0-2"), "tally", "make 16, but the Council had 15 members"),
        (vote("ballots", tally="12-0-2", not_voting=0), "tally", "make 14, but the Council had 15 members"),
        (vote(outcome="vetoed"), "outcome", "by Article 27 the vote is adopted"),
        (vote("ballots", tally="8-2-5"), "outcome", "by Article 27 the vote is not adopted"),
        (
            vote(outcome="not adopted", tally="13-1-1", ballots=ballots(FIFTEEN_2023, no="USA", abstain="RUS")),
            "outcome",
            "by Article 27 the vote is adopted or vetoed",
        ),
        (vote(outcome="vetoed", vetoed_by=["JPN"]), "vetoed_by", "JPN is not a permanent member"),
        (vote(vetoed_by=["FRA"]), "vetoed_by", "FRA did not vote no"),
        (vote(date="2023-12-21"), "date", "outside the sittings of S/PV.9520, which sat on 2023-12-22"),
        (vote(meeting="S/PV.9999"), "meeting", "S/PV.9999 is not recorded"),
        (vote("date meeting"), "date", "ballots need the day of the vote"),
        (vote(draft="S/2022/155"), "draft", "was voted on already, as vote:S/2022/155"),
        (vote(date="2024-02-01"), "date", "in the future: today is 2024-01-31"),
        (vote(date="1945-10-23"), "date", "before the Charter"),
        (vote(date="2023-13-01"), "date", "there is no month 13"),
        (speech(date="2023-09-06"), "date", "outside the sittings of S/PV.9410"),
        (Draft("veto", {"vote": "vote:S/2022/155", "member": "IND"}), "", "IND is not a permanent member"),
        (Draft("veto", {"vote": "vote:S/2022/155", "member": "CHN"}), "member", "CHN did not vote no"),
        (Draft("veto", {"vote": "vote:S/2014/916", "member": "USA"}), "vote", "is 'not adopted': nobody's No"),
        (Draft("veto", {"vote": "vote:S/1", "member": "USA"}), "vote", "vote:S/1 is not recorded"),
        (
            Draft("measure", {"regime": "1267", "action": "imposed", "draft": "S/2023/1"}),
            "regime",
            "regime:1267 is not",
        ),
        (Draft("text", {"about": "speech:S/PV.9410#77", "language": "fr", "text": "x"}), "about", "is not recorded"),
        (Draft("presidency", {"month": "2023-10", "member": "AUS"}), "member", "AUS was not a member of the Council"),
        (Draft("meeting", {"symbol": "S/PV.9410", "president": "IND"}), "president", "IND was not a member"),
        (
            Draft("sitting", {"meeting": "S/PV.9410", "symbol": "S/PV.9410 (Resumption 1)", "date": "2023-09-04"}),
            "date",
            "before the meeting it resumes",
        ),
        (
            Draft("meeting", {"symbol": "S/PV.9520", "hours": ["2023-12-21T10:00/2023-12-21T11:00"]}),
            "hours",
            "outside the date of the meeting",
        ),
    ],
)
def test_what_the_councils_practice_rules_out_is_refused(archive: Archive, draft: Draft, field: str, says: str) -> None:
    assert [True for _, name, rule in refused(archive, draft) if name == field and says in rule]


def test_an_impossible_outcome_is_recorded_when_the_note_says_it_was_announced(archive: Archive) -> None:
    note = "Announced as adopted by the President, and not put right."
    record(archive, vote("ballots", tally="8-2-5", note=note))
    assert reading(archive, "vote:S/RES/2720")["outcome"] == "adopted"


def test_a_procedural_vote_like_s_res_2623_is_carried_against_a_permanent_member(archive: Archive) -> None:
    cast = ballots(FIFTEEN_2022, no="RUS", abstain="ARE CHN IND")
    said = {"resolution": 2623, "meeting": "S/PV.8980", "outcome": "adopted", "tally": "11-1-3", "ballots": cast}
    assert record(archive, Draft("vote", said)).outcomes == (Outcome("vote:S/RES/2623", attested=True),)


def resume(archive: Archive, symbol: str, day: str) -> None:
    sitting = Sitting(meeting="S/PV.9410", symbol=symbol, date=day)
    list(archive.record([council.fact(sitting_id(symbol), "resumed", sitting)], by="an import"))


def test_a_vote_at_a_resumption_on_another_day_is_within_the_meeting(archive: Archive) -> None:
    first, second = "S/PV.9410 (Resumption 1)", "S/PV.9410 (Resumption 2)"
    resume(archive, first, "2023-09-07")
    resume(archive, second, "2023-09-11")
    assert record(archive, speech(date="2023-09-07")).first
    assert record(archive, speech(date="2023-09-11")).first
    assert record(archive, speech(date="2023-09-07", meeting=first)).first
    assert refused(archive, speech(date="2023-09-05", meeting=first))[0][1] == "date"
    assert refused(archive, speech(date="2023-09-08"))[0][1] == "date"


def test_the_hours_of_a_meeting_tell_its_days_more_exactly_than_its_date(archive: Archive) -> None:
    hours = ["2023-10-23T22:00/2023-10-24T00:30"]
    meeting = Meeting(number=9451, symbol="S/PV.9451", date="2023-10", hours=hours)
    list(archive.record([council.fact(meeting_id("S/PV.9451"), "convened", meeting)], by="an import"))
    assert record(archive, speech(meeting="S/PV.9451", date="2023-10-24")).first
    ((_, field, rule),) = refused(archive, speech(meeting="S/PV.9451", date="2023-10-25"))
    assert field == "date"
    assert rule.endswith("which sat on 2023-10-23/2023-10-24")


def test_without_a_list_of_members_nobody_can_say_who_voted(archive: Archive) -> None:
    meeting = Draft("meeting", {"symbol": "S/PV.9541", "number": 9541, "date": "2024-01-30"})
    later = vote("resolution draft", meeting="S/PV.9541", date="2024-01-30", label="S/2024/99")
    ((index, field, rule),) = refused(archive, meeting, later)
    assert (index, field) == (1, "ballots")
    assert "no member of 2024 is recorded" in rule


def test_a_second_vote_on_a_draft_says_so_in_its_id(archive: Archive) -> None:
    record(archive, vote())
    again = vote("resolution ballots", outcome="not adopted", tally="5-0-10")
    assert "as vote:S/RES/2720" in refused(archive, again)[0][2]
    assert record(archive, Draft("vote", again.fields, id="vote:S/2023/1029#2")).first
    amendment = {**again.fields, "proposal": "amendment"}
    assert record(archive, Draft("vote", amendment, id="S/2023/1029")).first


def test_the_same_vote_is_not_taken_twice_by_one_source(archive: Archive) -> None:
    record(archive, vote())
    assert refused(archive, vote())[0][1:] == (
        "id",
        f"the vote is recorded already (position {archive.position()}), and this adds nothing to it",
    )
    assert [field for _, field, _ in refused(archive, vote(tally="12-0-3", ballots=None))] == ["tally"]
    assert (
        "by its fields the record is vote:S/RES/2720" in refused(archive, Draft("vote", vote().fields, id="S/1"))[0][2]
    )


# -- how the Council works -------------------------------------------------------------------------------------------


@pytest.fixture
def practised(archive: Archive) -> Archive:
    """Beside the Councils of 2022 and 2023: S/2022/431, the regimes of Mali and Al-Qaida, Albania's month."""
    facts = [*council.s_2022_431(), *council.mali(), *council.al_qaida(), council.presided("2023-09", "ALB")]
    unsealed = [fact for fact in facts if fact.claims.kind != "listing"]
    list(archive.record(unsealed, by="an import"))
    return archive


def measure(**fields: Any) -> Draft:
    """A decision of S/RES/2374 (2017) on Mali."""
    said = {"regime": "2374", "action": "imposed", "resolution": "S/RES/2374 (2017)", "date": "2017-09-05", **fields}
    return Draft("measure", {name: value for name, value in said.items() if value is not None})


def presidency(**fields: Any) -> Draft:
    return Draft("presidency", {"month": "2023-09", **fields})


def cession(member: str) -> Draft:
    return Draft("cession", {"month": "2023-09", "member": member, "taken_by": "MLT", "question": "A question"})


def election(**fields: Any) -> Draft:
    """Slovenia, elected on 6 June 2023 with 153 votes."""
    said = {"member": "SVN", "term_first": 2024, "term_last": 2025, "date": "2023-06-06", "votes": 153, **fields}
    return Draft("election", said)


def chair(**fields: Any) -> Draft:
    return Draft("chair", {"body": "1267", "year": 2023, "role": "chair", "appointed_by": "S/2023/2", **fields})


def convened(number: int, **fields: Any) -> Draft:
    return Draft("meeting", {"symbol": f"S/PV.{number}", "number": number, **fields})


@pytest.mark.parametrize(
    ("draft", "field", "says"),
    [
        (
            Draft("followup", {"vote": "S/2022/431", "debated_on": "2022-05-20"}),
            "debated_on",
            "2022-05-20 is before the veto was cast: vote:S/2022/431 was taken on 2022-05-26",
        ),
        (Draft("followup", {"vote": "S/2022/431", "reported_on": "2022-05-25"}), "reported_on", "before the veto"),
        (Draft("followup", {"vote": "S/2022/155", "debated_on": "2022-06-08"}), "vote", "A/RES/76/262 was adopted"),
        (cession("CHE"), "member", "CHE does not preside in 2023-09: ALB does (presidency:2023-09)"),
        (presidency(assessed_on="2023-08-31"), "assessed_on", "before the month of the presidency, 2023-09"),
        (Draft("presidency", {"month": "2021-01", "wrap_up_on": "2023-12-01"}), "wrap_up_on", "more than two years"),
        (presidency(wrap_up_covers=["2023-07", "2023-08"]), "wrap_up_covers", "the session of 2023-09 covers that"),
        (chair(member="IND"), "member", "IND was not a member of the Council in 2023: a chair is"),
        (chair(member="IND", role="vice-chair"), "member", "a vice-chair is"),
        (chair(role="Ombudsperson"), "role", "body:1267 is a sanctions committee"),
        (election(member="CHN"), "member", "CHN is a permanent member and is not elected"),
        (election(votes=194), "votes", "194 votes, but the General Assembly has 193 members"),
        (election(term_last=2026), "term_last", "2024 to 2026 is 3 years; a term is two"),
        (election(term_first=2023, term_last=2024), "date", "elected on 2023-06-06, after the term began (2023)"),
        (Draft("annual_report", {"covers": "2023", "adopted_on": "2023-11-30"}), "adopted_on", "(2023-12-31)"),
        (Draft("holiday", {"date": "2022-12-25", "name": "Christmas"}), "date", "2022-12-25 is a Sunday"),
        (convened(9411, date="2022-02-28"), "date", "S/PV.9410 was held on 2023-09-05; this meeting is numbered after"),
        (
            convened(8978, date="2023-12-01"),
            "date",
            "S/PV.8979 was held on 2022-02-25; this meeting is numbered before",
        ),
        (speech(minutes=601), "minutes", "601 minutes; no speech was longer than 600"),
        (speech(member="ZZZ"), "member", "ZZZ: no State is known by this code"),
        (speech(member="CHE", behalf=["AUT", "QQQ", "XYZ"]), "behalf", "QQQ, XYZ: no State is known"),
        (Draft("invitation", {"meeting": "S/PV.9410", "party": "A State", "member": "ABC"}), "member", "ABC: no State"),
        (Draft("regime", {"name": "Mali", "territories": ["MLX"]}, id="2374"), "territories", "MLX: no State"),
        (convened(9410, format="open debate", private=True), "format", "an open debate is a public meeting"),
        (convened(9411, format="Arria-formula meeting"), "format", "has no verbatim record; this is meeting:S/PV.9411"),
        (convened(9411, format="consultations of the whole"), "format", "no formal meeting"),
        (measure(date="2017-09-06"), "date", "2017-09-06, but vote:S/RES/2374 was taken on 2017-09-05"),
        (measure(resolution="S/RES/2375 (2017)"), "resolution", "vote:S/RES/2375 is not recorded"),
        (measure(resolution=None, draft="S/2023/639"), "draft", "vote:S/2023/639 is not recorded"),
        (measure(resolution="S/PRST/2017/1"), "resolution", "S/PRST/2017/1 is no resolution"),
        (measure(regime=None), "regime", "say which one the measure is of"),
        (measure(general=True), "general", "give one of regime and general"),
        (measure(regime=None, regimes=["2374", "999"]), "regimes", "regime:999 is not recorded"),
        (measure(regime=None, regimes=["2374", "2374"]), "regimes", "named twice"),
        (vote(nature="procedural", outcome="vetoed"), "nature", "a procedural matter cannot be vetoed"),
        (
            vote(nature="substantive", tally="14-1-0", ballots=ballots(FIFTEEN_2023, no="RUS")),
            "outcome",
            "by Article 27 the vote is vetoed",
        ),
        (vote(preliminary_to="S/RES/2720"), "preliminary_to", "a vote is not preliminary to itself"),
        (vote(preliminary_to="S/RES/2719"), "preliminary_to", "vote:S/RES/2719 is not recorded"),
        (vote(preliminary_to="S/2022/155"), "preliminary_to", "was taken on 2022-02-25, before this vote"),
    ],
)
def test_what_is_against_how_the_council_works_is_refused(
    practised: Archive, draft: Draft, field: str, says: str
) -> None:
    found = [True for _, name, rule in refused(practised, draft) if name == field and says in rule]
    assert found


@pytest.mark.parametrize(
    "draft",
    [
        Draft("followup", {"vote": "S/2022/431", "debated_on": "2022-06-08", "debated_at": ["A/76/PV.77"]}),
        cession("ALB"),
        presidency(assessed_on="2023-11-20"),
        Draft("presidency", {"month": "2015-07", "wrap_up_on": "2015-08-31", "wrap_up_covers": ["2015-07", "2015-08"]}),
        chair(member="MLT"),
        Draft("chair", {"body": "ombudsperson", "year": 2023, "role": "Ombudsperson"}),
        election(),
        Draft("election", {"member": "MEX", "term_first": 1980, "term_last": 1981, "date": "1980-01-07"}),
        Draft("annual_report", {"covers": "2001-06-16/2002-07-31", "adopted_on": "2002-09-26"}),
        Draft("holiday", {"date": "2022-12-26", "name": "Christmas"}),
        convened(9500, date="2023-12-13"),
        convened(9410, format="open debate", private=False),
        Draft("meeting", {"format": "Arria-formula meeting", "date": "2023-09-01"}, id="meeting:Arria, 1 September"),
        speech(minutes=600, member="CHE", behalf=["AUT", "SRB", "VAT", "PSE"]),
        speech(member="YUG"),
        measure(),
        measure(action="renewed", resolution=None, draft="S/2023/638", date="2023-08-30"),
    ],
)
def test_what_the_council_did_is_recorded(practised: Archive, draft: Draft) -> None:
    assert record(practised, draft).last == practised.position()


def test_a_state_that_is_no_more_is_known_by_the_name_it_bore(archive: Archive) -> None:
    """Czechoslovakia: no territory of today bears its code."""
    spoke = speech(member="CSK")
    assert refused(archive, spoke)[0][1] == "member"
    named = Draft("name", {"member": "CSK", "name": "Czechoslovakia", "language": "en", "last": "1992-12-31"})
    assert record(archive, spoke, named).records == ("speech:S/PV.9410#1", "name:CSK/en/")
    assert record(archive, speech(member="CSK", language="fr")).records == ("speech:S/PV.9410#2",)


def test_of_two_presidents_for_a_month_one_source_gives_one(archive: Archive) -> None:
    first, second = (Source(name="document", document=symbol) for symbol in ("S/PV.9410", "S/2023/650"))
    record(archive, Draft("presidency", presidency(member="ALB").fields, source=first))
    again = Draft("presidency", presidency(member="BRA").fields, source=first)
    assert refused(archive, again)[0][1:] == (
        "member",
        "this source gives ALB the month already; put that right with a correction, or name the other source",
    )
    other = Draft("presidency", presidency(member="BRA").fields, source=second)
    assert record(archive, other).outcomes == (Outcome("presidency:2023-09", attested=True),)
    folded = archive.record_of("presidency:2023-09")
    assert folded is not None
    assert folded.disagreements(("member",))
    assert record(archive, cession("BRA")).first  # whom either source calls President, can cede the chair


def test_what_an_older_source_said_of_a_record_is_not_held_against_who_adds_to_it(archive: Archive) -> None:
    imported = Meeting(symbol="S/PV.9411", number=9411, date="2019-01-01", format="Arria-formula meeting")
    list(archive.record([council.fact(meeting_id("S/PV.9411"), "convened", imported)], by="an import"))
    assert record(archive, convened(9411, theme="Women and peace")).outcomes[0].attested


# -- decisions on several regimes, the nature of votes, acclamation --------------------------------------------------


def test_s_res_2664_is_one_decision_on_several_regimes_or_all(practised: Archive) -> None:
    """Fourteen in favour, India abstaining, on 9 December 2022: humanitarian aid is exempt from asset freezes."""
    cast = ballots(FIFTEEN_2022, abstain="IND")
    taken = {"resolution": 2664, "date": "2022-12-09", "outcome": "adopted", "tally": "14-0-1", "ballots": cast}
    resolved = {"action": "modified", "resolution": "S/RES/2664 (2022)", "date": "2022-12-09"}
    several = Draft("measure", {**resolved, "regimes": ["1267", "regime:2374"]})
    told = record(practised, several, Draft("vote", taken))
    assert told.records == ("measure:S/RES/2664", "vote:S/RES/2664")
    assert reading(practised, "measure:S/RES/2664")["regimes"] == ["regime:1267", "regime:2374"]
    every = Draft("measure", {**resolved, "regimes": None, "general": True})
    assert record(practised, every).outcomes == (Outcome("measure:S/RES/2664", corrected=("general", "regimes")),)


def test_a_lost_procedural_motion_says_that_it_is_one(archive: Archive) -> None:
    """19 March 2018, S/PV.8209: a briefing on human rights in Syria, put to a procedural vote, had eight votes."""
    motion = {"label": "Briefing by the High Commissioner", "proposal": "motion", "meeting": "S/PV.8209"}
    said = {**motion, "date": "2018-03-19", "outcome": "not adopted", "tally": "8-4-3", "nature": "procedural"}
    record(archive, convened(8209, date="2018-03-19"), Draft("vote", said, id="S/PV.8209"))
    assert reading(archive, "vote:S/PV.8209")["nature"] == "procedural"
    cast = Draft("veto", {"vote": "S/PV.8209", "member": "RUS", "date": "2018-03-19"})
    assert "announced as procedural: nobody's No" in str(refused(archive, cast))
    assert refused(archive, Draft("vote", {**said, "nature": "unclear"}, id="S/PV.8209#2"))[0][1] == "nature"


def test_the_double_veto_of_26_june_1946_is_two_votes_of_which_one_is_preliminary(archive: Archive) -> None:
    """S/PV.49, the Spanish question: that the draft is procedural was lost, then the draft."""
    said = {"meeting": "S/PV.49", "date": "1946-06-26", "outcome": "vetoed", "tally": "9-2-0"}
    question = {"proposal": "preliminary question", "preliminary_to": "S/PV.49#3", "nature": "substantive"}
    told = record(
        archive,
        convened(49, date="1946-06-26"),
        Draft("vote", {**said, **question, "tally": "8-2-1"}, id="S/PV.49#2"),
        Draft("vote", said, id="S/PV.49#3"),
    )
    assert told.records[1:] == ("vote:S/PV.49#2", "vote:S/PV.49#3")
    assert reading(archive, "vote:S/PV.49#2")["preliminary_to"] == "vote:S/PV.49#3"


def test_s_res_2311_is_adopted_by_acclamation_without_ballots(archive: Archive) -> None:
    """6 October 2016, S/PV.7782: António Guterres is recommended to the General Assembly."""
    said = {
        "resolution": 2311,
        "year": 2016,
        "proposal": "recommendation",
        "meeting": "S/PV.7782",
        "date": "2016-10-06",
        "outcome": "adopted",
        "modality": "acclamation",
    }
    told = record(archive, convened(7782, date="2016-10-06", private=True), Draft("vote", said))
    assert told.outcomes[1] == Outcome("vote:S/RES/2311", opened=True)
    assert "ballots" not in reading(archive, "vote:S/RES/2311")
    again = {**said, "ballots": ballots(FIFTEEN_2022)}
    assert "an adoption without a vote has no ballots" in str(refused(archive, Draft("vote", again, id="S/RES/2311")))
    lost = {**said, "resolution": 2312, "outcome": "not adopted"}
    assert "by Article 27 the vote is adopted" in str(refused(archive, Draft("vote", lost)))


# -- text and form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "field", "says"),
    [
        (Draft("ballot", {}), "kind", "there is no kind of record 'ballot'"),
        (Draft("submission", {"digest": "x"}), "kind", "there is no kind of record 'submission'"),
        (speech(country="CHE"), "country", "a speech has no such field"),
        (speech(minutes="three"), "minutes", "Expected `int | null`, got `str`"),
        (speech(minutes=-3), "minutes", "not a whole number"),
        (Draft("speech", {"meeting": "S/PV.9410"}, verb="shouted"), "verb", "a speech is not 'shouted'"),
        (speech(remark=" "), "remark", "the text is empty"),
        (speech(remark="a\x00b"), "remark", "character 2 is a control character (U+0000)"),
        (speech(speaker="two\nlines"), "speaker", "control character (U+000A)"),
        (speech(remark="\ud800"), "remark", "half of a surrogate pair"),
        (speech(speaker="x" * 1_001), "speaker", "1,001 characters; at most 1,000"),
        (speech(remark="x" * 20_001), "remark", "at most 20,000"),
        (speech(behalf=["AUT"] * 501), "behalf", "at most 500"),
        (speech(behalf=["AUT", "Sweden"]), "behalf", "'Sweden' is not a code"),
        (Draft("document", {"symbol": "S/2023/1", "languages": ["de"]}), "languages", "'de' is not one of"),
        (Draft("body", {"name": "A committee"}), "id", "give an id, such as body:1267"),
        (Draft("meeting", {"symbol": "S/PV.1", "number": 1}, id="vote:S/PV.1"), "id", "is the id of a vote"),
        (
            Draft("meeting", {"symbol": "S/PV.1", "number": 1}, id="S/PV.2"),
            "id",
            "by its fields the record is meeting:S",
        ),
        (Draft("briefing", {"meeting": "S/PV.9410"}), "category", "a briefing needs it"),
        (Draft("speech", {"number": 1}), "meeting", "a speech needs it"),
        (
            Draft("briefing", {"meeting": "S/PV.9410", "category": "State", "person": "sealed:1:abc"}),
            "person",
            "state the name itself",
        ),
        (
            Draft("document", {"symbol": "S/2023/1"}, source=Source(name="document", document="my notes")),
            "source",
            "document: 'my notes'",
        ),
    ],
)
def test_what_has_not_the_form_of_a_statement_is_refused(archive: Archive, draft: Draft, field: str, says: str) -> None:
    assert [True for _, name, rule in refused(archive, draft) if name == field and says in rule]


@pytest.mark.parametrize("character", "\u202a\u202e\u2066\u2069\u200b\u200e\ufeff\u2060\U000e0041")
def test_a_character_that_nobody_sees_is_refused_wherever_it_stands(archive: Archive, character: str) -> None:
    says = f"character 2 is an invisible one (U+{ord(character):04X})"
    assert [rule for _, name, rule in refused(archive, speech(remark=f"a{character}b")) if says in rule]
    amendment = Amendment("vote:S/RES/2623", "title", "x", f"S{character}", f"y{character}")
    assert [(name, says in rule) for _, name, rule in refused(archive, amendment)] == [
        ("authority", True),
        ("reason", True),
    ]


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "co\u00adoperate", "\u06dd١"])
def test_the_marks_that_spelling_needs_are_kept(archive: Archive, text: str) -> None:
    told = record(archive, speech(remark=text))
    assert reading(archive, told.records[0])["remark"] == text


@pytest.mark.parametrize(("part", "good"), [(-1, False), (0, True), (10**40, False)])
def test_the_part_of_a_source_is_counted_from_0(archive: Archive, part: int, good: bool) -> None:
    draft = replace(speech(), source=Source(name="document", document="S/PV.9410", part=part))
    if good:
        record(archive, draft)
    else:
        assert [(name, rule[:5]) for _, name, rule in refused(archive, draft)] == [("source", "part:")]


def test_a_number_of_forty_digits_is_too_large(archive: Archive) -> None:
    for number in (10**39, 1e39, 10**9 + 1):
        assert [rule for *_, rule in refused(archive, speech(minutes=number))] == [
            "the number is too large: at most 1,000,000,000 is kept"
        ]


def test_an_event_stays_below_its_limit_of_bytes(archive: Archive) -> None:
    def text(length: int) -> Draft:
        return Draft("text", {"about": "meeting:S/PV.9410", "language": "zh", "text": "会" * length})

    rules = [rule for _, _, rule in refused(archive, text(22_000))]
    assert [True for rule in rules if f"an event takes less than {EVENT_BYTES:,}" in rule]
    record(archive, text(21_000))
    assert len(archive.raw(archive.position() - 1, 1)[0][4]) < EVENT_BYTES


def test_a_request_has_a_clerk_something_in_it_and_an_end(archive: Archive) -> None:
    assert refused(archive)[0] == (-1, "", "there is nothing to record")
    assert "at most 1,000" in refused(archive, *[speech()] * 1_001)[0][2]
    with pytest.raises(RefusedError, match="by: the text is empty"):
        record_live(archive, [speech()], by="", today=TODAY)
    assert refused(archive, speech(), key="\n")[0][:2] == (-1, "key")


# -- numbers ---------------------------------------------------------------------------------------------------------


def test_what_is_counted_in_a_meeting_gets_the_next_number(archive: Archive) -> None:
    record(archive, speech(number=1), speech(number=2), speech(number=4))
    told = record(archive, speech(), speech(), Draft("proposal", {"meeting": "S/PV.9410", "text": "Share the pen."}))
    assert told.records == ("speech:S/PV.9410#3", "speech:S/PV.9410#5", "proposal:S/PV.9410#1")
    assert reading(archive, "speech:S/PV.9410#5")["number"] == 5
    assert refused(archive, Draft("proposal", {"meeting": "S/PV.9520", "text": "x"}, id="S/PV.9410#1"))[0][1] == "id"


# -- sources beside each other ---------------------------------------------------------------------------------------


def test_the_same_source_adds_to_what_it_said_and_null_takes_back(archive: Archive) -> None:
    record(archive, vote(title="Gaza", note="A first note."))
    added = Draft("vote", {"agenda": "The situation in the Middle East", "note": None}, id="S/RES/2720", source=PV_9520)
    assert record(archive, added).outcomes == (Outcome("vote:S/RES/2720", corrected=("agenda", "note")),)
    now = reading(archive, "vote:S/RES/2720")
    assert (now["title"], now["agenda"], now["tally"]) == ("Gaza", "The situation in the Middle East", "13-0-2")
    assert "note" not in now


PV_9520 = Source(name="document", document="S/PV.9520")


def test_a_kind_of_several_steps_keeps_what_was_said_of_each(archive: Archive) -> None:
    letter = {"number": 7, "letter": "S/2023/650", "inscribed_on": "2023-08-30", "meeting": "S/PV.9410"}
    record(archive, Draft("speech", {**letter, "member": "CHE", "remark": "first"}))
    told = record(archive, Draft("speech", {"date": "2023-09-05", "language": "fr"}, id="S/PV.9410#7"))
    assert told.outcomes == (Outcome("speech:S/PV.9410#7", attested=True),)
    record(archive, Draft("speech", {"remark": None, "language": "en"}, id="S/PV.9410#7"))
    said = reading(archive, "speech:S/PV.9410#7")
    assert said == {**letter, "member": "CHE", "date": "2023-09-05", "language": "en"}
    assert [entry.verb for entry in archive.of("speech:S/PV.9410#7")][:2] == ["inscribed", "delivered"]


def test_another_document_attests_beside_the_first(archive: Archive) -> None:
    record(archive, vote())
    press = Source(name="document", document="SC/15546")
    told = record(archive, Draft("vote", {"tally": "12-0-3"}, id="S/RES/2720", source=press))
    assert told.outcomes == (Outcome("vote:S/RES/2720", attested=True),)
    folded = archive.record_of("vote:S/RES/2720")
    assert folded is not None
    assert [(said.document, said.fields["tally"]) for said in folded.statements] == [
        ("S/PV.9520", "13-0-2"),
        ("SC/15546", "12-0-3"),
    ]


def test_what_a_source_said_before_the_rules_is_no_fault_of_who_adds_to_it(archive: Archive) -> None:
    poll = Source(name=council.POLL)  # its ballots of 2014 cannot be judged here: nobody of that year is on record
    record(archive, Draft("vote", {"agenda": "The question of Palestine"}, id="S/2014/916", source=poll))
    assert reading(archive, "vote:S/2014/916")["agenda"] == "The question of Palestine"
    assert reading(archive, "vote:S/2014/916")["tally"] == "8-2-5"


# -- once ------------------------------------------------------------------------------------------------------------


def test_the_same_request_under_the_same_key_is_recorded_once(archive: Archive) -> None:
    first = record(archive, vote(), speech(), key="9520")
    position = archive.position()
    assert (first.last, first.repeated) == (position, False)
    again = record(archive, vote(), speech(), key="9520")
    assert again == recording.Recorded(first.first, first.last, first.records, first.outcomes, repeated=True)
    assert archive.position() == position


def test_a_key_stands_for_one_request_of_one_clerk(archive: Archive) -> None:
    record(archive, speech(), key="k")
    assert refused(archive, speech(language="en"), key="k") == [
        (-1, "key", "another request was recorded under this key; give this one a key of its own")
    ]
    assert not record_live(archive, [speech()], by="another clerk", key="k", today=TODAY).repeated


def test_the_key_is_written_in_the_same_transaction_and_is_not_in_the_log(archive: Archive) -> None:
    record(archive, speech(), key="a secret key")
    commit = list(archive.commits())[-1]
    made = archive.page(commit.first - 1, 10)
    assert [entry.topic for entry in made] == ["speech.delivered/1", "submission.received/1"]
    assert not [True for row in archive.raw(0, 1_000) if b"a secret key" in row[4] or "a secret key" in row[1]]


def test_the_log_does_not_help_to_guess_a_name_withheld(tmp_path: Any) -> None:
    archive = open_archive(environment(None, tmp_path / "log.db"), council.Keys())
    seat(archive)

    def briefed(person: str, **fields: Any) -> Draft:
        return Draft("briefing", {"meeting": "S/PV.9410", "number": 1, "category": UN, "person": person, **fields})

    def renamed(person: str) -> Amendment:
        return Amendment("briefing:S/PV.9410#1", "person", person, "S/PV.9410", "as printed")

    first = record(archive, briefed("A name"), key="a key that is known")
    assert record(archive, briefed("A guess"), key="a key that is known") == replace(first, repeated=True)
    with pytest.raises(RefusedError, match="another request was recorded under this key"):
        record(archive, briefed("A name", category=STATE), key="a key that is known")
    corrected = record(archive, renamed("Another name"), key="another key")
    assert record(archive, renamed("A guess"), key="another key") == replace(corrected, repeated=True)
    assert reading(archive, "briefing:S/PV.9410#1")["person"] == "Another name"
    archive.close()


@pytest.fixture
def sealing(tmp_path: Any) -> Iterator[Archive]:
    """An archive with a keyring."""
    it = open_archive(environment(None, tmp_path / "log.db"), council.Keys())
    seat(it)
    yield it
    it.close()


def briefed(**fields: Any) -> Draft:
    return Draft("briefing", {"meeting": "S/PV.9410", "number": 1, "category": UN, **fields})


@pytest.mark.parametrize("field", ["remark", "capacity", "organisation"])
def test_a_name_stands_in_its_sealed_field_only(sealing: Archive, field: str) -> None:
    told = briefed(person="Torvane Brisk", **{field: "for TORVANE BRÍSK, by video"})
    assert [(name, rule[:31]) for _, name, rule in refused(sealing, told)] == [(field, NAMING[:31])]
    record(sealing, briefed(person="Torvane Brisk", **{field: "for Torvane, by video"}))
    assert [name for _, name, _ in refused(sealing, briefed(**{field: "Torvane Brisk"}))] == [field]
    amendment = Amendment("briefing:S/PV.9410#1", field, "Torvane Brisk", "S/PV.9410", "as printed")
    assert [name for _, name, _ in refused(sealing, amendment)] == [field]


@pytest.mark.parametrize("place", ["name", "row"])
def test_a_name_does_not_stand_in_the_source(sealing: Archive, place: str) -> None:
    source = Source(name="Torvane Brisk") if place == "name" else Source(name="press", row="Torvane Brisk")
    told = replace(briefed(person="Torvane Brisk"), source=source)
    assert [(name, rule) for _, name, rule in refused(sealing, told)] == [("source", f"{place}: {NAMING}")]


def test_a_correction_of_a_name_names_nobody_in_authority_and_reason(sealing: Archive) -> None:
    record(sealing, briefed(person="Torvane Brisk"))
    record(sealing, Amendment("briefing:S/PV.9410#1", "person", "Quillonde Prœll", "S/PV.9410", "as printed"))
    for name in ("Torvane Brisk", "Quillonde Proell", "Ilvane Okoro"):
        amendment = Amendment("briefing:S/PV.9410#1", "person", "Ilvane Okoro", f"Letter of {name}", f"{name} says so")
        assert refused(sealing, amendment) == [(0, "authority", NAMING), (0, "reason", NAMING)]


def test_nobody_can_tell_from_the_log_that_two_keys_stand_for_the_same_request(archive: Archive) -> None:
    digests = set()
    for key in ("one", "two"):
        record(archive, speech(), key=key)
        (submission,) = archive.page(archive.position() - 1, 1)
        digests.add(submission.claims["digest"])
    assert len(digests) == 2


def test_a_correction_has_a_key_too(archive: Archive) -> None:
    def put_right(now: str) -> recording.Recorded:
        return correct_live(
            archive, "vote:S/RES/2623", "title", now, authority="S/PV.8980", reason="as read", by="a", key="k"
        )

    assert put_right("Special session").outcomes == (Outcome("vote:S/RES/2623", corrected=("title",)),)
    assert put_right("Special session").repeated
    with pytest.raises(RefusedError, match="another request"):
        put_right("Emergency session")


# -- corrections -----------------------------------------------------------------------------------------------------


def amend(field: str, now: Any, record_id: str = "vote:S/RES/2623", version: int | None = None) -> Amendment:
    return Amendment(record_id, field, now, "S/PV.8980", "as announced", version)


@pytest.mark.parametrize(
    ("amendment", "field", "says"),
    [
        (amend("tally", "10-1-4", "vote:S/RES/9999"), "record", "there is no such record"),
        (amend("tally", "10-1-4", "nonsense"), "record", "is no record id"),
        (amend("talley", "10-1-4"), "talley", "a vote has no such field"),
        (amend("tally", "11-1-3"), "tally", "nothing would change"),
        (amend("note", None), "note", "nothing would change"),
        (amend("tally", "10-1-4"), "tally", "the ballots make 11-1-3"),
        (amend("tally", "many"), "tally", "not of the form yes-no-abstain"),
        (amend("tally", 3), "tally", "Expected `str | null`"),
        (amend("outcome", "not adopted"), "outcome", "by Article 27"),
        (amend("date", "2030-01-01"), "date", "in the future"),
        (amend("ballots", ballots(FIFTEEN_2022[1:])), "ballots", "14 ballots"),
        (Amendment("vote:S/RES/2623", "title", "x", "", "y"), "authority", "the text is empty"),
        (Amendment("vote:S/RES/2623", "title", "x", "–", "y"), "authority", "no letter or digit"),
        (Amendment("vote:S/RES/2623", "title", "x", "S/PV.8980", "?!"), "reason", "no letter or digit"),
    ],
)
def test_a_correction_is_held_to_the_same_rules(archive: Archive, amendment: Amendment, field: str, says: str) -> None:
    assert [True for _, name, rule in refused(archive, amendment) if name == field and says in rule]


def test_ballots_and_tally_are_put_right_in_one_request(archive: Archive) -> None:
    cast = ballots(FIFTEEN_2022, no="RUS", abstain="ARE CHN GAB IND")
    told = record(archive, amend("ballots", cast), amend("tally", "10-1-4"))
    assert told.outcomes == (Outcome("vote:S/RES/2623", corrected=("ballots", "tally")),)
    assert reading(archive, "vote:S/RES/2623")["tally"] == "10-1-4"
    assert archive.of("vote:S/RES/2623")[0].claims["tally"] == "11-1-3"


def test_a_correction_of_a_version_gone_by_is_a_conflict(archive: Archive) -> None:
    record(archive, amend("title", "One", version=1))
    position = archive.position()
    with pytest.raises(ConflictError, match="stands at version 2, not 1"):
        record(archive, amend("title", "Two", version=1))
    assert archive.position() == position
    assert record(archive, amend("title", None, version=2)).first
    assert "title" not in reading(archive, "vote:S/RES/2623")


# -- at once ---------------------------------------------------------------------------------------------------------


def at_once(*jobs: Any) -> list[Any]:
    """What each job returned or raised, all begun together."""
    told: list[Any] = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(place: int, job: Any) -> None:
        start.wait()
        try:
            told[place] = job()
        except Exception as error:
            told[place] = error

    threads = [threading.Thread(target=run, args=job) for job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told


def test_of_two_clerks_correcting_one_record_at_once_one_is_told(
    either: tuple[Archive, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet = threading.Barrier(2, timeout=30)
    write = Hearing.write
    first_attempt = iter([True, True])

    def write_together(hearing: Hearing) -> recording.Recorded:
        if next(first_attempt, False):
            meet.wait()  # both have judged the same state
        return write(hearing)

    monkeypatch.setattr(Hearing, "write", write_together)
    told = at_once(
        lambda: record(either[0], amend("title", "One")),
        lambda: record(either[1], amend("title", "Two")),
    )
    assert sorted(type(each).__name__ for each in told) == ["ConflictError", "Recorded"]
    assert [entry.verb for entry in either[0].of("vote:S/RES/2623")] == ["taken", "corrected"]


def test_a_number_taken_meanwhile_is_not_given_twice(
    either: tuple[Archive, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Hearing.write
    others = iter([speech(language="en")])

    def write_second(hearing: Hearing) -> recording.Recorded:
        for other in others:
            record(either[1], other)  # between the judging of the first clerk's speech and its writing
        return write(hearing)

    monkeypatch.setattr(Hearing, "write", write_second)
    assert record(either[0], speech(language="en")).records == ("speech:S/PV.9410#2",)
    assert reading(either[0], "speech:S/PV.9410#1") == {**reading(either[0], "speech:S/PV.9410#2"), "number": 1}


def test_a_draft_put_to_the_vote_meanwhile_is_not_put_to_it_again(
    either: tuple[Archive, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Hearing.write
    others = iter([vote("resolution", outcome="not adopted", tally="5-0-10", ballots=None)])

    def write_second(hearing: Hearing) -> recording.Recorded:
        for other in others:
            record(either[1], other)
        return write(hearing)

    monkeypatch.setattr(Hearing, "write", write_second)
    with pytest.raises(RefusedError, match="voted on already, as vote:S/2023/1029"):
        record(either[0], vote())
    assert either[0].record_of("vote:S/RES/2720") is None


def test_clerks_recording_at_once_lose_nothing_and_share_no_number(either: tuple[Archive, Archive]) -> None:
    jobs = [lambda door=door: record(door, speech()) for door in (*either, *either)]
    told = at_once(*jobs)
    assert sorted(each.records[0] for each in told) == [f"speech:S/PV.9410#{n}" for n in range(1, 5)]


def test_additions_to_one_statement_at_once_are_all_kept(either: tuple[Archive, Archive]) -> None:
    record(either[0], Draft("document", {"symbol": "S/2023/945", "title": "A title"}))
    fields = {"type": "letter", "language": "en", "date": "2023-12-01", "author": "CHE"}
    jobs = [
        lambda name=name, door=door: record(door, Draft("document", {name: fields[name]}, id="S/2023/945"))
        for name, door in zip(fields, (*either, *either), strict=True)
    ]
    at_once(*jobs)
    assert reading(either[0], "document:S/2023/945") == {"symbol": "S/2023/945", "title": "A title", **fields}


def test_the_same_request_sent_at_once_is_recorded_once(either: tuple[Archive, Archive]) -> None:
    told = at_once(*[lambda door=door: record(door, speech(), key="one") for door in (*either, *either)])
    assert sorted(each.repeated for each in told) == [False, True, True, True]
    assert len({(each.first, each.last, each.records) for each in told}) == 1


# -- whatever is sent ------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.integers(-5, 10**12),
    st.booleans(),
    st.text(max_size=5),
    st.sampled_from(["S/PV.9410", "S/2023/970", "2023-09-05", "CHE", "1-2-3", "adopted", "\ud800", "x" * 1_001]),
    st.lists(st.sampled_from(["CHE", "S/PV.9410", 3, ""]), max_size=2),
    st.dictionaries(st.sampled_from(["FRA", "USA", "x"]), st.sampled_from(["yes", "no", "perhaps"]), max_size=2),
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    kind = draw(st.sampled_from(sorted(KINDS)))
    names = [*KINDS[kind].__struct_fields__, "nonsense"]
    fields = draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=5))
    fields |= {name: draw(VALUES) for name in KINDS[kind].required if name not in fields}
    return Draft(kind, fields, id=draw(st.sampled_from(["", "", "S/PV.9410", "vote:S/2022/155", "x:y"])))


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive that many examples are recorded in."""
    it = opened(None, tmp_path_factory.mktemp("standing") / "log.db")
    seat(it)
    yield it
    it.close()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(drafts(), min_size=1, max_size=3))
def test_whatever_is_sent_is_recorded_whole_or_refused_without_a_trace(standing: Archive, sent: list[Draft]) -> None:
    position, commits = standing.position(), len(list(standing.commits()))
    told, refusal = None, None
    try:
        told = record(standing, *sent)
    except RefusedError as error:
        refusal = error
    except FactError as error:
        refusal = RefusedError((recording.Fault(0, "", "", str(error)),))  # names need a keyring, which is not here
    written = told is not None and told.first > 0
    assert len(list(standing.commits())) == commits + written
    assert (standing.position() > position) == written
    if told is not None:
        assert len(told.records) == len(sent)
    if refusal is not None:
        assert all(0 <= fault.index < len(sent) and fault.rule for fault in refusal.faults)
        assert str(refusal).encode()


TITLES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "title": TITLES | st.none(),
        "type": TITLES | st.none(),
        "author": TITLES | st.none(),
        "date": st.sampled_from(["2023-01-01", "2022", None]),
        "languages": st.lists(st.sampled_from(["en", "fr"]), max_size=2) | st.none(),
    },
)
ADVICE = st.fixed_dictionaries(
    {},
    optional={
        "topic": TITLES | st.none(),
        "requested_on": st.sampled_from(["2023-01-01", "2023-01-02", None]),
        "received_on": st.sampled_from(["2023-02-01", "2023-02-02", None]),
        "considered_on": st.sampled_from(["2023-03-01", "2023-03-02", None]),
        "remark": TITLES | st.none(),
    },
)
_fresh = numbers(1)


@pytest.mark.parametrize(("kind", "fields"), [("document", DOCUMENT), ("advice", ADVICE)])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_source_that_speaks_again_and_again_loses_nothing_it_said(
    standing: Archive, kind: str, fields: st.SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    symbol = f"S/2023/{next(_fresh)}"
    expected: dict[str, Any] = {"symbol": symbol}
    record(standing, Draft(kind, {"symbol": symbol}))
    for said in data.draw(st.lists(fields, min_size=1, max_size=5)):
        record(standing, Draft(kind, said, id=symbol))
        expected = {name: value for name, value in {**expected, **said}.items() if value is not None}
        assert reading(standing, f"{kind}:{symbol}") == expected
