"""Moments of a video and of the show it was."""

import pytest

from storecast.domains.media import pieces

# Ten seconds, then a pause of twenty, then what is left.
DROPPED = [[0.0, 1000.0], [10.0, 1030.0]]


@pytest.mark.parametrize(
    ("wall", "at"),
    [(999.9, None), (1000.0, 0.0), (1004.5, 4.5), (1010.0, None), (1030.0, 10.0), (1049.0, 29.0), (1050.0, None)],
)
def test_a_moment_is_where_it_was_recorded(wall: float, at: float | None) -> None:
    assert pieces.seconds(DROPPED, 30.0, wall) == at


def test_what_was_on_over_a_pause_is_on_without_one() -> None:
    assert list(pieces.during(DROPPED, 30.0, 1005.0, 1033.0)) == [(5.0, 13.0)]
    assert list(pieces.during(DROPPED, 30.0, 1012.0, 1020.0)) == []
    assert list(pieces.during(DROPPED, 30.0, 0.0, 9e9)) == [(0.0, 30.0)]


def test_what_is_cut_out_takes_its_moments_along() -> None:
    left = pieces.cut(DROPPED, 30.0, [(2.0, 6.0), (8.0, 12.0)])
    assert left == [[0.0, 1002.0], [4.0, 1008.0], [6.0, 1030.0]]
    assert pieces.seconds(left, 8.0, 1007.0) is None
    assert pieces.seconds(left, 8.0, 1009.0) == 5.0
    assert pieces.seconds(left, 8.0, 1031.5) == 7.5
    assert pieces.cut(left, 8.0, [(5.0, 7.0)]) == [[0.0, 1009.0], [1.0, 1030.0]]


def test_a_video_that_was_no_show_has_no_moments() -> None:
    assert pieces.seconds([], 30.0, 1000.0) is None
    assert pieces.cut([], 30.0, [(1.0, 2.0)]) == []
