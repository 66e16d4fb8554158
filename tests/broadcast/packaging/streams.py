"""What encoders send, taken out of FLV: decoder configurations, pictures and frames of sound."""

import io
import subprocess
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import av
from msgspec import Struct

from storecast.broadcast.packaging.boxes import Sample, fragment, init_segment
from storecast.broadcast.packaging.codecs import (
    AudioCodec,
    VideoCodec,
    audio_codec,
    is_independent,
    sample_data,
    samples_in,
    video_codec,
)
from storecast.kit.settings import Settings

PICTURE = ("-f", "lavfi", "-i", "testsrc=size=318x180:rate=30")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "20")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "20", "-x265-params", "log-level=none")
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p", "-g", "20")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p", "-g", "20")
PCE = Path(__file__).parents[1] / "cases" / "aac-with-pce.flv"


class Picture(Struct, frozen=True):
    timestamp: int  # ms
    composition: int
    data: memoryview
    keyframe: bool  # as the encoder flags it


class Stream(Struct):
    """One show; `kind` is the four characters of a codec."""

    video_kind: bytes = b""
    video_header: bytes = b""
    pictures: list[Picture] = []
    audio_kind: bytes = b""
    audio_header: bytes = b""
    sounds: list[memoryview] = []

    def video(self) -> VideoCodec:
        return video_codec(self.video_kind, self.video_header, self.pictures[0].data)

    def audio(self) -> AudioCodec:
        return audio_codec(self.audio_kind, self.audio_header)

    def video_samples(self) -> list[Sample]:
        """Pictures 30 times a second."""
        return [
            Sample(
                index * 12_000,
                sample_data(self.video_kind, picture.data),
                12_000,
                picture.composition * 360,
                is_independent(self.video_kind, picture.data),
            )
            for index, picture in enumerate(self.pictures)
        ]

    def audio_samples(self) -> list[Sample]:
        codec = self.audio()
        return sounds(codec, self.sounds)


def sounds(codec: AudioCodec, frames: Sequence[bytes | memoryview]) -> list[Sample]:
    """Frames of sound one after the other."""
    samples, at = [], 0
    for frame in frames:
        length = samples_in(codec, frame)
        samples.append(Sample(at, frame, length))
        at += length
    return samples


@cache
def encoded(*options: str) -> Stream:
    """What ffmpeg makes of `options`, two seconds of it at most."""
    command = [Settings().ffmpeg, "-v", "error", *options, "-t", "2", "-f", "flv", "pipe:1"]
    return read_flv(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


def sine(channels: int, layout: str, rate: int = 44100) -> tuple[str, ...]:
    """A tone of its own on each channel."""
    tones = "|".join(f"0.2*sin({400 + 300 * channel}*t)" for channel in range(channels))
    return ("-f", "lavfi", "-i", f"aevalsrc={tones}:s={rate}:c={layout}")


def read_flv(data: bytes) -> Stream:
    """Adobe Flash Video File Format 10.1, annex E, and Enhanced RTMP v2, as ffmpeg writes them."""
    stream = Stream()
    for kind, timestamp, payload in _tags(data):
        first = payload[0]
        enhanced = first & 0x80 != 0 if kind == 9 else first >> 4 == 9
        packet = first & 0x0F if enhanced else payload[1]
        fourcc = payload[1:5] if enhanced else b"avc1" if kind == 9 else b"mp4a"
        if kind == 9 and packet == 0:
            stream.video_kind, stream.video_header = fourcc, payload[5:]
        elif kind == 9 and packet in (1, 3):
            offset = enhanced and packet == 1 and fourcc == b"hvc1"
            start = 8 if offset else 5
            composition = int.from_bytes(payload[start - 3 : start], signed=True) if offset or not enhanced else 0
            keyframe = first >> 4 & 7 == 1
            stream.pictures.append(Picture(timestamp, composition, memoryview(payload)[start:], keyframe))
        elif kind == 8 and packet == 0:
            stream.audio_kind, stream.audio_header = fourcc, payload[5 if enhanced else 2 :]
        elif kind == 8 and packet == 1 and len(payload) > (start := 5 if enhanced else 2):
            stream.sounds.append(memoryview(payload)[start:])
    return stream


def _tags(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 13
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 4])
        stamp = int.from_bytes(data[at + 4 : at + 7]) | data[at + 7] << 24
        if data[at] in (8, 9):
            yield data[at], stamp, data[at + 11 : at + 11 + size]
        at += size + 15


def peaks(audio: AudioCodec, frames: Sequence[bytes | memoryview]) -> list[float]:
    """The loudest sample of each channel, from 0 to 1, once `frames` are written, read and decoded."""
    film = init_segment(None, audio) + fragment(1, [], sounds(audio, frames))
    found: list[float] = []
    with av.open(io.BytesIO(film)) as container:
        resampler = av.AudioResampler("flt")
        for decoded in container.decode(audio=0):
            for frame in resampler.resample(decoded):
                channels = frame.layout.nb_channels
                values = array("f", bytes(frame.planes[0])[: 4 * channels * frame.samples])
                loudest = [max(map(abs, values[channel::channels])) for channel in range(channels)]
                found = [max(pair) for pair in zip(found or loudest, loudest, strict=True)]
    return found
