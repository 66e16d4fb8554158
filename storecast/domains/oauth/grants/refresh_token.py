"""Prolonging (RFC 6749, 6): each refresh token is good once, and a second use ends its grant."""

from datetime import datetime

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.errors import RefreshTokenReplayed, WrongRefreshToken
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth.errors import InvalidRefreshToken, InvalidRequest, InvalidScope
from storecast.domains.oauth.grants.grant import TokenGrant, answer
from storecast.domains.oauth.models import Client
from storecast.domains.oauth.tokens.schemas import GrantType, TokenAnswer, TokenRequest
from storecast.kit.database import Database


class RefreshTokenGrant(TokenGrant):
    type = GrantType.REFRESH_TOKEN

    def __init__(self, db: Database, tokens: TokenService) -> None:
        self._db = db
        self._tokens = tokens

    async def tokens(self, request: TokenRequest, client: Client, device: Device, now: datetime) -> TokenAnswer:
        """As many scopes as before, or fewer for this one access token."""
        if not request.refresh_token:
            raise InvalidRequest.parameter("refresh_token")
        try:
            spent = await self._tokens.spend(request.refresh_token, client.id, now)
        except WrongRefreshToken as error:
            if isinstance(error, RefreshTokenReplayed):
                replayed = SecurityEventKind.REFRESH_TOKEN_REPLAYED
                user_id, address = error.user_id, device.address
                await record(self._db, replayed, user_id=user_id, address=address, now=now, detail=client.name)
            raise InvalidRefreshToken("Token is unknown, over, used or revoked") from error
        grant = spent.grant
        asked = request.scope.split() if request.scope else grant.scopes
        if wider := sorted(set(asked) - set(grant.scopes)):
            raise InvalidScope.named(wider[0])
        narrowed = [scope for scope in grant.scopes if scope in asked]
        return answer(await self._tokens.trade(spent, request.refresh_token, narrowed, now), asked, narrowed)
