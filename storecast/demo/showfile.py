"""The show's film: drawn and encoded on the first start while it is sent already, and kept for the next.

H.264 and AAC in FLV, ready to be pushed without encoding again.
"""

import asyncio
import hashlib
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

import structlog

from storecast.demo import products
from storecast.demo.picture import film as picture
from storecast.demo.reel import Reel
from storecast.demo.sound import write_music
from storecast.kit import launch

log = structlog.get_logger()

VERSION = 3  # count up when the picture or the sound changes: files of other versions are made anew

AUDIO_RATE = 48_000  # samples a second
AAC_FRAME = 1024  # samples


class ShowNotMade(Exception):
    """The show could not be drawn or encoded; the message is what was said last."""


def new_reel() -> Reel:
    """For the whole show."""
    return Reel(len(products.PRODUCTS), picture.PART // picture.RATE)


async def fill(reel: Reel, folder: Path, ffmpeg: str) -> None:
    """Fill `reel`, as long as it is, from the file in `folder`; where there is none, draw the show and keep it there.

    Raises `ShowNotMade`.
    """
    identity = f"{VERSION} {reel.count} {reel.seconds} {products.film().parts}"
    kept = folder / f"show-{hashlib.sha256(identity.encode()).hexdigest()[:12]}.flv"
    if kept.exists():
        reel.feed(kept.read_bytes())
        reel.finish()
        return
    await _draw(reel, ffmpeg)
    reel.finish()
    try:
        _keep(reel.file(), kept)
    except OSError as error:
        log.warning("The demo's film cannot be kept and is drawn again on the next start", reason=str(error))


def _keep(film: bytes, path: Path) -> None:
    """Write it beside its place and move it there whole, so that a start that breaks off leaves nothing half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("show-*"):
        old.unlink()
    draft = path.parent / "show.new"
    with draft.open("wb") as file:
        file.write(film)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


async def _draw(reel: Reel, ffmpeg: str) -> None:
    frames = reel.count * reel.seconds * picture.RATE
    with tempfile.TemporaryDirectory() as work:
        music = Path(work) / "music.wav"
        read, write = os.pipe()
        processes: list[Process] = []
        try:
            with os.fdopen(read, "rb") as drawn, os.fdopen(write, "wb") as drawing:
                draw = [sys.executable, "-m", "storecast.demo.drawing", str(frames)]
                processes.append(await _start(draw, stdin=DEVNULL, stdout=drawing.fileno(), stderr=None))
                await asyncio.to_thread(write_music, music)  # while the first frame is drawn
                encode = _encode(ffmpeg, frames, music)
                processes.append(await _start(encode, stdin=drawn.fileno(), stdout=PIPE, stderr=PIPE))
            drawer, encoder = processes
            said, _ = await asyncio.gather(_read(encoder.stderr), _feed(reel, encoder.stdout))
            if await encoder.wait():
                last = said.decode(errors="replace").strip().splitlines()[-1:]
                raise ShowNotMade(last[0] if last else f"ffmpeg ended with status {encoder.returncode}")
            if await drawer.wait():  # what was encoded is not the whole
                raise ShowNotMade(f"drawing ended with status {drawer.returncode}")
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def _start(command: list[str], *, stdin: int, stdout: int, stderr: int | None) -> Process:
    return await asyncio.create_subprocess_exec(
        *launch.command(command, ends_by=signal.SIGKILL),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,  # Ctrl-C in the terminal is for us alone
    )


async def _feed(reel: Reel, encoded: asyncio.StreamReader | None) -> None:
    while encoded and (data := await encoded.read(65_536)):
        reel.feed(data)
        await reel.wanted()


async def _read(said: asyncio.StreamReader | None) -> bytes:
    return await said.read() if said else b""


def _encode(ffmpeg: str, frames: int, music: Path) -> list[str]:
    """The command that makes an FLV stream of raw frames and the music."""
    width, height = picture.SIZE
    return [
        ffmpeg, "-hide_banner", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(picture.RATE), "-i", "pipe:0",
        "-stream_loop", "-1", "-i", str(music),
        "-map", "0:v", "-map", "1:a", "-t", str(frames / picture.RATE),
        "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
        # A keyframe each second and no B-frames: a viewer starts at once and nothing waits to be put in order.
        "-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-bf", "0",
        "-g", str(picture.RATE), "-keyint_min", str(picture.RATE), "-sc_threshold", "0",
        "-b:v", "2200k", "-maxrate", "2500k", "-bufsize", "2500k",
        # AAC begins with one frame of the encoder's own. It is counted in, so that the sound is exactly as long as the
        # picture and each repetition follows on without a gap.
        "-af", f"aresample=48000,atrim=end_sample={frames * AUDIO_RATE // picture.RATE - AAC_FRAME}",
        "-c:a", "aac", "-b:a", "128k", "-bsf:a", f"setts=ts=TS+{AAC_FRAME}",
        "-f", "flv", "-flvflags", "no_duration_filesize+no_sequence_end", "pipe:1",
    ]  # fmt: skip
