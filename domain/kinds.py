"""The register of kinds: every row of the house in one place. A new kind of action is one more line here."""

from __future__ import annotations

from domain.documents import Document
from domain.facts import Claims
from domain.meetings import Meeting, Sitting
from domain.members import Membership, Name, Seat
from domain.missions import Mission
from domain.peacebuilding import Advice
from domain.vetoes import Veto
from domain.votes import Vote

KINDS: dict[str, type[Claims]] = {
    kind.kind: kind for kind in (Membership, Name, Seat, Meeting, Sitting, Vote, Veto, Mission, Advice, Document)
}
