"""Sound stamped far ahead of the picture it came with."""

from pathlib import Path

from storecast.broadcast.health import Health
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Window
from storecast.broadcast.tags import Kind, Tag, audio_tag, video_tag
from tests.broadcast.rtmp.headers import FRAMES, HEADERS


class Show:
    """A packager whose clock goes on with the picture's stamps."""

    def __init__(self, folder: Path) -> None:
        self.began = self.now = 1_750_000_000.0
        self.begun: list[float] = []
        self._folder = folder
        self._takes = 0
        health = Health(self.now, 0)
        self.packager = Packager(
            Window(), self._next_take, lambda _, at: self.begun.append(at), health, clock=lambda: self.now
        )

    def put(self, tag: Tag | None) -> None:
        assert tag is not None
        if tag.kind == Kind.VIDEO:
            self.now = self.began + tag.timestamp / 1000
        self.packager.put(tag)

    def _next_take(self) -> tuple[int, Path]:
        self._takes += 1
        return self._takes, self._folder / f"{self._takes}.mp4"


def begun_with_sound_ahead(folder: Path, by: int) -> Show:
    """A second of show, whose sound is `by` ms ahead of its picture."""
    show = Show(folder)
    show.put(video_tag(0, HEADERS["avc"]))
    show.put(audio_tag(0, HEADERS["aac"]))
    for number in range(25):
        show.put(audio_tag(by + number * 21, FRAMES["aac"][-1]))
        show.put(video_tag(number * 40, FRAMES["avc"][0 if number == 0 else -1]))
    return show


def test_a_show_begins_though_its_sound_is_ahead(tmp_path: Path) -> None:
    show = begun_with_sound_ahead(tmp_path, 3000)
    show.packager.finish()
    assert len(show.begun) == 1
    assert show.began - 10 < show.begun[0] <= show.now


def test_a_new_picture_without_a_keyframe_is_waited_for(tmp_path: Path) -> None:
    show = begun_with_sound_ahead(tmp_path, 3000)
    show.put(video_tag(1000, HEADERS["hevc"]))
    for number in range(150):
        show.put(video_tag(1000 + number * 40, FRAMES["hevc"][-1]))
    show.put(video_tag(7000, FRAMES["hevc"][0]))
    show.packager.finish()
    assert len(list(tmp_path.iterdir())) == 2
