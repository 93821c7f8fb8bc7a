"""``council record``: YAML and CSV as clerks write them, every fault with its place, all or nothing, templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.archive import Archive, open_archive
from domain.charter import PERMANENT
from domain.facts import Pending, Source
from domain.kinds import KINDS
from domain.members import Membership, membership_id
from domain.recording import Draft, Recorded
from ops.recording import NotRecordedError, items_of, named, record_files
from ops.sources.findings import SourceError
from ops.store import environment
from ops.store.vault import open_vault
from ops.templates import template
from tests.council import FIFTEEN_2022
from tests.end_to_end.conftest import ROOT, Council, command_line

TODAY = date(2024, 1, 31)

MEETING = """
kind: meeting
source: S/PV.8980
fields: {symbol: S/PV.8980, number: 8980, date: 2022-02-27}
"""
VOTE = """
kind: vote
source: S/PV.8980
fields:
  resolution: 2623
  meeting: S/PV.8980
  date: 2022-02-27
  outcome: adopted
  tally: 11-1-3
  ballots:
    {ALB: yes, ARE: abstain, BRA: yes, CHN: abstain, FRA: yes, GAB: yes, GBR: yes, GHA: yes,
     IND: abstain, IRL: yes, KEN: yes, MEX: yes, NOR: yes, RUS: no, USA: yes}
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive that knows the Council of 2022."""
    it = open_archive(environment(None, tmp_path / "log.db"), open_vault(None, tmp_path / "vault.db"))
    memberships = [Membership(member=code, year=2022, permanent=code in PERMANENT) for code in FIFTEEN_2022]
    facts = [
        Pending(membership_id(str(said.member), 2022), "held", Source(name="membership"), said) for said in memberships
    ]
    list(it.record(facts, by="an import"))
    yield it
    it.close()


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "draft.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def record(archive: Archive, *paths: Path, **options: Any) -> Recorded:
    return record_files(archive, paths, by="a clerk", today=TODAY, **options)


def faults(archive: Archive, *paths: Path, **options: Any) -> list[str]:
    """One line for each fault; and nothing was written."""
    position = archive.position()
    with pytest.raises(NotRecordedError) as refusal:
        record(archive, *paths, **options)
    assert archive.position() == position
    return list(refusal.value.lines)


# -- YAML ------------------------------------------------------------------------------------------------------------


def test_s_res_2623_is_recorded_from_two_documents_in_one_file(archive: Archive, file: Any) -> None:
    told = record(archive, file(f"# the vote\n---{VOTE}---{MEETING}"))
    assert told.records == ("vote:S/RES/2623", "meeting:S/PV.8980")
    (entry,) = archive.of("vote:S/RES/2623")
    assert entry.claims["ballots"]["RUS"] == "no"
    assert entry.claims["ballots"]["NOR"] == "yes"
    assert entry.claims["date"] == "2022-02-27"
    assert entry.source == Source(name="document", document="S/PV.8980")
    assert len(list(archive.commits())) == 2


def test_a_list_of_drafts_and_several_files_are_one_request(archive: Archive, file: Any) -> None:
    listed = "- " + MEETING.strip().replace("\n", "\n  ") + "\n- " + VOTE.strip().replace("\n", "\n  ")
    speech = "kind: speech\nfields: {meeting: S/PV.8980, member: IRL}"
    told = record(archive, file(listed), file(speech, "speech.yml"))
    assert told.records == ("meeting:S/PV.8980", "vote:S/RES/2623", "speech:S/PV.8980#1")
    assert len(list(archive.commits())) == 2


def test_each_fault_names_file_document_line_field_and_rule(archive: Archive, file: Any) -> None:
    wrong = VOTE.replace("RUS: no, ", "").replace("11-1-3", "11-2-2")
    lines = faults(archive, file(f"{MEETING}---{wrong}"))
    assert lines == [
        "draft.yaml, document 2 (line 6), ballots (line 14): 14 ballots, but the Council had 15 members on 2022-02-27",
        "draft.yaml, document 2 (line 6), tally (line 13): 11-2-2, but the ballots make 11-0-3",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: vote\nfields:\n  tally: 1-1-1\n  tally: 2-2-2\n", "line 4: the key 'tally' stands twice"),
        ("kind: vote\nkind: veto\nfields: {}\n", "line 2: the key 'kind' stands twice"),
        ("a: &a [x]\nb: [*a, *a]\n", "line 1: anchors (&) and aliases (*) are not read"),
        ("kind: vote\nfields: {<<: *x}\n", "anchors (&) and aliases (*) are not read"),
        ("[" * 500 + "]" * 500, "more than 20 levels"),
        ("kind: !!python/object/apply:os.system [x]\n", "not a plain value"),
        ("kind: vote\nfields: {year: !!int nineteen}\n", "invalid literal"),
        ("kind: [unclosed\n", "line 2, column 1: this is no YAML"),
        ("kind: vote\nfields: {title: \x07}\n", "line 2: U+0007 cannot stand in YAML"),
        ("just a text\n", "a document is a draft (kind, fields) or a correction"),
        ("kind: ballot\nfields: {}\n", "kind: 'ballot' is none of membership"),
        ("kind: submission\nfields: {}\n", "kind: 'submission' is none of membership"),
        ("kind: vote\n", "fields: give the fields of the vote"),
        ("kind: vote\nfields: {}\ndate: 2023\n", "'date' is not one of kind, id, verb, source, fields"),
        ("kind: vote\nfields: {}\nsource: [x]\n", "source: ['x'] is neither a symbol"),
        ("kind: vote\nfields: {}\nsource: {name: x, page: 3}\n", "'page' is not one of name, row, document, part"),
        ("kind: vote\nfields: {}\nid: {}\n", "id: {} is no text"),
        ("correct: {record: vote:S/RES/1, field: tally}\n", "now and authority and reason are missing"),
        ("correct: {}\nkind: vote\n", "'kind' is not one of correct"),
        ("? [a, b]\n: c\n", "a key is a plain word"),
        ("# nothing\n", "there is nothing to record in it"),
        (b"kind: \xff\n", "line 1: this is no UTF-8 text"),
    ],
)
def test_what_is_no_draft_is_named_with_its_line(archive: Archive, file: Any, text: str | bytes, says: str) -> None:
    (line,) = faults(archive, file(text))
    assert line.startswith("draft.yaml")
    assert says in line


def test_a_file_that_is_not_there_is_named(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.yaml: cannot be read"):
        record(archive, tmp_path / "nowhere.yaml")


def test_a_number_where_a_text_is_meant_is_that_text(file: Any) -> None:
    text = "kind: invitation\nid: 7\nfields: {meeting: S/PV.1, rule: 37, party: 1267}\n"
    ((item,), _) = items_of(file(text))
    assert isinstance(item.entry, Draft)
    assert item.entry.fields == {"meeting": "S/PV.1", "rule": "37", "party": "1267"}
    assert item.entry.id == "7"


def test_a_correction_stands_among_drafts(archive: Archive, file: Any) -> None:
    record(archive, file(f"{MEETING}---{VOTE}"))
    text = "correct: {record: vote:S/RES/2623, field: note, now: Procedural, authority: S/PV.8980, reason: stated}"
    told = record(archive, file(f"{text}\n---\nkind: speech\nfields: {{meeting: S/PV.8980, member: IRL}}"))
    assert told.records == ("vote:S/RES/2623", "speech:S/PV.8980#1")
    assert archive.of("vote:S/RES/2623")[-1].claims["now"] == "Procedural"


PRINTABLE = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
TEXTS = PRINTABLE.filter(lambda text: text.strip() != "") | st.sampled_from(
    ["no", "null", "~", "1", "- x", "a: b", "#"]
)
FIELDS = st.fixed_dictionaries(
    {"symbol": st.just("S/2023/945")},
    optional={
        "title": TEXTS,
        "type": TEXTS,
        "author": TEXTS,
        "date": st.dates(date(1946, 1, 1), date(2023, 12, 31)).map(str),
        "languages": st.lists(st.sampled_from(["en", "fr", "zh"]), max_size=3),
        "truncated": st.booleans(),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FIELDS, min_size=1, max_size=3), st.booleans(), TEXTS.filter(lambda text: ":" not in text))
def test_any_draft_written_as_yaml_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, said: list[dict[str, Any]], flow: bool, row: str
) -> None:
    documents = [{"kind": "document", "source": {"name": "curated", "row": row}, "fields": fields} for fields in said]
    path = tmp_path_factory.mktemp("yaml") / "drafts.yaml"
    text = yaml.safe_dump_all(documents, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    items, wrong = items_of(path)
    assert wrong == []
    assert [item.entry for item in items] == [
        Draft("document", fields, source=Source(name="curated", row=row)) for fields in said
    ]


# -- CSV -------------------------------------------------------------------------------------------------------------


def test_the_rows_of_a_csv_are_drafts_of_one_kind(archive: Archive, file: Any) -> None:
    rows = (
        "symbol,date,languages,truncated,source,document,row\n"
        'S/PRST/2022/1,2022-01-12,"[""en"",""fr""]",,S/PRST/2022/1,,\n'
        "S/PRST/2022/2,,,false,curated,S/PV.8980,list\n"
    )
    told = record(archive, file(rows, "statements.csv"), kind="document")
    assert told.records == ("document:S/PRST/2022/1", "document:S/PRST/2022/2")
    first, second = (archive.of(each)[0] for each in told.records)
    assert first.claims == {"symbol": "S/PRST/2022/1", "date": "2022-01-12", "languages": ["en", "fr"]}
    assert first.source == Source(name="document", document="S/PRST/2022/1")
    assert second.claims == {"symbol": "S/PRST/2022/2", "truncated": False}
    assert second.source == Source(name="curated", document="S/PV.8980", row="list")


def test_a_vote_in_a_csv_has_its_ballots_as_json(archive: Archive, file: Any) -> None:
    cast = json.dumps(yaml.safe_load(VOTE.replace("yes", "'yes'").replace("no,", "'no',"))["fields"]["ballots"])
    quoted = '"' + cast.replace('"', '""') + '"'
    rows = f"resolution,date,tally,ballots\n2623,2022-02-27,11-1-3,{quoted}\n"
    record(archive, file(rows, "votes.csv"), kind="vote")
    assert archive.of("vote:S/RES/2623")[0].claims["ballots"]["RUS"] == "no"


@pytest.mark.parametrize(
    ("rows", "kind", "says"),
    [
        ("symbol\nS/1\n", None, "name it with --kind"),
        ("symbol\nS/1\n", "ballot", "name it with --kind"),
        ("symbol,colour\nS/1,red\n", "document", "line 1: 'colour' is no column; the columns of a document are id"),
        ("symbol,symbol\nS/1,S/1\n", "document", "line 1: 'symbol' stands twice"),
        ("symbol,date\nS/1\n", "document", "line 2: 1 cells where the header has 2"),
        ("symbol,languages\nS/1,en\n", "document", "line 2, languages: 'en' is not a JSON list"),
        ("year,member\ntwo,FRA\n", "membership", "line 2, year: 'two' is not a whole number"),
        ("resolution,ballots\n1,yes\n", "vote", "line 2, ballots: 'yes' is not JSON of the form"),
        ('symbol\n"S/1\n', "document", "not well-formed CSV"),
        ("symbol\n", "document", "there is nothing to record"),
        ("symbol,date\nS/1,2022-01-01\nS/2,2030-01-01\n", "document", "line 3, date: 2030-01-01 is in the future"),
    ],
)
def test_a_faulty_csv_names_line_and_column(
    archive: Archive, file: Any, rows: str, kind: str | None, says: str
) -> None:
    (line,) = faults(archive, file(rows, "rows.csv"), kind=kind)
    assert line.startswith("rows.csv")
    assert says in line


# -- templates -------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_template_and_every_template_a_kind() -> None:
    assert set(named()) == {name for name, kind in KINDS.items() if kind.published}
    assert [name for name in named() if not template(name).startswith(f"# {name}: ")] == []


@pytest.mark.parametrize("kind", sorted(named()))
def test_a_template_is_a_draft_that_lacks_at_most_the_records_it_names(archive: Archive, file: Any, kind: str) -> None:
    text = template(kind)
    ((item,), wrong) = items_of(file(text))
    assert wrong == []
    assert isinstance(item.entry, Draft)
    assert item.entry.fields == KINDS[kind].example.fields
    assert all(re.search(rf"^  (?:# )?{name}:", text, re.MULTILINE) for name in KINDS[kind].__struct_fields__)
    lines: tuple[str, ...] = ()
    try:
        record(archive, file(text), dry_run=True)
    except NotRecordedError as error:
        lines = error.lines
    assert [line for line in lines if "is not recorded" not in line and "nor note:" not in line] == []


def test_the_id_a_template_shows_is_the_one_the_record_gets(archive: Archive, file: Any) -> None:
    for kind in ("membership", "holiday", "note", "document", "mission", "figure", "election", "seat", "body"):
        text = template(kind)
        shown = re.search(r"^(?:# )?id: (\S+(?: \S+)*?)(?:  #.*)?$", text, re.MULTILINE)
        assert shown is not None
        assert record(archive, file(text), dry_run=True).records == (shown[1],)


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def council(tmp_path: Path) -> Council:
    return command_line(tmp_path / "home")


def test_the_command_records_checks_and_repeats(council: Council, file: Any) -> None:
    path = str(file(MEETING))
    assert "nothing was recorded (--dry-run)" in council("record", "--dry-run", path).stdout
    assert json.loads(council("status", "--json").stdout)["position"] == 0
    assert "meeting:S/PV.8980: opened" in council("record", path, "--key", "k").stdout
    again = json.loads(council("record", path, "--key", "k", "--json").stdout)
    assert (again["repeated"], again["records"]) == (True, ["meeting:S/PV.8980"])
    told = json.loads(council("query", '{ meeting(symbol: "S/PV.8980") { date } }').stdout)
    assert told["data"]["meeting"] == {"date": "2022-02-27"}
    status = json.loads(council("status", "--json").stdout)
    assert status["position"] == status["read_models"] == 2
    assert {row["kind"] for row in status["coverage"]} == {"meeting"}


def test_the_command_says_what_is_wrong_and_exits_with_1(council: Council, file: Any) -> None:
    done = council("record", str(file(VOTE)), check=False)
    assert done.returncode == 1
    assert "S/PV.8980 is not recorded" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert council("record", check=False).returncode == 2
    assert council("record", "--template", "ballot", check=False).returncode == 1


def test_the_command_prints_templates(council: Council) -> None:
    assert council("record", "--template", "list").stdout.split() == named()
    assert council("record", "--template", "veto").stdout.strip() == template("veto").strip()


def test_an_export_holds_no_submissions(council: Council, file: Any, tmp_path: Path) -> None:
    council("record", str(file(MEETING)), "--key", "k")
    council("export", "record", str(tmp_path / "package"))
    text = "".join(path.read_text() for path in (tmp_path / "package").iterdir())
    assert "S/PV.8980" in text
    assert "submission" not in text


def test_the_guide_s_examples_can_be_recorded(archive: Archive, file: Any) -> None:
    guide = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")
    debate, correction = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    note = "---\nkind: note\nfields: {symbol: S/2017/507, date: 2017-08-30}\n"
    told = record(archive, file(debate + note))
    assert told.records[:3] == ("meeting:S/PV.9410", "speech:S/PV.9410#12", "proposal:S/PV.9410#1")
    record(archive, file("kind: vote\nfields: {resolution: 2720, date: 2023-12-22}"))
    assert record(archive, file(correction)).records == ("vote:S/RES/2720",)
