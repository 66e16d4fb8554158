"""Which views go on, and from where: what keeps one caller from passing for a crowd. And what waits to be written."""

from collections import defaultdict
from datetime import timedelta

from msgspec import Struct

from storecast.kit.errors import Unavailable
from storecast.kit.shared.crowds import Crowds

GONE_AFTER = timedelta(seconds=75)  # browsers let a hidden tab speak once a minute, and a moment late
MOST_FROM_ADDRESS = 500  # of one channel at once: carriers and offices share addresses
MOST_LIVE = 200_000
MOST_WAITING = 50_000  # views: what the largest show comes to within some seconds
SWEEP_MS = 5_000
VOUCHED_MS = 20_000  # that nobody is told again of a view that goes on: to tell them takes as long as all else
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
    crowd: tuple[str, str]  # the views of a network at a channel
    media_id: int | None
    seen: int
    vouched: int  # when all processes were last told that it is there
    beat: Beat | None = None


class Beats:
    """One a process; `crowds` is of all. A beat of a view that goes on is one look into a dictionary."""

    def __init__(self, crowds: Crowds) -> None:
        self._crowds = crowds
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

    def has_room(self, channel_id: int, view: str, network: str) -> bool:
        """Whether one more view of this network is counted. Raises `TooManyBeats`."""
        if len(self._views) >= MOST_LIVE:
            raise TooManyBeats
        return self._crowds.has_room((str(channel_id), network), view, MOST_FROM_ADDRESS)

    def begin(self, channel_id: int, view: str, network: str, media_id: int | None, now: int) -> bool:
        """False where it is one too many, after all."""
        crowd = (str(channel_id), network)
        if self._crowds.admit(crowd, view, MOST_FROM_ADDRESS):
            self._views[(channel_id, view)] = _View(crowd, media_id, now, now)
        return (channel_id, view) in self._views

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
            if abs(now - known.vouched) >= VOUCHED_MS:
                if not self._crowds.admit(known.crowd, view, MOST_FROM_ADDRESS):
                    return False  # it was silent for long, and others took its place
                known.vouched = now
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
