"""Questions asked of the reports, and of what is held."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from storecast.domains.chat.reports.schemas import MOST_NOTES
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice

_REPORT = """
    INSERT INTO message_reports (message_id, subject, thread_id, reason, note, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING (
        SELECT count(*) FROM message_reports WHERE message_id = $1 AND decided_at IS NULL
    ) AS others
"""
_CLOSE = """
    UPDATE message_reports SET decided_at = $2 WHERE message_id = ANY($1) AND decided_at IS NULL RETURNING 1
"""
_OPEN = "SELECT 1 FROM message_reports WHERE message_id = $1 AND decided_at IS NULL LIMIT 1"
_WAITING = """
    SELECT id, 'held' AS kind, created_at AS since FROM messages WHERE thread_id = $1 AND state = 'held'
    UNION ALL
    SELECT message_id, 'reported', min(created_at) FROM message_reports
    WHERE thread_id = $1 AND decided_at IS NULL GROUP BY message_id
"""
_COUNT = f"SELECT count(*) FROM ({_WAITING}) AS waiting"  # noqa: S608 - a constant
_PAGE = f"SELECT * FROM ({_WAITING}) AS waiting ORDER BY since, id OFFSET $2 LIMIT $3"  # noqa: S608
_REASONS = """
    SELECT message_id, reason, count(*) AS count FROM message_reports
    WHERE message_id = ANY($1) AND decided_at IS NULL GROUP BY message_id, reason ORDER BY count(*) DESC, reason
"""
_NOTES = f"""
    SELECT message_id, note FROM unnest($1::bigint[]) AS wanted (id) CROSS JOIN LATERAL (
        SELECT message_id, note, created_at FROM message_reports
        WHERE message_id = wanted.id AND decided_at IS NULL AND note IS NOT NULL
        ORDER BY created_at DESC LIMIT {MOST_NOTES}
    ) AS noted ORDER BY created_at DESC
"""  # noqa: S608


class Waiting(Struct):
    message_id: int
    kind: str
    since: datetime
    reasons: dict[str, int]
    notes: list[str]


class ReportRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(
        self, message_id: int, subject: str, thread_id: int, reason: str, note: str | None, now: datetime
    ) -> int | None:
        """How many others wait for a decision on the message; None where this person has reported it before."""
        rows = await self._db.within(_REPORT, message_id, subject, thread_id, reason, note, now)
        return int(rows[0]["others"]) if rows else None

    async def close(self, message_ids: Collection[int], now: datetime) -> bool:
        """Somebody has decided on these. Whether anything waited."""
        return bool(await self._db.within(_CLOSE, list(message_ids), now))

    async def waits(self, message_id: int) -> bool:
        return bool(await self._db.within(_OPEN, message_id))

    async def page(self, thread_id: int, page: PageRequest) -> tuple[list[Waiting], Slice]:
        """What waits, the longest first."""
        total = int(str(await self._db.value(_COUNT, thread_id)))
        rows = await self._db.rows(_PAGE, thread_id, page.offset, page.size)
        ids = [row["id"] for row in rows]
        reasons, notes = await self._reasons(ids), await self._notes(ids)
        waiting = [
            Waiting(row["id"], row["kind"], row["since"], reasons.get(row["id"], {}), notes.get(row["id"], []))
            for row in rows
        ]
        return waiting, Slice(total, page)

    async def _reasons(self, ids: Sequence[int]) -> Mapping[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for row in await self._db.rows(_REASONS, list(ids)):
            found.setdefault(row["message_id"], {})[row["reason"]] = row["count"]
        return found

    async def _notes(self, ids: Sequence[int]) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = {}
        for row in await self._db.rows(_NOTES, list(ids)):
            found.setdefault(row["message_id"], []).append(row["note"])
        return found
