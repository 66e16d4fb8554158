"""Rate limits: so many hits a window, per key. Counted in Valkey for all processes, else in this one's memory."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.storage.memory import Entry
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from storecast.kit.errors import TooManyRequests
from storecast.kit.settings import Settings

if TYPE_CHECKING:  # a twentieth of the API's start, which installations without Valkey need not spend
    from valkey.asyncio import ConnectionPool

log = structlog.get_logger()

VALKEY_TIMEOUT = 1.0  # seconds; a request waits no longer for its limit
VALKEY_PAUSE = 5.0  # seconds a Valkey that failed is left alone
FORGOTTEN_EVERY = 10.0  # seconds


class LocalLimit:
    """So many hits a minute, per key, counted in this process alone: for what is quicker than asking anybody."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = 0
        self._hits: dict[str, int] = {}

    def hit(self, key: str) -> None:
        """Raises `TooManyRequests`."""
        now = time.monotonic()
        minute = int(now // 60)
        if minute != self._minute:
            self._minute, self._hits = minute, {}
        hits = self._hits[key] = self._hits.get(key, 0) + 1
        if hits > self._most:
            raise TooManyRequests(max(1, math.ceil((minute + 1) * 60 - now)))


class RateLimits:
    """While Valkey is away, each process counts for itself: laxer, but neither open nor closed."""

    def __init__(self, valkey_url: str | None = None) -> None:
        self._own = MovingWindowRateLimiter(_Memory())
        self._pool = _pool(valkey_url) if valkey_url else None
        self._shared = _shared(self._pool) if self._pool else None
        self._away_until = 0.0
        self._parsed: dict[str, RateLimitItem] = {}
        self._turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def in_turn(self, name: str, *who: str) -> AsyncGenerator[None]:
        """One at a time between `check` and `count`, in this process: many at once are no way round a limit."""
        turn = self._turns.setdefault((name, *who), asyncio.Lock())
        async with turn:
            yield

    async def hit(self, limit: str, name: str, *who: str) -> None:
        """Count one hit of `name` by `who` against `limit` ("5/minute"). Raises `TooManyRequests`."""
        if not await self._try(limit, name, *who):
            await self._refuse(limit, name, *who)

    async def check(self, limit: str, name: str, *who: str) -> None:
        """As `hit`, but counts nothing: for limits on failures, which `count` counts."""
        if not await self._try(limit, name, *who, cost=0):
            await self._refuse(limit, name, *who)

    async def count(self, limit: str, name: str, *who: str) -> None:
        await self._try(limit, name, *who)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()

    async def _try(self, limit: str, *key: str, cost: int = 1) -> bool:
        item = self._item(limit)
        for window in self._windows():
            try:
                return await (window.hit(item, *key) if cost else window.test(item, *key))
            except StorageError as error:
                self._leave_alone(error)
        raise AssertionError("memory is always there")

    async def _refuse(self, limit: str, *key: str) -> None:
        for window in self._windows():
            try:
                stats = await window.get_window_stats(self._item(limit), *key)
            except StorageError as error:
                self._leave_alone(error)
            else:
                raise TooManyRequests(max(1, math.ceil(stats.reset_time - time.time())))

    def _windows(self) -> list[MovingWindowRateLimiter]:
        """Where to count: the first that answers."""
        if self._shared is None or time.monotonic() < self._away_until:
            return [self._own]
        return [self._shared, self._own]

    def _leave_alone(self, error: StorageError) -> None:
        self._away_until = time.monotonic() + VALKEY_PAUSE
        log.warning("Valkey does not answer: this process counts rate limits for itself", error=str(error))

    def _item(self, limit: str) -> RateLimitItem:
        if limit not in self._parsed:
            self._parsed[limit] = parse(limit)
        return self._parsed[limit]


class _Memory(MemoryStorage):
    """Forgets what is over now and then: the library's own asks a thread about every key after each hit."""

    def __init__(self) -> None:
        super().__init__()
        self._forget_at = 0.0

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """As the library has it, the newest first; nothing is awaited, so nothing is locked."""
        now = time.time()
        if now >= self._forget_at:
            self._forget(now)
        hits = self.events.setdefault(key, [])
        if amount > limit or (len(hits) > limit - amount and hits[limit - amount].expiry >= now):
            return False
        hits[:0] = [Entry(expiry)] * amount
        del hits[limit:]
        return True

    def _forget(self, now: float) -> None:
        self._forget_at = now + FORGOTTEN_EVERY
        self.events = {key: hits for key, hits in self.events.items() if hits and hits[0].expiry >= now}


def create_rate_limits(settings: Settings) -> RateLimits:
    return RateLimits(settings.valkey_url.get_secret_value() if settings.valkey_url else None)


def _pool(url: str) -> "ConnectionPool":
    """Connects on first use. Raises ValueError when `url` is none of Valkey's or Redis's."""
    from valkey.asyncio import ConnectionPool

    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("valkey", "valkeys", "redis", "rediss"):
        raise ValueError("STORECAST_VALKEY_URL: must start with valkey://, valkeys://, redis:// or rediss://")
    return ConnectionPool.from_url(
        f"{scheme.replace('redis', 'valkey')}://{rest}",
        socket_timeout=VALKEY_TIMEOUT,
        socket_connect_timeout=VALKEY_TIMEOUT,
    )


def _shared(pool: "ConnectionPool") -> MovingWindowRateLimiter:
    storage = RedisStorage(
        "async+valkey://",
        wrap_exceptions=True,
        key_prefix="storecast:limits",
        connection_pool=pool,  # type: ignore[arg-type]  # handed on to the client as it is
    )
    return MovingWindowRateLimiter(storage)
