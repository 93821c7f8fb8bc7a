"""Pages as they are cited: what a page shows (its main part, without the frame around it) as of a position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.routing import compile_path

from api import portal
from api.citing import Answered, CitingError
from api.context import Context
from api.graphql import answers
from api.portal import pages
from api.portal.pages import Ask, BadValueError, NotFoundError, Page, Show, citable
from api.state import state
from projections.patience import Patience

LONGEST: Final = 2_000
"""Characters of an address at most."""

STATE: Final = ("as_of", "at")
"""The parameters that choose a state: a citation has one of its own."""

MEDIA: Final = "text/html; charset=utf-8"


def made_by() -> str:
    """What pages are made by: another release may show the same otherwise."""
    return pages.stamp()[:24]


def normal(address: str) -> str:
    """A page's address in normal form: path and parameters within the archive, sorted, without a state."""
    parts = urlsplit(address)
    kept = sorted((name, value) for name, value in parse_qsl(parts.query) if name not in STATE)
    return parts.path + (f"?{urlencode(kept)}" if kept else "")


def shown(context: Context, address: str, at: int | None, patience: Patience | None = None) -> tuple[str, Answered]:
    """A page's title and what it shows as of a position, or now.

    Raises :class:`CitingError` for what is no page, or none that stands still; ViewsError for a position not reached.
    """
    page, request = _request(address)
    watching, watch = answers.watched(context)
    with context.views.reader(patience=patience) as now:
        read = now.at(now.position if at is None else at)
        read.reached = read.position  # so that it reads the same however far the log has come meanwhile
        try:
            answer = page(Ask(request, watching, read, read.position))
            if not isinstance(answer, Show) or answer.status != 200:
                raise CitingError(f"{address} is not a page that shows something: cite the page it leads to")
            whole = bytes(pages.render(Ask(request, watching, read, read.position), request, answer).body).decode()
        except (BadValueError, NotFoundError) as error:
            raise CitingError(f"the page {address} cannot be cited: {error}") from error
        told = state(context, read)
    main = whole[whole.index("<main") : whole.index("</main>") + len("</main>")] + "\n"
    title = unescape(whole[whole.index("<title>") + len("<title>") : whole.index("</title>")]).rpartition(" · ")[0]
    return title, Answered(main.encode(), MEDIA, list(_lines(main)), told, watch.named)


def _request(address: str) -> tuple[Page, Request]:
    parts = urlsplit(address)
    if len(address) > LONGEST or not parts.path.startswith("/") or parts.netloc or "\x00" in address:
        raise CitingError("the page to cite is not an address within the archive, such as /votes?member=FRA")
    if not citable(parts.path):
        raise CitingError(f"{parts.path} cannot be cited: it shows what the day's index finds, or what has changed")
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in STATE])
    for path, page in ((path, page) for group in portal.GROUPS for path, page in group.PAGES):
        pattern, _, converters = compile_path(path)
        found = pattern.match(parts.path)
        if found:
            params: dict[str, Any] = {name: converters[name].convert(text) for name, text in found.groupdict().items()}
            scope = {
                "type": "http",
                "method": "GET",
                "scheme": "http",
                "server": ("archive", 80),
                "path": parts.path,
                "query_string": query.encode(),
                "headers": [],
                "path_params": params,
            }
            return page, Request(scope)
    raise CitingError(f"there is no page {parts.path}")


def _lines(main: str) -> Iterator[str]:
    """The text of a page, a line for each block of it."""
    blocks = re.split(r"</?(?:p|h\d|li|tr|dt|dd|caption|section|figure|summary|ul|ol|table|main)\b[^>]*>", main)
    for block in blocks:
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", block)).split())
        if text:
            yield text


__all__ = ["made_by", "normal", "shown"]
