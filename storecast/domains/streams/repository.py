"""Questions asked of the streams tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.streams.models import Stream, StreamHold, StreamSession


class StreamRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_channel(self, channel_id: int) -> Stream | None:
        return await self._one(select(Stream).where(Stream.channel_id == channel_id))

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, Stream]:
        rows = await self._session.execute(select(Stream).where(Stream.channel_id.in_(channel_ids)))
        return {stream.channel_id: stream for stream in rows.scalars()}

    async def by_hash_id(self, hash_id: str) -> Stream | None:
        return await self._one(select(Stream).where(Stream.hash_id == hash_id))

    async def by_id(self, stream_id: int) -> Stream | None:
        return await self._one(select(Stream).where(Stream.id == stream_id))

    async def by_key(self, key_digest: str) -> Stream | None:
        """The stream, locked, so that of two publishers at once one is the second."""
        return await self._one(select(Stream).where(Stream.key_digest == key_digest).with_for_update())

    async def lock_channel(self, channel_id: int) -> None:
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stream"), channel_id % 2**31)))

    async def locked(self, channel_id: int) -> Stream | None:
        """The channel's stream, locked as `by_key` does."""
        return await self._one(select(Stream).where(Stream.channel_id == channel_id).with_for_update())

    async def hold(self, stream_id: int) -> StreamHold | None:
        query = select(StreamHold).where(StreamHold.stream_id == stream_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def end_hold(self, stream_id: int) -> None:
        await self._session.execute(delete(StreamHold).where(StreamHold.stream_id == stream_id))

    async def end_hold_of(self, session_id: str) -> None:
        await self._session.execute(delete(StreamHold).where(StreamHold.session_id == session_id))

    async def add(self, row: Stream | StreamHold | StreamSession) -> None:
        self._session.add(row)
        await self._session.flush()

    async def delete(self, stream: Stream) -> None:
        await self._session.delete(stream)
        await self._session.flush()

    async def open_session(self, channel_id: int) -> StreamSession | None:
        """The session that has not ended, locked."""
        query = select(StreamSession).where(StreamSession.channel_id == channel_id, StreamSession.ended_at.is_(None))
        return (await self._session.execute(query.with_for_update())).scalar_one_or_none()

    async def session(self, session_id: str) -> StreamSession | None:
        query = select(StreamSession).where(StreamSession.id == session_id).with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def sessions(self, session_ids: Collection[str]) -> list[StreamSession]:
        query = select(StreamSession).where(StreamSession.id.in_(session_ids)).order_by(StreamSession.id)
        return list((await self._session.execute(query.with_for_update())).scalars())

    async def sessions_of(self, owner_id: int) -> list[StreamSession]:
        """Every session of the owner's channels, oldest first."""
        query = text(
            """
            SELECT stream_sessions.* FROM stream_sessions JOIN channels ON channels.id = channel_id
            WHERE owner_id = :owner ORDER BY claimed_at
            """
        )
        rows = select(StreamSession).from_statement(query)
        return list((await self._session.execute(rows, {"owner": owner_id})).scalars())

    async def live(self, channel_ids: Collection[int]) -> dict[int, StreamSession]:
        """The sessions on air now, by channel; a publisher away for a moment counts."""
        query = select(StreamSession).where(
            StreamSession.channel_id.in_(channel_ids),
            StreamSession.started_at.is_not(None),
            StreamSession.ended_at.is_(None),
        )
        return {session.channel_id: session for session in (await self._session.execute(query)).scalars()}

    async def abandoned(self, unseen_since: datetime) -> list[StreamSession]:
        """Open sessions of which no node has spoken since; rows another process works on are left to it."""
        query = select(StreamSession).where(StreamSession.ended_at.is_(None), StreamSession.seen_at < unseen_since)
        return list((await self._session.execute(query.with_for_update(skip_locked=True))).scalars())

    async def seconds_live(self, owner_ids: Collection[int], since: datetime, now: datetime) -> dict[int, float]:
        """How long each owner's channels were on air since `since`, deleted channels included."""
        query = text(
            """
            SELECT owner_id, sum(extract(epoch FROM
                coalesce(ended_at, CAST(:now AS timestamptz)) - greatest(started_at, CAST(:since AS timestamptz))))
            FROM stream_sessions JOIN channels ON channels.id = channel_id
            WHERE owner_id = ANY(:owners) AND started_at IS NOT NULL
                AND coalesce(ended_at, CAST(:now AS timestamptz)) > CAST(:since AS timestamptz)
            GROUP BY owner_id
            """
        )
        rows = await self._session.execute(query, {"owners": list(owner_ids), "since": since, "now": now})
        return {owner_id: float(seconds) for owner_id, seconds in rows}

    async def _one(self, query: Select[Stream]) -> Stream | None:
        return (await self._session.execute(query)).scalar_one_or_none()
