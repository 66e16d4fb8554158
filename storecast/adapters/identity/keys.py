"""The keys a provider signs with (RFC 7517), fetched and kept for a while."""

import asyncio
import time
from collections.abc import Callable

import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from storecast.adapters.identity.provider import ProviderUnavailable, TokenRefused
from storecast.adapters.identity.web import Web

KEPT = 3600.0  # seconds after which the keys are asked for again, so that a withdrawn one stops being good
REFETCH = 60.0  # the soonest a token of an unknown key makes us ask again
RETRY = 5.0  # the same after an answer that was no good

log = structlog.get_logger()


class _Document(msgspec.Struct):
    keys: list[dict[str, object]]


class ProviderKeys:
    def __init__(self, url: str, web: Web, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._web = web
        self._clock = clock
        self._keys: dict[str, RSAKey] = {}
        self._fresh_until = self._closed_until = clock()
        self._fetching = asyncio.Lock()

    async def key(self, kid: str) -> RSAKey:
        """Raises `TokenRefused` for a key the provider does not show, `ProviderUnavailable`."""
        if kid not in self._keys or self._clock() >= self._fresh_until:
            await self._fetch(kid)
        if kid not in self._keys:
            raise TokenRefused("it is signed with a key the provider does not show")
        return self._keys[kid]

    async def _fetch(self, wanted: str) -> None:
        async with self._fetching:
            now = self._clock()
            fresh = now < self._fresh_until
            if fresh and (wanted in self._keys or now < self._closed_until):
                return
            if now < self._closed_until:
                raise ProviderUnavailable("its keys could not be fetched a moment ago")
            self._closed_until = now + RETRY
            self._keys = await self._shown()
            self._fresh_until, self._closed_until = now + KEPT, now + REFETCH

    async def _shown(self) -> dict[str, RSAKey]:
        answer = await self._web.get(self._url)
        if answer.status != 200:
            raise ProviderUnavailable(f"its keys: status {answer.status}")
        keys: dict[str, RSAKey] = {}
        for shown in answer.decode(_Document).keys:
            match shown:
                case {"kty": "RSA", "kid": str(kid), "n": str(n), "e": str(e)} if shown.get("use", "sig") == "sig":
                    try:
                        keys[kid] = RSAKey.import_key({"kty": "RSA", "n": n, "e": e})
                    except (JoseError, ValueError) as error:
                        log.warning("a provider's key is left out", url=self._url, error=str(error))
        return keys
