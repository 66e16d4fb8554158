"""Films of a few seconds whose frames say their own number, in bars that are a bit each, and whose sound clicks."""

import array
import subprocess
from pathlib import Path

import av

from storecast.kit.settings import Settings

FFMPEG = Settings().ffmpeg
RATE = 30
ENCODED = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-g",
    "120",
    "-keyint_min",
    "120",
    "-sc_threshold",
    "0",
    "-bf",
    "3",
    "-c:a",
    "aac",
)
_BITS = 12
_BARS = f"geq=lum='if(mod(floor(N/pow(2,floor(X*{_BITS}/W))),2),235,16)':cb=128:cr=128"
CLICKS = "aevalsrc='0.5*sin(2*PI*880*t)*lt(mod(t,1),0.05)':s=48000"


def make(target: Path, *options: str) -> Path:
    subprocess.run([FFMPEG, "-v", "error", "-y", *options, str(target)], check=True)
    return target


def counting(seconds: float, size: str = "192x64", rate: int = RATE) -> list[str]:
    """The input of a picture that counts: drawn small, as each pixel is reckoned."""
    enlarged = f"scale={size.replace('x', ':')}:flags=neighbor,setsar=1"
    small = f"color=black:s={2 * _BITS}x2:r={rate}:d={seconds},format=yuv420p"
    return ["-f", "lavfi", "-i", f"{small},{_BARS},{enlarged}"]


def clicking(seconds: float) -> list[str]:
    """The input of a sound that clicks at every whole second."""
    return ["-f", "lavfi", "-i", f"{CLICKS}:d={seconds}"]


def counted(target: Path) -> Path:
    """12 seconds of picture and sound, with a keyframe every 4 seconds and B-frames between."""
    return make(target, *counting(12), *clicking(12), *ENCODED)


def converted(film: Path, target: Path, *options: str) -> Path:
    """`film` encoded once more, as before but for `options`."""
    return make(target, "-i", str(film), *ENCODED, *options)


def number(frame: av.VideoFrame) -> int:
    """What a frame says."""
    has_light = frame.format.name.startswith("yuv") and frame.format.components[0].bits == 8
    plane = (frame if has_light else frame.reformat(format="gray")).planes[0]
    row = memoryview(plane)[frame.height // 2 * plane.line_size :]
    return sum((row[(2 * bit + 1) * frame.width // (2 * _BITS)] > 128) << bit for bit in range(_BITS))


def numbers(film: Path, format: str | None = None) -> list[int]:
    """What its frames say, in the order they are shown."""
    with av.open(str(film), format=format) as opened:
        return [number(frame) for frame in opened.decode(video=0)]


def shown(film: Path) -> list[tuple[float, int]]:
    """When its frames are shown, in seconds, and what they say."""
    with av.open(str(film)) as opened:
        return [(frame.time, number(frame)) for frame in opened.decode(video=0) if frame.time is not None]


def times(film: Path) -> list[float]:
    """When its frames are shown, in seconds."""
    with av.open(str(film)) as opened:
        return [frame.time for frame in opened.decode(video=0) if frame.time is not None]


def clicks(film: Path) -> list[float]:
    """When clicks begin, in seconds."""
    begun: list[float] = []
    heard = -1.0
    with av.open(str(film)) as opened:
        for frame in opened.decode(audio=0):
            samples = array.array("f", bytes(frame.planes[0]))[: frame.samples]
            for at, value in enumerate(samples):
                if abs(value) > 0.1:
                    moment = (frame.time or 0.0) + at / frame.sample_rate
                    if moment - heard > 0.2:
                        begun.append(moment)
                    heard = moment
    return begun


def complaints(film: Path) -> str:
    """What a decoder says against a film."""
    said = subprocess.run(
        [FFMPEG, "-v", "warning", "-i", str(film), "-f", "null", "-"], check=True, capture_output=True, text=True
    )
    return said.stderr
