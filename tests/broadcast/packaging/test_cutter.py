import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storecast.broadcast.packaging.cutter import Cutter
from storecast.broadcast.packaging.old_boxes import BoxError, BoxSplitter, read_runs, read_tracks
from storecast.broadcast.packaging.window import PART_SECONDS, TARGET_SECONDS, Window

START = 1_750_000_000.0


def cutter_of(window: Window, number: int = 1, name: str = "a") -> Cutter:
    return Cutter(window, number, name, lambda seconds: START + seconds)


def test_segments_begin_with_keyframes_and_parts_stay_below_their_target(fragmented: bytes) -> None:
    window = Window()
    cutter = cutter_of(window)
    cutter.feed(fragmented)
    window.end()
    assert cutter.first_at == pytest.approx(START, abs=0.1)
    first, *others, last = window.segments
    assert first.duration == pytest.approx(1, abs=0.3)  # short, so that players can start
    assert all(segment.duration == pytest.approx(TARGET_SECONDS, abs=0.05) for segment in others)
    assert window.part_target == PART_SECONDS
    assert window.take is not None
    tracks = {track.id: track for track in read_tracks(window.take.init[28:])}
    for segment in (*others, last):
        begins = next(body for kind, body in BoxSplitter().feed(segment.data) if kind == b"moof")
        assert all(run.keyframe for run in read_runs(begins, tracks) if run.track.video)
    total = sum(segment.duration for segment in window.segments)
    assert total == pytest.approx(12, abs=0.2)


def test_nothing_is_lost_or_added(fragmented: bytes) -> None:
    window = Window()
    cutter_of(window).feed(fragmented)
    window.end()
    assert window.take is not None
    assert window.take.init + b"".join(segment.data for segment in window.segments) == fragmented


@settings(max_examples=settings().max_examples // 4)
@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=30))
def test_the_cuts_of_the_pipe_do_not_matter(fragmented: bytes, cuts: list[int]) -> None:
    whole, pieces = Window(), Window()
    cutter_of(whole).feed(fragmented)
    cutter = cutter_of(pieces)
    at = 0
    for cut in itertools.cycle(cuts):
        if at >= len(fragmented):
            break
        cutter.feed(fragmented[at : at + cut])
        at += cut
    assert [(s.number, s.at, s.duration, s.data) for s in pieces.segments] == [
        (s.number, s.at, s.duration, s.data) for s in whole.segments
    ]


def test_programme_time_runs_on_with_the_media(fragmented: bytes) -> None:
    window = Window()
    cutter_of(window).feed(fragmented)
    for before, after in itertools.pairwise(window.segments):
        assert after.at == pytest.approx(before.at + before.duration, abs=0.001)


def test_programme_time_is_set_anew_where_the_clocks_part(fragmented: bytes) -> None:
    window = Window()
    Cutter(window, 1, "a", lambda seconds: START + seconds * 1.2).feed(fragmented)
    last = window.segments[-1]
    before = sum(segment.duration for segment in list(window.segments)[:-1])
    assert last.at == pytest.approx(START + before * 1.2, abs=0.15)


def test_another_take_has_names_of_its_own(fragmented: bytes) -> None:
    window = Window()
    cutter_of(window, 1, "a").feed(fragmented)
    cutter_of(window, 2, "b").feed(fragmented)
    assert [segment.take.number for segment in window.segments] == sorted(s.take.number for s in window.segments)
    names = [part.name for segment in window.segments for part in segment.parts]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", [b"mdat", b"moov"])
def test_what_ffmpeg_should_not_have_written_is_an_error(kind: bytes) -> None:
    with pytest.raises(BoxError):
        cutter_of(Window()).feed(b"\x00\x00\x00\x08" + kind)
