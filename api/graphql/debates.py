"""What happens in a meeting: invitations, briefings, speeches, proposals and what became of them."""

from __future__ import annotations

from collections.abc import Callable

import graphene

from api.graphql.fields import Asking, decoded, given, listed, made, related
from api.graphql.paging import row_by, rows_by
from api.graphql.plain import Listed, many_by, one_by, row_type, to_country, to_meeting
from domain import debates as stated
from projections.debates import BRIEFINGS, INVITATIONS, PROPOSALS, SPEECHES
from projections.documents import DOCUMENTS, TEXTS
from projections.members import MEMBERS
from projections.notes import PARAGRAPHS
from projections.reading import Values, Where

_TEXTS = rows_by(TEXTS, "about", "record", ("language", "version", "record"))
_DOCUMENT = "api.graphql.documents.Document"
_TEXT = "api.graphql.documents.DocumentText"
_PARAGRAPH = "api.graphql.notes.Paragraph"


@row_type(stated.Invitation, named={"meeting": "meeting_symbol", "letter": "letter_symbol"})
class Invitation:
    """A request to take part in a meeting, and what the Council made of it."""

    meeting = to_meeting("The meeting.")
    country = to_country("The State, where it is or was on the Council.")
    letter = related(_DOCUMENT, row_by(DOCUMENTS, "symbol", "letter"), "The letter, if the archive holds it.")


@row_type(stated.Briefing, named={"meeting": "meeting_symbol"})
class Briefing:
    """One person briefing the Council at one meeting. Gender only where stated; the name may be withheld."""

    meeting = to_meeting("The meeting.")
    texts = listed(_TEXT, _TEXTS, "Its texts, by language and version.", weight=6)
    proposals = listed(
        lambda: Proposal, rows_by(PROPOSALS, "briefing", "record", ("record",)), "Proposals made in it.", weight=2
    )


def delegations(row: Values) -> int:
    """States that a speech is made for: the speaker's own, and those it speaks on behalf of."""
    return (row["member"] is not None) + len(decoded(row["behalf"]))


def _delegations(_: Asking) -> Callable[[Values], int]:
    return delegations


@row_type(stated.Speech, named={"meeting": "meeting_symbol", "letter": "letter_symbol"})
class Speech:
    """One place in the speakers' list: inscribed by a signed letter, then delivered; joint ones speak for many."""

    meeting = to_meeting("The meeting.")
    country = to_country("The State whose delegation speaks, where it is or was on the Council.")
    behalf_countries = listed(
        "api.graphql.members.Country",
        many_by(MEMBERS, "code", lambda row: decoded(row["behalf"]), ("code",)),
        "The further States it is made for, where they are or were on the Council.",
        weight=2,
    )
    delegations = made(
        graphene.Int,
        _delegations,
        "How many States it is made for: the speaker's and those of `behalf`; 0 for an organisation alone.",
    )
    letter = related(_DOCUMENT, row_by(DOCUMENTS, "symbol", "letter"), "The letter that inscribes it, if held.")
    texts = listed(_TEXT, _TEXTS, "Its texts, by language and version.", weight=6)
    proposals = listed(
        lambda: Proposal, rows_by(PROPOSALS, "speech", "record", ("record",)), "Proposals made in it.", weight=2
    )


@row_type(
    stated.Proposal,
    named={
        "meeting": "meeting_symbol",
        "speech": "speech_id",
        "briefing": "briefing_id",
        "paragraph": "paragraph_reference",
    },
)
class Proposal:
    """A concrete proposal made in a statement, and what became of it: a row of the analytical summary."""

    meeting = to_meeting("The meeting.")
    country = to_country("The State that proposes, where it is or was on the Council.")
    speech = related(Speech, row_by(SPEECHES, "record", "speech"), "The speech it was made in.")
    briefing = related(Briefing, row_by(BRIEFINGS, "record", "briefing"), "The briefing it was made in.")
    paragraph = related(
        _PARAGRAPH,
        one_by(PARAGRAPHS, "record", lambda row: f"paragraph:{row['paragraph']}"),
        "The paragraph of a note it touches.",
    )
    taken_up_in_paragraph = related(
        _PARAGRAPH,
        one_by(PARAGRAPHS, "record", lambda row: f"paragraph:{row['taken_up_in']}"),
        "The paragraph that takes it up, if it is one the archive holds.",
    )
    taken_up_in_document = related(
        _DOCUMENT, row_by(DOCUMENTS, "symbol", "taken_up_in"), "The document that takes it up, if it is held."
    )


def _joint(where: Where, value: bool, _: Asking) -> None:
    where.sql("t.behalf <> '[]'" if value else "t.behalf = '[]'")


INVITATION_LISTS = Listed(Invitation, stated.Invitation, INVITATIONS, "invitations")
BRIEFING_LISTS = Listed(Briefing, stated.Briefing, BRIEFINGS, "briefings")
SPEECH_LISTS = Listed(
    Speech,
    stated.Speech,
    SPEECHES,
    "speeches",
    {"joint": (given("Whether it is made for further States.", graphene.Boolean), _joint)},
)
PROPOSAL_LISTS = Listed(Proposal, stated.Proposal, PROPOSALS, "proposals")
