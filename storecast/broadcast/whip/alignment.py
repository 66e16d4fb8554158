"""Picture and sound on one time line, from their RTP time stamps (RFC 3550, 6.4.1).

Each counts from anywhere. Until the sender's reports say what lies beside what, a track's first frame is heard or seen
when it came. Then pictures go to their place beside the sound, once at a stroke and later by little steps: sound that
leaps can be heard. So both follow the sender's clocks, however long the show.
"""

SOUND_RATE = 48_000
PICTURE_RATE = 90_000
GLIDE = 0.003  # seconds a picture is moved at most
_BELIEVED = 5.0  # seconds reports may move a track by; one that says more has its clocks wrong
_BEGIN = 1.0  # second at which a show begins, so that nothing is placed before 0


class Track:
    """The stamps of one track; `report` is a moment by the sender's clock, in s, and the stamp of that moment."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.offset: float | None = None  # seconds from its stamps to the time line
        self.report: tuple[float, float] | None = None
        self._last: int | None = None

    def seconds(self, stamp: int) -> float:
        """Stamps count modulo 2³²."""
        last = stamp if self._last is None else self._last
        self._last = last + ((stamp - last + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
        return self._last / self.rate

    def told(self, moment: float, stamp: int) -> None:
        if self._last is not None:
            near = self._last + ((stamp - self._last + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
            self.report = (moment, near / self.rate)


class Alignment:
    """Of one publisher. Moments are seconds since it connected; what comes out are milliseconds that only grow."""

    def __init__(self) -> None:
        self.picture = Track(PICTURE_RATE)
        self.sound = Track(SOUND_RATE)
        self._aligned = False
        self._newest = 0.0

    def heard(self, stamp: int, now: float) -> int:
        seconds = self.sound.seconds(stamp)
        if self.sound.offset is None:
            self.sound.offset = _BEGIN + now - seconds
        return round((seconds + self.sound.offset) * 1000)

    def seen(self, stamp: int, now: float) -> int:
        seconds = self.picture.seconds(stamp)
        if self.picture.offset is None:
            self.picture.offset = _BEGIN + now - seconds
        wanted = self._wanted()
        if wanted is not None and abs(wanted - self.picture.offset) < _BELIEVED:
            error = wanted - self.picture.offset
            self.picture.offset += max(-GLIDE, min(error, GLIDE)) if self._aligned else error
            self._aligned = True
        self._newest = max(seconds + self.picture.offset, self._newest + 0.001)
        return round(self._newest * 1000)

    def _wanted(self) -> float | None:
        """Seconds from the pictures' stamps to the time line, by what the sender has reported of both tracks."""
        seen, heard = self.picture.report, self.sound.report
        if seen is None or heard is None or self.sound.offset is None:
            return None
        return heard[1] + (seen[0] - heard[0]) - seen[1] + self.sound.offset
