"""Every kind of film as HLS: what viewers are offered keeps the rules that live shows are held to."""

import re
import shutil
from pathlib import Path

import pytest

from storecast.processing.cutting import cut
from storecast.processing.facts import Progress, Span
from storecast.processing.ladder import Rung, make_ladder
from storecast.processing.packaging import make_hls
from storecast.processing.playable import make_playable
from storecast.processing.probing import probe
from tests.broadcast.hls_rules.processed import STEP_SECONDS, broken_in
from tests.processing import films
from tests.processing.films import FFMPEG

RUNGS = (Rung("half", 32, 60_000, 64_000), Rung("audio", None, 0, 48_000))

# What uploads are made of, besides the film itself: options by which it is converted.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Opus and VP9": ("webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")),
    "turned, of uneven frames": ("mov", ("-vf", "select='mod(n,7)*mod(n,5)'", "-fps_mode", "vfr")),
    "sixty frames": ("mp4", ("-r", "60")),
    "no sound": ("mp4", ("-an",)),
    "keyframes at odd places": ("mp4", ("-force_key_frames", "1.3,2.7,6.1,6.4,11.9", "-g", "400")),
    "MPEG-2 in a transport stream": ("ts", ("-c:v", "mpeg2video", "-bf", "0", "-c:a", "mp2")),
    "stereo of 44.1 kHz": ("mp4", ("-ac", "2", "-ar", "44100", "-r", "24000/1001")),
}


@pytest.fixture(scope="module")
async def ladder(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film itself with its rungs."""
    folder = tmp_path_factory.mktemp("ladder")
    await make_hls(film, await probe(film), folder, lambda _: None, ffmpeg=FFMPEG)
    await make_ladder(film, await probe(film), RUNGS, folder, lambda _: None, ffmpeg=FFMPEG)
    assert broken_in(folder, "ladder.m3u8") == []
    return folder


async def _rules(source: Path, folder: Path, progress: Progress) -> list[str]:
    facts = await probe(source)
    film = folder / "film.mp4"
    facts = await make_playable(source, facts, film, progress, ffmpeg=FFMPEG)
    hls = folder / "hls"
    hls.mkdir()
    await make_hls(film, facts, hls, progress, ffmpeg=FFMPEG)
    await make_ladder(film, facts, RUNGS if facts.sound is not None else RUNGS[:1], hls, progress, ffmpeg=FFMPEG)
    assert films.numbers(hls / "half.m4s") == films.numbers(hls / "film.m4s") or facts.peak_rate == 60
    for name in ("half", "audio") if facts.sound is not None else ():
        clicks = films.clicks(hls / f"{name}.m4s")
        assert clicks == pytest.approx(films.clicks(film), abs=STEP_SECONDS)
    return broken_in(hls, "index.m3u8") + broken_in(hls, "ladder.m3u8")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_film_and_its_rungs_keep_the_rules(kind: str, film: Path, tmp_path: Path, progress: Progress) -> None:
    suffix, options = KINDS[kind]
    source = films.converted(film, tmp_path / f"source.{suffix}", *options)
    if kind.startswith("turned"):
        source = films.make(tmp_path / "turned.mov", "-display_rotation", "90", "-i", str(source), "-c", "copy")
    assert "\n".join(await _rules(source, tmp_path, progress)) == ""


async def test_a_trimmed_film_and_its_rungs_keep_the_rules(film: Path, tmp_path: Path, progress: Progress) -> None:
    spans = [Span(3.217, 5.5), Span(0.5, 2.0), Span(7.0, 9.983)]
    await cut(film, await probe(film), spans, tmp_path / "cut.mp4", progress, ffmpeg=FFMPEG)
    assert "\n".join(await _rules(tmp_path / "cut.mp4", tmp_path, progress)) == ""


@pytest.mark.parametrize(
    ("file", "pattern", "instead", "words"),
    [
        ("half.m3u8", "EXTINF:4.000000", "EXTINF:3.900000", "its EXTINF is 3.9"),
        ("half.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS\n", "", "no EXT-X-INDEPENDENT-SEGMENTS"),
        ("half.m3u8", r"BYTERANGE:(\d+)@\d+", r"BYTERANGE:\1@9999999", "cannot be had"),
        ("half.m3u8", r"#EXTINF.*\n.*\n.*\n(?=#EXT-X-ENDLIST)", "", "2 segments beside 3"),
        ("ladder.m3u8", "RESOLUTION=96x32", "RESOLUTION=192x64", "the media has up to 96x32"),
        ("ladder.m3u8", "FRAME-RATE=30.000", "FRAME-RATE=24.000", "FRAME-RATE 24.0"),
        ("ladder.m3u8", 'CODECS="mp4a.40.2"', 'CODECS="mp4a.40.5"', "CODECS are mp4a.40.5"),
        ("ladder.m3u8", r"BANDWIDTH=\d+", "BANDWIDTH=2000", "bit/s were measured"),
    ],
)
def test_a_film_that_breaks_a_rule_is_found(
    ladder: Path, tmp_path: Path, file: str, pattern: str, instead: str, words: str
) -> None:
    shutil.copytree(ladder, tmp_path, dirs_exist_ok=True)
    edited = tmp_path / file
    edited.write_text(re.sub(pattern, instead, edited.read_text(), count=0 if "ladder" in file else 1))
    assert [said for said in broken_in(tmp_path, "ladder.m3u8") if words in said], broken_in(tmp_path, "ladder.m3u8")
