"""Composition of the Council by year, as JSON: one file a year, or a folder of them.

From the open "unsc-api" data, derived from the encyclopaedia's list of members; codes are ISO 3166, historical ones
included (``SUN``, ``TWN``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from domain.archive import Register
from domain.facts import Pending, Source
from domain.members import GROUPS, Membership, membership_id
from ops.sources import files
from ops.sources.findings import Finding, Notice, Problem, SourceError
from ops.sources.names import UnknownNameError, from_code, member

name = "membership"


class _Member(msgspec.Struct):
    name: str
    iso3: str
    permanent: bool
    regional_group: str | None = None
    term_start: int | None = None
    term_end: int | None = None


class _Year(msgspec.Struct):
    year: int
    members: list[_Member]


def _read(path: Path) -> _Year:
    try:
        year = msgspec.json.decode(files.text(path), type=_Year)
    except msgspec.ValidationError as error:
        raise SourceError(
            path, "", f"not a year's list of members: {error}", "Check the source's name and the file."
        ) from error
    except msgspec.DecodeError as error:
        raise SourceError(path, "", f"not well-formed JSON ({error}): cut off?", files.AGAIN) from error
    if not year.members:
        raise SourceError(path, "", f"no members in {year.year}", files.AGAIN)
    return year


def _files(path: Path) -> list[Path]:
    return files.inside(path, "[12][0-9][0-9][0-9].json")


def check(path: Path) -> None:
    """Raises :class:`SourceError` unless every file is a year's list of members."""
    for file in _files(path):
        _read(file)


def count(path: Path) -> int:
    """Memberships in the files."""
    return sum(len(_read(file).members) for file in _files(path))


def facts(path: Path, register: Register) -> Iterator[Finding]:
    """One membership for each State and year, in the order of the lists."""
    for file in _files(path):
        listed = _read(file)
        seen: set[str] = set()
        for place, one in enumerate(listed.members, start=1):
            where = str(place)
            try:
                code = from_code(one.iso3)
                by_name = member(one.name, str(listed.year)).code
            except UnknownNameError as error:
                yield Problem(file.name, where, "iso3", one.iso3, str(error))
                continue
            if by_name != code:
                yield Notice(file.name, where, "name", one.name, f"the name is that of {by_name}, the code {one.iso3}")
            if code in seen:
                yield Problem(file.name, where, "iso3", one.iso3, "listed twice in this year")
                continue
            seen.add(code)
            group = one.regional_group
            if group is not None and group not in GROUPS:
                yield Notice(file.name, where, "regional_group", group, "not one of the regional groups: left out")
                group = None
            claims = Membership(
                member=code,
                year=listed.year,
                permanent=one.permanent,
                group=group,
                name=one.name,
                term_first=one.term_start,
                term_last=one.term_end,
            )
            yield Pending(
                membership_id(code, listed.year), "held", Source(name=name, row=f"{file.name}#{place}"), claims
            )
        expected = 11 if listed.year < 1966 else 15
        if len(seen) != expected:
            yield Notice(
                file.name, "", "members", str(len(seen)), f"the Council had {expected} members in {listed.year}"
            )
