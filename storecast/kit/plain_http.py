"""HTTP/1.1 to one server of our own, over connections that are kept: what a hook takes, and nothing else.

A general client takes half a millisecond of a core for a call, this one a tenth of it.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

import httptools

MOST_CONNECTIONS = 100
KEPT_SECONDS = 2.0  # an idle connection: shorter than servers keep one (uvicorn 5 s), so that none is just being closed


class BadAnswer(Exception):
    """What came is no HTTP, or ended too early."""


class PlainHttp:
    """`base_url` has no trailing slash; `timeout` is in seconds, to connect and to be answered each."""

    def __init__(self, base_url: str, timeout: float) -> None:
        parts = urlsplit(base_url)
        self._host, self._prefix, self._authority = parts.hostname or "", parts.path, parts.netloc.rpartition("@")[2]
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._timeout = timeout
        self._idle: list[_Connection] = []
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Raises `OSError`, `TimeoutError`, `BadAnswer`."""
        told = {"Host": self._authority, **headers, "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        asked = f"{method} {self._prefix}{path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body
        async with self._places:
            connection = self._take() or await self._connect()
            try:
                async with asyncio.timeout(self._timeout):
                    status, answer = await connection.ask(asked)
            except BaseException:
                connection.end()
                raise
            if connection.open:
                connection.idle_since = time.monotonic()
                self._idle.append(connection)
        return status, answer

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        for each in idle:
            each.end()

    def _take(self) -> "_Connection | None":
        """The one used last."""
        while self._idle:
            connection = self._idle.pop()
            if connection.open and time.monotonic() - connection.idle_since < KEPT_SECONDS:
                return connection
            connection.end()
        return None

    async def _connect(self) -> "_Connection":
        async with asyncio.timeout(self._timeout):
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, self._host, self._port, ssl=self._tls
            )
        return connection


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.open = False
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()

    async def ask(self, asked: bytes) -> tuple[int, bytes]:
        if self._transport is None or not self.open:
            raise ConnectionError("the connection is closed")
        self._parser, self._body = httptools.HttpResponseParser(self), bytearray()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(asked)
        return await self._answer

    def end(self) -> None:
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is not registered as one
        self.open = True

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(BadAnswer(str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._fail(exc or BadAnswer("the connection was closed before the answer was whole"))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            return  # there is more to come
        if not self._parser.should_keep_alive():
            self.end()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, bytes(self._body)))
        self._answer = None

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self._answer = None
        self.end()
