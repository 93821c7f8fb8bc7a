"""The difference of two states: exact, and the same as comparing the two states whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.archive import open_archive
from ops.store import environment
from projections import diff
from projections.place import ReadModels, SqlitePlace
from projections.reading import Reader, ViewsError
from projections.versioned import VIEWS
from projections.views import Views
from tests import council
from tests.projections.conftest import Opened
from tests.projections.test_engine import histories, played


def test_a_correction_of_s_res_1559_shows_every_field_that_reads_otherwise(opened: Opened) -> None:
    archive, models, views = opened
    list(archive.record(council.everything(), by="a clerk"))
    before = archive.position()
    archive.correct("vote:S/RES/1559", "tally", "9-0-6", authority="S/PV.5028", reason="as announced", by="a clerk")
    models.catch_up()
    with views.reader() as read:
        (change,) = diff.changes(read, before, archive.position())
        assert diff.kinds(read, before, archive.position()) == [diff.KindChanges("vote", 0, 1, 1)]
    assert (change.record, change.state, change.events) == ("vote:S/RES/1559", diff.CHANGED, 1)
    read_so = {(field.table, field.field): (field.was, field.now) for field in change.fields}
    assert read_so["votes", "abstain"] == (0, 6)
    assert read_so["votes", "unanimous"] == (True, False)


def test_a_source_that_agrees_about_s_2014_916_changes_nothing_that_is_read(opened: Opened) -> None:
    archive, models, views = opened
    list(archive.record(council.s_2014_916(), by="a clerk"))
    before = archive.position()
    claims = council.Vote(draft="S/2014/916", outcome="not adopted")
    list(archive.record([council.fact("vote:S/2014/916", "taken", claims, "undl-votes")], by="a clerk"))
    models.catch_up()
    with views.reader() as read:
        (change,) = diff.changes(read, before, archive.position())
    assert change.state == diff.ATTESTED
    assert [field.field for field in change.fields] == ["sources"] or not change.fields


def test_states_out_of_order_or_outside_the_log_have_no_difference(opened: Opened) -> None:
    archive, models, views = opened
    list(archive.record(council.s_2014_916(), by="a clerk"))
    models.catch_up()
    with views.reader() as read:
        for start, end in ((1, 0), (0, archive.position() + 1), (-1, 1)):
            with pytest.raises(ViewsError, match="two positions in order"):
                diff.changes(read, start, end)
        assert diff.changes(read, 1, 1) == []


def test_pages_of_changes_reach_every_record_once(opened: Opened) -> None:
    archive, models, views = opened
    list(archive.record(council.everything(), by="a clerk"))
    models.catch_up()
    with views.reader() as read:
        whole = [change.record for change in diff.changes(read, 0, read.position, limit=1000)]
        walked: list[str] = []
        after = 0
        while found := diff.changes(read, 0, read.position, after=after, limit=3):
            walked += [change.record for change in found]
            after = found[-1].first
        assert walked == whole
        assert len(set(whole)) == len(whole)
        votes = diff.changes(read, 0, read.position, kind="vote", limit=1000)
        assert [change.record for change in votes] == [record for record in whole if record.startswith("vote:")]


def _stated(read: Reader, position: int) -> dict[tuple[str, str, str], dict[str, Any]]:
    """(table, owner, rest of the key) → the row's values other than its key, at a position."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    then = read.at(position)
    for name, view in VIEWS.items():
        for row in then.rows(f"select {','.join(view.columns)}, owner as owner_ from {name} where {then.live()}"):
            owner = row.pop("owner_")
            label = "/".join(str(row[part]) for part in view.key if row[part] != owner)
            found[name, owner, label] = {column: row[column] for column in view.columns if column not in view.key}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        value = json.loads(value)
    return None if value in ("", [], {}) else value


@given(history=histories, data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_difference_is_what_comparing_the_two_states_whole_gives(
    tmp_path_factory: pytest.TempPathFactory, history: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("history")
    archive = open_archive(environment(None, folder / "log.db"))
    played(archive, history)
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    models.rebuild()
    views = Views(models.place)
    start = data.draw(st.integers(0, archive.position()))
    end = data.draw(st.integers(start, archive.position()))
    with views.reader() as read:
        changes = diff.changes(read, start, end, limit=1000)
        touched = {change.record for change in changes}
        told = {
            (field.table, change.record, field.row, field.field): (field.was, field.now)
            for change in changes
            for field in change.fields
        }
        before, after = _stated(read, start), _stated(read, end)
    compared = {}
    for key in {*before, *after}:
        if key[1] not in touched:
            continue
        for column in VIEWS[key[0]].columns:
            was, now = (_plain(state.get(key, {}).get(column)) for state in (before, after))
            if was != now:
                compared[(*key, column)] = (was, now)
    assert told == compared
    opened_between = {entry.record for entry in archive.entries() if start < entry.position <= end}
    assert touched == opened_between
    views.close()
    archive.close()
