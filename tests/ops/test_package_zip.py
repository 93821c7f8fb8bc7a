"""The whole record as a zip file: what `council export record` writes, as of any position, over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import frictionless
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from domain.archive import Archive, open_archive
from ops import importing, statements
from ops.exporting import export, package
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from tests import council


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(environment(None, tmp_path / "log.db"), council.Keys())
    list(opened.record([*council.everything(), *council.practice(), *council.supposed()], by="tests"))
    opened.correct("vote:S/2014/916", "date", "2014-12-31", authority="a test", reason="", by="tests")
    yield opened
    opened.close()


def packed(archive: Archive, position: int) -> bytes:
    file = io.BytesIO()
    package(archive, position, file)
    return file.getvalue()


def test_it_holds_the_files_of_the_exported_folder_byte_for_byte(archive: Archive, tmp_path: Path) -> None:
    export(archive, tmp_path / "folder")
    with zipfile.ZipFile(io.BytesIO(packed(archive, archive.position()))) as found:
        assert sorted(found.namelist()) == sorted(path.name for path in (tmp_path / "folder").iterdir())
        for name in found.namelist():
            assert found.read(name) == (tmp_path / "folder" / name).read_bytes(), name


def test_the_order_in_which_the_log_is_read_does_not_show(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = packed(archive, archive.position())
    monkeypatch.setattr(statements, "PAGE", 3)
    assert packed(archive, archive.position()) == whole


def test_a_past_position_gives_the_record_as_it_stood(archive: Archive, tmp_path: Path) -> None:
    before = archive.position()
    then = packed(archive, before)
    list(archive.record(council.holidays("2030-01-01"), by="tests"))
    archive.correct("vote:S/2014/916", "title", "Another", authority="a test", reason="", by="tests")
    assert packed(archive, before) == then
    with zipfile.ZipFile(io.BytesIO(packed(archive, archive.position()))) as now:
        assert b"2030-01-01" in now.read("holidays.csv")
    with zipfile.ZipFile(io.BytesIO(then)) as found:
        assert b"2030-01-01" not in found.read("holidays.csv")
        assert found.read("corrections.csv").count(b"\n") == 2
    with zipfile.ZipFile(io.BytesIO(packed(archive, 0))) as empty:
        assert all(empty.read(name).count(b"\n") == 1 for name in empty.namelist() if name.endswith(".csv"))


def test_it_is_served_with_its_hash_frictionless_finds_no_fault_and_it_is_read_back(
    archive: Archive, tmp_path: Path
) -> None:
    place = SqlitePlace(tmp_path / "views")
    ReadModels(archive, place).catch_up()
    client = TestClient(create_app(archive, Views(place), package=package))
    answer = client.get("/export/archive.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert "no-cache" in answer.headers["cache-control"]  # it tells sealed names
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        found.extractall(folder)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    resources = json.loads((folder / "datapackage.json").read_text())["resources"]
    assert all((folder / one["path"]).stat().st_size == one["bytes"] for one in resources)
    other = open_archive(environment(None, tmp_path / "other.db"), council.Keys())
    try:
        assert importing.run(other, "record", folder, "tester").complete
        assert packed(other, other.position()) == answer.content
    finally:
        other.close()
