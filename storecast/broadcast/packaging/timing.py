"""From a publisher's milliseconds to exact times: whole frames of sound, pictures at a steady rate.

RTMP rounds every time stamp to a millisecond, and publishers set their clocks, lose frames and start tracks late. Here
a show gets one time line that only goes on, and each track times that neither drift from it nor jitter.
"""

from collections import deque
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

from storecast.broadcast.packaging.codecs import VIDEO_TIMESCALE
from storecast.broadcast.tags import Tag, milliseconds_between

JUMP_MS = 1000  # time stamps that leap further than this, back or ahead, are another clock's
EXPLAINED = 8  # a leap ahead is a pause if this share of it was really waited for
TOGETHER_MS = 2000  # within this time all tracks follow, if the publisher's clock was set
APART_MS = 10_000  # a track that begins further than this from the other counts from elsewhere

_TICKS = VIDEO_TIMESCALE // 1000  # a millisecond
_ROUNDING = 2 * _TICKS  # a time stamp this near to the frame it should be is that frame
_STANDARD_RATES = tuple(
    Fraction(rate, 1001) if rate % 1000 == 0 and rate > 1000 else Fraction(rate)
    for rate in (24_000, 30_000, 60_000, 120_000, 5, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 144)
)

_AHEAD, _BEHIND = 0.025, -0.025  # seconds sound may be off its place, as encoders' stamps jitter
_LEAP = 0.25  # beyond this it is no jitter
_JITTER_FRAMES = 5  # that many frames in a row tell an error from jitter


class _Heard(Struct):
    """One track so far."""

    offset: int  # ms to add to its stamps
    last: int  # ms on the show's time line
    at: float  # when it came, by the wall clock
    longest: int = 40  # ms between its tags lately, where they were not a leap


class ShowClock:
    """The show's time line: milliseconds from its first tag on, whatever the publisher does to its clock.

    A leap of over a second is taken out where nobody waited for it; sparse frames and a track that is silent for a
    while are none. `jumped` is set to the leap's milliseconds once all tracks made it, until somebody resets it.
    """

    def __init__(self) -> None:
        self._raw: int | None = None  # newest stamp, not modulo anything
        self._tracks: dict[int, _Heard] = {}
        self._leap: tuple[int, int, int] | None = None  # the track that leapt, by how much, when on the time line
        self.jumped: int | None = None

    def place(self, tag: Tag, now: float) -> int:
        """Milliseconds of `tag`, which came at wall clock `now`."""
        self._raw = tag.timestamp if self._raw is None else self._raw + milliseconds_between(self._raw, tag.timestamp)
        track = self._tracks.get(tag.kind)
        if track is None:
            return self._begin(tag.kind, self._raw, now)
        at = self._raw + track.offset
        moved = at - track.last
        if not 0 <= moved <= JUMP_MS and self._is_leap(tag.kind, track, at, now):
            at = self._take_out(tag.kind, track, at)
            moved = at - track.last
        elif moved > 0:
            track.longest = max(moved, track.longest - 1)
        track.last, track.at = at, now
        return at

    def _begin(self, kind: int, raw: int, now: float) -> int:
        other = next(iter(self._tracks.values()), None)
        offset = -raw if other is None else other.offset
        if other is not None and abs(raw + offset - other.last) > APART_MS:
            offset = other.last - raw
        self._tracks[kind] = _Heard(offset, raw + offset, now)
        return raw + offset

    def _is_leap(self, kind: int, track: _Heard, at: int, now: float) -> bool:
        if at < track.last:
            return track.last - at > JUMP_MS
        newest = max(self._tracks.values(), key=lambda each: each.last)
        ahead = at - newest.last
        waited = (now - track.at) * 1000
        sparse = len(self._tracks) == 1 and at - track.last <= 3 * track.longest
        return ahead > JUMP_MS and waited * EXPLAINED < ahead and not sparse

    def _take_out(self, kind: int, track: _Heard, at: int) -> int:
        usual = min(track.longest, 1000)
        by = at - (track.last + usual)
        leap, self._leap = self._leap, None
        if leap is not None and leap[0] != kind and abs(leap[1] - by) <= JUMP_MS and at - by - leap[2] <= TOGETHER_MS:
            by = leap[1]  # the same leap: what was in step stays so
            self.jumped = by
        elif len(self._tracks) == 1:
            self.jumped = by
        else:
            self._leap = (kind, by, track.last)
        track.offset -= by
        return max(at - by, track.last)


class PictureClock:
    """Decoding times of one take's pictures in ticks of `VIDEO_TIMESCALE`, on their rate's grid while they keep to it.

    `frame` is the ticks of one picture, None where they come at no steady rate.
    """

    def __init__(self, base: int, frame: int | None) -> None:
        self._base = base  # ms of the show at which the take begins
        self.frame = frame
        self._last: int | None = None

    def place(self, at: int) -> int:
        """Ticks of a picture decoded at `at` ms of the show; each after the one before."""
        ticks = (at - self._base) * _TICKS
        last = self._last
        if last is None:
            self._last = max(ticks, 0)
            return self._last
        if self.frame is not None:
            steps = max(1, round((ticks - last) / self.frame))
            due = last + steps * self.frame
            if abs(ticks - due) <= _ROUNDING:
                ticks = due
        self._last = max(ticks, last + _TICKS)
        return self._last

    def composed(self, milliseconds: int) -> int:
        """Ticks of a composition offset: whole pictures where it is within rounding of them."""
        ticks = milliseconds * _TICKS
        if self.frame is not None:
            due = round(ticks / self.frame) * self.frame
            if abs(ticks - due) <= _ROUNDING:
                return due
        return ticks


def frame_ticks(stamps: list[int], hints: list[Fraction]) -> int | None:
    """Ticks a picture, from time stamps in ms; of seconds a picture that were announced the first that fits.

    None where the stamps keep no rate.
    """
    gaps = sorted(later - earlier for earlier, later in pairwise(stamps) if later > earlier)
    if not gaps:
        return None
    middle = gaps[len(gaps) // 2]
    usual = [gap for gap in gaps if abs(gap - middle) <= 2]
    if len(usual) < 0.7 * len(gaps):
        return None
    average = Fraction(sum(usual), len(usual))
    allowed = Fraction(1, len(usual)) + Fraction(1, 8)  # ms: what rounding can do to an average
    for frame in (*hints, *(1 / rate for rate in sorted(_STANDARD_RATES, key=lambda rate: abs(1000 / rate - average)))):
        if abs(frame * 1000 - average) <= allowed:
            return round(frame * VIDEO_TIMESCALE)
    return round(average * _TICKS)


class SoundClock:
    """Positions of one take's sound in samples: frame after frame, put right only where it is really off.

    `end` is where the next frame begins if nothing is missing.
    """

    def __init__(self, base: int, rate: int) -> None:
        self._base = base  # ms of the show at which the take begins
        self._rate = rate
        self._errors: deque[float] = deque(maxlen=_JITTER_FRAMES)
        self._begun = False
        self.end = 0

    def place(self, at: int, samples: int) -> tuple[int, int] | None:
        """Where a frame of `samples` at `at` ms begins, and the samples missing before it; None for one too many."""
        wanted = (at - self._base) / 1000
        if not self._begun:
            if wanted < -samples / self._rate / 2:
                return None  # it was over before the take began
            self._begun = True
            begin = max(0, round(wanted * self._rate))
            missing = begin - self.end
            self.end = begin + samples
            return begin, missing
        error = wanted - self.end / self._rate
        self._errors.append(error)
        missing = 0
        settled = len(self._errors) == _JITTER_FRAMES
        if error > _LEAP:
            missing = round(error * self._rate)
        elif settled and min(self._errors) > _AHEAD:
            missing = round(min(self._errors) * self._rate)
        elif error < -_LEAP or (settled and max(self._errors) < _BEHIND):
            return None
        if missing:
            self._errors.clear()
        begin = self.end + missing
        self.end = begin + samples
        return begin, missing

    def skip_to(self, position: int) -> None:
        """Go on at `position`: what lies before is filled."""
        self._begun = True
        self.end = max(self.end, position)
