"""Shows as long as one likes, whose every picture and frame of sound carries its number and can still be decoded."""

import heapq
import subprocess
from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from storecast.kit.settings import Settings
from tests.broadcast.hls_rules.streams import AUDIO, DATA, VIDEO, Message, messages_of

GROUP_SECONDS = 2  # from keyframe to keyframe
SOUND_FRAME = 1024  # samples

_DIGITS = 8
_MARK = b"numbered picture"  # the 16 bytes of an SEI message's UUID
# H.264 7.3.2.3: a NAL unit of type 6 with user data (payload type 5); digits need no emulation prevention.
_SEI = bytes((6, 5, len(_MARK) + _DIGITS)) + _MARK
_DATA_STREAM = bytes((0b100_0000_1, _DIGITS))  # ISO/IEC 14496-3, 4.4.2.1: a data_stream_element, aligned


class NumberedShow(Struct, frozen=True):
    """A steady show. `pictures` and `sounds` are bodies of RTMP messages that follow each other in a circle."""

    rate: Fraction  # pictures a second
    sound_rate: int
    headers: list[Message]
    pictures: list[bytes]
    composed: list[int]  # of `pictures`: whole pictures from decoding to being shown
    sounds: list[bytes]

    def messages(self, seconds: float, *, ppm: float = 0, sound_ppm: float = 0) -> Iterator[Message]:
        """What is sent, each when it was taken, the stamps rounded to milliseconds as encoders do.

        The encoder's clock is fast by `ppm` millionths, and the sound card's by `sound_ppm` besides.
        """
        yield from self.headers
        yield from heapq.merge(
            self._sounds(seconds, 1 + ppm / 1e6, 1 + sound_ppm / 1e6),
            self._pictures(seconds, 1 + ppm / 1e6),
            key=lambda message: message.taken,
        )

    def picture_at(self, number: int) -> float:
        """Seconds at which a picture is taken."""
        return float(number / self.rate)

    def picture_shown(self, number: int) -> float:
        """Seconds at which it is to be shown."""
        return float((number + self.composed[number % len(self.composed)]) / self.rate)

    def sound_at(self, number: int, ppm: float = 0) -> float:
        return number * SOUND_FRAME / (self.sound_rate * (1 + ppm / 1e6))

    def _pictures(self, seconds: float, clock: float) -> Iterator[Message]:
        number = 0
        while (at := self.picture_at(number)) < seconds:
            place = number % len(self.pictures)
            stamp = round(at * clock * 1000)
            composition = round(self.picture_shown(number) * clock * 1000) - stamp
            body = self.pictures[place]
            sei = _SEI + b"%0*d" % (_DIGITS, number) + b"\x80"
            unit = len(sei).to_bytes(4, "big") + sei
            body = body[:2] + composition.to_bytes(3, "big", signed=True) + unit + body[5:]
            yield Message(VIDEO, stamp, body, at, at)
            number += 1

    def _sounds(self, seconds: float, clock: float, card: float) -> Iterator[Message]:
        number = 0
        while (at := number * SOUND_FRAME / (self.sound_rate * card)) < seconds:
            body = self.sounds[number % len(self.sounds)]
            body = body[:2] + _DATA_STREAM + b"%0*d" % (_DIGITS, number) + body[2:]
            yield Message(AUDIO, round(at * clock * 1000), body, at, at)
            number += 1


def numbered_show(rate: Fraction, sound_rate: int, *, told: bool = True) -> NumberedShow:
    """A tiny picture with B-frames beside AAC. `told` is whether the metadata says the rate."""
    group = round(GROUP_SECONDS * rate)
    command = [
        *(Settings().ffmpeg, "-v", "error", "-nostdin", "-f", "lavfi", "-i", f"testsrc=size=64x36:rate={rate}"),
        *("-f", "lavfi", "-i", f"sine=sample_rate={sound_rate}", "-t", str(GROUP_SECONDS + 1)),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-sc_threshold", "0", "-g", str(group)),
        *("-bf", "2", "-b_strategy", "0", "-c:a", "aac", "-b:a", "32k", "-threads", "1", "-f", "flv", "pipe:1"),
    ]
    encoded = messages_of(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    pictures = [message for message in encoded if message.is_picture][:group]
    composed = [round(int.from_bytes(each.body[2:5], "big", signed=True) * rate / 1000) for each in pictures]
    headers = [
        message._replace(timestamp=0, at=0.0, taken=0.0)
        for message in encoded
        if not (message.is_picture or message.is_sound) and (told or message.kind != DATA)
    ]
    sounds = [message.body for message in encoded if message.is_sound]
    return NumberedShow(rate, sound_rate, headers, [each.body for each in pictures], composed, sounds)


def picture_number(data: bytes) -> int:
    at = data.index(_MARK) + len(_MARK)
    return int(data[at : at + _DIGITS])


def sound_number(data: bytes) -> int | None:
    """None for a frame that was put in."""
    if not data.startswith(_DATA_STREAM):
        return None
    return int(data[len(_DATA_STREAM) : len(_DATA_STREAM) + _DIGITS])
