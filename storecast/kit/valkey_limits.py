"""Limits and turns of all machines together, kept in Valkey."""

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from storecast.kit.valkey import valkey_pool

if TYPE_CHECKING:
    from limits import RateLimitItem

PREFIX = "storecast:limits"
TURN_SECONDS = 20  # a turn whose process died is over by then
FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.05
_END = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class ValkeyAway(Exception):
    """It cannot be asked now."""


class Turn(NamedTuple):
    key: str
    token: str


class ValkeyLimits:
    def __init__(self, url: str) -> None:
        from limits.aio.storage import RedisStorage
        from limits.aio.strategies import MovingWindowRateLimiter
        from valkey.asyncio import Valkey

        self._pool = valkey_pool(url)
        self._valkey = Valkey(connection_pool=self._pool)
        self._window = MovingWindowRateLimiter(
            RedisStorage(
                "async+valkey://",
                wrap_exceptions=True,
                key_prefix=PREFIX,
                connection_pool=self._pool,  # type: ignore[arg-type]  # handed on to the client as it is
            )
        )
        self._end = self._valkey.register_script(_END)
        self._parsed: dict[str, RateLimitItem] = {}

    async def hit(self, limit: str, *key: str) -> float:
        """Seconds until there is room, 0 where there was. Raises `ValkeyAway`."""
        return await self._try(limit, key, 1)

    async def look(self, limit: str, *key: str) -> float:
        """As `hit`, and counts nothing. Raises `ValkeyAway`."""
        return await self._try(limit, key, 0)

    async def take_turn(self, *name: str) -> Turn | None:
        """Wait for one's turn; None where somebody has had it for too long. Raises `ValkeyAway`."""
        from valkey.exceptions import ValkeyError

        turn = Turn(f"{PREFIX}:turn:{chr(0).join(name)}", secrets.token_hex(8))
        pause, deadline = FIRST_PAUSE, time.monotonic() + TURN_SECONDS
        try:
            while not await self._valkey.set(turn.key, turn.token, nx=True, ex=TURN_SECONDS):
                if time.monotonic() > deadline:
                    return None
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        except (ValkeyError, OSError) as error:
            raise ValkeyAway(str(error)) from error
        return turn

    async def end_turn(self, turn: Turn) -> None:
        from valkey.exceptions import ValkeyError

        try:
            await self._end(keys=[turn.key], args=[turn.token])
        except (ValkeyError, OSError):
            return  # it ends by itself

    async def close(self) -> None:
        await self._pool.aclose()

    async def _try(self, limit: str, key: tuple[str, ...], hits: int) -> float:
        from limits.errors import StorageError

        item = self._item(limit)
        try:
            if await (self._window.hit(item, *key) if hits else self._window.test(item, *key)):
                return 0.0
            stats = await self._window.get_window_stats(item, *key)
        except StorageError as error:
            raise ValkeyAway(str(error)) from error
        return max(stats.reset_time - time.time(), 0.001)

    def _item(self, limit: str) -> "RateLimitItem":
        from limits import parse

        if limit not in self._parsed:
            self._parsed[limit] = parse(limit)
        return self._parsed[limit]
