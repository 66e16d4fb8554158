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

JUMP_MS = 1000  # time stamps that leap further ahead than this are another clock's,
BACK_MS = 250  # or that far back, which is no jitter
LONGEST_PAUSE_MS = 100_000  # nobody is waited for any longer
EXPLAINED = 8  # a leap ahead is a pause if this share of it was really waited for
USUAL_MS = 40  # between a track's tags, until it is known
APART_MS = 10_000  # a track that begins further than this from the other counts from elsewhere

_TICKS = VIDEO_TIMESCALE // 1000  # a millisecond
_ROUNDING = 2 * _TICKS  # a time stamp this near to the frame it should be is that frame
_STANDARD_RATES = tuple(
    Fraction(rate, 1001) if rate % 1000 == 0 and rate > 1000 else Fraction(rate)
    for rate in (24_000, 30_000, 60_000, 120_000, 5, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 144)
)

_OFF = 0.025  # seconds sound may be off its place, as encoders' stamps jitter
_LEAP = 0.25  # beyond this it is no jitter
_SURELY_OFF = ((2, _LEAP), (5, _OFF))  # that many frames in a row are further off: no wild stamp, no jitter


class _Heard(Struct):
    """One track so far."""

    base: int  # ms to add to its stamps, but for its leaps
    leapt: int  # ms of leaps to take out,
    before: int  # and before the last one
    last: int  # ms on the show's time line
    at: float  # when it came, by the wall clock
    usual: int = USUAL_MS  # ms between its newest tags, where they were not a leap
    longest: int = USUAL_MS  # and lately


class ShowClock:
    """The show's time line: milliseconds from its first tag on, whatever the publisher does to its clock.

    A leap is taken out where nobody waited for it; sparse frames and a track that is silent for a while are none.
    Tracks stay in step: what leaps to where another track is goes along with it. `jumped` is set to the
    milliseconds of a leap over a second once all tracks made it, until somebody resets it.
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Heard] = {}
        self._newest = 0  # ms on the time line
        self._leapt = 0  # ms, by all tracks
        self.jumped: int | None = None

    def place(self, tag: Tag, now: float) -> int:
        """Milliseconds of `tag`, which came at wall clock `now`."""
        track = self._tracks.get(tag.kind)
        if track is None:
            track = self._tracks[tag.kind] = self._begun(tag.timestamp, now)
        at = self._at(tag.timestamp + track.base - track.leapt)
        if abs(at - track.last) > BACK_MS:
            leapt = self._leaps(track, at, now)
            if leapt != track.leapt:
                at = max(self._at(tag.timestamp + track.base - leapt), track.last)
                self._leap(track, leapt)
        moved = at - track.last
        if moved > 0:
            track.usual = min(moved, JUMP_MS)
            track.longest = max(moved, track.longest - 1)
        track.last, track.at = at, now
        self._newest = max(self._newest, at)
        return at

    def _at(self, stamp: int) -> int:
        """Stamps count modulo 2³²."""
        return self._newest + milliseconds_between(self._newest, stamp)

    def _begun(self, stamp: int, now: float) -> _Heard:
        other = next(iter(self._tracks.values()), None)
        base, leapt = (-stamp, 0) if other is None else (other.base, other.leapt)
        at = self._at(stamp + base - leapt)
        if abs(at - self._newest) > APART_MS:
            base, at = self._newest + leapt - stamp, self._newest
        return _Heard(base, leapt, leapt, at, now)

    def _leaps(self, track: _Heard, at: int, now: float) -> int:
        """What is to be taken out of `track` from here on, which comes to be `at`, far from where it was."""
        beside = track.last + track.usual if self._newest - track.last <= JUMP_MS else self._newest
        for leapt in (*(each.leapt for each in self._tracks.values()), track.before):
            there = self._at(at + track.leapt - leapt)
            if abs(there - beside) < min(abs(at - beside), JUMP_MS):
                return leapt
        return track.leapt + at - beside if self._is_leap(track, at, now) else track.leapt

    def _is_leap(self, track: _Heard, at: int, now: float) -> bool:
        if at < track.last:
            return True
        ahead = at - self._newest
        if ahead > LONGEST_PAUSE_MS:
            return True
        waited = (now - track.at) * 1000
        sparse = len(self._tracks) == 1 and at - track.last <= 3 * track.longest
        return ahead > JUMP_MS and waited * EXPLAINED < ahead and not sparse

    def _leap(self, track: _Heard, leapt: int) -> None:
        track.before, track.leapt = track.leapt, leapt
        if leapt != self._leapt and all(each.leapt == leapt for each in self._tracks.values()):
            if abs(leapt - self._leapt) > JUMP_MS:
                self.jumped = leapt - self._leapt
            self._leapt = leapt


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
        self._errors: deque[float] = deque(maxlen=_SURELY_OFF[-1][0])
        self._begun = False
        self._filled = False
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
        if self._filled:
            if error < -samples / self._rate / 2:
                return None  # silence is there already
            self._filled = False
            self._errors.clear()
            missing = max(0, round(error * self._rate))
            begin = self.end + missing
            self.end = begin + samples
            return begin, missing
        self._errors.append(error)
        off = self._surely_off() if abs(error) > _OFF else 0.0
        missing = round(off * self._rate)
        if abs(missing) <= samples / 2:
            missing = 0  # a frame less or a gap would be no nearer
        elif missing < 0:
            return None
        else:
            self._errors.clear()
        begin = self.end + missing
        self.end = begin + samples
        return begin, missing

    def _surely_off(self) -> float:
        """Seconds by which sound is off its place, below 0 where there is too much of it; 0 where it may be jitter."""
        errors = list(self._errors)
        for count, least in _SURELY_OFF:
            lately = errors[-count:]
            if len(lately) == count:
                if min(lately) > least:
                    return min(lately)
                if max(lately) < -least:
                    return max(lately)
        return 0.0

    def skip_to(self, position: int) -> None:
        """Go on at `position`: what lies before is filled."""
        self._begun = True
        if position > self.end:
            self.end, self._filled = position, True
