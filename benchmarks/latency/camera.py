"""A camera on a clock: draws the time thirty times a second, and a real encoder pushes it over RTMP."""

import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from benchmarks.latency.clock import HEIGHT, WIDTH, picture
from storecast.kit.settings import Settings

FRAMES = 30  # a second
KBPS = 2500  # filled up to, as the picture itself is light


@contextmanager
def filming(url: str) -> Generator[None]:
    """Push to `url` until the block ends. x264 as live encoders set it up, a keyframe every two seconds."""
    rate = f"{KBPS}k"
    encoder = subprocess.Popen(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}"),
            *("-framerate", str(FRAMES), "-i", "pipe:0", "-f", "lavfi", "-i", "sine=sample_rate=48000"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", str(2 * FRAMES)),
            *("-pix_fmt", "yuv420p", "-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate),
            *("-x264-params", "nal-hrd=cbr", "-c:a", "aac", "-b:a", "128k", "-f", "flv", url),
        ],
        stdin=subprocess.PIPE,
    )
    stopping = threading.Event()
    drawing = threading.Thread(target=_draw, args=(encoder, stopping))
    drawing.start()
    try:
        yield
    finally:
        stopping.set()
        drawing.join()
        encoder.terminate()
        if encoder.stdin:
            encoder.stdin.close()  # it waits for a last picture otherwise
        encoder.wait()


def _draw(encoder: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    assert encoder.stdin
    began = time.monotonic()
    number = 0
    while not stopping.wait(max(0.0, began + number / FRAMES - time.monotonic())):
        try:
            encoder.stdin.write(picture(time.time_ns() // 1_000_000, number))
        except BrokenPipeError:
            return
        number += 1
