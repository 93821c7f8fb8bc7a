"""Texts by language: what a statement or a document says is searched with the record it belongs to.

A text is a record of its own in the archive. In search it is the body of the record it is about, in the highest
version of each language, and its title is that record's title in the language. A text about something that is not
searched, or that the archive does not hold, is found as a record of its own, so that nothing said is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.documents import LANGUAGES
from projections.reading import Values
from search.kinds import SearchDocument

COLUMNS = "record, about, language, version, title, text, since, until"
"""The columns of `texts` that are read."""


def current(texts: Iterable[Values]) -> list[Values]:
    """The highest version in each language, in the order in which the United Nations lists its languages."""
    ranked = sorted(texts, key=lambda row: (row["version"] or 1, row["record"]))
    latest = {row["language"]: row for row in ranked}
    return [latest[language] for language in LANGUAGES if language in latest]


def with_texts(document: SearchDocument, texts: Sequence[Values]) -> SearchDocument:
    """A search document with the texts about its record: what they say, and their titles."""
    if not texts:
        return document
    document = _titled(document, [(row["title"], row["language"]) for row in current(texts) if row["title"]])
    known = {(document.title, document.language), *document.also}
    names, also = dict(document.names), list(document.also)
    for row in current(texts):
        title = (row["title"], row["language"])
        if not row["title"] or title in known:
            continue
        if row["language"] == document.language or row["language"] in names:
            also.append(title)
        else:
            names[row["language"]] = row["title"]
    body = [(row["text"], row["language"]) for row in current(texts) if row["text"]]
    return replace(
        document,
        names=tuple(names.items()),
        also=tuple(dict.fromkeys(also)),
        body=tuple(dict.fromkeys((*document.body, *body))),
    )


def _titled(document: SearchDocument, titles: Sequence[tuple[str, str]]) -> SearchDocument:
    """A document that states no title goes by that of its text, the English one or the first, not by its meeting's
    topic or its symbol."""
    if document.kind != "document" or not titles or document.title not in (document.symbol, document.agenda):
        return document
    title, language = next((title for title in titles if title[1] == "en"), titles[0])
    topic = [(document.agenda, "en")] if document.agenda else []
    return replace(document, title=title, language=language, also=(*document.also, *topic))
