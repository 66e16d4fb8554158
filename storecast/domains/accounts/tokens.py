"""Tokens: access (RS256, an hour), refresh (opaque, rotating, 30 days) and realtime identities (RS256, 15 minutes)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from storecast.contracts.bus import GrantsRevoked
from storecast.domains.accounts.callers import ALL_SCOPES, Caller, ClientCaller, Device, Guest, SignedIn
from storecast.domains.accounts.errors import RefreshTokenReplayed, WrongRefreshToken
from storecast.domains.accounts.models import Grant, GrantKind, LiveGrant, RefreshToken, User
from storecast.domains.accounts.repository import AccountRepository
from storecast.kit.database import Database
from storecast.kit.errors import TokenNeeded
from storecast.kit.events import Events
from storecast.kit.ids import digest, public_id, random_text
from storecast.kit.keys import Claims, InvalidToken, Keyring
from storecast.kit.seals import Seal

ACCESS_AUDIENCE = "storecast"
GUEST_AUDIENCE = "guest"
REALTIME_AUDIENCE = "realtime"
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=30)
ANSWERED_AGAIN = timedelta(seconds=10)  # a used refresh token: pages opened at once, and who never got the answer
REALTIME_LIFETIME = timedelta(minutes=15)
GUEST_RENEWAL = timedelta(days=30)  # a guest who comes back within this time stays the same guest
KEPT_WHEN_OVER = timedelta(days=30)  # so that the use of an old token can be looked into
API_TOKEN_PREFIX = "sc_"  # noqa: S105 - tells them from signed tokens, and secret scanners what they found
NAMED_AT_ONCE = 100  # grants in a message of the bus, which holds 8 KB
USE_NOTED_EVERY = timedelta(minutes=1)  # so that most reads write nothing


class TokenPair(Struct):
    access_token: str
    """What to send as `Authorization: Bearer …`."""
    refresh_token: str
    """Good once, for 30 days, for a new pair."""
    expires_in: int  # seconds
    """Seconds the access token is good for."""


class Answer(Struct):
    """What a refresh token brought."""

    pair: TokenPair
    scopes: list[str]  # of its access token


class Spent(Struct):
    """A refresh token that may be traded now."""

    grant: Grant
    stored: RefreshToken
    answer: Answer | None  # of a moment ago, when it came for the first time


class TokenService:
    def __init__(self, repository: AccountRepository, keyring: Keyring, events: Events) -> None:
        self._repository = repository
        self._keyring = keyring
        self._events = events

    async def sign_in(self, user: User, device: Device, now: datetime) -> TokenPair:
        grant = Grant(
            id=public_id(),
            kind=GrantKind.SIGN_IN,
            user_id=user.id,
            scopes=list(ALL_SCOPES),
            created_at=now,
            last_used_at=now,
            expires_at=now + REFRESH_LIFETIME,
            user_agent=device.user_agent,
            address=device.address,
        )
        await self.open(grant)
        return await self.pair(grant, grant.scopes, now)

    async def refresh(self, token: str, now: datetime) -> TokenPair:
        """A new pair for a sign-in's refresh token. Raises as `spend`."""
        spent = await self.spend(token, None, now)
        return await self.trade(spent, token, spent.grant.scopes, now)

    async def open(self, grant: Grant) -> None:
        """Keep a new grant; tokens can be made for it from now on."""
        await self._repository.add(grant)

    async def pair(self, grant: Grant, scopes: Iterable[str], now: datetime) -> TokenPair:
        """An access token for some or all of the grant's scopes, and a refresh token that prolongs the grant."""
        grant.expires_at = now + REFRESH_LIFETIME
        refresh_token = random_text(64)
        stored = RefreshToken(digest=digest(refresh_token), grant_id=grant.id, expires_at=grant.expires_at)
        await self._repository.add(stored)
        access_token = self.access_token(grant, scopes, now, ACCESS_LIFETIME)
        return TokenPair(access_token, refresh_token, int(ACCESS_LIFETIME.total_seconds()))

    def access_token(self, grant: Grant, scopes: Iterable[str], now: datetime, lifetime: timedelta) -> str:
        issued = int(now.timestamp())
        return self._keyring.sign(
            {
                "aud": _audience(grant),
                "jti": random_text(32),
                "iat": issued,
                "nbf": issued,
                "exp": issued + int(lifetime.total_seconds()),
                "sub": _subject(grant),
                "sid": grant.id,
                "scopes": list(scopes),
            }
        )

    async def spend(self, token: str, client_id: str | None, now: datetime) -> Spent:
        """Use up a refresh token, for `trade`; `client_id` None for a sign-in's.

        Raises `WrongRefreshToken`; a token used before was stolen, so it ends the grant, unless it was a moment ago.
        """
        found = await self._repository.refresh_token(digest(token))
        if found is None or found[1].client_id != client_id:
            raise WrongRefreshToken
        stored, grant = found
        answer = _answer(stored, token, now)
        if stored.used_at is not None and answer is None:
            await self.revoke(grant.id, now)
            raise RefreshTokenReplayed(grant.user_id)
        if stored.expires_at <= now or grant.revoked_at is not None:
            raise WrongRefreshToken
        stored.used_at = stored.used_at or now
        return Spent(grant, stored, answer)

    async def trade(self, spent: Spent, token: str, scopes: list[str], now: datetime) -> TokenPair:
        """A new pair for `token`, or the live one it has brought: a grant has one refresh token, however many ask."""
        if spent.answer is None:
            pair = await self.pair(spent.grant, scopes, now)
            spent.stored.sealed_answer = _sealed(Answer(pair, scopes), token)
            return pair
        answer = spent.answer
        while (following := await self._following(answer.pair.refresh_token, now)) is not None:
            answer = following
        if set(answer.scopes) != set(scopes):
            answer.pair.access_token = self.access_token(spent.grant, scopes, now, ACCESS_LIFETIME)
        return answer.pair

    async def revoke(self, grant_id: str, now: datetime) -> None:
        await tell_ended(self._events, await self._repository.revoke_grant(grant_id, now))

    async def revoke_all(
        self, user_id: int, now: datetime, *, kind: GrantKind | None = None, but: str | None = None
    ) -> None:
        """End every grant of a user, or every one of a kind, but the one with this id."""
        await tell_ended(self._events, await self._repository.revoke_grants_of(user_id, now, kind, but))

    async def revoke_client(self, client_id: str, now: datetime) -> None:
        """End every grant an OAuth client holds."""
        await tell_ended(self._events, await self._repository.revoke_grants_of_client(client_id, now))

    async def grants_of(self, user_id: int, kind: GrantKind, now: datetime, most: int) -> list[Grant]:
        """A user's live grants of one kind, the newest first."""
        return await self._repository.grants_of(user_id, kind, now, most)

    async def grant_of(self, user_id: int, kind: GrantKind, grant_id: str, now: datetime) -> Grant | None:
        return await self._repository.grant_of(user_id, kind, grant_id, now)

    async def holds(self, user_id: int, grant_id: str, now: datetime) -> bool:
        """Whether a user's grant is live; `revoke_all` waits until what is opened on it can be seen, and ended."""
        await self._repository.hold_password(user_id)
        return await self._repository.live_grant(grant_id, now) is not None

    async def has_granted(self, user_id: int, client_id: str, scopes: list[str], now: datetime) -> bool:
        """Whether a client holds all of these scopes by live grants of the user's, be it one or several."""
        return set(scopes) <= await self._repository.granted(user_id, client_id, now)

    async def caller(self, token: str, now: datetime) -> Caller:
        """Who holds this bearer token, a guest's included. Raises `TokenNeeded`."""
        if token.startswith(API_TOKEN_PREFIX):
            found = await self._repository.live_grant_of_api_token(digest(token), now)
            return await self._holder(found, None, now)
        claims = self._claims(token, now)
        if claims is None:
            raise TokenNeeded("The token is not valid, or is over.", bad=True)
        if GUEST_AUDIENCE in claims.audiences:
            return Guest(claims.sub.removeprefix("guest:"))
        return await self._holder(await self._live_grant(claims, now), claims.scopes, now)

    async def find_access_token(self, token: str, now: datetime) -> tuple[LiveGrant, Claims] | None:
        """The live grant of a good access token, and what the token says."""
        claims = self._claims(token, now)
        found = await self._live_grant(claims, now) if claims is not None else None
        return None if claims is None or found is None else (found[0], claims)

    async def find_refresh(self, token: str, now: datetime, *, used: bool = False) -> Grant | None:
        """The live grant of a refresh token that can still be used; with `used`, of one that was, too."""
        found = await self._repository.refresh_token(digest(token))
        if found is None or (found[0].used_at is not None and not used) or found[0].expires_at <= now:
            return None
        return found[1] if found[1].revoked_at is None else None

    async def _following(self, token: str, now: datetime) -> Answer | None:
        """What a refresh token has brought by now, if anything: whoever asks late is to have what is live."""
        stored = await self._repository.known_refresh_token(digest(token))
        return _answer(stored, token, now) if stored is not None else None

    def _claims(self, token: str, now: datetime) -> Claims | None:
        try:
            return self._keyring.verify(token, None, now)
        except InvalidToken:
            return None

    async def _live_grant(self, claims: Claims, now: datetime) -> tuple[LiveGrant, User | None] | None:
        """The grant a token belongs to, unless the token is for something else than the grant's tokens are."""
        found = await self._repository.live_grant(claims.sid, now)
        if found is None or claims.audiences != [_audience(found[0])] or claims.sub != _subject(found[0]):
            return None
        return found

    def realtime(self, caller: Caller | None, now: datetime) -> tuple[str, Caller]:
        """A token for the realtime gateway; nobody becomes a new guest, whose token is also a guest's bearer token."""
        identity = caller or Guest(random_text(20))
        audiences = [REALTIME_AUDIENCE]
        if isinstance(identity, Guest):
            audiences.append(GUEST_AUDIENCE)
        token = self._keyring.sign(
            {
                "sub": identity.subject,
                "sid": identity.grant_id if isinstance(identity, SignedIn) else "",
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

    async def _holder(
        self, found: tuple[LiveGrant, User | None] | None, scopes: Collection[str] | None, now: datetime
    ) -> Caller:
        """Whose grant it is; `scopes` of a token that carries its own, else the grant's."""
        if found is None:
            raise TokenNeeded("The token has been revoked.", bad=True)
        grant, user = found
        if grant.last_used_at is None or grant.last_used_at + USE_NOTED_EVERY <= now:
            await self._repository.note_use(grant.id, now)
        held = frozenset(grant.scopes if scopes is None else scopes)
        if user is not None:
            return SignedIn(user, grant.id, held, grant.kind)
        return ClientCaller(_subject(grant), grant.id, held)


async def tell_ended(events: Events, grant_ids: Sequence[str]) -> None:
    """Have every process drop what it holds open for these grants."""
    for start in range(0, len(grant_ids), NAMED_AT_ONCE):
        await events.tell(GrantsRevoked(list(grant_ids[start : start + NAMED_AT_ONCE])))


async def forget_grants(db: Database, now: datetime) -> None:
    """Delete grants, and refresh tokens, that have been over for a while."""
    await AccountRepository(db).forget_grants(now - KEPT_WHEN_OVER)


async def forget_refreshes(db: Database, now: datetime) -> None:
    """Delete what refresh tokens brought, where it is not answered again."""
    await AccountRepository(db).forget_answers(now - ANSWERED_AGAIN)


def _sealed(answer: Answer, token: str) -> str:
    """Only who has the token that was spent can open it: what is kept of that is its SHA-256."""
    return Seal(token.encode()).close(msgspec.json.encode(answer).decode())


def _answer(stored: RefreshToken, token: str, now: datetime) -> Answer | None:
    if stored.used_at is None or stored.sealed_answer is None or stored.used_at + ANSWERED_AGAIN < now:
        return None
    return msgspec.json.decode(Seal(token.encode()).open_once(stored.sealed_answer), type=Answer)


def _audience(grant: Grant | LiveGrant) -> str:
    """Whom the grant's tokens are for: the client, as Passport has it, else this installation."""
    return grant.client_id or ACCESS_AUDIENCE


def _subject(grant: Grant | LiveGrant) -> str:
    """RFC 9068, 2.2: the person where there is one, else the client."""
    return str(grant.user_id) if grant.user_id is not None else str(grant.client_id)
