"""Questions asked of what people want with their data."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from storecast.domains.privacy.models import DataExport, Erasure
from storecast.kit.database import Database


class PrivacyRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def lock(self, user_id: int) -> None:
        """Let one request at a time ask for this person's data."""
        await self._db.execute(select(func.pg_advisory_xact_lock(func.hashtext("privacy"), user_id % 2**31)))

    async def add(self, row: DataExport | Erasure) -> None:
        self._db.add(row)
        await self._db.flush()

    async def exports(self, user_id: int, limit: int) -> Sequence[DataExport]:
        """The newest first."""
        query = select(DataExport).where(DataExport.user_id == user_id).order_by(DataExport.requested_at.desc())
        return (await self._db.execute(query.limit(limit))).scalars().all()

    async def export(self, export_id: str) -> DataExport | None:
        return await self._db.get(DataExport, export_id)

    async def expired(self, now: datetime) -> list[str]:
        """Forget the exports whose time is over, and answer the storage keys they had."""
        gone = delete(DataExport).where(DataExport.expires_at <= now).returning(DataExport.key)
        return [key for key in (await self._db.execute(gone)).scalars() if key is not None]

    async def withdraw(self, user_id: int) -> list[str]:
        """Forget whatever was asked for in this account, and answer the storage keys of its exports."""
        await self._db.execute(delete(Erasure).where(Erasure.user_id == user_id))
        gone = delete(DataExport).where(DataExport.user_id == user_id).returning(DataExport.key)
        return [key for key in (await self._db.execute(gone)).scalars() if key is not None]

    async def erasure(self, user_id: int) -> Erasure | None:
        return await self._db.get(Erasure, user_id, with_for_update=True)

    async def remove(self, row: Erasure) -> None:
        await self._db.delete(row)
        await self._db.flush()
