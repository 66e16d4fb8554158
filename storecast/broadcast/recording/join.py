"""Takes joined into one file, playable from its first bytes (moov in front).

Nothing is encoded again but the sound of a take whose sample rate or channels are not those of the first.
"""

import asyncio
from pathlib import Path

import structlog

from storecast.broadcast.recording.probe import MediaFile, output_of, probe

TOLERANCE_SECONDS = 1.0  # between the joined file and its takes,
TOLERANCE_SHARE = 0.01  # and this share of their length: gaps between tracks, rounding

_WHOLE = ("-fflags", "+discardcorrupt")  # leaves out the packet at which a take broke off

log = structlog.get_logger()


class NothingRecorded(Exception):
    """No take holds anything that can be played."""


class JoinFailed(Exception):
    """ffmpeg could not write the file, as with a full disk; trying again later may help."""


async def join(ffmpeg: str, takes: list[Path], target: Path) -> MediaFile:
    """Write `target` from `takes`, with drafts beside it. Raises `NothingRecorded`, `JoinFailed`."""
    good = [(path, found) for path in takes if (found := await probe(path)).duration > 0]
    for path in set(takes) - {path for path, _ in good}:
        log.warning("a take holds nothing playable", path=str(path), size=path.stat().st_size if path.exists() else 0)
    if not good:
        raise NothingRecorded
    whole = sum(found.duration for _, found in good)
    if len(good) > 1 and len({tuple(found.codecs) for _, found in good}) == 1:
        alike = all(_same_sound(found, good[0][1]) for _, found in good)
        joined = await _concat(ffmpeg, [path for path, _ in good], target) if alike else None
        if joined is None or not _matches(joined, whole):
            # A take that broke off mid-fragment can upset the demuxer; a copy of it is clean.
            joined = await _concat(ffmpeg, await _copies(ffmpeg, good, target.parent), target)
        if _matches(joined, whole):
            return joined
    path, found = max(good, key=lambda take: take[1].duration)
    if len(good) > 1:
        log.warning(
            "takes cannot be joined: the longest is kept",
            path=str(path),
            seconds=round(found.duration, 3),
            of_seconds=round(whole, 3),
            codecs=[found.codecs for _, found in good],
        )
    if not await _run(
        ffmpeg, *_WHOLE, "-i", str(path), "-map", "0", "-c", "copy", "-movflags", "+faststart", str(target)
    ):
        raise JoinFailed(str(path))
    return await probe(target)


def _matches(found: MediaFile, whole: float) -> bool:
    return abs(found.duration - whole) <= TOLERANCE_SECONDS + TOLERANCE_SHARE * whole


async def _concat(ffmpeg: str, takes: list[Path], target: Path) -> MediaFile:
    listing = target.with_suffix(".txt")
    listing.write_text("".join(f"file '{path.resolve()}'\n" for path in takes))
    done = await _run(
        *(ffmpeg, *_WHOLE, "-f", "concat", "-safe", "0", "-i", str(listing)),
        *("-map", "0", "-c", "copy", "-movflags", "+faststart", str(target)),
    )
    listing.unlink()
    return await probe(target) if done else MediaFile(0.0, [])


async def _copies(ffmpeg: str, takes: list[tuple[Path, MediaFile]], folder: Path) -> list[Path]:
    copies = []
    first = takes[0][1]
    for take, found in takes:
        copy = folder / f"copy-{take.name}"
        sound: tuple[str, ...] = ()
        if not _same_sound(found, first):
            sound = ("-c:a", first.codecs[-1], "-ar", str(first.sample_rate), "-ac", str(first.channels))
        if await _run(ffmpeg, *_WHOLE, "-i", str(take), "-map", "0", "-c", "copy", *sound, str(copy)):
            copies.append(copy)
    return copies


def _same_sound(one: MediaFile, other: MediaFile) -> bool:
    return (one.sample_rate, one.channels) == (other.sample_rate, other.channels)


async def _run(ffmpeg: str, *arguments: str) -> bool:
    process = await asyncio.create_subprocess_exec(
        *(ffmpeg, "-hide_banner", "-nostats", "-nostdin", "-loglevel", "error", "-y", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaints = await output_of(process)
    if process.returncode:
        log.error("ffmpeg failed", arguments=arguments, text=complaints[-500:].decode(errors="replace"))
    return process.returncode == 0
