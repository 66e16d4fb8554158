"""What a viewer saw of a show: when it began, where it stood still, what went wrong."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

MOVED = 0.001  # seconds of media; less is standing still
LEAP = 0.3  # seconds playback goes on beyond what time and its rate explain
FASTEST = 1.1
END = 0.2  # seconds before the last place that was reached


class Look(NamedTuple):
    """At a time (ms since the page was opened): the place in the show (s), pictures shown so far, latencies (s)."""

    at: float
    place: float
    pictures: int
    latency: float | None
    target: float | None


class Happening(NamedTuple):
    at: float  # ms
    place: float  # s
    what: str


class Stop(Struct, frozen=True):
    """For how long something stood still, and since when (seconds since the page was opened)."""

    seconds: float = 0.0
    since: float = 0.0


class Observation(Struct, frozen=True):
    """All in order of time."""

    looks: list[Look]
    happenings: list[Happening]
    ended: bool

    def when(self, begins: str) -> list[float]:
        """Seconds since the page was opened at which happened what begins with that word."""
        return [each.at / 1000 for each in self.happenings if each.what.split(" ")[0] == begins]

    @property
    def began(self) -> float:
        """Seconds until it played; infinite if it never did."""
        return min(self.when("playing"), default=float("inf"))

    @property
    def pictures(self) -> int:
        return max((look.pictures for look in self.looks), default=0)

    @property
    def stall(self) -> Stop:
        """The longest time without playback, once it played."""
        played = [look for look in self.looks if look.at / 1000 >= self.began]
        return _longest((look.at, look.place) for look in self._until_ended(played))

    @property
    def still(self) -> Stop:
        """The longest time without a new picture, from the first on."""
        shown = [look for look in self.looks if look.pictures]
        return _longest((look.at, look.pictures) for look in self._until_ended(shown))

    @property
    def leaps(self) -> list[tuple[float, float]]:
        """Where playback leapt (s, from and to), once it played."""
        played = [look for look in self.looks if look.at / 1000 >= self.began]
        return [
            (before.place, after.place)
            for before, after in pairwise(played)
            if not -LEAP < after.place - before.place < (after.at - before.at) / 1000 * FASTEST + LEAP
        ]

    @property
    def errors(self) -> list[str]:
        return [
            f"{each.at / 1000:.1f} s: {each.what}"
            for each in self.happenings
            if each.what.split(" ")[0] in ("error", "fatal", "trouble")
        ]

    @property
    def broke(self) -> list[str]:
        """What ended playback."""
        return [each.what for each in self.happenings if each.what.split(" ")[0] in ("fatal", "trouble")]

    @property
    def last(self) -> float:
        """How far playback came, in seconds of the show."""
        return max((look.place for look in self.looks), default=0.0)

    def _until_ended(self, looks: list[Look]) -> list[Look]:
        """Players wait for more at the end of a show: that is no standstill."""
        return [look for look in looks if look.place < self.last - END]


def _longest(looks: Iterable[tuple[float, float]]) -> Stop:
    longest = Stop()
    since: tuple[float, float] | None = None
    for at, value in looks:
        if since is None or abs(value - since[1]) > MOVED:
            since = at, value
        elif (at - since[0]) / 1000 > longest.seconds:
            longest = Stop((at - since[0]) / 1000, since[0] / 1000)
    return longest
