"""Citations over HTTP: making one, its page, its forms for reference managers, and the answer asked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api import citing, references
from api.citing import ANYBODY, Answered, Asker, Citation, CitingError, FullError, UnreachableError
from api.context import Context
from api.points import Points, SpentError, client_of
from api.portal import citations as portal
from api.portal import pages
from api.problems import Problem
from projections.patience import Patience, StoppedError
from projections.reading import ViewsError

BODY: Final = 250_000
"""Bytes of a request that cites: a document and its variables."""

RETRY: Final = {"Retry-After": "30"}
_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOW: Final = {"Cache-Control": "public, no-cache"}
_HTML: Final = ("text/html", "application/xhtml+xml")


def routes(context: Context, points: Points, seconds: float) -> list[BaseRoute]:
    """The routes of citations. Asking for one costs the points that its query costs; ``seconds``: what it may take."""

    def asker(request: Request) -> Asker:
        client = client_of(request.client.host) if request.client else "an unknown address"
        points.afford(points.short(client), "none are left")
        return Asker(Patience(seconds), lambda objects: points.pay(client, objects))

    def refusing(work: Callable[[Asker], Response], request: Request, *, free: bool = False) -> Response:
        try:
            return work(ANYBODY if free else asker(request))
        except SpentError as spent:
            problem = Problem("throttled", str(spent), {"Retry-After": str(spent.wait)})
        except StoppedError:
            problem = Problem("timed-out", f"the answer took more than the {seconds:g} seconds it may")
        except Problem as told:
            problem = told
        return problem.response(request.url.path)

    async def making(request: Request) -> Response:
        try:
            told, form = await _read(request)
        except Problem as problem:
            return problem.response(request.url.path)
        return await run_in_threadpool(refusing, lambda by: _making(request, context, told, form, by), request)

    def reading(
        made: Callable[[Request, Context, Citation, Asker], Response], *, free: bool = False
    ) -> Callable[[Request], Response]:
        """``free``: nothing is asked of the archive again, so it costs no points."""

        def endpoint(request: Request) -> Response:
            return refusing(lambda by: made(request, context, _found(request, context), by), request, free=free)

        return endpoint

    def landing(request: Request) -> Response:
        """The page, or what the client would rather have."""
        form = _negotiated(request.headers.get("accept", ""))
        if form is None:
            answer = refusing(lambda by: pages.respond(request, context, lambda ask: portal.shown(ask, by)), request)
        else:
            answer = reading(_form(form), free=True)(request)
        answer.headers["Vary"] = "Accept, Accept-Encoding"
        if answer.status_code == 200:
            answer.headers["Link"] = _links(request)
        return answer

    forms = [
        Route(f"/citations/{{id}}.{end}", reading(_form(end), free=True), methods=["GET"], name=f"citation.{end}")
        for end in ("json", *references.FORMATS)
    ]
    # the longer ending first: `.csl.json` ends in `.json`, too
    forms.sort(key=lambda route: -len(route.path))
    return [
        Route("/citations", making, methods=["POST"]),
        Route("/citations", lambda request: pages.respond(request, context, portal.form), methods=["GET"]),
        *forms,
        Route("/citations/{id}/answer", reading(_answer), methods=["GET"], name="citation.answer"),
        Route("/citations/{id}/now", reading(_now), methods=["GET"], name="citation.now"),
        Route("/citations/{id}", landing, methods=["GET"], name="citation"),
    ]


# --- Making ---------------------------------------------------------------------------------------------------------


def _making(request: Request, context: Context, told: dict[str, Any], form: bool, by: Asker) -> Response:
    """Make a citation: 303 to its page for a form, else what it is and where everything stands. Raises Problem."""
    try:
        cited, fresh = _cite(context, told, by)
    except CitingError as error:
        if form:
            shown = portal.refused(told, str(error))
            return pages.respond(request, context, lambda ask: shown)
        raise Problem("not-citable", str(error)) from error
    except FullError as error:
        raise Problem("full", str(error)) from error
    except (UnreachableError, ViewsError) as error:
        if isinstance(error, ViewsError) and told["position"] is not None:
            raise Problem("future-position", str(error)) from error
        raise Problem("not-ready", str(error), RETRY) from error
    path = f"/citations/{cited.id}"
    if form:
        return RedirectResponse(path, 303, {**pages.HEADERS, "Cache-Control": "no-store"})
    headers = {"Location": path, "Cache-Control": "no-store"}
    body = orjson.dumps(described(cited, _href(request, cited)))
    return Response(body, 201 if fresh else 200, headers, "application/json")


def _cite(context: Context, told: dict[str, Any], by: Asker) -> tuple[Citation, bool]:
    if told["page"] is not None:
        return citing.cite_page(context, told["page"], told["position"], by)
    return citing.cite(context, told["query"], told["variables"], told["operationName"], told["position"], by)


async def _read(request: Request) -> tuple[dict[str, Any], bool]:
    """What is to be cited, and whether a form asks for it. Raises Problem."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/x-www-form-urlencoded"):
        raise Problem("wrong-media-type", "send what to cite as application/json, or as a form")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            raise Problem("too-large", f"a request that cites holds at most {BODY} bytes")
    form = kind != "application/json"
    try:
        told: Any = _from_form(body) if form else orjson.loads(body)
        return _checked(told), form
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Problem("bad-request", f"what was sent is not JSON: {error}") from error
    except ValueError as error:
        raise Problem("bad-request", str(error)) from error


def _from_form(body: bytes) -> dict[str, Any]:
    """The fields of a form. ``variables`` holds JSON there. Raises ValueError."""
    told: dict[str, Any] = {
        name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace"), max_num_fields=100).items()
    }
    if told.get("variables"):
        told["variables"] = orjson.loads(told["variables"])
    if told.get("position"):
        if not (told["position"].isascii() and told["position"].isdigit() and len(told["position"]) < 16):
            raise ValueError(f"`position` is {told['position'][:20]!r}; accepted is a position of the log")
        told["position"] = int(told["position"])
    return {name: value for name, value in told.items() if value != ""}


_TYPES: Final = {"query": str, "page": str, "variables": dict, "operationName": str, "position": int}


def _checked(told: Any) -> dict[str, Any]:
    """What is to be cited, each part of its type or None. Raises ValueError."""
    if not isinstance(told, dict):
        raise ValueError("what was sent is not a JSON object")
    for name, value in told.items():
        if name not in _TYPES:
            raise ValueError(f"there is no {name[:40]!r}; there are: {', '.join(_TYPES)}")
        if value is not None and (not isinstance(value, _TYPES[name]) or isinstance(value, bool)):
            raise ValueError(f"`{name}` is not of the right type: {_TYPES[name].__name__}")
    if (told.get("query") is None) == (told.get("page") is None):
        raise ValueError("give one of `query` (a GraphQL document) and `page` (an address within the archive)")
    return {name: told.get(name) for name in _TYPES}


# --- Answering ------------------------------------------------------------------------------------------------------


def _found(request: Request, context: Context) -> Citation:
    id = request.path_params["id"]
    try:
        cited = citing.find(context, id)
    except UnreachableError as error:
        raise Problem("not-ready", str(error), RETRY) from error
    if cited is None:
        raise Problem("unknown-citation", f"there is no citation {id[:40]!r}")
    return cited


def _href(request: Request, cited: Citation) -> str:
    """The absolute address of a citation's page on this server."""
    return f"{str(request.base_url).rstrip('/')}/citations/{cited.id}"


def _links(request: Request) -> str:
    """Where a citation's other forms stand (signposting.org: `describedby` for metadata, `item` for the answer)."""
    path = request.url.path
    described = [f'<{path}.{end}>; rel="describedby"; type="{media}"' for end, media in references.FORMATS.items()]
    return ", ".join((*described, f'<{path}/answer>; rel="item"', f'<{path}>; rel="cite-as"'))


def _negotiated(accept: str) -> str | None:
    """The form of a citation that a client takes best; None for the page."""
    offered = {media: end for end, media in {"json": "application/json", **references.FORMATS}.items()}
    best, quality = None, 0.0
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((_weight(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        if weight > quality and (kind in offered or kind in _HTML or kind in ("*/*", "text/*")):
            best, quality = offered.get(kind), weight
    return best


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def described(cited: Citation, href: str) -> dict[str, Any]:
    """A citation as data, with the addresses of its other forms."""
    told: dict[str, Any] = {"id": cited.id, "kind": cited.kind, "title": cited.title}
    told |= {"query": cited.document} if cited.kind == "query" else {"page": cited.document}
    told |= {
        "variables": orjson.loads(cited.variables),
        "querySha256": cited.query,
        "archive": {"position": cited.position, "recorded": cited.recorded or None, "checkpoint": cited.checkpoint},
        "answer": {"sha256": cited.sha256, "bytes": cited.size},
        "cited": cited.cited,
        "text": references.line(cited, href),
        "links": {
            "page": href,
            "answer": f"{href}/answer",
            "now": f"{href}/now",
            **{end: f"{href}.{end}" for end in references.FORMATS},
        },
    }
    return told


def _form(end: str) -> Callable[[Request, Context, Citation, Asker], Response]:
    """A citation in one of its forms: they never change."""

    def made(request: Request, _: Context, cited: Citation, __: Asker) -> Response:
        href = _href(request, cited)
        if end == "json":
            return Response(orjson.dumps(described(cited, href)), 200, {**_FOREVER}, "application/json")
        media = f"{references.FORMATS[end]}; charset=utf-8"
        return Response(references.written(cited, href, end), 200, {**_FOREVER}, media)

    return made


def _answer(request: Request, context: Context, cited: Citation, by: Asker) -> Response:
    """The cited query asked again at the cited position: the cited bytes, or a problem that says why not."""
    try:
        answered = citing.again(context, cited, cited.position, by)
    except CitingError as error:
        raise Problem("other-answer", f"{error}. {portal.why(context, cited)}") from error
    except ViewsError as error:
        raise Problem("not-ready", str(error), RETRY) from error
    if answered.sha256 != cited.sha256:
        raise Problem(
            "other-answer",
            f"the answer made now has SHA-256 {answered.sha256}, the cited one {cited.sha256}. "
            f"{portal.why(context, cited)}",
            cited=cited.sha256,
            made=answered.sha256,
        )
    # a name under seal can still be withheld: such an answer may not be kept for ever
    return _sent(request, answered, _NOW if answered.named else _FOREVER)


def _now(request: Request, context: Context, cited: Citation, by: Asker) -> Response:
    """The cited query, answered as of now."""
    try:
        return _sent(request, citing.again(context, cited, None, by), _NOW)
    except CitingError as error:
        raise Problem("not-citable", str(error)) from error
    except ViewsError as error:
        raise Problem("not-ready", str(error), RETRY) from error


def _sent(request: Request, answered: Answered, kept: dict[str, str]) -> Response:
    tag = f'"{answered.sha256}"'
    headers = {
        **kept,
        "ETag": tag,
        "X-Archive-Position": str(answered.state.position),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(answered.body, 200, headers, answered.media)
