"""Sound whose bursts come at known times, as publishers encode it, and when they are heard in what comes out."""

import struct
import subprocess
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
from av.audio.codeccontext import AudioCodecContext

from storecast.kit.settings import Settings

STARTS = 1.0  # s: the stamp of the first sample
_BURST = "0.5*sin(2*PI*800*t)*lt(mod(t+0.5,1),0.06)"  # 60 ms at half past each second
_FLV_HEADER, _TAG_HEADER, _TAG_SIZE = 13, 11, 4
_AUDIO = 8


@dataclass
class Stream:
    configuration: bytes
    frames: list[tuple[int, bytes]]  # stamp in ms, data
    sound_byte: int

    @property
    def rate(self) -> int:
        return (5_512, 11_025, 22_050, 44_100)[self.sound_byte >> 2 & 3]

    @property
    def channels(self) -> int:
        return 1 + (self.sound_byte & 1)

    @property
    def bits(self) -> int:
        return 16 if self.sound_byte & 2 else 8


def bursts(path: Path, seconds: float, rate: int, channels: int | str, *encoded: str) -> Stream:
    """Bursts at 1.5 s, 2.5 s and so on; `channels` is a number or a layout."""
    count, layout = (channels, "mono" if channels == 1 else "stereo") if isinstance(channels, int) else (6, channels)
    source = f"aevalsrc='{'|'.join([_BURST] * count)}':s={rate}:c={layout}:d={seconds}"
    command = [Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", source, "-af", f"asetpts=PTS+{STARTS}/TB"]
    subprocess.run([*command, *encoded, "-f", "flv", "-y", str(path)], check=True)
    return read(path)


def read(path: Path) -> Stream:
    """The sound of an FLV file, each tag's body without what is before its data."""
    data = path.read_bytes()
    configuration, frames, first = b"", [], 0
    at = _FLV_HEADER
    while at + _TAG_HEADER <= len(data):
        kind, size, low, high = (
            data[at],
            *struct.unpack(">IIB", b"\0" + data[at + 1 : at + 4] + b"\0" + data[at + 4 : at + 8]),
        )
        body = data[at + _TAG_HEADER : at + _TAG_HEADER + size]
        at += _TAG_HEADER + size + _TAG_SIZE
        if kind != _AUDIO:
            continue
        first = body[0]
        is_header, start = {10: (body[1] == 0, 2), 9: (first & 15 == 0, 5)}.get(first >> 4, (False, 1))
        if is_header:
            configuration = body[start:]
        elif first >> 4 != 9 or first & 15 == 1:
            frames.append((low | high << 24, body[start:]))
    return Stream(configuration, frames, first)


def heard(configuration: bytes, frames: Sequence[tuple[int, bytes]]) -> tuple[int, list[float], float]:
    """Rate, when bursts begin in AAC `frames` with their positions, and how loud they are."""
    decoder = cast("AudioCodecContext", av.CodecContext.create("aac", "r"))
    decoder.extradata = configuration
    begun: list[float] = []
    peak = 0.0
    rate = 0
    quiet_since = -1.0
    for position, frame in frames:
        for sound in decoder.decode(av.Packet(frame)):
            rate = sound.sample_rate
            samples = array("f", bytes(sound.planes[0]))[: sound.samples]
            for index, sample in enumerate(samples):
                if abs(sample) < 0.1:
                    continue
                at = (position + index) / rate
                if abs(at - quiet_since) > 0.1:
                    begun.append(at)
                quiet_since = at
                peak = max(peak, abs(sample))
    return rate, begun, peak
