"""What a take's files hold, against what was sent: nothing is missing, and sound and picture are in step."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from storecast.kit.settings import Settings
from tests.broadcast.hls_rules.media import Run, Sample, runs, tracks
from tests.broadcast.hls_rules.streams import Message, Stream

_AHEAD = 400  # messages to look ahead for a frame: what lies between was not recorded


class Placed(Struct, frozen=True):
    """A frame that was sent, found in a take."""

    message: Message
    decoded: float  # seconds in the take
    shown: float

    @property
    def offset(self) -> float:
        """Seconds from when it was taken to its place in the take."""
        return self.decoded - self.message.taken


class Track(Struct):
    begin: float  # seconds in the take
    end: float
    placed: list[Placed]
    filled: int  # frames nobody sent


class Taken(Struct):
    """One take's file."""

    path: Path
    picture: Track | None = None
    sound: Track | None = None

    @property
    def begin(self) -> float:
        return min(track.begin for track in (self.picture, self.sound) if track is not None)

    @property
    def end(self) -> float:
        return max(track.end for track in (self.picture, self.sound) if track is not None)

    @property
    def offset(self) -> float:
        """Seconds from when its first frame was taken to its place in the take."""
        return next(track.placed[0].offset for track in (self.picture, self.sound) if track is not None)

    @property
    def out_of_step(self) -> float:
        """Seconds between sound and picture where they are furthest apart, each by when it was taken."""
        return _spread(each.offset for track in (self.picture, self.sound) if track for each in track.placed)

    @property
    def out_of_step_at_ends(self) -> float:
        """The same of the first and last frames alone."""
        return max(
            _spread(track.placed[end].offset for track in (self.picture, self.sound) if track and track.placed)
            for end in (0, -1)
        )


def _spread(offsets: Iterable[float]) -> float:
    found = list(offsets)
    return max(found) - min(found) if found else 0.0


class Recorded(Struct):
    takes: list[Taken]
    lost_pictures: list[Message]
    lost_sounds: list[Message]

    @property
    def seconds(self) -> float:
        return sum(take.end - take.begin for take in self.takes)


def recorded(stream: Stream, paths: Sequence[Path]) -> Recorded:
    """What the takes hold, in order. A take without a file has had nothing."""
    pictures, sounds = _Sent(stream.pictures, 5), _Sent(stream.sounds, 2)
    takes = []
    for path in paths:
        if not path.exists():
            continue
        data = path.read_bytes()
        take = Taken(path)
        for run in runs(data, tracks(data)).values():
            if run.track.is_video:
                take.picture = pictures.find(run)
            else:
                take.sound = sounds.find(run)
        takes.append(take)
    return Recorded(takes, pictures.lost(), sounds.lost())


class _Sent:
    """The frames of one kind that were sent, found one after another by their bytes."""

    def __init__(self, messages: list[Message], header: int) -> None:
        self._messages = messages
        self._header = header  # bytes of a body before the frame
        self._next = 0
        self._lost: list[Message] = []

    def find(self, run: Run) -> Track:
        placed = []
        for sample in run.samples:
            message = self._sent(sample)
            if message is not None:
                decoded = sample.decoded / run.track.timescale
                shown = (sample.decoded + sample.composition) / run.track.timescale
                placed.append(Placed(message, decoded, shown))
        filled = len(run.samples) - len(placed)
        return Track(float(run.begin), float(run.end), placed, filled)

    def _sent(self, sample: Sample) -> Message | None:
        for at in range(self._next, min(self._next + _AHEAD, len(self._messages))):
            if self._messages[at].body[self._header :] == sample.data:
                self._lost += self._messages[self._next : at]
                self._next = at + 1
                return self._messages[at]
        return None

    def lost(self) -> list[Message]:
        return [*self._lost, *self._messages[self._next :]]


def complaints(path: Path) -> str:
    """What ffmpeg says as it decodes all of a file; nothing when it is whole."""
    command = [Settings().ffmpeg, "-v", "error", "-nostdin", "-threads", "1", "-i", str(path)]
    command += ["-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "null", "-"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr
