"""How many watch each channel: counted in the database, once a second by whichever process is first, and told by it.

Those that come later read what was counted, so that all tell their viewers the same.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta

from storecast.domains.audience.beats import GONE_AFTER
from storecast.domains.audience.events import ViewersCounted
from storecast.domains.audience.repository import AudienceRepository, Counted, Span
from storecast.domains.channels.access import Act
from storecast.kit.bus import Bus
from storecast.kit.database import Database, DatabaseMaker, transaction
from storecast.kit.events import EVERYBODY, Events

EVERY = timedelta(seconds=0.9)  # processes look twice a second


class Counting:
    """One a process."""

    def __init__(self, databases: DatabaseMaker, bus: Bus) -> None:
        self._databases = databases
        self._bus = bus
        self._watched: dict[int, datetime] = {}  # channels with anybody, and since when this process knows
        self._shown: dict[int, int] = {}  # of channels that tell their viewers
        self._begun = False

    def shown(self, channel_id: int) -> int:
        """As whoever watches is told it."""
        return max(1, self._shown.get(channel_id, 0))

    def watch(self, channels: Collection[int], now: datetime) -> None:
        """Count these until nobody is left."""
        self._watched |= dict.fromkeys(channels, now)

    async def count(self, now: datetime, have_days: Callable[[set[date]], Awaitable[None]]) -> None:
        """Count the channels that are due, have their minutes come to more, and tell rooms whose number changed."""
        if not self._begun:
            async with transaction(self._databases) as db:
                self.watch(await AudienceRepository(db).watched(), now)  # nobody may have told that they are gone
            self._begun = True
        if not self._watched:
            return
        async with transaction(self._databases) as db:
            known = {counted.channel_id: counted for counted in await AudienceRepository(db).counts(self._watched)}
        if any(_is_due(each, now) for each in known.values()):
            await have_days({now.date()})
            async with transaction(self._databases) as db:
                for counted in await self._count(db, now):
                    known[counted.channel_id] = counted
        self._watched = {
            channel_id: since
            for channel_id, since in self._watched.items()
            if (each := known.get(channel_id)) is not None
            and (each.viewers or each.counted_at is None or each.counted_at < since)
        }
        self._shown = {each.channel_id: each.viewers for each in known.values() if each.shows}

    async def _count(self, db: Database, now: datetime) -> list[Counted]:
        repository, events = AudienceRepository(db), Events(db, self._bus)
        due = {before.channel_id: before for before in await repository.due(self._watched, now, EVERY)}
        if not due:
            return []  # another process was faster
        counts = await repository.count(due, now)
        counted = [before.again(counts.get((before.channel_id, None), 0), now) for before in due.values()]
        await repository.counted({each.channel_id: each.viewers for each in counted}, now)
        spans = await repository.spans(due, {media_id for _, media_id in counts if media_id is not None}, now)
        sums = []
        for span in _at(spans, now):
            viewers = counts.get((span.channel_id, span.media_id), 0)
            if viewers:
                sums.append((span.audience_id, viewers, viewers * _seconds_since(due[span.channel_id], now)))
        if sums:
            await repository.lock([audience_id for audience_id, _, _ in sums])
            await repository.roll_up(sums, now)
        for each in counted:
            if _is_news(due[each.channel_id], each, now):
                audience = EVERYBODY if each.shows else Act.SEE_STATS
                await events.figure(each.room_id, ViewersCounted(each.viewers), to=audience)
        return counted


def _is_due(counted: Counted, now: datetime) -> bool:
    """A moment to come is of a clock that was set back since."""
    return counted.counted_at is None or not now - EVERY < counted.counted_at <= now


def _is_news(before: Counted, counted: Counted, now: datetime) -> bool:
    """Told once a minute all the same: a gateway that was restarted knows no number."""
    if before.counted_at is None or before.viewers != counted.viewers:
        return True
    return before.counted_at.replace(second=0, microsecond=0) != now.replace(second=0, microsecond=0)


def _seconds_since(before: Counted, now: datetime) -> float:
    """Where nobody counted for long, nobody knows how many they were."""
    if before.counted_at is None:
        return 0.0
    return min(max(now - before.counted_at, timedelta()), GONE_AFTER).total_seconds()


def _at(spans: Collection[Span], now: datetime) -> list[Span]:
    """The one of each channel and video that goes on: a show rather than what is between shows."""
    found: dict[tuple[int, int | None], Span] = {}
    for span in sorted(spans, key=lambda span: span.since):
        if span.since <= now <= span.until:
            found[(span.channel_id, span.media_id)] = span
    return list(found.values())
