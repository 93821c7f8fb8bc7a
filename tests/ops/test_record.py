"""The record as a data package: written out, read back, refused where it is broken."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import frictionless
import msgspec
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.archive import Archive
from domain.charter import PERMANENT
from domain.debates import Proposal
from domain.documents import Document
from domain.facts import FactError, Pending, Source
from domain.kinds import KINDS
from domain.meetings import Meeting
from domain.members import Name
from domain.peacebuilding import Advice
from domain.vetoes import Veto
from domain.votes import CHOICES_IN_ORDER, Vote
from ops import exporting, importing
from ops.exporting import ExportError, export
from ops.package import BALLOTS, DESCRIPTOR, VALUES, tables
from ops.sources import FORMATS, record
from ops.sources.findings import Notice, Problem, SourceError
from tests import council

CURATED = Path(exporting.__file__).parent / "record" / "curated"


class MemoryLog:
    """A log in memory: what the archive needs of a store, and no more."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.commits: list[tuple[int, int, int, str, str, str, str]] = []
        self.versions: set[tuple[Any, int]] = set()

    def insert_commit(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        recorded: str,
        recorded_by: str,
        source: str,
        note: str,
        after: int | None = None,
    ) -> tuple[int, int]:
        if after not in (None, len(self.events)):
            raise IntegrityError("somebody has recorded meanwhile")
        placed = {(event.originator_id, event.originator_version) for event in stored_events}
        if placed & self.versions:
            raise IntegrityError("this version stands already")
        self.versions |= placed
        first = len(self.events) + 1
        self.events.extend(stored_events)
        last = len(self.events)
        self.commits.append((len(self.commits) + 1, first, last, recorded, recorded_by, source, note))
        return first, last

    def select_commits(self, after_number: int = 0, limit: int = 1000) -> Sequence[Any]:
        return self.commits[after_number : after_number + limit]

    def commit_at_time(self, recorded: str) -> int:
        return max((commit[2] for commit in self.commits if commit[3] <= recorded), default=0)

    def _row(self, index: int) -> tuple[int, str, int, str, bytes]:
        event = self.events[index]
        return index + 1, str(event.originator_id), event.originator_version, event.topic, event.state

    def select_raw(self, after_position: int, limit: int) -> Sequence[tuple[int, str, int, str, bytes]]:
        return [self._row(index) for index in range(after_position, min(after_position + limit, len(self.events)))]

    def select_raw_of(self, originator_id: str) -> Sequence[tuple[int, str, int, str, bytes]]:
        return [self._row(i) for i, event in enumerate(self.events) if event.originator_id == originator_id]

    def max_position(self) -> int:
        return len(self.events)

    def close(self) -> None:
        self.events.clear()


def new_archive() -> Archive:
    return Archive(MemoryLog(), keyring=council.Keys())


def tell(archive: Archive, *pending: Pending) -> None:
    list(archive.record(pending, by="tests"))


def bring(archive: Archive, path: Path) -> list[Problem]:
    """Import a package or a table; the problems it has."""
    record.check(path)
    register = archive.register()
    problems: list[Problem] = []

    def good() -> Iterator[Pending]:
        for finding in record.facts(path, register):
            if isinstance(finding, Pending):
                yield finding
            elif isinstance(finding, Problem):
                problems.append(finding)

    list(archive.record(good(), by="tests", register=register))
    return problems


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def lines(folder: Path, table: str) -> list[str]:
    return (folder / f"{table}.csv").read_text(encoding="utf-8").splitlines()


SCIENCESPO = Source(name="sciencespo-votes", row="1583")
LIBRARY = Source(name="library-meetings", row="2004/S/PV.5028")


@pytest.fixture
def archive() -> Archive:
    """Two sources on S/RES/1559 (2004), a veto, a meeting, a name, advice in two steps, and a correction."""
    archive = new_archive()
    ballots = dict.fromkeys(("FRA", "GBR", "USA"), "yes") | {"CHN": "abstain", "RUS": "abstain"}
    tell(
        archive,
        Pending(
            "vote:S/RES/1559",
            "taken",
            SCIENCESPO,
            Vote(resolution=1559, year=2004, date="2004-09-02", tally="15-0-0", outcome="adopted", ballots=ballots),
        ),
        Pending("vote:S/RES/1559", "taken", LIBRARY, Vote(tally="9-0-6", meeting="S/PV.5028", records=["S/PV.5028"])),
        Pending(
            "vote:Oral amendment\r#2", "taken", SCIENCESPO, Vote(label="Oral amendment\r", note='He said "no", twice')
        ),
        Pending("veto:S/2014/348/RUS", "cast", LIBRARY, Veto(vote="vote:S/2014/348", member="RUS", date="2014-05-22")),
        Pending(
            "meeting:S/PV.5028",
            "convened",
            LIBRARY,
            Meeting(
                number=5028, symbol="S/PV.5028", date="2004-09-02", private=False, topics=["Middle East, “Lebanon”"]
            ),
        ),
        Pending("name:TUR/en/2022-06-02", "borne", LIBRARY, Name(member="TUR", name="Türkiye", language="en")),
        Pending("advice:S/PV.9086", "requested", LIBRARY, Advice(topic="Sahel", requested_on="2022-06-01")),
        Pending("advice:S/PV.9086", "considered", LIBRARY, Advice(meeting="S/PV.9086", considered_on="2022-07-07")),
        Pending("document:S/RES/1009", "issued", SCIENCESPO, Document(symbol="S/RES/1009 (1995)", date="1995-10-08")),
    )
    archive.correct(
        "document:S/RES/1009", "date", "1995-08-10", authority="S/RES/1009 (1995)", reason="as printed", by="a"
    )
    return archive


def test_sources_that_differ_on_a_resolution_are_two_rows_in_the_order_they_were_heard(
    archive: Archive, tmp_path: Path
):
    summary = export(archive, tmp_path / "record")
    votes = lines(tmp_path / "record", "votes")
    assert votes[1].startswith("S/RES/1559,sciencespo-votes,0,1583,")
    assert "15-0-0" in votes[1]
    assert votes[2].startswith("S/RES/1559,library-meetings,0,2004/S/PV.5028,")
    assert "9-0-6" in votes[2]
    assert lines(tmp_path / "record", "ballots")[1] == "S/RES/1559,sciencespo-votes,0,CHN,abstain"
    assert lines(tmp_path / "record", "corrections")[1] == (
        'document:S/RES/1009,date,"""1995-10-08""","""1995-08-10""",S/RES/1009 (1995),as printed'
    )
    assert summary.rows["ballots"] == 5
    assert summary.statements == 8
    assert summary.position == archive.position()


def test_an_exported_record_is_read_back_whole(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "one")
    again = new_archive()
    assert bring(again, tmp_path / "one") == []
    export(again, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    for name in ("vote:S/RES/1559", "advice:S/PV.9086", "document:S/RES/1009", "vote:Oral amendment\r#2"):
        first, second = archive.record_of(name), again.record_of(name)
        assert first is not None
        assert second is not None
        assert first.reading() == second.reading()
        assert [s.source for s in first.statements] == [s.source for s in second.statements]
        assert first.verbs == second.verbs


def test_importing_the_record_twice_adds_nothing(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    again = new_archive()
    bring(again, tmp_path / "record")
    position = again.position()
    bring(again, tmp_path / "record")
    bring(archive, tmp_path / "record")
    assert again.position() == position
    assert archive.position() == 10


def test_the_advice_keeps_its_steps_and_their_dates(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    again = new_archive()
    bring(again, tmp_path / "record")
    assert [(entry.verb, entry.occurred) for entry in again.of("advice:S/PV.9086")] == [
        ("requested", "2022-06-01"),
        ("considered", "2022-07-07"),
    ]


def test_a_correction_there_and_back_survives(archive: Archive, tmp_path: Path):
    archive.correct("document:S/RES/1009", "date", "1995-10-08", authority="a mistake", reason="", by="a")
    archive.correct(
        "document:S/RES/1009", "date", "1995-08-10", authority="S/RES/1009 (1995)", reason="as printed", by="a"
    )
    archive.correct("document:S/RES/1009", "symbol", None, authority="a test", reason="nothing stated", by="a")
    export(archive, tmp_path / "one")
    again = new_archive()
    bring(again, tmp_path / "one")
    position = again.position()
    bring(again, tmp_path / "one")
    assert again.position() == position
    export(again, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(lines(tmp_path / "two", "corrections")) == 5


def test_a_source_that_put_itself_right_is_exported_as_it_states_now(archive: Archive, tmp_path: Path):
    tell(archive, Pending("vote:S/RES/1559", "taken", LIBRARY, Vote(tally="9-0-6", meeting="S/PV.5029")))
    export(archive, tmp_path / "record")
    assert "S/PV.5029" in lines(tmp_path / "record", "votes")[2]
    assert len(lines(tmp_path / "record", "corrections")) == 2


# -- any archive at all ----------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
days = st.sampled_from(["1946-01-17", "1995-08-10", "2004-09", "2022"])
SPECIAL: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("membership", "member"): st.sampled_from(["FRA", "TUR"]),
    ("membership", "year"): st.integers(1946, 2100),
    ("veto", "member"): st.sampled_from(sorted(PERMANENT)),
    ("vote", "tally"): st.sampled_from(["15-0-0", "9-0-6"]),
    ("vote", "ballots"): st.dictionaries(
        st.sampled_from(["FRA", "TUR", "CHN"]), st.sampled_from(CHOICES_IN_ORDER), min_size=1
    ),
    ("presidency", "month"): st.just("2023-09"),
    ("cession", "month"): st.just("1995-06"),
    ("presidency", "wrap_up_covers"): st.just(["2015-07", "2015-08"]),
    ("assessment", "paragraph"): st.just("S/2017/507/43"),
    ("document", "supersedes"): st.just("S/2010/507"),
    ("proposal", "paragraph"): st.just("S/2017/507/43"),
}
CODES = st.sampled_from(["FRA", "TUR", "CHN"])
NAMED: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("member", "chair", "taken_by"), CODES),
    "behalf": st.lists(CODES, max_size=2, unique=True),
    "language": st.sampled_from(["en", "zh"]),
    "languages": st.lists(st.sampled_from(["en", "zh"]), max_size=2),
    "concerns": st.lists(st.sampled_from(["en", "zh"]), max_size=2),
    "about": st.just("document:S/2023/945"),
    "number": st.integers(1, 9999),
    "hours": st.just(["2023-09-05T10:05/2023-09-05T13:10"]),
    "value": st.integers(0, 999),
    **dict.fromkeys(("amends", "derives_from", "supersedes"), st.just(["S/2017/507/142"])),
}
"""Fields whose values have a form of their own, whatever the kind."""
TYPES: dict[str, st.SearchStrategy[Any]] = {
    "string": words,
    "integer": st.integers(-9, 9999),
    "boolean": st.booleans(),
    "array": st.lists(words, max_size=2),
}
OF_KIND = {table.kind: table for table in tables().values() if table.kind}


@st.composite
def pending(draw: st.DrawFn) -> Pending:
    kind = draw(st.sampled_from(list(OF_KIND)))
    claims = KINDS[kind]
    fields: dict[str, Any] = {}
    types = {column.name: column.type for column in OF_KIND[kind].columns[5:] if column.name != "verbs"}
    for name in [*types, *([BALLOTS] if kind == "vote" else [])]:
        if name in claims.required or draw(st.booleans()):
            values = VALUES.get((kind, name))
            usual = st.sampled_from(values) if values else TYPES[types.get(name, "string")]
            dated = name in (*claims.dated, "first", "last")
            special = SPECIAL.get((kind, name), NAMED.get(name, usual))
            fields[name] = draw(days if dated and (kind, name) not in SPECIAL else special)
    if kind == "meeting" and "number" in fields:
        fields["symbol"] = f"S/PV.{fields['number']}"
    if fields.get("first", "") > fields.get("last", "9"):
        del fields["last"]
    if fields.get("modality") != "vote":
        fields.pop(BALLOTS, None)
    try:
        claims(**fields).vet()
    except FactError:
        needed = (*claims.required, *(["draft"] if kind == "measure" else []))
        fields = {name: fields.get(name, "S/2023/638") for name in needed}
    source = Source(
        name=draw(st.sampled_from(["curated", "Bücher, alte"])),
        row=draw(st.sampled_from(["", "12", 'a "b"\n'])),
        document=draw(st.sampled_from(["", "S/2022/521"])),
        part=draw(st.integers(0, 1)),
    )
    id = draw(st.sampled_from(["S/RES/1", "Oral amendment\r", "Ä,b"]))
    return Pending(f"{kind}:{id}", draw(st.sampled_from(claims.verbs)), source, claims(**fields))


def taken(archive: Archive, facts: list[Pending]) -> list[Pending]:
    """Tell facts one by one; those that the door lets in (a statement's steps may contradict each other)."""
    let_in = []
    for fact in facts:
        try:
            tell(archive, fact)
        except FactError:
            continue
        let_in.append(fact)
    return let_in


def of_one_proposal(verb: str, **fields: Any) -> Pending:
    claims = Proposal(meeting="S/PV.9410", text="Share the pen among all members of the Council.", **fields)
    return Pending("proposal:S/PV.9410#1", verb, Source(name="curated"), claims)


@settings(max_examples=150, deadline=None)
@example(
    [of_one_proposal("made", taken_up_in="S/2024/507/1"), of_one_proposal("followed_up", status="not pursued")] * 2, []
)
@given(
    st.lists(pending(), max_size=25),
    st.lists(st.tuples(st.integers(0, 9), st.none() | words), max_size=5),
)
def test_any_archive_exported_imported_and_exported_gives_the_same_files(
    facts: list[Pending], corrections: list[tuple[int, str | None]]
):
    first = new_archive()
    half = len(facts) // 2
    known = taken(first, facts[:half])
    fields = {"document": "title", "name": "name", "sitting": "place", "advice": "remark"}
    known = [fact for fact in known if fact.claims.kind in fields]
    for which, now in corrections:
        if known:
            fact = known[which % len(known)]
            try:
                first.correct(fact.record, fields[fact.claims.kind], now, authority="a", reason="b", by="c")
            except FactError:
                continue
    taken(first, facts[half:])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        export(first, folder / "one")
        second = new_archive()
        assert bring(second, folder / "one") == []
        position = second.position()
        bring(second, folder / "one")
        assert second.position() == position
        export(second, folder / "two")
        assert contents(folder / "one") == contents(folder / "two")
        ours, theirs = first.register(), second.register()
        for kind in KINDS:
            readings = {found.id: found.reading() for found in theirs.of_kind(kind)}
            assert {found.id: found.reading() for found in ours.of_kind(kind)} == readings


# -- the package -----------------------------------------------------------------------------------------------------


def complaints(descriptor: Path) -> list[str]:
    report = frictionless.validate(str(descriptor))
    return [str(note) for note in report.flatten(["title", "note"])] + list(report.warnings)


def test_frictionless_finds_no_fault_in_an_exported_record(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    assert complaints(tmp_path / "record" / DESCRIPTOR) == []


def test_frictionless_finds_no_fault_in_an_empty_record(tmp_path: Path):
    export(new_archive(), tmp_path / "record")
    assert complaints(tmp_path / "record" / DESCRIPTOR) == []
    record.check(tmp_path / "record")


def test_every_kind_has_a_table_and_every_column_is_described(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    package = json.loads((tmp_path / "record" / DESCRIPTOR).read_text())
    published = {kind for kind, claims in KINDS.items() if claims.published}
    assert {table.kind for table in tables().values()} - {""} == published
    for resource in package["resources"]:
        assert resource["description"]
        assert [field["name"] for field in resource["schema"]["fields"] if not field["description"]] == []
    assert "created" not in package


def test_the_package_gives_size_and_hash_of_each_table(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    for resource in json.loads((tmp_path / "record" / DESCRIPTOR).read_text())["resources"]:
        content = (tmp_path / "record" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert b"\r\n" not in content
        assert content.endswith(b"\n")


def test_a_folder_that_holds_something_else_is_left_alone(archive: Archive, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="holds something else"):
        export(archive, tmp_path)
    (tmp_path / DESCRIPTOR).write_text('{"name": "another-package"}')
    with pytest.raises(ExportError, match="holds something else"):
        export(archive, tmp_path)
    with pytest.raises(ExportError, match="is a file"):
        export(archive, tmp_path / "thesis.txt")
    assert sorted(contents(tmp_path)) == [DESCRIPTOR, "thesis.txt"]


def test_an_export_takes_the_place_of_the_earlier_one_and_keeps_what_lies_beside(archive: Archive, tmp_path: Path):
    folder = tmp_path / "record"
    export(new_archive(), folder)
    (folder / "NOTICE.md").write_text("terms")
    (folder / "curated").mkdir()
    (folder / "curated" / "names.csv").write_text("by hand")
    export(archive, folder)
    assert len(lines(folder, "votes")) > 3
    assert (folder / "NOTICE.md").read_text() == "terms"
    assert (folder / "curated" / "names.csv").read_text() == "by hand"
    assert [file.name for file in tmp_path.iterdir()] == ["record"]


def test_an_export_that_fails_leaves_the_earlier_one(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    export(archive, tmp_path / "record")
    before = contents(tmp_path / "record")

    def fail(*_: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr(exporting, "describe", fail)
    with pytest.raises(OSError, match="no space"):
        export(new_archive(), tmp_path / "record")
    assert contents(tmp_path / "record") == before
    assert [file.name for file in tmp_path.iterdir()] == ["record"]


# -- what anybody may bring ------------------------------------------------------------------------------------------


def test_a_single_table_of_advice_is_imported_by_its_name(tmp_path: Path):
    table = tmp_path / "advice.csv"
    table.write_text(
        "source,id,topic,meeting,considered_on\nmy notes,S/PV.9250,Investment in people,S/PV.9250,2023-01-26\n"
    )
    archive = new_archive()
    assert bring(archive, table) == []
    (entry,) = archive.of("advice:S/PV.9250")
    assert (entry.verb, entry.occurred, entry.source.name) == ("considered", "2023-01-26", "my notes")


def test_a_folder_may_hold_one_table_and_a_short_description(tmp_path: Path):
    (tmp_path / "documents.csv").write_bytes(b"\xef\xbb\xbfid,source,title\r\nS/2022/1032,my notes,Report\r\n")
    (tmp_path / DESCRIPTOR).write_text(
        '{"name": "mine", "resources": [{"name": "documents", "path": "documents.csv"}]}'
    )
    archive = new_archive()
    assert bring(archive, tmp_path) == []
    assert record.count(tmp_path) == 1
    found = archive.record_of("document:S/2022/1032")
    assert found is not None
    assert found.reading() == {"title": "Report"}


def test_a_row_that_breaks_a_rule_is_reported_and_the_others_are_recorded(tmp_path: Path):
    table = tmp_path / "vetoes.csv"
    table.write_text("id,source,member\nS/1/BRA,mine,BRA\nS/2014/348/RUS,mine,RUS\n")
    archive = new_archive()
    (problem,) = bring(archive, table)
    assert (problem.file, problem.row) == ("vetoes.csv", "line 2")
    assert "not a permanent member" in problem.why
    assert archive.position() == 1


def test_a_row_that_contradicts_its_source_is_reported_and_the_others_are_recorded(tmp_path: Path):
    table = tmp_path / "regimes.csv"
    head, rhodesia = "id,source,name,imposed_on,terminated_on\n", "253,mine,Southern Rhodesia,"
    table.write_text(f"{head}{rhodesia}1966-12-16,1965-12-21\n418,mine,South Africa,1977-11-04,1994-05-25\n")
    archive = new_archive()
    (problem,) = importing.run(archive, record.name, table, "tests").problems
    assert (problem.file, problem.row, problem.value) == ("regimes.csv", "line 2", "253")
    assert problem.why == "terminated_on: terminated (1965-12-21) before imposed (1966-12-16)"
    assert [entry.record for entry in archive.entries()] == ["regime:418"]
    table.write_text(f"{head}418,mine,South Africa,1995-01-01,\n{rhodesia}1966-12-16,1979-12-21\n")
    (problem,) = importing.run(archive, record.name, table, "tests").problems
    assert (problem.value, problem.why) == (
        "regime:418",
        "terminated_on: terminated (1994-05-25) before imposed (1995-01-01)",
    )
    assert {entry.record for entry in archive.entries(after=1)} == {"regime:253"}


HEAD = "id,source,statement,date,outcome,resolution,records\n"
BROKEN = {
    "an unknown column": ("id,source,colour\n", "line 1: the header names 'colour', which is no column of votes.csv"),
    "no source": ("id,date\n", "line 1: the header lacks source"),
    "a column twice": ("id,source,date,date\n", "line 1: the header names date twice"),
    "a row cut off": (HEAD + "S/RES/1,mine,0,,,,\nS/RES/2,mi\n", "line 3: the row has 2 cells"),
    "cut off within quotes": (HEAD + 'S/RES/1,mine,0,,,,"[""S/PV', "line 2: not well-formed CSV"),
    "an empty source": (HEAD + "S/RES/1,,0,,,,\n", "line 2, column source: the cell is empty"),
    "a word for a number": (HEAD + "S/RES/1,mine,0,,,one,\n", "line 2, column resolution: 'one' is not a whole number"),
    "no list": (HEAD + "S/RES/1,mine,0,,,,S/PV.1\n", "line 2, column records: 'S/PV.1' is not a JSON list"),
    "an unknown outcome": (
        HEAD + "S/RES/1,mine,0,,passed,,\n",
        "line 2, column outcome: 'passed' is not one of adopted",
    ),
    "the kind in the id": (HEAD + "vote:S/RES/1,mine,0,,,,\n", "line 2, column id"),
    "a statement twice": (HEAD + "S/RES/1,mine,0,,,,\nS/RES/1,mine,0,,,,\n", "line 3: mine speaks of S/RES/1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_refused_with_line_and_column(name: str, tmp_path: Path):
    content, message = BROKEN[name]
    (tmp_path / "votes.csv").write_text(content)
    with pytest.raises(SourceError) as raised:
        record.check(tmp_path / "votes.csv")
    assert f"votes.csv, {message}" in str(raised.value)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path):
    (tmp_path / "names.csv").write_bytes(
        "id,source,name\nTUR/en/,mine,Turkey\nTUR/en/2,mine,Türkiye\n".encode("cp1252")
    )
    with pytest.raises(SourceError, match=r"names.csv, line 3: this is no UTF-8 text"):
        record.check(tmp_path / "names.csv")


def test_what_is_no_package_is_refused(archive: Archive, tmp_path: Path):
    with pytest.raises(SourceError, match=r"there is no datapackage\.json"):
        record.check(tmp_path)
    (tmp_path / "letters.csv").write_text("id\n")
    with pytest.raises(SourceError, match="is no table of the record"):
        record.check(tmp_path / "letters.csv")
    for text, message in (
        ("{", "this is no JSON"),
        ("[]", "no Data Package"),
        ('{"resources": [{"path": "../votes.csv"}]}', "is no file beside it"),
        ('{"resources": [{"path": "/etc/votes.csv"}]}', "is no file beside it"),
        ('{"resources": [{"path": "letters.csv"}]}', "is no table of the record"),
        ('{"resources": [{"path": "votes.csv"}]}', "cannot be read"),
    ):
        (tmp_path / DESCRIPTOR).write_text(text)
        with pytest.raises(SourceError, match=message):
            record.check(tmp_path)


def test_a_table_changed_after_the_package_was_written_is_refused(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    table = tmp_path / "record" / "votes.csv"
    whole = table.read_bytes()
    table.write_bytes(whole[:-20])
    with pytest.raises(SourceError, match=r"votes.csv: the file has \d+ bytes, datapackage.json says \d+: cut off"):
        record.check(tmp_path / "record")
    table.write_bytes(whole.replace(b"9-0-6", b"9-6-0"))
    with pytest.raises(SourceError, match="the file was changed"):
        record.check(tmp_path / "record")


def test_ballots_need_their_votes(archive: Archive, tmp_path: Path):
    table = tmp_path / "ballots.csv"
    table.write_text("vote,source,statement,member,choice\nS/RES/1,mine,0,FRA,yes\n")
    with pytest.raises(SourceError, match=r"belong to the rows of votes\.csv"):
        record.check(table)
    (tmp_path / "votes.csv").write_text("id,source\nS/RES/2,mine\n")
    (tmp_path / DESCRIPTOR).write_text('{"resources": [{"path": "ballots.csv"}, {"path": "votes.csv"}]}')
    with pytest.raises(SourceError, match=r"have no row in votes\.csv"):
        record.check(tmp_path)


def test_a_correction_of_an_unknown_field_or_record_is_refused(tmp_path: Path):
    table = tmp_path / "corrections.csv"
    head = "record,field,was,now,authority\n"
    for row, message in (
        ("vote:S/RES/1,colour,null,1,me\n", "a vote has no field 'colour'"),
        ("ballot:S/RES/1,date,null,1,me\n", "names no record"),
        ("vote:S/RES/1,date,null,1992-01-08,me\n", "is no JSON"),
    ):
        table.write_text(head + row)
        with pytest.raises(SourceError, match=message):
            record.check(table)
    table.write_text(head + 'meeting:S/PV.1,mode,null,"""arria"""\\,me\n'.replace("\\", ""))
    (problem,) = record.corrections(table)
    assert isinstance(problem, Problem)
    assert "mode is one of meeting, videoconference" in problem.why


def test_what_was_put_right_otherwise_since_stays(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "record")
    archive.correct("document:S/RES/1009", "date", "1995-08-11", authority="a later hand", reason="", by="a")
    position = archive.position()
    findings = list(record.facts(tmp_path / "record", archive.register()))
    (notice,) = (finding for finding in findings if isinstance(finding, Notice))
    assert "has been put right otherwise here" in notice.why
    bring(archive, tmp_path / "record")
    assert archive.position() == position


def test_a_further_correction_in_a_newer_package_is_made(archive: Archive, tmp_path: Path):
    export(archive, tmp_path / "old")
    again = new_archive()
    bring(again, tmp_path / "old")
    position = again.position()
    archive.correct("document:S/RES/1009", "date", "1995-08-11", authority="a later hand", reason="", by="a")
    export(archive, tmp_path / "new")
    bring(again, tmp_path / "new")
    assert again.position() == position + 1
    export(again, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(tmp_path / "new")


# -- the tables kept by hand -----------------------------------------------------------------------------------------


def test_the_tables_kept_by_hand_are_whole():
    assert complaints(CURATED / DESCRIPTOR) == []
    archive = new_archive()
    assert bring(archive, CURATED) == []
    counts = dict.fromkeys(record.files(CURATED), 0)
    described = json.loads((CURATED / DESCRIPTOR).read_text())
    ours = json.loads(exporting.describe(counts, name="security-council-curated"))
    assert {each["path"]: each for each in described.pop("resources")} == {
        each["path"]: each for each in ours.pop("resources")
    }
    assert described == ours
    assert {entry.source.name for entry in archive.entries()} == {"curated"}
    assert all(entry.source.document or entry.source.row for entry in archive.entries())


def names_by_member() -> dict[str, list[dict[str, Any]]]:
    archive = new_archive()
    bring(archive, CURATED)
    found: dict[str, list[dict[str, Any]]] = {}
    for name in archive.register().of_kind("name"):
        said = name.reading()
        assert name.id == f"name:{said['member']}/{said['language']}/{said.get('first', '')}"
        found.setdefault(said["member"], []).append(said)
    return {member: sorted(names, key=lambda said: said.get("first", "")) for member, names in found.items()}


def name_on(member: str, day: str) -> str:
    (name,) = (
        said["name"] for said in names_by_member()[member] if said.get("first", "") <= day <= said.get("last", "9999")
    )
    return str(name)


@pytest.mark.parametrize(
    ("member", "day", "name"),
    [
        ("RUS", "1991-12-23", "Union of Soviet Socialist Republics"),
        ("RUS", "1991-12-24", "Russian Federation"),
        ("TUR", "2022-06-01", "Turkey"),
        ("TUR", "2022-06-02", "Türkiye"),
        ("EGY", "1961-01-13", "United Arab Republic"),
        ("EGY", "1984-01-01", "Egypt"),
        ("COD", "1990-11-29", "Zaire"),
        ("CZE", "1994-05-01", "Czech Republic"),
        ("LBY", "1977-03-31", "Libyan Arab Republic"),
        ("YEM", "1990-05-21", "Democratic Yemen"),
        ("YEM", "1990-11-29", "Yemen"),
    ],
)
def test_a_member_bears_the_name_of_the_day(member: str, day: str, name: str):
    assert name_on(member, day) == name


def test_names_follow_each_other_without_gap_or_overlap():
    from datetime import date, timedelta

    for names in names_by_member().values():
        for before, after in itertools.pairwise(names):
            assert date.fromisoformat(after["first"]) == date.fromisoformat(before["last"]) + timedelta(days=1)
    assert len(names_by_member()) == 138


def test_each_permanent_seat_has_one_holder_at_any_time():
    archive = new_archive()
    bring(archive, CURATED)
    seats = [seat.reading() for seat in archive.register().of_kind("seat")]
    for day in ("1946-01-17", "1971-10-24", "1971-10-25", "1991-12-23", "1991-12-24", "2026-01-01"):
        held = [said["member"] for said in seats if said["first"] <= day <= said.get("last", "9999")]
        assert sorted(held) == sorted(PERMANENT)


def test_claims_are_plain_values_so_that_every_field_has_a_column():
    for kind, claims in KINDS.items():
        if claims.published:
            columns = {column.name for column in OF_KIND[kind].columns}
            assert set(claims.__struct_fields__) - {BALLOTS} <= columns
        assert msgspec.to_builtins(claims()) == {}


def test_the_guide_to_sources_shows_a_table_that_can_be_imported(tmp_path: Path):
    guide = (Path(exporting.__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
    examples = re.findall(r"```(\w*)\n(.*?)```", guide, re.DOTALL)
    (descriptor,) = (text for language, text in examples if language == "json")
    (table,) = (text for _, text in examples if text.startswith("id,source,"))
    (tmp_path / DESCRIPTOR).write_text(descriptor)
    (tmp_path / "advice.csv").write_text(table)
    archive = new_archive()
    assert bring(archive, tmp_path) == []
    assert archive.of("advice:S/PV.9086")[0].verb == "considered"
    assert all(f"`{name}`" in guide for name in tables())


def test_the_notice_names_every_source_of_the_record():
    notice = (CURATED.parent / "NOTICE.md").read_text(encoding="utf-8")
    for source in {*FORMATS, "curated"} - {record.name}:
        assert f"`{source}`" in notice
