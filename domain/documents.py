"""Documents of the Council: symbol, kind, titles by language, date, the meeting they come from."""

from __future__ import annotations

from typing import ClassVar

from domain.facts import Claims

RESOLUTION = "resolution"
STATEMENT = "presidential statement"

CUT_OFF = " …"
"""How a title ends that its source cuts off, so that nobody takes it for whole."""


class Document(Claims, frozen=True, kw_only=True):
    """A document as a source describes it. Presidential statements are not voted on; they are documents."""

    kind: ClassVar[str] = "document"
    verbs: ClassVar[tuple[str, ...]] = ("issued",)
    compared: ClassVar[tuple[str, ...]] = ("date", "meeting")

    symbol: str | None = None
    type: str | None = None
    date: str | None = None
    title: str | None = None
    language: str | None = None
    meeting: str | None = None
    truncated: bool | None = None
    """The source cuts the title off; it then ends in :data:`CUT_OFF`."""


def document_id(symbol: str) -> str:
    """``document:S/PRST/2014/28``."""
    return f"document:{symbol}"
