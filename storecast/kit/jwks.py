"""The API's public keys (RFC 7517), fetched once and kept, so that other processes verify tokens by themselves."""

import asyncio
import time
from datetime import datetime

import msgspec
import structlog
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.keys import Claims, InvalidToken, verify

PATH = "/.well-known/jwks.json"
REFETCH_SECONDS = 5.0  # the soonest a token of an unknown key makes us ask again
LONGEST_TOKEN = 8192

log = structlog.get_logger()


class KeySetDocument(msgspec.Struct):
    keys: list[dict[str, str | list[str]]]


class RemoteKeys:
    def __init__(self, client: HookClient) -> None:
        self._client = client
        self._keys = KeySet([])
        self._known: frozenset[str] = frozenset()
        self._fetched_at = -REFETCH_SECONDS
        self._fetching = asyncio.Lock()

    async def verify(self, token: str, audience: str, now: datetime) -> Claims:
        """The token's claims. Raises `InvalidToken`; `HookUnavailable` when the keys cannot be had."""
        if len(token) > LONGEST_TOKEN:
            raise InvalidToken("too long")
        kid = _key_id(token)
        if kid not in self._known:
            await self._fetch(kid)
        return verify(token, self._keys, audience, now)

    async def _fetch(self, wanted: str) -> None:
        async with self._fetching:
            if wanted in self._known or time.monotonic() - self._fetched_at < REFETCH_SECONDS:
                return
            try:
                found = msgspec.json.decode(await self._client.read(PATH), type=KeySetDocument)
                keys = KeySet.import_key_set({"keys": found.keys})
            except (HookRefused, msgspec.DecodeError, JoseError, ValueError) as error:
                log.error("the API's public keys cannot be read", path=PATH, error=str(error))
                raise HookUnavailable(f"no public keys: {error}") from error
            self._keys, self._known = keys, frozenset(key.kid for key in keys if key.kid)
            self._fetched_at = time.monotonic()


def _key_id(token: str) -> str:
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise InvalidToken(str(error)) from error
    if not isinstance(kid, str):
        raise InvalidToken("its key is not named")
    return kid
