"""Subsidiary bodies and sanctions: regimes, committees, who chairs them, what they report, whom they list.

Measures are imposed, renewed, modified and terminated by resolutions, each put to the vote: a decision on sanctions
that was not unanimous is found through its vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from domain.facts import Claims, Example, FactError, Text, Texts, Truth, Whole, said
from domain.members import check_code
from domain.symbols import resolution_number
from domain.votes import proposal_vote_id, resolution_vote_id

COMMITTEE = "sanctions committee"
DUE_PROCESS = "due process"
BODIES = (COMMITTEE, DUE_PROCESS, "committee", "working group", "expert body", "tribunal", "commission")
IMPOSED, RENEWED, MODIFIED, TERMINATED = "imposed", "renewed", "modified", "terminated"
ACTIONS = (IMPOSED, RENEWED, MODIFIED, TERMINATED)
CHAIR, VICE_CHAIR, OMBUDSPERSON = "chair", "vice-chair", "Ombudsperson"
ROLES = (CHAIR, VICE_CHAIR, "co-chair", OMBUDSPERSON, "focal point")
REPORTS = ("panel of experts", "monitoring team", "annual report", "Ombudsperson", "chair's briefing")
LISTED = ("individual", "entity", "vessel")
AVENUES = ("committee", "Ombudsperson", "focal point", "resolution")


class Body(Claims, frozen=True, kw_only=True):
    """A subsidiary body: a committee, a working group, an office of due process."""

    kind: ClassVar[str] = "body"
    verbs: ClassVar[tuple[str, ...]] = ("established", "dissolved")
    compared: ClassVar[tuple[str, ...]] = ("established_by", "established_on", "dissolved_by", "dissolved_on")
    required: ClassVar[tuple[str, ...]] = ("name",)
    dated: ClassVar[tuple[str, ...]] = ("established_on", "dissolved_on")
    cited: ClassVar[tuple[str, ...]] = ("established_by", "dissolved_by")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"type": BODIES}

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {"dissolved": ("dissolved_by", "dissolved_on")}
    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"parent": ("body",)}
    how_named: ClassVar[str] = "give an id, such as body:1267"
    example: ClassVar[Example] = Example(
        {
            "name": "Committee pursuant to resolution 253 (1968)",
            "type": "sanctions committee",
            "established_by": "S/RES/253 (1968)",
            "established_on": "1968-05-29",
        },
        id="body:253",
    )

    name: Annotated[Text, said("Its name.")] = None
    type: Annotated[Text, said("Sanctions committee, working group, expert body, due process …")] = None
    established_by: Annotated[Text, said("Symbol of the decision that established it.")] = None
    established_on: Annotated[Text, said("The day it was established.")] = None
    dissolved_by: Annotated[Text, said("Symbol of the decision that dissolved it.")] = None
    dissolved_on: Annotated[Text, said("The day it was dissolved.")] = None
    series: Annotated[Text, said("The series of its documents, such as S/AC.57.")] = None
    parent: Annotated[Text, said("The body it serves, by record id.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """A body is dissolved after it was established."""
        _in_order("established", self.established_on, "dissolved", self.dissolved_on)


class Regime(Claims, frozen=True, kw_only=True):
    """A sanctions regime: from the resolution that imposed measures to the one that ended them."""

    kind: ClassVar[str] = "regime"
    verbs: ClassVar[tuple[str, ...]] = ("imposed", "terminated")
    compared: ClassVar[tuple[str, ...]] = ("imposed_by", "imposed_on", "terminated_by", "terminated_on")
    required: ClassVar[tuple[str, ...]] = ("name",)
    dated: ClassVar[tuple[str, ...]] = ("imposed_on", "terminated_on")
    cited: ClassVar[tuple[str, ...]] = ("imposed_by", "terminated_by")

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {"terminated": ("terminated_by", "terminated_on", "succeeded_by")}
    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"committee": ("body",), "succeeded_by": ("regime",)}
    how_named: ClassVar[str] = "give an id, such as regime:1267"
    states: ClassVar[tuple[str, ...]] = ("territories",)
    example: ClassVar[Example] = Example(
        {
            "name": "Southern Rhodesia",
            "imposed_by": "S/RES/232 (1966)",
            "imposed_on": "1966-12-16",
            "committee": "body:253",
            "territories": ["ZWE"],
        },
        id="regime:253",
    )

    name: Annotated[Text, said("What it is known by.")] = None
    imposed_by: Annotated[Text, said("Symbol of the resolution that first imposed measures.")] = None
    imposed_on: Annotated[Text, said("The day of that resolution.")] = None
    committee: Annotated[Text, said("The committee that oversees it, by record id.")] = None
    terminated_by: Annotated[Text, said("Symbol of the resolution that ended it.")] = None
    terminated_on: Annotated[Text, said("The day it ended.")] = None
    succeeded_by: Annotated[Text, said("The regime that took its place, by record id.")] = None
    territories: Annotated[Texts, said("Codes of the States or territories it concerns.")] = None
    measures: Annotated[Texts, said("Kinds of measures in force: arms embargo, asset freeze, travel ban …")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """A regime ends after it began."""
        _in_order("imposed", self.imposed_on, "terminated", self.terminated_on)


class Measure(Claims, frozen=True, kw_only=True):
    """One decision on sanctions, adopted or not: measures imposed, renewed, modified or terminated.

    It concerns one regime, several, or all: S/RES/2664 (2022) exempts humanitarian aid from every asset freeze.
    """

    kind: ClassVar[str] = "measure"
    verbs: ClassVar[tuple[str, ...]] = ("decided",)
    compared: ClassVar[tuple[str, ...]] = ("date", "action", "valid_until")
    required: ClassVar[tuple[str, ...]] = ("action",)
    dated: ClassVar[tuple[str, ...]] = ("date",)
    cited: ClassVar[tuple[str, ...]] = ("resolution", "draft")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"action": ACTIONS}

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"regime": ("regime",), "regimes": ("regime",)}
    days: ClassVar[tuple[str, ...]] = ("valid_until",)
    ahead: ClassVar[tuple[str, ...]] = ("valid_until",)
    long_texts: ClassVar[Mapping[str, int]] = {"content": 20_000}
    how_named: ClassVar[str] = "give the resolution, or the draft that was not adopted"
    example: ClassVar[Example] = Example(
        {
            "regime": "regime:253",
            "action": "imposed",
            "resolution": "S/RES/232 (1966)",
            "date": "1966-12-16",
        }
    )

    regime: Annotated[Text, said("The regime, by record id, where the decision concerns one.")] = None
    action: Annotated[Text, said("Imposed, renewed, modified or terminated (or proposed to be, by a draft).")] = None
    resolution: Annotated[Text, said("Symbol of the resolution.")] = None
    draft: Annotated[Text, said("Symbol of the draft, where it was not adopted.")] = None
    date: Annotated[Text, said("The day of the decision.")] = None
    measures: Annotated[Texts, said("Kinds of measures concerned.")] = None
    valid_until: Annotated[Text, said("The last day for which they were decided.")] = None
    content: Annotated[Text, said("What was decided, in the archive's words.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None
    regimes: Annotated[Texts, said("The regimes, by record id, where it concerns several.")] = None
    general: Annotated[Truth, said("Whether it concerns all regimes there are.")] = None

    def check(self) -> None:
        """A decision stands in a resolution or, if it failed, in a draft; it concerns one regime, several or all."""
        named = [name for name in ("regime", "regimes", "general") if getattr(self, name)]
        if not named:
            raise FactError(
                "regime: say which one the measure is of, or give several regimes, or say that it is general"
            )
        if len(named) > 1:
            raise FactError(
                f"{named[1]}: a measure is of one regime, of several or of all; give one of {' and '.join(named)}"
            )
        if self.regimes and len(set(self.regimes)) < len(self.regimes):
            raise FactError("regimes: a regime is named twice")
        if self.resolution is None and self.draft is None:
            raise FactError("a measure needs the resolution, or the draft that was not adopted")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the resolution (its year aside) or the draft that was not adopted, below the regime if it is of one."""
        number = resolution_number(said["resolution"]) if said.get("resolution") else None
        decision = f"S/RES/{number}" if number else said.get("resolution") or said.get("draft")
        return measure_id(said.get("regime") or "", decision) if decision else ""


class Chair(Claims, frozen=True, kw_only=True):
    """Who chaired a body (or held its office) in a year; appointed by an annual note, S/YYYY/2."""

    kind: ClassVar[str] = "chair"
    verbs: ClassVar[tuple[str, ...]] = ("appointed",)
    compared: ClassVar[tuple[str, ...]] = ("member", "person", "role")
    required: ClassVar[tuple[str, ...]] = ("body", "year")
    dated: ClassVar[tuple[str, ...]] = ("first", "last")
    cited: ClassVar[tuple[str, ...]] = ("appointed_by",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"role": ROLES}

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"body": ("body",)}
    ahead: ClassVar[tuple[str, ...]] = ("first", "last")
    states: ClassVar[tuple[str, ...]] = ("member",)
    named_by: ClassVar[tuple[str, ...]] = ("body", "year")
    how_named: ClassVar[str] = "give the member or the role"
    example: ClassVar[Example] = Example({"body": "body:1591", "year": 2010, "member": "AUT", "role": "chair"})

    body: Annotated[Text, said("The body, by record id.")] = None
    year: Annotated[Whole, said("The year.")] = None
    member: Annotated[Text, said("Code of the member that chairs.")] = None
    person: Annotated[Text, said("Who holds the office.")] = None
    role: Annotated[Text, said("Chair, vice-chair, Ombudsperson …")] = None
    first: Annotated[Text, said("First day in office, where stated.")] = None
    last: Annotated[Text, said("Last day in office, where stated.")] = None
    appointed_by: Annotated[Text, said("Symbol of the note that appoints.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """A member's code."""
        check_code("member", self.member)

    def occurred(self) -> str:
        """The days in office, else the year."""
        return self.first or (str(self.year) if self.year else "")

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the body, the year, and the member or the role."""
        holder = said.get("member") or said.get("role")
        return chair_id(said["body"], said["year"], holder) if holder else ""


class BodyMeeting(Claims, frozen=True, kw_only=True):
    """A meeting of a subsidiary body, open or closed."""

    kind: ClassVar[str] = "body_meeting"
    verbs: ClassVar[tuple[str, ...]] = ("held",)
    compared: ClassVar[tuple[str, ...]] = ("date", "open")
    required: ClassVar[tuple[str, ...]] = ("body", "date")

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"body": ("body",)}
    long_texts: ClassVar[Mapping[str, int]] = {"subject": 5_000}
    named_by: ClassVar[tuple[str, ...]] = ("body", "date")
    example: ClassVar[Example] = Example({"body": "body:1591", "date": "2010-02-05", "open": False, "informal": True})

    body: Annotated[Text, said("The body, by record id.")] = None
    number: Annotated[Whole, said("The number of the meeting.")] = None
    date: Annotated[Text, said("The day.")] = None
    open: Annotated[Truth, said("Whether it was open to others than members of the Council.")] = None
    informal: Annotated[Truth, said("Whether it was informal consultations.")] = None
    subject: Annotated[Text, said("What was taken up.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the body and the day."""
        return f"body_meeting:{said['body'].removeprefix('body:')}/{said['date']}"


class Report(Claims, frozen=True, kw_only=True):
    """A report of a body to the Council: by a panel or monitoring team, yearly, or by the Ombudsperson."""

    kind: ClassVar[str] = "report"
    verbs: ClassVar[tuple[str, ...]] = ("submitted",)
    compared: ClassVar[tuple[str, ...]] = ("date", "type")
    required: ClassVar[tuple[str, ...]] = ("body",)
    cited: ClassVar[tuple[str, ...]] = ("symbol", "mandated_by")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"type": REPORTS}

    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"body": ("body",)}
    days: ClassVar[tuple[str, ...]] = ("due",)
    ahead: ClassVar[tuple[str, ...]] = ("due",)
    named_by: ClassVar[tuple[str, ...]] = ("symbol",)
    how_named: ClassVar[str] = "give the symbol, or an id such as report:1267/2023-01"
    example: ClassVar[Example] = Example(
        {
            "body": "body:1591",
            "symbol": "S/2010/111",
            "type": "panel of experts",
            "date": "2010-03-01",
        }
    )

    body: Annotated[Text, said("The body, by record id.")] = None
    symbol: Annotated[Text, said("Its symbol.")] = None
    type: Annotated[Text, said("Panel of experts, monitoring team, annual report, Ombudsperson …")] = None
    date: Annotated[Text, said("Its date.")] = None
    due: Annotated[Text, said("The day by which it was asked for.")] = None
    mandated_by: Annotated[Text, said("Symbol of the resolution that asks for it.")] = None
    title: Annotated[Text, said("Its subject.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By its symbol."""
        return f"report:{said['symbol']}"


class Listing(Claims, frozen=True, kw_only=True):
    """A name put on a sanctions list, and taken off it: by whom, and through which avenue of review."""

    kind: ClassVar[str] = "listing"
    verbs: ClassVar[tuple[str, ...]] = ("listed", "delisted")
    compared: ClassVar[tuple[str, ...]] = ("listed_on", "delisted_on")
    required: ClassVar[tuple[str, ...]] = ("regime", "reference")
    dated: ClassVar[tuple[str, ...]] = ("listed_on", "delisted_on")
    cited: ClassVar[tuple[str, ...]] = ("listed_by", "delisted_by")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"type": LISTED, "avenue": AVENUES}
    personal: ClassVar[tuple[str, ...]] = ("name",)

    steps: ClassVar[Mapping[str, tuple[str, ...]]] = {"delisted": ("delisted_on", "delisted_by", "avenue")}
    refers_to: ClassVar[Mapping[str, tuple[str, ...]]] = {"regime": ("regime",)}
    named_by: ClassVar[tuple[str, ...]] = ("regime", "reference")
    example: ClassVar[Example] = Example(
        {
            "regime": "regime:1267",
            "reference": "QDi.001",
            "type": "individual",
            "listed_on": "2001-01-25",
        }
    )

    regime: Annotated[Text, said("The regime, by record id.")] = None
    reference: Annotated[Text, said("The permanent reference number, such as QDi.001.")] = None
    type: Annotated[Text, said("Individual, entity or vessel.")] = None
    name: Annotated[Text, said("The name listed; may be withheld.")] = None
    listed_on: Annotated[Text, said("The day it was listed.")] = None
    listed_by: Annotated[Text, said("Symbol of the decision or press release.")] = None
    delisted_on: Annotated[Text, said("The day it was delisted.")] = None
    delisted_by: Annotated[Text, said("Symbol of the decision or press release.")] = None
    avenue: Annotated[Text, said("Through whom delisting was sought: committee, Ombudsperson, focal point.")] = None
    remark: Annotated[Text, said("A remark of the source.")] = None

    def check(self) -> None:
        """Delisted after listed."""
        _in_order("listed", self.listed_on, "delisted", self.delisted_on)

    @classmethod
    def named(cls, said: Mapping[str, Any]) -> str:
        """By the regime and the reference number."""
        return f"listing:{said['regime'].removeprefix('regime:')}/{said['reference']}"


def _in_order(began: str, first: str | None, ended: str, last: str | None) -> None:
    if first and last and last < first:
        raise FactError(f"{ended}_on: {ended} ({last}) before {began} ({first})")


def measure_id(regime: str, decision: str) -> str:
    """``measure:2374/S/2023/638``: the regime's id and the resolution or draft; of several: ``measure:S/RES/2664``."""
    return f"measure:{regime.removeprefix('regime:')}/{decision}" if regime else f"measure:{decision}"


def decided_in(resolution: str | None, draft: str | None) -> str | None:
    """The record of the vote a decision was taken in, by its resolution, else its draft; None if neither tells."""
    number = resolution_number(resolution) if resolution else None
    if number is not None:
        return resolution_vote_id(number)
    return proposal_vote_id(draft) if draft and not resolution else None


def chair_id(body: str, year: int, holder: str) -> str:
    """``chair:1267/2024/MLT``: the body, the year and the member (or the role)."""
    return f"chair:{body.removeprefix('body:')}/{year}/{holder}"
