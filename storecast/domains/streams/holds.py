"""The host's stop holds: an encoder that connects anew by itself does not begin another show.

It cannot be told from somebody who presses start, but by going on: a held key lets a publisher in once nobody has
tried it for a while. Tries that come ever further apart are held as well: each may be away twice as long as the last.
"""

from datetime import datetime, timedelta

from storecast.domains.streams.errors import ShowStopped
from storecast.domains.streams.models import Stream, StreamHold
from storecast.domains.streams.repository import StreamRepository
from storecast.kit.database import Database

QUIET = timedelta(seconds=15)  # encoders that try at a fixed pace do so every 2 to 10 s
LONGEST = timedelta(minutes=30)  # OBS waits half as long again each time, at most 15 min


class StreamHolds:
    """Each call needs the stream locked."""

    def __init__(self, db: Database) -> None:
        self._repository = StreamRepository(db)

    async def begin(self, stream: Stream, session_id: str, now: datetime) -> None:
        await self._repository.end_hold(stream.id)
        await self._repository.add(
            StreamHold(stream_id=stream.id, session_id=session_id, tried_at=now, until=now + QUIET)
        )

    async def pass_by(self, stream: Stream, now: datetime) -> None:
        """Let a publisher by, once the key has been quiet; else hold it anew. Raises `ShowStopped`."""
        hold = await self._repository.hold(stream.id)
        if hold is None:
            return
        if now >= hold.until:
            await self._repository.end_hold(stream.id)
            return
        wait = min(max(QUIET, 2 * (now - hold.tried_at)), LONGEST)
        hold.tried_at, hold.until = now, now + wait
        raise ShowStopped(wait)
