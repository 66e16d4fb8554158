"""Questions asked of the channels tables."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.channels.models import Channel, FormerSlug, GivenSeat, Pass
from storecast.kit.database import Database, columns
from storecast.kit.ids import PUBLIC_ID_LENGTH, row_id
from storecast.kit.pagination import PageRequest, Slice

ERASED = "erased"  # holder of a pass whose holder is gone: it stays used
PAST_AFTER = timedelta(days=1)  # a show announced for longer ago than this is past

ORDERS = {
    "id": Channel.id,
    "name": Channel.name,
    "starts_at": Channel.starts_at,
    "created_at": Channel.created_at,
    "last_update": Channel.updated_at,
}


_OF_SLUG = """coalesce(
    (SELECT id FROM channels WHERE lower(slug) = $1 AND deleted_at IS NULL),
    (SELECT channel_id FROM former_slugs WHERE slug = $1 AND until > $2)
)"""
_BY_IDS = "SELECT * FROM channels WHERE id = ANY($1)"
_ISSUED = """
    SELECT channel_id, count(*), count(used_at) FROM passes WHERE channel_id = ANY($1) GROUP BY channel_id
"""
_HOLDER = "SELECT 1 FROM passes WHERE channel_id = ANY($1) AND holder = $2 LIMIT 1"
_COUNTS = "SELECT owner_id, count(*) FROM channels WHERE owner_id = ANY($1) AND deleted_at IS NULL GROUP BY owner_id"


class ChannelStatus(IntEnum):
    ACTIVE = 0
    PAST = 1
    DELETED = 2


class ChannelRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, ref: str, now: datetime) -> Channel | None:
        """The channel with this hash id, numeric id, slug, or slug of late, the slugs in whatever case."""
        where, values = behind(ref, now)
        query = f"SELECT {columns(Channel)} FROM channels WHERE {where} AND deleted_at IS NULL"  # noqa: S608
        return next(iter(await self._db.load(Channel, query, *values)), None)

    async def by_ids(self, ids: Collection[int]) -> list[Channel]:
        return await self._db.load(Channel, _BY_IDS, list(ids))

    async def hold(self, channel: Channel) -> bool:
        """See `channel` as it is now; until this transaction ends nobody changes it. False where it is gone."""
        query = select(Channel).where(Channel.id == channel.id, Channel.deleted_at.is_(None))
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self._db.execute(query)).scalar_one_or_none() is not None

    async def page_of(
        self,
        user_id: int,
        status: ChannelStatus | None,
        order: list[ColumnElement[object]],
        page: PageRequest,
        now: datetime,
    ) -> tuple[list[Channel], Slice]:
        """Channels that are the user's, or at which they have a seat."""
        reached = Channel.owner_id == user_id if status is ChannelStatus.DELETED else _reached_by(user_id)
        where = [reached, *_status(status, now)]
        total = (await self._db.execute(select(func.count()).select_from(Channel).where(*where))).scalar_one()
        query = select(Channel).where(*where).order_by(*order, Channel.id.desc())
        rows = await self._db.execute(query.offset(page.offset).limit(page.size))
        return list(rows.scalars()), Slice(total, page)

    async def newest_of(self, owner_id: int, limit: int) -> list[Channel]:
        query = select(Channel).where(Channel.owner_id == owner_id, Channel.deleted_at.is_(None))
        return list((await self._db.execute(query.order_by(Channel.id.desc()).limit(limit))).scalars())

    async def newest_reached(self, user_id: int, limit: int) -> list[Channel]:
        """The newest of `page_of`'s."""
        query = select(Channel).where(_reached_by(user_id), Channel.deleted_at.is_(None))
        return list((await self._db.execute(query.order_by(Channel.id.desc()).limit(limit))).scalars())

    async def slug_taken(self, slug: str, now: datetime, but_for: int) -> bool:
        """Whether another channel has it, or had it of late, in whatever case."""
        same = func.lower(Channel.slug) == slug.lower()
        taken = select(Channel.id).where(same, Channel.id != but_for, Channel.deleted_at.is_(None))
        former = select(FormerSlug.channel_id).where(
            FormerSlug.slug == slug.lower(), FormerSlug.until > now, FormerSlug.channel_id != but_for
        )
        return (await self._db.execute(taken.union_all(former).limit(1))).first() is not None

    async def former_slugs(self, channel_id: int, now: datetime) -> list[datetime]:
        """Until when the channel keeps each of its former slugs from others, the first to go first."""
        kept = select(FormerSlug.until).where(FormerSlug.channel_id == channel_id, FormerSlug.until > now)
        return list((await self._db.execute(kept.order_by(FormerSlug.until))).scalars())

    async def remember_slug(self, slug: str, channel_id: int, until: datetime) -> None:
        values = {"channel_id": channel_id, "until": until}
        row = insert(FormerSlug).values(slug=slug.lower(), **values)
        await self._db.execute(row.on_conflict_do_update(index_elements=["slug"], set_=values))

    async def forget_slugs(self, channel_id: int) -> None:
        await self._db.execute(delete(FormerSlug).where(FormerSlug.channel_id == channel_id))

    async def add(self, row: Channel | Pass) -> None:
        self._db.add(row)
        await self._db.flush()

    async def pass_counts(self, ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """Passes issued and passes used, by channel."""
        return {row[0]: (row[1], row[2]) for row in await self._db.rows(_ISSUED, list(ids))}

    async def holds_pass(self, channel_ids: Collection[int], subject: str) -> bool:
        """Of one of these channels."""
        return bool(await self._db.rows(_HOLDER, list(channel_ids), subject))

    async def redeem(self, code_digest: str, subject: str, now: datetime) -> bool:
        """Make `subject` the holder of the pass, unless somebody else is."""
        claim = update(Pass).where(Pass.code_digest == code_digest, or_(Pass.holder.is_(None), Pass.holder == subject))
        claim = claim.values(holder=subject, used_at=func.coalesce(Pass.used_at, now)).returning(Pass.id)
        return (await self._db.execute(claim)).first() is not None

    async def delete_passes(self, channel_ids: Collection[int]) -> set[int]:
        """Answers which of the channels had any."""
        gone = delete(Pass).where(Pass.channel_id.in_(channel_ids)).returning(Pass.channel_id)
        return set((await self._db.execute(gone)).scalars())

    async def every_of(self, owner_id: int) -> list[Channel]:
        """All the owner ever made, deleted ones included."""
        return list((await self._db.execute(select(Channel).where(Channel.owner_id == owner_id))).scalars())

    async def passes_of(self, subject: str) -> list[Pass]:
        return list((await self._db.execute(select(Pass).where(Pass.holder == subject))).scalars())

    async def erase(self, owner_id: int, subject: str) -> None:
        """Delete the owner's channels, and who held the passes that were `subject`'s."""
        await self._db.execute(delete(Channel).where(Channel.owner_id == owner_id))
        await self._db.execute(update(Pass).where(Pass.holder == subject).values(holder=ERASED))


async def channels_used(db: Database, owner_ids: Collection[int], _: datetime) -> dict[int, int]:
    """How many channels each of these owners has."""
    return {row[0]: row[1] for row in await db.rows(_COUNTS, list(owner_ids))}


async def forget_former_slugs(db: Database, now: datetime) -> None:
    """Delete those that are anybody's again."""
    await db.execute(delete(FormerSlug).where(FormerSlug.until <= now))


def behind(ref: str, now: datetime) -> tuple[str, list[object]]:
    """The condition by which `ref` names a channel, and its values."""
    number = row_id(ref)
    if len(ref) == PUBLIC_ID_LENGTH:
        return "channels.hash_id = $1", [ref]
    if number is not None:
        return "channels.id = $1", [number]
    return f"channels.id = {_OF_SLUG}", [ref.lower(), now]


def _reached_by(user_id: int) -> ColumnElement[bool]:
    given = select(GivenSeat.id).where(
        GivenSeat.user_id == user_id,
        GivenSeat.owner_id == Channel.owner_id,
        or_(GivenSeat.channel_id.is_(None), GivenSeat.channel_id == Channel.id),
    )
    return or_(Channel.owner_id == user_id, given.exists())


def _status(status: ChannelStatus | None, now: datetime) -> list[ColumnElement[bool]]:
    past = Channel.starts_at < now - PAST_AFTER
    match status:
        case ChannelStatus.DELETED:
            return [Channel.deleted_at.is_not(None)]
        case ChannelStatus.PAST:
            return [Channel.deleted_at.is_(None), past]
        case ChannelStatus.ACTIVE:
            return [Channel.deleted_at.is_(None), or_(Channel.starts_at.is_(None), ~past)]
    return [Channel.deleted_at.is_(None)]
