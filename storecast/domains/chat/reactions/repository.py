"""Questions asked of the reactions."""

from collections.abc import Collection
from datetime import datetime

import asyncpg

from storecast.kit.database import Database

# An emoji the message has already; and one that nobody used there yet, for who holds the message.
_JOIN_IN = """
    INSERT INTO reactions (message_id, subject, emoji, created_at)
    SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT FROM reactions WHERE message_id = $1 AND emoji = $3)
        AND (SELECT count(*) FROM reactions WHERE message_id = $1 AND subject = $2) < $5
    ON CONFLICT DO NOTHING RETURNING 1
"""
_BEGIN = """
    INSERT INTO reactions (message_id, subject, emoji, created_at)
    SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM reactions WHERE message_id = $1 AND subject = $2) < $5
        AND (SELECT count(DISTINCT emoji) FROM reactions WHERE message_id = $1 AND emoji <> $3) < $6
    ON CONFLICT DO NOTHING RETURNING 1
"""
_HOLD = "SELECT FROM messages WHERE id = $1 FOR NO KEY UPDATE"
_OF_PERSON = "SELECT emoji FROM reactions WHERE message_id = $1 AND subject = $2"
_TAKE_BACK = "DELETE FROM reactions WHERE message_id = $1 AND subject = $2 AND emoji = $3 RETURNING 1"
_TAKE_BACK_ALL = """
    DELETE FROM reactions USING messages WHERE messages.id = message_id AND thread_id = $1 AND subject = ANY($2)
        AND reactions.created_at >= $3 RETURNING message_id
"""
# A message without any is told of, too: its last one was taken back.
_TOTALS = """
    SELECT channels.hash_id AS room, messages.hash_id AS message, emoji, count(emoji) AS count
    FROM messages JOIN channels ON channels.id = thread_id LEFT JOIN reactions ON message_id = messages.id
    WHERE messages.id = ANY($1) AND state = 'shown' GROUP BY channels.hash_id, messages.hash_id, emoji
    ORDER BY channels.hash_id, messages.hash_id, count(emoji) DESC, min(reactions.created_at), emoji
"""


class ReactionRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def join_in(self, message_id: int, subject: str, emoji: str, most: int, now: datetime) -> bool:
        """Add one's own where others have reacted so, and one has fewer than `most`. False where nothing was added."""
        return bool(await self._db.within(_JOIN_IN, message_id, subject, emoji, now, most))

    async def begin(self, message_id: int, subject: str, emoji: str, most: int, most_kinds: int, now: datetime) -> bool:
        """Add one's own, be it the first of its kind where there are fewer than `most_kinds`, one after the other."""
        await self._db.within(_HOLD, message_id)
        return bool(await self._db.within(_BEGIN, message_id, subject, emoji, now, most, most_kinds))

    async def of_person(self, message_id: int, subject: str) -> set[str]:
        return {row["emoji"] for row in await self._db.rows(_OF_PERSON, message_id, subject)}

    async def take_back(self, message_id: int, subject: str, emoji: str) -> bool:
        return bool(await self._db.within(_TAKE_BACK, message_id, subject, emoji))

    async def take_back_all(self, thread_id: int, subjects: Collection[str], since: datetime) -> set[int]:
        """What these people have reacted with in a thread since then; to which messages."""
        rows = await self._db.within(_TAKE_BACK_ALL, thread_id, list(subjects), since)
        return {row["message_id"] for row in rows}

    async def totals(self, message_ids: Collection[int]) -> "list[asyncpg.Record]":
        """`room`, `message`, `emoji` (none for a message without any) and `count`, a room's one after the other."""
        return list(await self._db.rows(_TOTALS, list(message_ids)))
