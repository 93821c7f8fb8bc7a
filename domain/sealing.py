"""Sealing: the name of a person who may need protection is written so that it can be withheld for ever.

The log keeps everything and the read models follow from the log alone. So a name does not enter the log in clear: it is
sealed with a key of the event's own, and the key is kept outside the log, in a *keyring*. Redaction destroys the key.
No byte of the log changes, and nobody can open the name again.

Three forms of one value: the plain text; what the log holds, ``sealed:1:…`` (:func:`seal`); and what everything built
from the log holds, a reference ``sealed:briefing:S/PV.9410#1@1/person`` (:func:`reference`) that says where the sealed
text stands. Only :meth:`domain.archive.Archive.opened` goes from a reference to the text.
"""

from __future__ import annotations

import os
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.facts import FactError
from domain.written import SEALED, WRITTEN, personal_fields, sealed_fields, written_claims

WITHHELD = "withheld"
"""What a reader is told instead of a name whose key is destroyed. A source may state it, too; it is never sealed."""
KEY_BYTES = 32
"""AES-256."""
NONCE_BYTES = 12
"""The length NIST SP 800-38D recommends for GCM; drawn at random for each value."""
BLOCK = 64
"""Texts are filled up to a multiple of so many bytes: the length of a name would help to guess it."""

Place = tuple[str, int]
"""An event by its record and its version."""
Stored = tuple[str, int, str, bytes]
"""An event as it is to be written: record, version, topic, state."""


class BrokenSealError(FactError):
    """A sealed text that its key does not open: the log or the keyring was altered, or they are of two archives."""


class Keyring(Protocol):
    """The keys of sealed values, one for each event, kept outside the log. Safe for threads and processes."""

    def fresh(self, events: Sequence[Place]) -> list[bytes]:
        """The key of each of these events, made if there is none, on disk for good before this returns.

        A key that is left from an event that was never written (a crash, a conflict) is given to the one that is.
        """

    def key(self, record: str, version: int) -> bytes | None:
        """The key of one event, or None if it was destroyed."""

    def destroy(self, records: Sequence[str]) -> int:
        """Destroy the keys of all events of these records; returns how many there were."""

    def reached(self) -> int:
        """The position of the log up to which every redaction has been carried out; 0 at first."""

    def reach(self, position: int) -> None:
        """Remember that every redaction up to a position has been carried out."""

    def close(self) -> None:
        """Give the store's connections back."""


class Reference(NamedTuple):
    """Where a sealed text stands: the event, and the field of its claims."""

    record: str
    version: int
    field: str


_REFERENCE = re.compile(r"sealed:(.+)@([1-9][0-9]*)/([a-z_]+)", re.DOTALL)


def reference(value: Any) -> Reference | None:
    """What a reference points to; None for any other value."""
    if not isinstance(value, str) or not value.startswith(SEALED):
        return None
    found = _REFERENCE.fullmatch(value)
    return Reference(found[1], int(found[2]), found[3]) if found else None


def seal(key: bytes, text: str, at: Reference) -> str:
    """A text as the log holds it: AES-GCM, bound to its record, version and field, ``sealed:1:`` and base64."""
    nonce = os.urandom(NONCE_BYTES)
    return WRITTEN + b64encode(nonce + AESGCM(key).encrypt(nonce, _fill(text.encode()), _bound_to(at))).decode()


def unseal(key: bytes, sealed: str, at: Reference) -> str:
    """The text again. Raises :class:`BrokenSealError` for another key, another place, or an altered text."""
    try:
        raw = b64decode(sealed.removeprefix(WRITTEN), validate=True)
        filled = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(at))
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError(
            f"{at.record}: what event {at.version} holds sealed in {at.field} does not open with its key; the log or "
            "the keyring was altered, or they belong to different archives: restore the two from one backup"
        ) from error
    return filled.rstrip(b"\0")[:-1].decode()


def _fill(text: bytes) -> bytes:
    """One bit and then zeros, up to the next block (ISO/IEC 7816-4)."""
    return text + b"\x80" + b"\0" * (-(len(text) + 1) % BLOCK)


def _bound_to(at: Reference) -> bytes:
    return msgspec.json.encode(at)


class Seals:
    """One archive's seals: its keyring, if it has one, and its log to look sealed texts up in.

    ``written``: the claims of an event (record and version) as the log holds them, or None if there is no such event.
    """

    def __init__(self, keyring: Keyring | None, written: Callable[[str, int], Mapping[str, Any] | None]) -> None:
        self.keyring = keyring
        self._written = written

    def opened(self, value: Any) -> Any:
        """What a reference stands for, or :data:`WITHHELD` without its key; any other value as it is.

        Nothing is kept for later: another process may redact at any moment. Raises :class:`BrokenSealError`.
        """
        at = reference(value)
        if at is None:
            return value
        sealed = (self._written(at.record, at.version) or {}).get(at.field)
        if not isinstance(sealed, str) or not sealed.startswith(WRITTEN):
            return value
        key = self.keyring.key(at.record, at.version) if self.keyring else None
        return WITHHELD if key is None else unseal(key, sealed, at)

    def closed(self, events: Sequence[Stored]) -> list[bytes]:
        """The states of events with the names of persons sealed. All their keys are on disk before this returns.

        Raises :class:`FactError` without a keyring, and for a text that only looks like a name.
        """
        secret = {
            (record, version): names for record, version, topic, state in events if (names := _names(topic, state))
        }
        if not secret:
            return [state for *_, state in events]
        keyring = self.need_keyring(next(iter(secret))[0])
        for (record, _), names in secret.items():
            _refuse_references(record, names)
        keys = keyring.fresh(list(secret))
        sealed = {
            place: {field: seal(key, text, Reference(*place, field)) for field, text in secret[place].items()}
            for place, key in zip(secret, keys, strict=True)
        }
        return [
            _with(state, sealed[record, version]) if (record, version) in sealed else state
            for record, version, _, state in events
        ]

    def need_keyring(self, record: str) -> Keyring:
        """The keyring. Raises :class:`FactError` if the archive was opened without one."""
        if self.keyring is None:
            raise FactError(
                f"{record}: whom it names is kept under seal, and this archive was opened without a keyring: open it "
                "with one (`council` keeps it as vault.db in COUNCIL_HOME, or in PostgreSQL)"
            )
        return self.keyring


def _names(topic: str, state: bytes) -> dict[str, str]:
    """Field → the name of a person that stands there in clear."""
    if not personal_fields(topic):
        return {}
    claims = written_claims(state)
    return {name: claims[name] for name in sealed_fields(topic, claims) if claims.get(name) not in (None, WITHHELD)}


def _refuse_references(record: str, names: Mapping[str, str]) -> None:
    for name, text in names.items():
        if text.startswith(SEALED):
            raise FactError(
                f"{record}: {name} {text[:60]!r} is how the archive refers to a name; state the name itself"
            )


def _with(state: bytes, values: Mapping[str, str]) -> bytes:
    """A stored event with some fields of its claims replaced."""
    event = msgspec.json.decode(state)
    event["claims"] |= values
    return msgspec.json.encode(event)


def references(topic: str, claims: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an event, as it is read back, holds sealed: the field of its kind, and the reference."""
    sealed = [name for name in sealed_fields(topic, claims) if reference(claims.get(name))]
    return [(claims["field"] if name in ("was", "now") else name, claims[name]) for name in sealed]


NAMING = "a name that is kept under seal stands here too, and would stay when it is withheld: say it without the name"
"""What is wrong with a text beside a sealed field that repeats what is sealed there."""
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Latin letters that Unicode takes apart into no letter and accent."""
_WORD = re.compile(r"[^\W\d_]{3,}")
"""A word that can give somebody away; initials and particles of two letters stand in every text."""


def _folded(text: str) -> str:
    """A text for comparing names: small letters, no accents, nothing invisible, one space between words."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    seen = "".join(character for character in parts if unicodedata.category(character) not in ("Mn", "Cf"))
    return " ".join(seen.translate(_LETTERS).split())


def repeats(text: str, name: str) -> bool:
    """Whether a text repeats a name in clear, as whole words; letter case, accents and spacing aside."""
    sought = _folded(name)
    return bool(sought) and re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", _folded(text)) is not None


def words_of(text: str, name: str) -> list[str]:
    """The words of a name, three letters or longer, that stand in a text; letter case and accents aside."""
    said = set(_WORD.findall(_folded(text)))
    return [word for word in dict.fromkeys(_WORD.findall(_folded(name))) if word in said]


def repeating(texts: Mapping[str, Any], names: Iterable[Any]) -> list[str]:
    """Those of these fields in whose value (a text, a list, who voted how) one of the names stands in clear."""
    sought = [name for name in names if isinstance(name, str) and name != WITHHELD]
    return [
        field
        for field, value in texts.items()
        if not reference(value) and any(repeats(str(value), name) for name in sought)
    ]
