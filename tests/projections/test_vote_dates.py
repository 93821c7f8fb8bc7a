"""Votes dated on no day of their meeting: whole intervals and resumptions are compared."""

from __future__ import annotations

from pathlib import Path

from domain.archive import open_archive
from domain.facts import Pending
from domain.meetings import FORMAL, Meeting, Sitting, meeting_id, sitting_id
from domain.votes import Vote, resolution_vote_id
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from tests import council


def found(folder: Path, facts: list[Pending], *corrections: tuple[str, str, object]) -> list[str]:
    """The conflicts of kind ``date`` once the facts are recorded and put right."""
    folder.mkdir(exist_ok=True)
    archive = open_archive(environment(None, folder / "log.db"))
    models = ReadModels(archive, SqlitePlace(folder / "views"))
    list(archive.record(facts, by="a clerk"))
    models.catch_up()
    for of, field, value in corrections:
        archive.correct(of, field, value, authority="test", reason="test", by="a clerk")
        models.catch_up()
    stepped = models.content_hash()
    models.rebuild()
    assert models.content_hash() == stepped
    views = Views(models.place)
    with views.reader() as read:
        rows = read.rows(f"select summary from conflicts where kind = 'date' and {read.live()} order by id")
    views.close()
    archive.close()
    return [row["summary"] for row in rows]


def held(number: int, date: str, hours: list[str] | None = None) -> Pending:
    symbol = f"S/PV.{number}"
    claims = Meeting(number=number, symbol=symbol, date=date, mode=FORMAL, hours=hours)
    return council.fact(meeting_id(symbol), "convened", claims, council.TABLES)


def taken(resolution: int, date: str, meeting: str) -> Pending:
    claims = Vote(resolution=resolution, date=date, meeting=meeting)
    return council.fact(resolution_vote_id(resolution), "taken", claims)


def test_s_res_143_adopted_after_midnight_is_dated_off_the_day_of_s_pv_873(tmp_path: Path) -> None:
    facts = [taken(143, "1960-07-14", "S/PV.873"), held(873, "1960-07-13")]
    expected = ["date: dated 1960-07-14; S/PV.873 was held 1960-07-13"]
    assert found(tmp_path / "a", facts) == expected
    assert found(tmp_path / "b", facts[::-1]) == expected


def test_a_meeting_whose_second_day_or_hours_are_stated_covers_the_night(tmp_path: Path) -> None:
    """S/RES/289 (1970), at S/PV.1558 of 22 and 23 November."""
    assert found(tmp_path / "a", [taken(289, "1970-11-23", "S/PV.1558"), held(1558, "1970-11-22/1970-11-23")]) == []
    late = held(873, "1960-07-13", ["1960-07-13T20:30/1960-07-14T03:25"])
    assert found(tmp_path / "b", [taken(143, "1960-07-14", "S/PV.873"), late]) == []


def test_a_vote_at_a_resumption_is_on_a_day_of_the_meeting(tmp_path: Path) -> None:
    resumed = "S/PV.3653 (Resumption 1)"
    sitting = Sitting(meeting="S/PV.3653", symbol=resumed, part=1, date="1996-04-18")
    facts = [held(3653, "1996-04-15"), council.fact(sitting_id(resumed), "resumed", sitting, council.TABLES)]
    on_record = taken(1052, "1996-04-18", resumed)
    assert found(tmp_path / "a", [*facts, taken(1052, "1996-04-18", "S/PV.3653")]) == []
    assert found(tmp_path / "b", [*facts, on_record]) == []
    said = ["date: dated 1996-04-17; S/PV.3653 was held 1996-04-15, resumed 1996-04-18"]
    assert found(tmp_path / "c", [*facts, on_record], ("vote:S/RES/1052", "date", "1996-04-17")) == said


def test_a_corrected_date_or_meeting_settles_it_and_a_vote_without_one_is_not_judged(tmp_path: Path) -> None:
    facts = [taken(1009, "1995-10-08", "S/PV.3563"), held(3563, "1995-08-10"), held(3564, "1995-10-08")]
    assert len(found(tmp_path / "a", facts)) == 1
    assert found(tmp_path / "b", facts, ("vote:S/RES/1009", "date", "1995-08-10")) == []
    assert found(tmp_path / "c", facts, ("meeting:S/PV.3563", "date", "1995-10-08")) == []
    assert found(tmp_path / "d", facts, ("vote:S/RES/1009", "meeting", "S/PV.3564")) == []
    assert found(tmp_path / "e", facts, ("vote:S/RES/1009", "meeting", None)) == []
    assert found(tmp_path / "f", facts, ("vote:S/RES/1009", "date", None)) == []
    assert found(tmp_path / "g", facts, ("vote:S/RES/1009", "date", "1995-08")) == []
