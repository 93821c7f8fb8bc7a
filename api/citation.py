"""What a citation is, and where it is kept (how it is made: ``citing.py``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

import orjson


def query_of(document: str, variables: str) -> str:
    """The SHA-256 of a query in normal form, in hexadecimal digits."""
    return sha256(orjson.dumps([document, variables])).hexdigest()


class FullError(Exception):
    """No further citation can be kept."""


class UnreachableError(Exception):
    """The store of citations does not answer now."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation as it is kept.

    ``kind``: `query` or `page`. ``document``: the query's text in normal form, one operation and the fragments it uses;
    of a page, its address within the archive. ``variables``: JSON, of a page `{}`.
    ``position``, ``recorded``, ``checkpoint``: the state that answered. ``sha256``: of the answer, in hexadecimal
    digits; ``size``: its bytes. ``cited``: when (UTC). ``made_by``: the schema and read models that answered.
    """

    id: str
    kind: str
    title: str
    document: str
    variables: str
    position: int
    recorded: str
    checkpoint: str
    sha256: str
    size: int
    cited: str
    made_by: str

    @property
    def query(self) -> str:
        """The SHA-256 of document and variables: equal for queries that ask the same."""
        return query_of(self.document, self.variables)


class Citations(Protocol):
    """Where citations are kept. Thread-safe. Nothing in it is ever changed."""

    def keep(self, made: Citation) -> tuple[Citation, bool]:
        """Keep a citation; gives what is kept under its id, and whether it is new.

        Raises :class:`FullError` where no more are taken, :class:`UnreachableError` where the store does not answer.
        """

    def find(self, id: str) -> Citation | None:
        """The citation of an id. Raises :class:`UnreachableError`."""

    def all(self) -> Iterator[Citation]:
        """Every citation, in order of time. Raises :class:`UnreachableError`."""
