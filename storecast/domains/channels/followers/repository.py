"""Questions asked of the followers."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.accounts.models import User
from storecast.domains.channels.followers.models import Follow
from storecast.domains.channels.models import Channel
from storecast.kit.database import Database

_FOLLOWED = "SELECT streamer_id, created_at FROM follows WHERE follower_id = $1 AND streamer_id = ANY($2)"


class FollowRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, follower_id: int, streamer_id: int, now: datetime) -> None:
        row = insert(Follow).values(follower_id=follower_id, streamer_id=streamer_id, created_at=now)
        await self._db.execute(row.on_conflict_do_nothing())

    async def remove(self, follower_id: int, streamer_id: int) -> None:
        of_both = (Follow.follower_id == follower_id, Follow.streamer_id == streamer_id)
        await self._db.execute(delete(Follow).where(*of_both))

    async def remove_by_hash_ids(self, follower: str, streamer: str) -> None:
        one = select(User.id).where(User.hash_id == follower).scalar_subquery()
        other = select(User.id).where(User.hash_id == streamer).scalar_subquery()
        of_both = (Follow.follower_id == one, Follow.streamer_id == other)
        await self._db.execute(delete(Follow).where(*of_both).execution_options(synchronize_session=False))

    async def streamer(self, channel: Channel) -> User:
        return (await self._db.execute(select(User).where(User.id == channel.owner_id))).scalar_one()

    async def count(self, streamer_id: int) -> int:
        query = select(func.count()).select_from(Follow).where(Follow.streamer_id == streamer_id)
        return (await self._db.execute(query)).scalar_one()

    async def followed_since(self, follower_id: int, streamer_ids: Collection[int]) -> dict[int, datetime]:
        """By streamer, of those whom `follower_id` follows."""
        return {row[0]: row[1] for row in await self._db.rows(_FOLLOWED, follower_id, list(streamer_ids))}

    async def by_emails(self, streamer_id: int, emails: Collection[str]) -> list[tuple[Follow, str]]:
        """Followers with a verified address that is one of these; locked, as they are now."""
        query = select(Follow, User.email).join(User, User.id == Follow.follower_id)
        query = query.where(Follow.streamer_id == streamer_id, User.verified_at.is_not(None), User.email.in_(emails))
        query = query.order_by(Follow.follower_id).with_for_update(of=Follow)
        return [(row[0], row[1]) for row in await self._db.execute(query.execution_options(populate_existing=True))]

    async def untold(self, streamer_id: int, since: datetime, limit: int) -> list[tuple[Follow, User]]:
        """Followers with a verified address whom nobody has told since then, and whom nobody tells right now."""
        query = select(Follow, User).join(User, User.id == Follow.follower_id).where(Follow.streamer_id == streamer_id)
        query = query.where(User.verified_at.is_not(None), or_(Follow.told_at.is_(None), Follow.told_at <= since))
        query = query.order_by(Follow.follower_id).limit(limit).with_for_update(of=Follow, skip_locked=True)
        return [(row[0], row[1]) for row in await self._db.execute(query)]
