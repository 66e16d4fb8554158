"""Looking at a file from outside."""

from pathlib import Path

from storecast.processing.facts import Facts


async def probe(path: Path) -> Facts:
    """What the film at `path` is, every packet read and its first pictures decoded.

    Sound without picture is taken: `video_codec` is None then. Raises `Refused` and `ProcessingFailed`.
    """
    raise NotImplementedError
