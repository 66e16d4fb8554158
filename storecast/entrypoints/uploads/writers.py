"""Who writes uploads: one connection each, which another takes the place of once nothing comes by it.

A network that went away closes no connection, so that the old one looks alive when its sender is back on another. Where
that comes to another process, the one that writes hears of it within a second.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from storecast.domains.media.uploads.errors import Locked, TooManyAtOnce
from storecast.domains.media.uploads.partials import AGAIN, Partial, Partials
from storecast.kit.shared.machine import Machine

IDLE = 10.0  # seconds without a byte, after which a connection gives way
AT_ONCE = 20  # uploads of one network that are written
LET_GO = 5.0  # seconds that a connection has to give way
LOOK_SECONDS = 1.0  # between two looks what other processes ask for
THREADS = 4  # a slow disk holds up uploads alone

T = TypeVar("T")


class Displaced(Exception):
    """Somebody else goes on with the upload."""


class Writer:
    """A connection that writes an upload."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.partial: Partial
        self._threads = threads
        self._task = asyncio.current_task()
        self._heard = time.monotonic()
        self._at_disk: asyncio.Future[object] | None = None
        self._displaced = False
        self.since = time.monotonic_ns()
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
    def __init__(self, partials: Partials, machine: Machine) -> None:
        self._partials = partials
        self._turns = machine.turns
        self._asked = machine.marks  # of the other processes: when an upload was wanted or cancelled last
        self._looking: asyncio.TimerHandle | None = None
        self._writing: dict[str, Writer] = {}
        self._threads = ThreadPoolExecutor(THREADS, "uploads")

    @asynccontextmanager
    async def writing(self, upload_id: str, caller: str) -> AsyncGenerator[Writer]:
        """Have the upload for oneself. Raises `Locked`, `TooManyAtOnce`, `DiskFull`."""
        if (other := self._writing.get(upload_id)) is not None:
            if not other.idle:
                raise Locked(AGAIN)
            await self._displace(upload_id, other)
        with self._turns.seat(AT_ONCE, "upload", caller) as has:
            if not has:
                raise TooManyAtOnce(AGAIN)
            writer = self._writing[upload_id] = Writer(self._threads)
            try:
                writer.partial = self._open(upload_id)
                self._look()
                try:
                    yield writer
                finally:
                    writer.partial.close()
            finally:
                del self._writing[upload_id]
                writer.gone.set()

    async def stop(self, upload_id: str) -> None:
        """Have nobody write an upload that is cancelled. Raises `Locked` where the disk does not let go of it."""
        self._asked.raise_to(time.monotonic_ns(), "cancelled", upload_id)
        if (writer := self._writing.get(upload_id)) is not None:
            await self._displace(upload_id, writer)

    def _open(self, upload_id: str) -> Partial:
        try:
            return self._partials.open(upload_id)
        except Locked:  # another process writes it
            self._asked.raise_to(time.monotonic_ns(), "wanted", upload_id)
            raise

    def _look(self) -> None:
        """Give way to who asked another process for an upload, as long as any is written."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        for upload_id, writer in self._writing.items():
            if self._asked.at("cancelled", upload_id) > writer.since or (
                writer.idle and self._asked.at("wanted", upload_id) > writer.since
            ):
                writer.displace()
        if self._writing:
            self._looking = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

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
