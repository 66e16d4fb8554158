"""HTTP answers as raw ASGI messages."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path

import msgspec

from storecast.kit.tasks import watch

CHUNK = 256 * 1024  # bytes of a file in memory at once

Message = MutableMapping[str, object]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

_METHODS = b"GET, HEAD, OPTIONS"
_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", _METHODS),
    (b"access-control-allow-headers", b"Range"),
    (b"access-control-expose-headers", b"Content-Range, Content-Length"),
    (b"access-control-max-age", b"86400"),
)


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes = b""
    content_type: bytes = b""
    cache_control: bytes = b"no-store"
    content_range: bytes = b""


class FileAnswer(msgspec.Struct, frozen=True):
    """Bytes `start` to `end` of a file of which `size` may be had, read as they are sent."""

    status: int
    path: Path
    start: int
    end: int
    size: int
    content_type: bytes
    cache_control: bytes


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
        *([(b"content-range", answer.content_range)] if answer.content_range else ()),
        *allow,
        *_CORS,
    )
    await send({"type": "http.response.start", "status": answer.status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


async def send_file(send: Send, receive: Receive, answer: FileAnswer, *, head: bool) -> None:
    """Raises OSError, before anything is sent where the file cannot be opened."""
    file = await asyncio.to_thread(os.open, answer.path, os.O_RDONLY | os.O_CLOEXEC)
    leaving = watch(_left(receive), "waiting for a viewer to leave")
    try:
        headers = [
            (b"content-type", answer.content_type),
            (b"content-length", str(answer.end - answer.start).encode()),
            (b"accept-ranges", b"bytes"),
            (b"cache-control", answer.cache_control),
            *_CORS,
        ]
        if answer.status == 206:
            headers.append((b"content-range", f"bytes {answer.start}-{answer.end - 1}/{answer.size}".encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        at = answer.end if head else answer.start
        while at < answer.end and not leaving.done():
            data = await asyncio.to_thread(os.pread, file, min(CHUNK, answer.end - at), at)
            if not data:
                raise OSError(f"{answer.path} ends at {at}, before {answer.end}")
            at += len(data)
            await send({"type": "http.response.body", "body": data, "more_body": at < answer.end})
        if answer.start == answer.end or head:
            await send({"type": "http.response.body", "body": b""})
    finally:
        leaving.cancel()
        os.close(file)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


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
