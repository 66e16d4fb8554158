from pathlib import Path

import pytest

from storecast.processing.loudness import measure_loudness
from storecast.processing.probing import probe
from tests.processing import films
from tests.processing.films import FFMPEG


async def _loudness(target: Path, sound: str) -> float | None:
    film = films.make(target, "-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "192k")
    return await measure_loudness(film, await probe(film), ffmpeg=FFMPEG)


async def test_loudness_is_that_of_the_broadcasters(tmp_path: Path) -> None:
    # EBU Tech 3341, minimum requirements test 1: a stereo sine of 1 kHz at -23 dBFS a channel is -23 LUFS.
    peak = 10 ** (-23 / 20)
    sine = f"{peak}*sin(2*PI*1000*t)"
    assert await _loudness(tmp_path / "film.mp4", f"aevalsrc='{sine}|{sine}':d=6") == pytest.approx(-23, abs=0.2)


async def test_silence_has_none(tmp_path: Path) -> None:
    assert await _loudness(tmp_path / "film.mp4", "anullsrc=d=3") is None


async def test_a_picture_has_none(film: Path, tmp_path: Path) -> None:
    mute = films.make(tmp_path / "film.mp4", "-i", str(film), "-an", "-c", "copy")
    assert await measure_loudness(mute, await probe(mute), ffmpeg=FFMPEG) is None
