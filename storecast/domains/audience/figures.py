"""How many watched a show, and how many its replay."""

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from storecast.kit.database import Database

_VIEWERS = """
    SELECT shows.name, count(DISTINCT viewer_hash)
    FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[]) AS shows (name, channel, began, ended)
    JOIN views ON channel_id = channel AND seen_at >= began AND started_at <= ended AND media_id IS NULL
    GROUP BY shows.name
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
    )
    return dict.fromkeys(names, 0) | {row[0]: row[1] for row in rows}


async def replay_viewers_of(db: Database, media_ids: Collection[int]) -> dict[int, int]:
    """How many different people watched each of these videos, 0 where nobody did."""
    if not media_ids:
        return {}
    rows = await db.rows(_REPLAY_VIEWERS, list(media_ids))
    return dict.fromkeys(media_ids, 0) | {row[0]: row[1] for row in rows}
