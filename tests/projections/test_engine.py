"""Read models: any past state can be asked for; a rebuild is the same whatever the batches; readers see wholes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.archive import Archive, open_archive
from domain.facts import Pending
from ops.store import environment
from projections import engine
from projections.place import PostgresPlace, ReadModels, SqlitePlace
from projections.reading import ViewsError, one, page
from projections.views import Views
from projections.votes import BALLOTS, VOTES
from tests import council
from tests.conftest import StoreUrl
from tests.projections.conftest import Opened, contents, replayed


def record(archive: Archive, facts: list[Pending]) -> None:
    list(archive.record(facts, by="a clerk"))


def test_s_2014_916_with_eight_yes_and_a_permanent_no_is_not_a_veto(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    with views.reader() as read:
        vote = one(read, VOTES, record="vote:S/2014/916")
    assert vote is not None
    assert (vote["outcome"], vote["computed"]) == ("not adopted", "not adopted")
    assert (vote["yes"], vote["no"], vote["abstain"], vote["permanent_no"]) == (8, 2, 5, 1)
    assert vote["meeting"] == "S/PV.7354"


def test_s_res_2623_is_procedural_by_inference(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    with views.reader() as read:
        vote = one(read, VOTES, resolution=2623)
        vetoed = one(read, VOTES, record="vote:S/2022/155")
    assert vote is not None
    assert vetoed is not None
    assert (vote["computed"], vote["nature"], vote["basis"]) == ("adopted", "procedural", "inferred")
    assert (vetoed["computed"], vetoed["nature"], vetoed["basis"]) == ("vetoed", "substantive", "inferred")


def test_the_nature_that_the_president_announced_goes_before_the_inferred_one(opened: Opened) -> None:
    """The lost procedural motion of 19 March 2018, S/PV.8209; and S/2022/155, had it been announced as procedural."""
    archive, models, views = opened
    motion = council.Vote(
        date="2018-03-19", meeting="S/PV.8209", outcome="not adopted", tally="8-4-3", nature="procedural"
    )
    president = council.fact("vote:S/2022/155", "taken", council.Vote(nature="procedural"), "supposed")
    record(archive, [*council.everything(), council.fact("vote:S/PV.8209", "taken", motion), president])
    models.catch_up()
    with views.reader() as read:
        lost, announced = one(read, VOTES, record="vote:S/PV.8209"), one(read, VOTES, record="vote:S/2022/155")
    assert lost is not None
    assert announced is not None
    assert (lost["nature"], lost["basis"], lost["computed"]) == ("procedural", "announced", "not adopted")
    assert (announced["nature"], announced["basis"]) == ("procedural", "announced")
    assert (announced["outcome"], announced["computed"]) == ("vetoed", "adopted")


def test_s_res_2034_adopted_without_a_vote_has_no_ballots_and_is_not_called_unanimous(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    with views.reader() as read:
        vote = one(read, VOTES, resolution=2034)
        cast = read.value("select count(*) as n from ballots where vote = :v", {"v": "vote:S/RES/2034"})
        year = read.row(f"select * from year_totals where year = 2012 and {read.live()}")
    assert vote is not None
    assert year is not None
    assert (vote["yes"], vote["unanimous"], vote["not_voting"], vote["computed"]) == (None, None, 15, "adopted")
    assert cast == 0
    assert (year["adopted"], year["without_vote"], year["unanimous"], year["non_unanimous"]) == (1, 1, 0, 0)


def test_s_res_2541_voted_by_letter_is_a_vote_and_counts_as_unanimous(opened: Opened) -> None:
    archive, models, views = opened
    fifteen = ["BEL", "CHN", "DEU", "DOM", "EST", "FRA", "GBR", "IDN", "NER", "RUS", "TUN", "USA", "VCT", "VNM", "ZAF"]
    vote = council.Vote(
        resolution=2541,
        year=2020,
        date="2020-08-31",
        outcome="adopted",
        modality="written vote",
        tally="15-0-0",
        ballots=council.ballots(fifteen),
    )
    record(archive, [council.fact("vote:S/RES/2541", "taken", vote)])
    models.catch_up()
    with views.reader() as read:
        row = one(read, VOTES, resolution=2541)
        year = read.row(f"select * from year_totals where year = 2020 and {read.live()}")
    assert row is not None
    assert year is not None
    assert (bool(row["unanimous"]), row["computed"]) == (True, "adopted")
    assert (year["unanimous"], year["without_vote"]) == (1, 0)


def test_the_state_before_a_correction_can_still_be_asked_for(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    before = archive.position()
    archive.correct("vote:S/RES/1559", "tally", "9-0-6", authority="S/PV.5028", reason="as announced", by="a clerk")
    models.catch_up()
    with views.reader() as now, views.reader(before) as then:
        assert one(now, VOTES, resolution=1559)["abstain"] == 6  # type: ignore[index]
        assert one(then, VOTES, resolution=1559)["abstain"] == 0  # type: ignore[index]
        assert then.row(f"select * from year_totals t where year = 2004 and {then.live('t')}")["unanimous"] == 1  # type: ignore[index]
        assert now.row(f"select * from year_totals t where year = 2004 and {now.live('t')}")["unanimous"] == 0  # type: ignore[index]


def test_a_position_outside_the_log_is_refused_and_position_0_is_empty(opened: Opened) -> None:
    archive, models, views = opened
    with pytest.raises(ViewsError, match="council rebuild"), views.reader():
        pass
    record(archive, council.s_2014_916())
    models.catch_up()
    with pytest.raises(ViewsError, match="from 0 to 2"), views.reader(3):
        pass
    with views.reader(0) as read:
        assert all(not rows for rows in contents(read).values())


def test_catching_up_in_steps_equals_one_rebuild(opened: Opened) -> None:
    archive, models, _ = opened
    facts = council.everything()
    for start in range(0, len(facts), 6):
        record(archive, facts[start : start + 6])
        models.catch_up()
    archive.correct("vote:S/RES/1559", "tally", "9-0-6", authority="S/PV.5028", reason="as announced", by="a clerk")
    models.catch_up()
    stepped = models.content_hash()
    for batch in (1, 7, 50_000):
        models.rebuild(batch=batch)
        assert models.content_hash() == stepped


def test_a_kill_within_a_batch_neither_misses_nor_repeats_an_event(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, models, _ = opened
    record(archive, council.members())
    models.catch_up()
    record(archive, council.everything())
    take: Callable[..., None] = engine.Projector.take

    def dies(self: engine.Projector, entry: object) -> None:
        if entry.position == 20:  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        take(self, entry)

    monkeypatch.setattr(engine.Projector, "take", dies)
    with pytest.raises(KeyboardInterrupt):
        models.catch_up()
    monkeypatch.undo()
    models.catch_up()
    resumed = models.content_hash()
    models.rebuild()
    assert models.content_hash() == resumed


def test_a_reader_keeps_its_whole_snapshot_while_a_rebuild_swaps_beneath_it(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    with views.reader() as before:
        seen = contents(before)
        record(archive, [council.fact("vote:S/RES/1", "taken", council.Vote(resolution=1, date="1946-01-25"))])
        models.rebuild()
        assert contents(before) == seen
        with views.reader() as after:
            assert one(after, VOTES, resolution=1) is not None
        assert one(before, VOTES, resolution=1) is None


def test_a_build_that_another_process_swapped_in_is_read_from_the_next_question_on(
    opened: Opened, store_url: StoreUrl
) -> None:
    archive, models, views = opened
    url, path = store_url
    elsewhere = ReadModels(archive, PostgresPlace(url) if url else SqlitePlace(path.parent / "views"))
    for number in range(1, 4):
        symbol = f"vote:S/RES/{number}"
        record(archive, [council.fact(symbol, "taken", council.Vote(resolution=number, date="1946-01-25"))])
        assert elsewhere.rebuild() == archive.position()
        assert models.place.current() == models.place.current() == elsewhere.place.current() == f"b{number:06}"
        with views.reader() as read:
            assert (read.position, one(read, VOTES, resolution=number) is not None) == (archive.position(), True)


def test_a_source_that_only_agrees_makes_no_new_version_of_a_row(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.s_2014_916())
    again = council.Vote(draft="S/2014/916", outcome="not adopted", tally="8-2-5")
    record(archive, [council.fact("vote:S/2014/916", "taken", again, "undl-votes")])
    models.catch_up()
    with views.reader() as read:
        assert read.value("select count(*) as n from votes where record = 'vote:S/2014/916'") == 2
        assert read.value("select count(*) as n from ballots where vote = 'vote:S/2014/916'") == 15
        assert read.value("select count(*) as n from year_totals where until <= since") == 0


def test_a_failed_rebuild_leaves_the_old_tables_serving(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    monkeypatch.setattr(engine.Projector, "take", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        models.rebuild()
    monkeypatch.undo()
    with views.reader() as read:
        assert one(read, VOTES, resolution=1559) is not None
    models.rebuild()
    assert len(models.place.builds()) <= 2


def test_read_models_of_another_stamp_are_rebuilt(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, models, _ = opened
    record(archive, council.everything())
    models.catch_up()
    before = models.place.current()
    monkeypatch.setattr(engine, "STAMP", "of tomorrow")
    models.catch_up()
    assert models.place.current() != before


def test_read_models_that_were_thrown_away_are_built_again(opened: Opened) -> None:
    archive, models, _ = opened
    record(archive, council.everything())
    models.catch_up()
    before = models.content_hash()
    for build in models.place.builds():
        models.place.drop(build)
    models.catch_up()
    assert models.content_hash() == before


def test_pages_reach_every_row_once_in_both_directions(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    with views.reader() as read:
        whole = [row["member"] for row in page(read, BALLOTS, None, ["vote", "member"], limit=1000)]
        for descending in (False, True):
            walked: list[str] = []
            after = None
            while rows := page(read, BALLOTS, None, ["vote", "member"], descending=descending, after=after, limit=7):
                walked += [row["member"] for row in rows]
                after = [rows[-1]["vote"], rows[-1]["member"]]
            assert walked == (whole[::-1] if descending else whole)
        last = page(read, BALLOTS, None, ["vote", "member"], limit=1000)[-1]
        before = page(read, BALLOTS, None, ["vote", "member"], before=[last["vote"], last["member"]], limit=3)
        assert [row["member"] for row in before] == whole[-4:-1]


def test_the_hash_does_not_depend_on_the_seed_of_pythons_hashes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from domain.archive import open_archive;"
        "from ops.store import environment; from projections.place import PostgresPlace, ReadModels, SqlitePlace;"
        "from tests import council;"
        "a = open_archive(environment(None, Path(sys.argv[1]) / 'log.db'));"
        "list(a.record(council.everything(), by='x'));"
        "m = ReadModels(a, SqlitePlace(Path(sys.argv[1]) / 'views')); m.rebuild(); print(m.content_hash())"
    )
    hashes = set()
    for seed in ("0", "1", "4242"):
        folder = tmp_path / seed
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.add(done.stdout)
    assert len(hashes) == 1


# -- as-of equality over random histories ----------------------------------------------------------------------------

cases = council.everything()
clerks = (
    ("vote:S/RES/1559", "tally", "9-0-6"),
    ("vote:S/RES/1559", "date", "2003-09-02"),
    ("vote:S/RES/2623", "resolution", 2624),
    ("vote:S/RES/2623", "resolution", 1559),
    ("meeting:S/PV.7354", "date", "2015-01-01"),
    ("vote:S/2022/155", "outcome", "adopted"),
    ("vote:S/2014/916", "ballots", {"FRA": "yes"}),
    ("membership:FRA/2012", "year", 2013),
    ("membership:FRA/2012", "year", 2012),
    ("name:RUS/en/", "first", "1991-12-24"),
)
histories = st.lists(st.sampled_from(range(len(cases) + len(clerks))), min_size=1, max_size=25)


def played(archive: Archive, history: list[int]) -> None:
    """Record cases in any order, with later changes by the same source and clerks' corrections among them."""
    for step in history:
        if step < len(cases):
            record(archive, [cases[step]])
            continue
        of, field, value = clerks[step - len(cases)]
        known = archive.record_of(of)
        if known is not None and known.reading().get(field) != value:
            archive.correct(of, field, value, authority="test", reason="test", by="test")


@given(history=histories, data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_asking_as_of_a_position_equals_replaying_the_log_to_it(
    tmp_path_factory: pytest.TempPathFactory, history: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("history")
    archive = open_archive(environment(None, folder / "log.db"))
    played(archive, history)
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    models.rebuild()
    views = Views(models.place)
    position = data.draw(st.integers(0, archive.position()))
    with views.reader(position) as read:
        assert contents(read) == replayed(archive, position)
    views.close()
    archive.close()


@given(history=histories, data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_catching_up_after_every_fact_equals_one_rebuild(
    tmp_path_factory: pytest.TempPathFactory, history: list[int], data: st.DataObject
) -> None:
    """A catching up begins from the tables alone, or from what an earlier one kept in mind, also when another process
    wrote meanwhile; a rebuild begins from nothing: none may know more than the others.
    """
    folder = tmp_path_factory.mktemp("history")
    archive = open_archive(environment(None, folder / "log.db"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    other = ReadModels(archive, SqlitePlace(folder / "views"))
    for step in history:
        played(archive, [step])
        who = data.draw(st.sampled_from(["kept", "other", "new"]))
        {"kept": models, "other": other}.get(who, ReadModels(archive, models.place)).catch_up()
    models.catch_up()
    stepped = models.content_hash()
    models.rebuild()
    assert models.content_hash() == stepped
    archive.close()


def test_two_records_that_come_to_bear_one_number_or_year_part_again(opened: Opened) -> None:
    """A clerk's slip gives S/RES/2623 the number of S/RES/1559, and France two memberships of 2013."""
    archive, models, views = opened
    record(archive, council.everything())
    models.catch_up()
    with views.reader() as read:
        before = contents(read)
    for wrong in (True, False):
        for of, field, value, right in (
            ("vote:S/RES/2623", "resolution", 1559, 2623),
            ("membership:FRA/2012", "year", 2013, 2012),
        ):
            archive.correct(of, field, value if wrong else right, authority="test", reason="a slip", by="a clerk")
            models.catch_up()
    with views.reader() as read:
        assert contents(read) == before
    archive.correct("vote:S/RES/1559", "resolution", None, authority="test", reason="a slip", by="a clerk")
    models.rebuild()


def test_a_vote_without_a_date_is_judged_by_no_majority(opened: Opened) -> None:
    archive, models, views = opened
    cast = council.ballots(council.FIFTEEN_2004, abstain="CHN RUS USA")
    undated = council.Vote(tally="12-0-3", outcome="adopted", modality="vote", ballots=cast)
    record(archive, [council.fact("vote:Oral amendment", "taken", undated)])
    models.catch_up()
    with views.reader() as read:
        vote = one(read, VOTES, record="vote:Oral amendment")
    assert vote is not None
    assert (vote["computed"], vote["required"], vote["members"], vote["unanimous"]) == (
        "undetermined",
        None,
        None,
        None,
    )
    assert (vote["yes"], vote["abstain"]) == (12, 3)


def test_a_document_known_by_its_id_alone_has_that_symbol(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, [council.fact("document:S/2022/1032", "issued", council.Document(title="Report"))])
    models.catch_up()
    with views.reader() as read:
        assert read.value("select symbol from documents") == "S/2022/1032"
