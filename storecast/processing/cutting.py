"""Parts of a film as a film of their own."""

from collections.abc import Sequence
from pathlib import Path

from storecast.processing.facts import Cut, Facts, Progress, Span


async def cut(path: Path, facts: Facts, keep: Sequence[Span], target: Path, progress: Progress, *, ffmpeg: str) -> Cut:
    """What `keep` names, one after the other in that order, as an MP4 with its index in front.

    H.264 is copied but for what lies between the edges of a span and its keyframes; all else is encoded anew.
    Raises `Refused` where a span holds no frame, and `ProcessingFailed`.
    """
    raise NotImplementedError
