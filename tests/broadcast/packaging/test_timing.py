import random
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storecast.broadcast.packaging.codecs import VIDEO_TIMESCALE
from storecast.broadcast.packaging.timing import PictureClock, SoundClock, frame_ticks

NTSC = Fraction(1001, 1000)
MS = VIDEO_TIMESCALE // 1000
FRAMES = {  # seconds a picture
    "30": Fraction(1, 30),
    "29.97": NTSC / 30,
    "23.976": NTSC / 24,
    "59.94": NTSC / 60,
    "60": Fraction(1, 60),
    "25": Fraction(1, 25),
    "5": Fraction(1, 5),
    "1": Fraction(1),
}
each_rate = pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
HOUR = 3600


each_rounding = pytest.mark.parametrize("added", [0, Fraction(1, 2), Fraction(999, 1000)], ids=["cut", "round", "up"])


def stamps_of(frame: Fraction, count: int, added: Fraction, start: int = 0) -> list[int]:
    """In whole ms, of pictures at a steady rate."""
    scale = frame.denominator * added.denominator
    step, more = int(frame * 1000 * scale), int(added * scale)
    return [start + (index * step + more) // scale for index in range(count)]


@each_rate
@each_rounding
def test_an_hour_of_rounded_stamps_makes_pictures_of_one_duration(frame: Fraction, added: Fraction) -> None:
    stamps = stamps_of(frame, int(HOUR / frame), added)
    ticks = frame_ticks(stamps[: max(2, int(Fraction(1, 4) / frame) + 2)], [frame])
    assert ticks == round(frame * VIDEO_TIMESCALE)
    clock = PictureClock(0, ticks)
    placed = [clock.place(stamp) for stamp in stamps]
    assert placed == [index * ticks for index in range(len(stamps))]


@each_rate
def test_dropped_pictures_leave_the_others_where_they_were(frame: Fraction) -> None:
    drop = random.Random(1)
    kept = [index for index in range(int(600 / frame)) if index == 0 or drop.random() > 0.2]
    ticks = round(frame * VIDEO_TIMESCALE)
    clock = PictureClock(0, ticks)
    assert [clock.place(round(index * frame * 1000)) for index in kept] == [index * ticks for index in kept]


def test_a_take_may_begin_anywhere_in_the_show() -> None:
    clock = PictureClock(1_000_003, 12_000)
    assert [clock.place(1_000_003 + at) for at in (0, 33, 67, 100)] == [0, 12_000, 24_000, 36_000]


@given(
    st.lists(st.integers(-400, 400), min_size=2, max_size=60), st.sampled_from([None, 12_000, 12_012, 6_000, 72_000])
)
def test_pictures_go_on_and_keep_near_their_stamps(jitter: list[int], frame: int | None) -> None:
    """Stamps that keep to nothing are followed; those that go back wait for their turn."""
    clock = PictureClock(0, frame)
    placed, stamps = [], [round(index * 100 / 3) + off for index, off in enumerate(jitter)]
    for stamp in stamps:
        placed.append(clock.place(stamp))
    assert all(later > earlier for earlier, later in pairwise(placed))
    highest = 0
    for at, stamp in zip(placed, stamps, strict=True):
        highest = max(highest + MS, stamp * MS)
        assert -2 * MS <= at - highest <= len(stamps) * MS


def test_jitter_does_not_add_up() -> None:
    shake = random.Random(2)
    clock = PictureClock(0, 12_000)
    for index in range(HOUR * 30):
        at = clock.place(round(index * 100 / 3 + shake.uniform(-10, 10)))
        assert abs(at - index * 12_000) <= 12 * MS


def test_a_rate_a_little_off_does_not_drift() -> None:
    """A publisher's 30 pictures a second last a ten-thousandth longer by its own clock."""
    clock = PictureClock(0, 12_000)
    for index in range(HOUR * 30):
        stamp = round(index * 100 / 3 * 1.0001)
        assert abs(clock.place(stamp) - stamp * MS) <= 2 * MS


@pytest.mark.parametrize(
    ("frame", "milliseconds", "ticks"),
    [
        (12_000, 0, 0),
        (12_000, 33, 12_000),
        (12_000, 34, 12_000),
        (12_000, 67, 24_000),
        (12_000, -33, -12_000),
        (12_000, 50, 18_000),  # half a picture is none
        (15_015, 42, 15_015),
        (15_015, 83, 30_030),
        (None, 33, 33 * MS),
    ],
)
def test_composition_offsets_are_whole_pictures_where_they_may_be(
    frame: int | None, milliseconds: int, ticks: int
) -> None:
    assert PictureClock(0, frame).composed(milliseconds) == ticks


@each_rate
@each_rounding
@pytest.mark.parametrize("hint", [None, Fraction(1, 1000), Fraction(1, 90), Fraction(10)])
def test_a_standard_rate_is_found_whatever_was_announced(
    frame: Fraction, added: Fraction, hint: Fraction | None
) -> None:
    """Within the thousandth by which broadcast rates differ, which half a second cannot tell."""
    stamps = stamps_of(frame, max(3, int(Fraction(1, 2) / frame)), added, start=7)
    ticks = frame_ticks(stamps, [] if hint is None else [hint])
    assert ticks is not None
    assert abs(Fraction(ticks, VIDEO_TIMESCALE) / frame - 1) <= Fraction(1, 999)


def test_of_rates_that_fit_the_announced_one_is_taken() -> None:
    stamps = [round(index * 100 / 3) for index in range(8)]
    assert frame_ticks(stamps, [NTSC / 30]) == 12_012
    assert frame_ticks(stamps, [Fraction(1, 30)]) == 12_000
    assert frame_ticks(stamps, [Fraction(1, 25), NTSC / 30]) == 12_012
    assert frame_ticks(stamps, []) == 12_000


def test_an_odd_rate_is_one_too() -> None:
    ticks = frame_ticks([round(index * 1000 / 17) for index in range(20)], [])
    assert ticks is not None
    assert abs(ticks - VIDEO_TIMESCALE / 17) <= MS / 5


@pytest.mark.parametrize("stamps", [[], [5], [5, 5, 5], [0, 20, 100, 110, 200, 250, 251, 400], [0, 33, 100, 133, 233]])
def test_where_stamps_keep_no_rate_there_is_none(stamps: list[int]) -> None:
    assert frame_ticks(stamps, [Fraction(1, 30)]) is None


def test_a_dropped_picture_or_two_hide_no_rate() -> None:
    kept = [index for index in range(15) if index not in (4, 9)]
    assert frame_ticks([round(index * 100 / 3) for index in kept], []) in (12_000, 12_012)


class Ear:
    """Puts frames of sound in their places, and tells how far they are off."""

    def __init__(self, rate: int, samples: int, base: int = 0) -> None:
        self.rate = rate
        self.samples = samples
        self.length = samples / rate
        self.clock = SoundClock(base, rate)
        self.placed: list[tuple[float, int, int]] = []  # seconds where it should be, where it begins, what is missing
        self.refused = 0

    def hear(self, true: float, stamp: int) -> None:
        found = self.clock.place(stamp, self.samples)
        if found is None:
            self.refused += 1
        else:
            self.placed.append((true, *found))

    def hear_all(self, indexes: Iterable[int], base: int = 0) -> None:
        """Frames with stamps cut to a ms."""
        for index in indexes:
            self.hear(index * self.length, base + index * self.samples * 1000 // self.rate)

    def frames(self, seconds: float) -> range:
        return range(int(seconds / self.length))

    def off(self, share: float = 1.0) -> float:
        """Seconds by which the worst is off; of a share of the frames, those that are off the least."""
        errors = sorted(abs(begin / self.rate - true) for true, begin, _ in self.placed)
        return errors[int(share * (len(errors) - 1))]

    @property
    def filled(self) -> int:
        """How often something is missing."""
        return sum(missing > 0 for _, _, missing in self.placed)

    def check(self) -> None:
        """No frame overlaps the one before, and what is missing is told."""
        end = 0
        for _, begin, missing in self.placed:
            assert begin == end + missing
            assert missing >= 0
            end = begin + self.samples
        assert self.clock.end == end


SOUNDS = [(48_000, 1024), (44_100, 1024), (48_000, 2048), (48_000, 960), (32_000, 1024)]
each_sound = pytest.mark.parametrize(("rate", "samples"), SOUNDS)
each_ordinary_sound = pytest.mark.parametrize(("rate", "samples"), SOUNDS[:2])


@each_ordinary_sound
@pytest.mark.parametrize("added", [0, 0.5, 0.999])
def test_an_hour_of_sound_is_never_touched(rate: int, samples: int, added: float) -> None:
    """Whether stamps are cut, rounded or rounded up."""
    ear = Ear(rate, samples)
    for index in ear.frames(HOUR):
        ear.hear(index * ear.length, int(index * ear.length * 1000 + added))
    assert ear.refused == ear.filled == 0
    assert ear.off() < 1e-6


@each_ordinary_sound
def test_jitter_is_not_heard(rate: int, samples: int) -> None:
    shake = random.Random(3)
    ear = Ear(rate, samples)
    for index in ear.frames(HOUR):
        ear.hear(index * ear.length, max(0, round(index * ear.length * 1000 + shake.uniform(-20, 20))))
    assert ear.refused == 0
    assert ear.filled <= 1  # where the first frame was off itself
    assert ear.off() <= 0.04


@each_ordinary_sound
@pytest.mark.parametrize("pace", [0.9999, 1.0001])
def test_a_clock_that_runs_wrong_is_followed_in_small_steps(rate: int, samples: int, pace: float) -> None:
    ear = Ear(rate, samples)
    for index in ear.frames(HOUR):
        at = index * ear.length * pace
        ear.hear(at, round(at * 1000))
    ear.check()
    assert ear.off() <= 0.04
    assert ear.refused + ear.filled <= HOUR * 0.0001 / 0.02 + 1


@each_sound
def test_lost_frames_are_missing_where_they_were(rate: int, samples: int) -> None:
    ear = Ear(rate, samples)
    lose = random.Random(4)
    ear.hear_all(index for index in ear.frames(120) if index == 0 or lose.random() >= 0.02)
    ear.check()
    assert ear.refused == 0
    assert ear.off(0.85) <= 0.04


@each_sound
@pytest.mark.parametrize("seconds", [0.3, 0.9, 5.0, 3600.0])
def test_a_hole_is_a_hole(rate: int, samples: int, seconds: float) -> None:
    ear = Ear(rate, samples)
    hole = int(seconds / ear.length) + 1
    ear.hear_all(index for index in range(300 + hole) if not 100 <= index < 100 + hole)
    ear.check()
    assert ear.refused == 0
    assert all(abs(begin / rate - true) <= 0.002 for true, begin, _ in ear.placed[102:])


@each_sound
def test_doubled_frames_are_refused(rate: int, samples: int) -> None:
    ear = Ear(rate, samples)
    ear.hear_all(index for index in ear.frames(60) for _ in range(2 if index % 50 == 49 else 1))
    ear.check()
    assert ear.filled == 0
    assert abs(ear.refused - len(ear.frames(60)) // 50) <= 2
    assert ear.off(0.85) <= 0.045


@each_sound
@pytest.mark.parametrize("off", [-900, 900, -300, 300, -100, 100])
def test_a_single_wild_stamp_changes_nothing(rate: int, samples: int, off: int) -> None:
    ear = Ear(rate, samples)
    for index in range(200):
        ear.hear(index * ear.length, round(index * ear.length * 1000) + (off if index == 100 else 0))
    assert ear.refused == ear.filled == 0
    assert ear.off() < 1e-6


def test_sound_from_before_the_take_is_refused() -> None:
    ear = Ear(48_000, 1024, base=5000)
    ear.hear_all(range(20), 4885)
    assert ear.refused == 5
    assert ear.placed[0][1:] == (0, 0)  # most of it lasts into the take
    ear.check()


def test_sound_that_begins_late_has_its_beginning_missing() -> None:
    ear = Ear(48_000, 1024, base=5000)
    ear.hear_all(range(20), 5500)
    assert ear.placed[0][1:] == (24_000, 24_000)
    assert ear.refused == 0
    ear.check()


def test_what_was_filled_is_not_heard_twice() -> None:
    ear = Ear(48_000, 1024)
    ear.clock.skip_to(48_000)
    ear.hear_all(range(94))
    assert ear.placed[-1][1] / 48_000 == pytest.approx(ear.placed[-1][0], abs=0.04)
    assert 44 <= ear.refused <= 47


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(-60, 60), st.booleans()), min_size=10, max_size=300),
    st.sampled_from([*SOUNDS, (8000, 1024), (44_100, 4096)]),
)
def test_frames_never_overlap_whatever_comes(frames: list[tuple[int, bool]], sound: tuple[int, int]) -> None:
    ear = Ear(*sound)
    for index, (off, lost) in enumerate(frames):
        if not lost:
            ear.hear(index * ear.length, max(0, round(index * ear.length * 1000) + off))
    ear.check()


@pytest.mark.parametrize(("rate", "samples"), [(8000, 1024), (16_000, 1024), (22_050, 1024), (44_100, 4096)])
@pytest.mark.parametrize("pace", [0.9995, 1.0005])
def test_long_frames_are_not_dropped_and_filled_in_turn(rate: int, samples: int, pace: float) -> None:
    """Where a frame lasts longer than what sound may be off, half of it is the best there is."""
    ear = Ear(rate, samples)
    for index in ear.frames(600):
        at = index * ear.length * pace
        ear.hear(at, round(at * 1000))
    assert 0 in (ear.refused, ear.filled)
    assert ear.off() <= max(0.04, ear.length / 2 + 0.01)
