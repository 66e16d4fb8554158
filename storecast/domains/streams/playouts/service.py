"""The rules of playouts: what a channel's schedule makes of them, who sees to them, how they go."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog

from storecast.domains.channels.models import Channel, StreamType
from storecast.domains.streams.keys import key_digest, new_key
from storecast.domains.streams.playouts.events import PlayoutChanged
from storecast.domains.streams.playouts.models import OPEN, Playout, PlayoutReason, PlayoutState
from storecast.domains.streams.playouts.repository import PlayoutRepository
from storecast.domains.streams.repository import StreamRepository
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.seals import Seal

AT_ONCE = timedelta(minutes=1)  # a schedule of this very minute still counts
LEASE = timedelta(seconds=6)  # after which another worker sees to what one said nothing more of
PUNCTUAL = timedelta(seconds=10)  # so much late it begins with its first frame, and is that much later all along
STARTING = timedelta(seconds=2)  # from being told to begin until it can

log = structlog.get_logger()


class PlayoutService:
    def __init__(self, db: Database, events: Events, seal: Seal) -> None:
        self._db = db
        self._repository = PlayoutRepository(db)
        self._streams = StreamRepository(db)
        self._events = events
        self._seal = seal

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, Playout]:
        return await self._repository.of_channels(channel_ids)

    async def follow(self, channel: Channel, now: datetime) -> bool:
        """Have the playout be as the channel's schedule says. Whether one that was on must be stopped for that.

        A schedule counts that was set before its time: a time that has passed is none.
        """
        wanted = _schedule(channel)
        playout = await self._repository.locked(channel.id)
        if playout is not None and playout.starts_at == wanted:
            return False
        played = playout is not None and playout.state == PlayoutState.PLAYING
        if playout is not None:
            await self._repository.delete(channel.id)
        if wanted is not None and wanted > now - AT_ONCE:
            key = new_key()
            await self._repository.add(
                Playout(
                    channel_id=channel.id,
                    starts_at=wanted,
                    state=PlayoutState.WAITING,
                    films=[],
                    left_out=[],
                    key_digest=key_digest(key),
                    key_sealed=self._seal.close(key),
                )
            )
        return played

    async def hold(self, who: str, soon: datetime, now: datetime) -> list[Playout]:
        """Those that `who` sees to from now on, unless it says so no more."""
        return await self._repository.hold(who, soon, now, now + LEASE)

    async def channel_of(self, digest: str) -> int | None:
        """The channel whose playout has this key."""
        return await self._repository.channel_of(digest)

    async def is_on(self, channel_id: int, digest: str) -> bool:
        playout = await self._repository.locked(channel_id)
        return playout is not None and playout.key_digest == digest and playout.state == PlayoutState.PLAYING

    async def note_session(self, channel_id: int, session_id: str) -> None:
        """Its publisher was let in."""
        playout = await self._repository.locked(channel_id)
        if playout is not None:
            playout.session_id = session_id
            await self._db.flush()

    async def begin(
        self,
        channel: Channel,
        starts_at: datetime,
        films: Sequence[tuple[str, float]],
        left_out: list[str],
        now: datetime,
    ) -> Playout | None:
        """It is to play these, if it still may; what it plays already stays as it is."""
        playout = await self._repository.locked(channel.id)
        if playout is None or playout.starts_at != starts_at or playout.state not in OPEN:
            return None
        if playout.state == PlayoutState.PLAYING:
            return playout
        session = await self._streams.open_session(channel.id)
        began = max(starts_at, now + STARTING) if now - starts_at < PUNCTUAL else starts_at
        playout.left_out = left_out
        if session is not None and session.started_at is not None and not session.played_out:
            await self._over(channel, playout, PlayoutState.MISSED, PlayoutReason.ENCODER, now)
        elif not films:
            await self._over(channel, playout, PlayoutState.FAILED, PlayoutReason.NO_VIDEOS, now)
        elif began + timedelta(seconds=sum(seconds for _, seconds in films)) <= now:
            await self._over(channel, playout, PlayoutState.MISSED, PlayoutReason.DOWN, now)
        else:
            playout.state, playout.began_at = PlayoutState.PLAYING, began
            playout.films = [[key, seconds] for key, seconds in films]
            await self._db.flush()
            await self._events.happened(channel, PlayoutChanged(playout.state), now)
            return playout
        return None

    async def over(self, channel: Channel, starts_at: datetime, now: datetime) -> None:
        """Its time is over."""
        playout = await self._repository.locked(channel.id)
        if playout is None or playout.starts_at != starts_at or playout.state != PlayoutState.PLAYING:
            return
        if playout.session_id is None:
            await self._over(channel, playout, PlayoutState.FAILED, PlayoutReason.UNREACHABLE, now)
        else:
            await self._over(channel, playout, PlayoutState.ENDED, None, now)

    async def stop(self, channel: Channel, now: datetime) -> None:
        """The host ended it. No restart undoes that."""
        playout = await self._repository.locked(channel.id)
        if playout is not None and playout.state == PlayoutState.PLAYING:
            await self._over(channel, playout, PlayoutState.ENDED, PlayoutReason.STOPPED, now)

    async def _over(
        self, channel: Channel, playout: Playout, state: PlayoutState, reason: PlayoutReason | None, now: datetime
    ) -> None:
        playout.state, playout.reason = state, reason
        await self._db.flush()
        log.info("a playout is over", channel=channel.hash_id, state=state, reason=reason)
        await self._events.happened(channel, PlayoutChanged(state), now)


def _schedule(channel: Channel) -> datetime | None:
    """When the channel's playlist is to be played out."""
    plays = channel.stream_type == StreamType.ON_DEMAND and channel.starts_at_shown and channel.deleted_at is None
    return channel.starts_at if plays else None
