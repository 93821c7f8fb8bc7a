"""The one door: opening, attesting, correcting; nothing twice, nothing overwritten, nothing half-recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.archive import Archive, ConflictError, open_archive
from domain.decisions import decide, validate
from domain.facts import CORRECTED, Correction, Entry, FactError, Pending, Source, stated
from domain.missions import Mission, mission_id
from domain.records import Record
from domain.subsidiaries import Regime
from domain.votes import Vote, resolution_vote_id
from ops.store import environment
from tests import council


@pytest.fixture
def archive(store_url: tuple[str | None, object]) -> Iterator[Archive]:
    url, path = store_url
    opened = open_archive(environment(url, path))  # type: ignore[arg-type]
    yield opened
    opened.close()


def record(archive: Archive, facts: list[Pending], **options: object) -> list[str]:
    """What became of each fact, in a word."""
    words = []
    for outcome in archive.record(facts, by="a clerk", **options):  # type: ignore[arg-type]
        told = {"opened": outcome.opened, "attested": outcome.attested, "corrected": outcome.corrected, "known": True}
        words.append(next(word for word, holds in told.items() if holds))
    return words


def test_a_second_source_on_s_res_1559_attests_beside_the_first(archive: Archive) -> None:
    assert record(archive, council.s_res_1559()) == ["opened", "attested", "opened"]
    folded = archive.record_of("vote:S/RES/1559")
    assert folded is not None
    assert folded.reading()["tally"] == "15-0-0"
    assert folded.reading()["meeting"] == "S/PV.5028"
    values = {value: [s.source for s in by] for value, by in folded.disagreements(Vote.compared)["tally"]}
    assert values == {"15-0-0": [council.POLL], "9-0-6": [council.TABLES]}


def test_recording_everything_twice_adds_nothing(archive: Archive) -> None:
    record(archive, council.everything())
    position, commits = archive.position(), list(archive.commits())
    assert set(record(archive, council.everything())) == {"known"}
    assert archive.position() == position
    assert list(archive.commits()) == commits


def test_every_event_says_when_who_and_from_where(archive: Archive) -> None:
    record(archive, council.s_2014_916())
    first, second = archive.of("vote:S/2014/916")
    assert (first.topic, second.topic) == ("vote.taken/1", "vote.attested/1")
    assert first.occurred == "2014-12-30"
    assert first.recorded_by == "a clerk"
    assert first.source == Source(name=council.POLL, row="2597")
    assert first.recorded.endswith("Z")
    assert second.recorded == first.recorded


def test_a_changed_row_of_a_source_is_a_correction_and_the_old_value_stays_in_the_log(archive: Archive) -> None:
    title = "Security Council mission to Botswana"
    mission = mission_id(1977, title)
    stated_first = Mission(year=1977, title=title, last="1977-03-01")
    record(archive, [council.fact(mission, "undertaken", stated_first, "missions")])
    changed = Mission(year=1977, title=title, first="1977-02-15", last="1977-03-01")
    assert record(archive, [council.fact(mission, "undertaken", changed, "missions")]) == ["corrected"]
    assert [entry.topic for entry in archive.of(mission)] == ["mission.undertaken/1", "mission.corrected/1"]
    folded = archive.record_of(mission)
    assert folded is not None
    assert folded.reading()["first"] == "1977-02-15"
    assert archive.of(mission)[0].claims.get("first") is None


def test_a_value_a_source_no_longer_states_is_taken_back_by_a_correction(archive: Archive) -> None:
    vote = resolution_vote_id(727)
    both = Vote(resolution=727, date="1992-01-08", note="a note")
    record(archive, [council.fact(vote, "taken", both)])
    assert record(archive, [council.fact(vote, "taken", Vote(resolution=727, date="1992-01-08"))]) == ["corrected"]
    folded = archive.record_of(vote)
    assert folded is not None
    assert "note" not in folded.reading()


def test_a_clerks_correction_changes_the_reading_but_no_source(archive: Archive) -> None:
    record(archive, council.s_res_1559())
    entry = archive.correct(
        "vote:S/RES/1559",
        "tally",
        "9-0-6",
        authority="S/PV.5028",
        reason="as announced",
        by="a clerk",
        expected_version=2,
    )
    assert entry.verb == CORRECTED
    assert archive.of("vote:S/RES/1559")[-1] == entry
    folded = archive.record_of("vote:S/RES/1559")
    assert folded is not None
    assert folded.reading()["tally"] == "9-0-6"
    assert folded.statements[0].fields["tally"] == "15-0-0"


@pytest.mark.parametrize(
    ("record_id", "field", "value", "says"),
    [
        ("vote:S/RES/9999", "tally", "1-1-1", "no record 'vote:S/RES/9999'"),
        ("vote:S/RES/1559", "talley", "1-1-1", "no field 'talley'"),
        ("vote:S/RES/1559", "tally", "nine", "yes-no-abstain"),
        ("vote:S/RES/1559", "tally", "15-0-0", "already reads"),
        ("vote:S/RES/1559", "outcome", "carried", "not one of"),
        ("vote:S/RES/1559", "ballots", {"France": "yes"}, "three capital letters"),
        ("vote:S/RES/1559", "date", "2004-13-01", "date"),
        ("vote:S/RES/1559", "resolution", "many", "resolution"),
        ("name:RUS/en/1991-12-24", "name", None, "a name needs name"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    archive: Archive, record_id: str, field: str, value: object, says: str
) -> None:
    record(archive, [*council.s_res_1559(), *council.members()])
    position = archive.position()
    with pytest.raises(FactError, match=says):
        archive.correct(record_id, field, value, authority="x", reason="y", by="z")
    assert archive.position() == position


def test_of_two_clerks_correcting_the_same_record_one_gets_a_conflict(archive: Archive) -> None:
    record(archive, council.s_res_1559())
    archive.correct("vote:S/RES/1559", "note", "one", authority="a", reason="r", by="one", expected_version=2)
    with pytest.raises(ConflictError, match="version 3, not 2"):
        archive.correct("vote:S/RES/1559", "note", "two", authority="a", reason="r", by="two", expected_version=2)
    assert [e.claims["now"] for e in archive.of("vote:S/RES/1559") if e.verb == CORRECTED] == ["one"]


def test_a_writer_whose_register_is_stale_gets_a_conflict_and_writes_nothing(archive: Archive) -> None:
    stale = archive.register()
    record(archive, council.s_2014_916())
    position = archive.position()
    with pytest.raises(ConflictError):
        record(archive, council.s_2014_916(), register=stale)
    assert archive.position() == position
    assert set(record(archive, council.s_2014_916(), register=stale)) == {"known"}


def test_what_was_decided_on_the_whole_log_is_not_written_once_the_log_has_grown(archive: Archive) -> None:
    """An import matches its rows with the votes there are; another importer may just have opened the vote it lacks."""
    register = archive.register()
    record(archive, council.s_res_1559())
    with pytest.raises(ConflictError, match="do it again"):
        record(archive, council.s_2014_916(), register=register)
    assert archive.record_of("vote:S/2014/916") is None
    assert record(archive, council.s_2014_916(), register=archive.register(), chunk=1) == ["opened", "attested"]


def test_a_register_forgets_what_a_refused_transaction_did_not_write(archive: Archive) -> None:
    register = archive.register()
    bad = council.fact("vote:S/1", "taken", Vote(date="2004-13-01"))
    with pytest.raises(FactError):
        record(archive, [*council.s_2014_916(), bad], register=register)
    assert register.get("vote:S/2014/916") is None
    assert record(archive, council.s_2014_916(), register=register) == ["opened", "attested"]


def test_a_statement_that_speaks_of_nobody_is_refused_at_the_door(archive: Archive) -> None:
    for claims in (council.Membership(year=2014), council.Name(member="FRA"), council.Veto(date="2014-12-30")):
        with pytest.raises(FactError, match=f"a {claims.kind} needs "):
            record(archive, [council.fact(f"{claims.kind}:x", claims.verbs[0], claims)])
    assert archive.position() == 0


def test_a_fact_that_breaks_a_rule_leaves_its_whole_transaction_unwritten(archive: Archive) -> None:
    bad = council.fact("vote:S/RES/1", "taken", Vote(resolution=1, tally="eleven"))
    with pytest.raises(FactError, match=r"S/RES/1.*yes-no-abstain"):
        record(archive, [*council.s_2014_916(), bad])
    assert archive.position() == 0


def test_a_date_before_the_charter_is_refused_at_the_door(archive: Archive) -> None:
    with pytest.raises(FactError, match="before the Charter"):
        record(archive, [council.fact("vote:S/RES/1", "taken", Vote(resolution=1, date="0199-01-01"))])


def test_recording_in_chunks_stopped_anywhere_and_begun_again_gives_the_same_events(archive: Archive) -> None:
    def said(log: Archive) -> list[tuple[str, int, str, dict[str, object]]]:
        return [(e.record, e.version, e.topic, e.claims) for e in log.entries()]

    list(islice(archive.record(council.everything(), by="x", chunk=4), 9))
    assert 0 < archive.position() < len(council.everything())
    list(archive.record(council.everything(), by="x", chunk=7))
    interrupted = said(archive)
    assert len({(record_id, version) for record_id, version, _, _ in interrupted}) == len(interrupted)
    assert [fact.record for fact in council.everything()] == [e[0] for e in interrupted]


def test_a_time_of_recording_maps_to_the_position_reached_then(store_url: tuple[str | None, object]) -> None:
    url, path = store_url
    now = datetime(2023, 8, 28, tzinfo=UTC)
    opened = open_archive(environment(url, path))  # type: ignore[arg-type]
    opened._clock = lambda: now
    record(opened, council.s_2014_916())
    now = now + timedelta(days=8)
    record(opened, council.s_res_2034())
    assert opened.position_at("2023-08-27T00:00:00Z") == 0
    assert opened.position_at("2023-08-28T00:00:00Z") == 2
    assert opened.position_at("2023-09-05T00:00:00+02:00") == 2
    assert opened.position_at("2023-09-05") == 3
    with pytest.raises(FactError, match="ISO 8601"):
        opened.position_at("last week")
    assert opened.position_at("0999-01-01T00:00:00Z") == 0
    with pytest.raises(FactError, match="ISO 8601"):
        opened.position_at("0001-01-01T00:00:00+14:00")
    opened.close()


@pytest.mark.parametrize(
    ("written", "position"),
    [
        ("2026-11-24", 1),
        ("2026-11-23", 0),
        ("2026-11-24T01:37", 1),
        ("2026-11-24 01:37", 1),
        ("2026-11-24T01:36", 0),
        ("2026-11-24T01", 1),
        ("2026-11-24T01:37:20", 1),
        ("2026-11-24T01:37:20Z", 1),
        ("2026-11-24T01:37:19Z", 0),
        ("2026-11-24T03:37+02:00", 1),
        ("2026-11-24T01:37:20.499999Z", 0),
        ("2026-11-24T01:37:20.500000Z", 1),
        ("20261124T013720", 1),
    ],
)
def test_a_time_stands_for_its_end_so_that_a_time_a_page_shows_finds_that_page(
    written: str, position: int, tmp_path: Path
) -> None:
    moment = datetime(2026, 11, 24, 1, 37, 20, 500000, tzinfo=UTC)
    archive = open_archive(environment(None, tmp_path / "log.db"))
    archive._clock = lambda: moment
    list(archive.record([council.s_2014_916()[0]], by="a clerk"))
    assert archive.position_at(written) == position
    archive.close()


def test_advice_requested_received_and_considered_is_one_record_of_three_events(archive: Archive) -> None:
    from domain.peacebuilding import Advice, advice_id

    steps = [
        council.fact(advice_id("x"), "requested", Advice(requested_on="2023-01-01", topic="Mali"), "curated"),
        council.fact(advice_id("x"), "received", Advice(symbol="S/2023/100", received_on="2023-02-01"), "curated"),
        council.fact(advice_id("x"), "considered", Advice(meeting="S/PV.9300", considered_on="2023-03-01"), "curated"),
    ]
    record(archive, steps)
    assert [entry.verb for entry in archive.of("advice:x")] == ["requested", "received", "considered"]
    folded = archive.record_of("advice:x")
    assert folded is not None
    assert folded.reading()["topic"] == "Mali"
    assert folded.reading()["meeting"] == "S/PV.9300"
    assert record(archive, steps) == ["known", "known", "known"]


def a_regime(verb: str, source: str = "curated", **fields: Any) -> Pending:
    """Sanctions on Southern Rhodesia: imposed by S/RES/232 (1966), ended by S/RES/460 (1979)."""
    return council.fact("regime:253", verb, Regime(name="Southern Rhodesia", **fields), source)


def test_a_step_that_contradicts_what_its_source_said_of_the_record_is_refused(archive: Archive) -> None:
    record(archive, [a_regime("imposed", imposed_on="1966-12-16")])
    with pytest.raises(FactError, match=r"^regime:253: terminated_on: terminated \(1965-12-21\) before imposed"):
        record(archive, [a_regime("terminated", terminated_on="1965-12-21")])
    assert archive.position() == 1
    assert record(archive, [a_regime("terminated", "another source", terminated_on="1965-12-21")]) == ["attested"]
    assert record(archive, [a_regime("terminated", terminated_on="1979-12-21")]) == ["corrected"]
    with pytest.raises(FactError, match=r"^regime:253: terminated_on: "):
        record(archive, [a_regime("imposed", imposed_on="1980-01-01")])


@pytest.mark.parametrize("chunk", [1, 5_000])
def test_steps_that_follow_each_other_are_judged_as_one_statement(archive: Archive, chunk: int) -> None:
    told = [a_regime("imposed", imposed_on="1966-12-16"), a_regime("terminated", terminated_on="1970-12-21")]
    assert record(archive, told, chunk=chunk) == ["opened", "attested"]
    later = [a_regime("imposed", imposed_on="1976-12-16"), a_regime("terminated", terminated_on="1979-12-21")]
    assert record(archive, later, chunk=chunk) == ["corrected", "corrected"]  # the first alone ends before it begins
    with pytest.raises(FactError, match=r"^regime:253: terminated_on: "):
        record(archive, [a_regime("imposed", imposed_on="1990-12-16"), a_regime("terminated", terminated_on="1989")])
    folded = archive.record_of("regime:253")
    assert folded is not None
    assert (folded.reading()["imposed_on"], folded.reading()["terminated_on"]) == ("1976-12-16", "1979-12-21")


def test_a_kind_or_field_unknown_to_the_archive_is_named() -> None:
    with pytest.raises(FactError, match="no kind of record 'summit'"):
        validate("summit", {})
    with pytest.raises(FactError, match="talley"):
        validate("vote", {"talley": "1-1-1"})


# -- properties of the fold ------------------------------------------------------------------------------------------

fields = st.fixed_dictionaries(
    {},
    optional={
        "date": st.sampled_from(["2004-09-02", "2004-09-03"]),
        "tally": st.sampled_from(["15-0-0", "9-0-6", "14-0-1"]),
        "title": st.sampled_from(["a", "b"]),
        "not_voting": st.integers(0, 2),
    },
)
statements = st.lists(st.tuples(st.sampled_from(["one", "two", "three"]), fields), min_size=1, max_size=12)


def fold(said: list[tuple[str, dict[str, object]]]) -> tuple[Record | None, list[Entry]]:
    folded: Record | None = None
    log: list[Entry] = []
    for source, values in said:
        pending = Pending("vote:x", "taken", Source(name=source), Vote(**values))  # type: ignore[arg-type]
        _, decided = decide(folded, pending)
        for verb, claims in decided:
            folded = folded or Record("vote:x", "vote")
            entry = Entry(
                len(log) + 1, "vote:x", folded.version + 1, f"vote.{verb}/1", "", "", "", pending.source, stated(claims)
            )
            folded.apply(entry)
            log.append(entry)
    return folded, log


@given(statements)
@settings(max_examples=300)
def test_each_source_stands_as_it_last_spoke(said: list[tuple[str, dict[str, object]]]) -> None:
    folded, _ = fold(said)
    assert folded is not None
    for source in {name for name, _ in said}:
        last = [values for name, values in said if name == source][-1]
        statement = folded.statement(Source(name=source))
        assert statement is not None
        assert statement.fields == last


@given(statements)
@settings(max_examples=300)
def test_no_value_ever_stated_is_lost_from_the_log(said: list[tuple[str, dict[str, object]]]) -> None:
    _, log = fold(said)
    written = [
        (entry.claims["of"], entry.claims["field"], entry.claims.get("now"))
        if entry.verb == CORRECTED
        else (entry.source.name, None, entry.claims)
        for entry in log
    ]
    for source, values in said:
        for name, value in values.items():
            assert any(
                who == source and ((field == name and now == value) or (field is None and now.get(name) == value))  # type: ignore[union-attr]
                for who, field, now in written
            )


@given(statements)
def test_saying_it_all_again_adds_nothing_when_each_spoke_once(said: list[tuple[str, dict[str, object]]]) -> None:
    once = list({name: (name, values) for name, values in said}.values())
    _, log = fold(once)
    _, again = fold(once + once)
    assert len(again) == len(log)


def test_a_version_that_does_not_follow_is_refused() -> None:
    folded = Record("vote:x", "vote")
    with pytest.raises(FactError, match="does not follow"):
        folded.apply(Entry(1, "vote:x", 2, "vote.taken/1", "", "", "", Source(name="a"), {}))


def test_a_correction_of_a_source_that_never_spoke_is_refused() -> None:
    folded, _ = fold([("one", {"title": "a"})])
    assert folded is not None
    correction = Correction(field="title", now="b", authority="x", reason="y", of="two")
    with pytest.raises(FactError, match="two has stated nothing"):
        folded.apply(Entry(2, "vote:x", 2, "vote.corrected/1", "", "", "", Source(name="two"), stated(correction)))
