"""A film in lesser qualities beside its own."""

from itertools import accumulate
from pathlib import Path

import pytest
from msgspec.structs import replace

from storecast.processing.facts import Facts, Progress
from storecast.processing.ladder import Rung, make_ladder, rungs_for
from storecast.processing.packaging import make_hls
from storecast.processing.probing import probe
from tests.broadcast.hls_rules.playlists import read_media, read_multivariant
from tests.processing import films
from tests.processing.films import FFMPEG

HALF = Rung("half", 32, 60_000, 64_000)
SOUND = Rung("audio", None, 0, 48_000)


async def _ladder(film: Path, folder: Path, progress: Progress, *rungs: Rung) -> None:
    facts = await probe(film)
    await make_hls(film, facts, folder, progress, ffmpeg=FFMPEG)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    made = await make_ladder(film, facts, rungs, folder, progress, ffmpeg=FFMPEG)
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(folder.iterdir()) == sorted([*before, *made])


def _borders(playlist: Path) -> list[float]:
    return [*accumulate(segment.duration for segment in read_media(playlist.read_text()).segments)]


async def test_a_rung_begins_its_segments_where_the_film_does(film: Path, tmp_path: Path, progress: Progress) -> None:
    await _ladder(film, tmp_path / "hls", progress, HALF, SOUND)
    assert _borders(tmp_path / "hls" / "half.m3u8") == pytest.approx(
        _borders(tmp_path / "hls" / "film.m3u8"), abs=0.001
    )
    data = (tmp_path / "hls" / "half.m4s").read_bytes()
    segments = read_media((tmp_path / "hls" / "half.m3u8").read_text()).segments
    for place, segment in enumerate(segments):
        at = [tuple(map(int, (name or "").partition("#")[2].split("@"))) for name in (segment.map, segment.uri)]
        (tmp_path / "one.mp4").write_bytes(b"".join(data[begin : begin + size] for size, begin in at))
        assert films.numbers(tmp_path / "one.mp4") == list(range(place * 120, place * 120 + 120))
    variants, wrong = read_multivariant((tmp_path / "hls" / "ladder.m3u8").read_text())
    assert wrong == []
    assert [(each.uri, each.width, each.height) for each in variants] == [
        ("film.m3u8", 192, 64),
        ("half.m3u8", 96, 32),
        ("audio.m3u8", 0, 0),
    ]


async def test_a_ladder_begun_before_is_made_again(film: Path, tmp_path: Path, progress: Progress) -> None:
    (tmp_path / "hls" / ".draft").mkdir(parents=True)
    (tmp_path / "hls" / ".draft" / "half.mp4").write_bytes(b"half a film")
    await _ladder(film, tmp_path / "hls", progress, SOUND)


@pytest.mark.parametrize(
    ("width", "height", "mbits", "rungs"),
    [
        (1920, 1080, 6.0, ["720p", "480p", "audio"]),
        (1080, 1920, 6.0, ["720p", "480p", "audio"]),  # a phone held upright
        (1280, 720, 6.0, ["720p", "480p", "audio"]),
        (1280, 720, 2.0, ["480p", "audio"]),
        (1280, 719, 6.0, ["480p", "audio"]),
        (640, 360, 6.0, ["audio"]),
        (1920, 1080, 0.05, []),
    ],
)
async def test_rungs_ask_less_than_the_film(width: int, height: int, mbits: float, rungs: list[str]) -> None:
    size = round(mbits * 1_000_000 / 8 * 60)
    facts = Facts(
        "mp4", 60.0, size, "avc1.64001f", "mp4a.40.2", width, height, 30.0, streamable=True, picture=0, sound=1
    )
    assert [rung.name for rung in rungs_for(facts, {"720p", "480p", "audio"})] == rungs
    assert [rung.name for rung in rungs_for(facts, {"480p"})] == [name for name in rungs if name == "480p"]
    assert "audio" not in [rung.name for rung in rungs_for(replace(facts, sound=None), {"audio"})]
    assert rungs_for(replace(facts, duration=13 * 3600.0, size=size * 780), {"480p"}) == []
