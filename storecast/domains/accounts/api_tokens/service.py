"""The rules of the static API token. One call is one transaction."""

from datetime import datetime, timedelta

from msgspec import Struct

from storecast.domains.accounts.api_tokens.repository import ApiTokenRepository
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import ALL_SCOPES, Device, Scope, SignedIn
from storecast.domains.accounts.models import Grant, GrantKind, User
from storecast.domains.accounts.tokens import API_TOKEN_PREFIX, TokenService
from storecast.kit.database import Database
from storecast.kit.ids import digest, public_id, random_text
from storecast.kit.rate_limits import RateLimits

SECRET_LENGTH = 48
SHOWN_ENDING = 4
LIFETIME = timedelta(days=36_500)  # until it is rotated or revoked
SCOPES = tuple(scope for scope in ALL_SCOPES if scope != Scope.OPERATOR)
ROTATIONS = "20/hour"


class ShownToken(Struct, frozen=True):
    """`text`: whole right after it was made, later only its ending."""

    text: str
    grant: Grant


class ApiTokenService:
    def __init__(self, db: Database, tokens: TokenService, limits: RateLimits) -> None:
        self._db = db
        self._repository = ApiTokenRepository(db)
        self._tokens = tokens
        self._limits = limits

    async def current(self, user: User, now: datetime) -> ShownToken | None:
        found = await self._repository.of(user.id, now)
        return None if found is None else ShownToken(f"{API_TOKEN_PREFIX}…{found[0].ending}", found[1])

    async def rotate(self, caller: SignedIn, device: Device, now: datetime) -> ShownToken:
        """A new token; the one before it, if any, is good no longer."""
        await self._limits.hit(ROTATIONS, "api-token", caller.user.hash_id)
        former = await self._repository.lock(caller.id)
        if former is not None:
            await self._tokens.revoke(former, now)
        grant = Grant(
            id=public_id(),
            kind=GrantKind.API_TOKEN,
            user_id=caller.id,
            name="API token",
            scopes=list(SCOPES),
            created_at=now,
            expires_at=now + LIFETIME,
            user_agent=device.user_agent,
            address=device.address,
        )
        await self._tokens.open(grant)
        token = API_TOKEN_PREFIX + random_text(SECRET_LENGTH)
        await self._repository.replace(caller.id, grant.id, digest(token), token[-SHOWN_ENDING:])
        await record(self._db, SecurityEventKind.API_TOKEN_ROTATED, user_id=caller.id, address=device.address, now=now)
        return ShownToken(token, grant)
