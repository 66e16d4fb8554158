"""Programme time: when the frames of a take were taken, by this machine's clock."""

from collections import deque

SLEW = 0.01  # of the time passed: how fast programme time is put right, too little to be seen
STEP = 0.001  # seconds that programme time goes on at least
LATE = 2.0  # seconds; what comes later than this for a while was away, and programme time leaps ahead
PATIENCE = 3  # askings in a row
PACE_SECONDS = 10.0  # by the wall clock, over which it is measured how fast a take comes
HURRIED = 0.9  # seconds in which one of the take comes, below which it is no jitter: somebody pushes a file


class ProgrammeClock:
    """Wall clock (seconds since the epoch) of a take's times (seconds).

    A frame is as old as the least delayed one lately was when it came: what is held up on the way says nothing. The
    clocks of publisher and server part in time, so what was told before is put right little by little. It never goes
    back, and nothing is said to be taken later than it came, but for half a second that is put right slowly. What keeps
    coming faster than it can have been taken, a file's, is as old as it can be: taken as fast as it comes.
    """

    def __init__(self, not_before: float = 0.0) -> None:
        self._not_before = not_before
        self._pace = 1.0  # seconds of the wall clock for one of the take
        self._marks: deque[tuple[float, float]] = deque()  # time in the take and wall clock, where it was asked lately
        self._offset: float | None = None  # the least delay lately: wall clock less the take's time at its pace
        self._told: tuple[float, float] | None = None  # time in the take, and what was answered
        self._late = 0
        self._calm = 0  # steps in a row that were not hurried

    def heard(self, seconds: float, now: float) -> None:
        """A frame of the take's `seconds` came at `now`."""
        offset = now - self._pace * seconds
        if self._offset is None or offset < self._offset:
            self._offset = offset

    def at(self, seconds: float) -> float:
        """Wall clock of `seconds`, which is later than what was asked before."""
        offset, self._offset = self._offset, None
        found = None if offset is None else offset + self._pace * seconds
        if self._told is None:
            if found is None:
                raise ValueError("nothing was heard yet")
            answer = max(found, self._not_before)
        else:
            before, answer = self._told
            passed = seconds - before
            due = answer + self._pace * passed
            least = answer + min(passed, STEP)
            answer = due if found is None else max(self._put_right(found - due, due, passed), least)
        self._told = seconds, answer
        if found is not None:
            self._measure(seconds, found)
        return answer

    def _measure(self, seconds: float, found: float) -> None:
        """Learn the pace, where each step lately was hurried: a backlog that comes at once is none, nor is a stall."""
        marks = self._marks
        if marks:
            hurried = found - marks[-1][1] < HURRIED * (seconds - marks[-1][0])
            self._calm = 0 if hurried else self._calm + 1
            if self._calm >= (1 if self._pace == 1.0 else PATIENCE):
                marks.clear()
                self._pace = 1.0
        marks.append((seconds, found))
        while len(marks) > 2 and found - marks[1][1] >= PACE_SECONDS:
            marks.popleft()
        began, began_at = marks[0]
        if found - began_at >= PACE_SECONDS:
            self._pace = (found - began_at) / (seconds - began)

    def _put_right(self, error: float, due: float, passed: float) -> float:
        most = SLEW * passed
        self._late = self._late + 1 if error > LATE else 0
        if error < -LATE / 4 or self._late >= PATIENCE:
            self._late = 0
            return due + error
        return due + min(max(error, -most), most)
