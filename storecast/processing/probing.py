"""Looking at a file from outside."""

from pathlib import Path

import msgspec

from storecast.kit import launch
from storecast.processing import child
from storecast.processing.facts import Facts, Look

_LIMITS = launch.Limits(memory=child.MEMORY, processor=1800, file=1024**2)  # it reads all, and writes nothing


async def probe(path: Path) -> Facts:
    """What the film at `path` is, every packet read and its first pictures decoded.

    Sound without picture is taken: `video_codec` is None then. Raises `Refused` and `ProcessingFailed`.
    """
    found = await child.run_module("storecast.processing.looking", Look(str(path)), _LIMITS)
    return msgspec.json.decode(found, type=Facts)
