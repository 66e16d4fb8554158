"""From RTP packets to whole frames in order: a hole is waited for a while, then a frame that has one is left out."""

from collections.abc import Callable
from typing import Protocol

PICTURE_PATIENCE = 0.5  # seconds for a packet that is asked for again
SOUND_PATIENCE = 0.1  # for one that is only late
MOST_WAITING = 2048  # packets behind a hole
_JUMP = 3000  # numbers further apart than this are another count's


class Packet(Protocol):
    """As much of aiortc's as is used; `_data` is its payload without what RTP wraps around it."""

    sequence_number: int
    timestamp: int
    marker: int
    ssrc: int
    _data: bytes


class Frames:
    """Of one track. Stands in for aiortc's jitter buffer, which waits for a hole until it is full.

    `on_frame` gets the time stamp of a frame and its bytes, `on_hole` is called when frames are missing.
    """

    def __init__(
        self,
        on_frame: Callable[[int, bytes], None],
        on_hole: Callable[[], None],
        clock: Callable[[], float],
        *,
        pictures: bool,
    ) -> None:
        self._on_frame = on_frame
        self._on_hole = on_hole
        self._clock = clock
        self._pictures = pictures
        self._patience = PICTURE_PATIENCE if pictures else SOUND_PATIENCE
        self._waiting: dict[int, Packet] = {}
        self._next: int | None = None  # number of the packet that is due, counted on beyond 16 bits
        self._newest = 0
        self._hole_since: float | None = None
        self._stamp: int | None = None  # of the frame that is being put together
        self._parts: list[bytes] = []
        self._whole = True
        self.ssrc = 0

    def add(self, packet: Packet) -> tuple[bool, None]:
        """Whether a keyframe is to be asked for, and the frame aiortc is to decode, which is none."""
        number = self._counted(packet)
        if self._next is None or packet.ssrc != self.ssrc or abs(number - self._newest) > _JUMP:
            self._begin(packet, number)
        assert self._next is not None  # noqa: S101
        if number < self._next:
            return False, None
        self._newest = max(self._newest, number)
        self._waiting[number] = packet
        return self._advance() and self._pictures, None

    def missing(self) -> list[int]:
        """Numbers of packets that are waited for, of 16 bits, up to a hundred."""
        if self._next is None or not self._waiting:
            return []
        due = (number for number in range(self._next, self._newest) if number not in self._waiting)
        return [number & 0xFFFF for number, _ in zip(due, range(100), strict=False)]

    def _counted(self, packet: Packet) -> int:
        step = ((packet.sequence_number - self._newest + 0x8000) & 0xFFFF) - 0x8000
        return self._newest + step

    def _begin(self, packet: Packet, number: int) -> None:
        again = self._next is not None
        self.ssrc = packet.ssrc
        self._waiting.clear()
        self._next = self._newest = number
        self._hole_since = None
        if again:
            self._break()

    def _advance(self) -> bool:
        """Take what is due; whether something is given up."""
        assert self._next is not None  # noqa: S101
        broken = False
        while self._waiting:
            while (packet := self._waiting.pop(self._next, None)) is not None:
                self._next += 1
                self._hole_since = None
                self._take(packet)
            if not self._waiting:
                break
            now = self._clock()
            if self._hole_since is None:
                self._hole_since = now
            if now - self._hole_since < self._patience and len(self._waiting) < MOST_WAITING:
                break
            self._next = min(self._waiting)
            self._break()
            broken = True
        return broken

    def _break(self) -> None:
        self._parts, self._stamp, self._whole = [], None, False
        self._on_hole()

    def _take(self, packet: Packet) -> None:
        if not self._pictures:
            if packet._data:
                self._on_frame(packet.timestamp, packet._data)
            return
        if packet.timestamp != self._stamp:
            if self._stamp is not None:
                self._finish()  # its last packet bore no mark
            self._stamp = packet.timestamp
        self._parts.append(packet._data)
        if packet.marker:
            self._finish()

    def _finish(self) -> None:
        data = b"".join(self._parts)
        whole, self._whole, self._parts = self._whole, True, []
        if whole and data and self._stamp is not None:
            self._on_frame(self._stamp, data)
