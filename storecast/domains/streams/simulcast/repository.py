"""Questions asked of the table of targets."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, text, update

from storecast.domains.streams.simulcast.models import SimulcastTarget
from storecast.kit.database import Database

_OF_CHANNELS = "SELECT * FROM simulcast_targets WHERE channel_id = ANY($1) ORDER BY id"


class SimulcastRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, list[SimulcastTarget]]:
        """By channel, the oldest first; channels without any are not in it."""
        found: dict[int, list[SimulcastTarget]] = defaultdict(list)
        for target in await self._db.load(SimulcastTarget, _OF_CHANNELS, list(channel_ids)):
            found[target.channel_id].append(target)
        return found

    async def of_channel(self, channel_id: int) -> Sequence[SimulcastTarget]:
        """As they are now, locked."""
        query = select(SimulcastTarget).where(SimulcastTarget.channel_id == channel_id).order_by(SimulcastTarget.id)
        query = query.with_for_update().execution_options(populate_existing=True)
        return (await self._db.execute(query)).scalars().all()

    async def add(self, target: SimulcastTarget) -> None:
        self._db.add(target)
        await self._db.flush()

    async def delete(self, target: SimulcastTarget) -> None:
        await self._db.delete(target)
        await self._db.flush()

    async def delete_all(self, channel_ids: Collection[int]) -> None:
        await self._db.execute(delete(SimulcastTarget).where(SimulcastTarget.channel_id.in_(channel_ids)))

    async def settle(self, channel_id: int) -> None:
        """No show is on any more."""
        at_work = SimulcastTarget.channel_id == channel_id, SimulcastTarget.state.is_not(None)
        await self._db.execute(
            update(SimulcastTarget).where(*at_work).values(state=None, code="", reason="", since=None)
        )

    async def targets_of(self, owner_id: int) -> Sequence[SimulcastTarget]:
        """Every target of the owner's channels."""
        query = text(
            """
            SELECT simulcast_targets.* FROM simulcast_targets JOIN channels ON channels.id = channel_id
            WHERE owner_id = :owner ORDER BY simulcast_targets.id
            """
        )
        rows = select(SimulcastTarget).from_statement(query)
        return (await self._db.execute(rows, {"owner": owner_id})).scalars().all()
