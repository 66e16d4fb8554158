from pathlib import Path

import av
import pytest

from storecast.processing.facts import Facts, Progress, Refused
from storecast.processing.playable import make_playable
from storecast.processing.probing import probe
from tests.processing import films
from tests.processing.films import FFMPEG


async def _playable(film: Path, target: Path, progress: Progress = lambda part: None) -> Facts:
    return await make_playable(film, await probe(film), target, progress, ffmpeg=FFMPEG)


async def test_a_film_for_browsers_is_copied_with_its_index_in_front(film: Path, tmp_path: Path) -> None:
    mkv = films.make(tmp_path / "film.mkv", "-i", str(film), "-c", "copy", "-metadata", "location=+48.2+16.3/")
    facts = await _playable(mkv, tmp_path / "playable.mp4")
    assert facts.streamable
    assert films.numbers(tmp_path / "playable.mp4") == list(range(360))
    content = (tmp_path / "playable.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert b"+48.2" not in content  # where it was filmed is nobody's business
    with av.open(str(film)) as before, av.open(str(tmp_path / "playable.mp4")) as after:
        assert after.streams.video[0].codec_context.extradata == before.streams.video[0].codec_context.extradata


async def test_a_film_held_upright_is_encoded_upright(film: Path, tmp_path: Path) -> None:
    turned = films.make(tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(film), "-c", "copy", "-t", "2")
    assert ((facts := await probe(turned)).width, facts.height, facts.streamable) == (64, 192, False)
    made = await _playable(turned, tmp_path / "playable.mp4")
    assert (made.width, made.height, made.streamable) == (64, 192, True)
    with av.open(str(tmp_path / "playable.mp4")) as opened:
        frame = next(opened.decode(video=0))
        assert (frame.width, frame.height, frame.rotation) == (64, 192, 0)


@pytest.mark.parametrize(
    "options",
    [
        ("-c:v", "libx264", "-pix_fmt", "yuv444p", "-vf", "scale=321:181"),
        ("-c:v", "mpeg4", "-c:a", "aac", "-ac", "6"),
        ("-c:v", "mpeg2video", "-c:a", "ac3", "-ac", "6"),
        ("-vf", "interlace", "-c:v", "libx264", "-flags", "+ilme+ildct", "-x264-params", "interlaced=1"),
        ("-c:v", "libx265", "-x265-params", "log-level=error:transfer=arib-std-b67", "-pix_fmt", "yuv422p10le"),
        ("-c:v", "libx264", "-r", "1", "-g", "9999", "-an"),
    ],
    ids=["odd size", "six channels", "AC-3", "interlaced", "high dynamic range", "a frame a second"],
)
async def test_what_browsers_do_not_take_is_encoded(options: tuple[str, ...], film: Path, tmp_path: Path) -> None:
    odd = films.make(tmp_path / "odd.mkv", "-i", str(film), "-t", "4", *options)
    told: list[float] = []
    made = await _playable(odd, tmp_path / "playable.mp4", told.append)
    assert made.streamable
    assert made.video_range == "SDR"
    assert made.duration == pytest.approx(4, abs=0.2)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert films.complaints(tmp_path / "playable.mp4") == ""


async def test_what_cannot_be_made_leaves_nothing(film: Path, tmp_path: Path) -> None:
    facts = await probe(film)
    broken = tmp_path / "film.mp4"
    broken.write_bytes(b"\x00" * 1000)  # since it was looked at
    with pytest.raises(Refused, match="damaged"):
        await make_playable(broken, facts, tmp_path / "playable.mp4", lambda part: None, ffmpeg=FFMPEG)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
