"""Questions asked of the mailed links."""

from datetime import datetime

from sqlalchemy import delete, select, update

from storecast.domains.sign_ins.passwords.models import PasswordLink
from storecast.kit.database import Database


class PasswordLinkRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, link: PasswordLink) -> None:
        self._db.add(link)
        await self._db.flush()

    async def link(self, digest: str, email: str) -> PasswordLink | None:
        """Locked, so that of two uses at once one is the second."""
        query = select(PasswordLink).where(PasswordLink.digest == digest, PasswordLink.email == email)
        return (await self._db.execute(query.with_for_update())).scalar_one_or_none()

    async def end_of(self, email: str, now: datetime) -> None:
        ended = update(PasswordLink).where(PasswordLink.email == email, PasswordLink.used_at.is_(None))
        await self._db.execute(ended.values(used_at=now))

    async def remove_of(self, email: str) -> None:
        await self._db.execute(delete(PasswordLink).where(PasswordLink.email == email))

    async def remove_over(self, before: datetime) -> None:
        """Delete the links that were over by then."""
        await self._db.execute(delete(PasswordLink).where(PasswordLink.expires_at <= before))
