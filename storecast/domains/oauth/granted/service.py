"""The rules of seeing and ending what one has granted, and of personal tokens. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import ALL_SCOPES, Scope, SignedIn
from storecast.domains.accounts.models import Grant, GrantKind
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.oauth.errors import TokenNotFound
from storecast.domains.oauth.granted.schemas import NewPersonalToken, PersonalToken, TokenView, view
from storecast.domains.oauth.repository import OAuthRepository
from storecast.kit.database import Database
from storecast.kit.errors import Conflict, Unprocessable
from storecast.kit.ids import public_id

MOST_SHOWN = 500
MOST_PERSONAL = 100
TRANSIENT_LIFETIME = timedelta(minutes=15)
PERSONAL_LIFETIME = timedelta(days=365)  # Passport's


class GrantedService:
    def __init__(self, db: Database, tokens: TokenService) -> None:
        self._db = db
        self._repository = OAuthRepository(db)
        self._tokens = tokens

    async def list(self, user: SignedIn, kind: GrantKind, now: datetime) -> list[TokenView]:
        """The newest first."""
        grants = await self._tokens.grants_of(user.id, kind, now, MOST_SHOWN)
        clients = await self._repository.clients_by_ids({grant.client_id for grant in grants if grant.client_id})
        return [view(grant, clients.get(grant.client_id or "")) for grant in grants]

    async def revoke(self, user: SignedIn, kind: GrantKind, grant_id: str, address: str, now: datetime) -> None:
        """Its access and refresh tokens end at once. Raises `TokenNotFound`."""
        grant = await self._tokens.grant_of(user.id, kind, grant_id, now)
        if grant is None:
            raise TokenNotFound
        await self._tokens.revoke(grant.id, now)
        revoked = SecurityEventKind.GRANT_REVOKED
        await record(self._db, revoked, user_id=user.id, address=address, now=now, detail=grant.name)

    async def make_personal(
        self, user: SignedIn, asked: NewPersonalToken, address: str, now: datetime
    ) -> PersonalToken:
        """A token for a person's own programs, good for a year. Raises `Unprocessable`, `Conflict`."""
        if unknown := sorted(set(asked.scopes) - set(ALL_SCOPES)):
            raise Unprocessable.field("scopes", f"has no {unknown[0]}")
        if Scope.OPERATOR in asked.scopes and not user.user.is_operator:
            raise Unprocessable.field("scopes", f"{Scope.OPERATOR} is for operators alone")
        await self._repository.lock_owner(user.id)
        if len(await self._tokens.grants_of(user.id, GrantKind.PERSONAL, now, MOST_PERSONAL)) == MOST_PERSONAL:
            raise Conflict(f"You have {MOST_PERSONAL} personal tokens, which is all there can be. Delete one first.")
        grant = Grant(
            id=public_id(),
            kind=GrantKind.PERSONAL,
            user_id=user.id,
            name=asked.name,
            scopes=[scope for scope in ALL_SCOPES if scope in asked.scopes],
            created_at=now,
            expires_at=now + PERSONAL_LIFETIME,
        )
        await self._tokens.open(grant)
        made = SecurityEventKind.PERSONAL_TOKEN_MADE
        await record(self._db, made, user_id=user.id, address=address, now=now, detail=grant.name)
        token = self._tokens.access_token(grant, grant.scopes, now, PERSONAL_LIFETIME)
        return PersonalToken(token, view(grant, None))

    async def transient(self, user: SignedIn, now: datetime) -> str:
        """A short-lived token of the caller's own sign-in. Raises `TokenNotFound` when it has just ended."""
        grant = await self._tokens.grant_of(user.id, GrantKind.SIGN_IN, user.grant_id, now)
        if grant is None:
            raise TokenNotFound
        return self._tokens.access_token(grant, grant.scopes, now, TRANSIENT_LIFETIME)
