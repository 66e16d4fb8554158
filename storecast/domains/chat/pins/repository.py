"""Questions asked of what is pinned."""

from collections.abc import Collection
from datetime import datetime

from storecast.kit.database import Database

_PIN = """
    INSERT INTO pinned_messages AS pin (thread_id, message_id, pinned_by, pinned_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (thread_id) DO UPDATE
    SET message_id = excluded.message_id, pinned_by = excluded.pinned_by, pinned_at = excluded.pinned_at
    WHERE pin.message_id <> excluded.message_id RETURNING 1
"""
_UNPIN = """
    DELETE FROM pinned_messages USING messages
    WHERE messages.id = message_id AND pinned_messages.thread_id = $1 AND message_id = ANY($2) RETURNING hash_id
"""


class PinRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def pin(self, thread_id: int, message_id: int, by: str, now: datetime) -> bool:
        """In the place of another. False where it was pinned already."""
        return bool(await self._db.within(_PIN, thread_id, message_id, by, now))

    async def unpin(self, thread_id: int, message_ids: Collection[int]) -> str | None:
        """Take down whichever of these is pinned; its id."""
        rows = await self._db.within(_UNPIN, thread_id, list(message_ids))
        return str(rows[0]["hash_id"]) if rows else None
