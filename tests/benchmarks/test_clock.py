import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.latency.clock import BLOCK, BLOCKS, HEIGHT, MODULUS, ROWS, WIDTH, age, picture, read


def levels(drawn: bytes) -> list[int]:
    """Each block's brightness, looked at in its middle as the page does."""
    row = drawn[ROWS // 2 * WIDTH :]
    return [row[at * BLOCK + BLOCK // 2] for at in range(BLOCKS)]


@given(st.integers(0, 1 << 42), st.integers(0, 10_000))
def test_the_time_drawn_is_the_time_read(milliseconds: int, number: int) -> None:
    drawn = picture(milliseconds, number)
    assert len(drawn) == WIDTH * HEIGHT
    assert read(levels(drawn)) == milliseconds % MODULUS


@given(st.integers(0, MODULUS - 1), st.integers(0, BLOCKS - 1))
def test_a_clock_with_a_wrong_block_is_refused(milliseconds: int, wrong: int) -> None:
    seen = levels(picture(milliseconds, 0))
    seen[wrong] = 255 - seen[wrong]
    assert read(seen) is None


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_screen_is_no_clock(level: int) -> None:
    assert read([level] * BLOCKS) is None


def test_age_goes_on_when_the_clock_has_gone_round() -> None:
    now = 5 * MODULUS + 700
    assert age((now - 1500) % MODULUS, now) == 1500
