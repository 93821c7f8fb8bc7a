"""The closed lists of the field as GraphQL enums, each word with what it means."""

from __future__ import annotations

from typing import Any

from api.graphql.fields import Words
from domain import debates, meetings, notes, obligations, peacebuilding, presidencies, subsidiaries

Choice = Words(
    "Choice",
    "How one member acted in one vote.",
    {
        "YES": ("yes", "In favour."),
        "NO": ("no", "Against; of a permanent member on a substantive matter, a veto if the majority was reached."),
        "ABSTAIN": ("abstain", "Abstained."),
        "NOT_PARTICIPATING": ("not participating", "Present and taking no part, as China in 1971-81."),
        "ABSENT": ("absent", "Not present."),
        "NOT_VOTING": ("not voting", "Absent or taking no part: the source does not say which."),
        "UNKNOWN": ("unknown", "Only the tally is known."),
    },
).enum()

Outcome = Words(
    "Outcome",
    "What became of a proposal.",
    {
        "ADOPTED": ("adopted", "Adopted."),
        "VETOED": ("vetoed", "The majority was reached and a permanent member's No defeated it."),
        "NOT_ADOPTED": ("not adopted", "The required majority was not obtained."),
        "UNDETERMINED": ("undetermined", "The known facts do not settle it."),
    },
).enum()

Modality = Words(
    "Modality",
    "How the Council decided.",
    {
        "VOTE": ("vote", "By a vote in the chamber."),
        "WRITTEN_VOTE": ("written vote", "By letters (S/2020/253), March 2020 to mid 2021."),
        "WITHOUT_VOTE": ("without a vote", "Without a vote: there are no ballots."),
        "CONSENSUS": ("consensus", "By consensus: there are no ballots."),
        "ACCLAMATION": ("acclamation", "By acclamation: there are no ballots."),
    },
).enum()

Nature = Words(
    "Nature",
    "Which paragraph of Article 27 of the Charter governs a vote.",
    {
        "PROCEDURAL": ("procedural", "Article 27(2): no veto."),
        "SUBSTANTIVE": ("substantive", "Article 27(3): a permanent member's No defeats it."),
        "UNDETERMINED": ("undetermined", "Not stated, and not given away by the announced outcome."),
    },
).enum()

Basis = Words(
    "Basis",
    "On what the nature of a vote rests.",
    {
        "ANNOUNCED": ("announced", "The President stated it."),
        "INFERRED": ("inferred", "The announced outcome beside a permanent No gives it away."),
        "PRELIMINARY_VOTE": ("preliminary vote", "The Council voted on the preliminary question."),
        "NONE": ("none", "There is no basis."),
    },
).enum()

Mode = Words(
    "Mode",
    "How the Council met or acted.",
    {
        "MEETING": ("meeting", "A formal meeting with a number."),
        "VIDEOCONFERENCE": ("videoconference", "An open videoconference of 2020-21; not a formal meeting."),
        "WRITTEN_PROCEDURE": ("written procedure", "Votes by letter of 2020-21; not a formal meeting."),
        "NOT_STATED": ("not stated", "No source states how the Council met."),
    },
).enum()

Rule = Words(
    "Rule",
    "The provisional rule of procedure an invitation rests on.",
    {
        "RULE_37": ("37", "Member States that are not on the Council."),
        "RULE_39": ("39", "The Secretariat and other persons who can inform the Council."),
        "NEITHER": ("neither", "Neither of the two, such as observers and regional organisations."),
    },
).enum()

Decision = Words(
    "Decision",
    "What the Council made of a request to take part.",
    {"GRANTED": ("granted", "Granted."), "REFUSED": ("refused", "Refused.")},
).enum()

Category = Words(
    "Category",
    "Whom a briefer belongs to.",
    {
        "UNITED_NATIONS": (debates.UN, "The United Nations: Secretariat, funds, programmes, agencies."),
        "REGIONAL_ORGANISATION": (debates.REGIONAL, "A regional or subregional organisation."),
        "STATE": (debates.STATE, "A State."),
        "CIVIL_SOCIETY": (debates.CIVIL_SOCIETY, "Civil society: organisations, scholars, persons affected."),
        "OTHER": (debates.OTHER, "None of these."),
    },
).enum()

Gender = Words(
    "Gender",
    "A briefer's gender, only as a source states it.",
    {"WOMAN": (debates.WOMAN, "A woman."), "MAN": (debates.MAN, "A man."), "OTHER": ("other", "Otherwise.")},
).enum()

ProposalStatus = Words(
    "ProposalStatus",
    "What became of a proposal on working methods.",
    {
        "UNDER_DISCUSSION": (debates.DISCUSSED, "Under discussion."),
        "TAKEN_UP": (debates.TAKEN_UP, "Taken up, see `takenUpIn`."),
        "NOT_PURSUED": (debates.NOT_PURSUED, "Not pursued."),
    },
).enum()

Format = Words(
    "Format",
    "The format of a meeting (S/2017/507, paragraph 21), or of what is no formal meeting.",
    {
        "OPEN_DEBATE": (meetings.OPEN_DEBATE, "Briefings may be given; members speak, and non-members who ask to."),
        "DEBATE": ("debate", "Briefings may be given; members speak, and non-members directly concerned."),
        "BRIEFING": ("briefing", "Briefings are given; only members may speak after them."),
        "ADOPTION": ("adoption", "To adopt a resolution or a presidential statement."),
        "HIGH_LEVEL": ("high-level meeting", "At the level of ministers or heads of State or Government."),
        "TROOP_CONTRIBUTORS": ("troop- and police-contributing countries", "With contributors to an operation."),
        "WRAP_UP": ("wrap-up", "At the end of a presidency, on the work of its month."),
        "CONSULTATIONS": ("consultations of the whole", "Informal consultations of members; no record is made."),
        "INTERACTIVE_DIALOGUE": ("informal interactive dialogue", "Informal and private, with invited parties."),
        "ARRIA_FORMULA": ("Arria-formula meeting", "Informal, called by one or several members."),
    },
).enum()

Organ = Words(
    "Organ",
    "A principal organ of the United Nations, or the Peacebuilding Commission.",
    {
        "GENERAL_ASSEMBLY": (peacebuilding.GENERAL_ASSEMBLY, "The General Assembly."),
        "ECOSOC": (peacebuilding.ECOSOC, "The Economic and Social Council."),
        "PEACEBUILDING_COMMISSION": (peacebuilding.COMMISSION, "The Peacebuilding Commission."),
        "COURT": (peacebuilding.COURT, "The International Court of Justice."),
    },
).enum()

_SESSIONS = {
    "FORMAL_MEETING": (presidencies.FORMAL_MEETING, "A formal meeting with an S/PV number."),
    "TOLEDO": (presidencies.TOLEDO, "An informal interactive session open to all States; it has no S/PV number."),
    "CONSULTATIONS": (presidencies.CONSULTATIONS, "Consultations of the members."),
}

WrapUpFormat = Words("WrapUpFormat", "The format of a wrap-up session.", _SESSIONS).enum()

ProgrammeFormat = Words(
    "ProgrammeFormat",
    "How a President briefed on the programme of work.",
    {**_SESSIONS, "PRESS_CONFERENCE": (presidencies.PRESS, "A press conference.")},
).enum()

Rating = Words(
    "Rating",
    "What an assessor found about a paragraph; never the archive's own finding.",
    {
        "IMPLEMENTED": (notes.IMPLEMENTED, "Implemented."),
        "PARTLY": (notes.PARTLY, "Partly implemented."),
        "NOT_IMPLEMENTED": (notes.NOT_IMPLEMENTED, "Not implemented."),
        "NOT_APPLICABLE": ("not applicable", "There was no occasion for it in the period."),
    },
).enum()

BodyType = Words(
    "BodyType",
    "What kind of subsidiary body it is.",
    {
        "SANCTIONS_COMMITTEE": (subsidiaries.COMMITTEE, "A committee that oversees sanctions."),
        "DUE_PROCESS": (subsidiaries.DUE_PROCESS, "An office of due process: the Ombudsperson, the focal point."),
        "COMMITTEE": ("committee", "Another committee."),
        "WORKING_GROUP": ("working group", "A working group."),
        "EXPERT_BODY": ("expert body", "A panel or group of experts, a monitoring team."),
        "TRIBUNAL": ("tribunal", "A tribunal."),
        "COMMISSION": ("commission", "A commission."),
    },
).enum()

Action = Words(
    "Action",
    "What a decision on sanctions does, or would have done.",
    {
        "IMPOSED": (subsidiaries.IMPOSED, "Measures are imposed."),
        "RENEWED": (subsidiaries.RENEWED, "Measures, or the mandate of their experts, are renewed."),
        "MODIFIED": (subsidiaries.MODIFIED, "Measures are changed."),
        "TERMINATED": (subsidiaries.TERMINATED, "Measures are ended."),
    },
).enum()

Role = Words(
    "Role",
    "The office held in a body.",
    {
        "CHAIR": ("chair", "Its chair."),
        "VICE_CHAIR": ("vice-chair", "A vice-chair."),
        "CO_CHAIR": ("co-chair", "One of its chairs."),
        "OMBUDSPERSON": ("Ombudsperson", "The Ombudsperson."),
        "FOCAL_POINT": ("focal point", "The focal point for delisting."),
    },
).enum()

ReportType = Words(
    "ReportType",
    "What kind of report it is.",
    {
        "PANEL_OF_EXPERTS": ("panel of experts", "By a panel or group of experts."),
        "MONITORING_TEAM": ("monitoring team", "By a monitoring team."),
        "ANNUAL_REPORT": ("annual report", "The body's annual report."),
        "OMBUDSPERSON": ("Ombudsperson", "By the Ombudsperson."),
        "CHAIRS_BRIEFING": ("chair's briefing", "The chair's briefing to the Council."),
    },
).enum()

ListedType = Words(
    "ListedType",
    "What stands on a sanctions list.",
    {
        "INDIVIDUAL": ("individual", "A person."),
        "ENTITY": ("entity", "A group, an undertaking, an entity."),
        "VESSEL": ("vessel", "A ship."),
    },
).enum()

Avenue = Words(
    "Avenue",
    "Through whom delisting was sought.",
    {
        "COMMITTEE": ("committee", "The committee itself."),
        "OMBUDSPERSON": ("Ombudsperson", "The Ombudsperson."),
        "FOCAL_POINT": ("focal point", "The focal point for delisting."),
        "RESOLUTION": ("resolution", "A resolution ended it."),
    },
).enum()

Language = Words(
    "Language",
    "The six official languages of the United Nations.",
    {
        "AR": ("ar", "Arabic."),
        "ZH": ("zh", "Chinese."),
        "EN": ("en", "English."),
        "FR": ("fr", "French."),
        "RU": ("ru", "Russian."),
        "ES": ("es", "Spanish."),
    },
).enum()

ObligationKind = Words(
    "ObligationKind",
    "What has to be done.",
    {
        "VETO_DEBATE": (obligations.DEBATE, "The Assembly meets on a veto within ten working days (A/RES/76/262)."),
        "SPECIAL_REPORT": (obligations.SPECIAL_REPORT, "The Council's report on a veto, 72 hours before: invited."),
        "INTRODUCTION": (obligations.INTRODUCTION, "The introduction to the annual report, by 31 January."),
        "ADOPTION": (obligations.ADOPTION, "The annual report's adoption, by 30 May since the report on 2020."),
        "ASSESSMENT": (obligations.ASSESSMENT, "The assessment of a presidency; no time-limit."),
        "MISSION_REPORT": (obligations.MISSION_REPORT, "The report of a mission; no time-limit."),
        "OBSERVATION": (obligations.OBSERVATION, "Members-elect observe from 1 October before their term."),
    },
).enum()

ObligationState = Words(
    "ObligationState",
    "The state of an obligation on a day.",
    {
        "NOT_BEGUN": (obligations.NOT_BEGUN, "It begins later."),
        "DUE": (obligations.DUE, "Its time runs."),
        "OVERDUE": (obligations.OVERDUE, "Its last day has passed, and a source says that it was not met by then."),
        "MET": (obligations.MET, "Met, in time where a time-limit is set."),
        "MET_LATE": (obligations.MET_LATE, "Met after its last day."),
        "TIME_NOT_KNOWN": (obligations.TIME_NOT_KNOWN, "Met; whether in time, or by then, the archive does not tell."),
        "NOT_REQUIRED": (obligations.NOT_REQUIRED, "Something else stands for it."),
        "NONE_SUBMITTED": (obligations.NONE_SUBMITTED, "Invited, not demanded: none in its time, as a source says."),
        "NOTHING_RECORDED": (
            obligations.NOTHING_RECORDED,
            "Its last day has passed; the archive holds nothing that says whether it was met.",
        ),
        "OPEN": (obligations.OPEN, "No last day is set or known, and the archive holds nothing that meets it."),
    },
).enum()

CLOSED: dict[tuple[str, ...], Any] = {
    meetings.FORMATS: Format,
    debates.RULES: Rule,
    (debates.GRANTED, debates.REFUSED): Decision,
    debates.CATEGORIES: Category,
    debates.GENDERS: Gender,
    debates.STATUSES: ProposalStatus,
    peacebuilding.ORGANS: Organ,
    presidencies.Presidency.words["wrap_up_format"]: WrapUpFormat,
    presidencies.Presidency.words["programme_format"]: ProgrammeFormat,
    notes.RATINGS: Rating,
    subsidiaries.BODIES: BodyType,
    subsidiaries.ACTIONS: Action,
    subsidiaries.ROLES: Role,
    subsidiaries.REPORTS: ReportType,
    subsidiaries.LISTED: ListedType,
    subsidiaries.AVENUES: Avenue,
}
"""Closed list of the domain → its enum."""


def by_date(name: str, rows: str) -> Words:
    """The usual orders of a list of records: by date, ties by record id."""
    return Words(
        name,
        f"Order of {rows}. Ties are broken by the record's id.",
        {
            "DATE_ASC": ("date", "Oldest first."),
            "DATE_DESC": ("-date", "Newest first."),
        },
    )
