"""A film as one MP4 that browsers play and people download."""

from pathlib import Path

from storecast.processing.facts import Facts, Progress


async def make_playable(path: Path, facts: Facts, target: Path, progress: Progress, *, ffmpeg: str) -> Facts:
    """An MP4 with its index in front; copied where `facts.streamable`, else encoded as H.264 and AAC.

    Gives the facts of `target`, which are streamable. Raises `Refused` and `ProcessingFailed`.
    """
    raise NotImplementedError
