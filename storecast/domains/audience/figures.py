"""How many watched a show or a video, from what was summed up as they did."""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct

from storecast.domains.audience.beats import GONE_AFTER
from storecast.kit.database import Database

_SUMS = "SELECT {of}, viewers, peak, viewer_seconds, watch_seconds FROM audiences WHERE {of} = ANY($1::{type}[])"
_OF_SHOWS = _SUMS.format(of="session_id", type="text")
_OF_VIDEOS = _SUMS.format(of="media_id", type="bigint")
_NOW = "SELECT viewers FROM viewer_counts WHERE channel_id = $1 AND counted_at > $2"


class Figures(Struct, frozen=True):
    viewers: int = 0
    """Different people."""
    peak: int = 0
    """Most at once."""
    viewer_seconds: float = 0.0
    watch_seconds: float = 0.0
    """Of all views: somebody's tabs each count."""

    def average(self, lasted: timedelta) -> float:
        """How many watched at once on average of what lasted so long."""
        return self.viewer_seconds / lasted.total_seconds() if lasted else 0.0


NOBODY = Figures()


async def of_shows(db: Database, session_ids: Collection[str]) -> dict[str, Figures]:
    """Of each of these, `NOBODY`'s where nobody watched."""
    if not session_ids:
        return {}
    found = {row[0]: Figures(*row[1:]) for row in await db.rows(_OF_SHOWS, list(session_ids))}
    return dict.fromkeys(session_ids, NOBODY) | found


async def of_videos(db: Database, media_ids: Collection[int]) -> dict[int, Figures]:
    if not media_ids:
        return {}
    found = {row[0]: Figures(*row[1:]) for row in await db.rows(_OF_VIDEOS, list(media_ids))}
    return dict.fromkeys(media_ids, NOBODY) | found


async def watching(db: Database, channel_id: int, now: datetime) -> int:
    """How many watch the channel's show, or wait for one."""
    rows = await db.rows(_NOW, channel_id, now - GONE_AFTER)
    return int(rows[0][0]) if rows else 0
