"""The page of what can be downloaded: every table with its formats, and the whole record."""

from __future__ import annotations

from api.exports import describing
from api.exports.asked import AT
from api.exports.writing import FORMATS
from api.portal import links
from api.portal.pages import Ask, Show
from api.portal.wording import LANGUAGES

NAMES = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet", "xml": "MARCXML", "zip": "ZIP"}
"""Formats as they are called, the same in every language."""
assert NAMES.keys() == {*FORMATS, "zip"}


def data(ask: Ask) -> Show:
    """``/data``: the tables with their rows, and where they are to be had, at the position of the page."""
    told = describing.index(ask.context, ask.read)

    def addressed(formats: dict[str, str]) -> list[tuple[str, str]]:
        return [(NAMES[end], links.with_params(path, {AT: ask.asked})) for end, path in formats.items()]

    tables = [{**table, "formats": addressed(table["formats"])} for table in told["tables"]]
    return Show(
        "data.html",
        {
            "tables": tables,
            "archive": addressed(told["archive"]["formats"]),
            "example": links.with_params("/export/votes.csv", {"year": 2014, AT: ask.read.position}),
            "languages": [(code, name, ask.again(lang=code)) for code, name in LANGUAGES.items()],
        },
    )


PAGES = [("/data", data)]
