"""Whether a target takes what it is sent, by what it acknowledges (RTMP 1.0, 5.4.3).

A connection alone does not tell: the systems at both ends keep megabytes for a program that has stopped reading.
"""

from collections import deque

WINDOW = 64 * 1024  # bytes after which the target is asked to acknowledge
MARK_SECONDS = 0.25
MAX_MARKS = 1_000


class Delivery:
    """Of one connection. Not every server acknowledges, and some do at a window of their own."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float]] = deque(maxlen=MAX_MARKS)  # bytes sent by then
        self._acknowledged = 0
        self._step = 0  # the longest from one acknowledgement to the next; 0 before the first
        self._sent = 0

    def sent(self, total: int, now: float) -> None:
        self._sent = total
        if not self._marks or now - self._marks[-1][1] >= MARK_SECONDS:
            self._marks.append((total, now))

    def acknowledged(self, count: int) -> None:
        """`count` is modulo 2³²."""
        step = (count - self._acknowledged) & 0xFFFFFFFF
        if self._acknowledged + step > self._sent + WINDOW:
            return  # it counts something else
        self._acknowledged += step
        self._step = max(self._step, step, WINDOW)

    def behind(self, now: float) -> float:
        """Seconds since what should be acknowledged by now was sent; 0 where nothing is amiss."""
        if not self._step:
            return 0.0
        due = self._acknowledged + 2 * self._step
        while self._marks and self._marks[0][0] <= due:
            self._marks.popleft()
        return now - self._marks[0][1] if self._marks else 0.0
