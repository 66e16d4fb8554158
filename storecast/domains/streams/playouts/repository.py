"""Questions asked of the table of playouts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, not_, or_, select

from storecast.domains.streams.playouts.models import OPEN, Playout, PlayoutState
from storecast.kit.database import Database

_OF_CHANNELS = "SELECT * FROM playouts WHERE channel_id = ANY($1)"


class PlayoutRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, Playout]:
        return {each.channel_id: each for each in await self._db.load(Playout, _OF_CHANNELS, list(channel_ids))}

    async def channel_of(self, key_digest: str) -> int | None:
        """The channel whose playout has this key."""
        query = select(Playout.channel_id).where(Playout.key_digest == key_digest)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def locked(self, channel_id: int) -> Playout | None:
        query = select(Playout).where(Playout.channel_id == channel_id).with_for_update()
        return (await self._db.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()

    async def hold(self, who: str, soon: datetime, now: datetime, until: datetime) -> list[Playout]:
        """Those that begin by then or play, and that nobody else sees to; from now on `who` does until `until`.

        Who holds one for longer than that said so before the clock was set back.
        """
        free = or_(Playout.held_by.is_(None), Playout.held_by == who, not_(Playout.held_until.between(now, until)))
        due = or_(Playout.state == PlayoutState.PLAYING, Playout.starts_at <= soon)
        query = select(Playout).where(Playout.state.in_(OPEN), due, free)
        query = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        found = list((await self._db.execute(query)).scalars())
        for playout in found:
            playout.held_by, playout.held_until = who, until
        await self._db.flush()
        return found

    async def add(self, playout: Playout) -> None:
        self._db.add(playout)
        await self._db.flush()

    async def delete(self, channel_id: int) -> None:
        await self._db.execute(delete(Playout).where(Playout.channel_id == channel_id))
