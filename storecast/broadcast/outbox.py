"""Hooks that must arrive, in order: kept and repeated while the API is away. Shows go on meanwhile."""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec
import structlog

from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.tasks import supervise

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger()


class Outbox:
    """One session's hooks. A call the API refuses is logged and not repeated."""

    def __init__(self, client: HookClient) -> None:
        self._client = client
        self._waiting: deque[tuple[str, msgspec.Struct, Callable[[], None] | None]] = deque()
        self._task: asyncio.Task[None] | None = None

    def send(self, path: str, payload: msgspec.Struct, then: Callable[[], None] | None = None) -> None:
        """Queue a call; `then` runs once it was answered. A session makes a handful of them, so the queue is short."""
        self._waiting.append((path, payload, then))
        if self._task is None or self._task.done():
            self._task = supervise(self._deliver, "telling the API of a session")

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def drain(self, timeout: float) -> bool:
        """Wait until everything is delivered, `timeout` seconds at most; whether it is."""
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task], timeout=timeout)
        return not self._waiting

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _deliver(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while self._waiting:
            path, payload, then = self._waiting[0]
            try:
                await self._client.call(path, payload, object)
            except HookUnavailable as error:
                log.warning("the API cannot be told yet", hook=path, error=str(error), waiting=len(self._waiting))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            except HookRefused as error:
                log.error("the API refused a hook", hook=path, status=error.status, error=error.message)
            except msgspec.DecodeError as error:
                log.error("the API's answer cannot be read", hook=path, error=str(error))
            self._waiting.popleft()
            pause = FIRST_PAUSE_SECONDS
            if then is not None:
                then()
