"""Signed HTTP between processes: HMAC-SHA256 over `timestamp.body` with the installation's shared secret."""

import hashlib
import hmac
import time
from typing import TypeVar

import msgspec

from storecast.kit.plain_http import BadAnswer, PlainHttp

HEADER = "X-Storecast-Signature"
LONGEST_STAMP = 12  # digits
TOLERANCE = 60  # seconds a signature stays good: long enough for clocks a little apart, short against replays

T = TypeVar("T")


class HookRefused(Exception):
    """The other side answered with an error status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


class HookUnavailable(Exception):
    """The other side could not be reached, or answered with a 5xx."""


def sign(secret: bytes, body: bytes, now: float) -> str:
    """`t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""
    stamp = str(int(now))
    digest = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def verify(secret: bytes, body: bytes, header: str | None, now: float) -> bool:
    """Whether `header` signs `body` with `secret` and is no older than `TOLERANCE`; constant time."""
    fields = dict(part.split("=", 1) for part in (header or "").split(",") if "=" in part)
    stamp = fields.get("t", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > LONGEST_STAMP or abs(now - int(stamp)) > TOLERANCE:
        return False
    sent = f"t={int(stamp)},v1={fields.get('v1', '')}"
    return hmac.compare_digest(sign(secret, body, int(stamp)).encode(), sent.encode())


class HookClient:
    """Calls hooks of one process. `base_url` has no trailing slash."""

    def __init__(self, base_url: str, secret: bytes, timeout: float = 5.0) -> None:
        self._http = PlainHttp(base_url, timeout)
        self._secret = secret

    async def call(self, path: str, payload: msgspec.Struct, answer: type[T]) -> T:
        """POST `payload` and decode the answer. Raises `HookRefused`, `HookUnavailable`."""
        body = msgspec.json.encode(payload)
        headers = {HEADER: sign(self._secret, body, time.time()), "Content-Type": "application/json"}
        return msgspec.json.decode(await self._send("POST", path, body, headers) or b"null", type=answer)

    async def read(self, path: str) -> bytes:
        """GET what the other side shows everybody. Raises `HookRefused`, `HookUnavailable`."""
        return await self._send("GET", path, b"", {})

    async def close(self) -> None:
        await self._http.close()

    async def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        try:
            status, answer = await self._http.ask(method, path, headers, body)
        except (OSError, TimeoutError, BadAnswer) as error:
            raise HookUnavailable(str(error) or type(error).__name__) from error
        if status >= 500:
            raise HookUnavailable(f"status {status}")
        if status >= 400:
            raise HookRefused(status, _message(answer))
        return answer


class _Error(msgspec.Struct):
    message: str = ""


class _Envelope(msgspec.Struct):
    error: _Error


def _message(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Envelope).error.message
    except (msgspec.ValidationError, msgspec.DecodeError):
        return body[:200].decode(errors="replace")
