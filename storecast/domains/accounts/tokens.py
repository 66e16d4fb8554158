"""Tokens: access (RS256, an hour), refresh (opaque, rotating, 30 days) and realtime identities (RS256, 15 minutes)."""

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct

from storecast.domains.accounts.access import ALL_SCOPES, Caller, Guest, SignedIn
from storecast.domains.accounts.errors import WrongRefreshToken
from storecast.domains.accounts.models import RefreshToken, SignIn, User
from storecast.domains.accounts.repository import AccountRepository
from storecast.kit.errors import Unauthenticated
from storecast.kit.ids import public_id, random_text
from storecast.kit.keys import InvalidToken, Keyring

ACCESS_AUDIENCE = "storecast"
GUEST_AUDIENCE = "guest"
REALTIME_AUDIENCE = "realtime"
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=30)
REALTIME_LIFETIME = timedelta(minutes=15)
GUEST_RENEWAL = timedelta(days=30)  # a guest who comes back within this time stays the same guest


class TokenPair(Struct):
    access_token: str
    refresh_token: str
    expires_in: int  # seconds


class TokenService:
    def __init__(self, repository: AccountRepository, keyring: Keyring) -> None:
        self._repository = repository
        self._keyring = keyring

    async def sign_in(self, user: User, now: datetime) -> TokenPair:
        sign_in = SignIn(id=public_id(), user_id=user.id, created_at=now)
        await self._repository.add(sign_in)
        return await self._pair(user.id, sign_in.id, now)

    async def refresh(self, token: str, now: datetime) -> TokenPair:
        """A new pair. Raises `WrongRefreshToken`; a token used before was stolen, so it ends the sign-in."""
        found = await self._repository.refresh_token(_digest(token))
        if found is None:
            raise WrongRefreshToken
        stored, sign_in = found
        if stored.used_at is not None:
            await self._repository.revoke_sign_in(sign_in.id, now)
            raise WrongRefreshToken
        if stored.expires_at <= now or sign_in.revoked_at is not None:
            raise WrongRefreshToken
        stored.used_at = now
        return await self._pair(sign_in.user_id, sign_in.id, now)

    async def revoke(self, caller: SignedIn, now: datetime) -> None:
        await self._repository.revoke_sign_in(caller.sign_in_id, now)

    async def caller(self, token: str, now: datetime) -> Caller:
        """Who holds this bearer token. Raises `Unauthenticated`."""
        try:
            claims = self._keyring.verify(token, ACCESS_AUDIENCE, now)
        except InvalidToken:
            return self._guest(token, now)
        user = await self._repository.of_sign_in(claims.sid)
        if user is None or str(user.id) != claims.sub:
            raise Unauthenticated("The token has been revoked.")
        return SignedIn(user, claims.sid, frozenset(claims.scopes))

    def realtime(self, caller: Caller | None, now: datetime) -> tuple[str, Caller]:
        """A token for the realtime gateway; nobody becomes a new guest, whose token is also a guest's bearer token."""
        identity = caller or Guest(random_text(20))
        audiences = [REALTIME_AUDIENCE]
        if isinstance(identity, Guest):
            audiences.append(GUEST_AUDIENCE)
        token = self._keyring.sign(
            {
                "sub": identity.subject,
                "aud": audiences,
                "iat": int(now.timestamp()),
                "exp": int((now + REALTIME_LIFETIME).timestamp()),
                "jti": random_text(16),
            }
        )
        return token, identity

    def guest_of_late(self, token: str, now: datetime) -> Guest | None:
        """The guest this token named, even if it is over, so that it can be renewed."""
        try:
            claims = self._keyring.verify(token, GUEST_AUDIENCE, now, leeway=GUEST_RENEWAL)
        except InvalidToken:
            return None
        return Guest(claims.sub.removeprefix("guest:"))

    def _guest(self, token: str, now: datetime) -> Guest:
        try:
            claims = self._keyring.verify(token, GUEST_AUDIENCE, now)
        except InvalidToken as error:
            raise Unauthenticated("The token is not valid, or is over.") from error
        return Guest(claims.sub.removeprefix("guest:"))

    async def _pair(self, user_id: int, sign_in_id: str, now: datetime) -> TokenPair:
        refresh_token = random_text(64)
        stored = RefreshToken(digest=_digest(refresh_token), sign_in_id=sign_in_id, expires_at=now + REFRESH_LIFETIME)
        await self._repository.add(stored)
        issued = int(now.timestamp())
        access_token = self._keyring.sign(
            {
                "aud": ACCESS_AUDIENCE,
                "jti": random_text(32),
                "iat": issued,
                "nbf": issued,
                "exp": issued + int(ACCESS_LIFETIME.total_seconds()),
                "sub": str(user_id),
                "sid": sign_in_id,
                "scopes": list(ALL_SCOPES),
            }
        )
        return TokenPair(access_token, refresh_token, int(ACCESS_LIFETIME.total_seconds()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
