"""Imports as a whole: twice, interrupted, after a change, with somebody else writing."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from domain.archive import Archive, open_archive
from domain.facts import Entry
from ops import importing
from ops.sources import FORMATS

FIXTURES = Path(__file__).parent / "sources" / "fixtures"
ALL = (
    ("sciencespo-votes", FIXTURES / "sciencespo.csv"),
    ("library-meetings", FIXTURES),
    ("library-vetoes", FIXTURES / "vetoes.html"),
    ("undl-votes", FIXTURES / "undl_v6.csv"),
)


@pytest.fixture
def new_archive(tmp_path: Path) -> Callable[[str], Archive]:
    def make(name: str) -> Archive:
        return open_archive({"PERSISTENCE_MODULE": "ops.store.sqlite", "SQLITE_DBNAME": str(tmp_path / f"{name}.db")})

    return make


def _content(archive: Archive) -> list[tuple[Any, ...]]:
    """Everything in the log but the times."""

    def told(entry: Entry) -> tuple[Any, ...]:
        return entry.position, entry.record, entry.version, entry.topic, entry.occurred, entry.source, str(entry.claims)

    return [told(entry) for entry in archive.entries()]


def test_importing_everything_twice_adds_nothing(new_archive: Callable[[str], Archive]) -> None:
    archive = new_archive("twice")
    first = [importing.run(archive, source, path, "tester") for source, path in ALL]
    position = archive.position()
    second = [importing.run(archive, source, path, "tester") for source, path in ALL]
    assert archive.position() == position
    assert [report.known for report in second] == [report.facts for report in first]
    assert [report.problems for report in second] == [report.problems for report in first]


def test_tables_imported_before_the_votes_keep_their_ties(new_archive: Callable[[str], Archive]) -> None:
    archive = new_archive("order")
    for source, path in (ALL[1], ALL[0]):
        importing.run(archive, source, path, "tester")
    again = importing.run(archive, *ALL[1], "tester")
    assert (again.opened, again.corrected) == (0, 0)
    assert {entry.record for entry in archive.entries(archive.position() - again.attested)} <= {"vote:S/RES/663"}


class _KilledError(Exception):
    pass


@pytest.mark.parametrize("commits", [0, 1, 2, 3, 5, 8, 13, 21])
def test_an_import_killed_and_run_again_gives_the_same_log(
    new_archive: Callable[[str], Archive], commits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, killed = new_archive("whole"), new_archive("killed")
    for source, path in ALL:
        importing.run(whole, source, path, "tester", chunk=7)
    left = [commits]
    insert = killed._log.insert_commit

    def dying(*arguments: Any, **named: Any) -> tuple[int, int] | None:
        if left[0] == 0:
            raise _KilledError
        left[0] -= 1
        return insert(*arguments, **named)

    for source, path in ALL:
        left[0] = commits
        with monkeypatch.context() as patched:
            patched.setattr(killed._log, "insert_commit", dying)
            try:
                importing.run(killed, source, path, "tester", chunk=7)
            except _KilledError:
                killed = new_archive("killed")
        importing.run(killed, source, path, "tester", chunk=7)
        insert = killed._log.insert_commit
    assert _content(killed) == _content(whole)
    assert [(c.first, c.last, c.source) for c in killed.commits()] == [
        (c.first, c.last, c.source) for c in whole.commits()
    ]


def test_a_changed_row_is_a_correction_and_the_old_value_stays(
    new_archive: Callable[[str], Archive], tmp_path: Path
) -> None:
    archive = new_archive("changed")
    importing.run(archive, "sciencespo-votes", FIXTURES / "sciencespo.csv", "tester")
    changed = tmp_path / "sciencespo.csv"
    text = (FIXTURES / "sciencespo.csv").read_text(encoding="utf-8")
    changed.write_text(text.replace("1992-08-01", "1992-01-08"), encoding="utf-8")
    report = importing.run(archive, "sciencespo-votes", changed, "tester")
    assert (report.corrected, report.opened, report.attested) == (2, 0, 0)  # the vote and its resolution
    record = archive.record_of("vote:S/RES/727")
    assert record is not None
    assert record.reading()["date"] == "1992-01-08"
    (correction,) = [entry.claims for entry in archive.of("vote:S/RES/727") if entry.verb == "corrected"]
    assert (correction["was"], correction["now"]) == ("1992-08-01", "1992-01-08")


def test_a_changed_page_corrects_the_librarys_own_statement_only(
    new_archive: Callable[[str], Archive], tmp_path: Path
) -> None:
    archive = new_archive("page")
    importing.run(archive, *ALL[0], "tester")
    page = tmp_path / "scact2004_table_en.html"
    text = (FIXTURES / page.name).read_text(encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    importing.run(archive, "library-meetings", page, "tester")
    page.write_text(text.replace("9-0-6", "15-0-0"), encoding="utf-8")
    assert importing.run(archive, "library-meetings", page, "tester").corrected == 1
    record = archive.record_of("vote:S/RES/1559")
    assert record is not None
    assert record.disagreements(("tally",)) == {}


def test_an_unknown_source_is_told(new_archive: Callable[[str], Archive]) -> None:
    with pytest.raises(importing.UnknownSourceError, match="undl-votes"):
        importing.run(new_archive("x"), "undl", FIXTURES / "undl_v6.csv", "tester")


def test_the_report_is_readable_as_table_and_as_json(new_archive: Callable[[str], Archive]) -> None:
    archive = new_archive("report")
    importing.run(archive, *ALL[0], "tester")
    seen: list[tuple[int, int]] = []
    report = importing.run(archive, *ALL[1], "tester", lambda done, total: seen.append((done, total)))
    assert seen[-1] == (report.rows, report.rows)
    assert not report.complete
    plain = json.loads(report.as_json())
    assert plain["problems"][0].keys() == {"file", "row", "column", "value", "why", "kind"}
    assert plain["unmatched"] == len(report.unmatched)
    written = StringIO()
    Console(width=200, file=written).print(report)
    assert "library-meetings" in written.getvalue()
    assert report.problems[0].why[:40] in written.getvalue()


def test_every_source_is_named_as_users_type_it() -> None:
    assert list(FORMATS) == [
        "membership",
        "sciencespo-votes",
        "library-meetings",
        "library-vetoes",
        "undl-votes",
        "missions",
        "record",
    ]
