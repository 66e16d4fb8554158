"""Questions asked of the bans."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.moderation.models import Ban
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice

# One index for each half; of a network's only guests ask.
_OF_PERSON = """
    SELECT until, hidden, reason, true AS own FROM bans
    WHERE channel_id = $1 AND subject = $2 AND (until IS NULL OR until > $3)
"""
_OF_GUEST = f"""
    {_OF_PERSON}
    UNION ALL (
        SELECT origin_until, hidden, NULL, false FROM bans
        WHERE channel_id = $1 AND origin = $4 AND origin_until > $3
        ORDER BY hidden, origin_until DESC LIMIT 1
    )
"""  # noqa: S608 - a constant


class BanRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def binding(
        self, channel_id: int, subject: str, origin: str | None, now: datetime
    ) -> list[tuple[datetime | None, bool, str | None]]:
        """Of the bans that bind somebody: until when, whether they must not notice, and why; their own first."""
        if origin is None:
            rows = await self._db.rows(_OF_PERSON, channel_id, subject, now)
        else:
            rows = await self._db.rows(_OF_GUEST, channel_id, subject, now, origin)
        found = sorted(rows, key=lambda row: not row["own"])
        return [(row["until"], row["hidden"], row["reason"]) for row in found]

    async def page(self, channel_id: int, page: PageRequest, now: datetime) -> tuple[list[Ban], Slice]:
        """The bans that hold, newest first."""
        where = (Ban.channel_id == channel_id, or_(Ban.until.is_(None), Ban.until > now))
        total = (await self._db.execute(select(func.count()).select_from(Ban).where(*where))).scalar_one()
        query = select(Ban).where(*where).order_by(Ban.created_at.desc(), Ban.id.desc())
        rows = await self._db.execute(query.offset(page.offset).limit(page.size))
        return list(rows.scalars()), Slice(total, page)

    async def hold_channel(self, channel_id: int) -> None:
        """Nobody else bans there until this transaction ends."""
        await self._db.execute(text("SELECT pg_advisory_xact_lock(7405104, :id)"), {"id": channel_id % 2**31})

    async def count(self, channel_id: int) -> int:
        query = select(func.count()).select_from(Ban).where(Ban.channel_id == channel_id)
        return (await self._db.execute(query)).scalar_one()

    async def of(self, channel_id: int, subject: str) -> Ban | None:
        query = select(Ban).where(Ban.channel_id == channel_id, Ban.subject == subject)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def find(self, channel_id: int, hash_id: str) -> Ban | None:
        query = select(Ban).where(Ban.channel_id == channel_id, Ban.hash_id == hash_id)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def put(self, values: dict[str, object]) -> Ban:
        """A ban of somebody on a channel, in the place of one they have there."""
        row = insert(Ban).values(**values)
        changed = {name: row.excluded[name] for name in values if name not in ("channel_id", "subject", "hash_id")}
        row = row.on_conflict_do_update(index_elements=["channel_id", "subject"], set_=changed)
        query = row.returning(Ban).execution_options(populate_existing=True)
        return (await self._db.execute(query)).scalar_one()

    async def remove(self, ban: Ban) -> None:
        await self._db.delete(ban)
        await self._db.flush()

    async def bans_of(self, subject: str) -> list[Ban]:
        return list((await self._db.execute(select(Ban).where(Ban.subject == subject).order_by(Ban.id))).scalars())

    async def erase(self, subject: str) -> None:
        await self._db.execute(delete(Ban).where(Ban.subject == subject))


async def forget_bans(db: Database, now: datetime) -> None:
    """Delete those that are over, and the networks of others whose day is."""
    await db.execute(delete(Ban).where(Ban.until <= now))
    over = update(Ban).where(Ban.origin.is_not(None), Ban.origin_until <= now)
    await db.execute(over.values(origin=None, origin_until=None))
