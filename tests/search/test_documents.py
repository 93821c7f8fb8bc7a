"""What is searched of a record: the texts about it, its versions, and what is written again when others change."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.archive import Archive, open_archive
from domain.debates import Proposal
from domain.documents import LANGUAGES, Document, document_id, text_id
from domain.facts import Pending
from domain.meetings import Meeting, meeting_id
from domain.sealing import WITHHELD
from domain.votes import Vote
from ops.store import environment
from projections.place import ReadModels, SqlitePlace
from projections.views import Views
from search.documents import SearchDocument, documents, touched
from tests import council
from tests.search import six
from tests.search.conftest import everything

IAN_MARTIN = "briefing:S/PV.8175#1"


@dataclass
class House:
    """An archive that may hold names under seal, and its read models."""

    archive: Archive
    models: ReadModels
    views: Views

    def record(self, *facts: Pending) -> int:
        """Record facts and bring the read models up to them; returns the position reached."""
        list(self.archive.record(facts, by="test"))
        self.models.catch_up()
        return self.archive.position()

    def correct(self, record: str, field: str, now: object) -> int:
        """Put a field right; returns the position of the correction."""
        self.archive.correct(record, field, now, authority="S/PV.9410/Corr.1", reason="for the test", by="test")
        self.models.catch_up()
        return self.archive.position()

    def all(self) -> dict[str, list[SearchDocument]]:
        """All versions of all records."""
        with self.views.reader() as read:
            return grouped(documents(read))

    def of(self, record: str) -> list[SearchDocument]:
        """All versions of one record."""
        with self.views.reader() as read:
            return list(documents(read, [record]))

    def now(self, record: str) -> SearchDocument:
        """A record as it now reads."""
        last = self.of(record)[-1]
        assert last.until is None
        return last

    def close(self) -> None:
        """Give everything back."""
        self.views.close()
        self.archive.close()


def grouped(found: Iterable[SearchDocument]) -> dict[str, list[SearchDocument]]:
    """Record → its versions."""
    made: dict[str, list[SearchDocument]] = {}
    for document in found:
        made.setdefault(document.record, []).append(document)
    return made


def make(folder: Path) -> House:
    """A house in a folder."""
    folder.mkdir(exist_ok=True)
    archive = open_archive(environment(None, folder / "log.db"), council.Keys())
    place = SqlitePlace(folder / "views")
    models = ReadModels(archive, place)
    models.catch_up()
    return House(archive, models, Views(place))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = make(tmp_path)
    yield made
    made.close()


# --- Texts ----------------------------------------------------------------------------------------------------------


def test_a_letter_in_six_languages_is_one_record_with_six_titles_and_six_texts(house: House) -> None:
    house.record(*six.six())
    held = house.all()
    assert not [record for record in held if record.startswith("text:")]
    for number, said in enumerate(six.LETTERS, 1):
        [*_, letter] = held[six.letter(number)]
        assert letter.body == tuple((said.texts[language], language) for language in LANGUAGES)
        assert (letter.title, letter.language) == (said.titles["en"], "en")
        assert dict(letter.names) == {of: title for of, title in said.titles.items() if of != "en"}


def test_a_statement_is_found_by_what_was_said(house: House) -> None:
    house.record(*six.six())
    speech = house.now(six.SPEECH)
    assert [language for _, language in speech.body] == list(LANGUAGES)
    assert speech.title == "Speech S/PV.9410#12"


def test_of_a_reissued_text_the_highest_version_counts(house: House) -> None:
    house.record(*six.six()[:1])
    for version, text in ((2, "the second"), (10, "the tenth"), (9, "the ninth")):
        house.record(six.published(six.letter(1), "en", text, version=version))
    assert [version.body for version in house.of(six.letter(1))] == [
        (),
        (("the second", "en"),),
        (("the tenth", "en"),),
    ]


def test_a_corrected_text_is_searched_as_corrected_and_was_searched_as_it_was(house: House) -> None:
    house.record(*six.six()[:1], six.published(six.letter(1), "fr", "les convoies"))
    at = house.correct(text_id(six.letter(1), "fr"), "text", "les convois")
    *_, before, after = house.of(six.letter(1))
    assert (before.until, before.body) == (at, (("les convoies", "fr"),))
    assert (after.since, after.body) == (at, (("les convois", "fr"),))


def test_a_text_about_nothing_the_archive_holds_is_found_by_itself_until_it_does(house: House) -> None:
    text = six.published("document:S/2999/1", "fr", "La visite sera préparée ensemble.", "La visite")
    first = house.record(text)
    [alone] = house.of(text.record)
    assert (alone.title, alone.language, alone.body) == (
        "La visite",
        "fr",
        (("La visite sera préparée ensemble.", "fr"),),
    )
    then = house.record(*six.six()[:1])
    [alone] = house.of(text.record)
    assert (alone.since, alone.until) == (first, then)
    letter = house.now(six.letter(1))
    assert (letter.title, letter.language, letter.body) == (alone.title, "fr", alone.body)


def test_a_text_about_what_is_not_searched_is_found_by_itself(house: House) -> None:
    text = six.published("membership:ALB/2022", "en", "A letter on the seat.")
    house.record(*council.council_of(2022), text)
    assert house.now(text.record).body == (("A letter on the seat.", "en"),)


def test_a_title_the_source_states_stays_and_a_statement_keeps_the_topic_of_its_meeting(house: House) -> None:
    said = Document(symbol="S/2999/1", type="statement", title="As published", language="en", meeting="S/PV.9410")
    told = Meeting(symbol="S/PV.9410", number=9410, date="2023-09-05", topics=["Working methods"])
    house.record(
        council.fact(meeting_id("S/PV.9410"), "convened", told),
        council.fact(six.letter(1), "issued", said),
        council.fact(document_id("S/2999/2"), "issued", Document(symbol="S/2999/2", meeting="S/PV.9410")),
        six.published(six.letter(1), "en", "Words.", "As printed"),
        six.published(six.letter(2), "es", "Palabras.", "Los métodos"),
    )
    one, two = house.now(six.letter(1)), house.now(six.letter(2))
    assert (one.title, one.names) == ("As published", ())
    assert ("As printed", "en") in one.also
    assert (two.title, two.language, two.agenda) == ("Los métodos", "es", "Working methods")
    assert ("Working methods", "en") in two.also


def test_a_long_proposal_has_a_short_title_and_is_searched_whole(house: House) -> None:
    text = "Hold the debate " + "on the working methods " * 30 + "in September."
    house.record(council.fact("proposal:S/PV.9410#1", "made", Proposal(meeting="S/PV.9410", text=text, member="CHE")))
    proposal = house.now("proposal:S/PV.9410#1")
    assert len(proposal.title) < 250
    assert proposal.title.endswith(" …")
    assert proposal.body == ((text, "en"),)


def test_a_meeting_is_found_by_its_theme_and_its_format(house: House) -> None:
    told = Meeting(symbol="S/PV.9410", number=9410, topics=["Item"], theme="Transparency", format="open debate")
    house.record(council.fact(meeting_id("S/PV.9410"), "convened", told))
    meeting = house.now("meeting:S/PV.9410")
    assert {("Transparency", "en"), ("open debate", "en")} <= set(meeting.also)
    assert meeting.format == "open debate"


def test_a_letter_is_found_by_the_state_that_wrote_it_in_any_language(house: House) -> None:
    house.record(council.fact(six.letter(1), "issued", Document(symbol="S/2999/1", type="letter", author="KWT")))
    letter = house.now(six.letter(1))
    assert letter.members == ("KWT",)
    assert {("Kuwait", "en"), ("Koweït", "fr"), ("الكويت", "ar")} <= set(letter.also)


# --- Names under seal -----------------------------------------------------------------------------------------------


def test_names_under_seal_are_in_no_search_document_before_and_after_they_are_withheld(house: House) -> None:
    house.record(*council.practice(), *council.supposed(), six.published(IAN_MARTIN, "en", "A briefing."))
    for _ in range(2):
        every = "\n".join(str(astuple(document)) for held in house.all().values() for document in held)
        assert "A briefing." in every
        for secret in ("Martin", "A. N. Other", "Al-Qaida'", "sealed:", WITHHELD):
            assert secret not in every, secret
        if house.now(IAN_MARTIN).revision < house.archive.position():
            house.archive.redact(IAN_MARTIN, authority="Committee", reason="at risk", by="test")
            house.models.catch_up()


# --- Versions -------------------------------------------------------------------------------------------------------


def test_a_correction_begins_a_version_also_where_nothing_searched_changes(house: House) -> None:
    house.record(*council.s_2014_916())
    [*_, before] = house.of("vote:S/2014/916")
    at = house.correct("vote:S/2014/916", "nature", "substantive")
    *_, old, new = house.of("vote:S/2014/916")
    assert (old.until, new.since, new.until) == (at, at, None)
    assert (old.revision, new.revision) == (before.revision, at)
    assert (old.title, old.also, old.ballots) == (new.title, new.also, new.ballots)


def test_a_further_source_begins_no_version_where_nothing_searched_changes(house: House) -> None:
    house.record(*council.s_2014_916())
    held = house.of("vote:S/2014/916")
    for nature in (None, "substantive"):
        said = Vote(draft="S/2014/916", date="2014-12-30", outcome="not adopted", tally="8-2-5", nature=nature)
        house.record(council.fact("vote:S/2014/916", "taken", said, nature or council.CURATED))
    assert house.of("vote:S/2014/916") == held


def test_versions_of_everything_neither_overlap_nor_repeat(house: House) -> None:
    house.record(*everything(), *council.practice(), *council.supposed(), *six.six())
    for record, held in house.all().items():
        for one, other in pairwise(held):
            assert one.until is not None, record
            assert one.until <= other.since, record
        assert held[-1].until is None or record.startswith("text:"), record


FACTS = [*everything(), *council.practice(), *council.supposed(), *six.six()[:16]]
FOLDERS = count()


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an order of facts has nothing simpler
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.randoms(use_true_random=False))
def test_writing_again_what_was_touched_is_as_good_as_writing_all(tmp_path: Path, chance: random.Random) -> None:
    """In whatever order and in whatever steps facts come: nothing that depends on them is forgotten."""
    house = make(tmp_path / f"{next(FOLDERS)}")
    facts = sorted(FACTS, key=lambda _: chance.random())
    held: dict[str, list[SearchDocument]] = {}
    position = 0
    while facts:
        size = chance.randint(1, 40)
        step, facts = facts[:size], facts[size:]
        house.record(*step)
        with house.views.reader() as read:
            records = touched(read, position)
            held = {record: found for record, found in held.items() if record not in records}
            held |= grouped(documents(read, records))
            position = read.reached
            assert held == grouped(documents(read))
    house.close()
