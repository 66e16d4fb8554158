"""Questions asked of the mailed links."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.passwords.models import PasswordLink


class PasswordLinkRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, link: PasswordLink) -> None:
        self._session.add(link)
        await self._session.flush()

    async def good(self, digest: str, email: str, now: datetime) -> PasswordLink | None:
        """The link, locked, so that of two uses at once one is the second."""
        query = select(PasswordLink).where(PasswordLink.digest == digest, PasswordLink.email == email)
        query = query.where(PasswordLink.expires_at > now).with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def remove_of(self, email: str) -> None:
        await self._session.execute(delete(PasswordLink).where(PasswordLink.email == email))

    async def remove_over(self, now: datetime) -> None:
        await self._session.execute(delete(PasswordLink).where(PasswordLink.expires_at <= now))
