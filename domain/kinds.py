"""The register of kinds: every row of the house in one place. A new kind of action is one more line here."""

from __future__ import annotations

from domain.debates import Briefing, Invitation, Proposal, Speech
from domain.documents import AnnualReport, Document, DocumentText
from domain.facts import Claims
from domain.holidays import Holiday
from domain.indicators import Figure
from domain.meetings import Meeting, Sitting
from domain.members import Election, Membership, Name, Seat
from domain.missions import Mission
from domain.notes import Assessment, Note, Paragraph
from domain.peacebuilding import Advice, Participation
from domain.presidencies import Cession, Presidency
from domain.submissions import Submission
from domain.subsidiaries import Body, BodyMeeting, Chair, Listing, Measure, Regime, Report
from domain.vetoes import Followup, Veto
from domain.votes import Vote

KINDS: dict[str, type[Claims]] = {
    kind.kind: kind
    for kind in (
        *(Membership, Name, Seat, Election),
        *(Meeting, Sitting, Invitation, Briefing, Speech, Proposal),
        Vote,
        *(Veto, Followup),
        Mission,
        *(Advice, Participation),
        *(Presidency, Cession),
        *(Note, Paragraph, Assessment),
        *(Body, Regime, Measure, Chair, BodyMeeting, Report, Listing),
        *(Document, DocumentText, AnnualReport),
        *(Holiday, Figure),
        Submission,
    )
}
