"""Reading files from outside: never trusting that a file is what its name says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from charset_normalizer import from_bytes

from ops.sources.findings import SourceError

AGAIN = "Download the file again and import that."
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
)


def read(path: Path) -> bytes:
    """The bytes of a file. Raises :class:`SourceError` if it cannot be read or is empty."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(
            path, "", f"cannot be read: {error.strerror or error}", "Check the path and its rights."
        ) from error
    if not raw.strip():
        raise SourceError(path, "", "the file is empty", AGAIN)
    return raw


def text(path: Path, *, html: bool = False) -> str:
    """A file as text: UTF-8 with or without a byte order mark, else the encoding it most likely has.

    Raises :class:`SourceError` for binary files and, unless ``html``, for a web page in place of the data.
    """
    raw = read(path)
    if raw.startswith(_BINARY) or (b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise SourceError(
            path, "", "this is a binary file, not text", "Give the file in the format the source publishes."
        )
    if not html and _HTML.match(raw.removeprefix(b"\xef\xbb\xbf")):
        raise SourceError(path, "line 1", "this is a web page, not data: perhaps an error page of the server", AGAIN)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(path, raw, "utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"line {raw.count(bytes([10]), 0, error.start) + 1}"
        best = from_bytes(raw, cp_isolation=["cp1252", "cp1250", "latin_1", "cp1254"]).best()
        if best is None:
            raise SourceError(path, place, "the encoding is not to be made out", "Save it as UTF-8.") from error
        return str(best)


def _decode(path: Path, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(path, "", f"cut off, or not {encoding}", AGAIN) from error


def table(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file by header name, each with its line. Raises :class:`SourceError` as soon as a row is not whole.

    ``required``: columns without which the file is of another kind.
    """
    reader = csv.reader(io.StringIO(text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
        missing = [name for name in required if name not in header]
        if missing:
            raise SourceError(
                path,
                "line 1",
                f"the header lacks {', '.join(missing)}; it has {', '.join(header)[:200]}",
                "Check that the file is of this source, and import it under the source's name.",
            )
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise SourceError(path, "line 1", f"the header names {', '.join(twice)} twice", AGAIN)
        rows, line = 0, reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                raise SourceError(
                    path,
                    f"line {line}",
                    f"the row has {len(cells)} cells where the header has {len(header)}: cut off?",
                    AGAIN,
                )
            if cells:
                rows += 1
                yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
        if not rows:
            raise SourceError(path, "", "there is no row below the header", AGAIN)
    except csv.Error as error:
        raise SourceError(path, f"line {reader.line_num}", f"not well-formed CSV ({error}): cut off?", AGAIN) from error
    except StopIteration:
        raise SourceError(path, "", "the file is empty", AGAIN) from None


def clean(value: object) -> str:
    """A cell on one line: runs of blanks, no-break blanks and line ends become one blank."""
    return " ".join(str(value).replace("\xa0", " ").split()) if value is not None else ""


def inside(path: Path, pattern: str) -> list[Path]:
    """The file itself, or the files in a folder that match, by name. Raises :class:`SourceError` if there is none."""
    if not path.is_dir():
        return [path]
    found = sorted(path.glob(pattern))
    if not found:
        raise SourceError(path, "", f"the folder holds no file {pattern}", "Give the folder with the downloaded files.")
    return found
