"""What every page has in common: the position it answers for, its addresses, its headers, its errors.

A page is a function of an :class:`Ask`; it returns :class:`Show` or :class:`Go`, or raises :class:`BadValueError` or
:class:`NotFoundError`. The answer depends on the address and the position alone: together they are its ETag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.context import Context
from api.guard import PAGES
from api.portal import links, words
from api.portal.wording import Wording, reader_language, wording
from domain.charter import PERMANENT
from domain.facts import FactError
from domain.sealing import WITHHELD
from domain.symbols import ordinal
from projections.engine import STAMP
from projections.reading import Reader, Values, ViewsError, Where, page
from projections.versioned import View

HERE = Path(__file__).parent

PAGE_SIZE = 50

HEADERS = {"Content-Security-Policy": PAGES}
"""On every answer of the portal; what else keeps readers safe is added to every answer of the application."""

SPEAKING = ("/search", "/data")
"""Pages that speak the reader's language; the others are in English."""


MOVING = ("/search", "/searches", "/citations")
"""Pages that do not stand still at a position: what the index of the day finds, and what has changed since."""


def citable(path: str) -> bool:
    """Whether a page can be cited."""
    return not any(path == each or path.startswith(f"{each}/") for each in MOVING)


class BadValueError(ValueError):
    """A parameter of the address that cannot be read: its name, what was given, and what is accepted."""

    def __init__(self, name: str, value: str, accepted: str) -> None:
        super().__init__(f"{name}={value!r}: {accepted}")
        self.name, self.value, self.accepted = name, value, accepted


class NotFoundError(LookupError):
    """The archive has no such record at this position. ``symbol``: what was asked for, if it may be a symbol."""

    def __init__(self, what: str, symbol: str = "") -> None:
        super().__init__(what)
        self.symbol = symbol


@dataclass(frozen=True, slots=True)
class Show:
    """A template and its values."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Go:
    """Elsewhere within the portal."""

    href: str
    status: int = 303


@dataclass(frozen=True, slots=True)
class File:
    """A file to be kept: what it holds, its media type, and the name it is given."""

    text: str
    media_type: str
    name: str


class Ask:
    """One question to the portal: the request, answered from one snapshot at one position."""

    def __init__(self, request: Request, context: Context, read: Reader, asked: int | None) -> None:
        self.request, self.context, self.read = request, context, read
        self.asked = asked
        """The past position asked for, kept in every link; None for now."""
        self._named: dict[str, str | None] = {}
        self.say: Wording = wording(_language(request))
        """The words of the page's language."""

    def text(self, name: str, default: str = "") -> str:
        """A parameter of the address, without white space around it."""
        return self.request.query_params.get(name, default).strip()

    def one_of(self, name: str, accepted: Sequence[str] | Mapping[str, Any]) -> str:
        """A parameter that is one of a closed list, or empty. Raises :class:`BadValueError`."""
        value = self.text(name)
        if value and value not in accepted:
            raise BadValueError(name, value, f"accepted are {', '.join(accepted)}")
        return value

    def year(self, name: str = "year") -> int | None:
        """A calendar year, or None. Raises :class:`BadValueError`."""
        value = self.text(name)
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and 1946 <= int(value[:5]) <= 2100):
            raise BadValueError(name, value, "a year from 1946 on, such as 2014")
        return int(value)

    def href(self, path: str, **params: object) -> str:
        """An address of the portal at the position asked for."""
        return links.with_params(path, {**params, "as_of": self.asked})

    def record(self, record: str) -> str:
        """The address of a record's page."""
        return self.href(links.path(record))

    def again(self, **changes: object) -> str:
        """This page with some parameters changed; None takes one away. Paging starts anew."""
        kept = self._given("as_of", "at", "after", "before")
        return links.with_params(self.request.url.path, {**kept, "as_of": self.asked, **changes})

    def _given(self, *but: str) -> dict[str, object]:
        """The parameters of the address, but for some."""
        given: dict[str, list[str]] = {}
        for name, value in self.request.query_params.multi_items():
            if name not in but:
                given.setdefault(name, []).append(value)
        return {**given}

    @property
    def citable(self) -> bool:
        """Whether this page has a button that cites it."""
        return self.context.citations is not None and citable(self.request.url.path)

    @property
    def address(self) -> str:
        """The page's address within the archive, parameters included."""
        return links.with_params(self.request.url.path, self._given("as_of", "at"))

    def look_up(self, texts: Iterable[str | None]) -> None:
        """Look many symbols and record ids up at once, so that a page citing them asks a few times in all."""
        wanted = {text for text in texts if text} - self._named.keys()
        self._named.update(links.find_many(self.read, sorted(wanted)))

    def held(self, text: str) -> str:
        """The address of the record a symbol, a paragraph or an id names; empty if the archive does not hold it."""
        self.look_up([text])
        found = self._named[text]
        return self.record(found) if found else ""

    def opened(self, value: str | None) -> str:
        """A person's name as a reader may see it; empty for none, :data:`domain.sealing.WITHHELD` if nobody may."""
        return str(self.context.archive.opened(value)) if value else ""

    @cached_property
    def names(self) -> words.Names:
        """Members' names by date."""
        return words.Names(self.read)

    @cached_property
    def recorded(self) -> str:
        """When the last event this page takes into account was recorded."""
        sql = "select max(recorded) as at from events where position = :position"
        return words.moment(self.read.value(sql, {"position": self.read.position}))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters a form on this page hands on, other than the position."""
        return [
            (name, value)
            for name, value in self.request.query_params.multi_items()
            if name not in ("as_of", "at") and value and "\x00" not in name + value
        ]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, with the addresses of the pages beside it."""

    rows: list[Values]
    earlier: str | None
    later: str | None


def listing(
    ask: Ask,
    view: View,
    where: Where | None,
    order: Sequence[str] = ("date", "record"),
    *,
    descending: bool = True,
    limit: int = PAGE_SIZE,
) -> Listing:
    """A page of rows by keyset: ``?after=`` or ``?before=`` holds the order values of a row, joined by ``|``."""
    after, before = _cursor(ask, "after", order, view), _cursor(ask, "before", order, view)
    if after and before:
        raise BadValueError("before", ask.text("before"), "give either after or before, not both")
    found = page(ask.read, view, where, order, descending=descending, after=after, before=before, limit=limit + 1)
    more = len(found) > limit
    if before:
        rows = found[1:] if more else found
        has_earlier, has_later = more, bool(rows)
    else:
        rows = found[:limit]
        has_earlier, has_later = bool(after), more

    def at(row: Values) -> str:
        return "|".join(str(row[name]) for name in order)

    return Listing(
        rows,
        ask.again(before=at(rows[0])) if has_earlier and rows else None,
        ask.again(after=at(rows[-1])) if has_later and rows else None,
    )


def _cursor(ask: Ask, name: str, order: Sequence[str], view: View) -> list[Any] | None:
    value = ask.text(name)
    if not value:
        return None
    parts: list[Any] = value.split("|", len(order) - 1)
    if len(parts) != len(order):
        raise BadValueError(name, value, "the link to a page of this list as it was given")
    for number, column in enumerate(order):
        if view.table.c[column].type.python_type is int:
            if not (parts[number].isascii() and parts[number].isdigit() and len(parts[number]) < 16):
                raise BadValueError(name, value, "the link to a page of this list as it was given")
            parts[number] = int(parts[number])
    return parts


Page = Callable[[Ask], Show | Go | File]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates; every value is escaped."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        day=words.day,
        moment=words.moment,
        number=words.number,
        listed=words.listed,
        said=words.said,
        ordinal=ordinal,
        hours=words.hours,
        duration=words.duration,
        label=words.label,
        pairs=lambda values: [(value, value) for value in values],
        type_pairs=lambda types: [(name, f"{name} ({words.number(n)})") for name, n in types.items()],
    )
    made.globals.update(
        of_symbol=links.of_symbol,
        official=links.official,
        CHOICES=words.CHOICES,
        CHOICES_OF=words.CHOICES_OF,
        OUTCOMES=words.OUTCOMES,
        SOURCES=words.SOURCES,
        KINDS=words.KINDS,
        ONE=words.ONE,
        VERBS=words.VERBS,
        verb=words.verb,
        WITHHELD=WITHHELD,
        GROUPS=words.GROUPS,
        CONFLICTS=words.CONFLICTS,
        LANGUAGES=words.LANGUAGES,
        PERMANENT=PERMANENT,
        stamp=stamp()[:12],
        urlencode=urlencode,
    )
    return made


@lru_cache(maxsize=1)
def stamp() -> str:
    """The hash of the portal's own files and of the read models' stamp: pages of another release are other pages."""
    digest = hashlib.sha256(STAMP.encode())
    for file in sorted(HERE.rglob("*")):
        if file.suffix in (".py", ".html", ".css", ".svg", ".toml"):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def render(ask: Ask | None, request: Request, shown: Show, headers: Mapping[str, str] | None = None) -> Response:
    """The page as HTML. ``ask`` is None when there is no snapshot to speak of (an error before it)."""
    template = environment().get_template(shown.template)
    say = ask.say if ask is not None else wording("en")
    text = template.render(ask=ask, say=say, path=request.url.path, request=request, **shown.values)
    varies = {"Content-Language": say.code, "Vary": _varies(request)}
    return Response(
        text, shown.status, {**HEADERS, **varies, **(headers or {}), **shown.headers}, "text/html; charset=utf-8"
    )


def _language(request: Request) -> str:
    """The language a page speaks."""
    if request.url.path not in SPEAKING:
        return "en"
    return reader_language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


def _varies(request: Request) -> str:
    """The headers of a request that a page depends on."""
    return "Accept-Encoding, Accept-Language" if request.url.path in SPEAKING else "Accept-Encoding"


def _without_nulls(request: Request) -> None:
    """Refuse null characters: PostgreSQL cannot compare them, and no record has one. Raises :class:`BadValueError`."""
    parts = (("address", request.scope["path"]), *request.query_params.multi_items())
    for name, value in parts:
        if "\x00" in name or "\x00" in value:
            raise BadValueError(name.replace("\x00", "�"), value.replace("\x00", "�"), "text without null characters")


def _as_of(request: Request, context: Context, reached: int) -> int | None:
    """The position asked for by ``as_of`` or ``at``. Raises :class:`BadValueError`."""
    position, time = (request.query_params.get(name, "").strip() for name in ("as_of", "at"))
    if position and time:
        raise BadValueError("at", time, "give either a position (as_of) or a time (at), not both")
    if position:
        if not (position.isascii() and position.isdigit() and len(position) < 16):
            raise BadValueError("as_of", position, "a position of the log: a whole number, such as 1200")
        if int(position) > reached:
            raise BadValueError("as_of", position, f"the archive reaches from position 0 to {reached}")
        return int(position)
    if time:
        try:
            return min(context.archive.position_at(time), reached)
        except (FactError, OverflowError):
            raise BadValueError("at", time, "a date or a time such as 2026-11-23 or 2026-11-23T10:00 (UTC)") from None
    return None


def respond(request: Request, context: Context, made: Page) -> Response:
    """Answer one request with one page."""
    views = context.views
    try:
        with views.reader() as now:
            try:
                _without_nulls(request)
                asked = _as_of(request, context, now.reached)
            except BadValueError as error:
                return _bad(Ask(request, context, now, None), request, error)
            read = now if asked is None else now.at(asked)
            return _answer(request, context, Ask(request, context, read, asked), made)
    except ViewsError as error:
        shown = Show("error.html", {"heading": "The archive is not ready", "message": str(error), "symbol": ""}, 503)
        return render(None, request, shown, {"Retry-After": "30", "Cache-Control": "no-store"})


def _answer(request: Request, context: Context, ask: Ask, made: Page) -> Response:
    searched = context.searcher.position() if context.searcher is not None else -1
    page = f"{request.url.path}?{request.url.query}\n{ask.say.code}"
    key = f"{page}\n{ask.read.position}\n{ask.asked}\n{searched}\n{stamp()}"
    etag = f'W/"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache", "X-Archive-Position": str(ask.read.position)}
    wanted = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in wanted:
        return Response(status_code=304, headers={**HEADERS, **headers, "Vary": _varies(request)})
    try:
        answer = made(ask)
        if isinstance(answer, Go):
            return RedirectResponse(answer.href, answer.status, {**HEADERS, "Cache-Control": "no-cache"})
        if isinstance(answer, File):
            kept = {**HEADERS, **headers, "Content-Disposition": f'attachment; filename="{answer.name}"'}
            return Response(answer.text, 200, {**kept, "Vary": "Accept-Encoding"}, answer.media_type)
        return render(ask, request, answer, headers if answer.status == 200 else {"Cache-Control": "no-cache"})
    except BadValueError as error:
        return _bad(ask, request, error)
    except NotFoundError as error:
        return not_found(ask, request, str(error), error.symbol)


def _bad(ask: Ask, request: Request, error: BadValueError) -> Response:
    message = ask.say("error.text", name=error.name, value=error.value[:80], accepted=error.accepted)
    shown = Show("error.html", {"heading": ask.say("error.heading"), "message": message, "symbol": ""}, 400)
    return render(ask, request, shown, {"Cache-Control": "no-store"})


def not_found(ask: Ask | None, request: Request, message: str, symbol: str = "") -> Response:
    """The page for what the archive does not hold."""
    shown = Show("error.html", {"heading": "Not in the archive", "message": message, "symbol": symbol}, 404)
    return render(ask, request, shown, {"Cache-Control": "no-cache"})


def _of_the_list(ask: Ask) -> Go:
    """``/votes/``: a record's address without the record leads to the list."""
    return Go(ask.href(ask.request.url.path.rstrip("/")))


def route(context: Context, path: str, made: Page) -> Route:
    """A page at a path. Pages read from threads of their own, one snapshot each."""

    def endpoint(request: Request) -> Response:
        return respond(request, context, _of_the_list if "" in request.path_params.values() else made)

    name = "portal:" + path
    return Route(path, endpoint, methods=["GET"], name=name)
