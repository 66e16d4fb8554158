"""How loud a film is."""

import re
from pathlib import Path

from storecast.processing import child
from storecast.processing.container import input_options
from storecast.processing.facts import Facts

_INTEGRATED = re.compile(r"^\s+I:\s+(-?[\d.]+) LUFS", re.MULTILINE)
_SILENCE = -70.0  # LUFS; the gate below which nothing counts: EBU Tech 3341


async def measure_loudness(path: Path, facts: Facts, *, ffmpeg: str) -> float | None:
    """LUFS, integrated (EBU R 128); None without sound, or where all of it is silence.

    Raises `Refused` and `ProcessingFailed`.
    """
    if facts.sound is None:
        return None
    words = await child.run_ffmpeg(
        ffmpeg,
        [
            *input_options(path, facts.container),
            *("-map", f"0:{facts.sound}", "-af", "ebur128=framelog=verbose", "-f", "null", "-"),
        ],
        child.limits(facts.duration, facts.size),
    )
    found = _INTEGRATED.findall(words)
    return float(found[-1]) if found and float(found[-1]) > _SILENCE else None
