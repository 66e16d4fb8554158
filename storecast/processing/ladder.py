"""A film in lesser qualities beside its own, for viewers of slow networks: the rungs of a ladder."""

import re
import shutil
from collections.abc import Collection, Sequence
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from storecast.processing import child, encoding
from storecast.processing.container import input_options
from storecast.processing.facts import Facts, Progress
from storecast.processing.packaging import INDEX, MEDIA, multivariant, package, variant
from storecast.processing.probing import probe

LADDER = "ladder.m3u8"
LONGEST = 12 * 3600  # seconds of a film; of a longer one there are more borders than a command line holds
MOST_FRAMES = 30  # a second
NICENESS = 19  # the last of all: what nobody can watch yet goes before it
_ENCODING = 0.95  # of all work
_EARLY = 0.004  # seconds before a border, in which no frame is: borders are sums of rounded lengths
_ANY_KEYFRAME = 0.1  # seconds of a segment at least: each keyframe that was asked for begins one
_EXTINF = re.compile(r"^#EXTINF:([\d.]+)", re.MULTILINE)


class Rung(Struct, frozen=True):
    name: str
    side: int | None  # pixels of the picture's shorter side; None where there is sound alone
    picture_rate: int  # bits a second at most
    sound_rate: int  # bits a second

    @property
    def rate(self) -> int:
        return self.picture_rate + self.sound_rate


RUNGS = (
    Rung("720p", 720, 2_500_000, 128_000),
    Rung("480p", 480, 1_000_000, 96_000),
    Rung("audio", None, 0, 96_000),
)


def rungs_for(facts: Facts, wanted: Collection[str]) -> list[Rung]:
    """Those of the wanted that ask less of a viewer's network than the film itself, and have no larger picture."""
    if facts.picture is None or facts.duration > LONGEST:
        return []
    side = min(facts.width or 0, facts.height or 0)
    rate = facts.size * 8 / facts.duration
    fitting = [rung for rung in RUNGS if rung.name in wanted and rung.rate < rate]
    return [rung for rung in fitting if (rung.side <= side if rung.side else facts.sound is not None)]


def bytes_of(rungs: Sequence[Rung], duration: float) -> int:
    """How many they are at most, nearly."""
    return round(sum(rung.rate for rung in rungs) * duration / 8)


async def make_ladder(
    path: Path, facts: Facts, rungs: Sequence[Rung], folder: Path, progress: Progress, *, ffmpeg: str
) -> list[Path]:
    """Write playlist and film of each rung into `folder`, and `ladder.m3u8`, which names them behind the film itself.

    What `make_hls` made of the film lies there: `index.m3u8` and `film.m3u8`. Segments of pictures begin where the
    film's do, to a frame. The film is decoded once for all rungs. Gives the paths written. Raises `Refused` and
    `ProcessingFailed`.
    """
    draft = folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        borders = [*accumulate(map(float, _EXTINF.findall((folder / MEDIA).read_text())))][:-1]
        await _encode(path, facts, rungs, borders, draft, lambda part: progress(part * _ENCODING), ffmpeg)
        variants = [(folder / INDEX).read_text().splitlines()[-2:]]
        written = []
        for rung in rungs:
            whole = draft / f"{rung.name}.mp4"
            made = await probe(whole)
            least = {} if rung.side is None else {"shortest": _ANY_KEYFRAME}
            await package(whole, made, draft, rung.name, lambda _: None, ffmpeg=ffmpeg, **least)
            whole.unlink()
            playlist = draft / f"{rung.name}.m3u8"
            variants.append(variant(made, playlist.read_text(), playlist.name))
            written += [draft / f"{rung.name}.m4s", playlist]
        (draft / LADDER).write_text(multivariant(variants))
        progress(1.0)
        return [made.replace(folder / made.name) for made in (*written, draft / LADDER)]
    finally:
        shutil.rmtree(draft, ignore_errors=True)


async def _encode(
    path: Path,
    facts: Facts,
    rungs: Sequence[Rung],
    borders: Sequence[float],
    folder: Path,
    progress: Progress,
    ffmpeg: str,
) -> None:
    chains: list[str] = []
    pictures = [rung for rung in rungs if rung.side is not None]
    if pictures:
        slowed = f"fps={MOST_FRAMES}," if (facts.frame_rate or 0) > MOST_FRAMES * 1.01 else ""
        names = "".join(f"[{rung.name}]" for rung in pictures)
        chains.append(f"[0:{facts.picture}]{slowed}split={len(pictures)}{names}")
    for rung in pictures:
        size = encoding.fitted(facts, encoding.LONG_SIDE, rung.side or 0)
        chains.append(f"[{rung.name}]{','.join(encoding.filters(facts, *size))}[v{rung.name}]")
    if facts.sound is not None:
        names = "".join(f"[a{rung.name}]" for rung in rungs)
        chains.append(f"[0:{facts.sound}]{encoding.HEARD},asplit={len(rungs)}{names}")
    keyframes = ",".join(f"{border - _EARLY:.6f}" for border in borders) or "0"
    outputs: list[str] = []
    for rung in rungs:
        if rung.side is not None:
            outputs += ["-map", f"[v{rung.name}]", *encoding.rung(rung.picture_rate, keyframes)]
        if facts.sound is not None:
            outputs += ["-map", f"[a{rung.name}]", "-c:a", "aac", "-b:a", str(rung.sound_rate)]
        outputs += ["-map_metadata", "-1", "-map_chapters", "-1", "-f", "mp4", "-y", f"file:{folder / rung.name}.mp4"]
    await child.run_ffmpeg(
        ffmpeg,
        [*encoding.decoding(), *input_options(path, facts.container), "-filter_complex", ";".join(chains), *outputs],
        child.limits(facts.duration, facts.size, niceness=NICENESS),
        progress,
        facts.duration,
    )
