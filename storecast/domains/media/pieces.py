"""Where a video's moments were in the show: pins, chat and orders are kept by the wall clock, a video has seconds.

A video is pieces of a show one behind the other: takes, and what cuts left of them. Each is `[at, wall]`: the second of
the video at which it begins, and the moment it was then, in seconds since the epoch; it goes to where the next begins.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

Pieces = Sequence[Sequence[float]]


def stretches(pieces: Pieces, duration: float) -> Iterator[tuple[float, float, float]]:
    """Of each piece: from which second, and by the wall clock from when until when."""
    for (at, wall), (end, _) in pairwise([*((piece[0], piece[1]) for piece in pieces), (duration, 0.0)]):
        if end > at:
            yield at, wall, wall + end - at


def seconds(pieces: Pieces, duration: float, wall: float) -> float | None:
    """The second at which `wall` is; None while nothing was recorded, and of what was cut out."""
    for at, since, until in stretches(pieces, duration):
        if since <= wall < until:
            return at + wall - since
    return None


def wall(pieces: Pieces, duration: float, second: float) -> float | None:
    """The moment that this second of the video was; None where it is none of a show."""
    for at, since, until in stretches(pieces, duration):
        if at <= second <= at + until - since:
            return since + second - at
    return None


def during(pieces: Pieces, duration: float, since: float, until: float) -> Iterator[tuple[float, float]]:
    """Seconds from which until which something is on that was so between these moments; neighbours are one."""
    joined: tuple[float, float] | None = None
    for at, first, last in stretches(pieces, duration):
        begin, end = max(since, first), min(until, last)
        if begin >= end:
            continue
        here = (at + begin - first, at + end - first)
        if joined is not None and here[0] - joined[1] < 0.001:
            joined = (joined[0], here[1])
            continue
        if joined is not None:
            yield joined
        joined = here
    if joined is not None:
        yield joined


def cut(pieces: Pieces, duration: float, spans: Sequence[tuple[float, float]]) -> list[list[float]]:
    """The pieces of what is left when only these spans are kept."""
    left: list[list[float]] = []
    passed = 0.0
    for start, end in spans:
        for at, since, until in stretches(pieces, duration):
            begin, stop = max(start, at), min(end, at + until - since)
            if begin < stop:
                left.append([passed + begin - start, since + begin - at])
        passed += end - start
    return left
