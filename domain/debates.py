"""What happens in a meeting: who was invited under which rule, who briefed, who spoke for whom, and what was proposed.

Speakers, speeches and delegations are three counts: a joint statement is one speech for many States.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, Truth, Whole, said
from domain.members import check_code

RULES = ("37", "39", "neither")
"""Provisional rules of procedure: 37 invites Member States not on the Council, 39 the Secretariat and other persons."""
GRANTED, REFUSED = "granted", "refused"
UN, REGIONAL, STATE, CIVIL_SOCIETY, OTHER = "United Nations", "regional organisation", "State", "civil society", "other"
CATEGORIES = (UN, REGIONAL, STATE, CIVIL_SOCIETY, OTHER)
WOMAN, MAN = "woman", "man"
GENDERS = (WOMAN, MAN, "other")
DISCUSSED, TAKEN_UP, NOT_PURSUED = "under discussion", "taken up", "not pursued"
STATUSES = (DISCUSSED, TAKEN_UP, NOT_PURSUED)


class Invitation(Claims, frozen=True, kw_only=True):
    """A request to take part in a meeting, and what the Council made of it."""

    kind: ClassVar[str] = "invitation"
    verbs: ClassVar[tuple[str, ...]] = ("requested", "decided")
    compared: ClassVar[tuple[str, ...]] = ("rule", "decision")
    required: ClassVar[tuple[str, ...]] = ("meeting", "party")
    dated: ClassVar[tuple[str, ...]] = ("date", "requested_on")
    cited: ClassVar[tuple[str, ...]] = ("meeting", "letter")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"rule": RULES, "decision": (GRANTED, REFUSED)}
    personal: ClassVar[tuple[str, ...]] = ("person",)

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {"decided": ("decision", "date")}
    in_a_sitting: ClassVar[bool] = True
    numbered_in: ClassVar[str] = "meeting"
    states: ClassVar[tuple[str, ...]] = ("member",)
    example: ClassVar[Example] = Example(
        {
            "meeting": "S/PV.8539",
            "rule": "37",
            "party": "Argentina",
            "member": "ARG",
            "decision": "granted",
            "date": "2019-06-06",
        }
    )

    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None
    rule: Annotated[Text, said("The rule it rests on: 37, 39 or neither.")] = None
    party: Annotated[Text, said("The State, organisation or office invited, by name.")] = None
    member: Annotated[Text, said("Code of the State, for rule 37.")] = None
    person: Annotated[Text, said("The person invited; may be withheld.")] = None
    letter: Annotated[Text, said("Symbol of the letter that requests it.")] = None
    requested_on: Annotated[Text, said("The day of the request.")] = None
    decision: Annotated[Text, said("Granted or refused; empty while it is only requested.")] = None
    date: Annotated[Text, said("The day of the decision, that of the meeting.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """Rule 37 invites States; a State is named by its code."""
        check_code("member", self.member)
        if self.member and self.rule == "39":
            raise FactError("rule: States are invited under rule 37, not rule 39")


class Briefing(Claims, frozen=True, kw_only=True):
    """One person briefing the Council at one meeting. Gender only where stated; the name may be withheld."""

    kind: ClassVar[str] = "briefing"
    verbs: ClassVar[tuple[str, ...]] = ("given",)
    compared: ClassVar[tuple[str, ...]] = ("category", "gender", "organisation")
    required: ClassVar[tuple[str, ...]] = ("meeting", "category")
    cited: ClassVar[tuple[str, ...]] = ("meeting",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"category": CATEGORIES, "gender": GENDERS}
    personal: ClassVar[tuple[str, ...]] = ("person",)

    in_a_sitting: ClassVar[bool] = True
    numbered_in: ClassVar[str] = "meeting"
    binding: ClassVar[tuple[str, ...]] = ("meeting", "number")
    example: ClassVar[Example] = Example(
        {
            "meeting": "S/PV.7539",
            "number": 1,
            "date": "2015-10-20",
            "person": "Jan Eliasson",
            "capacity": "Deputy Secretary-General",
            "organisation": "United Nations",
            "category": "United Nations",
        }
    )

    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None
    number: Annotated[Whole, said("Place among the briefers of the meeting.")] = None
    date: Annotated[Text, said("The day.")] = None
    person: Annotated[Text, said("Who briefed; may be withheld.")] = None
    capacity: Annotated[Text, said("In what capacity.")] = None
    organisation: Annotated[Text, said("For which organisation, State or office.")] = None
    category: Annotated[Text, said("United Nations, regional organisation, State, civil society or other.")] = None
    gender: Annotated[Text, said("As a source states it; empty if none does.")] = None
    remote: Annotated[Truth, said("Whether by video link.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None


class Speech(Claims, frozen=True, kw_only=True):
    """One place in the speakers' list: inscribed by a signed letter, then delivered; joint ones speak for many."""

    kind: ClassVar[str] = "speech"
    verbs: ClassVar[tuple[str, ...]] = ("inscribed", "delivered")
    compared: ClassVar[tuple[str, ...]] = ("member", "behalf", "number")
    required: ClassVar[tuple[str, ...]] = ("meeting", "number")
    dated: ClassVar[tuple[str, ...]] = ("date", "inscribed_on")
    cited: ClassVar[tuple[str, ...]] = ("meeting", "letter")

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {"delivered": ("date", "minutes", "language")}
    in_a_sitting: ClassVar[bool] = True
    numbered_in: ClassVar[str] = "meeting"
    binding: ClassVar[tuple[str, ...]] = ("meeting", "number")
    states: ClassVar[tuple[str, ...]] = ("member", "behalf")
    example: ClassVar[Example] = Example(
        {
            "meeting": "S/PV.9410",
            "number": 12,
            "member": "CHE",
            "date": "2023-09-05",
            "language": "fr",
        }
    )

    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None
    number: Annotated[Whole, said("Place in the speakers' list, in the order of inscription.")] = None
    member: Annotated[Text, said("Code of the State whose delegation speaks.")] = None
    organisation: Annotated[Text, said("The organisation that speaks, if it is no State.")] = None
    speaker: Annotated[Text, said("Who speaks, with the office held.")] = None
    behalf: Annotated[Texts, said("Codes of further States it is made for: a joint statement.")] = None
    for_group: Annotated[Text, said("The group it is made for, by name.")] = None
    letter: Annotated[Text, said("Symbol of the signed letter that inscribes it.")] = None
    inscribed_on: Annotated[Text, said("The day of inscription.")] = None
    date: Annotated[Text, said("The day it was made.")] = None
    minutes: Annotated[Whole, said("Its length in minutes; non-members are encouraged to keep to three.")] = None
    language: Annotated[Text, said("The language spoken, by code.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """States by code, each once; places in a list begin at 1."""
        behalf = self.behalf or []
        for code in (self.member, *behalf):
            check_code("behalf" if code in behalf else "member", code)
        if len(set(behalf)) < len(behalf) or self.member in behalf:
            raise FactError("behalf: a State is named twice")
        if self.number is not None and self.number < 1:
            raise FactError(f"number: places in the speakers' list begin at 1, not {self.number}")


class Proposal(Claims, frozen=True, kw_only=True):
    """A concrete proposal made in a statement, and what became of it: a row of the analytical summary."""

    kind: ClassVar[str] = "proposal"
    verbs: ClassVar[tuple[str, ...]] = ("made", "followed_up")
    compared: ClassVar[tuple[str, ...]] = ("member", "addressee", "status", "taken_up_in")
    required: ClassVar[tuple[str, ...]] = ("meeting", "text")
    dated: ClassVar[tuple[str, ...]] = ("date", "followed_on")
    cited: ClassVar[tuple[str, ...]] = ("meeting",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"status": STATUSES}

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {"followed_up": ("status", "taken_up_in", "followed_on")}
    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"speech": ("speech",), "briefing": ("briefing",)}
    in_a_sitting: ClassVar[bool] = True
    long_texts: ClassVar[Mapping[str, int]] = {"text": 60_000, "topic": 5_000}
    numbered_in: ClassVar[str] = "meeting"
    states: ClassVar[tuple[str, ...]] = ("member",)
    example: ClassVar[Example] = Example(
        {
            "meeting": "S/PV.9410",
            "member": "CHE",
            "date": "2023-09-05",
            "text": "Share the pen among all members of the Council.",
            "addressee": "members of the Council",
            "topic": "penholders",
            "paragraph": "S/2017/507/78",
            "status": "under discussion",
        }
    )

    meeting: Annotated[Text, said("Symbol of the meeting's record.")] = None
    speech: Annotated[Text, said("The speech it was made in, by record id.")] = None
    briefing: Annotated[Text, said("The briefing it was made in, by record id.")] = None
    member: Annotated[Text, said("Code of the State that proposes.")] = None
    date: Annotated[Text, said("The day.")] = None
    text: Annotated[Text, said("What is proposed, in the archive's words.")] = None
    addressee: Annotated[Text, said("To whom it is addressed.")] = None
    topic: Annotated[Text, said("What it concerns.")] = None
    paragraph: Annotated[Text, said("The paragraph of a note it touches, such as S/2017/507/43.")] = None
    status: Annotated[Text, said("Under discussion, taken up or not pursued; empty before anything followed.")] = None
    taken_up_in: Annotated[Text, said("The paragraph or document that takes it up.")] = None
    followed_on: Annotated[Text, said("The day of the latest follow-up.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """What is taken up is taken up somewhere, not before it was made."""
        check_code("member", self.member)
        if self.taken_up_in and self.status not in (TAKEN_UP, None):
            raise FactError(f"taken_up_in: the proposal is {self.status}, not taken up")
        if self.date and self.followed_on and self.followed_on < self.date:
            raise FactError(f"followed_on: {self.followed_on} is before the proposal was made ({self.date})")
