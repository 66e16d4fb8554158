"""Questions asked of the mailed links."""

from datetime import datetime

from sqlalchemy import delete, select

from storecast.domains.sign_ins.passwords.models import PasswordLink
from storecast.kit.database import Database


class PasswordLinkRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, link: PasswordLink) -> None:
        self._db.add(link)
        await self._db.flush()

    async def good(self, digest: str, email: str, now: datetime) -> PasswordLink | None:
        """The link, locked, so that of two uses at once one is the second."""
        query = select(PasswordLink).where(PasswordLink.digest == digest, PasswordLink.email == email)
        query = query.where(PasswordLink.expires_at > now).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def remove_of(self, email: str) -> None:
        await self._db.execute(delete(PasswordLink).where(PasswordLink.email == email))

    async def remove_over(self, now: datetime) -> None:
        await self._db.execute(delete(PasswordLink).where(PasswordLink.expires_at <= now))
