"""How many watched a show, and how many its replay."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from storecast.kit.database import Database

# A page that was open for longer when a show began is one that somebody forgot. Without it each show would have to look
# through all views before or behind it.
WATCHING = timedelta(days=1)

# By a subquery: joined at once, all views of the channel would be read and held against every show.
_VIEWERS = """
    SELECT shows.name, viewers
    FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[]) AS shows (name, channel, began, ended)
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT viewer_hash) AS viewers FROM views
        WHERE channel_id = channel AND started_at BETWEEN began - $5::interval AND ended AND seen_at >= began
            AND media_id IS NULL
    ) AS watched
"""
_REPLAY_VIEWERS = """
    SELECT media_id, count(DISTINCT viewer_hash) FROM views WHERE media_id = ANY($1::bigint[]) GROUP BY media_id
"""


class Shown(Struct, frozen=True):
    """When a channel had a show."""

    channel_id: int
    began: datetime
    ended: datetime


async def viewers_of(db: Database, shows: Mapping[str, Shown]) -> dict[str, int]:
    """How many different people watched each of these, 0 where nobody did."""
    if not shows:
        return {}
    names, times = list(shows), list(shows.values())
    rows = await db.rows(
        _VIEWERS,
        names,
        [each.channel_id for each in times],
        [each.began for each in times],
        [each.ended for each in times],
        WATCHING,
    )
    return {row[0]: row[1] for row in rows}


async def replay_viewers_of(db: Database, media_ids: Collection[int]) -> dict[int, int]:
    """How many different people watched each of these videos, 0 where nobody did."""
    if not media_ids:
        return {}
    rows = await db.rows(_REPLAY_VIEWERS, list(media_ids))
    return dict.fromkeys(media_ids, 0) | {row[0]: row[1] for row in rows}
