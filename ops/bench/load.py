"""A small HTTP load: a fixed number of requests over a fixed number of kept-alive connections, loopback only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A request to be sent many times. ``body`` None: GET."""

    path: str
    body: bytes | None = None

    def raw(self, host: str) -> bytes:
        """The request as it goes over the wire."""
        if self.body is None:
            return f"GET {self.path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n".encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


async def read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and the body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length, chunked = 0, False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        chunked = chunked or (name.lower() == b"transfer-encoding" and b"chunked" in value.lower())
    if chunked:
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return status, body
    return status, await reader.readexactly(length)


async def _one_connection(port: int, raw: bytes, times: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b""
    try:
        for _ in range(times):
            writer.write(raw)
            status, body = await read(reader)
            if status != 200:
                raise RuntimeError(f"the server answered {status}: {body[:300]!r}")
    finally:
        writer.close()
    return body


def rate(port: int, request: Request, *, requests: int, connections: int = 8) -> tuple[float, bytes]:
    """Requests per second, and the last body. Raises RuntimeError on any answer but 200."""

    async def run() -> bytes:
        each = max(1, requests // connections)
        raw = request.raw(f"127.0.0.1:{port}")
        bodies = await asyncio.gather(*(_one_connection(port, raw, each) for _ in range(connections)))
        return bodies[0]

    start = time.perf_counter()
    body = asyncio.run(run())
    return max(1, requests // connections) * connections / (time.perf_counter() - start), body


def rate_within(
    port: int, request: Request, *, seconds: float, most: int = 20_000, connections: int = 8
) -> tuple[float, bytes]:
    """Requests per second, asked for so long or so often, whichever ends first; and the last body.

    Raises RuntimeError on any answer but 200.
    """

    async def one(raw: bytes, end: float) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked, body = 0, b""
        try:
            while asked < most // connections and (asked == 0 or time.perf_counter() < end):
                writer.write(raw)
                status, body = await read(reader)
                asked += 1
                if status != 200:
                    raise RuntimeError(f"the server answered {status}: {body[:300]!r}")
        finally:
            writer.close()
        return asked, body

    async def run() -> tuple[int, bytes]:
        raw, end = request.raw(f"127.0.0.1:{port}"), time.perf_counter() + seconds
        found = await asyncio.gather(*(one(raw, end) for _ in range(connections)))
        return sum(asked for asked, _ in found), found[0][1]

    start = time.perf_counter()
    asked, body = asyncio.run(run())
    return asked / (time.perf_counter() - start), body
