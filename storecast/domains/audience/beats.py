"""Which views go on, and from where, and what waits to be written.

How many come from one network, which keeps one caller from passing for a crowd, all processes of a machine count
together (`kit/shared/crowds.py`).
"""

from collections import defaultdict
from datetime import timedelta

from msgspec import Struct

from storecast.kit.errors import Unavailable

GONE_AFTER = timedelta(seconds=75)  # browsers let a hidden tab speak once a minute, and a moment late
MOST_LIVE = 200_000
MOST_WAITING = 50_000  # views: what the largest show comes to within some seconds
SWEEP_MS = 5_000
RENEW_MS = 30_000
RETRY_AFTER = 10  # seconds, as often as pages speak
MINUTE_MS = 60_000
_GONE_MS = int(GONE_AFTER.total_seconds()) * 1000


class TooManyBeats(Unavailable):
    """This process holds as many as it may: the database is away, or more watch than one process can take."""

    def __init__(self) -> None:
        super().__init__("More heartbeats wait to be written than can be held. Try again in a moment.")
        self.headers = {"Retry-After": str(RETRY_AFTER)}


class Beat(Struct):
    """What waits to be written of a view's minute. Moments are milliseconds since 1970."""

    channel_id: int
    view: str
    viewer: str
    media_id: int | None
    media_at: float | None
    first: int
    last: int
    number: int
    batch: int

    @property
    def minute(self) -> int:
        return self.first - self.first % MINUTE_MS


class _View(Struct):
    network: str
    media_id: int | None
    seen: int
    renewed: int  # when all processes of the machine were told last that it goes on
    beat: Beat | None = None


class Beats:
    """One a process, each for itself. A beat of a view that goes on is one look into a dictionary."""

    def __init__(self) -> None:
        self._views: dict[tuple[int, str], _View] = {}
        self._waiting: list[Beat] = []
        self._batch = 0
        self._taken = 0  # and not written yet
        self._sweep_at = 0

    @property
    def waiting(self) -> int:
        return self._taken + len(self._waiting)

    def knows(self, channel_id: int, view: str) -> bool:
        return (channel_id, view) in self._views

    def require_room(self) -> None:
        """Raises `TooManyBeats` where this process can hold no view more."""
        if len(self._views) >= MOST_LIVE:
            raise TooManyBeats

    def to_renew(self) -> list[tuple[int, str, str]]:
        """Channel, view and network of those that go on, and were not told to the others for a while."""
        found = []
        for beat in self._waiting:
            known = self._views.get((beat.channel_id, beat.view))
            if known is not None and known.seen - known.renewed >= RENEW_MS:
                known.renewed = known.seen
                found.append((beat.channel_id, beat.view, known.network))
        return found

    def begin(self, channel_id: int, view: str, network: str, media_id: int | None, now: int) -> None:
        self._views[(channel_id, view)] = _View(network, media_id, now, now)

    def note(
        self, channel_id: int, view: str, viewer: str, media_id: int | None, media_at: float | None, now: int
    ) -> bool:
        """That a view which has begun goes on. False where it began as another's: of the show, or another video.

        Raises `TooManyBeats`.
        """
        known = self._views[(channel_id, view)]
        if known.media_id != media_id:
            return False
        beat = known.beat
        if beat is not None and beat.batch == self._batch and 0 <= now - beat.minute < MINUTE_MS:
            beat.last = max(beat.last, now)
            beat.media_at = media_at
            beat.number += 1
        else:
            if self.waiting >= MOST_WAITING:
                raise TooManyBeats
            known.beat = Beat(channel_id, view, viewer, media_id, media_at, now, now, 1, self._batch)
            self._waiting.append(known.beat)
        known.seen = now
        return True

    def take(self) -> dict[int, list[Beat]]:
        """What waits, by minute, a view once in each. It counts as waiting until it is `written`."""
        taken, self._waiting = self._waiting, []
        self._batch += 1
        self._taken += len(taken)
        minutes: defaultdict[int, dict[tuple[int, str], Beat]] = defaultdict(dict)
        for beat in taken:
            minute, key = minutes[beat.minute], (beat.channel_id, beat.view)
            known = minute.setdefault(key, beat)
            if known is not beat:  # the clock was set back
                known.first, known.last = min(known.first, beat.first), max(known.last, beat.last)
                known.number += beat.number
        return {minute: list(minutes[minute].values()) for minute in sorted(minutes)}

    def written(self) -> None:
        """All that was taken."""
        self._taken = 0

    def forget_gone(self, now: int) -> None:
        if abs(now - self._sweep_at) < SWEEP_MS:
            return
        self._sweep_at = now
        for key in [key for key, known in self._views.items() if now - known.seen >= _GONE_MS]:
            del self._views[key]
