"""Heartbeats: taken in memory, written in batches twice a second, counted, and told to the rooms.

Who watches a video is not counted among those who watch the show; whoever has several tabs open is one viewer. A crash
of this process loses at most the last second. While the database is away they wait, and are written once it is back,
each once.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import structlog
from msgspec import Struct

from storecast.domains.audience.beats import Beat, Beats
from storecast.domains.audience.counting import Counting
from storecast.domains.audience.models import DAILY
from storecast.domains.audience.repository import KEPT_DAYS, AudienceRepository, Span
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import DatabaseMaker, transaction
from storecast.kit.ids import public_id
from storecast.kit.networks import network
from storecast.kit.partitions import drop_days, make_days
from storecast.kit.rate_limits import RateLimits
from storecast.kit.shared.crowds import Crowds
from storecast.kit.tasks import supervise

log = structlog.get_logger()

FLUSH_SECONDS = 0.5
HEARTBEATS = "6000/minute"  # from one network: a whole office may watch behind it
MOST_FROM_ADDRESS = 500  # views of one channel at once: carriers and offices share addresses
NEW_VIEWS = "3000/hour"  # from one network: each is a row that stays
AHEAD = timedelta(days=3)  # that days' parts are made before they come
WRITERS_KEPT = timedelta(days=1)


class Place(Struct, frozen=True):
    """Where in which video a viewer is."""

    media_id: int
    second: float | None  # None where it is not told


class Noted(Struct, frozen=True):
    """What whoever beats is told."""

    viewers: int  # at the last count, 1 where that is not shown
    counted: bool  # whether the view is


class _Batch(Struct, frozen=True):
    number: int
    minutes: dict[int, list[Beat]]


class HeartbeatBuffer:
    """One a process. `again` and `beat` are the hot path: dictionary entries, no waiting."""

    def __init__(self, databases: DatabaseMaker, bus: Bus, limits: RateLimits, crowds: Crowds) -> None:
        self._limits = limits
        self._crowds = crowds
        self._databases = databases
        self._beats = Beats()
        self._counting = Counting(databases, bus)
        self._writer = public_id()
        self._batches = 0
        self._batch: _Batch | None = None  # that is being written, or was to be
        self._days: set[date] = set()  # whose parts are there
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def again(self, channel_id: int, view: str, viewer: str, address: str, now: datetime) -> Noted | None:
        """As `beat`, of a view of a show that goes on; None of any other. Raises `TooManyRequests`, `TooManyBeats`."""
        if not self._beats.knows(channel_id, view):
            return None
        self._limits.hit_here(HEARTBEATS, "beat", network(address))
        noted = self._beats.note(channel_id, view, viewer, None, None, _milliseconds(now))
        return Noted(self._counting.shown(channel_id), noted)

    async def beat(
        self, channel_id: int, view: str, viewer: str, address: str, now: datetime, place: Place | None = None
    ) -> Noted:
        """Note that `view` goes on. It is not counted where it is one too many from `address`, or began as another's.

        `place` is for who watches a video. Raises `TooManyRequests`, and `TooManyBeats` where no more can be held.
        """
        home = network(address)
        self._limits.hit_here(HEARTBEATS, "beat", home)
        moment = _milliseconds(now)
        media_id, second = (None, None) if place is None else (place.media_id, place.second)
        if not self._beats.knows(channel_id, view):
            self._beats.require_room()
            crowd = (str(channel_id), home)
            # Where it would not join, another process knows it, or it is one too many.
            if self._crowds.would_join(crowd, view, MOST_FROM_ADDRESS):
                await self._limits.hit(NEW_VIEWS, "view", home)
            if not self._crowds.admit(crowd, view, MOST_FROM_ADDRESS):
                return Noted(self._counting.shown(channel_id), False)
        if not self._beats.knows(channel_id, view):
            self._beats.begin(channel_id, view, home, media_id, moment)
        noted = self._beats.note(channel_id, view, viewer, media_id, second, moment)
        return Noted(self._counting.shown(channel_id), noted)

    def start(self) -> None:
        self._task = supervise(self._run, "writing heartbeats")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._try_flush()  # what was being written
        if self._beats.waiting:
            await self._try_flush()  # what came meanwhile

    async def flush(self, now: datetime) -> None:
        """Write what waits, count every channel watched, and tell the rooms whose number changed."""
        async with self._one:
            self._beats.forget_gone(_milliseconds(now))
            for channel_id, view, home in self._beats.to_renew():
                self._crowds.admit((str(channel_id), home), view, MOST_FROM_ADDRESS)
            if self._batch is None and self._beats.waiting:
                self._batches += 1
                self._batch = _Batch(self._batches, self._beats.take())
            if self._batch is not None:
                try:
                    await self._write(self._batch, now)
                except BaseException:
                    self._days.clear()
                    raise
                self._counting.watch({beat.channel_id for beats in self._batch.minutes.values() for beat in beats})
                self._batch = None
                self._beats.written()
            await self._counting.count(now, self._have_days)

    async def _write(self, batch: _Batch, now: datetime) -> None:
        async with transaction(self._databases) as db:
            repository = AudienceRepository(db)
            beats = [beat for minute in batch.minutes.values() for beat in minute]
            spans = await repository.spans(
                {beat.channel_id for beat in beats},
                {beat.media_id for beat in beats if beat.media_id is not None},
                _moment(min(beat.first for beat in beats)),
            )
        minutes = {_moment(minute): part for minute, part in batch.minutes.items()}
        days = {minute.date() for minute in minutes}
        members = {day for span in spans for today in days if (day := span.member_day(today)) is not None}
        await self._have_days(days | members)
        async with transaction(self._databases) as db:
            repository = AudienceRepository(db)
            if await repository.begin_batch(self._writer, batch.number, now):
                await repository.lock({span.audience_id for span in spans})
                for minute, part in minutes.items():
                    await repository.write(minute, *_sorted_out(part, spans))

    async def _have_days(self, days: set[date]) -> None:
        """Whoever keeps time makes them ahead; but the clock may have been set, or nobody have kept it."""
        if not days <= self._days:
            await make_days(self._databases, DAILY, days)
            self._days |= days

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self._try_flush()

    async def _try_flush(self) -> None:
        try:
            await self.flush(utcnow())
        except Exception as error:  # whatever it is: nobody else counts viewers, so the next time tries again
            log.warning("heartbeats wait: they cannot be written", waiting=self._beats.waiting, error=str(error))


async def keep_days(databases: DatabaseMaker, now: datetime) -> None:
    """Make the days to come, and drop the ones nobody's figures go back to."""
    today = now.date()
    await make_days(databases, DAILY, {today + timedelta(days=ahead) for ahead in range(AHEAD.days + 1)})
    await drop_days(databases, DAILY, today - timedelta(days=KEPT_DAYS))
    async with transaction(databases) as db:
        await AudienceRepository(db).forget_writers(now - WRITERS_KEPT)


def _sorted_out(beats: Sequence[Beat], spans: Sequence[Span]) -> tuple[list[Beat], list[int]]:
    """The beats of what is still there, and whose audience each is of."""
    of: dict[tuple[int, int | None], list[Span]] = {}
    for span in sorted(spans, key=lambda span: span.since, reverse=True):
        of.setdefault((span.channel_id, span.media_id), []).append(span)
    kept, audiences = [], []
    for beat in beats:
        its = of.get((beat.channel_id, beat.media_id))
        if its is None:
            continue
        kept.append(beat)
        audiences.append(its[0].audience_id if len(its) == 1 else _audience(its, _moment(beat.last)))
    return kept, audiences


def _audience(spans: Sequence[Span], at: datetime) -> int:
    """Of spans of one channel, the last to begin first; between shows is the longest of them all."""
    return next(span.audience_id for span in spans if span.since <= at <= span.until)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
