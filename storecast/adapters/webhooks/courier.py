"""One POST to an address somebody gave us, and what came of it.

An address leads where its name leads at the moment of connecting: that is looked at then, for the very address that is
connected to, so that no name can be public when it is saved and one of ours when it is called (DNS rebinding). No
redirect is followed, and no proxy of the environment is asked.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cached_property
from typing import cast

import httpcore
from msgspec import Struct

from storecast.kit.networks import is_public

TIMEOUT = 15.0  # seconds for the whole exchange, as Standard Webhooks has it
LARGEST_READ = 4 * 1024  # bytes of an answer; who says more is not listened to
KEPT_ANSWER = 1024  # characters of it that are kept
KEPT_SECONDS = 2.0  # an idle connection
MOST_CONNECTIONS = 64
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
BUSY = (429, 503)
NOTHING: tuple[httpcore.SOCKET_OPTION, ...] = ()


class Failure(StrEnum):
    """Why a receiver has not taken what we sent."""

    STATUS = "status"  # it answered that it does not
    REDIRECT = "redirect"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # no such name, nobody there, or hung up
    CERTIFICATE = "certificate"
    PRIVATE = "private"  # its name leads into a network of ours
    BACKLOG = "backlog"  # never sent: more waits than may


class Answer(Struct, frozen=True):
    """`failure` is None where the receiver took it. Without an answer, `status` is None."""

    failure: Failure | None
    status: int | None
    text: str
    milliseconds: int
    retry_after: timedelta | None


class PrivateAddress(OSError):
    pass


class Courier:
    """`private` lets it go into networks of ours."""

    def __init__(self, *, private: bool) -> None:
        self._private = private

    @cached_property
    def _pool(self) -> httpcore.AsyncConnectionPool:
        """Made when first needed: reading the certificates of the world takes tens of milliseconds."""
        return httpcore.AsyncConnectionPool(
            ssl_context=httpcore.default_ssl_context(),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=_Guarded(private=self._private),
        )

    async def post(self, url: str, body: bytes, headers: Mapping[bytes | str, bytes | str], now: datetime) -> Answer:
        """`now` is what an answer that names a date is held against."""
        began = time.monotonic()
        status, text, wait = None, "", None
        try:
            async with asyncio.timeout(TIMEOUT), self._pool.stream("POST", url, headers=headers, content=body) as got:
                status = got.status
                wait = _retry_after(got, now)
                text = await _beginning(got)
        except (TimeoutError, httpcore.TimeoutException):
            failure: Failure | None = Failure.TIMEOUT
        except PrivateAddress:
            failure = Failure.PRIVATE
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as error:
            failure = Failure.CERTIFICATE if _is_of_tls(error) else Failure.UNREACHABLE
        else:
            failure = _failure(status)
        return Answer(failure, status, text, round(1000 * (time.monotonic() - began)), wait)

    async def close(self) -> None:
        if "_pool" in self.__dict__:
            await self._pool.aclose()


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to addresses, not to names: to one that was looked at, and to no other."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises `PrivateAddress`, OSError for an unknown name, httpcore.ConnectError."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(cast(str, place[0]) for *_, place in found))
        allowed = addresses if self._private else [address for address in addresses if is_public(address)]
        if not allowed:
            raise PrivateAddress(host)
        refused: Exception = httpcore.ConnectError(host)
        for address in allowed:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options or NOTHING)
            except httpcore.ConnectError as error:
                refused = error
        raise refused


async def _beginning(response: httpcore.Response) -> str:
    """What it says first; PostgreSQL keeps no NUL."""
    read = bytearray()
    async for chunk in response.aiter_stream():
        read += chunk
        if len(read) >= LARGEST_READ:
            break
    return read[:LARGEST_READ].decode(errors="replace").replace("\x00", "\ufffd")[:KEPT_ANSWER]


def _failure(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    return Failure.REDIRECT if 300 <= status < 400 else Failure.STATUS


def _retry_after(response: httpcore.Response, now: datetime) -> timedelta | None:
    """How long a receiver that has too much to do asks us to wait (RFC 9110, 10.2.3): seconds, or a date."""
    value = next((value for name, value in response.headers if name.lower() == b"retry-after"), b"")
    if response.status not in BUSY or not value:
        return None
    said = value.decode("latin-1").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # the latter of numbers no machine word holds
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - now, timedelta()), LONGEST_WAIT)


def _is_of_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
