"""Rate limits: so many hits a window, per key. Counted in Valkey for all machines, else by all processes of one."""

import math
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import lru_cache

import structlog

from storecast.kit.errors import TooManyRequests
from storecast.kit.settings import Settings
from storecast.kit.shared.counts import Window
from storecast.kit.shared.machine import Machine
from storecast.kit.valkey_limits import ValkeyAway, ValkeyLimits

VALKEY_PAUSE = 5.0  # seconds a Valkey that failed is left alone

_LIMIT = re.compile(r"(\d+)/(\d*) ?(second|minute|hour|day)s?")
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3_600.0, "day": 86_400.0}

log = structlog.get_logger()


class RateLimits:
    """While Valkey is away, each machine counts for itself: laxer, but neither open nor closed."""

    def __init__(self, machine: Machine, valkey_url: str | None = None) -> None:
        self._machine = machine
        self._shared = ValkeyLimits(valkey_url) if valkey_url else None
        self._away_until = 0.0

    @asynccontextmanager
    async def in_turn(self, name: str, *who: str) -> AsyncGenerator[None]:
        """One at a time between `check` and `count`: many at once are no way round a limit."""
        async with self._machine.turns.turn(name, *who):
            shared = self._counting()
            if shared is None:
                yield
                return
            turn = None
            try:
                turn = await shared.take_turn(name, *who)
            except ValkeyAway as error:
                self._leave_alone(error)
            try:
                yield
            finally:
                if turn is not None:
                    await shared.end_turn(turn)

    async def hit(self, limit: str, name: str, *who: str) -> None:
        """Count one hit of `name` by `who` against `limit` ("5/minute"). Raises `TooManyRequests`."""
        _refuse(await self._try(limit, name, *who))

    async def check(self, limit: str, name: str, *who: str) -> None:
        """As `hit`, but counts nothing: for limits on failures, which `count` counts."""
        if (shared := self._counting()) is not None:
            try:
                return _refuse(await shared.look(limit, name, *who))
            except ValkeyAway as error:
                self._leave_alone(error)
        _refuse(self._machine.counts.look(window_of(limit), limit, name, *who))
        return None

    async def count(self, limit: str, name: str, *who: str) -> None:
        await self._try(limit, name, *who)

    def hit_here(self, limit: str, name: str, *who: str) -> None:
        """As `hit`, by this machine's processes alone: for what comes more often than Valkey can be asked."""
        _refuse(self._machine.counts.hit(window_of(limit), limit, name, *who))

    async def close(self) -> None:
        if self._shared is not None:
            await self._shared.close()

    async def _try(self, limit: str, *key: str) -> float:
        """Seconds until there is room, 0 where there was."""
        if (shared := self._counting()) is not None:
            try:
                return await shared.hit(limit, *key)
            except ValkeyAway as error:
                self._leave_alone(error)
        return self._machine.counts.hit(window_of(limit), limit, *key)

    def _counting(self) -> ValkeyLimits | None:
        return None if time.monotonic() < self._away_until else self._shared

    def _leave_alone(self, error: ValkeyAway) -> None:
        self._away_until = time.monotonic() + VALKEY_PAUSE
        log.warning("Valkey does not answer: this machine counts rate limits for itself", error=str(error))


@lru_cache(1_000)
def window_of(limit: str) -> Window:
    """Of "20/10 seconds", "5/minute". Raises `ValueError`."""
    found = _LIMIT.fullmatch(limit)
    if found is None:
        raise ValueError(f"not a limit: {limit!r}")
    most, times, unit = found.groups()
    return Window(int(most), int(times or 1) * _SECONDS[unit])


def create_rate_limits(settings: Settings, machine: Machine) -> RateLimits:
    return RateLimits(machine, settings.valkey_url.get_secret_value() if settings.valkey_url else None)


def _refuse(seconds: float) -> None:
    if seconds:
        raise TooManyRequests(max(1, math.ceil(seconds)))
