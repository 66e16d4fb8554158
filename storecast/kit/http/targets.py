"""What a request is for: its target and its Host header (RFC 9112, 3.2), which must be ones somebody could ask for.

The framework makes an address of both, whenever somebody looks at it, and fails there for what is none.
"""

import re
from functools import lru_cache

import msgspec
from litestar.types import HTTPScope, Send

from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ErrorBody

LONGEST_HOST = 300  # characters; a name has 253 at most
_HOST = re.compile(rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5})?)?")


def what_is_wrong(scope: HTTPScope) -> str | None:
    """In words; None where nothing is. HTTP/1.0 may do without a Host, what is after it must not."""
    if not scope["path"].startswith("/"):
        return "The request's target is no path."
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1:
        return "There is more than one Host header."
    if not hosts:
        return None if scope["http_version"] == "1.0" else "The Host header is missing."
    return None if is_host(hosts[0]) else "The Host header names no host."


async def refuse(send: Send, message: str) -> None:
    body = msgspec.json.encode(ErrorEnvelope(ErrorBody(400, "Bad request", message)))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


@lru_cache(1024)
def is_host(value: bytes) -> bool:
    found = _HOST.fullmatch(value)
    return found is not None and len(value) <= LONGEST_HOST and int(found["port"] or 0) <= 65_535
