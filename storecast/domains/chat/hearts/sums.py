"""Hearts of the last half second, summed by channel in this process: none is a row."""

from collections import Counter
from collections.abc import Collection, Iterator

from storecast.domains.chat.events import HeartsCounted
from storecast.kit.database import Database
from storecast.kit.events import RoomFigure


class HeartSums:
    """One a process. A channel's sums go with their telling; what a crash takes with it nobody misses."""

    def __init__(self) -> None:
        self._sums: dict[int, tuple[str, Counter[str]]] = {}

    def add(self, channel_id: int, room_id: str, emoji: str, count: int) -> None:
        self._sums.setdefault(channel_id, (room_id, Counter()))[1][emoji] += count

    async def count(self, _: Database, channel_ids: Collection[int]) -> Iterator[tuple[str, RoomFigure]]:
        """What to tell which room, once."""
        told = [self._sums.pop(channel_id) for channel_id in channel_ids if channel_id in self._sums]
        return ((room_id, HeartsCounted(dict(sums))) for room_id, sums in told)
