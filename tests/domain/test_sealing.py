"""Names under seal: what the log holds, who can open it, and what is left of a name once its record is redacted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from domain.archive import Archive, ConflictError, open_archive
from domain.debates import Briefing, Invitation
from domain.facts import CORRECTED, Correction, FactError, Pending, Redaction, Source, stated
from domain.kinds import KINDS
from domain.records import Record
from domain.sealing import WITHHELD, BrokenSealError, Reference, reference, repeats, seal, unseal, words_of
from domain.subsidiaries import Listing
from ops.store import environment
from tests import council

KEY, OTHER_KEY = bytes(32), bytes(31) + b"\1"
AT = Reference("briefing:S/PV.9401#2", 1, "person")
NAME, NEWER, LIST_NAME = "Ilvane Okoro-Thistlewood", "Ilvane Okoro", "Torvane Brisk"
BRIEFING, INVITATION, LISTING = Briefing.nth("S/PV.9401", 2), Invitation.nth("S/PV.9401", 2), "listing:1267/QDi.999"
WHY = {"authority": "the briefer", "reason": "reprisals are feared", "by": "a clerk"}


# -- a text ----------------------------------------------------------------------------------------------------------


@given(st.text())
def test_any_text_sealed_and_opened_is_the_same(text: str) -> None:
    assert unseal(KEY, seal(KEY, text, AT), AT) == text


@given(st.text(max_size=15))
def test_equal_texts_are_sealed_differently_and_short_ones_all_look_equally_long(text: str) -> None:
    one, two = seal(KEY, text, AT), seal(KEY, text, AT)
    assert one != two
    assert len(one) == len(two) == len(seal(KEY, "", AT))
    assert one.startswith("sealed:1:")


@pytest.mark.parametrize(
    ("key", "at"),
    [
        (OTHER_KEY, AT),
        (KEY, AT._replace(record="briefing:S/PV.9401#3")),
        (KEY, AT._replace(version=2)),
        (KEY, AT._replace(field="remark")),
    ],
)
def test_a_sealed_name_moved_elsewhere_or_opened_with_another_key_is_a_broken_seal(key: bytes, at: Reference) -> None:
    with pytest.raises(BrokenSealError, match="does not open with its key"):
        unseal(key, seal(KEY, NAME, AT), at)


@given(st.integers(9, 100), st.characters(codec="ascii"))
def test_a_sealed_name_with_any_letter_changed_is_a_broken_seal(place: int, letter: str) -> None:
    sealed = seal(KEY, NAME, AT)
    altered = sealed[:place] + letter + sealed[place + 1 :]
    if altered != sealed:
        with pytest.raises(BrokenSealError):
            unseal(KEY, altered, AT)


@given(st.text(min_size=1), st.integers(1, 10**6), st.sampled_from(["person", "was", "now"]))
def test_a_reference_says_which_event_and_field_whatever_the_record_is_called(
    record: str, version: int, field: str
) -> None:
    assert reference(f"sealed:{record}@{version}/{field}") == Reference(record, version, field)


@pytest.mark.parametrize("value", [None, 3, "", NAME, "sealed", "sealed:", "sealed:x@0/person", "sealed:x@1", ["a"]])
def test_what_is_no_reference_is_none(value: object) -> None:
    assert reference(value) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"asked by {NAME}", True),
        (f"({NAME.upper()})", True),
        ("asked by Ilvane", False),
        (f"{NAME}s", False),
        ("", False),
    ],
)
def test_a_reason_repeats_a_name_as_whole_words(text: str, told: bool) -> None:
    assert repeats(text, NAME) is told
    assert not repeats(text, " ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a letter of Mrs THISTLEWOOD", ["thistlewood"]),
        ("Okoró's family asked", ["okoro"]),
        ("ilv\u00adane asked", ["ilvane"]),
        ("Thistlewoods and Ilva", []),
        ("", []),
    ],
)
def test_a_word_of_a_name_is_found_whatever_its_case_and_accents(text: str, told: list[str]) -> None:
    assert words_of(text, NAME) == told
    assert words_of("Dr. Al B. Ørsted", "al b. Orsted") == ["orsted"]


def test_a_name_is_repeated_whatever_its_accents_and_spacing() -> None:
    assert repeats("by Quillonde  prœll,", "Quillondé\nProell")


def test_names_are_texts_and_sources_are_not_compared_on_them() -> None:
    """Two references to one name differ: comparing them would make conflicts out of nothing."""
    personal = {(kind, name) for kind, claims in KINDS.items() for name in claims.personal}
    assert personal == {("briefing", "person"), ("invitation", "person"), ("listing", "name")}
    for kind, name in personal:
        assert name not in KINDS[kind].compared + KINDS[kind].required
        assert KINDS[kind](**{name: NAME}) != KINDS[kind]()


# -- an archive ------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys() -> council.Keys:
    return council.Keys()


@pytest.fixture
def archive(store_url: tuple[str | None, Any], keys: council.Keys) -> Iterator[Archive]:
    opened = open_archive(environment(*store_url), keys)
    yield opened
    opened.close()


def briefing(person: str | None = NAME, source: str = "S/PV.9401", **more: Any) -> Pending:
    claims = Briefing(meeting="S/PV.9401", number=2, category="civil society", person=person, **more)
    return council.fact(BRIEFING, "given", claims, source)


def invitation(verb: str, source: str = "S/PV.9401", **more: Any) -> Pending:
    claims = Invitation(meeting="S/PV.9401", rule="39", party="Civil society", **more)
    return council.fact(INVITATION, verb, claims, source)


def tell(archive: Archive, *facts: Pending) -> list[bool]:
    """Record facts; which of them were known already."""
    return [outcome.known for outcome in archive.record(facts, by="a clerk")]


def reads(archive: Archive, record: str = BRIEFING, field: str = "person") -> Any:
    """What readers are told: the reading folded from the log alone, opened."""
    folded = None
    for entry in archive.of(record):
        folded = folded or Record(record, entry.kind)
        folded.apply(entry)
    assert folded is not None
    return archive.opened(folded.reading().get(field))


def bytes_of(archive: Archive) -> bytes:
    return b"".join(state for *_, state in archive.raw(0, 1000))


def test_a_briefers_name_is_in_no_event_and_reads_as_a_reference(archive: Archive) -> None:
    tell(archive, briefing())
    assert NAME.encode() not in bytes_of(archive)
    assert b'"person":"sealed:1:' in bytes_of(archive)
    (entry,) = archive.of(BRIEFING)
    assert entry.claims["person"] == f"sealed:{BRIEFING}@1/person"
    assert archive.page(0, 10) == [entry]
    assert archive.opened(entry.claims["person"]) == NAME
    assert entry.claims["category"] == "civil society"


def test_what_is_not_a_name_passes_through_the_opening(archive: Archive) -> None:
    tell(archive, briefing())
    for value in (None, "", "civil society", WITHHELD, 3, f"sealed:{BRIEFING}@2/person", f"sealed:{BRIEFING}@1/remark"):
        assert archive.opened(value) == value


def test_stating_the_same_briefing_again_adds_nothing_by_whatever_way_the_log_was_read(archive: Archive) -> None:
    assert tell(archive, briefing(), briefing("A. N. Other", "press")) == [False, False]
    assert tell(archive, briefing(), briefing("A. N. Other", "press")) == [True, True]
    register = archive.register()
    assert [o.known for o in archive.record([briefing(), briefing()], by="x", register=register)] == [True, True]
    assert archive.position() == 2


def test_a_source_that_spells_a_name_otherwise_now_yields_a_correction_under_seal(archive: Archive) -> None:
    tell(archive, briefing(), briefing(NEWER))
    assert NEWER.encode() not in bytes_of(archive)
    correction = archive.of(BRIEFING)[1].claims
    assert [archive.opened(correction[name]) for name in ("was", "now")] == [NAME, NEWER]
    assert reads(archive) == NEWER
    assert tell(archive, briefing(NEWER)) == [True]


def test_a_clerks_correction_of_a_name_is_under_seal_and_one_that_changes_nothing_is_refused(archive: Archive) -> None:
    tell(archive, briefing())
    entry = archive.correct(BRIEFING, "person", NEWER, authority="S/PV.9401", reason="as printed", by="a clerk")
    assert archive.of(BRIEFING)[-1] == entry
    assert [archive.opened(entry.claims[name]) for name in ("was", "now")] == [NAME, NEWER]
    assert NEWER.encode() not in bytes_of(archive)
    with pytest.raises(FactError, match="already reads"):
        archive.correct(BRIEFING, "person", NEWER, authority="S/PV.9401", reason="as printed", by="a clerk")
    remark = archive.correct(BRIEFING, "remark", "by video", authority="S/PV.9401", reason="as seen", by="a clerk")
    assert remark.claims["now"] == "by video"


@pytest.mark.parametrize("text", [NAME, NEWER.upper(), "A. N. Other", "Ilvane Okoro-Thístlewood"])
@pytest.mark.parametrize("where", ["authority", "reason"])
def test_a_correction_that_repeats_a_name_its_record_ever_held_is_refused_at_the_door(
    archive: Archive, where: str, text: str
) -> None:
    tell(archive, briefing(), briefing(NEWER), briefing("A. N. Other", "press"))
    position = archive.position()
    why: dict[str, Any] = {"authority": "S/PV.9401", "reason": "as printed", where: f"a letter of {text}"}
    says = f"{where} of the correction of person: a name that is kept under seal stands here too"
    with pytest.raises(FactError, match=says):
        archive.correct(BRIEFING, "person", "I. Okoro", by="a clerk", **why)
    told = Correction(field="person", was=NEWER, now="I. Okoro", **why)
    with pytest.raises(FactError, match=says):
        tell(archive, Pending(BRIEFING, CORRECTED, Source(name="correction"), told))
    assert archive.position() == position


def test_redaction_withholds_every_name_a_record_ever_held_and_changes_no_byte_of_the_log(
    archive: Archive, keys: council.Keys
) -> None:
    tell(archive, briefing(), briefing("A. N. Other", "press"), briefing(NEWER))
    archive.correct(BRIEFING, "person", "I. Okoro", authority="S/PV.9401", reason="as printed", by="a clerk")
    tell(archive, council.fact(LISTING, "listed", Listing(regime="regime:1267", reference="QDi.999", name=LIST_NAME)))
    before = list(archive.raw(0, 100))
    assert archive.names(BRIEFING) == {"person": [NAME, "A. N. Other", NEWER, "I. Okoro"]}
    entry = archive.redact(BRIEFING, **WHY)
    assert list(archive.raw(0, 100))[:-1] == before
    assert (entry.topic, entry.version) == ("briefing.redacted/1", 5)
    assert entry.claims == {"authority": WHY["authority"], "reason": WHY["reason"], "fields": ["person"]}
    assert archive.of(BRIEFING)[-1] == entry
    held = [value for each in archive.of(BRIEFING) for value in each.claims.values() if reference(value)]
    assert len(held) == 6
    assert {archive.opened(value) for value in held} == {WITHHELD}
    assert {record for record, _ in keys.kept} == {LISTING}
    assert reads(archive, LISTING, "name") == LIST_NAME


def test_the_record_reads_before_and_after_its_redaction_from_the_same_references(archive: Archive) -> None:
    tell(archive, briefing())
    before = archive.of(BRIEFING)
    archive.redact(BRIEFING, **WHY)
    assert archive.of(BRIEFING)[:1] == before
    assert reads(archive) == WITHHELD


def test_a_withheld_name_that_is_stated_again_is_never_written_again(archive: Archive, keys: council.Keys) -> None:
    tell(archive, briefing(), briefing(None, "silent"))
    archive.redact(BRIEFING, **WHY)
    again = [briefing(), briefing(NEWER), briefing(None), briefing(NAME, "silent")]
    assert tell(archive, *again) == [True, True, True, True]
    assert [o.known for o in archive.record(again, by="x", register=archive.register())] == [True] * 4
    assert tell(archive, briefing(NAME, "press", gender="woman")) == [False]
    entry = archive.of(BRIEFING)[-1]
    assert (entry.verb, entry.claims["person"], entry.claims["gender"]) == ("attested", WITHHELD, "woman")
    assert keys.kept == {}


def test_a_name_is_withheld_in_every_later_step_of_an_invitation(archive: Archive) -> None:
    tell(archive, invitation("requested", person=NAME))
    archive.redact(INVITATION, **WHY)
    tell(archive, invitation("decided", person=NAME, decision="granted"))
    assert archive.of(INVITATION)[-1].claims["person"] == WITHHELD
    assert reads(archive, INVITATION) == WITHHELD
    assert reads(archive, INVITATION, "decision") == "granted"


def test_a_correction_of_a_redacted_name_is_refused_and_taking_it_away_is_not(archive: Archive) -> None:
    tell(archive, briefing())
    archive.redact(BRIEFING, **WHY)
    with pytest.raises(FactError, match="person is withheld for ever"):
        archive.correct(BRIEFING, "person", NEWER, authority="S/PV.9401", reason="as printed", by="a clerk")
    archive.correct(BRIEFING, "gender", "woman", authority="S/PV.9401", reason="as printed", by="a clerk")
    archive.correct(BRIEFING, "person", None, authority="S/PV.9401", reason="never named", by="a clerk")
    assert reads(archive) is None
    with pytest.raises(FactError, match="person is withheld for ever"):
        archive.correct(BRIEFING, "person", NEWER, authority="S/PV.9401", reason="as printed", by="a clerk")


def test_what_a_source_withholds_itself_is_written_in_clear_and_stays_against_its_earlier_self(
    archive: Archive, keys: council.Keys
) -> None:
    tell(archive, briefing(WITHHELD))
    assert b'"person":"withheld"' in bytes_of(archive)
    assert tell(archive, briefing(WITHHELD), briefing(NAME)) == [True, True]
    assert keys.kept == {}
    archive.correct(BRIEFING, "person", NAME, authority="S/PV.9401", reason="published since", by="a clerk")
    assert reads(archive) == NAME


def test_a_source_that_withholds_a_name_from_now_on_is_heard(archive: Archive) -> None:
    tell(archive, briefing(), briefing(WITHHELD))
    assert reads(archive) == WITHHELD
    assert archive.names(BRIEFING) == {"person": [NAME]}
    archive.redact(BRIEFING, **WHY)
    assert archive.opened(archive.of(BRIEFING)[0].claims["person"]) == WITHHELD
    tell(archive, briefing(NAME, "press"))
    assert archive.of(BRIEFING)[-1].claims["person"] == WITHHELD


@pytest.mark.parametrize(
    ("record", "why", "says"),
    [
        ("briefing:S/PV.1#1", {}, "there is no record 'briefing:S/PV.1#1' to redact"),
        ("vote:S/RES/2034", {}, "a vote names no person"),
        (INVITATION, {}, "its person names nobody"),
        (LISTING, {}, "listing:1267/QDi.999 is redacted already"),
        (BRIEFING, {"reason": f"asked by {NAME.lower()}"}, "a reason that repeats the name"),
        (BRIEFING, {"authority": f"{NAME}, briefer"}, "an authority that repeats the name"),
        (BRIEFING, {"reason": "the family Thistlewood asks"}, r"a word of it \(here: thistlewood\)"),
        (BRIEFING, {"authority": "ILVÁNE"}, r"a word of it \(here: ilvane\)"),
        (BRIEFING, {"reason": "–"}, "no letter or digit"),
        (BRIEFING, {"reason": "asked\u202e"}, "an invisible one"),
        (BRIEFING, {"reason": " "}, "needs a reason"),
        (BRIEFING, {"authority": ""}, "needs an authority"),
    ],
)
def test_a_redaction_that_makes_no_sense_is_refused(
    archive: Archive, record: str, why: dict[str, str], says: str
) -> None:
    named = Listing(regime="regime:1267", reference="QDi.999", name=LIST_NAME)
    tell(archive, *council.s_res_2034(), briefing(), invitation("requested"), council.fact(LISTING, "listed", named))
    archive.redact(LISTING, **WHY)
    position = archive.position()
    with pytest.raises(FactError, match=says):
        archive.redact(record, **{**WHY, **why})
    assert archive.position() == position
    assert reads(archive) == NAME


def test_no_source_states_a_redaction_and_nobody_states_a_reference(archive: Archive) -> None:
    tell(archive, briefing())
    redaction = Redaction(authority="a", reason="b", fields=["person"])
    with pytest.raises(FactError, match="nothing that a source states"):
        tell(archive, council.fact(BRIEFING, "redacted", redaction))
    for text in (f"sealed:{BRIEFING}@1/person", "sealed:1:AAAA", "sealed:"):
        with pytest.raises(FactError, match="state the name itself"):
            tell(archive, briefing(text))
        with pytest.raises(FactError, match="state the name itself"):
            archive.correct(BRIEFING, "person", text, authority="a", reason="b", by="c")
    assert archive.position() == 1


def test_a_remark_that_repeats_the_name_is_found_and_stays(archive: Archive) -> None:
    tell(archive, briefing(remark=f"{NAME} spoke by video"))
    assert archive.repeated(BRIEFING, archive.names(BRIEFING)) == ["remark"]
    assert archive.repeated(BRIEFING, {"person": ["spoke", WITHHELD]}) == ["remark"]
    assert archive.repeated(BRIEFING, {"person": [LIST_NAME, WITHHELD]}) == []


def test_where_a_statement_comes_from_is_read_for_the_name_too(archive: Archive) -> None:
    told = council.fact(BRIEFING, "given", Briefing(meeting="S/PV.9401", category="State", person=NAME), "press")
    tell(archive, Pending(BRIEFING, "given", Source(name="press", row=f"letters.csv:{NAME}"), told.claims))
    tell(archive, Pending(BRIEFING, "given", Source(name="list", document=f"Letter of {NAME}"), told.claims))
    assert archive.repeated(BRIEFING, archive.names(BRIEFING)) == ["source.row", "source.document"]


# -- the keyring -----------------------------------------------------------------------------------------------------


class FailingKeys(council.Keys):
    """A keyring whose machine dies before the keys are destroyed."""

    def destroy(self, records: Sequence[str]) -> int:
        raise OSError("no more power")


def test_without_a_keyring_everything_else_is_read_and_recorded(store_url: tuple[str | None, Any]) -> None:
    first = open_archive(environment(*store_url), council.Keys())
    tell(first, briefing())
    archive = open_archive(environment(*store_url))
    assert reads(archive) == WITHHELD
    assert tell(archive, *council.s_res_2034(), briefing(WITHHELD, "press")) == [False, False]
    for attempt in (
        lambda: tell(archive, briefing(NAME, "other")),
        lambda: tell(archive, briefing(None)),
        lambda: archive.correct(BRIEFING, "person", NEWER, authority="a", reason="b", by="c"),
        lambda: archive.redact(BRIEFING, **WHY),
    ):
        with pytest.raises(FactError, match=r"opened without a keyring.*vault\.db in COUNCIL_HOME"):
            attempt()
    assert archive.position() == 3
    assert archive.reconcile() == 0
    first.close()
    archive.close()


def test_a_redaction_cut_off_by_a_crash_is_carried_out_later(store_url: tuple[str | None, Any]) -> None:
    failing = FailingKeys()
    archive = open_archive(environment(*store_url), failing)
    tell(archive, briefing())
    with pytest.raises(OSError, match="no more power"):
        archive.redact(BRIEFING, **WHY)
    assert reads(archive) == NAME
    archive.close()
    keys = council.Keys()
    keys.kept = failing.kept
    again = open_archive(environment(*store_url), keys)
    assert again.reconcile() == 1
    assert reads(again) == WITHHELD
    assert again.reconcile() == 0
    assert keys.reached() == again.position() == 2
    again.close()


def test_keys_restored_from_a_backup_are_destroyed_again(archive: Archive, keys: council.Keys) -> None:
    tell(archive, briefing())
    archive.reconcile()
    backup, position = dict(keys.kept), keys.position
    archive.redact(BRIEFING, **WHY)
    archive.reconcile()
    keys.kept, keys.position = backup, position
    assert archive.reconcile() == 1
    assert reads(archive) == WITHHELD


def test_a_log_restored_from_a_backup_is_looked_through_from_its_beginning(
    archive: Archive, keys: council.Keys
) -> None:
    tell(archive, briefing())
    archive.redact(BRIEFING, **WHY)
    keys.kept, keys.position = {(BRIEFING, 1): KEY}, 10_000
    assert archive.reconcile() == 1
    assert keys.position == archive.position()


def test_the_names_of_a_record_whose_keys_were_lost_are_withheld_as_if_redacted(
    archive: Archive, keys: council.Keys
) -> None:
    tell(archive, briefing(), briefing("A. N. Other", "press"))
    del keys.kept[BRIEFING, 1]
    assert reads(archive) == WITHHELD
    assert tell(archive, briefing(NEWER), briefing(NEWER, "press")) == [True, True]
    with pytest.raises(FactError, match="withheld for ever"):
        archive.correct(BRIEFING, "person", NEWER, authority="a", reason="b", by="c")
    assert archive.names(BRIEFING) == {"person": [WITHHELD, "A. N. Other"]}
    archive.redact(BRIEFING, **{**WHY, "reason": "withheld on request"})
    assert keys.kept == {}


def test_facts_refused_or_written_by_another_leave_no_name_and_at_most_a_key_that_opens_nothing(
    archive: Archive, keys: council.Keys
) -> None:
    with pytest.raises(FactError):
        tell(archive, briefing(), council.fact("vote:S/RES/1", "taken", council.Vote(tally="eleven")))
    assert keys.kept == {}
    register = archive.register()
    tell(archive, *council.s_res_2034())
    with pytest.raises(ConflictError):
        list(archive.record([briefing()], by="x", register=register))
    (orphan,) = keys.kept.values()
    tell(archive, briefing())
    assert list(keys.kept.values()) == [orphan]
    assert reads(archive) == NAME


def test_a_sealed_name_put_into_another_event_is_a_broken_seal(archive: Archive, keys: council.Keys) -> None:
    tell(archive, briefing())
    *_, topic, state = archive.raw(0, 1)[0]
    forged = [StoredEvent("briefing:S/PV.9401#3", 1, topic, state)]
    archive._log.insert_commit(forged, recorded="2023-09-05T00:00:00Z", recorded_by="x", source="", note="")
    keys.kept["briefing:S/PV.9401#3", 1] = keys.kept[BRIEFING, 1]
    with pytest.raises(BrokenSealError, match=r"briefing:S/PV\.9401#3: .* restore the two from one backup"):
        reads(archive, "briefing:S/PV.9401#3")


named_facts = st.tuples(
    st.sampled_from(["S/PV.9401", "press"]), st.sampled_from([None, WITHHELD, NAME, NEWER]), st.booleans()
)


@given(st.lists(named_facts, max_size=8))
def test_after_a_redaction_no_order_of_statements_brings_a_key_or_a_name_back(
    said: list[tuple[str, str | None, bool]],
) -> None:
    keys = council.Keys()
    archive = open_archive({"PERSISTENCE_MODULE": "ops.store.sqlite", "SQLITE_DBNAME": ":memory:"}, keys)
    tell(archive, briefing("A. N. Other"))
    archive.redact(BRIEFING, **WHY)
    for source, person, corrects in said:
        try:
            if corrects:
                archive.correct(BRIEFING, "person", person, authority="a", reason="b", by="c")
            else:
                tell(archive, briefing(person, source))
        except FactError:
            assert corrects
    assert keys.kept == {}
    assert reads(archive) in (None, WITHHELD)
    archive.close()


def test_a_redaction_is_an_event_and_no_statement(archive: Archive) -> None:
    tell(archive, briefing())
    archive.redact(BRIEFING, **WHY)
    folded = archive.record_of(BRIEFING)
    assert folded is not None
    assert folded.redacted
    assert folded.verbs == ["given"]
    assert [statement.source for statement in folded.statements] == ["S/PV.9401"]
    assert Source(name="redaction") == archive.of(BRIEFING)[-1].source
    assert set(stated(Redaction(authority="", reason="", fields=[]))) == {"authority", "reason", "fields"}
