"""A client for itself (RFC 6749, 4.4): no person, so no refresh token."""

from datetime import datetime

from storecast.domains.accounts.callers import Device, Scope
from storecast.domains.accounts.models import Grant, GrantKind
from storecast.domains.accounts.tokens import ACCESS_LIFETIME, TokenService
from storecast.domains.oauth import scopes
from storecast.domains.oauth.errors import InvalidScope, UnauthorizedClient
from storecast.domains.oauth.grants.grant import TokenGrant, differing_scope
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.tokens.schemas import GrantType, TokenAnswer, TokenRequest
from storecast.kit.ids import public_id


class ClientCredentialsGrant(TokenGrant):
    type = GrantType.CLIENT_CREDENTIALS

    def __init__(self, tokens: TokenService) -> None:
        self._tokens = tokens

    async def tokens(self, request: TokenRequest, client: Client, device: Device, now: datetime) -> TokenAnswer:
        if not client.confidential:
            raise UnauthorizedClient
        granted = scopes.asked_for(request.scope, client)
        if Scope.OPERATOR in granted and not client.first_party:
            raise InvalidScope.named(Scope.OPERATOR)  # anybody can make a client
        grant = Grant(
            id=public_id(),
            kind=GrantKind.CLIENT_CREDENTIALS,
            client_id=client.id,
            scopes=granted,
            created_at=now,
            last_used_at=now,
            expires_at=now + ACCESS_LIFETIME,
            user_agent=device.user_agent,
            address=device.address,
        )
        await self._tokens.open(grant)
        return TokenAnswer(
            token_type="Bearer",  # noqa: S106
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            access_token=self._tokens.access_token(grant, granted, now, ACCESS_LIFETIME),
            scope=differing_scope(scopes.names(request.scope), granted),
        )
