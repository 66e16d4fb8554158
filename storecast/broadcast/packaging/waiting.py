"""Media that no take has yet: until it is known which tracks there are."""

from collections import deque

from msgspec import Struct

MAX_WAITING_BYTES = 16 * 1024 * 1024
MAX_WAITING_TAGS = 4096


class Frame(Struct):
    """A picture or a frame of sound with its place on the show's time line."""

    at: int  # ms
    video: bool
    data: memoryview | bytes
    now: float  # when it came
    independent: bool = False
    composition: int = 0  # ms


class Waiting:
    """Frames in the order in which they came."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._first: Frame | None = None  # since the last take, whether it is still here or not

    def __bool__(self) -> bool:
        return bool(self._frames)

    def add(self, frame: Frame) -> None:
        self._first = self._first or frame
        self._frames.append(frame)
        self._bytes += len(frame.data)

    def trim(self) -> int:
        """Let go of pictures before the first keyframe, which cannot be decoded; how many they were."""
        before = len(self._frames)
        while self._frames and self._frames[0].video and not self._frames[0].independent:
            self._bytes -= len(self._frames.popleft().data)
        return before - len(self._frames)

    def has(self, *, video: bool) -> bool:
        return any(frame.video is video for frame in self._frames)

    @property
    def pictures(self) -> list[int]:
        """When the pictures are, from the first keyframe on (ms)."""
        stamps: list[int] = []
        for frame in self._frames:
            if frame.video and (stamps or frame.independent):
                stamps.append(frame.at)
        return stamps

    @property
    def first_sound(self) -> int:
        """When the first frame of sound is (ms); there is one."""
        return next(frame.at for frame in self._frames if not frame.video)

    @property
    def newest(self) -> int:
        """ms; there is a frame."""
        return self._frames[-1].at

    @property
    def lasts(self) -> int:
        """For how long something waits: ms of media or of time, whichever is longer."""
        if self._first is None or not self._frames:
            return 0
        newest = self._frames[-1]
        return max(newest.at - self._first.at, int((newest.now - self._first.now) * 1000))

    @property
    def is_full(self) -> bool:
        return self._bytes > MAX_WAITING_BYTES or len(self._frames) > MAX_WAITING_TAGS

    def take(self) -> list[Frame]:
        """All of it; nothing waits any more."""
        frames = list(self._frames)
        self._frames.clear()
        self._bytes, self._first = 0, None
        return frames
