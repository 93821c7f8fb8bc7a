"""The closed lists of the field as GraphQL enums, each word with what it means."""

from __future__ import annotations

from api.graphql.fields import Words

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
