"""Questions asked of the audience's tables, and what is written to them."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct, structs

from storecast.domains.audience.beats import GONE_AFTER, MINUTE_MS, Beat
from storecast.domains.audience.models import Audience
from storecast.kit.database import Database

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
KEPT_DAYS = 400  # a year can be compared with the one before

# What beats of these channels and videos, since a moment, are of: between shows, a show, a video.
_SPANS = """
    SELECT channels.id AS channel_id, NULL::text AS session_id, NULL::bigint AS media_id, audiences.id AS audience_id,
        NULL::date AS day, NULL::timestamptz AS since, NULL::timestamptz AS until
    FROM channels LEFT JOIN audiences
        ON audiences.channel_id = channels.id AND audiences.session_id IS NULL AND audiences.media_id IS NULL
    WHERE channels.id = ANY($1::bigint[])
    UNION ALL
    SELECT shows.channel_id, shows.id, NULL, audiences.id, (started_at AT TIME ZONE 'UTC')::date, started_at, ended_at
    FROM stream_sessions AS shows LEFT JOIN audiences ON audiences.session_id = shows.id
    WHERE shows.channel_id = ANY($1::bigint[]) AND (ended_at IS NULL OR ended_at >= $3) AND started_at IS NOT NULL
    UNION ALL
    SELECT media.channel_id, NULL, media.id, audiences.id, (media.created_at AT TIME ZONE 'UTC')::date, NULL, NULL
    FROM media LEFT JOIN audiences ON audiences.media_id = media.id
    WHERE media.id = ANY($2::bigint[])
"""
_MAKE = """
    INSERT INTO audiences (channel_id, session_id, media_id, day, viewers, peak, viewer_seconds, watch_seconds)
    SELECT channel_id, session_id, media_id, day, 0, 0, 0, 0
    FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::date[]) AS made (channel_id, session_id, media_id, day)
    WHERE EXISTS (SELECT FROM channels WHERE id = channel_id)
    ON CONFLICT DO NOTHING
"""
_MAKE_COUNTS = """
    INSERT INTO viewer_counts (channel_id, viewers)
    SELECT id, 0 FROM channels WHERE id = ANY($1::bigint[]) ORDER BY id ON CONFLICT DO NOTHING
"""
_LOCK = "SELECT FROM audiences WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE"
_BEGIN_BATCH = """
    INSERT INTO heartbeat_writers AS known (id, batch, at) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at WHERE known.batch < excluded.batch
    RETURNING batch
"""
# Beats of one minute. A view whose row is another video's stays what it began as. `joined` and `gained` are how the
# sums learn of each row what the write changed.
_WRITE = """
    WITH written AS (
        INSERT INTO view_days AS view (
            channel_id, view_hash, day, viewer_hash, audience_id, media_id, media_at, started_at, seen_at, seen_minute,
            beats, joined, gained
        )
        SELECT channel_id, view_hash, $10::date, viewer_hash, audience_id, media_id, media_at,
            $9::timestamptz + first * interval '1 ms', $9::timestamptz + last * interval '1 ms',
            extract(epoch FROM $9::timestamptz) / 60, beats, true, (last - first) / 1000.0
        FROM unnest(
            $1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::float8[], $7::int[], $8::int[],
            $11::int[]
        ) AS beat (channel_id, view_hash, viewer_hash, audience_id, media_id, media_at, first, last, beats)
        ORDER BY channel_id, view_hash
        ON CONFLICT (channel_id, view_hash, day) DO UPDATE SET
            audience_id = excluded.audience_id,
            media_at = excluded.media_at,
            seen_at = CASE WHEN view.seen_at > excluded.seen_at + $12::interval
                THEN excluded.seen_at ELSE greatest(view.seen_at, excluded.seen_at) END,
            seen_minute = CASE WHEN view.seen_at > excluded.seen_at + $12::interval
                THEN excluded.seen_minute ELSE greatest(view.seen_minute, excluded.seen_minute) END,
            beats = view.beats + excluded.beats,
            joined = view.audience_id IS DISTINCT FROM excluded.audience_id,
            gained = excluded.gained + CASE
                WHEN excluded.started_at BETWEEN view.seen_at AND view.seen_at + $12::interval
                THEN extract(epoch FROM excluded.started_at - view.seen_at) ELSE 0 END
            WHERE view.media_id IS NOT DISTINCT FROM excluded.media_id
        RETURNING audience_id, viewer_hash, joined, gained
    ), arrived AS (
        INSERT INTO audience_members (audience_id, viewer_hash, day)
        SELECT DISTINCT audience_id, viewer_hash, $10::date - ($10::date - audiences.day) % $13::int
        FROM written JOIN audiences ON audiences.id = audience_id
        WHERE joined AND audiences.day IS NOT NULL
        ORDER BY audience_id, viewer_hash
        ON CONFLICT DO NOTHING
        RETURNING audience_id
    ), summed AS (
        SELECT gains.audience_id, gained, coalesce(people, 0) AS arrived
        FROM (SELECT audience_id, sum(gained) AS gained FROM written GROUP BY 1) AS gains
        LEFT JOIN (SELECT audience_id, count(*) AS people FROM arrived GROUP BY 1) AS arrivals USING (audience_id)
    ), rolled_up AS (
        INSERT INTO audience_minutes AS known (
            audience_id, minute, day, arrived, peak, viewer_seconds, watch_seconds
        )
        SELECT audience_id, $9::timestamptz, $10::date, arrived, 0, 0, gained FROM summed ORDER BY audience_id
        ON CONFLICT (audience_id, minute, day) DO UPDATE SET
            arrived = known.arrived + excluded.arrived, watch_seconds = known.watch_seconds + excluded.watch_seconds
    )
    UPDATE audiences SET viewers = viewers + arrived, watch_seconds = watch_seconds + gained
    FROM summed WHERE id = audience_id
"""
_COUNTS = """
    SELECT id, hash_id, show_viewers, viewers, counted_at FROM channels JOIN viewer_counts ON channel_id = id
    WHERE id = ANY($1::bigint[])
"""
_DUE = f"""{_COUNTS} AND (counted_at IS NULL OR counted_at > $2 OR counted_at <= $3)
    ORDER BY id FOR NO KEY UPDATE OF viewer_counts SKIP LOCKED
"""
_COUNT = """
    SELECT channel_id, media_id, count(*) FROM (
        SELECT DISTINCT channel_id, media_id, viewer_hash FROM view_days
        WHERE day BETWEEN '{first}' AND '{last}' AND channel_id = ANY($1::bigint[]) AND seen_minute >= $2
            AND seen_at > $3 AND seen_at <= $4
    ) AS watching GROUP BY 1, 2
"""
_COUNTED = """
    UPDATE viewer_counts SET viewers = counted.viewers, counted_at = $3
    FROM unnest($1::bigint[], $2::int[]) AS counted (id, viewers) WHERE channel_id = id
"""
_ROLL_UP = """
    WITH counted AS (
        SELECT * FROM unnest($1::bigint[], $2::int[], $3::float8[]) AS counted (audience_id, viewers, viewer_seconds)
    ), rolled_up AS (
        INSERT INTO audience_minutes AS known (
            audience_id, minute, day, arrived, peak, viewer_seconds, watch_seconds
        )
        SELECT audience_id, $4::timestamptz, $5::date, 0, viewers, viewer_seconds, 0 FROM counted ORDER BY audience_id
        ON CONFLICT (audience_id, minute, day) DO UPDATE SET
            peak = greatest(known.peak, excluded.peak), viewer_seconds = known.viewer_seconds + excluded.viewer_seconds
    )
    UPDATE audiences SET peak = greatest(peak, viewers_now), viewer_seconds = audiences.viewer_seconds + seconds
    FROM counted AS now (audience_id, viewers_now, seconds) WHERE id = audience_id
"""
_WATCHED = "SELECT channel_id FROM viewer_counts WHERE viewers > 0"
_FORGET_WRITERS = "DELETE FROM heartbeat_writers WHERE at < $1"
_EVERY_OF = """
    SELECT audiences.* FROM audiences JOIN channels ON channels.id = channel_id
    WHERE owner_id = $1 ORDER BY audiences.id
"""
_OF_OWNER = """
    SELECT channels.id, audiences.id FROM channels LEFT JOIN audiences ON audiences.channel_id = channels.id
    WHERE owner_id = $1
"""


class Span(Struct, frozen=True):
    """From when until when what is watched, a channel or a video of it, has this audience."""

    channel_id: int
    media_id: int | None
    audience_id: int
    day: date | None  # that its people are counted since
    since: datetime
    until: datetime

    def member_day(self, today: date) -> date | None:
        """The day whose part has its people. What is watched for longer than they are kept counts them anew."""
        return None if self.day is None else today - timedelta(days=(today - self.day).days % KEPT_DAYS)


class Counted(Struct, frozen=True):
    """How many watch a channel's show, or wait for one, when they were counted, and whether it says so."""

    channel_id: int
    room_id: str
    shows: bool
    viewers: int
    counted_at: datetime | None

    def again(self, viewers: int, now: datetime) -> "Counted":
        return structs.replace(self, viewers=viewers, counted_at=now)


class AudienceRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def spans(self, channels: Collection[int], media: Collection[int], since: datetime) -> list[Span]:
        """Whose beats since then are, made where there is none yet; none of a channel or video that is gone."""
        asked = (list(channels), list(media), since)
        rows = await self._db.within(_SPANS, *asked)
        if any(row["audience_id"] is None for row in rows):
            await self._db.within(_MAKE, *_columns(rows, "channel_id", "session_id", "media_id", "day"))
            await self._db.within(_MAKE_COUNTS, list(channels))
            rows = await self._db.within(_SPANS, *asked)
        beginning = datetime.min.replace(tzinfo=UTC)
        return [
            Span(
                row["channel_id"],
                row["media_id"],
                row["audience_id"],
                row["day"],
                row["since"] or beginning,
                row["until"] or FOR_EVER,
            )
            for row in rows
            if row["audience_id"] is not None
        ]

    async def begin_batch(self, writer: str, batch: int, now: datetime) -> bool:
        """False where it was written before: its writer was cut off before it heard so."""
        return bool(await self._db.within(_BEGIN_BATCH, writer, batch, now))

    async def lock(self, audience_ids: Collection[int]) -> None:
        """In one order, for all who change several of them at once."""
        await self._db.within(_LOCK, sorted(audience_ids))

    async def write(self, minute: datetime, beats: Sequence[Beat], audience_ids: Sequence[int]) -> None:
        """Beats of one minute, each with its audience."""
        began = int(minute.timestamp()) * 1000
        await self._db.within(
            _WRITE,
            [beat.channel_id for beat in beats],
            [beat.view for beat in beats],
            [beat.viewer for beat in beats],
            audience_ids,
            [beat.media_id for beat in beats],
            [beat.media_at for beat in beats],
            [beat.first - began for beat in beats],
            [beat.last - began for beat in beats],
            minute,
            minute.date(),
            [beat.number for beat in beats],
            GONE_AFTER,
            KEPT_DAYS,
        )

    async def counts(self, channels: Collection[int]) -> list[Counted]:
        return [Counted(*row) for row in await self._db.rows(_COUNTS, list(channels))]

    async def due(self, channels: Collection[int], now: datetime, every: timedelta) -> list[Counted]:
        """Those of the channels that nobody has counted of late, nor counts just now; locked."""
        return [Counted(*row) for row in await self._db.within(_DUE, list(channels), now, now - every)]

    async def count(self, channels: Collection[int], now: datetime) -> dict[tuple[int, int | None], int]:
        """Different people who were heard of lately, by channel and video, None for the show."""
        since = now - GONE_AFTER
        # Written out, so that it is planned for these days alone: a plan for any would lock all four hundred.
        until = now + GONE_AFTER  # processes' clocks differ; what a clock wrote that was set back since is not counted
        query = _COUNT.format(first=since.date(), last=until.date())
        rows = await self._db.within(query, list(channels), int(since.timestamp() * 1000) // MINUTE_MS, since, until)
        return {(row[0], row[1]): row[2] for row in rows}

    async def counted(self, viewers: dict[int, int], now: datetime) -> None:
        await self._db.within(_COUNTED, list(viewers), list(viewers.values()), now)

    async def roll_up(self, counts: Sequence[tuple[int, int, float]], now: datetime) -> None:
        """By audience: how many were counted, and that times the seconds since they were before."""
        minute = now.replace(second=0, microsecond=0)
        await self._db.within(_ROLL_UP, *map(list, zip(*counts, strict=True)), minute, minute.date())

    async def watched(self) -> set[int]:
        """Channels that somebody watched when they were last counted."""
        return {row[0] for row in await self._db.rows(_WATCHED)}

    async def forget_writers(self, before: datetime) -> None:
        await self._db.within(_FORGET_WRITERS, before)

    async def every_of(self, owner_id: int) -> list[Audience]:
        return await self._db.load(Audience, _EVERY_OF, owner_id)

    async def of_owner(self, owner_id: int) -> tuple[set[int], set[int]]:
        """Their channels and what audiences these have."""
        rows = await self._db.rows(_OF_OWNER, owner_id)
        return {row[0] for row in rows}, {row[1] for row in rows if row[1] is not None}


def _columns(rows: Sequence[object], *names: str) -> list[list[object]]:
    missing = [row for row in rows if row["audience_id"] is None]  # type: ignore[index]
    return [[row[name] for row in missing] for name in names]  # type: ignore[index]
