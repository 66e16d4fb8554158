"""Questions asked of the streams tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, func, select, text

from storecast.domains.billing.minutes.values import month_of
from storecast.domains.streams.models import Stream, StreamHold, StreamRecording, StreamSession
from storecast.kit.database import Database

_OF_CHANNELS = "SELECT * FROM streams WHERE channel_id = ANY($1)"
_OPEN = "SELECT * FROM stream_sessions WHERE channel_id = ANY($1) AND ended_at IS NULL"
_BY_ID = "SELECT * FROM stream_sessions WHERE id = ANY($1)"
_SECONDS_LIVE = """
    SELECT owner_id, sum(extract(epoch FROM till - greatest(started_at, $2)))
    FROM stream_sessions JOIN channels ON channels.id = channel_id,
        LATERAL (SELECT coalesce(ended_at, dropped_at, $3::timestamptz) AS till) AS shown
    WHERE owner_id = ANY($1) AND till > greatest(started_at, $2::timestamptz) AND started_at IS NOT NULL
        AND NOT played_out
    GROUP BY owner_id
"""


class StreamRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of_channel(self, channel_id: int) -> Stream | None:
        return await self._one(select(Stream).where(Stream.channel_id == channel_id))

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, Stream]:
        rows = await self._db.load(Stream, _OF_CHANNELS, list(channel_ids))
        return {stream.channel_id: stream for stream in rows}

    async def by_hash_id(self, hash_id: str) -> Stream | None:
        return await self._one(select(Stream).where(Stream.hash_id == hash_id))

    async def by_id(self, stream_id: int) -> Stream | None:
        return await self._one(select(Stream).where(Stream.id == stream_id))

    async def by_key(self, key_digest: str) -> Stream | None:
        """The stream, locked, so that of two publishers at once one is the second."""
        return await self._one(select(Stream).where(Stream.key_digest == key_digest).with_for_update())

    async def lock_channel(self, channel_id: int) -> None:
        await self._db.execute(select(func.pg_advisory_xact_lock(func.hashtext("stream"), channel_id % 2**31)))

    async def locked(self, channel_id: int) -> Stream | None:
        """The channel's stream, locked as `by_key` does."""
        return await self._one(select(Stream).where(Stream.channel_id == channel_id).with_for_update())

    async def hold(self, stream_id: int) -> StreamHold | None:
        query = select(StreamHold).where(StreamHold.stream_id == stream_id)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def end_hold(self, stream_id: int) -> None:
        await self._db.execute(delete(StreamHold).where(StreamHold.stream_id == stream_id))

    async def end_hold_of(self, session_id: str) -> None:
        await self._db.execute(delete(StreamHold).where(StreamHold.session_id == session_id))

    async def add(self, row: Stream | StreamHold | StreamSession) -> None:
        self._db.add(row)
        await self._db.flush()

    async def delete(self, stream: Stream) -> None:
        await self._db.delete(stream)
        await self._db.flush()

    async def open_session(self, channel_id: int) -> StreamSession | None:
        """The session that has not ended, locked."""
        query = select(StreamSession).where(StreamSession.channel_id == channel_id, StreamSession.ended_at.is_(None))
        return (await self._db.execute(query.with_for_update())).scalar_one_or_none()

    async def session(self, session_id: str) -> StreamSession | None:
        query = select(StreamSession).where(StreamSession.id == session_id).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def sessions(self, session_ids: Collection[str]) -> list[StreamSession]:
        query = select(StreamSession).where(StreamSession.id.in_(session_ids)).order_by(StreamSession.id)
        return list((await self._db.execute(query.with_for_update())).scalars())

    async def sessions_of(self, owner_id: int) -> list[StreamSession]:
        """Every session of the owner's channels, oldest first."""
        query = text(
            """
            SELECT stream_sessions.* FROM stream_sessions JOIN channels ON channels.id = channel_id
            WHERE owner_id = :owner ORDER BY claimed_at
            """
        )
        rows = select(StreamSession).from_statement(query)
        return list((await self._db.execute(rows, {"owner": owner_id})).scalars())

    async def keep_recordings(self, session_id: str, files: Collection[StreamRecording]) -> None:
        """Files of a locked session; those of the same numbers are replaced."""
        numbers = StreamRecording.number.in_(file.number for file in files)
        await self._db.execute(delete(StreamRecording).where(StreamRecording.session_id == session_id, numbers))
        self._db.add_all(files)
        await self._db.flush()

    async def recordings_of(self, owner_id: int) -> list[StreamRecording]:
        """Every recording of the owner's channels, by session and number."""
        query = text(
            """
            SELECT stream_recordings.* FROM stream_recordings
            JOIN stream_sessions ON stream_sessions.id = session_id JOIN channels ON channels.id = channel_id
            WHERE owner_id = :owner ORDER BY claimed_at, session_id, number
            """
        )
        rows = select(StreamRecording).from_statement(query)
        return list((await self._db.execute(rows, {"owner": owner_id})).scalars())

    async def open_sessions(self, channel_ids: Collection[int]) -> dict[int, StreamSession]:
        """The sessions that have not ended, by channel; a publisher away for a moment counts."""
        return {each.channel_id: each for each in await self._db.load(StreamSession, _OPEN, list(channel_ids))}

    async def sessions_by_id(self, session_ids: Collection[str]) -> dict[str, StreamSession]:
        rows = await self._db.load(StreamSession, _BY_ID, list(session_ids))
        return {session.id: session for session in rows}

    async def abandoned(self, unseen_since: datetime) -> list[StreamSession]:
        """Open sessions of which no node has spoken since; rows another process works on are left to it."""
        query = select(StreamSession).where(StreamSession.ended_at.is_(None), StreamSession.seen_at < unseen_since)
        return list((await self._db.execute(query.with_for_update(skip_locked=True))).scalars())

    async def _one(self, query: Select[Stream]) -> Stream | None:
        return (await self._db.execute(query)).scalar_one_or_none()


async def seconds_live(db: Database, owner_ids: Collection[int], now: datetime) -> dict[int, int]:
    """Whole seconds each owner's channels were on air this calendar month (UTC), deleted channels included.

    A show counts from its first frame to its last, and each month has its part of one across its turn; one that was
    played out counts for nothing. While a
    publisher is away its show is not counted; once it is back the time between is.
    """
    rows = await db.rows(_SECONDS_LIVE, list(owner_ids), month_of(now), now)
    return {row[0]: int(row[1]) for row in rows}
