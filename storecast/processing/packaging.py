"""A film as HLS."""

from pathlib import Path

from storecast.processing.facts import Facts, Progress


async def make_hls(path: Path, facts: Facts, folder: Path, progress: Progress, *, ffmpeg: str) -> list[Path]:
    """Write `index.m3u8` (multivariant), `film.m3u8` (media) and `film.m4s` into `folder`; they name each other
    relatively. Copied where `facts.streamable`, else encoded.

    Gives the paths written. Raises `Refused` and `ProcessingFailed`.
    """
    raise NotImplementedError
