"""Counts kept in cells equal counting the rows one by one, at any position, with corrections in between."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.archive import open_archive
from domain.charter import PERMANENT
from ops.store import environment
from projections.counting import Wanted, counted
from projections.place import ReadModels, SqlitePlace
from projections.reading import Reader
from projections.views import Views
from tests import council
from tests.projections.conftest import Opened
from tests.projections.test_engine import cases, histories, played, record

Row = dict[str, Any]

SWAPPED = council.ballots(council.FIFTEEN_2014, no="ARG USA", abstain="GBR KOR LTU NGA RWA")
"""The ballots of S/2014/916 with Argentina's and Australia's exchanged: no figure of the vote itself changes."""

CORRECTED: tuple[tuple[str, str, Any], ...] = (
    ("vote:S/2022/155", "agenda", "Letter dated 27 February 2022 (S/2014/136)"),
    ("vote:S/RES/2623", "agenda", "Letter dated 27 February 2022 (S/2014/136)"),
    ("vote:S/2014/916", "ballots", SWAPPED),
    ("vote:S/RES/2623", "ballots", {"FRA": "no", "ALB": "abstain"}),
    ("vote:S/2014/916", "date", "2014"),
    ("membership:AUS/2014", "group", "western_european_others"),
    ("meeting:S/PV.7354", "private", True),
    ("meeting:S/PV.7354", "topics", ["The situation in Mali", "The situation in Libya"]),
    ("mission:2023/ethiopia", "region", "Horn of Africa"),
)


def _yes_or_no(value: Any) -> str:
    return "" if value is None else "yes" if value else "no"


def rows_of(read: Reader, measure: str) -> list[Row]:
    """What is counted, row by row, each with the values of all dimensions: read from the record's own tables."""
    live = read.live("t")
    if measure in ("votes", "ballots"):
        votes = {
            row["record"]: {
                **{name: row[name] or "" for name in ("outcome", "nature", "proposal", "modality", "agenda", "date")},
                "unanimous": _yes_or_no(row["unanimous"]),
                "resolution": _yes_or_no(row["resolution"] is not None),
            }
            for row in read.rows(f"select * from votes t where {live}")
        }
        if measure == "votes":
            return list(votes.values())
        groups = {
            (row["member"], str(row["year"])): row["region"] or ""
            for row in read.rows(f"select * from memberships t where {live} order by record desc")
        }
        return [
            {
                **votes[row["vote"]],
                **{name: row[name] for name in ("member", "choice")},
                "seat": "permanent" if row["member"] in PERMANENT else "elected",
                "group": groups.get((row["member"], row["date"][:4]), ""),
            }
            for row in read.rows(f"select * from ballots t where {live}")
        ]
    table = {"statements": "documents"}.get(measure, measure)
    found = read.rows(f"select * from {table} t where {live}")
    if measure == "statements":
        return [row for row in found if row["type"] == "presidential statement"]
    for row in found:
        row["agenda"] = row.get("topic") or row.get("agenda") or ""
        row.update({name: _yes_or_no(row[name]) for name in ("official", "in_vote", "private") if name in row})
        row.update({name: row[name] or "" for name in ("format", "region") if name in row})
        row["date"] = row["date"] or str(row["year"] or "")
    return found


def by_hand(rows: list[Row], by: list[str], first: str | None, last: str | None, ballot: Mapping[str, str]) -> Any:
    """The same count, taken row by row."""
    found: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        year, month = row["date"][:4], row["date"][:7] if len(row["date"]) > 6 else ""
        when = {"year": year, "month": month, "decade": f"{year[:3]}0" if year else ""}
        for bound, beyond in ((first, lambda a, b: a < b), (last, lambda a, b: a > b)):
            if bound and (not year or beyond(year if len(bound) == 4 else month or "~", bound)):
                break
        else:
            inside = not any(bound and len(bound) > 4 for bound in (first, last)) or month
            if inside and all(row[name] == value for name, value in ballot.items()):
                found[tuple({**row, **when}[name] for name in by)] += 1
    return dict(found)


DIMENSIONS = {
    "votes": [
        "decade",
        "year",
        "month",
        "agenda",
        "outcome",
        "nature",
        "proposal",
        "modality",
        "unanimous",
        "resolution",
    ],
    "vetoes": ["decade", "year", "month", "agenda", "member", "official", "in_vote"],
    "meetings": ["decade", "year", "month", "agenda", "mode", "private", "format"],
    "statements": ["decade", "year", "month"],
    "missions": ["decade", "year", "month", "region"],
}
DIMENSIONS["ballots"] = [*DIMENSIONS["votes"], "member", "choice", "seat", "group"]
BOUNDS = [None, "2004", "2014", "2014-12", "2022", "2022-02", "2023"]


@given(history=histories, corrected=st.permutations(CORRECTED), data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_cells_sum_up_to_what_counting_row_by_row_gives_at_any_position(
    tmp_path_factory: pytest.TempPathFactory, history: list[int], corrected: list[Any], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    archive = open_archive(environment(None, folder / "log.db"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    played(archive, history)
    models.rebuild()
    record(archive, cases)
    models.catch_up()
    told = archive.position()
    for of, name, value in corrected:
        known = archive.record_of(of)
        if known is not None and known.reading().get(name) != value:
            archive.correct(of, name, value, authority="test", reason="test", by="test")
    models.catch_up()
    views = Views(models.place)
    for position in (
        archive.position(),
        data.draw(st.integers(told, archive.position())),
        data.draw(st.integers(0, told)),
    ):
        with views.reader(position) as read:
            for measure, dimensions in DIMENSIONS.items():
                rows = rows_of(read, measure)
                for _ in range(4):
                    by = data.draw(st.lists(st.sampled_from(dimensions), max_size=2, unique=True))
                    first, last = data.draw(st.sampled_from(BOUNDS)), data.draw(st.sampled_from(BOUNDS))
                    chosen = {"choice": "yes"} if measure == "ballots" and data.draw(st.booleans()) else {}
                    holds: dict[str, Callable[[str], bool]] = {"choice": "yes".__eq__} if chosen else {}
                    found = counted(read, Wanted(measure, by, first, last, ballots=holds))
                    assert found == by_hand(rows, by, first, last, chosen), (position, measure, by, first, last)
    views.close()
    archive.close()


def test_a_corrected_agenda_item_takes_the_ballots_of_s_2022_155_with_it(opened: Opened) -> None:
    archive, models, views = opened
    record(archive, cases)
    models.catch_up()
    before = archive.position()
    of, name, item = CORRECTED[0]
    archive.correct(of, name, item, authority="S/PV.8979", reason="as adopted", by="a clerk")
    models.catch_up()
    with views.reader() as read:
        now, then = (counted(each, Wanted("ballots", ["agenda", "choice"])) for each in (read, read.at(before)))
    assert {choice: n for (agenda, choice), n in now.items() if agenda == item} == {"yes": 11, "no": 1, "abstain": 3}
    assert not any(agenda == item for agenda, _ in then)
    assert sum(now.values()) == sum(then.values())


def test_an_event_opens_one_version_of_a_cell_of_each_size(opened: Opened) -> None:
    """Cells keep sane: the fifteen ballots of S/2014/916 lie in two rows, not in thirty."""
    archive, models, views = opened
    record(archive, [case for case in cases if case.record == "vote:S/2014/916"])
    models.catch_up()
    with views.reader() as read:
        for table in ("vote_counts", "vote_counts_by_item"):
            (row,) = read.rows(f"select n, ballots from {table} where until is null")
            assert row["n"] == 1
            assert len(json.loads(row["ballots"])) == 15
