"""The show as one file, made on first start and kept: H.264 and AAC, ready to be pushed without encoding again."""

import hashlib
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storecast.demo.picture import film as picture
from storecast.demo.picture.film import Film
from storecast.demo.sound import write_music

VERSION = 2  # count up when the picture or the sound changes: files of other versions are made anew


AUDIO_RATE = 48_000  # samples a second
AAC_FRAME = 1024  # samples


class ShowNotMade(Exception):
    """ffmpeg could not encode the show; the message is what it said last."""


@dataclass(frozen=True)
class ShowFile:
    path: Path
    seconds: float  # length of the file, after which it starts over


def show_file(
    folder: Path,
    film: Film,
    ffmpeg: str,
    report: Callable[[int], None],
    stopped: Callable[[], bool],
    frames: int | None = None,
) -> ShowFile | None:
    """The show in `folder`, rendered if it is not there yet; None when `stopped` says so midway.

    `report` hears the percentage done. `frames` makes a shorter show. Raises `ShowNotMade`.
    """
    count = frames or film.length
    name = hashlib.sha256(f"{VERSION} {count} {film.parts}".encode()).hexdigest()[:12]
    show = ShowFile(folder / f"show-{name}.mp4", count / picture.RATE)
    if show.path.exists():
        return show
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        music, draft = Path(work) / "music.wav", Path(work) / "show.mp4"
        write_music(music)
        done = _encode(film, count, ffmpeg, music, draft, report, stopped)
        picture.release()
        if not done:
            return None
        for old in folder.glob("show-*.mp4"):
            old.unlink()
        draft.rename(show.path)
    return show


def _encode(
    film: Film,
    count: int,
    ffmpeg: str,
    music: Path,
    target: Path,
    report: Callable[[int], None],
    stopped: Callable[[], bool],
) -> bool:
    width, height = picture.SIZE
    command = [
        ffmpeg, "-hide_banner", "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(picture.RATE), "-i", "pipe:0",
        "-stream_loop", "-1", "-i", str(music),
        "-map", "0:v", "-map", "1:a", "-t", str(count / picture.RATE),
        "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
        # A keyframe each second and no B-frames: a viewer starts at once and nothing waits to be put in order.
        "-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-bf", "0",
        "-g", str(picture.RATE), "-keyint_min", str(picture.RATE), "-sc_threshold", "0",
        "-b:v", "2200k", "-maxrate", "2500k", "-bufsize", "2500k",
        # AAC begins with one frame of the encoder's own. It is counted in, so that the file is exactly as long as its
        # picture and each repetition follows on without a gap.
        "-af", f"aresample=48000,atrim=end_sample={count * AUDIO_RATE // picture.RATE - AAC_FRAME}",
        "-c:a", "aac", "-b:a", "128k", "-bsf:a", f"setts=ts=TS+{AAC_FRAME}",
        "-f", "mp4", "-use_editlist", "0", str(target),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said:
        encoder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        pipe = encoder.stdin
        if pipe is None:
            raise ShowNotMade("ffmpeg takes no input")
        complete = True
        try:
            for index in range(count):
                if stopped():
                    complete = False
                    break
                pipe.write(film.frame(index).tobytes())
                if index * 100 // count != (index - 1) * 100 // count:
                    report(index * 100 // count)
        except BrokenPipeError:  # the encoder is gone; its status says why
            complete = False
        except BaseException:
            encoder.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                pipe.close()
            status = encoder.wait()
        if status:
            said.seek(0)
            last = said.read().decode(errors="replace").strip().splitlines()[-1:]
            raise ShowNotMade(last[0] if last else f"ffmpeg ended with status {status}")
    return complete
