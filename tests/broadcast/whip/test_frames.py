"""Frames out of packets that come late, twice, in another order, or not at all."""

from msgspec import Struct

from storecast.broadcast.whip.frames import PICTURE_PATIENCE, SOUND_PATIENCE, Frames


class Packet(Struct):
    sequence_number: int
    timestamp: int
    _data: bytes
    marker: int = 0
    ssrc: int = 7


class Track:
    def __init__(self, *, pictures: bool = True) -> None:
        self.frames: list[tuple[int, bytes]] = []
        self.holes = 0
        self.now = 0.0
        self.track = Frames(self.take, self.miss, lambda: self.now, pictures=pictures)

    def take(self, stamp: int, data: bytes) -> None:
        self.frames.append((stamp, data))

    def miss(self) -> None:
        self.holes += 1

    def put(self, number: int, stamp: int, data: bytes, *, last: bool = False, ssrc: int = 7) -> bool:
        asked, decoded = self.track.add(Packet(number & 0xFFFF, stamp, data, int(last), ssrc))
        assert decoded is None
        return asked


def test_a_frame_is_given_with_its_last_packet_whatever_their_order() -> None:
    track = Track()
    track.put(65_534, 10, b"a")
    track.put(0, 10, b"c", last=True)
    track.put(0, 10, b"c", last=True)
    assert track.frames == []
    assert track.track.missing() == [65_535]
    track.put(65_535, 10, b"b")
    track.put(65_535, 10, b"b")
    assert track.frames == [(10, b"abc")]
    assert track.track.missing() == []


def test_a_frame_without_a_mark_ends_where_the_next_begins() -> None:
    track = Track()
    track.put(1, 10, b"sps")  # each in a packet of its own, as OBS sends them
    track.put(2, 10, b"pps")
    track.put(3, 10, b"idr")
    track.put(4, 20, b"next", last=True)
    assert track.frames == [(10, b"spsppsidr"), (20, b"next")]


def test_what_does_not_come_is_waited_for_then_its_frame_is_left_out_and_a_keyframe_asked_for() -> None:
    track = Track()
    track.put(1, 10, b"a", last=True)
    track.put(3, 20, b"half", last=True)
    track.put(4, 30, b"c", last=True)
    assert (track.frames, track.holes) == ([(10, b"a")], 0)
    track.now = PICTURE_PATIENCE
    assert track.put(5, 40, b"d", last=True)
    assert track.holes == 1
    assert track.frames == [(10, b"a"), (30, b"c"), (40, b"d")]
    assert not track.put(2, 20, b"late")


def test_sound_goes_on_over_a_hole_and_does_not_stay_late() -> None:
    track = Track(pictures=False)
    for number in (1, 2, 4, 5):
        track.put(number, number, b"%d" % number)
    track.now = SOUND_PATIENCE
    assert not track.put(6, 6, b"6")
    assert [stamp for stamp, _ in track.frames] == [1, 2, 4, 5, 6]
    assert track.track._waiting == {}


def test_another_count_and_another_source_begin_anew() -> None:
    track = Track()
    track.put(1, 10, b"a", last=True)
    track.put(30_000, 20, b"b", last=True)
    track.put(30_001, 30, b"c", last=True)
    track.put(9, 40, b"d", last=True, ssrc=8)
    track.put(10, 50, b"e", last=True, ssrc=8)
    assert track.holes == 2
    assert [stamp for stamp, _ in track.frames] == [10, 30, 50]


def test_what_waits_is_bounded() -> None:
    track = Track()
    track.put(0, 10, b"a", last=True)
    for number in range(2, 70_000, 2):
        track.put(number, number, b"b", last=True)
        assert len(track.track._waiting) <= 2048
    assert track.holes > 0
