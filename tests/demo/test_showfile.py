import itertools
import subprocess
from pathlib import Path

import av
import pytest

from storecast.demo import products
from storecast.demo.showfile import ShowFile, ShowNotMade, show_file
from storecast.kit.settings import Settings

FRAMES = 50  # two seconds


def make(folder: Path, reports: list[int] | None = None) -> ShowFile | None:
    report = (reports if reports is not None else []).append
    return show_file(folder, products.film(), Settings().ffmpeg, report, lambda: False, FRAMES)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> ShowFile:
    made = make(tmp_path_factory.mktemp("show"))
    assert made
    return made


def test_it_is_h264_and_aac_as_players_want_it(show: ShowFile) -> None:
    with av.open(show.path) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, video.profile) == ("h264", "High")
        assert (video.width, video.height, video.average_rate) == (1280, 720, 25)
        assert video.codec_context.pix_fmt == "yuv420p"
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)
        assert sum(1 for _ in file.decode(video)) == FRAMES


def test_a_keyframe_begins_each_second_and_nothing_is_reordered(show: ShowFile) -> None:
    with av.open(show.path) as file:
        packets = [packet for packet in file.demux(file.streams.video[0]) if packet.pts is not None]
    assert [index for index, packet in enumerate(packets) if packet.is_keyframe] == [0, 25]
    assert all(packet.pts == packet.dts for packet in packets)


def test_repetitions_follow_on_without_a_gap(show: ShowFile, tmp_path: Path) -> None:
    looped = tmp_path / "looped.flv"
    subprocess.run(
        [Settings().ffmpeg, "-v", "error", "-stream_loop", "2", "-i", show.path, "-c", "copy", "-f", "flv", looped],
        check=True,
    )
    with av.open(looped) as file:
        times: dict[str, list[int]] = {"video": [], "audio": []}
        for packet in file.demux():
            if packet.dts is not None:
                times[packet.stream.type].append(packet.dts)
    steps = {kind: {b - a for a, b in itertools.pairwise(line)} for kind, line in times.items()}
    assert steps["video"] == {40}
    assert max(steps["audio"]) < 2 * 1024 / 48  # milliseconds
    assert min(steps["audio"]) > 0


def test_it_is_made_once(tmp_path: Path, show: ShowFile) -> None:
    reports: list[int] = []
    again = make(show.path.parent, reports)
    assert again == show
    assert reports == []


def test_a_newer_version_replaces_the_older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film, ffmpeg, reports = products.film(), Settings().ffmpeg, list[int]()
    old = show_file(tmp_path, film, ffmpeg, reports.append, lambda: False, 2)
    monkeypatch.setattr("storecast.demo.showfile.VERSION", 10_000)
    new = show_file(tmp_path, film, ffmpeg, reports.append, lambda: False, 2)
    assert old
    assert new
    assert old.path != new.path
    assert list(tmp_path.iterdir()) == [new.path]
    assert reports


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    assert show_file(tmp_path, products.film(), Settings().ffmpeg, lambda percent: None, lambda: True, FRAMES) is None
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_fails_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho no such encoder >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(ShowNotMade, match="no such encoder"):
        show_file(tmp_path / "demo", products.film(), str(program), lambda percent: None, lambda: False, FRAMES)
    assert list((tmp_path / "demo").iterdir()) == []
