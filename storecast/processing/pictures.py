"""Still pictures of a film."""

from pathlib import Path

from storecast.processing.facts import Facts, Storyboard


async def make_poster(path: Path, facts: Facts, target: Path, *, ffmpeg: str) -> None:
    """A WebP, its longest side 1280 pixels at most, of a frame that is not black if there is one.

    Raises `Refused`, also where there is no picture, and `ProcessingFailed`.
    """
    raise NotImplementedError


async def make_storyboard(
    path: Path, facts: Facts, sprite: Path, vtt: Path, *, name: str, ffmpeg: str
) -> Storyboard | None:
    """A grid of small pictures as one WebP, and a WebVTT whose cues name the tiles of `name` (`name#xywh=…`).

    None, and no files, where there is no picture. Raises `Refused` and `ProcessingFailed`.
    """
    raise NotImplementedError
