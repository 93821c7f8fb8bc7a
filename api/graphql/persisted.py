"""Persisted documents: a GraphQL document is kept here and asked by its id, the SHA-256 of its text.

Two ways to keep one. *Registered* by somebody whose token may (or on the command line), it is kept for good; an archive
can be set to answer these alone. *Automatic* (Apollo's APQ): anybody sends text and hash together once, and the text is
kept in memory for as long as there is room. Either way the id says what the document is, so nobody can put another in
its place, and an answer is what it would be had the text been sent.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from threading import Lock
from typing import Any, Protocol

AUTOMATIC = 4_000_000
"""Characters of documents kept in memory because somebody sent them with their hash."""
RECALLED = 8_000_000
"""Characters of registered documents kept in memory so that they are not read from the store each time."""

PREFIX = "sha256:"
_ID = re.compile(r"sha256:[0-9a-f]{64}")
_HASH = re.compile(r"[0-9a-f]{64}")


class PersistedError(Exception):
    """A document that is not answered by its id, or not without being registered. ``code`` is for programs; ``why`` is
    a row of the endpoint's table of statuses, or empty for a request that is refused like a document that is not valid.
    """

    def __init__(self, message: str, code: str, why: str = "") -> None:
        super().__init__(message)
        self.code, self.why = code, why


class FullError(Exception):
    """No further document can be registered."""


class UnreachableError(Exception):
    """The store of registered documents does not answer now."""


class Store(Protocol):
    """Where registered documents are kept. Thread-safe; nothing in it is ever changed or removed."""

    def find(self, id: str) -> str | None:
        """The text of an id; None if none is registered. Raises UnreachableError."""

    def keep(self, text: str, by: str) -> bool:
        """Register a text; whether it is new. Raises FullError, UnreachableError."""


class Addressed(Protocol):
    """A request whose document may be named by its id."""

    text: str
    document: str | None


def id_of(text: str) -> str:
    """The id of a document: ``sha256:`` and the hash of its text in UTF-8 (GraphQL-over-HTTP specification, appendix on
    persisted documents). Another layout of the same document has another id.
    """
    return PREFIX + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def named(parameters: Mapping[str, Any]) -> str | None:
    """The id of a document that the parameters of a request name, in either way. Raises ValueError, worded."""
    given = parameters.get("documentId")
    if given is not None:
        if not isinstance(given, str):
            raise ValueError("`documentId` is not a text: it names a document, as sha256: and 64 hexadecimal digits")
        return given
    extensions = parameters.get("extensions")
    asked = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if asked is None:
        return None
    hashed = asked.get("sha256Hash") if isinstance(asked, dict) else None
    if not isinstance(hashed, str) or not _HASH.fullmatch(hashed) or asked.get("version") != 1:
        raise ValueError("`extensions.persistedQuery` needs `version` 1 and `sha256Hash`, 64 hexadecimal digits")
    return PREFIX + hashed


class _Memory:
    """Texts by id, at most so many characters of them; the ones not asked for longest go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, id: str) -> str | None:
        with self._lock:
            if id in self._texts:
                self._texts.move_to_end(id)
            return self._texts.get(id)

    def put(self, id: str, text: str) -> None:
        with self._lock:
            if id not in self._texts:
                self._texts[id] = text
                self._size += len(text) + len(id)
            while self._size > self._most:
                gone, dropped = self._texts.popitem(last=False)
                self._size -= len(dropped) + len(gone)


class Persisted:
    """The persisted documents of one process. ``only``: nothing but registered documents is answered, except to those
    who bear a good token.
    """

    def __init__(self, store: Store | None = None, *, only: bool = False, automatic: int = AUTOMATIC) -> None:
        self.store = store
        self.only = only
        self._automatic = _Memory(automatic)
        self._registered = _Memory(RECALLED)

    def idle(self, asked: Addressed) -> bool:
        """Whether there is nothing to do: the document came with the request, and any document may."""
        return asked.document is None and not self.only

    def resolve(self, asked: Addressed, *, trusted: bool = False) -> None:
        """Put the text in its place where only the id was sent, and hold the request to the rules. ``trusted``: whoever
        asks bears a good token. Raises PersistedError, UnreachableError.
        """
        if not asked.text and asked.document is not None:
            asked.text = self._found(asked.document)
            return
        id = id_of(asked.text)
        if asked.document not in (None, id):
            told = f"the hash sent is not that of the document sent, which is {id}"
            raise PersistedError(told, "PERSISTED_QUERY_HASH_MISMATCH", "malformed")
        if self.only and not trusted and self._recalled(id) is None:
            raise PersistedError(
                "this archive answers registered documents only, and this one is not registered: ask whoever runs it",
                *("PERSISTED_DOCUMENTS_ONLY", "forbidden"),
            )
        if not self.only:
            self._automatic.put(id, asked.text)

    def register(self, text: str, by: str) -> tuple[str, bool]:
        """Keep a document for good; gives its id and whether it is new. Raises FullError, UnreachableError."""
        if self.store is None:
            raise UnreachableError("this archive keeps no documents")
        return id_of(text), self.store.keep(text, by)

    def registered(self, id: str) -> str | None:
        """The text of a registered document; None if there is none. Raises UnreachableError."""
        return self._recalled(id)

    def _found(self, id: str) -> str:
        text = self._automatic.get(id) or self._recalled(id)
        if text is None:
            raise PersistedError("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return text

    def _recalled(self, id: str) -> str | None:
        text = self._registered.get(id)
        if text is None and self.store is not None and _ID.fullmatch(id):
            text = self.store.find(id)
            if text is not None:
                self._registered.put(id, text)
        return text
