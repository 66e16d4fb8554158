"""Keeps a room's history up with the event log: one fetch at a time, however many events are announced."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from storecast.contracts import hooks
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.tasks import supervise
from storecast.realtime.metrics import Metrics
from storecast.realtime.recovery import Entry, History, runs_on

COALESCE_SECONDS = 0.02  # between two fetches of a room, so that a storm is fetched and written in batches
FIRST_RETRY = 0.1
LONGEST_RETRY = 5.0
READY_SECONDS = 8.0

log = structlog.get_logger()

Deliver = Callable[[int, list[Entry]], Awaitable[None]]
Restart = Callable[[], Awaitable[None]]


class Feed:
    """`seq` is the room's newest event as far as known."""

    def __init__(self, room_id: str, seq: int, client: HookClient, metrics: Metrics) -> None:
        self.history = History(seq)
        self._room_id = room_id
        self._client = client
        self._metrics = metrics
        self._announced = seq
        self._deliver: Deliver | None = None
        self._restart: Restart | None = None
        self._stale = True  # something may have happened that nobody announced to us
        self._awake = False  # somebody is in the room
        self._current = False  # the history has been up with the log since we woke
        self._waiting: list[asyncio.Future[None]] = []
        self._pump: asyncio.Task[None] | None = None
        self._backfill = asyncio.Lock()
        self._lost = -1  # events after this seq cannot be had any more

    def follow(self, deliver: Deliver, restart: Restart) -> None:
        """`deliver(before, entries)` is told each batch, `restart` that events were lost."""
        self._deliver, self._restart = deliver, restart

    def announce(self, seq: int) -> None:
        """The log has an event `seq`."""
        self._announced = max(self._announced, seq)
        self._run()

    def suspect(self) -> None:
        """Announcements may have been lost: look."""
        self._stale = True
        self._run()

    def forget(self) -> None:
        """The log says less than it did: fetch what somebody missed from there again."""
        self.history.restart(self.history.head)

    def wake(self) -> None:
        self._awake = True
        self._run()

    def rest(self) -> None:
        """Nobody is in the room: fetch nothing until somebody is."""
        self._awake = self._current = False
        self._stale = True

    def close(self) -> None:
        if self._pump:
            self._pump.cancel()
        for waiting in self._waiting:
            waiting.cancel()

    async def ready(self, since: int | None) -> None:
        """Wait until the history is current and, if the log is, up to `since`. Raises `HookUnavailable`."""
        if self._current and (since is None or since <= self.history.head):
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self.suspect()
        try:
            await asyncio.wait_for(waiting, READY_SECONDS)
        except TimeoutError as error:
            raise HookUnavailable("the event log does not answer") from error

    async def recover(self, since: int) -> bool:
        """Have the history cover `since`; False when the events are gone. Raises `HookUnavailable`, `HookRefused`."""
        history = self.history
        history.trim(time.monotonic())
        if history.covers(since) or since > history.head or since <= self._lost:
            return history.covers(since)
        async with self._backfill:  # many come back at once, one asks
            if not history.covers(since) and since > self._lost:
                page = await self._fetch(since)
                if runs_on(page, since):
                    history.prepend(page.events, time.monotonic())
                else:
                    self._lost = max(self._lost, since)
        return history.covers(since)

    def _run(self) -> None:
        if self._awake and self._behind() and self._pump is None:
            self._pump = supervise(self._catch_up, f"fetching events of room {self._room_id}")
            self._pump.add_done_callback(self._stopped)

    def _behind(self) -> bool:
        return self._stale or self._announced > self.history.head

    def _stopped(self, task: asyncio.Task[None]) -> None:
        self._pump = None
        if not task.cancelled():
            self._run()  # who came into the room while it was ending found it at work still

    async def _catch_up(self) -> None:
        try:
            await self._fetch_all()
        except Exception:
            self._stale = True
            raise

    async def _fetch_all(self) -> None:
        retry = FIRST_RETRY
        while self._awake and self._behind():
            stale, self._stale = self._stale, False
            announced = self._announced
            waiting, self._waiting = self._waiting, []
            try:
                page = await self._fetch(self.history.head)
            except (HookUnavailable, HookRefused) as error:
                self._stale = self._stale or stale
                self._waiting += waiting
                log.warning("events of a room cannot be fetched; trying again", room=self._room_id, error=str(error))
                await asyncio.sleep(retry)
                retry = min(retry * 2, LONGEST_RETRY)
                continue
            retry = FIRST_RETRY
            if page.seq < announced == self._announced:  # it was not committed after all
                self._announced = page.seq
            await self._take(page, waiting)
            await asyncio.sleep(COALESCE_SECONDS)

    async def _take(self, page: hooks.EventsPage, waiting: list[asyncio.Future[None]]) -> None:
        if self._deliver is None or self._restart is None:
            raise RuntimeError("nobody follows this feed")
        before = self.history.head
        whole = runs_on(page, before)
        entries: list[Entry] = []
        if whole:
            entries = self.history.append(page.events, time.monotonic())
            self._announced = max(self._announced, page.seq)
        else:
            self._lost = page.seq - 1
            self._announced = page.seq
            self.history.restart(page.seq)
        if self.history.head >= page.seq:
            self._current = True
            for each in waiting:
                if not each.done():
                    each.set_result(None)
        else:
            self._waiting += waiting
        if entries:
            await self._deliver(before, entries)
        elif not whole:
            log.warning("a room's events are lost; its clients reload", room=self._room_id, before=before, now=page.seq)
            await self._restart()

    async def _fetch(self, since: int) -> hooks.EventsPage:
        self._metrics.fetches.inc()
        request = hooks.EventsRequest(self._room_id, since)
        try:
            return await self._client.call(hooks.EVENTS, request, hooks.EventsPage)
        except msgspec.DecodeError as error:
            raise HookUnavailable(f"not an events page: {error}") from error
