"""Requests to vendors: a few seconds and a bounded answer, whatever they send."""

import asyncio
from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

import httpx
import msgspec

from storecast.adapters.identity.provider import ProviderUnavailable

TIMEOUT = 6.0  # seconds for the whole exchange
LARGEST_ANSWER = 256 * 1024  # bytes

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes

    def decode(self, kind: type[T]) -> T:
        """Raises `ProviderUnavailable` when the body is not what the vendor documents."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ProviderUnavailable(f"status {self.status} with an unknown body: {error}") from error


class Web:
    """`transport` None is the internet."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made when first needed: reading the certificates of the world takes tens of milliseconds."""
        # Uncompressed, so that a small answer cannot unfold into a large one. No redirect is followed.
        headers = {"Accept-Encoding": "identity"}
        return httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT, headers=headers)

    async def get(self, url: str, params: Mapping[str, str] | None = None) -> Answer:
        return await self._ask(self._http.build_request("GET", url, params=params))

    async def post(self, url: str, form: Mapping[str, str]) -> Answer:
        return await self._ask(self._http.build_request("POST", url, data=dict(form)))

    async def close(self) -> None:
        if "_http" in self.__dict__:
            await self._http.aclose()

    async def _ask(self, request: httpx.Request) -> Answer:
        """Raises `ProviderUnavailable`, with nothing of the request in its text: that may hold secrets."""
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await self._http.send(request, stream=True)
                try:
                    body = await _bounded(response)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise ProviderUnavailable(f"{request.url.host}: {type(error).__name__}") from error
        if response.status_code >= 500 or response.status_code == 429:
            raise ProviderUnavailable(f"{request.url.host}: status {response.status_code}")
        return Answer(response.status_code, body)


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise ProviderUnavailable(f"{response.url.host}: its answer is too large")
    return bytes(body)
