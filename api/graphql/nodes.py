"""Node: whatever has a record in the log. Its id is the record's id, the same everywhere in the archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import graphene

from api.graphql.fields import Asking, Rows, column, listed, made, same
from api.graphql.provenance import Conflict, Provenance, conflicts_of
from projections.debates import BRIEFINGS, INVITATIONS, PROPOSALS, SPEECHES
from projections.documents import ANNUAL_REPORTS, DOCUMENTS, TEXTS
from projections.holidays import HOLIDAYS
from projections.indicators import FIGURES
from projections.meetings import MEETINGS, SITTINGS
from projections.members import ELECTIONS, MEMBERSHIPS, NAMES, SEATS
from projections.missions import MISSIONS
from projections.notes import ASSESSMENTS, NOTES, PARAGRAPHS
from projections.peacebuilding import ADVICE, PARTICIPATIONS
from projections.presidencies import CESSIONS, PRESIDENCIES
from projections.reading import Values, by_key
from projections.subsidiaries import BODIES, BODY_MEETINGS, CHAIRS, LISTINGS, MEASURES, REGIMES, REPORTS
from projections.versioned import View
from projections.vetoes import FOLLOWUPS, VETOES
from projections.votes import VOTES

TYPES: dict[str, tuple[str, View]] = {
    "vote": ("Vote", VOTES),
    "veto": ("Veto", VETOES),
    "meeting": ("Meeting", MEETINGS),
    "sitting": ("Sitting", SITTINGS),
    "document": ("Document", DOCUMENTS),
    "mission": ("Mission", MISSIONS),
    "advice": ("Advice", ADVICE),
    "membership": ("Membership", MEMBERSHIPS),
    "name": ("MemberName", NAMES),
    "seat": ("Seat", SEATS),
    "election": ("Election", ELECTIONS),
    "invitation": ("Invitation", INVITATIONS),
    "briefing": ("Briefing", BRIEFINGS),
    "speech": ("Speech", SPEECHES),
    "proposal": ("Proposal", PROPOSALS),
    "followup": ("Followup", FOLLOWUPS),
    "participation": ("Participation", PARTICIPATIONS),
    "presidency": ("Presidency", PRESIDENCIES),
    "cession": ("Cession", CESSIONS),
    "note": ("Note", NOTES),
    "paragraph": ("Paragraph", PARAGRAPHS),
    "assessment": ("Assessment", ASSESSMENTS),
    "body": ("Body", BODIES),
    "regime": ("Regime", REGIMES),
    "measure": ("Measure", MEASURES),
    "chair": ("Chair", CHAIRS),
    "body_meeting": ("BodyMeeting", BODY_MEETINGS),
    "report": ("Report", REPORTS),
    "listing": ("Listing", LISTINGS),
    "text": ("DocumentText", TEXTS),
    "annual_report": ("AnnualReport", ANNUAL_REPORTS),
    "holiday": ("Holiday", HOLIDAYS),
    "figure": ("Figure", FIGURES),
}
"""Kind of record → its type and the read model its row lies in."""


def type_of(row: Values) -> str:
    """The GraphQL type of a row that has a record."""
    return TYPES[row["record"].partition(":")[0]][0]


class Node(graphene.Interface):
    """A record of the archive: something the log holds events about."""

    id = column(graphene.ID, "record", "The record's id, such as `vote:S/RES/1559`; good in every answer and page.")
    kind = made(
        graphene.String, lambda _: lambda row: row["record"].partition(":")[0], "Kind of record: vote, meeting …"
    )
    provenance = same(Provenance, "What stands behind this record: events, statements of sources, corrections.")
    conflicts = listed(Conflict, conflicts_of, "Where sources, ballots or the Charter contradict this record.")

    @classmethod
    def resolve_type(cls, instance: Values, info: Any) -> Any:
        """The type a row is shown as."""
        return info.schema.get_type(type_of(instance)).graphene_type


def rows_of(records: Sequence[str | None], asking: Asking) -> list[Values | None]:
    """The rows of records of any kinds, in the order asked for; None where there is none. One statement a kind."""
    kinds: dict[str, list[str]] = {}
    for record in records:
        kind = (record or "").partition(":")[0]
        if record and kind in TYPES:
            kinds.setdefault(kind, []).append(record)
    found: dict[str, Rows] = {}
    for kind, wanted in kinds.items():
        view = TYPES[kind][1]
        found.update(by_key(asking.read, view, "record", wanted, view.key))
    return [found[record][0] if record in found else None for record in records]
