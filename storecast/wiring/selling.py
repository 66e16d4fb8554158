"""What the orders need of domains beside them and above them."""

from storecast.domains.audience.evidence import view_of
from storecast.domains.orders.evidence import Watched
from storecast.kit.database import Database


class Watching:
    async def watched(self, db: Database, channel_id: int, view_hash: str) -> Watched | None:
        view = await view_of(db, channel_id, view_hash)
        return None if view is None else Watched(*view)
