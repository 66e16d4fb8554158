"""The live window of a session: its newest segments and parts, in memory, and who waits for the next one."""

import asyncio
import math
from collections import OrderedDict, deque

from msgspec import Struct

TARGET_SECONDS = 2.0  # segments end at the first keyframe after about this long
FIRST_SECONDS = 1.0  # a take's first segment ends here whatever the keyframes, so that players can start
LONGEST_SECONDS = 12.0  # and every other one here
PART_SECONDS = 0.25  # parts come just under this
LISTED_SECONDS = 40.0
KEPT_SECONDS = 12.0  # a segment stays for this long after it left the playlist
KEPT_BYTES = 96 * 1024 * 1024  # of one session
LISTED_AT_LEAST = 4  # segments, however long they are
PARTS_OF = 4  # newest segments whose parts are kept: those within three target durations of the end, and one


class Part(Struct):
    name: str
    data: bytes
    duration: float  # seconds
    independent: bool


class Take(Struct):
    """One ffmpeg's output: players need its init segment, and a discontinuity before it."""

    number: int  # counted from 1 within the session
    name: str  # never used before on this playback id, as players and proxies keep what they fetched
    init: bytes
    codecs: list[str]
    width: int
    height: int


class Segment(Struct):
    number: int  # media sequence number
    take: Take
    at: float  # wall clock of the first frame, seconds since the epoch
    parts: list[Part]
    duration: float = 0.0
    data: bytes = b""  # whole, once finished

    @property
    def finished(self) -> bool:
        return bool(self.data)


class Window:
    """Bounded by `LISTED_SECONDS`, `KEPT_SECONDS` and `KEPT_BYTES`."""

    def __init__(self) -> None:
        self.segments: deque[Segment] = deque()
        self.retired: deque[Segment] = deque()
        self.discontinuities = 0  # that have left the playlist
        self.target = math.ceil(TARGET_SECONDS)
        self.part_target = PART_SECONDS
        self.ended = False
        self.version = 0  # counts changes, so that rendered playlists can be kept
        self.bits_per_second = 0  # peak of a whole segment
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
    def take(self) -> Take | None:
        return next(reversed(self._takes.values()), None)

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

    def add_part(self, part: Part, next_name: str) -> None:
        """Append to the open segment. `next_name` is what the part after it will be called."""
        segment = self.segments[-1]
        segment.parts.append(part)
        segment.duration += part.duration
        self._parts[part.name] = part
        self.next_part = next_name
        self.part_target = max(self.part_target, math.ceil(part.duration * 1000) / 1000)
        self.target = max(self.target, round(segment.duration))
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
        segment.data = b"".join(part.data for part in segment.parts)
        if segment.duration > 0:
            self.bits_per_second = max(self.bits_per_second, int(len(segment.data) * 8 / segment.duration))
        if len(self.segments) > PARTS_OF:
            self._drop_parts(self.segments[-PARTS_OF - 1])
        self._retire()

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
                return held[number - held[0].number].data or None
        return None

    def holds(self, number: int, part: int | None) -> bool:
        """Whether the playlist lists segment `number`, or its part counted from 0."""
        last = self.segments[-1] if self.segments else None
        if last is None or number > last.number:
            return False
        if number < last.number or last.finished:
            return part is None or number < last.number or part < len(last.parts)
        return part is not None and part < len(last.parts)

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
        size = sum(len(segment.data) for segment in self.segments)
        while len(self.segments) > LISTED_AT_LEAST and (
            listed - self.segments[0].duration >= LISTED_SECONDS or size > KEPT_BYTES
        ):
            oldest = self.segments.popleft()
            listed -= oldest.duration
            size -= len(oldest.data)
            if self.segments[0].take is not oldest.take:
                self.discontinuities += 1
            self._drop_parts(oldest)
            self.retired.append(oldest)
        kept = sum(segment.duration for segment in self.retired)
        while self.retired and (kept - self.retired[0].duration >= KEPT_SECONDS or size > KEPT_BYTES):
            kept -= self.retired.popleft().duration
        held = {segment.take.number for segment in (*self.retired, *self.segments)}
        for number in [number for number in self._takes if number not in held and number != max(self._takes)]:
            del self._takes[number]

    def _drop_parts(self, segment: Segment) -> None:
        for part in segment.parts:
            self._parts.pop(part.name, None)
        segment.parts = []
