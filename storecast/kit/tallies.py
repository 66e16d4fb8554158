"""Figures that many change at once, as reactions and votes: counted and told each half second, however many cause it.

Whoever changes one notes what is to be counted anew; the totals come from the database, so that processes which count
the same at once say the same.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial

import structlog

from storecast.kit.bus import Bus
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.events import Events, RoomFigure
from storecast.kit.tasks import supervise

SUM_SECONDS = 0.5

log = structlog.get_logger()

Count = Callable[[Database, Collection[int]], Awaitable[Iterable[tuple[str, RoomFigure]]]]
"""Counts things anew, by their numbers: what to tell which room (its id). A figure is 7,000 bytes at most."""


class Tallies:
    """One a process."""

    def __init__(self, databases: DatabaseMaker, bus: Bus) -> None:
        self._databases = databases
        self._bus = bus
        self._changed: defaultdict[Count, set[int]] = defaultdict(set)
        self._any = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def changed(self, db: Database, count: Count, number: int) -> None:
        """Have `number` counted anew by `count` once what was done with `db` is committed."""
        db.afterwards(partial(self.note, count, number))

    def note(self, count: Count, number: int) -> None:
        """Have `number` counted by `count` though nothing was written, as of what is summed in memory."""
        self._changed[count].add(number)
        self._any.set()

    def start(self) -> None:
        self._task = supervise(self._run, "telling rooms their figures")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def flush(self) -> None:
        """Count and tell what has changed. What cannot be told now is told by the next."""
        changed, self._changed = self._changed, defaultdict(set)
        try:
            async with transaction(self._databases) as db:
                events = Events(db, self._bus)
                for count, numbers in changed.items():
                    for room_id, figure in await count(db, sorted(numbers)):
                        await events.figure(room_id, figure)
        except BaseException:
            for count, numbers in changed.items():
                self._changed[count] |= numbers
            raise

    async def _run(self) -> None:
        while True:
            await self._any.wait()
            await asyncio.sleep(SUM_SECONDS)
            self._any.clear()
            try:
                await self.flush()
            except Exception as error:  # whatever it is: nobody else tells them, so the next half second tries again
                log.warning("figures wait: they cannot be counted", error=str(error))
                self._any.set()
