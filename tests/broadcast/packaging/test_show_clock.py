from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from storecast.broadcast.packaging.timing import JUMP_MS, ShowClock
from storecast.broadcast.tags import Kind, Tag

AUDIO, VIDEO = Kind.AUDIO, Kind.VIDEO


class Came(Struct):
    """A tag as it was meant, as it is stamped, and when it comes; ms of the show."""

    kind: Kind
    true: int
    stamp: int
    wall: float


class Placed(Struct, frozen=True):
    kind: Kind
    true: int
    at: int


def show(seconds: float, *, video: float = 100 / 3, audio: float = 64 / 3) -> list[Came]:
    """Tags in the order of their times; ms a picture and a frame of sound, 0 for none."""
    times = [(round(index * video), VIDEO) for index in range(int(seconds * 1000 / video))] if video else []
    times += [(round(index * audio), AUDIO) for index in range(int(seconds * 1000 / audio))] if audio else []
    return [Came(kind, at, at, float(at)) for at, kind in sorted(times)]


def played(tags: list[Came], clock: ShowClock | None = None) -> tuple[list[Placed], list[tuple[int, int]]]:
    """Where the tags are put, and the jumps with when they were told."""
    clock = clock or ShowClock()
    found, jumps = [], []
    for each in tags:
        at = clock.place(Tag(each.kind, each.stamp & 0xFFFFFFFF, b""), each.wall / 1000)
        found.append(Placed(each.kind, each.true, at))
        if clock.jumped is not None:
            jumps.append((each.true, clock.jumped))
            clock.jumped = None
    return found, jumps


def shifts(placed: list[Placed], kind: Kind, since: int = 0) -> set[int]:
    """How far a track's tags were moved, from a time on."""
    return {each.at - each.true for each in placed if each.kind == kind and each.true >= since}


def steps(placed: list[Placed], kind: Kind) -> list[int]:
    of_track = [each.at for each in placed if each.kind == kind]
    return [later - earlier for earlier, later in pairwise(of_track)]


@pytest.mark.parametrize("start", [0, 5, 0xFFFFFF - 1000, (1 << 31) - 1000, (1 << 32) - 1000, (1 << 32) - 1])
def test_a_show_begins_at_its_first_tag_whatever_its_stamps(start: int) -> None:
    tags = show(5)
    for each in tags:
        each.stamp += start
    placed, jumps = played(tags)
    assert shifts(placed, VIDEO) == shifts(placed, AUDIO) == {0}
    assert jumps == []


def test_a_show_may_last_for_months() -> None:
    tags = [Came(VIDEO, at * 60_000, at * 60_000, at * 60_000.0) for at in range(60 * 24 * 120)]
    placed, jumps = played(tags)
    assert shifts(placed, VIDEO) == {0}  # more than twice what 32 bits hold
    assert jumps == []


@pytest.mark.parametrize("by", [-5000, 8000, -1500, 1500, -600_000, 600_000, 2_000_000_000, -2_000_000_000])
@pytest.mark.parametrize("first", [AUDIO, VIDEO])
@pytest.mark.parametrize("behind", [0, 700])
def test_a_jump_in_all_tracks_is_taken_out_and_they_stay_in_step(by: int, first: Kind, behind: int) -> None:
    """The other track jumps `behind` ms later."""
    tags = show(24)
    for each in tags:
        if each.true >= (12_000 if each.kind == first else 12_000 + behind):
            each.stamp += by
    placed, jumps = played(tags)
    assert len(jumps) == 1
    assert 12_000 <= jumps[0][0] <= 12_000 + behind + 100
    assert abs(jumps[0][1] - by) <= 50
    for kind in (AUDIO, VIDEO):
        assert all(0 <= step <= 100 for step in steps(placed, kind))
    (picture,), (sound,) = shifts(placed, VIDEO, 13_000), shifts(placed, AUDIO, 13_000)
    assert picture == sound
    assert abs(picture) <= 50


@pytest.mark.parametrize("by", [-300, -600, -950])
@pytest.mark.parametrize("first", [AUDIO, VIDEO])
def test_stamps_that_go_back_a_little_lose_nothing(first: Kind, by: int) -> None:
    tags = show(24)
    for each in tags:
        each.stamp += by if each.true >= (12_000 if each.kind == first else 12_100) else 0
    placed, jumps = played(tags)
    assert jumps == []
    (picture,), (sound,) = shifts(placed, VIDEO, 13_000), shifts(placed, AUDIO, 13_000)
    assert picture == sound
    assert abs(picture) <= 50


@pytest.mark.parametrize("by", [-5000, 8000])
@pytest.mark.parametrize("alone", [AUDIO, VIDEO])
def test_a_jump_is_one_where_there_is_one_track(alone: Kind, by: int) -> None:
    tags = show(24, video=40, audio=0) if alone == VIDEO else show(24, video=0)
    for each in tags:
        each.stamp += by if each.true >= 12_000 else 0
    placed, jumps = played(tags)
    ((_, told),) = jumps
    assert abs(told - by) <= 50
    assert all(0 < step <= 50 for step in steps(placed, alone))


@pytest.mark.parametrize("by", [-5000, 8000])
@pytest.mark.parametrize("kind", [AUDIO, VIDEO])
def test_a_jump_in_one_track_is_none_and_that_track_goes_on(kind: Kind, by: int) -> None:
    tags = show(24)
    for each in tags:
        each.stamp += by if each.kind == kind and each.true >= 12_000 else 0
    placed, jumps = played(tags)
    assert jumps == []
    assert all(0 <= step <= 100 for step in steps(placed, kind))
    assert all(abs(shift) <= 40 for shift in shifts(placed, kind))
    assert shifts(placed, VIDEO if kind == AUDIO else AUDIO) == {0}


@pytest.mark.parametrize("by", [-11_000, -3000, -700, 3000, 1_000_000, 0x7FFFFFFF, 1 << 31])
@pytest.mark.parametrize("kind", [AUDIO, VIDEO])
def test_wild_stamps_leave_the_tracks_in_step(kind: Kind, by: int) -> None:
    tags = show(60)
    for number, each in enumerate(each for each in tags if each.kind == kind and each.true >= 12_000):
        each.stamp += by if number % 100 == 0 else 0
    placed, jumps = played(tags)
    assert jumps == []
    assert all(-100 <= step <= 100 for step in steps(placed, kind))
    assert all(abs(shift) <= 40 for shift in shifts(placed, kind))
    assert {each.at - each.true for each in placed[-50:]} == {0}


def test_pictures_may_be_sparse_beside_sound() -> None:
    placed, jumps = played(show(60, video=5000))
    assert shifts(placed, VIDEO) == shifts(placed, AUDIO) == {0}
    assert jumps == []


@pytest.mark.parametrize("kind", [AUDIO, VIDEO])
def test_frames_may_be_sparse_alone(kind: Kind) -> None:
    placed, jumps = played(show(60, video=5000 if kind == VIDEO else 0, audio=5000 if kind == AUDIO else 0))
    assert shifts(placed, kind) == {0}
    assert jumps == []


@pytest.mark.parametrize("kind", [AUDIO, VIDEO])
@pytest.mark.parametrize("speed", [1, 1000])
def test_a_track_may_be_silent_for_a_while(kind: Kind, speed: int) -> None:
    tags = [each for each in show(60) if each.kind != kind or not 10_000 <= each.true < 50_000]
    for each in tags:
        each.wall /= speed
    placed, jumps = played(tags)
    assert shifts(placed, VIDEO) == shifts(placed, AUDIO) == {0}
    assert jumps == []


@pytest.mark.parametrize("by", [-30_000, -5000, 8000, 600_000])
@pytest.mark.parametrize("kind", [AUDIO, VIDEO])
def test_a_track_that_was_silent_during_a_jump_is_in_step_when_it_returns(kind: Kind, by: int) -> None:
    tags = [each for each in show(60) if each.kind != kind or not 10_000 <= each.true < 50_000]
    for each in tags:
        each.stamp += by if each.true >= 30_000 else 0
    placed, _ = played(tags)
    (picture,), (sound,) = shifts(placed, VIDEO, 51_000), shifts(placed, AUDIO, 51_000)
    assert picture == sound
    assert abs(picture) <= 50


@pytest.mark.parametrize("by", [-60_000, 60_000])
@pytest.mark.parametrize("first", [AUDIO, VIDEO])
def test_sparse_pictures_stay_in_step_where_all_jump(by: int, first: Kind) -> None:
    tags = show(60, video=5000)
    for each in tags:
        each.stamp += by if each.true >= (30_000 if first == VIDEO else 30_010) else 0
        each.stamp += by if each.kind == AUDIO and 29_000 <= each.true < 30_010 and first == AUDIO else 0
    placed, jumps = played(tags)
    (picture,), (sound,) = shifts(placed, VIDEO, 36_000), shifts(placed, AUDIO, 36_000)
    assert picture == sound
    assert abs(picture) <= 50
    assert len(jumps) == 1


@pytest.mark.parametrize("both", [True, False])
def test_a_pause_that_was_waited_for_stays(both: bool) -> None:
    tags = [each for each in show(60, audio=20 if both else 0) if not 10_000 <= each.true < 40_000]
    placed, jumps = played(tags)
    assert shifts(placed, VIDEO) == {0}
    assert jumps == []


def test_after_a_pause_a_jump_is_as_seamless_as_before_it() -> None:
    tags = [each for each in show(60) if not 10_000 <= each.true < 40_000]
    for each in tags:
        each.stamp += 8000 if each.true >= 50_000 else 0
    placed, jumps = played(tags)
    assert len(jumps) == 1
    assert max(step for step in steps(placed, VIDEO) if step < 10_000) <= 100


@pytest.mark.parametrize("apart", [-2_000_000_000, -500_000, 500_000, 1_000_000_000])
def test_a_track_that_counts_from_elsewhere_is_put_beside_the_other(apart: int) -> None:
    tags = show(24)
    for each in tags:
        each.stamp += apart if each.kind == AUDIO else 0
        each.stamp += -5000 if each.true >= 12_000 else 0
    placed, jumps = played(tags)
    assert all(abs(shift) <= 40 for shift in shifts(placed, AUDIO))
    assert len(shifts(placed, AUDIO, 13_000)) == 1
    assert len(jumps) == 1


@pytest.mark.parametrize("late", [-800, 800, 5000])
def test_a_track_may_begin_later_than_the_other(late: int) -> None:
    """Or earlier, and be sent later."""
    tags = [each for each in show(10) if each.kind == VIDEO or each.true >= max(late, 0)]
    for each in tags:
        each.true += 10_000 + (min(late, 0) if each.kind == AUDIO else 0)
        each.stamp = each.true
    placed, _ = played(tags)
    assert shifts(placed, VIDEO) == shifts(placed, AUDIO) == {-tags[0].stamp}


class Leap(Struct, frozen=True):
    after: int  # ms since the leap before
    by: int  # ms
    audio: bool
    video: bool
    once: bool  # a single wild stamp
    waited: bool  # a pause, as long as it says


_LEAPS = st.lists(
    st.builds(
        Leap,
        after=st.integers(3000, 9000),
        by=st.integers(-30, 30).filter(bool).map(lambda by: by * 3001),
        audio=st.booleans(),
        video=st.booleans(),
        once=st.booleans(),
        waited=st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(_LEAPS)
def test_whatever_the_stamps_do_a_show_goes_on_and_stays_in_step(leaps: list[Leap]) -> None:
    tags = show(10 + sum(leap.after for leap in leaps) / 1000, video=40, audio=23)
    at, pauses = 0, 0
    for leap in leaps:
        at += leap.after
        pause = abs(leap.by) + 1500 if leap.waited else 0
        for kind, leaps_too in ((AUDIO, leap.audio), (VIDEO, leap.video)):
            for number, each in enumerate(each for each in tags if each.kind == kind and each.true >= at):
                each.true += pause
                each.wall += pause
                each.stamp += pause
                if leaps_too and not leap.waited and not (leap.once and number):
                    each.stamp += leap.by
        at += pause
        pauses += pause
    placed, _ = played(tags)
    for kind in (AUDIO, VIDEO):
        assert all(-50 <= step <= 100 + pauses for step in steps(placed, kind))
    seen = [max(each.at - each.true for each in placed[-60:] if each.kind == kind) for kind in (AUDIO, VIDEO)]
    assert abs(seen[0] - seen[1]) <= 40 * (1 + sum(leap.audio != leap.video and not leap.once for leap in leaps))


@given(st.lists(st.tuples(st.sampled_from([AUDIO, VIDEO]), st.integers(0, 0xFFFFFFFF), st.integers(0, 20_000))))
def test_no_stamps_leave_a_hole_nobody_waited_for(stamps: list[tuple[Kind, int, int]]) -> None:
    clock, wall, newest = ShowClock(), 0, 0
    last: dict[Kind, tuple[int, int]] = {}
    for kind, stamp, waited in stamps:
        wall += waited
        at = clock.place(Tag(kind, stamp, b""), wall / 1000)
        if kind in last:
            before, when = last[kind]
            assert at - before >= -JUMP_MS
            assert at - max(before, newest) <= max(JUMP_MS, 8 * (wall - when), 3000)
        last[kind] = at, wall
        newest = max(newest, at)
