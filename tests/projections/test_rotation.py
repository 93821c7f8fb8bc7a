"""The rotation of the presidency as a read model: computed beside recorded, in whatever order the facts come."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.archive import Archive, open_archive
from domain.facts import Pending
from domain.members import Membership, membership_id
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.presidencies import ROTATION
from projections.reading import Values, page
from projections.views import Views
from tests import council
from tests.projections.conftest import Opened, contents, replayed

THREE_YEARS = {
    2022: "NOR RUS ARE GBR USA ALB BRA CHN FRA GAB GHA IND",
    2023: "JPN MLT MOZ RUS CHE ARE GBR USA ALB BRA CHN ECU",
    2024: "FRA GUY JPN MLT MOZ KOR RUS SLE SVN CHE GBR USA",
}


def told(opened: Opened, facts: Sequence[Pending]) -> list[Values]:
    """The rotation once these facts are recorded."""
    archive, models, views = opened
    list(archive.record(facts, by="a clerk"))
    models.catch_up()
    with views.reader() as read:
        return page(read, ROTATION, None, ("month",), limit=1000)


def conflicts(views: Views) -> list[str]:
    with views.reader() as read:
        sql = f"select record, summary from conflicts where kind = 'rotation' and {read.live()} order by id"
        return [f"{row['record']} {row['summary']}" for row in read.rows(sql)]


def test_the_rotation_of_three_years_follows_from_niger_in_december_2021(opened: Opened) -> None:
    rows = told(opened, [*council.council_of(2021, 2022, 2023, 2024), council.presided("2021-12", "NER")])
    assert (rows[0]["month"], rows[0]["member"], rows[0]["recorded"]) == ("2021-12", None, "NER")
    expected = [code for year in THREE_YEARS.values() for code in year.split()]
    assert [row["member"] for row in rows[1:]] == expected
    assert [row["after"] for row in rows] == [None, "NER", *expected[:-1]]
    assert rows[-1]["month"] == "2024-12"


def test_the_list_of_members_may_come_after_the_presidencies(opened: Opened) -> None:
    recorded = [council.presided("2022-12", "IND"), council.presided("2021-12", "NER")]
    assert [row["month"] for row in told(opened, recorded)] == ["2021-12", "2022-12"]
    rows = told(opened, council.council_of(2021, 2022))
    assert [row["member"] for row in rows[1:]] == THREE_YEARS[2022].split()
    assert rows[-1]["record"] == "presidency:2022-12"


def test_a_year_whose_list_is_not_complete_computes_nobody_until_a_president_is_recorded(opened: Opened) -> None:
    facts = [*council.council_of(2021, 2022, 2024), council.presided("2021-12", "NER")]
    assert told(opened, facts)[-1]["month"] == "2022-12"
    rows = told(opened, [council.presided("2023-12", "ECU")])
    assert [row["month"] for row in rows[13:15]] == ["2023-12", "2024-01"]
    assert [row["member"] for row in rows[14:]] == THREE_YEARS[2024].split()


def test_a_president_recorded_off_the_rotation_is_a_conflict_and_hands_on_from_there(opened: Opened) -> None:
    archive, models, views = opened
    facts = [council.presided("2021-12", "NER"), council.presided("2022-02", "USA")]
    rows = told(opened, [*council.council_of(2021, 2022), *facts])
    assert [row["month"] for row in rows if row["differs"]] == ["2022-02"]
    assert conflicts(views) == ["presidency:2022-02 member: recorded USA, by the rotation RUS (after NOR)"]
    assert rows[3]["member"] == "ALB"
    archive.correct("presidency:2022-02", "member", "RUS", authority="S/PV.8979", reason="a slip", by="a clerk")
    models.catch_up()
    assert conflicts(views) == []
    assert [row["member"] for row in told(opened, [])][1:] == THREE_YEARS[2022].split()


def test_names_decide_as_borne_in_the_month(opened: Opened) -> None:
    """If Mexico had been called Aztlan from June 2022 on, it would have come before Brazil."""
    archive, models, views = opened
    rows = told(opened, [*council.council_of(2022), council.presided("2022-05", "ALB")])
    assert [row["member"] for row in rows[1:4]] == ["BRA", "CHN", "FRA"]
    renamed = council.Name(member="MEX", name="Aztlan", language="en", first="2022-06-01")
    rows = told(opened, [council.fact("name:MEX/en/2022-06-01", "borne", renamed, council.CURATED)])
    assert [row["member"] for row in rows[1:4]] == ["MEX", "BRA", "CHN"]
    archive.correct("name:MEX/en/2022-06-01", "first", "2022-06-02", authority="x", reason="a slip", by="a clerk")
    models.catch_up()
    with views.reader() as read:
        assert [row["member"] for row in page(read, ROTATION, None, ("month",), limit=4)][1:] == ["BRA", "CHN", "FRA"]


def test_the_name_of_the_last_president_of_a_year_decides_who_comes_in_january(opened: Opened) -> None:
    rows = told(opened, [*council.council_of(2021, 2022), council.presided("2021-12", "NER")])
    assert rows[1]["member"] == "NOR"
    opened[0].correct("name:NER/en/", "name", "Zamunda", authority="x", reason="a supposition", by="a clerk")
    assert told(opened, [])[1]["member"] == "ALB"


def test_a_member_that_leaves_within_the_year_presides_no_more(opened: Opened) -> None:
    leaves = Membership(member="BRA", year=2022, last="2022-05-31")
    others = [fact for fact in council.council_of(2022) if fact.record != membership_id("BRA", 2022)]
    joins = Membership(member="PRT", year=2022, first="2022-06-01")
    facts = [council.fact(membership_id("BRA", 2022), "held", leaves, "membership")]
    facts += [council.fact(membership_id("PRT", 2022), "held", joins, "membership"), council.presided("2022-05", "ALB")]
    assert [row["member"] for row in told(opened, [*others, *facts])][1:3] == ["CHN", "FRA"]


cases = [
    *council.council_of(2021, 2022),
    *(
        council.presided(month, member)
        for month, member in (("2021-12", "NER"), ("2022-02", "RUS"), ("2022-11", "IND"))
    ),
]
clerks = (
    ("presidency:2021-12", "month", "2022-02"),
    ("presidency:2021-12", "month", "2021-12"),
    ("presidency:2022-02", "member", "USA"),
    ("presidency:2022-02", "member", None),
    ("presidency:2022-11", "month", "2021-03"),
    ("membership:BRA/2022", "year", 2021),
    ("membership:BRA/2022", "year", 2022),
    ("membership:MEX/2022", "last", "2022-04-30"),
    ("name:GHA/en/", "name", "Aaland"),
    ("name:GHA/en/", "last", "2022-03-31"),
    ("name:NOR/en/", "language", "fr"),
    ("name:NER/en/", "name", "Zamunda"),
)
steps = st.integers(0, len(clerks) + 2)


def play(archive: Archive, step: int) -> None:
    """One clerk's correction, or one of the presidencies recorded."""
    if step >= len(clerks):
        list(archive.record([cases[step - len(clerks) - 3]], by="test"))
        return
    of, field, value = clerks[step]
    known = archive.record_of(of)
    if known is not None and known.reading().get(field) != value:
        archive.correct(of, field, value, authority="test", reason="test", by="test")


@given(early=st.booleans(), history=st.lists(steps, min_size=1, max_size=8), data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_rotation_as_of_a_position_equals_a_replay_to_it_and_steps_equal_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, early: bool, history: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("rotation")
    archive = open_archive(environment(None, folder / "log.db"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    list(archive.record(cases if early else cases[:-3], by="test"))
    models.catch_up()
    for step in history:
        play(archive, step)
        models.catch_up()
    stepped = models.content_hash()
    models.rebuild()
    assert models.content_hash() == stepped
    position = data.draw(st.integers(0, archive.position()))
    views = Views(models.place)
    with views.reader(position) as read:
        assert contents(read) == replayed(archive, position)
    views.close()
    archive.close()
