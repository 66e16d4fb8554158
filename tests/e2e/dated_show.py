"""A show whose picture says when it was taken, and flashes with a beep; and what of it is in a film that was made."""

import array
import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import av
from msgspec import Struct, field

from storecast.kit.settings import Settings
from tests.e2e.installation import H264, Merchant

TENTHS = 0.1  # seconds the picture's clock counts by
_BITS = 14
WRAPS = 2**_BITS * TENTHS  # seconds after which it begins anew
_FLASH_EVERY = 2.0  # seconds
_LASTS = 0.08
_STRIP = 16  # pixels, the clock's height
_CLOCK = (
    f"color=black:size={{width}}x{_STRIP}:rate=25,format=gray,"
    f"geq=lum='if(mod(floor(mod(time(0)*10,{2**_BITS})/pow(2,floor(X*{_BITS}/W))),2),235,16)',format=yuv420p"
)
_PICTURE = (
    "testsrc2=size={width}x{height}:rate=25,"
    f"drawbox=t=fill:color=white:enable='lt(mod(t,{_FLASH_EVERY:g}),{_LASTS})',format=yuv420p"
)
_BEEP = f"aevalsrc='0.5*sin(2*PI*880*t)*lt(mod(t,{_FLASH_EVERY:g}),{_LASTS})':s=48000"
_PACED = ("-readrate", "1", "-readrate_initial_burst", "0")  # nothing is sent before its time
_BRIGHT, _LOUD = 225, 0.1


@asynccontextmanager
async def on_air(
    merchant: Merchant, width: int = 320, height: int = 180, options: Sequence[str] = H264
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A real encoder that publishes it, until the block ends: with a goodbye, unless it was killed before."""
    target = f"rtmp://127.0.0.1:{merchant.installation.rtmp_port}/live/{merchant.stream['stream_key']}"
    clock = _CLOCK.format(width=width)
    process = await asyncio.create_subprocess_exec(
        Settings().ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin",
        *_PACED, "-f", "lavfi", "-i", f"{_PICTURE.format(width=width, height=height)}[film];{clock}[clock];"
        "[film][clock]vstack[out0]",
        *_PACED, "-f", "lavfi", "-i", _BEEP,
        *options, "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", "-f", "flv", target,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()  # it says goodbye
        await asyncio.wait_for(process.wait(), 20)


class Seen(Struct):
    """What is in a film, in the order it is shown."""

    clock: list[tuple[float, float]] = field(default_factory=list)  # second of the film, seconds its picture says
    flashes: list[float] = field(default_factory=list)
    beeps: list[float] = field(default_factory=list)

    def apart(self) -> list[float]:
        """Seconds between each flash and its beep."""
        pairs = [(flash, min(self.beeps, key=lambda beep: abs(beep - flash))) for flash in self.flashes]
        return [abs(flash - beep) for flash, beep in pairs]

    def said_at(self, second: float) -> float:
        return min(self.clock, key=lambda each: abs(each[0] - second))[1]


class _Times:
    """Seconds of a film whose takes each count from 0, as a playlist's do: one goes on where the last has ended."""

    def __init__(self) -> None:
        self._begins = [0.0]
        self._take = {"video": 0, "audio": 0}
        self._last = {"video": 0.0, "audio": 0.0}

    def of(self, kind: str, stamp: float) -> float:
        at = self._begins[self._take[kind]] + stamp
        if at < self._last[kind] - 1:
            self._take[kind] += 1
            if self._take[kind] == len(self._begins):
                self._begins.append(max(self._last.values()))
            at = self._begins[self._take[kind]] + stamp
        self._last[kind] = at
        return at


def seen(url: str) -> Seen:
    """All of a film is decoded."""
    found, times, bright, heard = Seen(), _Times(), False, -1.0
    with av.open(url) as film:
        begin = (film.start_time or 0) / av.time_base
        for frame in film.decode(*film.streams.video[:1], *film.streams.audio[:1]):
            stamp = (frame.time or 0.0) - begin
            if isinstance(frame, av.VideoFrame):
                at = times.of("video", stamp)
                plane = frame.planes[0]
                rows = memoryview(plane)
                middle = rows[frame.height // 3 * plane.line_size :][: frame.width]
                if (sum(middle) / frame.width > _BRIGHT) != bright:
                    bright = not bright
                    if bright:
                        found.flashes.append(at)
                row = rows[(frame.height - _STRIP // 2) * plane.line_size :][: frame.width]
                bits = [row[(2 * bit + 1) * frame.width // (2 * _BITS)] > 128 for bit in range(_BITS)]
                found.clock.append((at, sum(on << bit for bit, on in enumerate(bits)) * TENTHS))
            elif isinstance(frame, av.AudioFrame):
                at = times.of("audio", stamp)
                samples = array.array("f", bytes(frame.planes[0]))[: frame.samples]
                loud = [index for index, sample in enumerate(samples) if abs(sample) > _LOUD]
                if loud:
                    if at + loud[0] / frame.sample_rate - heard > _LASTS:
                        found.beeps.append(at + loud[0] / frame.sample_rate)
                    heard = at + loud[-1] / frame.sample_rate
    return found


async def complaints(url: str) -> str:
    """What ffmpeg says against a film it decodes whole; nothing of addresses it opens."""
    process = await asyncio.create_subprocess_exec(
        Settings().ffmpeg, "-hide_banner", "-nostdin", "-v", "warning", "-i", url, "-f", "null", "-",
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 0, said
    return re.sub(r"\[hls @ .*\] (Opening|Skip).*\n", "", said.decode())
