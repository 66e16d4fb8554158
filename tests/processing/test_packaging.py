import re
from pathlib import Path

import av
import pytest

from storecast.processing.facts import Progress
from storecast.processing.packaging import make_hls
from storecast.processing.probing import probe
from tests.processing import films
from tests.processing.films import FFMPEG


async def _package(film: Path, folder: Path, progress: Progress) -> None:
    made = await make_hls(film, await probe(film), folder, progress, ffmpeg=FFMPEG)
    assert sorted(folder.iterdir()) == sorted(made)


def _segments(folder: Path) -> tuple[bytes, list[tuple[float, bytes]]]:
    """The initialisation, and each segment with its length in seconds. They are all of the file."""
    playlist, film = (folder / "film.m3u8").read_text(), (folder / "film.m4s").read_bytes()
    for tag in ("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST"):
        assert tag in playlist
    found = re.search(r'#EXT-X-MAP:URI="film.m4s",BYTERANGE="(\d+)@0"', playlist)
    assert found
    at = int(found[1])
    init, segments = film[:at], []
    for seconds, size, begin in re.findall(r"#EXTINF:([\d.]+),\s#EXT-X-BYTERANGE:(\d+)@(\d+)\sfilm.m4s", playlist):
        assert int(begin) == at
        segments.append((float(seconds), film[at : (at := at + int(size))]))
    assert at == len(film)
    longest = re.search(r"#EXT-X-TARGETDURATION:(\d+)", playlist)
    assert longest
    assert all(round(seconds) <= int(longest[1]) for seconds, _ in segments)
    return init, segments


async def test_a_film_is_copied_into_segments_that_play_by_themselves(
    film: Path, tmp_path: Path, told: list[float], progress: Progress
) -> None:
    await _package(film, tmp_path / "hls", progress)
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in (tmp_path / "hls" / "film.m3u8").read_text()
    init, segments = _segments(tmp_path / "hls")
    assert [seconds for seconds, _ in segments] == [4.0, 4.0, 4.0]
    for place, (_, segment) in enumerate(segments):
        (tmp_path / "one.mp4").write_bytes(init + segment)
        assert films.numbers(tmp_path / "one.mp4") == list(range(place * 120, place * 120 + 120))
    assert told[-1] == 1.0


async def test_the_playlist_of_all_says_what_is_needed(film: Path, tmp_path: Path, progress: Progress) -> None:
    await _package(film, tmp_path / "hls", progress)
    said = (tmp_path / "hls" / "index.m3u8").read_text().splitlines()
    assert said[-1] == "film.m3u8"
    assert 'CODECS="avc1.64000A,mp4a.40.2",RESOLUTION=192x64,FRAME-RATE=30.000' in said[-2]
    _, segments = _segments(tmp_path / "hls")
    found = re.search(r"BANDWIDTH=(\d+)", said[-2])
    assert found
    assert int(found[1]) == pytest.approx(max(len(segment) * 8 / seconds for seconds, segment in segments), abs=1)


async def test_what_browsers_do_not_take_is_encoded_for_it(
    film: Path, tmp_path: Path, told: list[float], progress: Progress
) -> None:
    odd = films.make(tmp_path / "odd.mpg", "-i", str(film), "-t", "6", "-c:v", "mpeg2video", "-bf", "0", "-c:a", "mp2")
    await _package(odd, tmp_path / "hls", progress)
    init, segments = _segments(tmp_path / "hls")
    assert len(segments) == 2
    for _, segment in segments:
        (tmp_path / "one.mp4").write_bytes(init + segment)
        with av.open(str(tmp_path / "one.mp4")) as opened:
            assert next(packet for packet in opened.demux(video=0) if packet.size).is_keyframe
    assert told == sorted(told)


async def test_sound_alone_is_packaged(film: Path, tmp_path: Path, progress: Progress) -> None:
    sound = films.make(tmp_path / "sound.mp4", "-i", str(film), "-vn", "-c", "copy")
    await _package(sound, tmp_path / "hls", progress)
    _, segments = _segments(tmp_path / "hls")
    assert sum(seconds for seconds, _ in segments) == pytest.approx(12, abs=0.05)
    assert 'CODECS="mp4a.40.2"\n' in (tmp_path / "hls" / "index.m3u8").read_text()


async def test_packaging_begun_before_is_done_again(film: Path, tmp_path: Path, progress: Progress) -> None:
    (tmp_path / "hls" / ".draft").mkdir(parents=True)
    (tmp_path / "hls" / ".draft" / "film.m4s").write_bytes(b"half a film")
    await _package(film, tmp_path / "hls", progress)
    _segments(tmp_path / "hls")
