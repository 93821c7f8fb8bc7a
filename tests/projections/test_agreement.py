"""Yearly tables of agreement equal comparing the ballots vote by vote, at any position, with corrections in between."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.agreement import CHOICES
from domain.archive import open_archive
from ops.store import environment
from projections.agreement import MEMBER, strangers, years_of
from projections.place import ReadModels, SqlitePlace
from projections.reading import Reader
from projections.views import Views
from tests import council
from tests.projections.conftest import Opened
from tests.projections.test_counts import CORRECTED
from tests.projections.test_engine import cases, histories, played, record


def by_hand(read: Reader) -> tuple[Counter[Any], Counter[Any]]:
    """(year, divided, adopted, a, b, choice, choice) → votes; (year, divided, adopted, member, what) → ballots."""
    live = read.live("t")
    votes = {row["record"]: row for row in read.rows(f"select * from votes t where {live}")}
    ballots: dict[str, dict[str, str]] = {}
    for row in read.rows(f"select * from ballots t where {live}"):
        ballots.setdefault(row["vote"], {})[row["member"]] = row["choice"]
    pairs: Counter[Any] = Counter()
    members: Counter[Any] = Counter()
    for vote, cast in ballots.items():
        said = {member: choice for member, choice in cast.items() if choice in CHOICES}
        counts = Counter(said.values())
        key = (votes[vote]["year"] or 0, len(counts) > 1, votes[vote]["outcome"] == "adopted")
        for a, b in combinations(sorted(said), 2):
            pairs[(*key, a, b, said[a], said[b])] += 1
        for member, choice in cast.items():
            if choice not in CHOICES:
                members[(*key, member, "unknown" if choice == "unknown" else "not_voting")] += 1
                continue
            members[(*key, member, choice)] += 1
            if choice != "yes" and counts[choice] == 1:
                members[(*key, member, f"alone_{choice}")] += 1
            if any(other != choice and 2 * count > sum(counts.values()) for other, count in counts.items()):
                members[(*key, member, "against_majority")] += 1
    return pairs, members


def kept(read: Reader) -> tuple[Counter[Any], Counter[Any]]:
    """The same, out of the rows."""
    pairs: Counter[Any] = Counter()
    members: Counter[Any] = Counter()
    for divided in (True, False):
        for adopted in (True, False):
            for number, year in years_of(read, 0, 9999, divided=divided, adopted=adopted):
                for (a, b), cells in year.pairs.items():
                    for place, count in enumerate(cells):
                        pairs[(number, divided, adopted, a, b, CHOICES[place // 3], CHOICES[place % 3])] += count
                for member, own in year.members.items():
                    for name, count in zip(MEMBER, own, strict=True):
                        members[(number, divided, adopted, member, name)] += count
    return +pairs, +members


@given(history=histories, corrected=st.permutations(CORRECTED), data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_yearly_tables_equal_comparing_vote_by_vote_at_any_position(
    tmp_path_factory: Any, history: list[int], corrected: list[Any], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("agreement")
    archive = open_archive(environment(None, folder / "log.db"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    played(archive, history)
    record(archive, cases)
    models.rebuild()
    for of, name, value in corrected:
        known = archive.record_of(of)
        if known is not None and known.reading().get(name) != value:
            archive.correct(of, name, value, authority="test", reason="test", by="test")
    models.catch_up()
    views = Views(models.place)
    for position in (archive.position(), *(data.draw(st.integers(0, archive.position())) for _ in range(3))):
        with views.reader(position) as read:
            assert kept(read) == by_hand(read), position
    views.close()
    archive.close()


def test_slovakias_ballots_of_2024_stand_in_a_wrong_column(opened: Opened) -> None:
    """S/RES/2728 (2024): the source gives Slovenia's ballot to Slovakia, which was no member."""
    archive, models, views = opened
    fifteen = [code for code in council.COUNCILS[2024].split() if code != "SVN"] + ["SVK"]
    vote = council.Vote(
        resolution=2728, date="2024-03-25", outcome="adopted", ballots=council.ballots(fifteen, abstain="USA")
    )
    record(archive, [council.fact("vote:S/RES/2728", "taken", vote)])
    models.catch_up()
    with views.reader() as read:
        assert strangers(read, years_of(read, 0, 9999)) == set(), "no list of members is known"
    record(archive, council.council_of(2024))
    models.catch_up()
    with views.reader() as read:
        assert strangers(read, years_of(read, 0, 9999)) == {(2024, "SVK")}
