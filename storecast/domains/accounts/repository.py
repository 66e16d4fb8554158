"""Questions asked of the accounts tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.models import RefreshToken, SignIn, User


class AccountRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_email(self, email: str) -> User | None:
        return (await self._session.execute(select(User).where(User.email == email))).scalar_one_or_none()

    async def by_hash_id(self, hash_id: str) -> User | None:
        return (await self._session.execute(select(User).where(User.hash_id == hash_id))).scalar_one_or_none()

    async def by_ids(self, ids: Collection[int]) -> list[User]:
        return list((await self._session.execute(select(User).where(User.id.in_(ids)))).scalars())

    async def of_sign_in(self, sign_in_id: str) -> User | None:
        """The user of a sign-in that has not been revoked."""
        query = select(User).join(SignIn, SignIn.user_id == User.id)
        query = query.where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def refresh_token(self, digest: str) -> tuple[RefreshToken, SignIn] | None:
        """The token and its sign-in, locked, so that of two uses at once one is the second."""
        query = select(RefreshToken, SignIn).join(SignIn, SignIn.id == RefreshToken.sign_in_id)
        found = (await self._session.execute(query.where(RefreshToken.digest == digest).with_for_update())).first()
        return None if found is None else (found[0], found[1])

    async def revoke_sign_in(self, sign_in_id: str, now: datetime) -> None:
        revoke = update(SignIn).where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None)).values(revoked_at=now)
        await self._session.execute(revoke)

    async def add(self, row: User | SignIn | RefreshToken) -> None:
        self._session.add(row)
        await self._session.flush()
