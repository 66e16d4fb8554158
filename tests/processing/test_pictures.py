import re
from pathlib import Path

import av
import pytest
from PIL import Image, ImageStat

from storecast.processing.facts import Refused
from storecast.processing.pictures import make_poster, make_storyboard
from storecast.processing.probing import probe
from tests.processing import films
from tests.processing.films import FFMPEG, RATE


async def test_a_poster_is_of_a_frame_with_something_to_see(tmp_path: Path) -> None:
    dark = "testsrc2=s=1920x1080:r=10:d=4,drawbox=t=fill:c=black:enable='not(between(t,2,3))'"
    film = films.make(tmp_path / "film.mp4", "-f", "lavfi", "-i", dark, "-c:v", "libx264", "-preset", "ultrafast")
    await make_poster(film, await probe(film), tmp_path / "poster.webp", ffmpeg=FFMPEG)
    with Image.open(tmp_path / "poster.webp") as poster:
        assert (poster.format, poster.size) == ("WEBP", (1280, 720))
        assert ImageStat.Stat(poster.convert("L")).stddev[0] > 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "poster.webp"]


async def test_a_black_film_has_a_poster_all_the_same(tmp_path: Path) -> None:
    film = films.make(tmp_path / "film.mp4", "-f", "lavfi", "-i", "color=black:s=64x64:d=1", "-c:v", "libx264")
    await make_poster(film, await probe(film), tmp_path / "poster.webp", ffmpeg=FFMPEG)
    with Image.open(tmp_path / "poster.webp") as poster:
        assert poster.size == (64, 64)


async def test_a_tile_shows_what_there_is_at_its_time(film: Path, tmp_path: Path) -> None:
    facts = await probe(film)
    board = await make_storyboard(
        film, facts, tmp_path / "board.webp", tmp_path / "board.vtt", name="board.webp", ffmpeg=FFMPEG
    )
    assert board is not None
    assert (board.tiles, board.interval, board.columns) == (12, 1.0, 10)
    cue = r"00:00:(\S+) --> 00:00:(\S+)\nboard.webp#xywh=(\d+),(\d+),(\d+),(\d+)"
    cues = re.findall(cue, (tmp_path / "board.vtt").read_text())
    assert len(cues) == 12
    with Image.open(tmp_path / "board.webp") as sprite:
        for begin, end, *place in cues:
            x, y, width, height = map(int, place)
            tile = sprite.convert("RGB").crop((x, y, x + width, y + height))
            said = films.number(av.VideoFrame.from_image(tile))
            assert float(begin) <= said / RATE < float(end)


async def test_ten_hours_have_a_storyboard_of_bounded_size(tmp_path: Path) -> None:
    hours = ("-f", "lavfi", "-i", "color=black:s=64x64:r=1/10:d=36000", "-c:v", "libx264", "-preset", "ultrafast")
    film = films.make(tmp_path / "film.mp4", *hours)
    board = await make_storyboard(
        film, await probe(film), tmp_path / "board.webp", tmp_path / "board.vtt", name="board.webp", ffmpeg=FFMPEG
    )
    assert board is not None
    assert board.tiles == 150
    assert "09:56:00.000 --> 10:00:00.000" in (tmp_path / "board.vtt").read_text()
    with Image.open(tmp_path / "board.webp") as sprite:
        assert sprite.size == (64 * 10, 64 * 15)


async def test_one_frame_is_enough(tmp_path: Path) -> None:
    film = films.make(tmp_path / "film.mp4", *films.counting(0.03), "-c:v", "libx264")
    facts = await probe(film)
    board = await make_storyboard(
        film, facts, tmp_path / "board.webp", tmp_path / "board.vtt", name="board.webp", ffmpeg=FFMPEG
    )
    assert board is not None
    assert board.tiles == 1
    await make_poster(film, facts, tmp_path / "poster.webp", ffmpeg=FFMPEG)


async def test_sound_has_no_pictures(film: Path, tmp_path: Path) -> None:
    sound = films.make(tmp_path / "sound.mp4", "-i", str(film), "-vn", "-c", "copy")
    facts = await probe(sound)
    with pytest.raises(Refused, match="no picture"):
        await make_poster(sound, facts, tmp_path / "poster.webp", ffmpeg=FFMPEG)
    assert (
        await make_storyboard(sound, facts, tmp_path / "b.webp", tmp_path / "b.vtt", name="b.webp", ffmpeg=FFMPEG)
        is None
    )
    assert [path.name for path in tmp_path.iterdir()] == ["sound.mp4"]
