"""Sound stamped far ahead of the picture it came with."""

from pathlib import Path

from storecast.broadcast.health import Health
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Window
from storecast.broadcast.tags import Tag, audio_tag, video_tag
from tests.broadcast.rtmp.headers import FRAMES, HEADERS


def test_a_show_begins_though_its_sound_is_ahead(tmp_path: Path) -> None:
    begun: list[float] = []
    now = 1_750_000_000.0
    packager = Packager(
        Window(), lambda: (1, tmp_path / "take.mp4"), lambda _, at: begun.append(at), Health(now, 0), clock=lambda: now
    )

    def put(tag: Tag | None) -> None:
        assert tag is not None
        packager.put(tag)

    put(video_tag(0, HEADERS["avc"]))
    put(audio_tag(0, HEADERS["aac"]))
    for number in range(30):
        put(audio_tag(3000 + number * 21, FRAMES["aac"][-1]))
        put(video_tag(number * 40, FRAMES["avc"][0 if number == 0 else -1]))
        now += 0.04
    packager.finish()
    assert len(begun) == 1
    assert now - 10 < begun[0] <= now
