"""Takes as broadcast writes them: fragments of a quarter second, here made by ffmpeg."""

import asyncio
import functools
import itertools
import struct
import subprocess
from array import array
from pathlib import Path

import av
from msgspec import Struct

from storecast.kit.settings import Settings

FFMPEG = Settings().ffmpeg
LOUD = 8000  # of 32768
BRIGHT = 128


@functools.cache
def take(
    seconds: float = 2.0,
    *options: str,
    sound: float | None = None,
    late: float = 0.0,
    size: str = "320x180",
    rate: int = 44100,
) -> bytes:
    """A flash and a beep of 0.1 s in the middle of each second; sound ends at `sound` and begins `late` seconds late.

    `options` come before the encoder's output.
    """
    picture = f"color=black:size={size}:rate=30,drawbox=t=fill:color=white:enable='lt(mod(t+0.501,1),0.1)'"
    beep = f"aevalsrc='if(lt(mod(t+0.5,1),0.1),sin(2*PI*1000*t),0)':s={rate}"
    made = subprocess.run(
        [
            *(FFMPEG, "-v", "error", "-f", "lavfi", "-t", str(seconds), "-i", picture),
            *("-f", "lavfi", "-t", str(seconds if sound is None else sound), "-i", beep),
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-bf", "2", "-pix_fmt", "yuv420p"),
            *("-af", f"atrim=start={late}", "-c:a", "aac", *options, "-frag_duration", "250000", "-f", "mp4"),
            *("-movflags", "+frag_keyframe+empty_moov+default_base_moof", "pipe:1"),
        ],
        check=True,
        capture_output=True,
    ).stdout
    return _begun_where_it_says(made)


def _begun_where_it_says(data: bytes) -> bytes:
    """A track that begins late does so: ffmpeg gives it a first sample from 0 on, which lasts until the second."""
    found = bytearray(data)
    end = len(init_of(data)) + len(fragments_of(data)[0])
    at = 0
    while 0 <= (at := found.find(b"trun", at + 1)) < end:
        flags, count = struct.unpack_from(">II", found, at + 4)
        if flags & 0x100 and count > 1:
            fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
            first = at + 12 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
            [lasts], [usual] = (struct.unpack_from(">I", found, first + 4 * len(fields) * index) for index in (0, 1))
            tfdt = found.rindex(b"tfdt", 0, at)
            struct.pack_into(">Q", found, tfdt + 8, lasts - usual)
            struct.pack_into(">I", found, first, usual)
    return bytes(found)


def boxes(data: bytes) -> list[tuple[bytes, int, int]]:
    """Kind, start and end of each."""
    found, at = [], 0
    while at < len(data):
        end = at + int.from_bytes(data[at : at + 4], "big")
        found.append((data[at + 4 : at + 8], at, end))
        at = end
    return found


def init_of(data: bytes) -> bytes:
    return data[: next(end for kind, _, end in boxes(data) if kind == b"moov")]


def fragments_of(data: bytes) -> list[bytes]:
    """Each `moof` with its `mdat`."""
    found = boxes(data)
    return [data[start:end] for (kind, start, _), (_, _, end) in itertools.pairwise(found) if kind == b"moof"]


def packets(*files: Path) -> dict[str, list[bytes]]:
    """What is coded in them, in order, by kind of track."""
    found: dict[str, list[bytes]] = {"video": [], "audio": []}
    for path in files:
        with av.open(str(path)) as film:
            for packet in film.demux():
                if packet.size:
                    found[packet.stream.type].append(bytes(packet))
    return found


class Seen(Struct):
    """When flashes and beeps of a film begin, in seconds by its time stamps."""

    pictures: int
    samples: int
    flashes: list[float]
    beeps: list[float]
    heard: list[float]  # when beeps begin for who plays all sound without a break

    @property
    def apart(self) -> float:
        """The most that a flash and its beep are apart, whichever way a player goes by."""
        pairs = zip(self.flashes, self.beeps, self.heard, strict=True)
        return max(abs(flash - beep) for flash, *beeps in pairs for beep in beeps)


async def decode_errors(path: Path) -> str:
    """What ffmpeg has to say when it decodes all of it, in the file's own time."""
    process = await asyncio.create_subprocess_exec(
        *(FFMPEG, "-v", "warning", "-nostdin", "-i", str(path), "-enc_time_base:v", "demux", "-f", "null", "-"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return said.decode()


def seen(path: Path) -> Seen:
    with av.open(str(path)) as film:
        pictures, flashes = _flashes(film)
    with av.open(str(path)) as film:
        samples, beeps, heard = _beeps(film)
    return Seen(pictures, samples, flashes, beeps, heard)


def _flashes(film: av.container.InputContainer) -> tuple[int, list[float]]:
    count, dark, found = 0, True, []
    for picture in film.decode(video=0):
        bright = bytes(picture.planes[0])[1000] > BRIGHT
        if bright and dark:
            found.append(picture.time)
        dark = not bright
        count += 1
    return count, found


def _beeps(film: av.container.InputContainer) -> tuple[int, list[float], list[float]]:
    """Samples, and the beginnings of beeps: by time stamps, and by the samples before them."""
    plain = av.AudioResampler(format="s16", layout="mono")
    count, last, began, by_stamp, by_samples = 0, -1.0, None, [], []
    for coded in film.decode(audio=0):
        began = coded.time if began is None else began
        for sound in plain.resample(coded):
            levels = array("h", bytes(sound.planes[0])[: 2 * sound.samples])
            loud = [index for index, level in enumerate(levels) if abs(level) > LOUD]
            if loud:
                heard = began + (count + loud[0]) / sound.rate
                if heard - last > 0.3:
                    by_stamp.append(coded.time + loud[0] / sound.rate)
                    by_samples.append(heard)
                last = began + (count + loud[-1]) / sound.rate
            count += sound.samples
    return count, by_stamp, by_samples
