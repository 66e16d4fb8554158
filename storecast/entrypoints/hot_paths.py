"""What thousands ask for at once, answered before the framework resolves anything.

Kept answers to callers without a token, and heartbeats on open channels. Whatever is out of the ordinary in a request,
or nothing is kept for, is left to the framework, which answers all of it the same.
"""

import msgspec
from litestar.types import HTTPResponseStartEvent, HTTPScope, Receive, ReceiveMessage, Send
from sqlalchemy.exc import SQLAlchemyError

from storecast.contracts.bus import Kind
from storecast.domains.audience.schemas import Heartbeat
from storecast.kit.clock import utcnow
from storecast.kit.errors import TooManyRequests
from storecast.kit.http.bearer import TOKEN_COOKIE
from storecast.kit.http.trace import REQUEST_ID, request_id
from storecast.kit.kept import JSON, Header, Kept, key_of
from storecast.kit.urls import seen_at
from storecast.wiring.process import Process

EVENTS = "/api/v1/events/"
HEARTBEAT = EVENTS + "heartbeat"
LONGEST_BEAT = 1_024  # bytes

_OPEN = (b"access-control-allow-origin", b"*")
_COOKIE = TOKEN_COOKIE.encode()
_BEAT = msgspec.json.Decoder(Heartbeat)
_BEAT_NAMES = (b'"eventId"', b'"viewerHash"', b'"viewHash"', b'"date"')


class HotPaths:
    def __init__(self, process: Process, exposed: str) -> None:
        """`exposed` names the headers that pages of other origins may read."""
        self._process = process
        self._keeper = process.keeper
        self._public_url = process.settings.public_url
        self._exposed = [_OPEN, (b"access-control-expose-headers", exposed.encode())]

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        """None once answered, else what the framework is to read the request's body from."""
        path: str = scope["path"]
        if not path.startswith(EVENTS):
            return receive
        if scope["method"] == "GET":
            headers = dict(scope["headers"])
            kept = self._kept(path, scope, headers)
            if kept is None:
                return receive
            known = headers.get(b"if-none-match")
            fresh = known is not None and kept.etag in known.decode("latin-1")
            status, body, about = (304, b"", kept.headers) if fresh else (200, kept.body, kept.headers_with_body)
            await send(self._start(status, headers, about))
            await send({"type": "http.response.body", "body": body, "more_body": False})
            return None
        if scope["method"] == "POST" and path == HEARTBEAT:
            return await self._answer_beat(scope, receive, send)
        return receive

    def _kept(self, path: str, scope: HTTPScope, headers: dict[bytes, bytes]) -> Kept | None:
        named = _named(path)
        if named is None or b"authorization" in headers:
            return None
        if (cookie := headers.get(b"cookie")) is not None and (_COOKIE in cookie or b"origin" in headers):
            return None
        host = headers.get(b"host", b"").decode("latin-1")
        return self._keeper.kept(
            key_of(named[0], seen_at(self._public_url, host, scope["scheme"] == "https"), named[1])
        )

    async def _answer_beat(self, scope: HTTPScope, receive: Receive, send: Send) -> Receive | None:
        read = [await receive()]
        body = _body(read[0])
        while read[-1].get("more_body") and len(body) <= LONGEST_BEAT:
            read.append(await receive())
            body += _body(read[-1])
        headers = dict(scope["headers"])
        if not _asks_across(headers) and self._is_plain(headers, body) and (beat := _decoded(body)) is not None:
            try:
                viewers = await self._beat(beat, scope["client"][0] if scope["client"] else "unknown")
            except (TooManyRequests, OSError, SQLAlchemyError):
                viewers = None  # the framework's way says what is wrong
            if viewers is not None:
                content = b'{"data":{"viewers":%d}}' % viewers
                await send(self._start(200, headers, (JSON, (b"content-length", b"%d" % len(content)))))
                await send({"type": "http.response.body", "body": content, "more_body": False})
                return None
        return _replayed(read, receive)

    async def _beat(self, beat: Heartbeat, address: str) -> int | None:
        """How many watch; None where not everybody may."""
        now = utcnow()
        channel_id = await self._process.directory.find_open(beat.channel, now)
        if channel_id is None:
            return None
        return await self._process.heartbeats.beat(channel_id, beat.view, beat.viewer, address, now)

    def _is_plain(self, headers: dict[bytes, bytes], body: bytes) -> bool:
        """Whether it is JSON of a size, with each field once, that nothing else is to be said about."""
        return (
            len(body) <= LONGEST_BEAT
            and headers.get(b"content-type", b"application/json").startswith(b"application/json")
            and b"\\" not in body
            and all(body.count(name) == 1 for name in _BEAT_NAMES)
        )

    def _start(self, status: int, asked: dict[bytes, bytes], about: tuple[Header, ...]) -> HTTPResponseStartEvent:
        headers = [(REQUEST_ID, request_id(asked.get(REQUEST_ID))), *about]
        if b"origin" in asked:
            headers += self._exposed
        return {"type": "http.response.start", "status": status, "headers": headers}


def _named(path: str) -> tuple[Kind, str] | None:
    """Which kept answer a path asks for, and about which channel."""
    first, _, rest = path.removeprefix(EVENTS).partition("/")
    if not rest or "/" in rest.rstrip("/"):
        return None
    if first == "playback":
        return Kind.DETAILS, rest
    if first == "products":
        return Kind.PRODUCTS, rest
    return (Kind.SHELF, first) if rest.rstrip("/") == "products" else None


def _decoded(body: bytes) -> Heartbeat | None:
    try:
        return _BEAT.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _asks_across(headers: dict[bytes, bytes]) -> bool:
    """Whether another origin's page may ask with a cookie: then its origin is to be named."""
    return b"origin" in headers and b"cookie" in headers


def _body(message: ReceiveMessage) -> bytes:
    return message.get("body", b"") if message["type"] == "http.request" else b""


def _replayed(read: list[ReceiveMessage], receive: Receive) -> Receive:
    """What reads once more what was read, and then what follows."""
    waiting = list(reversed(read))

    async def again() -> ReceiveMessage:
        return waiting.pop() if waiting else await receive()

    return again
