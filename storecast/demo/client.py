"""The platform's HTTP API as anyone outside would call it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar

import httpx
import msgspec
import structlog

log = structlog.get_logger()
T = TypeVar("T")

PATIENCE = 5  # tries while the platform says it has too much to do
File = tuple[str, bytes, str]  # name, content, media type
Form = Mapping[str, str | list[str]]


class Refused(Exception):
    """The platform answered with an error status."""

    def __init__(self, call: str, status: int, message: str) -> None:
        super().__init__(f"{call} was answered {status}: {message}")
        self.status = status


class Unreachable(Exception):
    """The platform could not be reached, or what it answered makes no sense."""


class _Error(msgspec.Struct):
    message: str = ""


class _Failure(msgspec.Struct):
    error: _Error


class Api:
    """Calls of one installation. `base_url` is the address of its web pages."""

    def __init__(self, base_url: str) -> None:
        # trust_env off: a proxy meant for the internet must not sit between the demo and its own machine.
        self._http = httpx.AsyncClient(base_url=base_url, timeout=15, trust_env=False)

    async def call(
        self,
        method: str,
        path: str,
        answer: type[T],
        *,
        token: str | None = None,
        body: Mapping[str, object] | None = None,
        form: Form | None = None,
        files: Sequence[File] = (),
    ) -> T:
        """One operation, `path` below `/api/v1`; `files` are pictures. Raises `Refused`, `Unreachable`."""
        call = f"{method} {path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        attempt = 1
        while True:
            try:
                response = await self._http.request(
                    method,
                    f"/api/v1{path}",
                    headers=headers,
                    json=body,
                    data=form,
                    files=[("image[]", file) for file in files] or None,
                )
            except httpx.HTTPError as error:
                raise Unreachable(f"{call}: {error or type(error).__name__}") from error
            if response.status_code != 429 or attempt == PATIENCE:
                break
            attempt += 1
            wait = _seconds(response.headers.get("Retry-After", ""))
            log.info("The platform asks the demo to wait", call=call, seconds=wait)
            await asyncio.sleep(wait)
        if response.status_code >= 400:
            raise Refused(call, response.status_code, _message(response.content))
        try:
            return msgspec.json.decode(response.content or b"null", type=answer)
        except msgspec.DecodeError as error:
            raise Unreachable(f"{call}: {error}") from error

    async def close(self) -> None:
        await self._http.aclose()


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), 60.0) if retry_after.isdecimal() else 1.0


def _message(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Failure).error.message
    except msgspec.DecodeError:
        return body[:200].decode(errors="replace")
