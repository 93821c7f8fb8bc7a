"""Redaction in a real home folder: no file of it holds the name, and everything derived can be built again the same."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.archive import Archive
from domain.debates import Briefing, Invitation
from domain.facts import FactError, Pending, Source
from domain.sealing import NAMING, WITHHELD
from domain.subsidiaries import Listing
from ops.exporting import export
from ops.house import House
from ops.importing import run
from ops.settings import Settings
from projections.reading import Reader
from tests import council
from tests.end_to_end.conftest import ROOT
from tests.ops.test_record import MemoryLog, bring, contents, lines, tell

PERSON, NEWER = "Quillonde Vashtimoor-Prœll", "Quillonde Prœll"
BRIEFING, OTHER = "briefing:S/PV.9401#2", "briefing:S/PV.9401#3"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An archive with two briefings: one name spelled in two ways by its source, and a correction."""
    opened = House(Settings(home=tmp_path / "home"))
    told = Briefing(meeting="S/PV.9401", number=2, date="2023-08-24", category="civil society", gender="woman")
    other = Briefing(meeting="S/PV.9401", number=3, date="2023-08-24", category="State", person="The Chair")
    source = Source(name="document", document="S/PV.9401")
    tell(opened.archive, *council.everything(), Pending(OTHER, "given", source, other))
    for person in (PERSON, NEWER):
        claims = Briefing(**{name: getattr(told, name) for name in told.__struct_fields__} | {"person": person})
        tell(opened.archive, Pending(BRIEFING, "given", source, claims))
    opened.archive.correct(BRIEFING, "person", PERSON, authority="S/PV.9401", reason="as printed", by="a clerk")
    opened.catch_up()
    yield opened
    opened.close()


def redact(house: House) -> None:
    house.archive.redact(BRIEFING, authority="the briefer", reason="reprisals are feared", by="a clerk")


def person_of(read: Reader, record: str) -> Any:
    return read.value("select person from briefings where record = :record and until is null", {"record": record})


def files_with(folder: Path, *names: str) -> list[str]:
    """The files below a folder in which a name stands, in either of the two ways texts are written."""
    forms = [form for name in names for form in (name.encode(), name.encode("utf-16-le"), ascii(name).encode())]
    found = [path for path in folder.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)]
    return [str(path.relative_to(folder)) for path in found]


def test_a_name_is_in_no_file_of_the_home_folder_before_and_after_its_redaction(house: House, tmp_path: Path) -> None:
    words = ("Quillonde", "Vashtimoor", "Prœll", "quillonde", "vashtimoor")
    assert (tmp_path / "home" / "log.db-wal").stat().st_size > 0
    assert files_with(tmp_path, *words) == []
    redact(house)
    house.catch_up()
    assert files_with(tmp_path, *words) == []
    house.read_models.rebuild()
    house.indexer.rebuild()
    house.close()
    with sqlite3.connect(tmp_path / "home" / "log.db") as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert files_with(tmp_path, *words) == []
    assert files_with(tmp_path, "S/PV.9401") != []


def test_no_file_holds_a_key_of_the_redacted_record(house: House, tmp_path: Path) -> None:
    keys = [house.vault.key(BRIEFING, version) for version in (1, 2, 3)]
    other = house.vault.key(OTHER, 1)
    redact(house)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [key in held for key in keys if key] == [False, False, False]
    assert other is not None
    assert other in held


def test_read_models_are_the_same_with_and_without_the_keys(house: House) -> None:
    house.read_models.rebuild()
    before = house.read_models.content_hash()
    house.vault.destroy([BRIEFING])
    house.read_models.rebuild()
    assert house.read_models.content_hash() == before
    with house.views.reader() as read:
        reference = person_of(read, BRIEFING)
    assert reference == f"sealed:{BRIEFING}@3/now"
    assert house.archive.opened(reference) == WITHHELD


def test_followed_and_rebuilt_read_models_agree_on_a_redaction_and_list_it(house: House) -> None:
    redact(house)
    house.catch_up()
    followed = house.read_models.content_hash()
    with house.views.reader() as read:
        told = read.rows(
            "select verb, source from events where record = :record order by position", {"record": BRIEFING}
        )
        assert [row["verb"] for row in told] == ["given", "corrected", "corrected", "redacted"]
        assert told[-1]["source"] == "redaction"
        assert house.archive.opened(person_of(read, BRIEFING)) == WITHHELD
        assert house.archive.opened(person_of(read, OTHER)) == "The Chair"
    house.read_models.rebuild()
    assert house.read_models.content_hash() == followed


def test_a_redaction_in_one_process_is_seen_by_another_at_once(house: House) -> None:
    with closing(House(house.settings)) as second:
        other = second.archive
        reference = other.of(BRIEFING)[0].claims["person"]
        assert other.opened(reference) == PERSON
        redact(house)
        assert other.opened(reference) == WITHHELD


def test_opening_and_following_carry_out_what_a_crash_left_undone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.archive.reconcile()
    with monkeypatch.context() as patch:
        patch.setattr(house.vault, "destroy", lambda records: 0)
        redact(house)
    backup = house.settings.vault_path.read_bytes()
    again = House(house.settings)
    assert again.archive.opened(again.archive.of(BRIEFING)[0].claims["person"]) == WITHHELD
    assert again.vault.count() == 1
    again.close()
    house.settings.vault_path.write_bytes(backup)
    assert house.vault.count() == 4
    house.catch_up()
    assert house.vault.count() == 1


def test_an_export_tells_names_until_they_are_withheld_and_importing_it_again_adds_nothing(
    house: House, tmp_path: Path
) -> None:
    export(house.archive, tmp_path / "before")
    assert PERSON in "".join(lines(tmp_path / "before", "corrections"))
    redact(house)
    export(house.archive, tmp_path / "after")
    assert f",{WITHHELD}," in lines(tmp_path / "after", "briefings")[2]
    assert len(lines(tmp_path / "after", "corrections")) == len(lines(tmp_path / "before", "corrections")) - 1
    assert files_with(tmp_path / "after", "Quillonde") == []
    position = house.archive.position()
    for package in ("before", "after"):
        assert bring(house.archive, tmp_path / package) == []
    assert house.archive.position() == position
    assert files_with(tmp_path / "home", "Quillonde") == []


@pytest.mark.parametrize("name", [PERSON, NEWER])
def test_an_import_reports_a_correction_that_repeats_a_name_and_records_the_rest(
    house: House, tmp_path: Path, name: str
) -> None:
    export(house.archive, tmp_path / "package")
    file, descriptor = tmp_path / "package" / "corrections.csv", tmp_path / "package" / "datapackage.json"
    file.write_text(file.read_text().replace("as printed", f"as {name} wrote"))
    told = json.loads(descriptor.read_text())
    for resource in told["resources"]:
        for stamp in ("bytes", "hash", "rows"):
            resource.pop(stamp, None)
    descriptor.write_text(json.dumps(told))
    copy = Archive(MemoryLog(), keyring=council.Keys())
    report = run(copy, "record", tmp_path / "package", "a clerk")
    assert [NAMING in problem.why for problem in report.problems] == [True]
    assert [entry.verb for entry in copy.of(BRIEFING)] == ["given"]
    assert copy.record_of("vote:S/RES/2034") is not None


def test_in_a_copy_made_after_the_redaction_an_older_export_brings_no_name_back(house: House, tmp_path: Path) -> None:
    export(house.archive, tmp_path / "before")
    redact(house)
    export(house.archive, tmp_path / "after")
    keys = council.Keys()
    copy = Archive(MemoryLog(), keyring=keys)
    assert bring(copy, tmp_path / "after") == []
    position = copy.position()
    assert bring(copy, tmp_path / "before") == []
    assert copy.position() == position
    assert [record for record, _ in keys.kept] == [OTHER]


def test_a_house_on_postgresql_keeps_its_keys_there_and_no_file_at_home(database_url: str, tmp_path: Path) -> None:
    with closing(House(Settings(home=tmp_path, database_url=database_url))) as house:
        told = Briefing(meeting="S/PV.9401", number=2, category="civil society", person=PERSON)
        tell(house.archive, Pending(BRIEFING, "given", Source(name="press"), told))
        reference = house.archive.of(BRIEFING)[0].claims["person"]
        assert house.archive.opened(reference) == PERSON
        redact(house)
        house.catch_up()
        assert house.archive.opened(reference) == WITHHELD
        assert (house.vault.count(), house.vault.reached()) == (0, 2)
        assert not house.settings.vault_path.exists()


def council_redact(house: House, *options: str, answer: str = "") -> tuple[int, str, str]:
    """``council redact``: exit code and what it says, on one line each."""
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli", "redact", BRIEFING, *options],
        cwd=ROOT,
        env={**os.environ, "COUNCIL_HOME": str(house.settings.home)},
        input=answer,
        capture_output=True,
        text=True,
    )
    return done.returncode, " ".join(done.stdout.split()), " ".join(done.stderr.split())


def test_the_command_asks_says_what_it_destroyed_and_refuses_a_second_time(house: House) -> None:
    why = ("--authority", "the briefer", "--reason", "reprisals are feared")
    position = house.archive.position()
    code, _, asked = council_redact(house, *why, answer="n\n")
    assert code == 1
    assert f"{BRIEFING} names in person: {PERSON}; {NEWER}" in asked
    assert "Aborted" in asked
    assert house.archive.position() == position
    code, told, warned = council_redact(house, *why, "--yes")
    assert code == 0
    assert "person withheld; the keys of its events are destroyed" in told
    assert "exports, copies of the vault" in told
    assert "Quillonde" not in told + warned
    assert house.archive.names(OTHER) == {"person": ["The Chair"]}
    code, _, refused = council_redact(house, *why, "--yes")
    assert (code, refused) == (1, f"council: {BRIEFING} is redacted already")


# -- any archive that names persons ----------------------------------------------------------------------------------

persons = st.sampled_from([None, WITHHELD, PERSON, NEWER, "Ä, “B”\n"])
sources = st.builds(Source, name=st.sampled_from(["curated", "press"]), part=st.integers(0, 1))


@st.composite
def statement(draw: st.DrawFn) -> Pending:
    source, person, nth = draw(sources), draw(persons), draw(st.integers(1, 2))
    kind = draw(st.sampled_from(["briefing", "invitation", "listing"]))
    if kind == "briefing":
        told = Briefing(meeting="S/PV.9401", category="State", person=person)
        return Pending(f"briefing:S/PV.9401#{nth}", "given", source, told)
    if kind == "invitation":
        verb = draw(st.sampled_from(Invitation.verbs))
        decision = "granted" if verb == "decided" else None
        invited = Invitation(meeting="S/PV.9401", party="Civil society", person=person, decision=decision)
        return Pending(f"invitation:S/PV.9401#{nth}", verb, source, invited)
    verb = draw(st.sampled_from(Listing.verbs))
    listed = Listing(regime="regime:1267", reference=f"QDi.{nth}", name=person)
    return Pending(f"listing:1267/QDi.{nth}", verb, source, listed)


steps = st.lists(st.tuples(statement(), st.sampled_from(["tell", "tell", "correct", "redact"]), persons), max_size=12)


@settings(max_examples=300, deadline=None)
@given(steps)
def test_any_archive_that_names_persons_exported_imported_and_exported_gives_the_same_files(
    told: list[tuple[Pending, str, str | None]],
) -> None:
    first = Archive(MemoryLog(), keyring=council.Keys())
    for fact, what, person in told:
        try:
            if what == "tell":
                tell(first, fact)
            elif what == "correct":
                field = fact.claims.personal[0]
                first.correct(fact.record, field, person, authority="a", reason="b", by="c")
            else:
                first.redact(fact.record, authority="the person", reason="asked", by="c")
        except FactError:
            continue
    with tempfile.TemporaryDirectory() as temporary:
        one, two = Path(temporary, "one"), Path(temporary, "two")
        export(first, one)
        second = Archive(MemoryLog(), keyring=council.Keys())
        assert bring(second, one) == []
        for archive in (first, second):
            position = archive.position()
            assert bring(archive, one) == []
            assert archive.position() == position
        export(second, two)
        assert contents(one) == contents(two)
        for record in {fact.record for fact, *_ in told}:
            ours, theirs = first.record_of(record), second.record_of(record)
            assert (ours and ours.reading()) == (theirs and theirs.reading())
