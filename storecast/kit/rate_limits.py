"""Rate limits: so many hits a window, per key. Counted in this process's memory."""

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from storecast.kit.errors import TooManyRequests


class RateLimits:
    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._parsed: dict[str, RateLimitItem] = {}

    async def hit(self, limit: str, name: str, *who: str) -> None:
        """Count one hit of `name` by `who` against `limit` ("5/minute"). Raises `TooManyRequests`."""
        if not await self._window.hit(self._item(limit), name, *who):
            await self._refuse(limit, name, *who)

    async def check(self, limit: str, name: str, *who: str) -> None:
        """As `hit`, but counts nothing: for limits on failures, which `count` counts."""
        if not await self._window.test(self._item(limit), name, *who):
            await self._refuse(limit, name, *who)

    async def count(self, limit: str, name: str, *who: str) -> None:
        await self._window.hit(self._item(limit), name, *who)

    async def _refuse(self, limit: str, name: str, *who: str) -> None:
        stats = await self._window.get_window_stats(self._item(limit), name, *who)
        raise TooManyRequests(max(1, math.ceil(stats.reset_time - time.time())))

    def _item(self, limit: str) -> RateLimitItem:
        if limit not in self._parsed:
            self._parsed[limit] = parse(limit)
        return self._parsed[limit]
