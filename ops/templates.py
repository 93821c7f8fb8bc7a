"""Templates: for each kind of record a YAML draft with a real case filled in, made from the kind's own claims."""

from __future__ import annotations

import json
from functools import cache

import yaml

from domain.facts import Claims, FactError, Source
from domain.identity import placed, series_of, told_by
from domain.kinds import KINDS
from domain.votes import CHOICES_IN_ORDER, Vote
from ops.exporting import describe
from ops.package import BALLOTS, tables
from ops.recording import named


def template(kind: str) -> str:
    """A YAML draft of a kind, as it can be recorded: every field with its sentence, an example, its closed list.

    Raises :class:`domain.facts.FactError` for a kind that there is not.
    """
    claims = KINDS.get(kind)
    if claims is None or not claims.published:
        raise FactError(f"there is no template {kind!r}; there are {', '.join(named())}")
    lines = [
        f"# {kind}: {(claims.__doc__ or '').strip().partition(chr(10))[0]}",
        "# The values are an example. Put in what your source states and delete the rest: what is left out is not",
        "# spoken of, and null takes back what the same source said before.",
        "# Check it with `council record --dry-run FILE`, then record it with `council record FILE`.",
        f"kind: {kind}",
        *_id(claims),
    ]
    if len(claims.verbs) > 1:
        lines.append(f"# verb: {claims.verbs[0]}  # or {', '.join(claims.verbs[1:])}; the fields tell which")
    lines += [f"source: {_document(claims)}", "fields:"]
    for name in claims.__struct_fields__:
        lines += _field(claims, name)
    return "\n".join(lines) + "\n"


def _id(kind: type[Claims]) -> list[str]:
    fields = kind.example.fields
    if kind.example.id:
        return [f"id: {kind.example.id}"]
    if kind.numbered_in:
        first = told_by(kind, fields) or f"{series_of(kind, fields)}1"
        how = "its number" if placed(kind) else "the next free number"
        return [f"# id: {first}  # made of the {kind.numbered_in} and {how}; give it to add to a record"]
    return [f"# id: {told_by(kind, fields)}  # made of the fields; give it to add to a record by fewer of them"]


def _document(kind: type[Claims]) -> str:
    """The document that states the example: the record of the meeting, the document itself, or one of its own."""
    names = ("meeting", "symbol", "note", "resolution", "terms_of_reference", "established_by", "imposed_by")
    fields = kind.example.fields
    found = kind.example.source or next((fields[name] for name in names if fields.get(name)), "")
    return str(found) if found else Source(name="curated").name


def _field(claims: type[Claims], name: str) -> list[str]:
    about = _sentences()[claims.kind].get(name, "")
    if name in claims.required:
        about = f"{about} Required.".strip()
    if name in claims.words:
        about = f"{about} One of: {', '.join(claims.words[name])}.".strip()
    if name in claims.personal:
        about = f"{about} Kept under seal."
    lines = [f"  # {about}"] if about else []
    if name not in claims.example.fields:
        return [*lines, f"  # {name}:"]
    written = yaml.safe_dump({name: claims.example.fields[name]}, allow_unicode=True, sort_keys=False, width=1_000)
    return [*lines, *(f"  {line}" for line in written.splitlines())]


@cache
def _sentences() -> dict[str, dict[str, str]]:
    """Kind → field → what it holds, as the data package describes its columns."""
    described = json.loads(describe(dict.fromkeys(tables(), 0)))["resources"]
    columns = {each["name"]: each["schema"]["fields"] for each in described}
    found = {
        table.kind: {column["name"]: column["description"] for column in columns[name]}
        for name, table in tables().items()
        if table.kind
    }
    found[Vote.kind][BALLOTS] = f"Who voted how, by code. Each is one of: {', '.join(CHOICES_IN_ORDER)}."
    return found
