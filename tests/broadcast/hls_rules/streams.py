"""What encoders send, prepared: RTMP messages with the moment each comes, encoded once and cheaply.

The eight ordinary kinds are here; what goes wrong is made of `Encoder.show` by `odd_streams`.
"""

import random
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from storecast.kit.settings import Settings
from tests.broadcast.hls_rules.record import PUNCTUAL

AUDIO, VIDEO, DATA = 8, 9, 18
SECONDS = 60  # of the ordinary streams
SHOW_SECONDS = 25  # of the show that odd streams are made of
_FLV_HEADER, _TAG_HEADER, _TAG_SIZE = 13, 11, 4
_PHONE_GAPS = (33, 33, 34, 30, 37, 41, 66, 67, 71, 100, 120)  # ms between a phone's pictures


class Message(NamedTuple):
    kind: int
    timestamp: int  # ms, as the publisher counts
    body: bytes
    at: float  # seconds after the publisher began at which it comes
    taken: float = 0.0  # and at which it is to be decoded, whatever its stamp says

    @property
    def is_picture(self) -> bool:
        """A frame, not a sequence header (H.264 in its plain form)."""
        return self.kind == VIDEO and self.body[1:2] == b"\1" and len(self.body) > 5

    @property
    def is_sound(self) -> bool:
        return self.kind == AUDIO and self.body[1:2] == b"\1" and len(self.body) > 2

    @property
    def is_keyframe(self) -> bool:
        return self.is_picture and self.body[0] >> 4 == 1

    def later(self, seconds: float) -> "Message":
        """The same, `seconds` later by any clock."""
        stamp = self.timestamp + round(seconds * 1000)
        return self._replace(timestamp=stamp, at=self.at + seconds, taken=self.taken + seconds)


class Stream(Struct, frozen=True):
    """Messages in the order they come, and what is to become of them.

    `seconds` is what a whole recording lasts; `late` and `real_time` are as in `record.Record`.
    """

    name: str
    messages: Sequence[Message]
    seconds: float
    late: float | None = PUNCTUAL
    real_time: bool = True

    @property
    def pictures(self) -> list[Message]:
        return [message for message in self.messages if message.is_picture]

    @property
    def sounds(self) -> list[Message]:
        return [message for message in self.messages if message.is_sound]


def messages_of(flv: bytes) -> list[Message]:
    """The tags of an FLV file as they would come in real time, whatever order the muxer wrote them in."""
    found = []
    at = _FLV_HEADER
    while at + _TAG_HEADER <= len(flv):
        size = int.from_bytes(flv[at + 1 : at + 4], "big")
        timestamp = flv[at + 7] << 24 | int.from_bytes(flv[at + 4 : at + 7], "big")
        body = flv[at + _TAG_HEADER : at + _TAG_HEADER + size]
        if flv[at] != VIDEO or body[1] != 2:  # no end of sequence: RTMP encoders send none
            found.append(Message(flv[at], timestamp, body, timestamp / 1000, timestamp / 1000))
        at += _TAG_HEADER + size + _TAG_SIZE
    return sorted(found, key=lambda each: (each.timestamp, each.is_picture or each.is_sound, -each.kind))


class Encoder:
    """Makes each stream once, into `folder`. Pictures are tiny, and the sound of all is encoded once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.encoded = cache(self._encoded)

    def _encoded(self, *options: str, seconds: float = SECONDS, sound: bool = True) -> list[Message]:
        """A test picture as `options` want it, beside sound."""
        command = ["-f", "lavfi", "-i", *options[:1]]
        if sound:
            command += ["-i", str(self._sound()), "-map", "0:v", "-map", "1:a", "-c:a", "copy"]
        encode = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-sc_threshold", "0")
        return messages_of(self._ffmpeg(*command, *encode, *options[1:], "-t", str(seconds)).read_bytes())

    def _sound(self) -> Path:
        path = self._folder / "sound.flv"
        if not path.exists():
            source = "aevalsrc=0.3*sin(2*PI*t*(200+15*t)):s=48000:c=stereo"  # no two frames alike
            written = self._ffmpeg("-f", "lavfi", "-i", source, "-c:a", "aac", "-t", str(SECONDS + 1))
            written.rename(path)
        return path

    def _ffmpeg(self, *arguments: str) -> Path:
        path = self._folder / "encoded.flv"
        command = [Settings().ffmpeg, "-v", "error", "-nostdin", "-y", *arguments, "-threads", "1", str(path)]
        subprocess.run(command, check=True)
        return path

    def show(self) -> list[Message]:
        """The show of the table of streams that broke, half as wide: 30 a second, a keyframe each 2 s, 48 kHz AAC."""
        options = ("testsrc=size=320x180:rate=30", "-g", "60", "-bf", "2", "-b_strategy", "0")
        return self.encoded(*options, seconds=SHOW_SECONDS)

    def other_show(self) -> list[Message]:
        """The same in another size, encoded otherwise."""
        options = ("testsrc2=size=160x90:rate=30", "-g", "60", "-bf", "2", "-b_strategy", "0", "-profile:v", "main")
        return self.encoded(*options, seconds=SHOW_SECONDS)

    def sparse_show(self) -> list[Message]:
        """A picture each 3 s, each fourth a keyframe, beside sound."""
        return self.encoded("testsrc=size=160x90:rate=1/3", "-g", "4", seconds=SHOW_SECONDS)


def _at_rate(rate: str, keyframes: int, *options: str) -> Callable[[Encoder], list[Message]]:
    """`keyframes` is how many pictures there are from one to the next."""
    return lambda encoder: encoder.encoded(f"testsrc=size=160x90:rate={rate}", "-g", str(keyframes), *options)


def _variable(encoder: Encoder) -> list[Message]:
    """A phone's: pictures left out and stamps that tremble, 33 to 120 ms apart."""
    steady = encoder.encoded("testsrc=size=160x90:rate=30", "-g", "30")
    chance = random.Random(7)
    stamps = accumulate(iter(lambda: chance.choice(_PHONE_GAPS), None), initial=0)
    pictures = [
        message._replace(timestamp=stamp, at=stamp / 1000, taken=stamp / 1000)
        for message, stamp in zip([each for each in steady if each.is_picture], stamps, strict=False)
        if stamp < SECONDS * 1000
    ]
    others = [message for message in steady if not message.is_picture]
    return sorted([*others, *pictures], key=lambda message: (message.at, message.is_picture))


def _sound_only(encoder: Encoder) -> list[Message]:
    return [message for message in _at_rate("30", 60)(encoder) if message.kind == AUDIO]


_B_FRAMES = ("-bf", "2", "-b_strategy", "0")
ORDINARY: dict[str, Callable[[Encoder], list[Message]]] = {
    "30": _at_rate("30", 60, *_B_FRAMES),
    "60": _at_rate("60", 120, *_B_FRAMES),
    "23.976": _at_rate("24000/1001", 48),
    "5": _at_rate("5", 10),
    "variable": _variable,
    "sound-only": _sound_only,
    "keyframes-of-10-s": _at_rate("30", 300, *_B_FRAMES),
    "keyframes-of-20-s": _at_rate("30", 600),
}


def ordinary(encoder: Encoder, name: str) -> Stream:
    """One of `ORDINARY`: 60 s of media."""
    return Stream(name, ORDINARY[name](encoder), SECONDS)
