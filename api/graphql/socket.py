"""GraphQL over WebSockets: the protocol graphql-transport-ws.

Operations of one socket run side by side, but what is sent goes out one message after another: while the reader takes
nothing off its connection, nothing further is read or made for it. What keeps it waiting too long is closed, with the
position to go on from. There are no cookies and no session: a socket can do what anybody can.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, suppress
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.graphql import operations
from api.graphql.asked import STATUS, Asked, RefusedError, address_of
from api.graphql.operations import Following, FullError, Operations, Single
from api.graphql.persisted import PersistedError
from api.graphql.sse import AGAIN
from api.graphql.telling import REFUSALS
from api.points import SpentError
from projections.reading import ViewsError

LOG = logging.getLogger("council.subscriptions")

PROTOCOL: Final = "graphql-transport-ws"

INIT: Final = 10.0
"""Seconds a client has to send ``connection_init``."""

LONGEST_ID: Final = 128
"""Characters of the id of an operation."""

REASON: Final = 123
"""Bytes of the reason that a close frame can hold (RFC 6455, section 5.5)."""

INTERNAL, SERVICE_RESTART, TRY_AGAIN_LATER = 1011, 1012, 1013
BAD_REQUEST, UNAUTHORIZED, NOT_ACCEPTABLE, NO_INIT, KNOWN, INIT_AGAIN = 4400, 4401, 4406, 4408, 4409, 4429


class ClosedError(Exception):
    """The socket is to be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:REASON].decode(errors="ignore")


async def served(websocket: WebSocket, carried: Operations, origins: frozenset[str]) -> None:
    """Serve one socket from handshake to end. ``origins``: pages of other sites that may open one; ``*``: any."""
    if not _welcome(websocket, origins):
        told = "pages of this origin may not open a socket here: docs/subscriptions.md says which may"
        await websocket.send_denial_response(PlainTextResponse(told, STATUS["forbidden"]))
        return
    try:
        with carried.connected(address_of(websocket)):
            await Socket(websocket, carried).serve()
    except FullError as full:
        await websocket.send_denial_response(PlainTextResponse(str(full), STATUS[full.why], AGAIN))


def _welcome(websocket: WebSocket, origins: frozenset[str]) -> bool:
    """Whether a page may open a socket: browsers name its origin, and hold no socket back by themselves."""
    origin = websocket.headers.get("origin")
    if origin is None or "*" in origins or origin in origins:
        return True
    return urlsplit(origin).netloc == websocket.headers.get("host")


class Socket:
    """One open socket."""

    def __init__(self, websocket: WebSocket, carried: Operations) -> None:
        self._websocket, self._carried, self._address = websocket, carried, address_of(websocket)
        self._acknowledged = False
        self._running: dict[str, asyncio.Task[None]] = {}
        self._places: dict[str, int] = {}
        self._sending = asyncio.Lock()
        self._ended: asyncio.Future[ClosedError] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Read messages until either side ends it."""
        if PROTOCOL not in self._websocket.scope.get("subprotocols", ()):
            await self._websocket.accept()
            await self._websocket.close(NOT_ACCEPTABLE, f"Subprotocol not acceptable: this is {PROTOCOL}")
            return
        await self._websocket.accept(PROTOCOL)
        reading = asyncio.ensure_future(self._read())
        unknown = asyncio.get_running_loop().call_later(INIT, self._unknown)
        self._carried.ending.add(self._stop)
        try:
            waiting: set[asyncio.Future[Any]] = {reading, self._ended}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                await self._close(self._ended.result())
            else:
                reading.result()
        finally:
            self._carried.ending.discard(self._stop)
            unknown.cancel()
            await _cancelled({reading, *self._running.values()})

    def _end(self, code: int, reason: str) -> None:
        if not self._ended.done():
            self._ended.set_result(ClosedError(code, reason))

    def _stop(self) -> None:
        """End the socket because the server is about to stop."""
        self._end(SERVICE_RESTART, self._resume("the server stops"))

    def _unknown(self) -> None:
        """End a socket on which nobody has introduced themselves."""
        if not self._acknowledged:
            self._end(NO_INIT, "Connection initialisation timeout")

    async def _close(self, why: ClosedError) -> None:
        """Say why the socket closes, if that can be said within :data:`PATIENCE`."""
        await _cancelled(set(self._running.values()))
        with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
            async with asyncio.timeout(operations.PATIENCE):
                await self._websocket.close(why.code, why.reason)

    def _resume(self, why: str) -> str:
        places = self._places.values()
        return f"{why}: go on after position {min(places)}" if places else why

    # --- Reading ----------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(self._message(message))
        except ClosedError as closed:
            self._end(closed.code, closed.reason)

    def _message(self, message: Any) -> dict[str, Any]:
        """A message of the protocol. Raises ClosedError for anything else."""
        text = message.get("text")
        if text is None:
            raise ClosedError(BAD_REQUEST, "Invalid message: send JSON as text")
        most = self._carried.endpoint.limits.body
        if len(text) > most:
            raise ClosedError(BAD_REQUEST, f"Invalid message: it has more than {most} characters")
        try:
            told = orjson.loads(text)
        except (orjson.JSONDecodeError, RecursionError) as error:
            raise ClosedError(BAD_REQUEST, "Invalid message: it is not JSON") from error
        if not isinstance(told, dict) or not isinstance(told.get("type"), str):
            raise ClosedError(BAD_REQUEST, "Invalid message: a JSON object with a `type` is expected")
        return told

    async def _take(self, told: dict[str, Any]) -> None:
        payload = told.get("payload")
        match told["type"]:
            case "connection_init":
                if self._acknowledged:
                    raise ClosedError(INIT_AGAIN, "Too many initialisation requests")
                _object_or_none(payload)
                self._acknowledged = True
                await self._send({"type": "connection_ack"})
            case "ping":
                _object_or_none(payload)
                await self._send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
            case "pong":
                _object_or_none(payload)
            case "subscribe":
                await self._subscribe(_id(told), payload)
            case "complete":
                task = self._running.pop(_id(told), None)
                if task is not None:
                    task.cancel()
            case other:
                raise ClosedError(BAD_REQUEST, f"Invalid message: no client sends the type {other[:40]!r}")

    async def _subscribe(self, id: str, payload: Any) -> None:
        if not self._acknowledged:
            raise ClosedError(UNAUTHORIZED, "Unauthorized: send connection_init first")
        if id in self._running:
            raise ClosedError(KNOWN, f"Subscriber for {id} already exists")
        if not isinstance(payload, dict):
            raise ClosedError(BAD_REQUEST, "Invalid message: `payload` holds `query` and `variables`")
        try:
            asked = Asked(payload, get=False)
        except RefusedError as refused:
            raise ClosedError(BAD_REQUEST, f"Invalid message: {refused}") from refused
        if len(self._running) >= self._carried.caps.socket:
            await self._full(id)  # before anything else is read: whoever asks on and on waits for the answers
            return
        task = asyncio.ensure_future(self._carry(id, asked))
        self._running[id] = task
        task.add_done_callback(lambda done: self._done(id, done))

    def _done(self, id: str, task: asyncio.Task[None]) -> None:
        if self._running.get(id) is task:
            del self._running[id]
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("an operation on a socket failed", exc_info=error)
            self._end(INTERNAL, self._resume("an internal error; it has been logged"))

    # --- Operations -------------------------------------------------------------------------------------------------

    async def _full(self, id: str) -> None:
        most = self._carried.caps.socket
        told = f"{most} operations run on this socket: complete some, or open another"
        extensions = {"code": "LIMIT_EXCEEDED", "limit": "socket", "most": most}
        await self._send({"id": id, "type": "error", "payload": [{"message": told, "extensions": extensions}]})

    async def _carry(self, id: str, asked: Asked) -> None:
        """Carry one operation out to its end."""
        try:
            await self._carried.endpoint.found(asked)
            found = await self._carried.begin(asked, self._address)
        except PersistedError as refused:
            await self._error(id, [{"message": str(refused), "extensions": {"code": refused.code}}])
        except REFUSALS as refused:
            code = "RATE_LIMITED" if isinstance(refused, SpentError) else "REFUSED"
            extensions = {"code": "UNAVAILABLE" if isinstance(refused, ViewsError) else code}
            await self._error(id, [{"message": str(refused), "extensions": extensions}])
        else:
            if isinstance(found, Following):
                await self._follow(id, found)
            elif found.refused:
                await self._error(id, found.errors)
            else:
                await self._answer(id, found)

    async def _answer(self, id: str, found: Single) -> None:
        await self._send({"id": id, "type": "next", "payload": found.body})
        await self._complete(id)

    async def _follow(self, id: str, following: Following) -> None:
        if self._carried.open >= self._carried.caps.total:
            await self._error(id, [{"message": "no further subscription is taken here: try again later"}])
            return
        self._places[id] = following.place
        try:
            async with aclosing(self._carried.follow(following)) as told:
                async for answers in told:
                    for position, body in answers:
                        await self._send({"id": id, "type": "next", "payload": orjson.Fragment(body)})
                        self._places[id] = position
                        await asyncio.sleep(0)  # others have their turn, too
                    self._places[id] = max(self._places[id], following.place)
        finally:
            del self._places[id]

    # --- Sending ----------------------------------------------------------------------------------------------------

    async def _error(self, id: str, errors: list[dict[str, Any]]) -> None:
        await self._send({"id": id, "type": "error", "payload": errors}, last=id)

    async def _complete(self, id: str) -> None:
        await self._send({"id": id, "type": "complete"}, last=id)

    async def _send(self, message: dict[str, Any], last: str | None = None) -> None:
        """Send one message, after those before it. ``last``: the operation it is the last of, whose id is free then."""
        try:
            async with self._sending, asyncio.timeout(operations.PATIENCE):
                await self._websocket.send_text(orjson.dumps(message).decode())
        except TimeoutError:
            self._end(TRY_AGAIN_LATER, self._resume("nothing was taken for too long"))
            await _forever()
        except (WebSocketDisconnect, RuntimeError):  # gone; what reads from it hears so, too
            await _forever()
        if last is not None:
            self._running.pop(last, None)


def _object_or_none(payload: Any) -> None:
    if payload is not None and not isinstance(payload, dict):
        raise ClosedError(BAD_REQUEST, "Invalid message: `payload` is no JSON object")


def _id(told: dict[str, Any]) -> str:
    id = told.get("id")
    if not isinstance(id, str) or not id or len(id) > LONGEST_ID:
        raise ClosedError(BAD_REQUEST, f"Invalid message: `id` is a text of 1 to {LONGEST_ID} characters")
    return id


async def _forever() -> None:
    """Wait to be cancelled."""
    await asyncio.get_running_loop().create_future()


async def _cancelled(tasks: set[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
