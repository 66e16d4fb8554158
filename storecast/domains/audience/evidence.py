"""What was watched, for who asks what led to a sale."""

from datetime import datetime

from msgspec import Struct

from storecast.kit.database import Database


class Seen(Struct, frozen=True):
    """A view: when it began, when it was last heard of, and of a replay which one it is of, and its second then."""

    began_at: datetime
    seen_at: datetime
    media_id: int | None
    media_at: float | None


async def view_of(db: Database, channel_id: int, view_hash: str) -> Seen | None:
    rows = await db.rows(
        "SELECT started_at, seen_at, media_id, media_at FROM views WHERE channel_id = $1 AND view_hash = $2",
        channel_id,
        view_hash,
    )
    return Seen(*rows[0]) if rows else None
