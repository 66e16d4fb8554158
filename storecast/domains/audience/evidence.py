"""What was watched, for who asks what led to a sale."""

from datetime import datetime

from storecast.kit.database import Database


async def view_of(db: Database, channel_id: int, view_hash: str) -> tuple[datetime, datetime] | None:
    """When a view began, and when it was last heard of."""
    rows = await db.rows(
        "SELECT started_at, seen_at FROM views WHERE channel_id = $1 AND view_hash = $2", channel_id, view_hash
    )
    return (rows[0][0], rows[0][1]) if rows else None
