"""The live window of a session: its newest segments and parts, in memory, and who waits for the next one."""

import asyncio
import math
from collections import OrderedDict, deque

from msgspec import Struct

TARGET_SECONDS = 2.0  # segments end at the first keyframe after about this long
LONGEST_SECONDS = 6.0  # and where keyframes are rarer, here
PART_SECONDS = 0.25
SHORTEST_PART = 0.85  # of the target, but for the last part of a segment (RFC 8216bis, 4.4.4.9)
LONGEST_PART = 1.0  # seconds; pictures that last longer each are segments of their own
AHEAD_SEGMENTS = 2  # what may be asked for past the newest segment,
AHEAD_SECONDS = 3.0  # and in parts past the newest part; three of them where they last a second
LISTED_SECONDS = 40.0
KEPT_SECONDS = 12.0  # a segment stays for this long after it left the playlist
KEPT_BYTES = 96 * 1024 * 1024  # of one session
LISTED_AT_LEAST = 4  # segments, however long they are, as far as `KEPT_BYTES` allow
LARGEST_PART = 8 * 1024 * 1024  # bytes; more end a part, however short it is,
LARGEST_SEGMENT = 24 * 1024 * 1024  # and a segment
TARGET_DURATION = math.ceil(LONGEST_SECONDS)  # declared at once, for the whole playlist
PARTS_SECONDS = 3.0 * TARGET_DURATION  # parts are listed this near to the end (RFC 8216bis, 6.2.2)


def part_length(frame: int | None, scale: int, most: float | None) -> int:
    """Ticks of a part: whole frames of `frame` ticks where they come at a steady rate, `scale` ticks a second.

    `most` is the part target in seconds where it is declared already: parts keep to it, cut where it must be in the
    middle of a picture. A target a hundredth longer than `PART_SECONDS` makes room for six pictures at 23.976 a second.
    """
    if most is not None:
        limit = int(most * scale)
        whole = limit // frame * frame if frame is not None else 0
        return whole if whole >= SHORTEST_PART * limit else limit
    if frame is None or frame > LONGEST_PART * scale:
        return int(PART_SECONDS * scale)
    return max(int(PART_SECONDS * 1.01 * scale / frame), 1) * max(frame, 1)


class Part(Struct):
    name: str
    data: bytes
    duration: float  # seconds
    independent: bool


class Take(Struct):
    """Media of one configuration and time line: players need its init segment, and a discontinuity before it."""

    number: int  # counted from 1 within the session
    name: str  # never used before on this playback id, as players and proxies keep what they fetched
    init: bytes
    codecs: list[str]
    width: int
    height: int
    frame_rate: float = 0.0  # pictures a second; 0 where that is not known


class Segment(Struct):
    number: int  # media sequence number
    take: Take
    at: float  # wall clock of the first frame, seconds since the epoch
    parts: list[Part]
    duration: float = 0.0
    size: int = 0  # bytes
    finished: bool = False

    @property
    def data(self) -> bytes:
        return b"".join(part.data for part in self.parts)


class Window:
    """Bounded by `LISTED_SECONDS`, `KEPT_SECONDS` and `KEPT_BYTES`.

    `name` was never used before on this playback id: players and proxies keep what they fetched.
    """

    def __init__(self, name: str = "0") -> None:
        self._name = name
        self._named = 0  # parts so far
        self.segments: deque[Segment] = deque()
        self.retired: deque[Segment] = deque()
        self.discontinuities = 0  # that have left the playlist
        self.part_target: float | None = None  # seconds; as declared, for good
        self.ended = False
        self.version = 0  # counts changes, so that rendered playlists can be kept
        self.bits_per_second = 0  # peak of a whole segment
        self._bits = 0  # of all segments,
        self._seconds = 0.0  # and how long they were
        self.next_part: str | None = None
        self._next_number = 0
        self._takes: OrderedDict[int, Take] = OrderedDict()
        self._parts: dict[str, Part] = {}
        self._changed = asyncio.Event()

    @property
    def open_segment(self) -> Segment | None:
        last = self.segments[-1] if self.segments else None
        return last if last and not last.finished else None

    @property
    def playable(self) -> bool:
        return bool(self.segments) and self.segments[0].finished

    @property
    def average_bits_per_second(self) -> int:
        return int(self._bits / self._seconds) if self._seconds else 0

    @property
    def size(self) -> int:
        """Bytes of media that can be fetched."""
        return sum(segment.size for held in (self.segments, self.retired) for segment in held)

    @property
    def take(self) -> Take | None:
        return next(reversed(self._takes.values()), None)

    @property
    def open_parts(self) -> int:
        """Parts of the open segment."""
        segment = self.open_segment
        return len(segment.parts) if segment else 0

    @property
    def open_bytes(self) -> int:
        segment = self.open_segment
        return segment.size if segment else 0

    @property
    def newest_at(self) -> float:
        """Wall clock of the newest frame; 0 before there is any."""
        last = self.segments[-1] if self.segments else None
        return last.at + last.duration if last else 0.0

    def declare(self, part_seconds: float) -> float:
        """Parts will last `part_seconds` at most: the part target.

        What was declared first stands: a playlist must not change it.
        """
        if self.part_target is None:
            self.part_target = math.ceil(part_seconds * 100_000 - 1e-4) / 100_000
        return self.part_target

    def number_from(self, number: int) -> None:
        """Begin with media sequence number `number`, unless there are segments already."""
        if not self.segments:
            self._next_number = max(self._next_number, number)

    def begin_take(self, take: Take) -> None:
        self.finish_segment()
        if not self._takes and not self.segments:
            self.discontinuities = take.number - 1
        self._takes[take.number] = take

    def begin_segment(self, take: Take, at: float) -> None:
        """Later parts belong to a new segment whose first frame was at wall clock `at`."""
        self.finish_segment()
        self.segments.append(Segment(self._next_number, take, at, []))
        self._next_number += 1

    def add_part(self, data: bytes, duration: float, *, independent: bool) -> None:
        """Append to the open segment what lasts `duration` seconds, and promise another part."""
        segment = self.segments[-1]
        self._named += 1
        part = Part(f"part-{self._name}-{self._named}.m4s", data, duration, independent)
        segment.parts.append(part)
        segment.duration += part.duration
        segment.size += len(part.data)
        self._parts[part.name] = part
        self.next_part = f"part-{self._name}-{self._named + 1}.m4s"
        self._change()

    def finish_segment(self) -> None:
        """End the open segment; one without parts vanishes."""
        segment = self.open_segment
        if segment is None:
            return
        if not segment.parts:
            self.segments.pop()
            self._next_number -= 1
            return
        segment.finished = True
        if segment.duration > 0:
            self.bits_per_second = max(self.bits_per_second, int(segment.size * 8 / segment.duration))
        self._bits += segment.size * 8
        self._seconds += segment.duration
        self._retire()
        self._change()

    def pause(self) -> None:
        """The publisher is away: nothing is promised until the next take."""
        self.finish_segment()
        self.next_part = None
        self._change()

    def end(self) -> None:
        """Nothing will follow."""
        self.ended = True
        self.pause()

    def part(self, name: str) -> Part | None:
        return self._parts.get(name)

    def init(self, name: str) -> bytes | None:
        return next((take.init for take in self._takes.values() if take.name == name), None)

    def segment(self, number: int) -> bytes | None:
        for held in (self.segments, self.retired):
            if held and held[0].number <= number <= held[-1].number:
                found = held[number - held[0].number]
                return found.data if found.finished else None
        return None

    def holds(self, number: int, part: int | None) -> bool:
        """Whether the playlist lists segment `number`, or its part counted from 0."""
        last = self.segments[-1] if self.segments else None
        if last is None or number > last.number:
            return False
        if number < last.number or last.finished:
            return part is None or number < last.number or part < len(last.parts)
        return part is not None and part < len(last.parts)

    def is_far_ahead(self, number: int, part: int | None) -> bool:
        """Whether a request for that segment, or its part counted from 0, is to be refused (RFC 8216bis, 6.2.5.2).

        Parts past the end of a finished segment are those of the next.
        """
        if number > self.last_number + AHEAD_SEGMENTS:
            return True
        if part is None or number < self.last_number:
            return False
        known = len(self.segments[-1].parts) if self.segments and number == self.last_number else 0
        return part > known + math.ceil(AHEAD_SECONDS / min(self.part_target or PART_SECONDS, 1.0))

    @property
    def last_number(self) -> int:
        return self._next_number - 1

    async def change(self) -> None:
        """Wait for the next part, segment or end."""
        await self._changed.wait()

    def _change(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _retire(self) -> None:
        listed = sum(segment.duration for segment in self.segments)
        size = sum(segment.size for segment in self.segments)
        while len(self.segments) > 1 and (
            size > KEPT_BYTES
            or (len(self.segments) > LISTED_AT_LEAST and listed - self.segments[0].duration >= LISTED_SECONDS)
        ):
            oldest = self.segments.popleft()
            listed -= oldest.duration
            size -= oldest.size
            if self.segments[0].take is not oldest.take:
                self.discontinuities += 1
            self.retired.append(oldest)
        kept = sum(segment.duration for segment in self.retired)
        size += sum(segment.size for segment in self.retired)
        while self.retired and (kept - self.retired[0].duration >= KEPT_SECONDS or size > KEPT_BYTES):
            oldest = self.retired.popleft()
            kept -= oldest.duration
            size -= oldest.size
            for part in oldest.parts:
                del self._parts[part.name]
        held = {segment.take.number for segment in (*self.retired, *self.segments)}
        for number in [number for number in self._takes if number not in held and number != max(self._takes)]:
            del self._takes[number]
