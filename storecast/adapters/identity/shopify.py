"""A Shopify merchant by the session token of an embedded app.

https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/token-exchange

The session token names the shop and the member of its staff, but no email. Shopify tells that, and whether it is
verified, when the token is exchanged for an online access token, which is then forgotten.
"""

import re
from datetime import datetime

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from msgspec import Struct

from storecast.adapters.identity.provider import Person, Presented, ProviderUnavailable, TokenRefused, person
from storecast.adapters.identity.web import Web

SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com")
LEEWAY = 10  # seconds, as Shopify's own libraries allow
EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "requested_token_type": "urn:shopify:params:oauth:token-type:online-access-token",
}


class _Session(Struct):
    iss: str
    dest: str
    aud: str
    sub: str


class _Staff(Struct):
    id: int
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    email_verified: bool = False


class _Exchanged(Struct):
    associated_user: _Staff


def is_shop(domain: str) -> bool:
    """Whether `domain` can be a shop's: the only hosts that are ever asked."""
    return SHOP.fullmatch(domain) is not None


class Shopify:
    def __init__(self, api_key: str, api_secret: str, web: Web) -> None:
        self.client_id = api_key
        self._api_secret = api_secret
        self._key = OctKey.import_key(api_secret)
        self._web = web

    async def identify(self, presented: Presented, now: datetime) -> Person:
        """`presented.shop` is the shop's `….myshopify.com` domain."""
        shop = presented.shop or ""
        session = self._verified(presented.token, now)
        if not is_shop(shop) or session.dest != f"https://{shop}" or session.iss != f"https://{shop}/admin":
            raise TokenRefused("it is another shop's")
        staff = await self._staff(shop, presented.token)
        if str(staff.id) != session.sub:
            raise TokenRefused("it is exchanged for somebody else")
        return person(
            f"{shop}/{session.sub}",  # Shopify promises the number for one shop only
            staff.email,
            email_verified=staff.email_verified,
            first_name=staff.first_name,
            last_name=staff.last_name,
        )

    def _verified(self, token: str, now: datetime) -> _Session:
        try:
            decoded = jwt.decode(token, self._key, algorithms=["HS256"])
            registry = jwt.JWTClaimsRegistry(
                int(now.timestamp()),
                LEEWAY,
                aud={"essential": True, "value": self.client_id},
                exp={"essential": True},
                nbf={"essential": True},
            )
            registry.validate(decoded.claims)
            return msgspec.convert(decoded.claims, _Session)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(str(error)) from error

    async def _staff(self, shop: str, token: str) -> _Staff:
        form = {**EXCHANGE, "client_id": self.client_id, "client_secret": self._api_secret, "subject_token": token}
        answer = await self._web.post(f"https://{shop}/admin/oauth/access_token", form)
        if answer.status == 200:
            return answer.decode(_Exchanged).associated_user
        if answer.status == 400:
            raise TokenRefused("Shopify does not exchange it")
        raise ProviderUnavailable(f"{shop}: status {answer.status}; check that the app is installed, and its secret")
