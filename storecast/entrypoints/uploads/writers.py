"""Who writes uploads in this process: one connection each, which another takes the place of once nothing comes by it.

A network that went away closes no connection, so that the old one looks alive when its sender is back on another.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from storecast.domains.media.uploads.errors import Locked, TooManyAtOnce
from storecast.domains.media.uploads.partials import AGAIN, Partial, Partials

IDLE = 10.0  # seconds without a byte, after which a connection gives way
AT_ONCE = 20  # uploads of one network that are written
LET_GO = 5.0  # seconds that a connection has to give way
THREADS = 4  # a slow disk holds up uploads alone

T = TypeVar("T")


class Displaced(Exception):
    """Somebody else goes on with the upload."""


class Writer:
    """A connection that writes an upload."""

    def __init__(self, caller: str, threads: ThreadPoolExecutor) -> None:
        self.caller = caller
        self.partial: Partial
        self._threads = threads
        self._task = asyncio.current_task()
        self._heard = time.monotonic()
        self._at_disk: asyncio.Future[object] | None = None
        self._displaced = False
        self.gone = asyncio.Event()

    @property
    def idle(self) -> bool:
        return self._at_disk is None and time.monotonic() - self._heard >= IDLE

    def heard(self) -> None:
        """A byte came."""
        self._heard = time.monotonic()

    async def at_disk(self, do: Callable[[], T]) -> T:
        """Done in a thread, and to its end: whatever cancels this, the lock is not let go of before."""
        doing = asyncio.get_running_loop().run_in_executor(self._threads, do)
        self._at_disk = doing  # type: ignore[assignment]
        try:
            return await self.unless_displaced(asyncio.shield(doing))
        finally:
            if not doing.done():
                await asyncio.wait({doing})
            self._at_disk = None
            self.heard()

    def displace(self) -> None:
        self._displaced = True
        if self._task is not None:
            self._task.cancel()

    async def unless_displaced(self, waiting: Awaitable[T]) -> T:
        """Raises `Displaced`."""
        try:
            return await waiting
        except asyncio.CancelledError:
            if not self._displaced or self._task is None:
                raise
            self._task.uncancel()
            raise Displaced from None


class Writers:
    def __init__(self, partials: Partials) -> None:
        self._partials = partials
        self._writing: dict[str, Writer] = {}
        self._threads = ThreadPoolExecutor(THREADS, "uploads")

    @asynccontextmanager
    async def writing(self, upload_id: str, caller: str) -> AsyncGenerator[Writer]:
        """Have the upload for oneself. Raises `Locked`, `TooManyAtOnce`, `DiskFull`."""
        if (other := self._writing.get(upload_id)) is not None:
            if not other.idle:
                raise Locked(AGAIN)
            await self._displace(upload_id, other)
        if sum(writer.caller == caller for writer in self._writing.values()) >= AT_ONCE:
            raise TooManyAtOnce(AGAIN)
        writer = self._writing[upload_id] = Writer(caller, self._threads)
        try:
            writer.partial = self._partials.open(upload_id)
            try:
                yield writer
            finally:
                writer.partial.close()
        finally:
            del self._writing[upload_id]
            writer.gone.set()

    async def stop(self, upload_id: str) -> None:
        """Have nobody write an upload that is cancelled. Raises `Locked` where the disk does not let go of it."""
        if (writer := self._writing.get(upload_id)) is not None:
            await self._displace(upload_id, writer)

    async def _displace(self, upload_id: str, writer: Writer) -> None:
        """Raises `Locked`."""
        writer.displace()
        try:
            async with asyncio.timeout(LET_GO):
                await writer.gone.wait()
        except TimeoutError:
            raise Locked(AGAIN) from None
        if upload_id in self._writing:  # somebody was quicker
            raise Locked(AGAIN)
