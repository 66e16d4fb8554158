"""Films as tags that ingest takes."""

from pathlib import Path

import pytest

from storecast.broadcast.packaging.codecs import audio_codec, video_codec
from storecast.broadcast.playout.film import tags
from storecast.broadcast.playout.playing import show
from storecast.broadcast.playout.wire import Film, Order
from storecast.broadcast.tags import Kind, audio_tag, video_tag
from tests.processing import films

CODECS = {
    "H.264 and AAC": (b"avc1", b"mp4a", ("libx264", "-bf", "2", "-keyint_min", "30", "-sc_threshold", "0"), ("aac",)),
    "HEVC and FLAC": (
        b"hvc1",
        b"fLaC",
        ("libx265", "-x265-params", "log-level=none:keyint=30:min-keyint=30:scenecut=0:open-gop=0"),
        ("flac", "-strict", "-2"),
    ),
    "VP9 and Opus": (b"vp09", b"Opus", ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"), ("libopus",)),
    "AV1 and Opus": (b"av01", b"Opus", ("libsvtav1", "-preset", "12"), ("libopus",)),
}


@pytest.mark.parametrize("name", CODECS)
def test_each_kind_of_film_is_sent_whole_and_from_the_next_keyframe_on(name: str, tmp_path: Path) -> None:
    picture, sound, seen, heard = CODECS[name]
    film = films.make(
        tmp_path / "film.mp4", *films.counting(2), *films.clicking(2), "-c:v", *seen, "-g", "30", "-c:a", *heard
    )
    sent = list(tags(film, 0.0))
    videos = [made for each in sent if each.kind == Kind.VIDEO and (made := video_tag(0, each.payload))]
    audios = [made for each in sent if each.kind == Kind.AUDIO and (made := audio_tag(0, each.payload))]
    assert ({each.codec for each in videos}, {each.codec for each in audios}) == ({picture}, {sound})
    assert video_codec(picture, bytes(videos[0].media), bytes(videos[1].media)).width == 192
    assert audio_codec(sound, bytes(audios[0].media)).channels == 1
    assert len(videos) == 1 + 2 * films.RATE
    assert [each.at for each in sent] == sorted(each.at for each in sent)

    rest = list(tags(film, 0.4))
    begun = [made for each in rest if each.kind == Kind.VIDEO and (made := video_tag(0, each.payload))]
    assert begun[1].keyframe
    assert len(begun) == 1 + films.RATE
    assert min(each.at for each in rest if each.kind == Kind.AUDIO) == pytest.approx(1.0, abs=0.1)
    assert list(tags(film, 1.5)) == []


def test_films_follow_each_other_by_their_lengths_however_many_there_are(tmp_path: Path) -> None:
    film = films.make(tmp_path / "film.mp4", *films.counting(1.0), *films.clicking(1.0), *films.ENCODED)
    order = Order("", "", 0.0, [Film(str(film), 1.017)] * 50)
    keyframes = [each.at for each in show(order, 0.0) if each.kind == Kind.VIDEO and video_header(each.payload)]
    first = keyframes[0]
    assert [at - first for at in keyframes] == pytest.approx([1.017 * number for number in range(50)])


def video_header(payload: bytes) -> bool:
    made = video_tag(0, payload)
    return made is not None and made.header
