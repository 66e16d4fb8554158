"""Questions asked of the grants that are sign-ins."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.models import Grant, GrantKind


class DeviceRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def signed_in(self, user_id: int, now: datetime, most: int) -> list[Grant]:
        """Sign-ins that hold, the last used first."""
        query = select(Grant).where(Grant.user_id == user_id, Grant.kind == GrantKind.SIGN_IN)
        query = query.where(Grant.revoked_at.is_(None), Grant.expires_at > now)
        query = query.order_by(Grant.last_used_at.desc().nulls_last(), Grant.id).limit(most)
        return list((await self._session.execute(query)).scalars())

    async def sign_in(self, user_id: int, grant_id: str, now: datetime) -> Grant | None:
        query = select(Grant).where(Grant.user_id == user_id, Grant.kind == GrantKind.SIGN_IN, Grant.id == grant_id)
        query = query.where(Grant.revoked_at.is_(None), Grant.expires_at > now)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def places(self, user_id: int) -> list[tuple[str, str]]:
        """User agent and address of every sign-in ever kept, each pair once."""
        query = select(Grant.user_agent, Grant.address).distinct()
        query = query.where(Grant.user_id == user_id, Grant.kind == GrantKind.SIGN_IN)
        return [(row[0], row[1]) for row in await self._session.execute(query)]
