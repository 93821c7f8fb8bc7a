"""Voting records of the Security Council in MARCXML, as the UN Digital Library gives them out, read as rows.

The rows are those of the Library's own voting data in CSV (:mod:`ops.sources.undl_votes`): one for each member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from ops.sources.findings import SourceError

SLIM = "{http://www.loc.gov/MARC21/slim}"
TYPE = "B23"
"""The Library's type of material (089 $b): voting data of the Security Council."""
MODALITY = re.compile(r"adopted (without (a )?vote|by acclamation|by consensus)\.?", re.IGNORECASE)
UNKNOWN = re.compile(r"How \d+ members voted is not known\.")
_TOTALS = {"total_yes": "b", "total_no": "c", "total_abstentions": "d", "total_non_voting": "e", "total_ms": "f"}

Rows = list[tuple[int, dict[str, str]]]


def votes(path: Path) -> Iterator[Rows]:
    """The rows of each voting record, with its line in the file; other records are passed over.

    Raises :class:`SourceError` for a file that is not well-formed to its end, or holds no voting record.
    """
    found = False
    try:
        parser = etree.iterparse(
            str(path), events=("end",), tag=f"{SLIM}record", resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, record in parser:
            if TYPE in _values(record, "089", "b"):
                found = True
                yield list(_rows(record))
            record.clear()
            while record.getprevious() is not None:
                del record.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise SourceError(
            path, f"line {error.lineno}", f"not well-formed XML ({error.msg}): cut off?", "Download the file again."
        ) from error
    except OSError as error:
        raise SourceError(path, "", f"cannot be read: {error}", "Check the path and its rights.") from error
    if not found:
        raise SourceError(
            path, "", f"there is no voting record (MARCXML with 089 $b {TYPE}) in it", "Export voting data as MARCXML."
        )


def _fields(record: Any, tag: str) -> Iterator[dict[str, str]]:
    """The fields of a tag: code of a subfield → its text; the first, where a code is repeated."""
    for field in record.iterfind(f"{SLIM}datafield[@tag='{tag}']"):
        told: dict[str, str] = {}
        for part in field.iterfind(f"{SLIM}subfield"):
            told.setdefault(part.get("code"), (part.text or "").strip())
        yield told


def _values(record: Any, tag: str, code: str) -> list[str]:
    return [field[code] for field in _fields(record, tag) if field.get(code)]


def _rows(record: Any) -> Iterator[tuple[int, dict[str, str]]]:
    line = record.sourceline or 0
    cast = list(_fields(record, "967"))
    notes = [note for tag in ("500", "591") for note in _values(record, tag, "a")]
    modality = next((note for note in notes if MODALITY.fullmatch(note)), "")
    if not modality:
        modality = "Vote" if any(one.get("d") for one in cast) else "Adopted without vote"
    totals = next(_fields(record, "996"), {})
    title = next(_fields(record, "245"), {})
    shared = {
        "undl_id": next((one.text or "" for one in record.iterfind(f"{SLIM}controlfield[@tag='001']")), ""),
        "date": next(iter(_values(record, "269", "a")), ""),
        "resolution": next(iter(_values(record, "791", "a")), ""),
        "draft": next(iter(_values(record, "993", "a")), ""),
        "meeting": "; ".join(_values(record, "952", "a")),
        "description": " ".join(title[code] for code in ("a", "b", "c") if code in title),
        "agenda": "; ".join(_values(record, "991", "d")),
        "subjects": "|".join(_values(record, "650", "a")),
        "vote_note": "; ".join(one for one in notes if not (MODALITY.fullmatch(one) or UNKNOWN.fullmatch(one))),
        "modality": modality,
        "undl_link": "",
        **{name: _number(totals.get(code, "")) for name, code in _TOTALS.items()},
    }
    for member in cast or [{}]:
        choice = member.get("d", "")
        yield (
            line,
            {
                **shared,
                "ms_code": member.get("c", ""),
                "ms_name": member.get("e", ""),
                "permanent_member": str(member.get("b") == "P"),
                "ms_vote": choice or ("X" if modality == "Vote" else "Y"),
            },
        )


def _number(printed: str) -> str:
    """A total as the CSV file has it: without the noughts before it."""
    return str(int(printed)) if printed.isascii() and printed.isdigit() else printed
