"""Questions asked of the accounts tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.contracts.bus import GrantsRevoked
from storecast.domains.accounts.api_tokens.models import ApiToken
from storecast.domains.accounts.models import Grant, GrantKind, RefreshToken, User
from storecast.kit.bus import notify

NAMED_AT_ONCE = 100  # grants in a message of the bus, which holds 8 KB


class AccountRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_email(self, email: str) -> User | None:
        return (await self._session.execute(select(User).where(User.email == email))).scalar_one_or_none()

    async def hold_password(self, user_id: int) -> str | None:
        """The hash as it is now; until this transaction ends nobody can change it."""
        query = select(User.password_hash).where(User.id == user_id).with_for_update(read=True)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def by_hash_id(self, hash_id: str) -> User | None:
        return (await self._session.execute(select(User).where(User.hash_id == hash_id))).scalar_one_or_none()

    async def by_ids(self, ids: Collection[int]) -> list[User]:
        return list((await self._session.execute(select(User).where(User.id.in_(ids)))).scalars())

    async def live_grant(self, grant_id: str, now: datetime) -> tuple[Grant, User | None] | None:
        """A grant that is neither revoked nor over, and whose it is; a client's own is nobody's."""
        return await self._held(Grant.id == grant_id, now)

    async def live_grant_of_api_token(self, digest: str, now: datetime) -> tuple[Grant, User | None] | None:
        held = select(ApiToken.grant_id).where(ApiToken.digest == digest).scalar_subquery()
        return await self._held(Grant.id == held, now)

    async def note_use(self, grant_id: str, now: datetime) -> None:
        """Nobody waits for it: where another request holds the row, that one notes the use."""
        free = select(Grant.id).where(Grant.id == grant_id).with_for_update(skip_locked=True, key_share=True)
        note = update(Grant).where(Grant.id.in_(free)).values(last_used_at=now)
        await self._session.execute(note, execution_options={"synchronize_session": False})

    async def refresh_token(self, digest: str) -> tuple[RefreshToken, Grant] | None:
        """The token and its grant, locked, so that of two uses at once one is the second."""
        query = select(RefreshToken, Grant).join(Grant, Grant.id == RefreshToken.grant_id)
        found = (await self._session.execute(query.where(RefreshToken.digest == digest).with_for_update())).first()
        return None if found is None else (found[0], found[1])

    async def grants_of(self, user_id: int, kind: GrantKind, now: datetime, most: int) -> list[Grant]:
        """The user's live grants of one kind, the newest first."""
        query = select(Grant).where(Grant.user_id == user_id, Grant.kind == kind, *_live(now))
        query = query.order_by(Grant.created_at.desc(), Grant.id).limit(most)
        return list((await self._session.execute(query)).scalars())

    async def grant_of(self, user_id: int, kind: GrantKind, grant_id: str, now: datetime) -> Grant | None:
        query = select(Grant).where(Grant.id == grant_id, Grant.user_id == user_id, Grant.kind == kind, *_live(now))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def has_granted(self, user_id: int, client_id: str, scopes: list[str], now: datetime) -> bool:
        query = select(Grant.id).where(Grant.user_id == user_id, Grant.client_id == client_id, *_live(now))
        query = query.where(Grant.kind == GrantKind.CLIENT, Grant.scopes.contains(scopes))
        return (await self._session.execute(query.limit(1))).first() is not None

    async def sign_in_places(self, user_id: int) -> list[tuple[str, str]]:
        """User agent and address of every sign-in still kept, each pair once."""
        query = select(Grant.user_agent, Grant.address).distinct()
        query = query.where(Grant.user_id == user_id, Grant.kind == GrantKind.SIGN_IN)
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def forget_grants(self, before: datetime) -> None:
        """Delete the refresh tokens and grants that were over by then."""
        for model in (RefreshToken, Grant):
            await self._session.execute(delete(model).where(model.expires_at < before))

    async def revoke_grants_of_client(self, client_id: str, now: datetime) -> None:
        await self._revoke(Grant.client_id == client_id, now)

    async def revoke_grant(self, grant_id: str, now: datetime) -> None:
        await self._revoke(Grant.id == grant_id, now)

    async def revoke_grants_of(self, user_id: int, now: datetime, kind: GrantKind | None, but: str | None) -> None:
        # Who holds the row opens a grant on the strength of another one: it must be there to be ended, too.
        await self._session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
        which = and_(Grant.user_id == user_id, Grant.id != (but or ""))
        await self._revoke(which if kind is None else and_(which, Grant.kind == kind), now)

    async def _held(self, which: ColumnElement[bool], now: datetime) -> tuple[Grant, User | None] | None:
        query = select(Grant, User).outerjoin(User, User.id == Grant.user_id)
        query = query.where(which, *_live(now))
        found = (await self._session.execute(query)).first()
        return None if found is None else (found[0], found[1])

    async def _revoke(self, which: ColumnElement[bool], now: datetime) -> None:
        """Revoke, and have every process drop what it holds open for these grants."""
        revoke = update(Grant).where(which, Grant.revoked_at.is_(None)).values(revoked_at=now).returning(Grant.id)
        ids = list((await self._session.execute(revoke)).scalars())
        for start in range(0, len(ids), NAMED_AT_ONCE):
            await notify(self._session, GrantsRevoked(ids[start : start + NAMED_AT_ONCE]))

    async def add(self, row: User | Grant | RefreshToken) -> None:
        self._session.add(row)
        await self._session.flush()


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Grant.revoked_at.is_(None), Grant.expires_at > now)
