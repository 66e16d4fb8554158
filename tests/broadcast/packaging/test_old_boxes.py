import contextlib
import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.packaging.old_boxes import MAX_BOX, BoxError, BoxSplitter, Track, read_runs, read_tracks
from storecast.broadcast.packaging.old_codecs import Codec


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def full(kind: bytes, flags: int, content: bytes, version: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags) + content)


def u32(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def split(data: bytes) -> list[tuple[bytes, bytes]]:
    return list(BoxSplitter().feed(data))


boxes = st.lists(st.tuples(st.sampled_from([b"moof", b"mdat", b"free"]), st.binary(max_size=60)), max_size=8)


@given(boxes, st.lists(st.integers(1, 30), max_size=40))
def test_boxes_come_whole_however_they_are_cut(written: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    whole = b"".join(box(kind, content) for kind, content in written)
    splitter = BoxSplitter()
    found = []
    at = 0
    for cut in [*cuts, len(whole)]:
        found += list(splitter.feed(whole[at : at + cut]))
        at += cut
    assert found == [(kind, box(kind, content)) for kind, content in written]


@pytest.mark.parametrize("size", [0, 1, 7, MAX_BOX + 1, 0xFFFFFFFF])
def test_a_size_no_box_can_have_is_an_error(size: int) -> None:
    with pytest.raises(BoxError, match=str(size)):
        split(u32(size) + b"mdat")


VIDEO = Track(1, True, 1000, Codec("avc1.64001f"))
AUDIO = Track(2, False, 48000, Codec("mp4a.40.2"))
TRACKS = {1: VIDEO, 2: AUDIO}
NOT_SYNC = 0x01010000


def fragment(*trafs: bytes) -> bytes:
    return box(b"moof", full(b"mfhd", 0, u32(1)) + b"".join(box(b"traf", traf) for traf in trafs))


def test_durations_may_be_default_or_each_samples_own() -> None:
    by_default = full(b"tfhd", 0x20008, u32(1, 40)) + full(b"tfdt", 0, u32(2000)) + full(b"trun", 0, u32(5))
    each = full(b"tfhd", 0x20000, u32(2)) + full(b"tfdt", 0, struct.pack(">Q", 96000), 1)
    each += full(b"trun", 0x301, u32(2, 99, 1024, 7, 1025, 8))
    video, audio = read_runs(fragment(by_default, each), TRACKS)
    assert (video.track, video.start, video.duration) == (VIDEO, 2.0, 0.2)
    assert (audio.track, audio.start, audio.duration) == (AUDIO, 2.0, 2049 / 48000)


@pytest.mark.parametrize(
    ("tfhd", "trun", "keyframe"),
    [
        (full(b"tfhd", 0x28, u32(1, 40, NOT_SYNC)), full(b"trun", 0x4, u32(3, 0x02000000)), True),
        (full(b"tfhd", 0x28, u32(1, 40, NOT_SYNC)), full(b"trun", 0, u32(3)), False),
        (full(b"tfhd", 0x28, u32(1, 40, 0)), full(b"trun", 0, u32(3)), True),
        (full(b"tfhd", 0x3B, u32(1, 0, 9, 1, 40, 5, NOT_SYNC)), full(b"trun", 0, u32(3)), False),
        (full(b"tfhd", 0x8, u32(1, 40)), full(b"trun", 0x701, u32(1, 0, 40, 5, NOT_SYNC)), False),
        (full(b"tfhd", 0x8, u32(1, 40)), full(b"trun", 0x701, u32(1, 0, 40, 5, 0)), True),
    ],
)
def test_a_run_begins_with_a_keyframe_where_its_first_sample_says_so(tfhd: bytes, trun: bytes, keyframe: bool) -> None:
    (run,) = read_runs(fragment(tfhd + full(b"tfdt", 0, u32(0)) + trun), TRACKS)
    assert run.keyframe is keyframe


def test_what_ffmpeg_writes_is_read(fragmented: bytes) -> None:
    found = split(fragmented)
    assert [kind for kind, _ in found[:4]] == [b"ftyp", b"moov", b"moof", b"mdat"]
    tracks = read_tracks(found[1][1])
    assert [(track.video, track.codec.name[:5]) for track in tracks] == [(True, "avc1."), (False, "mp4a.")]
    assert (tracks[0].codec.width, tracks[0].codec.height) == (320, 180)
    by_id = {track.id: track for track in tracks}
    runs = [run for kind, body in found if kind == b"moof" for run in read_runs(body, by_id) if run.track.video]
    assert sum(run.duration for run in runs) == pytest.approx(12, abs=0.2)
    assert sum(run.keyframe for run in runs) == 12
    for before, after in itertools.pairwise(runs):
        assert after.start == pytest.approx(before.start + before.duration, abs=0.002)


@given(st.data())
def test_damaged_headers_raise_nothing_but_box_errors(fragmented: bytes, data: st.DataObject) -> None:
    found = split(fragmented)
    by_id = {track.id: track for track in read_tracks(found[1][1])}
    moov, moof = bytearray(found[1][1]), bytearray(found[2][1])
    for target in (moov, moof):
        for _ in range(data.draw(st.integers(1, 4))):
            target[data.draw(st.integers(8, len(target) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 200))
    with contextlib.suppress(BoxError):
        read_tracks(bytes(moov[: len(moov) - cut]))
    with contextlib.suppress(BoxError):
        assert read_runs(bytes(moof[: len(moof) - cut]), by_id)


def test_a_fragment_of_no_track_or_an_unknown_one_is_an_error() -> None:
    for moof in (fragment(), fragment(full(b"tfhd", 0, u32(9)) + full(b"tfdt", 0, u32(0)))):
        with pytest.raises(BoxError, match="moof"):
            read_runs(moof, TRACKS)
