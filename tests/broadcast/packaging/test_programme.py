import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from storecast.broadcast.packaging.programme import ProgrammeClock

EPOCH = 1_750_000_000.0
PICTURE = 1 / 30
SEGMENT = 60  # pictures


class Told(Struct, frozen=True):
    taken: float  # wall clock at which the picture was taken
    came: float  # when it came
    answer: float

    @property
    def error(self) -> float:
        return self.answer - self.taken


def told(arrivals: Iterator[tuple[float, float, float]], clock: ProgrammeClock | None = None) -> list[Told]:
    """What is told at each segment's first picture, of pictures with time in the take, when taken, and when come."""
    clock = clock or ProgrammeClock()
    found = []
    for index, (seconds, taken, came) in enumerate(arrivals):
        clock.heard(seconds, came)
        if index % SEGMENT == 0:
            found.append(Told(taken, came, clock.at(seconds)))
    return found


def show(
    seconds: float, *, delay: float = 0.0, shake: float = 0.0, pace: float = 1.0
) -> Iterator[tuple[float, float, float]]:
    """Pictures each `delay` and up to `shake` seconds on their way; the publisher's clock runs at `pace`."""
    chance = random.Random(5)
    came = EPOCH
    for index in range(int(seconds / PICTURE)):
        at = index * PICTURE
        came = max(came, EPOCH + at + delay + chance.uniform(0, shake))  # nothing overtakes
        yield at * pace, EPOCH + at, came


def monotone(answers: list[Told]) -> bool:
    return all(later.answer >= earlier.answer for earlier, later in pairwise(answers))


def test_the_first_frame_is_taken_when_it_came() -> None:
    clock = ProgrammeClock()
    clock.heard(0.0, EPOCH + 0.25)
    assert clock.at(0.0) == EPOCH + 0.25


def test_of_frames_that_came_the_least_delayed_one_tells() -> None:
    clock = ProgrammeClock()
    for seconds, came in ((0.0, 1.0), (1.0, 1.5), (2.0, 2.75)):
        clock.heard(seconds, EPOCH + came)
    assert clock.at(0.0) == EPOCH + 0.5


def test_nothing_can_be_told_of_a_take_without_a_frame() -> None:
    with pytest.raises(ValueError, match="nothing was heard"):
        ProgrammeClock().at(0.0)


def test_a_take_never_begins_before_the_end_of_the_one_before() -> None:
    clock = ProgrammeClock(EPOCH + 10)
    clock.heard(0.0, EPOCH + 9)
    assert clock.at(0.0) == EPOCH + 10


def test_without_news_time_goes_on_by_the_take() -> None:
    clock = ProgrammeClock()
    clock.heard(0.0, EPOCH)
    assert [clock.at(seconds) for seconds in (0.0, 2.0, 6.5)] == [EPOCH, EPOCH + 2.0, EPOCH + 6.5]


@pytest.mark.parametrize("shake", [0.0, 0.05, 0.1])
@pytest.mark.parametrize("pace", [1.0, 0.9999, 1.0001, 0.999])
def test_it_is_true_to_50_ms_for_an_hour(shake: float, pace: float) -> None:
    answers = told(show(3600, shake=shake, pace=pace))
    assert monotone(answers)
    assert max(abs(each.error) for each in answers) <= max(0.01, shake)
    assert max(abs(each.error) for each in answers if each.taken >= EPOCH + 30) <= 0.05  # of the least delayed, by then


def test_a_first_frame_that_was_late_is_put_right() -> None:
    """As where a connection begins slowly."""
    arrivals = ((at, taken, came + max(0.0, 0.4 - at / 5)) for at, taken, came in show(600))
    answers = told(arrivals)
    assert monotone(answers)
    assert max(abs(each.error) for each in answers if each.taken >= EPOCH + 120) <= 0.05


def test_a_minute_of_bad_network_is_forgotten_when_it_is_over() -> None:
    arrivals = ((at, taken, came + (1.5 if 600 <= at < 660 else 0.0)) for at, taken, came in show(1200))
    answers = told(arrivals)
    assert monotone(answers)
    assert max(each.error for each in answers) <= 1.0
    assert max(abs(each.error) for each in answers if each.taken >= EPOCH + 800) <= 0.05


@pytest.mark.parametrize("seconds", [3, 10, 25])
def test_a_stall_that_is_caught_up_moves_nothing_for_long(seconds: float) -> None:
    """The network holds everything up for a while, then delivers at once."""
    arrivals = (
        (at, taken, max(came, EPOCH + 60 + seconds) if at >= 60 else came) for at, taken, came in show(600, shake=0.05)
    )
    answers = told(arrivals)
    assert monotone(answers)
    assert max(abs(each.error) for each in answers if each.taken >= EPOCH + 70 + 2 * seconds) <= 0.06


@pytest.mark.parametrize("seconds", [5, 60])
def test_a_publisher_that_was_away_is_as_late_as_it_is(seconds: float) -> None:
    """It held still, and its stamps with it: what comes later was taken later."""
    arrivals = (
        (at, taken + (seconds if at >= 60 else 0), came + (seconds if at >= 60 else 0)) for at, taken, came in show(300)
    )
    answers = told(arrivals)
    assert monotone(answers)
    assert max(abs(each.error) for each in answers if each.taken >= EPOCH + 70 + seconds) <= 0.05


def test_backlog_is_told_to_be_no_newer_than_it_came() -> None:
    """Half an hour comes within a second; then the show is live."""
    arrivals = ((at, taken, EPOCH + 1800 + max(at / 1800, at - 1800)) for at, taken, _ in show(1900))
    answers = told(arrivals)
    assert monotone(answers)
    assert all(each.answer <= each.came + PICTURE for each in answers)
    assert max(abs(each.error) for each in answers if each.taken >= EPOCH + 1810) <= 0.05


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10), st.booleans()), min_size=1))
def test_it_never_goes_back(events: list[tuple[float, float, bool]]) -> None:
    clock = ProgrammeClock()
    seconds, now, last = 0.0, EPOCH, 0.0
    for index, (passed, waited, asked) in enumerate(events):
        seconds += passed
        now += waited
        clock.heard(seconds, now)
        if asked or index == 0:
            answer = clock.at(seconds)
            assert answer >= last
            last = answer
