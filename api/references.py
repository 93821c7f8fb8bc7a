"""Citations as reference managers read them: CSL-JSON, BibTeX, RIS, a line of text, and schema.org for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson

from api.citation import Citation

ARCHIVE: Final = "Council Archive"

FORMATS: Final = {
    "csl.json": "application/vnd.citationstyles.csl+json",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "txt": "text/plain",
    "jsonld": "application/ld+json",
}
"""Ending of an address → media type."""


def written(cited: Citation, href: str, form: str) -> bytes:
    """A citation in one of the forms; ``href``: the address of its page, ``form``: a key of :data:`FORMATS`."""
    made = {"csl.json": _csl, "bib": _bibtex, "ris": _ris, "txt": _line, "jsonld": _schema_org}[form](cited, href)
    return made.encode() if isinstance(made, str) else orjson.dumps(made, option=orjson.OPT_INDENT_2)


def line(cited: Citation, href: str) -> str:
    """A citation as a line for a footnote."""
    return (
        f"{ARCHIVE}. “{cited.title}”. State of {_day(cited.recorded)}, log position {cited.position}. "
        f"Cited {_day(cited.cited)}. {href} (SHA-256 {cited.sha256})"
    )


def _line(cited: Citation, href: str) -> str:
    return line(cited, href) + "\n"


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _day(written: str) -> str:
    """A day as it stands in a sentence: 29 November 2026; the empty archive has none."""
    if not written:
        return "an empty archive"
    moment = _moment(written)
    return f"{moment.day} {moment:%B %Y}"


def _version(cited: Citation) -> str:
    return f"log position {cited.position}, checkpoint {cited.checkpoint}"


def _parts(written: str) -> dict[str, list[list[int]]]:
    moment = _moment(written)
    return {"date-parts": [[moment.year, moment.month, moment.day]]}


def _csl(cited: Citation, href: str) -> list[dict[str, Any]]:
    """CSL-JSON, as citeproc reads it: a list of one data set."""
    told: dict[str, Any] = {
        "id": cited.id,
        "type": "dataset",
        "title": cited.title,
        "author": [{"literal": ARCHIVE}],
        "publisher": ARCHIVE,
        "version": _version(cited),
        "URL": href,
        "accessed": _parts(cited.cited),
        "note": f"SHA-256 of the answer: {cited.sha256}",
    }
    if cited.recorded:
        told["issued"] = _parts(cited.recorded)
    return [told]


_SPECIAL: Final = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _bibtex(cited: Citation, href: str) -> str:
    """BibTeX: ``@misc``, which every style knows."""
    told = {
        "author": f"{{{ARCHIVE}}}",
        "title": f"{{{cited.title.translate(_SPECIAL)}}}",
        "howpublished": f"\\url{{{href}}}",
        "url": href,
        "urldate": cited.cited[:10],
        "version": _version(cited),
        "note": f"Log position {cited.position}. SHA-256 of the answer: {cited.sha256}",
    }
    if cited.recorded:
        told["year"], told["date"] = cited.recorded[:4], cited.recorded[:10]
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in told.items())
    return f"@misc{{councilarchive-{cited.id},\n{fields}}}\n"


def _ris(cited: Citation, href: str) -> str:
    """RIS: lines end in CR LF, as its readers expect."""
    told = [
        ("TY", "DATA"),
        ("ID", cited.id),
        ("AU", ARCHIVE),
        ("TI", cited.title),
        ("PB", ARCHIVE),
        *([("PY", cited.recorded[:4]), ("DA", cited.recorded[:10].replace("-", "/"))] if cited.recorded else []),
        ("Y2", cited.cited[:10].replace("-", "/")),
        ("ET", _version(cited)),
        ("UR", href),
        ("N1", f"SHA-256 of the answer: {cited.sha256}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in told)


def _schema_org(cited: Citation, href: str) -> dict[str, Any]:
    """JSON-LD in the words of schema.org: what harvesters of data sets read."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": href,
        "identifier": cited.id,
        "name": cited.title,
        "description": f"The answer of {ARCHIVE} to a {cited.kind} at log position {cited.position}.",
        "url": href,
        "version": _version(cited),
        "creator": {"@type": "Organization", "name": ARCHIVE},
        "publisher": {"@type": "Organization", "name": ARCHIVE},
        "isAccessibleForFree": True,
        "distribution": {
            "@type": "DataDownload",
            "contentUrl": f"{href}/answer",
            "encodingFormat": "application/json" if cited.kind == "query" else "text/html",
            "contentSize": f"{cited.size} B",
            "sha256": cited.sha256,
        },
    }
    if cited.kind == "query":
        code = {"@type": "SoftwareSourceCode", "programmingLanguage": "GraphQL", "text": cited.document}
        told["isBasedOn"] = code
    if cited.recorded:
        told["dateModified"] = cited.recorded
    return told


__all__ = ["FORMATS", "line", "written"]
