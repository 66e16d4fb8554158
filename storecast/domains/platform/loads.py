"""Two reads for load tests: one that asks the database each time, and the same from memory."""

import asyncio
import time
from datetime import datetime

from storecast.domains.platform.schemas import Reading
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.ids import public_id
from storecast.kit.rate_limits import RateLimits

FROM_NETWORK = "60000/minute"  # who tries how much this holds does so from one place
KEPT_SECONDS = 10.0
_READ = "SELECT count(*) FROM channels WHERE hash_id = $1"


class LoadReads:
    """One a process."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._one = asyncio.Lock()
        self._kept: Reading | None = None
        self._good_until = 0.0

    async def read(self, db: Database, network: str, now: datetime) -> Reading:
        """Looks a channel up that nobody has, by the index on its id. Raises `TooManyRequests`."""
        self._limits.hit_here(FROM_NETWORK, "load", network)
        return await self._read(db, now)

    async def kept(self, db: Database, network: str, now: datetime) -> Reading:
        """The same, some seconds old. Raises `TooManyRequests`."""
        self._limits.hit_here(FROM_NETWORK, "load", network)
        if self._kept is None or time.monotonic() >= self._good_until:
            async with self._one:
                if self._kept is None or time.monotonic() >= self._good_until:
                    self._kept = await self._read(db, now)
                    self._good_until = time.monotonic() + KEPT_SECONDS
        return self._kept

    async def _read(self, db: Database, now: datetime) -> Reading:
        found = await db.value(_READ, public_id())
        return Reading(int(str(found)), iso(now))
