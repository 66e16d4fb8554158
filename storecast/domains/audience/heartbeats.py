"""Heartbeats: taken in memory, written in batches once a second, counted, and told to the rooms.

Each view is written by itself, for figures: of the show or of one video, as it began. Who watches a video is not
counted among those who watch the show; whoever has several tabs open is one viewer. A crash loses at most the last
second.
"""

import asyncio
from datetime import datetime, timedelta

import structlog
from msgspec import Struct
from sqlalchemy import delete, text

from storecast.domains.audience.events import ViewersCounted
from storecast.domains.audience.live_views import GONE_AFTER, LiveViews
from storecast.domains.audience.models import View
from storecast.domains.channels.access import Act
from storecast.kit.bus import Bus
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.events import EVERYBODY, Events
from storecast.kit.networks import network
from storecast.kit.rate_limits import LocalLimit, RateLimits
from storecast.kit.tasks import supervise

log = structlog.get_logger()

FLUSH_SECONDS = 1.0
HEARTBEATS = 6_000  # a minute from one network: a whole office may watch behind it
NEW_VIEWS = "3000/hour"  # from one network: each is a row that stays
MOST_WAITING = 50_000  # views between two flushes; one more waits for its next heartbeat
KEPT = timedelta(days=400)  # a year can be compared with the one before


class Place(Struct, frozen=True):
    """Where in which video a viewer is."""

    media_id: int
    second: float | None  # None where it is not told


_UPSERT = text(
    """
    INSERT INTO views (channel_id, view_hash, viewer_hash, started_at, seen_at, media_id, media_at)
    SELECT channel_id, view_hash, viewer_hash, seen_at, seen_at, media_id, media_at
    FROM unnest(
        CAST(:channels AS bigint[]), CAST(:views AS text[]), CAST(:viewers AS text[]), CAST(:seen AS timestamptz[]),
        CAST(:media AS bigint[]), CAST(:places AS double precision[])
    ) AS beat (channel_id, view_hash, viewer_hash, seen_at, media_id, media_at)
    WHERE EXISTS (SELECT FROM channels WHERE channels.id = channel_id)
        AND (media_id IS NULL OR EXISTS (SELECT FROM media WHERE media.id = beat.media_id))
    ORDER BY channel_id, view_hash
    ON CONFLICT (channel_id, view_hash) DO UPDATE
        SET seen_at = greatest(views.seen_at, excluded.seen_at), media_at = excluded.media_at
        WHERE views.media_id IS NOT DISTINCT FROM excluded.media_id
    """
)
_COUNT = text(
    """
    SELECT channels.id, channels.hash_id, channels.show_viewers, count(DISTINCT viewer_hash)
    FROM channels LEFT JOIN views ON views.channel_id = channels.id AND views.seen_at > :since
        AND views.media_id IS NULL
    WHERE channels.id = ANY(:channels) GROUP BY channels.id
    """
)


class Beat(Struct, frozen=True):
    """What waits to be written of a view."""

    viewer: str
    seen_at: datetime
    place: Place | None


class HeartbeatBuffer:
    """One a process. `beat` is the hot path: dictionary entries, no waiting."""

    def __init__(self, databases: DatabaseMaker, bus: Bus, limits: RateLimits) -> None:
        self._limits = limits
        self._beats = LocalLimit(HEARTBEATS)
        self._databases = databases
        self._bus = bus
        self._live = LiveViews()
        self._waiting: dict[tuple[int, str], Beat] = {}
        self._counts: dict[int, int] = {}
        self._shown: dict[int, int] = {}  # of channels that tell their viewers
        self._task: asyncio.Task[None] | None = None

    async def beat(
        self, channel_id: int, view: str, viewer: str, address: str, now: datetime, place: Place | None = None
    ) -> int:
        """Note that `view` goes on, unless it is one too many from `address`. `place` is for who watches a video.

        Answers how many were watching at the last count, 1 where that is not shown. Raises `TooManyRequests`.
        """
        home = network(address)
        self._beats.hit(home)
        if self._live.would_add(channel_id, view, home):
            await self._limits.hit(NEW_VIEWS, "view", home)
        if self._live.admit(channel_id, view, home, now) and len(self._waiting) < MOST_WAITING:
            self._waiting[(channel_id, view)] = Beat(viewer, now, place)
        return max(1, self._shown.get(channel_id, 0))

    def start(self) -> None:
        self._task = supervise(self._run, "writing heartbeats")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._try_flush()

    async def flush(self, now: datetime) -> None:
        """Write what waits, count every channel watched, and tell the rooms whose number changed."""
        self._live.forget_gone(now)
        batch, self._waiting = self._waiting, {}
        channels = {channel_id for channel_id, _ in batch} | set(self._counts)
        if not channels:
            return
        try:
            async with transaction(self._databases) as db:
                if batch:
                    await db.execute(
                        _UPSERT,
                        {
                            "channels": [channel_id for channel_id, _ in batch],
                            "views": [view for _, view in batch],
                            "viewers": [beat.viewer for beat in batch.values()],
                            "seen": [beat.seen_at for beat in batch.values()],
                            "media": [beat.place and beat.place.media_id for beat in batch.values()],
                            "places": [beat.place and beat.place.second for beat in batch.values()],
                        },
                    )
                rows = await db.execute(_COUNT, {"channels": list(channels), "since": now - GONE_AFTER})
                counts = rows.all()
                for channel_id, room_id, shown, viewers in counts:
                    if self._counts.get(channel_id, 0) != viewers:
                        audience = EVERYBODY if shown else Act.SEE_STATS
                        await Events(db, self._bus).figure(room_id, ViewersCounted(viewers), to=audience)
        except BaseException:
            self._waiting = {**batch, **self._waiting}  # the next flush tries again
            raise
        self._counts = {channel_id: viewers for channel_id, _, _, viewers in counts if viewers}
        self._shown = {channel_id: viewers for channel_id, _, shown, viewers in counts if shown}

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self._try_flush()

    async def _try_flush(self) -> None:
        try:
            await self.flush(utcnow())
        except Exception as error:  # whatever it is: nobody else counts viewers, so the next second tries again
            log.warning("heartbeats wait: they cannot be written", waiting=len(self._waiting), error=str(error))


async def forget_views(db: Database, now: datetime) -> None:
    """Delete the views nobody's figures go back to."""
    await db.execute(delete(View).where(View.seen_at <= now - KEPT))
