"""The rules of a channel's stream: its key, whether it is live, how it is stopped. One call is one transaction."""

from collections.abc import Collection
from datetime import datetime

from storecast.domains.channels.events import ChannelDeleted
from storecast.domains.channels.models import Channel
from storecast.domains.products.promotions.service import PromotionService
from storecast.domains.streams.errors import StreamNotFound
from storecast.domains.streams.events import WITH_STREAM, StreamEnded
from storecast.domains.streams.holds import StreamHolds
from storecast.domains.streams.jobs import CutOff
from storecast.domains.streams.keys import key_digest, new_key
from storecast.domains.streams.models import Stream, StreamSession
from storecast.domains.streams.playouts.service import PlayoutService
from storecast.domains.streams.repository import StreamRepository
from storecast.domains.streams.simulcast.repository import SimulcastRepository
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.ids import random_text, row_id
from storecast.kit.jobs import defer
from storecast.kit.seals import Seal

PLAYBACK_ID_LENGTH = 43


class StreamService:
    def __init__(
        self, db: Database, events: Events, promotions: PromotionService, playouts: PlayoutService, seal: Seal
    ) -> None:
        self._db = db
        self._repository = StreamRepository(db)
        self._events = events
        self._promotions = promotions
        self._playouts = playouts
        self._seal = seal

    async def of_channel(self, channel: Channel, now: datetime) -> Stream:
        """The channel's stream; another, with another key, where the one it came with was deleted."""
        await self._repository.lock_channel(channel.id)
        stream = await self._repository.of_channel(channel.id)
        if stream is None:
            stream = await self.create(channel.id, now)
            await self._events.stale(channel, *WITH_STREAM)
        return stream

    async def create(self, channel_id: int, now: datetime) -> Stream:
        """The stream of a channel that has none."""
        key = new_key()
        stream = Stream(
            channel_id=channel_id,
            key_digest=key_digest(key),
            key_sealed=self._seal.close(key),
            playback_id=random_text(PLAYBACK_ID_LENGTH),
            created_at=now,
        )
        await self._repository.add(stream)
        return stream

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, Stream]:
        return await self._repository.of_channels(channel_ids)

    async def open_sessions(self, channel_ids: Collection[int]) -> dict[int, StreamSession]:
        """Sessions that have not ended, by channel: on air, or with a publisher of whom nothing can be shown yet."""
        return await self._repository.open_sessions(channel_ids)

    async def sessions(self, session_ids: Collection[str]) -> dict[str, StreamSession]:
        return await self._repository.sessions_by_id(session_ids)

    async def find(self, ref: str) -> Stream:
        """By hash id or numeric id. Raises `StreamNotFound`."""
        number = row_id(ref)
        stream = await (self._repository.by_hash_id(ref) if number is None else self._repository.by_id(number))
        if stream is None:
            raise StreamNotFound
        return stream

    def key(self, stream: Stream) -> str:
        return self._seal.open(stream.key_sealed)

    async def update(self, stream: Stream, *, autojoin: bool, is_live_manual: bool) -> Stream:
        stream.autojoin = autojoin
        stream.is_live_manual = is_live_manual
        await self._db.flush()
        return stream

    async def delete(self, stream: Stream, channel: Channel, now: datetime) -> None:
        """Drop the key and disconnect; the next asking makes a new key."""
        await self._repository.delete(stream)  # first: who is cut off must not come back by it
        await self.complete(channel, now)
        await self._events.stale(channel, *WITH_STREAM)

    async def drop_keys(self, channels: Collection[Channel], now: datetime) -> None:
        """`delete` the streams of all of these."""
        by_id = {channel.id: channel for channel in channels}
        for channel_id, stream in (await self.of_channels(by_id)).items():
            await self.delete(stream, by_id[channel_id], now)

    async def complete(self, channel: Channel, now: datetime) -> None:
        """Stop the show: cut the publisher off, end the session, tell viewers. Repeating it changes nothing.

        Its key is held, so that an encoder that connects anew does not begin another.
        """
        stream = await self._repository.locked(channel.id)
        await self._playouts.stop(channel, now)
        session = await self._repository.open_session(channel.id)
        if session is None:
            return
        if stream is not None and not session.played_out:  # else its key is gone, and lets nobody in anyhow
            await StreamHolds(self._db).begin(stream, session.id, now)
        await end_session(self._db, self._events, self._promotions, session, channel, now)
        await defer(self._db, CutOff(session.node, session.id))

    async def follow_schedule(self, channel: Channel, now: datetime) -> None:
        """The channel was changed: have its playout be as it says now. One that is on and not wanted any more ends."""
        await self._repository.locked(channel.id)  # before its playout, and that before its session: as all others do
        if await self._playouts.follow(channel, now):
            await self.complete(channel, now)

    async def complete_deleted(self, event: ChannelDeleted, now: datetime) -> None:
        session = await self._repository.open_session(event.channel_id)
        if session is not None:
            session.ended_at = now
            await self._db.flush()
            await defer(self._db, CutOff(session.node, session.id))


async def end_session(
    db: Database, events: Events, promotions: PromotionService, ending: StreamSession, channel: Channel, now: datetime
) -> None:
    """Mark the session ended. If it was on air tell its viewers, and no longer promote what was promoted in it."""
    ending.ended_at = now
    ending.health = ending.interrupted_until = None
    await db.flush()
    await SimulcastRepository(db).settle(channel.id)
    if ending.started_at is not None:
        await promotions.end_all(channel, now)
        await events.happened(channel, StreamEnded(ending.id), now)
