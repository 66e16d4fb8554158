"""Publishers: ffmpeg pushing a rendered clip over RTMP in real time."""

import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from storecast.kit.settings import Settings

KBPS = 3000
_CLIP_SECONDS = 20
_AUDIO_KBPS = 128


def render(clip: Path) -> None:
    """720p30 of `KBPS` in all, with a keyframe every two seconds and AAC."""
    video = f"{KBPS - _AUDIO_KBPS}k"
    subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30"),
            *("-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", str(_CLIP_SECONDS), "-vf", "noise=alls=8:allf=t"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "60", "-pix_fmt", "yuv420p"),
            *("-b:v", video, "-minrate", video, "-maxrate", video, "-bufsize", video),
            *("-x264-params", "nal-hrd=cbr:force-cfr=1", "-c:a", "aac", "-b:a", f"{_AUDIO_KBPS}k", str(clip)),
        ],
        check=True,
    )


@contextmanager
def publishing(clip: Path, urls: Sequence[str], told: Path | None = None) -> Generator[list[subprocess.Popen[bytes]]]:
    """Push the clip over and over to each of `urls` until the block ends; each tells its progress in a file of `told`,
    by its number."""
    command = [Settings().ffmpeg, "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(clip)]
    publishers = []
    for number, url in enumerate(urls):
        progress = [] if told is None else ["-progress", str(told / str(number))]
        push = [*command, *progress, "-c", "copy", "-f", "flv", url]
        publishers.append(subprocess.Popen(push, stderr=subprocess.DEVNULL))
    try:
        yield publishers
    finally:
        for publisher in publishers:
            publisher.terminate()
        for publisher in publishers:
            publisher.wait()
