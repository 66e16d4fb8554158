"""Takes that a full disk, a crash or a clock set back left: what is there plays, and nothing of that is lost."""

from pathlib import Path

import pytest

from storecast.broadcast.packaging.window import Take
from storecast.broadcast.recording.film import write_film
from storecast.broadcast.recording.folder import SessionFolder
from storecast.broadcast.replays import playlist
from storecast.broadcast.replays.scan import scan
from storecast.broadcast.replays.segments import IndexedTake
from storecast.broadcast.replays.show_index import ShowIndex, recorded_runs
from tests.broadcast.hls_rules.drive import BEGAN, drive
from tests.broadcast.hls_rules.odd_streams import ODD
from tests.broadcast.hls_rules.playlists import MediaPlaylist, read_media
from tests.broadcast.hls_rules.replayed import replay_record
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.hls_rules.streams import Encoder, Stream, ordinary
from tests.broadcast.recording.takes import fragments_of, init_of, take

HOUR = 3600.0
SILENT_FRAME = 1024 / 48000  # of which holes in the sound of a file are filled


def scanned(path: Path) -> IndexedTake:
    found = scan(path)
    assert found is not None
    return found


def listed(takes: list[IndexedTake], path: Path) -> MediaPlaylist:
    """Their playlist, which keeps the rules."""
    media = playlist.media(takes, {take.number: BEGAN for take in takes})
    files = {file.name: file.read_bytes() for file in path.glob("take-*.mp4")}
    record = replay_record(playlist.multivariant(takes, "media.m3u8"), media, files)
    assert [*map(str, broken_rules(record))] == []
    return read_media(media)


def test_after_a_hole_it_goes_on_anew_at_the_next_keyframe(tmp_path: Path) -> None:
    whole = take(20.0, rate=48000)
    fragments = fragments_of(whole)
    path = tmp_path / "take-001.mp4"
    path.write_bytes(init_of(whole) + b"".join(fragments[:26] + fragments[42:]))  # 4 s of 20, within groups of pictures
    found = scanned(path)
    segments = listed([found], tmp_path).segments
    [anew] = [segment for segment in segments if segment.begins_anew]
    assert anew.date == pytest.approx(BEGAN + 11, abs=0.1)
    assert sum(segment.duration for segment in segments) == pytest.approx(6.5 + 9, abs=0.3)
    assert found.duration == pytest.approx(write_film([path], tmp_path / "film.mp4").duration, abs=SILENT_FRAME)


def test_a_fragment_that_is_damaged_is_left_out(tmp_path: Path) -> None:
    whole = take(12.0, rate=48000)
    path = tmp_path / "take-001.mp4"
    at = whole.index(fragments_of(whole)[24])
    path.write_bytes(whole[:at] + whole[at:].replace(b"tfdt", b"tfdx", 1))
    segments = listed([scanned(path)], tmp_path).segments
    assert sum(segment.begins_anew for segment in segments) == 1
    assert sum(segment.duration for segment in segments) == pytest.approx(11, abs=0.3)


def test_keyframes_rarer_than_players_can_wait_for_leave_segments_of_twenty_seconds(tmp_path: Path) -> None:
    path = tmp_path / "take-001.mp4"
    path.write_bytes(take(45.0, "-g", "9999", "-keyint_min", "9999", rate=48000))
    found = listed([scanned(path)], tmp_path)
    assert not found.independent_segments
    assert [segment.duration for segment in found.segments] == [pytest.approx(20, abs=0.3)] * 2 + [
        pytest.approx(5, abs=0.5)
    ]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_take_cut_off_anywhere_loses_no_whole_fragment(cut: int, tmp_path: Path) -> None:
    whole = take(6.0)
    path = tmp_path / "take-001.mp4"
    size = len(whole) * cut // 60
    path.write_bytes(whole[:size])
    ends, at = [], len(init_of(whole))
    for fragment in fragments_of(whole):
        at += len(fragment)
        ends.append(at)
    kept = [end for end in ends if end <= size]
    found = scan(path)
    assert (found.end if found is not None else None) == (kept[-1] if kept else None)


def played(stream: Stream, path: Path) -> tuple[ShowIndex, dict[int, float]]:
    folder = SessionFolder(path, "s1")
    folder.path.mkdir()
    index = ShowIndex(folder)
    began: dict[int, float] = {}

    def recorded(take: Take, at: int, part: bytes, date: float | None) -> None:
        began.setdefault(take.number, date or 0.0)
        index.written(take, at, part, date)

    drive(stream, folder.path, recorded)
    return index, began


@pytest.mark.parametrize("leap", [-HOUR, HOUR])
def test_a_clock_that_is_set_in_the_middle_of_a_show_turns_nothing_around(
    leap: float, encoder: Encoder, tmp_path: Path
) -> None:
    stream = ordinary(encoder, "30")
    messages = [each._replace(at=each.at + (leap if each.taken >= 30 else 0)) for each in stream.messages]
    index, began = played(Stream(stream.name, messages, stream.seconds, None, real_time=False), tmp_path)
    [run] = recorded_runs(index.takes, began)
    assert run.duration == pytest.approx(stream.seconds, abs=0.1)
    assert index.takes == [scanned(path) for path in sorted((tmp_path / "s1").glob("take-*.mp4"))]
    dates = [segment.date or 0 for take in index.takes for segment in take.segments]
    assert dates == sorted(dates)
    assert dates[-1] - dates[0] <= 60 + max(leap, 0)


def test_a_clock_set_back_between_two_takes_leaves_them_in_order(tmp_path: Path) -> None:
    takes = []
    for number in (1, 2):
        path = tmp_path / f"take-{number:03}.mp4"
        path.write_bytes(take(6.0, rate=48000))
        takes.append(scanned(path))
    found = read_media(playlist.media(takes, {1: BEGAN, 2: BEGAN - HOUR}))
    dates = [segment.date or 0 for segment in found.segments]
    assert dates == sorted(dates)
    assert dates[-1] - dates[0] == pytest.approx(found.duration - found.segments[-1].duration, abs=0.01)


def test_a_clock_set_back_cuts_off_nobody_whose_encoder_was_often_set_up_anew(encoder: Encoder, tmp_path: Path) -> None:
    once = ODD["other-size-and-back"](encoder)
    messages = [each.later(25.0 * times) for times in range(17) for each in once.messages]
    late = [each._replace(at=each.at - (HOUR if each.taken >= 410 else 0)) for each in messages]
    index, _ = played(Stream(once.name, late, 425.0, None, real_time=False), tmp_path)
    assert len(index.takes) > 33
    assert sum(take.duration for take in index.takes) == pytest.approx(425, abs=5)
