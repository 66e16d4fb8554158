"""How loud a film is."""

from pathlib import Path

from storecast.processing.facts import Facts


async def measure_loudness(path: Path, facts: Facts, *, ffmpeg: str) -> float | None:
    """LUFS, integrated (EBU R 128); None without sound, or where all of it is silence.

    Raises `Refused` and `ProcessingFailed`.
    """
    raise NotImplementedError
