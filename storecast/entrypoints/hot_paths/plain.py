"""What a request has to be like to be answered without the framework: JSON of a size, of which nothing need be said."""

from collections.abc import Collection, Iterable
from typing import Generic, TypeVar

import msgspec
from litestar.types import HTTPResponseStartEvent, HTTPScope, Receive, ReceiveMessage
from msgspec import Struct

from storecast.kit.http.bearer import TOKEN_COOKIE
from storecast.kit.http.trace import REQUEST_ID, request_id
from storecast.kit.kept import Header, as_sent

LONGEST_BODY = 1_024  # bytes
T = TypeVar("T", bound=Struct)
_JSON = b"application/json"
_OPEN = (b"access-control-allow-origin", b"*")
_COOKIE = TOKEN_COOKIE.encode()


class Asked(Struct, frozen=True):
    """A request whose body was read, to be read once more by the framework should it be for that."""

    headers: dict[bytes, bytes]
    body: bytes
    again: Receive


class Plain(Generic[T]):
    """Bodies of one shape, written in the plainest way: each field once, no other, and nothing escaped."""

    def __init__(self, shape: type[T], required: Collection[str]) -> None:
        plain = msgspec.defstruct(shape.__name__, (), bases=(shape,), forbid_unknown_fields=True)
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(plain)
        names = {field.encode_name for field in msgspec.structs.fields(shape)}
        self._optional = [f'"{name}"'.encode() for name in names.difference(required)]
        self._required = [f'"{name}"'.encode() for name in required]

    def of(self, headers: dict[bytes, bytes], body: bytes) -> T | None:
        """None for what is anything else, be it wrong or odd."""
        if len(body) > LONGEST_BODY or headers.get(b"content-type", _JSON).partition(b";")[0] != _JSON or b"\\" in body:
            return None
        for name in self._required:  # no generators here: this is read for every heartbeat
            if body.count(name) != 1:
                return None
        for name in self._optional:
            if body.count(name) > 1:
                return None
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeError):
            return None


class Answers:
    """How answers begin."""

    def __init__(self, exposed: str) -> None:
        """`exposed` names the headers that pages of other origins may read."""
        self._exposed = [_OPEN, (b"access-control-expose-headers", exposed.encode())]
        self._exposed_line = as_sent(self._exposed)[:-2]

    def line(self, asked: dict[bytes, bytes], rest: bytes) -> bytes:
        """As `start`, as it goes over the line; `rest` is what the answer is about, and its body."""
        named = b"x-request-id: " + request_id(asked.get(REQUEST_ID)) + b"\r\n"
        return named + (self._exposed_line if b"origin" in asked else b"") + rest

    def start(self, status: int, asked: dict[bytes, bytes], about: Iterable[Header]) -> HTTPResponseStartEvent:
        headers = [(REQUEST_ID, request_id(asked.get(REQUEST_ID))), *about]
        if b"origin" in asked:
            headers += self._exposed
        return {"type": "http.response.start", "status": status, "headers": headers}


async def read(scope: HTTPScope, receive: Receive) -> Asked:
    """At most as much of the body as is of any use: nothing of one whose caller goes away before its end."""
    messages = [await receive()]
    body = _body(messages[0])
    while messages[-1].get("more_body") and len(body) <= LONGEST_BODY:
        messages.append(await receive())
        body += _body(messages[-1])
    if messages[-1]["type"] != "http.request":
        body = b""
    return Asked(dict(scope["headers"]), body, _replayed(messages, receive))


def asks_across(headers: dict[bytes, bytes]) -> bool:
    """Whether another origin's page may ask with a cookie: then its origin is to be named."""
    return b"origin" in headers and b"cookie" in headers


def is_nobody(headers: dict[bytes, bytes]) -> bool:
    """Whether no token comes along, and no other origin's page asks with a cookie."""
    if b"authorization" in headers:
        return False
    cookie = headers.get(b"cookie")
    return cookie is None or not (_COOKIE in cookie or b"origin" in headers)


def _body(message: ReceiveMessage) -> bytes:
    return message.get("body", b"") if message["type"] == "http.request" else b""


def _replayed(messages: list[ReceiveMessage], receive: Receive) -> Receive:
    """What reads once more what was read, and then what follows."""
    waiting = list(reversed(messages))

    async def again() -> ReceiveMessage:
        return waiting.pop() if waiting else await receive()

    return again
