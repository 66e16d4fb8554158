"""The rules of the token endpoint and its neighbours. One call is one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import UNSET

from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.models import Grant, LiveGrant
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth.clients.credentials import ClientCredentials
from storecast.domains.oauth.clients.service import ClientService
from storecast.domains.oauth.errors import InvalidClient, InvalidGrant, InvalidRequest, UnsupportedGrantType
from storecast.domains.oauth.grants.grant import TokenGrant
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.repository import OAuthRepository
from storecast.domains.oauth.tokens.schemas import Introspection, TokenAnswer, TokenRequest
from storecast.kit.database import Database
from storecast.kit.keys import Claims
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits

CODES_KEPT = timedelta(days=1)  # as long as a second use ends what the first one brought
TOKEN_REQUESTS = "600/minute"  # noqa: S105 - from one network, over all clients


class OAuthTokenService:
    def __init__(
        self,
        tokens: TokenService,
        clients: ClientService,
        grants: Sequence[TokenGrant],
        limits: RateLimits,
        issuer: str,
    ) -> None:
        self._tokens = tokens
        self._clients = clients
        self._grants = {grant.type.value: grant for grant in grants}
        self._limits = limits
        self._issuer = issuer

    async def issue(
        self, request: TokenRequest, credentials: ClientCredentials, device: Device, now: datetime
    ) -> TokenAnswer:
        """Raises `OAuthError`."""
        await self._limits.hit(TOKEN_REQUESTS, "oauth-token", network(device.address))
        if not request.grant_type:
            raise InvalidRequest.parameter("grant_type")
        grant = self._grants.get(request.grant_type)
        if grant is None:
            raise UnsupportedGrantType("Check that all required parameters have been provided")
        client = await self._clients.authenticate(credentials, device.address)
        return await grant.tokens(request, client, device, now)

    async def introspect(
        self, token: str, credentials: ClientCredentials, device: Device, now: datetime
    ) -> Introspection:
        """What a token of the client's own is good for; the installation's own clients may ask about any.

        Raises `InvalidClient`; a public client is none that may ask (RFC 7662, 2.1).
        """
        await self._limits.hit(TOKEN_REQUESTS, "oauth-token", network(device.address))
        client = await self._clients.authenticate(credentials, device.address)
        if not client.confidential:
            raise InvalidClient
        if found := await self._tokens.find_access_token(token, now):
            grant, claims = found
            return self._access(grant, claims) if _may_see(client, grant) else Introspection(active=False)
        refreshed = await self._tokens.find_refresh(token, now)
        if refreshed is None or not _may_see(client, refreshed):
            return Introspection(active=False)
        return Introspection(
            active=True,
            scope=" ".join(refreshed.scopes),
            client_id=refreshed.client_id or UNSET,
            exp=int(refreshed.expires_at.timestamp()),
            sub=str(refreshed.user_id),
            iss=self._issuer,
        )

    async def revoke(self, token: str, credentials: ClientCredentials, device: Device, now: datetime) -> None:
        """End the token, and with it all of its grant. One that is no good is ended already (RFC 7009, 2.2).

        Raises `InvalidClient`, `InvalidGrant` for another client's.
        """
        await self._limits.hit(TOKEN_REQUESTS, "oauth-token", network(device.address))
        client = await self._clients.authenticate(credentials, device.address)
        found = await self._tokens.find_access_token(token, now)
        grant = found[0] if found else await self._tokens.find_refresh(token, now, used=True)
        if grant is None:
            return
        if grant.client_id != client.id:
            raise InvalidGrant("The token is another client's")
        await self._tokens.revoke(grant.id, now)

    def _access(self, grant: LiveGrant, claims: Claims) -> Introspection:
        return Introspection(
            active=True,
            scope=" ".join(claims.scopes),
            client_id=grant.client_id or UNSET,
            token_type="Bearer",  # noqa: S106
            exp=claims.exp,
            iat=claims.iat,
            nbf=claims.nbf,
            sub=claims.sub,
            aud=claims.audiences[0],
            iss=self._issuer,
            jti=claims.jti,
        )


async def forget_codes(db: Database, now: datetime) -> None:
    """Delete the authorization codes that nobody can use, nor use again, any more."""
    await OAuthRepository(db).forget_codes(now - CODES_KEPT)


def _may_see(client: Client, grant: Grant | LiveGrant) -> bool:
    return client.first_party or grant.client_id == client.id
