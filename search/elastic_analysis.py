"""The analysis of :mod:`search.languages`, said in Elasticsearch's own built-in filters, and the fields of its index.

Every word has an exact form and stems here, too. Text in Latin script is stemmed by its own language; words in Arabic
or Cyrillic script and Chinese are told by their signs, so each analyser of stems has them all: there are as many
fields of stems as there are languages in Latin script. Text is sent in composed form (:func:`composed`), for the
server normalises no Unicode without a plugin. Of the table of characters (:func:`search.languages.spelling`) the server
gets what its own filters do not do: above all traditional Chinese.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from search.engine import FACETS, FILTERS
from search.languages import ELISION, LATIN, LONGEST, POSSESSIVE, SNOWBALL, spelling

TEXTS: Final = ("title", "more", "body")
"""Fields of words in their exact form; :func:`stems_of` names the fields of stems beside each."""

NUMBERS: Final = ("year", "day", "since", "until", "newest", "oldest", "numbered")

LONGEST_VALUE: Final = 8_000
"""Characters of a value that is filtered by or counted; the server holds none of more than 32,766 bytes."""

COUNTED: Final = tuple(name for name in FACETS if name != "year")

_PLAIN: Final = ("lowercase", "cjk_width", "decimal_digit", "arabic_normalization", "longest")
_SNOWBALL: Final = {language: name.capitalize() for language, name in SNOWBALL.items()}


def stems_of(field: str) -> tuple[str, ...]:
    """The fields of stems beside a field of words."""
    return tuple(f"{field}_{language}" for language in LATIN)


def stem_field(field: str, language: str) -> str:
    """The field of stems that a text of a language goes into."""
    return f"{field}_{language if language in LATIN else 'en'}"


def composed(text: str) -> str:
    """A text as it is sent: in composed form, compatibility characters as plain ones, no halves of characters."""
    return unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode())


def _mapping(pairs: Mapping[str, str]) -> dict[str, Any]:
    written = [f"{_coded(sign)} => {_coded(plain)}" for sign, plain in pairs.items()]
    return {"type": "mapping", "mappings": written}


def _coded(text: str) -> str:
    """A text in units of UTF-16, which the server's table of characters is written in."""
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def analysis(characters: Mapping[str, str]) -> dict[str, Any]:
    """Char filters, filters and analysers of the index, with a table of characters."""
    char_filters = {
        "spelling": _mapping(characters),
        "marks": _without(r"[\p{Mn}\p{Me}\p{Cf}]+"),
        "possessive": _without(_java(POSSESSIVE)),
        "elision": _without(_java(ELISION)),
        "apostrophes": _mapping({"'": " "}),
    }
    filters: dict[str, Any] = {
        "longest": {"type": "truncate", "length": LONGEST},
        "unstemmed": {"type": "keep_types", "types": ["<NUM>", "<SINGLE>"], "mode": "exclude"},
        "ru": {"type": "snowball", "language": _SNOWBALL["ru"]},
    }
    analyzers = {"exact": _analyzer([*_PLAIN, "asciifolding"])}
    for language in LATIN:
        filters[language] = {"type": "snowball", "language": _SNOWBALL[language]}
        both = [f"{language},asciifolding", f"asciifolding,{language}"]
        filters[f"{language}_both"] = {"type": "multiplexer", "filters": both, "preserve_original": False}
        stemming = [*_PLAIN, "cjk_bigram", "unstemmed", "arabic_stem", "ru", f"{language}_both"]
        analyzers[f"stems_{language}"] = _analyzer(stemming)
    return {"char_filter": char_filters, "filter": filters, "analyzer": analyzers}


def _characters() -> dict[str, str]:
    """The table of characters without what the server's filters do: letter case, width, digits, marks taken off."""
    return {
        sign: plain
        for sign, plain in spelling().items()
        if unicodedata.normalize("NFKC", sign) == sign
        and plain != sign.lower()
        and unicodedata.category(sign) not in ("Mn", "Me", "Cf", "Nd")
    }


def _without(pattern: str) -> dict[str, Any]:
    flags = "CASE_INSENSITIVE|UNICODE_CASE"
    return {"type": "pattern_replace", "pattern": pattern, "flags": flags, "replacement": ""}


def _java(pattern: str) -> str:
    """A pattern of :mod:`search.languages` as the server writes it."""
    return pattern.replace(r"[^\W_]", r"[\p{L}\p{N}]")


def _analyzer(filters: list[str]) -> dict[str, Any]:
    return {
        "type": "custom",
        "char_filter": ["spelling", "marks", "possessive", "elision", "apostrophes"],
        "tokenizer": "standard",
        "filter": filters,
    }


def mappings() -> dict[str, Any]:
    """The fields. What is not named here is refused; of the source only what a hit shows is kept."""
    fields: dict[str, Any] = {"record": {"type": "keyword"}, "stamp": {"type": "object", "enabled": False}}
    fields |= {f"{name}_facet": {"type": "keyword", "ignore_above": LONGEST_VALUE} for name in COUNTED}
    fields |= {name: {"type": "keyword", "doc_values": False, "ignore_above": LONGEST_VALUE} for name in FILTERS}
    fields |= {name: {"type": "long"} for name in NUMBERS}
    for name in TEXTS:
        fields[name] = {"type": "text", "analyzer": "exact"}
        for field, language in zip(stems_of(name), LATIN, strict=True):
            fields[field] = {"type": "text", "analyzer": f"stems_{language}", "index_options": "freqs"}
    fields |= {name: {"type": "keyword", "index": False, "doc_values": False} for name in ("shown", "body_shown")}
    kept = ["record", "since", "until", "shown", "body_shown", "stamp"]
    return {"dynamic": "strict", "_source": {"includes": kept}, "properties": fields}


def index_settings() -> dict[str, Any]:
    """Settings that hold as long as an index does.

    The server never refreshes by itself: what is written becomes visible at the end of a step, all at once.
    """
    return {"number_of_shards": 1, "refresh_interval": "-1", "analysis": analysis(_characters())}


def _digest() -> str:
    """Tells one set of fields and analysers from another. The table of characters has its version elsewhere."""
    told = json.dumps([analysis({}), mappings()], sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=4).hexdigest()


ENGINE: Final = f"elasticsearch, index {_digest()}"
"""The engine and what its index is like, for the stamp: an index with other fields or analysers is rebuilt."""
