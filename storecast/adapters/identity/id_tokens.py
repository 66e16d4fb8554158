"""ID tokens (OpenID Connect Core 1.0, 2 and 3.1.3.7), verified against the keys of who issued them."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from msgspec import Struct

from storecast.adapters.identity.keys import ProviderKeys
from storecast.adapters.identity.provider import Person, Presented, TokenRefused, person

LEEWAY = 10  # seconds clocks may be apart


class _Claims(Struct):
    iss: str
    aud: str  # one audience: a token for others, too, is not ours alone
    sub: str
    email: str | None = None
    email_verified: bool | Literal["true", "false"] = False  # Apple sends text
    nonce: str | None = None
    given_name: str | None = None
    family_name: str | None = None


class IdTokens:
    """An `IdentityProvider` whose tokens say everything themselves. Signed with RS256 and nothing else."""

    def __init__(self, issuers: Collection[str], audiences: Sequence[str], keys: ProviderKeys) -> None:
        self.client_id = audiences[0]
        self._issuers = frozenset(issuers)
        self._audiences = frozenset(audiences)
        self._keys = keys

    async def identify(self, presented: Presented, now: datetime) -> Person:
        claims = await self._verified(presented.token, now)
        if claims.iss not in self._issuers:
            raise TokenRefused("somebody else issued it")
        if claims.aud not in self._audiences:
            raise TokenRefused("it was issued for another application")
        if presented.nonce is not None and not _carries(claims.nonce, presented.nonce):
            raise TokenRefused("its nonce is another")
        return person(
            claims.sub,
            claims.email,
            email_verified=claims.email_verified in (True, "true"),
            first_name=claims.given_name,
            last_name=claims.family_name,
        )

    async def _verified(self, token: str, now: datetime) -> _Claims:
        try:
            key = await self._keys.key(_key_id(token))
            decoded = jwt.decode(token, key, algorithms=["RS256"])
            jwt.JWTClaimsRegistry(int(now.timestamp()), LEEWAY, exp={"essential": True}).validate(decoded.claims)
            return msgspec.convert(decoded.claims, _Claims)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(str(error)) from error


def _key_id(token: str) -> str:
    kid = jws.extract_compact(token.encode()).headers().get("kid")
    if not isinstance(kid, str):
        raise TokenRefused("its key is not named")
    return kid


def _carries(signed: str | None, sent: str) -> bool:
    """Whether the token carries the caller's nonce: itself or, as phone apps ask for it, its SHA-256 in hex."""
    forms = (sent, hashlib.sha256(sent.encode()).hexdigest())
    return signed is not None and any(hmac.compare_digest(signed.encode(), form.encode()) for form in forms)
