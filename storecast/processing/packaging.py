"""A film as HLS."""

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from storecast.processing import child
from storecast.processing.container import input_options
from storecast.processing.facts import Facts, Progress
from storecast.processing.playable import make_playable

INDEX, MEDIA, FILM = "index.m3u8", "film.m3u8", "film.m4s"
_SEGMENT_SECONDS = 4
_SEGMENTABLE = ("mp4", "mov")  # all else is made one first: it has frames in other forms, and rounded times
_ENCODING = 0.95  # of all work
_SEGMENT = re.compile(r"#EXTINF:([\d.]+),\s+#EXT-X-BYTERANGE:(\d+)@")


async def make_hls(path: Path, facts: Facts, folder: Path, progress: Progress, *, ffmpeg: str) -> list[Path]:
    """Write `index.m3u8` (multivariant), `film.m3u8` (media) and `film.m4s` into `folder`; they name each other
    relatively. Copied where `facts.streamable`, else encoded.

    A frame has the time it has in the film: there is no delay of encoders in front. Gives the paths written. Raises
    `Refused` and `ProcessingFailed`.
    """
    draft = folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        done = 0.0
        if not facts.streamable or facts.container not in _SEGMENTABLE:
            playable = draft / "film.mp4"
            facts = await make_playable(path, facts, playable, lambda part: progress(part * _ENCODING), ffmpeg=ffmpeg)
            path, done = playable, _ENCODING
        await package(path, facts, draft, "film", lambda part: progress(done + part * (1 - done)), ffmpeg=ffmpeg)
        (draft / INDEX).write_text(multivariant([variant(facts, (draft / MEDIA).read_text(), MEDIA)]))
        return [(draft / name).replace(folder / name) for name in (FILM, MEDIA, INDEX)]
    finally:
        shutil.rmtree(draft, ignore_errors=True)


async def package(
    path: Path,
    facts: Facts,
    folder: Path,
    name: str,
    progress: Progress,
    *,
    ffmpeg: str,
    shortest: float = _SEGMENT_SECONDS,
) -> None:
    """Copy an MP4 that is streamable into `<name>.m3u8` and `<name>.m4s`, segments of `shortest` seconds at least."""
    tracks = []
    if facts.picture is not None:
        tracks += ["-map", f"0:{facts.picture}"]
        if (facts.video_codec or "").startswith("hvc1"):
            tracks += ["-tag:v", "hvc1"]
    if facts.sound is not None:
        # What an encoder put before the beginning would move all that follows: fragments have no edit lists here,
        # which players heed or not. The first frame fades in by itself.
        tracks += ["-map", f"0:{facts.sound}", "-bsf:a", r"noise=amount=0:drop=lt(pts\,0)"]
    await child.run_ffmpeg(
        ffmpeg,
        [
            *input_options(path, facts.container),
            *tracks,
            *("-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1"),
            *("-f", "hls", "-hls_time", str(shortest), "-hls_playlist_type", "vod"),
            *("-hls_segment_type", "fmp4", "-hls_flags", "single_file+independent_segments"),
            *("-hls_segment_options", "movflags=+negative_cts_offsets:use_editlist=0"),
            *("-hls_segment_filename", f"{folder / name}.m4s", "-y", f"{folder / name}.m3u8"),
        ],
        child.limits(facts.duration, facts.size),
        progress,
        facts.duration,
    )


def variant(facts: Facts, media: str, name: str) -> list[str]:
    """Lines of a multivariant playlist for the media playlist `name`, whose text is `media`.

    RFC 8216, section 4.3.4.2, and VIDEO-RANGE of its second edition.
    """
    segments = [(float(seconds), int(size) * 8) for seconds, size in _SEGMENT.findall(media)]
    peak = max(bits / max(seconds, 0.5) for seconds, bits in segments)
    mean = sum(bits for _, bits in segments) / max(sum(seconds for seconds, _ in segments), 0.5)
    codecs = ",".join(codec for codec in (facts.video_codec, facts.audio_codec) if codec)
    said = [f"BANDWIDTH={peak:.0f}", f"AVERAGE-BANDWIDTH={mean:.0f}", f'CODECS="{codecs}"']
    if facts.picture is not None:
        said += [f"RESOLUTION={facts.width}x{facts.height}", f"FRAME-RATE={facts.peak_rate or 0:.3f}"]
        if facts.video_range != "SDR":
            said.append(f"VIDEO-RANGE={facts.video_range}")
    return [f"#EXT-X-STREAM-INF:{','.join(said)}", name]


def multivariant(variants: Iterable[Sequence[str]]) -> str:
    """Of what `variant` gives, the one to begin with first."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *(line for each in variants for line in each),
    ]
    return "\n".join([*lines, ""])
