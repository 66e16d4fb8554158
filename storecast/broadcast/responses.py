"""HTTP answers as raw ASGI messages."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping

import msgspec

Message = MutableMapping[str, object]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

_METHODS = b"GET, HEAD, OPTIONS"
_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", _METHODS),
    (b"access-control-allow-headers", b"Range"),
    (b"access-control-max-age", b"86400"),
)


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes = b""
    content_type: bytes = b""
    cache_control: bytes = b"no-store"


def refused(status: int, title: str, message: str) -> Answer:
    """The usual error envelope."""
    error = {"code": status, "title": title, "message": message, "messages": []}
    return Answer(status, msgspec.json.encode({"error": error}), b"application/json")


async def send_answer(send: Send, answer: Answer, *, head: bool) -> None:
    allow = ((b"allow", _METHODS),) if answer.status in (204, 405) else ()
    headers: Iterable[tuple[bytes, bytes]] = (
        (b"content-type", answer.content_type or b"text/plain; charset=utf-8"),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", answer.cache_control),
        *allow,
        *_CORS,
    )
    await send({"type": "http.response.start", "status": answer.status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """The request's body, or None when it is longer than `limit` bytes."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        piece = message.get("body", b"")
        body += piece if isinstance(piece, bytes) else b""
        if len(body) > limit:
            return None
        if not message.get("more_body"):
            return body
