"""How a publisher's stream is: figures, and what is wrong with it in words for whoever publishes.

Counting only: the packager says what came and when, `report` makes of it what the studio shows.
"""

from collections import deque
from typing import Final, Literal, NamedTuple

from storecast.contracts.hooks import StreamHealth, StreamTrouble

Known = Literal[
    "sound_left_out",
    "stamps_jump",
    "unreadable_header",
    "no_sound",
    "sound_silent",
    "recording_stopped",
]
"""What only the packager can know."""
Found = Literal[
    "nothing_received",
    "no_picture",
    "no_keyframe",
    "slow_network",
    "bitrate_high",
    "codec_not_everywhere",
]
"""What the counting itself shows."""

RATE_SECONDS = 5.0  # over which bit and frame rate are measured
SILENT_SECONDS = 3.0
NO_PICTURE_SECONDS = 10.0
KEYFRAME_SECONDS = 10.0
SLOW_OVER_SECONDS = 10.0
SLOW_SECONDS = 2.0  # media behind its arrival by more than this is slow, until it is by less than half of it
SETTLED_SHARE = 0.9  # of the limit, under which a bit rate that was above it has come down
STEP_SECONDS = 60.0  # no publisher is silent for so long: the clock was set
FADING_SECONDS = 60.0  # how long what happens at one moment is told

_FADING: Final[frozenset[Known]] = frozenset(("stamps_jump", "unreadable_header"))
_JUMP_MS = 1000  # a time stamp ahead of its arrival by more, or this far back, is a jump and no media
_HALF, _MASK = 1 << 31, (1 << 32) - 1  # stamps count modulo 2**32
_MARKS = int(SLOW_OVER_SECONDS) + 2
_LONGEST_FACT = 40
_MOST_CODECS = 8
_MOST_PIXELS = 100_000

_WORDS: Final[dict[Known | Found, str]] = {
    "recording_stopped": "The recording has stopped: the server's disk is full. The show goes on. "
    "Ask whoever runs the server to make room.",
    "nothing_received": "Nothing has arrived for {span}. Check your network, and that the encoder is still streaming.",
    "no_picture": "No picture for {span}: viewers have only the sound. "
    "Check the camera, and that the encoder sends video.",
    "no_keyframe": "No keyframe for {span}: who comes now waits for a picture. Set the keyframe interval to 2 seconds.",
    "slow_network": "The stream arrives too slowly: {seconds} of the last {over} seconds are missing. "
    "Lower the video bit rate, or use a cable instead of Wi-Fi.",
    "bitrate_high": "The bit rate is {kbps} kbit/s, and {limit} are allowed. Lower it in the encoder.",
    "sound_left_out": "Browsers cannot play {codec} sound, so viewers hear none. Set the audio encoder to AAC.",
    "no_sound": "The encoder announced sound, but none has come: the show goes on without. "
    "Check the microphone and the audio source.",
    "sound_silent": "The sound has stopped: viewers hear silence. Check the microphone and the audio source.",
    "stamps_jump": "The time stamps jumped by {span}: viewers may have seen a break. "
    "If it happens again, restart the encoder.",
    "unreadable_header": "The encoder sent a header that cannot be read. It was left out, and the show goes on. "
    "If picture or sound are broken, restart the encoder.",
    "codec_not_everywhere": "Many browsers cannot play {codec}; send {instead} to reach everybody.",
}
"""In the order in which they are told: the worst first."""

# RFC 6381 names begin so. H.264 profiles beyond 4:2:0 with 8 bits (ISO/IEC 14496-10, A.2) are decoded by few.
_RARE_VIDEO: Final[tuple[tuple[str, str, str], ...]] = (
    ("hvc1", "HEVC", "H.264"),
    ("hev1", "HEVC", "H.264"),
    ("av01", "AV1", "H.264"),
    ("avc1.6e", "H.264 with 10 bits a colour", "8 bits (NV12)"),
    ("avc1.7a", "H.264 with 4:2:2 colours", "4:2:0 (NV12)"),
    ("avc1.f4", "H.264 with 4:4:4 colours", "4:2:0 (NV12)"),
)


class _Mark(NamedTuple):
    """The counters as they stood at a moment."""

    at: float
    bytes: int
    frames: int
    video_ms: int
    audio_ms: int


class Health:
    """One publish's. `now` is any clock in seconds, set forth and back as it may be; `limit_kbps` the highest bit rate
    allowed.

    Memory stays the same however long the show; `received`, `video` and `audio` cost less than a microsecond.
    """

    __slots__ = (
        "_audio_at",
        "_audio_ms",
        "_audio_stamp",
        "_began",
        "_bytes",
        "_codecs",
        "_dropped",
        "_frames",
        "_height",
        "_high",
        "_interval_ms",
        "_keyframe_ms",
        "_known",
        "_limit_kbps",
        "_mark_due",
        "_marks",
        "_received_at",
        "_slow",
        "_told",
        "_video_at",
        "_video_ms",
        "_video_stamp",
        "_width",
    )

    def __init__(self, now: float, limit_kbps: float | None = None) -> None:
        self._limit_kbps = limit_kbps
        self._began = self._received_at = now
        self._bytes = self._frames = self._dropped = 0
        self._video_at: float | None = None
        self._audio_at: float | None = None
        self._video_stamp = self._audio_stamp = 0
        self._video_ms = self._audio_ms = 0  # media so far, jumps left out
        self._keyframe_ms: int | None = None  # where on that the newest keyframe is
        self._interval_ms: int | None = None  # between the newest two
        self._codecs: tuple[str, ...] = ()
        self._width: int | None = None
        self._height: int | None = None
        self._known: dict[Known, tuple[str, float]] = {}  # words, and when it was last told
        self._slow = self._high = False
        self._told: tuple[str, ...] = ()
        self._marks: deque[_Mark] = deque((_Mark(now, 0, 0, 0, 0),), _MARKS)  # a second apart
        self._mark_due = now + 1.0

    def received(self, count: int, now: float) -> None:
        """`count` bytes came."""
        self._bytes += count
        if not 0 <= now - self._received_at <= STEP_SECONDS:
            self._follow_clock(now)
        self._received_at = now
        if now >= self._mark_due:
            self._marks.append(_Mark(now, self._bytes, self._frames, self._video_ms, self._audio_ms))
            self._mark_due = now + 1.0

    def video(self, stamp_ms: int, keyframe: bool, now: float) -> None:
        """A picture, with its decoding time as the publisher counts."""
        self._frames += 1
        if self._video_at is not None:
            step = ((stamp_ms - self._video_stamp + _HALF) & _MASK) - _HALF
            if -_JUMP_MS <= step <= _JUMP_MS + (now - self._video_at) * 1000:
                self._video_ms += step
        self._video_at = now
        self._video_stamp = stamp_ms
        if keyframe:
            if self._keyframe_ms is not None:
                self._interval_ms = max(self._video_ms - self._keyframe_ms, 0)
            self._keyframe_ms = self._video_ms

    def audio(self, stamp_ms: int, now: float) -> None:
        """A frame of sound, or several."""
        if self._audio_at is not None:
            step = ((stamp_ms - self._audio_stamp + _HALF) & _MASK) - _HALF
            if -_JUMP_MS <= step <= _JUMP_MS + (now - self._audio_at) * 1000:
                self._audio_ms += step
        self._audio_at = now
        self._audio_stamp = stamp_ms

    def dropped(self, count: int = 1) -> None:
        """Frames that came and cannot be shown."""
        self._dropped += count

    def format(self, *codecs: str, width: int | None = None, height: int | None = None) -> None:
        """What is played now: RFC 6381 names and the picture's size in pixels, as far as it can be one."""
        self._codecs = tuple(map(_printable, codecs[:_MOST_CODECS]))
        self._width, self._height = _pixels(width), _pixels(height)

    def trouble(self, code: Known, *, codec: str = "this", seconds: float = 0.0) -> None:
        """The packager found a trouble. It is told until `settled`; a jump or a bad header for a minute."""
        words = _WORDS[code].format(codec=_printable(codec), span=_span(abs(seconds)))
        self._known[code] = words, self._received_at

    def settled(self, code: Known) -> None:
        self._known.pop(code, None)

    def report(self, now: float) -> StreamHealth:
        """How the stream is."""
        since = self._mark(now - RATE_SECONDS)
        kbps = (self._bytes - since.bytes) * 8 / 1000 / max(now - since.at, 1.0)
        return StreamHealth(
            kbps=round(kbps),
            frame_rate=self._frame_rate(since),
            keyframe_interval=None if self._interval_ms is None else round(self._interval_ms / 1000, 2),
            dropped=self._dropped,
            silent_seconds=round(max(now - self._received_at, 0.0), 1),
            codecs=list(self._codecs),
            width=self._width,
            height=self._height,
            troubles=self._troubles(now, kbps),
        )

    def news(self, now: float) -> tuple[StreamHealth, list[StreamTrouble]] | None:
        """The report where its troubles are others than when last asked, and those that are new; else None."""
        report = self.report(now)
        codes = tuple(trouble.code for trouble in report.troubles)
        if codes == self._told:
            return None
        before, self._told = self._told, codes
        return report, [trouble for trouble in report.troubles if trouble.code not in before]

    def _follow_clock(self, now: float) -> None:
        """The clock was set: what was measured by it begins anew."""
        step = now - self._received_at
        self._marks.clear()
        self._mark_due = now
        self._began += step
        self._video_at = None if self._video_at is None else self._video_at + step
        self._audio_at = None if self._audio_at is None else self._audio_at + step

    def _mark(self, moment: float) -> _Mark:
        """The newest mark as old as `moment`, or the oldest there is."""
        return next((mark for mark in reversed(self._marks) if mark.at <= moment), self._marks[0])

    def _frame_rate(self, since: _Mark) -> float | None:
        """By the stamps, not the arrival: what the encoder makes, however the network delivers it."""
        if self._video_at is None:
            return None
        elapsed, frames = self._video_ms - since.video_ms, self._frames - since.frames
        if since.frames == 0:
            frames -= 1  # the first picture begins the time, and ends none
        return round(max(frames, 0) * 1000 / elapsed, 2) if elapsed > 0 else 0.0

    def _troubles(self, now: float, kbps: float) -> list[StreamTrouble]:
        words: dict[Known | Found, str] = {}
        for code, (text, at) in list(self._known.items()):
            if code in _FADING and now - at > FADING_SECONDS:
                del self._known[code]
            else:
                words[code] = text
        silent = now - self._received_at
        if silent >= SILENT_SECONDS:  # whatever else is missing is so for this reason
            words["nothing_received"] = _words("nothing_received", silent)
        else:
            self._find_missing(words, now)
        self._find_high(words, kbps)
        for prefix, codec, instead in _RARE_VIDEO:
            if any(name.lower().startswith(prefix) for name in self._codecs):
                text = _WORDS["codec_not_everywhere"]
                words["codec_not_everywhere"] = text.format(codec=codec, instead=instead)
        return [StreamTrouble(code, words[code]) for code in _WORDS if code in words]

    def _find_missing(self, words: dict[Known | Found, str], now: float) -> None:
        unseen = now - (self._began if self._video_at is None else self._video_at)
        if unseen >= NO_PICTURE_SECONDS:
            words["no_picture"] = _words("no_picture", unseen)
        # The newest whole interval counts as well: keyframes 20 s apart are one trouble, not one every 20 s.
        waiting = max(self._video_ms - (self._keyframe_ms or 0), self._interval_ms or 0) / 1000
        if waiting >= KEYFRAME_SECONDS:
            words["no_keyframe"] = _words("no_keyframe", waiting)
        since = self._mark(now - SLOW_OVER_SECONDS)
        over = self._received_at - since.at  # until then: silence that follows is no delay yet
        media = max(self._video_ms - since.video_ms, self._audio_ms - since.audio_ms) / 1000
        missing = over - media
        self._slow = since.at <= now - SLOW_OVER_SECONDS and missing > (
            SLOW_SECONDS / 2 if self._slow else SLOW_SECONDS
        )
        if self._slow:
            words["slow_network"] = _WORDS["slow_network"].format(seconds=_count(missing), over=_count(over))

    def _find_high(self, words: dict[Known | Found, str], kbps: float) -> None:
        if self._limit_kbps is None:
            return
        self._high = kbps > self._limit_kbps * (SETTLED_SHARE if self._high else 1.0)
        if self._high:
            text = _WORDS["bitrate_high"]
            words["bitrate_high"] = text.format(kbps=_count(kbps), limit=_count(self._limit_kbps))


def _words(code: Found, seconds: float) -> str:
    return _WORDS[code].format(span=_span(seconds))


def _span(seconds: float) -> str:
    """A length of time as people say it."""
    count, unit = (round(seconds), "second") if seconds < 120 else (round(seconds / 60), "minute")
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _pixels(count: int | None) -> int | None:
    return count if count is not None and 0 < count <= _MOST_PIXELS else None


def _count(value: float) -> str:
    """A whole number as people write it."""
    return f"{round(value):,}"


def _printable(text: str) -> str:
    """What a publisher named, fit to be shown."""
    return "".join(char for char in text[:_LONGEST_FACT] if " " <= char <= "~")
