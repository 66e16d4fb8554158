"""Questions asked of the channels tables."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.channels.models import Channel, FormerSlug, Pass
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


class ChannelStatus(IntEnum):
    ACTIVE = 0
    PAST = 1
    DELETED = 2


class ChannelRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, ref: str, now: datetime) -> Channel | None:
        """The channel with this hash id, numeric id, slug, or slug of late, the slugs in whatever case."""
        number = row_id(ref)
        if len(ref) == PUBLIC_ID_LENGTH:
            return await self._one(Channel.hash_id == ref)
        if number is not None:
            return await self._one(Channel.id == number)
        slug = ref.lower()
        former = select(FormerSlug.channel_id).where(FormerSlug.slug == slug, FormerSlug.until > now)
        found = await self._one(func.lower(Channel.slug) == slug)
        return found or await self._one(Channel.id == former.scalar_subquery())

    async def by_ids(self, ids: Collection[int]) -> list[Channel]:
        return list((await self._session.execute(select(Channel).where(Channel.id.in_(ids)))).scalars())

    async def page_of(
        self,
        owner_id: int,
        status: ChannelStatus | None,
        order: list[ColumnElement[object]],
        page: PageRequest,
        now: datetime,
    ) -> tuple[list[Channel], Slice]:
        where = [Channel.owner_id == owner_id, *_status(status, now)]
        total = (await self._session.execute(select(func.count()).select_from(Channel).where(*where))).scalar_one()
        query = select(Channel).where(*where).order_by(*order, Channel.id.desc())
        rows = await self._session.execute(query.offset(page.offset).limit(page.size))
        return list(rows.scalars()), Slice(total, page)

    async def newest_of(self, owner_id: int, limit: int) -> list[Channel]:
        query = select(Channel).where(Channel.owner_id == owner_id, Channel.deleted_at.is_(None))
        return list((await self._session.execute(query.order_by(Channel.id.desc()).limit(limit))).scalars())

    async def count(self, owner_id: int) -> int:
        where = (Channel.owner_id == owner_id, Channel.deleted_at.is_(None))
        return (await self._session.execute(select(func.count()).select_from(Channel).where(*where))).scalar_one()

    async def lock_owner(self, owner_id: int) -> None:
        """Let one request at a time count this owner's channels and add one."""
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext("channels"), owner_id % 2**31)))

    async def slug_taken(self, slug: str, now: datetime, but_for: int) -> bool:
        """Whether another channel has it, or had it of late, in whatever case."""
        same = func.lower(Channel.slug) == slug.lower()
        taken = select(Channel.id).where(same, Channel.id != but_for, Channel.deleted_at.is_(None))
        former = select(FormerSlug.channel_id).where(
            FormerSlug.slug == slug.lower(), FormerSlug.until > now, FormerSlug.channel_id != but_for
        )
        return (await self._session.execute(taken.union_all(former).limit(1))).first() is not None

    async def remember_slug(self, slug: str, channel_id: int, until: datetime) -> None:
        values = {"channel_id": channel_id, "until": until}
        row = insert(FormerSlug).values(slug=slug.lower(), **values)
        await self._session.execute(row.on_conflict_do_update(index_elements=["slug"], set_=values))

    async def add(self, row: Channel | Pass) -> None:
        self._session.add(row)
        await self._session.flush()

    async def pass_counts(self, ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """Passes issued and passes used, by channel."""
        query = select(Pass.channel_id, func.count(), func.count(Pass.used_at)).where(Pass.channel_id.in_(ids))
        rows = await self._session.execute(query.group_by(Pass.channel_id))
        return {channel_id: (issued, used) for channel_id, issued, used in rows}

    async def holds_pass(self, channel_id: int, subject: str) -> bool:
        query = select(Pass.id).where(Pass.channel_id == channel_id, Pass.holder == subject).limit(1)
        return (await self._session.execute(query)).first() is not None

    async def redeem(self, code_digest: str, subject: str, now: datetime) -> bool:
        """Make `subject` the holder of the pass, unless somebody else is."""
        claim = update(Pass).where(Pass.code_digest == code_digest, or_(Pass.holder.is_(None), Pass.holder == subject))
        claim = claim.values(holder=subject, used_at=func.coalesce(Pass.used_at, now)).returning(Pass.id)
        return (await self._session.execute(claim)).first() is not None

    async def delete_passes(self, channel_ids: Collection[int]) -> set[int]:
        """Answers which of the channels had any."""
        gone = delete(Pass).where(Pass.channel_id.in_(channel_ids)).returning(Pass.channel_id)
        return set((await self._session.execute(gone)).scalars())

    async def _one(self, condition: ColumnElement[bool]) -> Channel | None:
        query = select(Channel).where(condition, Channel.deleted_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def every_of(self, owner_id: int) -> list[Channel]:
        """All the owner ever made, deleted ones included."""
        return list((await self._session.execute(select(Channel).where(Channel.owner_id == owner_id))).scalars())

    async def passes_of(self, subject: str) -> list[Pass]:
        return list((await self._session.execute(select(Pass).where(Pass.holder == subject))).scalars())

    async def erase(self, owner_id: int, subject: str) -> None:
        """Delete the owner's channels, and who held the passes that were `subject`'s."""
        await self._session.execute(delete(Channel).where(Channel.owner_id == owner_id))
        await self._session.execute(update(Pass).where(Pass.holder == subject).values(holder=ERASED))


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
