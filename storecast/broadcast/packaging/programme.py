"""Programme time: when the frames of a take were taken, by this machine's clock."""

SLEW = 0.01  # of the time passed: how fast programme time is put right, too little to be seen
STEP = 0.001  # seconds that programme time goes on at least
LATE = 2.0  # seconds; what comes later than this for a while was away, and programme time leaps ahead
PATIENCE = 3  # askings in a row


class ProgrammeClock:
    """Wall clock (seconds since the epoch) of a take's times (seconds).

    A frame is as old as the least delayed one lately was when it came: what is held up on the way says nothing. The
    clocks of publisher and server part in time, so what was told before is put right little by little. It never goes
    back, and nothing is said to be taken later than it came.
    """

    def __init__(self, not_before: float = 0.0) -> None:
        self._not_before = not_before
        self._offset: float | None = None  # the least delay lately: wall clock less the take's time
        self._told: tuple[float, float] | None = None  # time in the take, and what was answered
        self._late = 0

    def heard(self, seconds: float, now: float) -> None:
        """A frame of the take's `seconds` came at `now`."""
        offset = now - seconds
        if self._offset is None or offset < self._offset:
            self._offset = offset

    def at(self, seconds: float) -> float:
        """Wall clock of `seconds`, which is later than what was asked before."""
        offset, self._offset = self._offset, None
        if self._told is None:
            if offset is None:
                raise ValueError("nothing was heard yet")
            answer = max(offset + seconds, self._not_before)
        else:
            before, answer = self._told
            passed = seconds - before
            due = answer + passed
            least = answer + min(passed, STEP)
            answer = due if offset is None else max(self._put_right(offset + seconds - due, due, passed), least)
        self._told = seconds, answer
        return answer

    def _put_right(self, error: float, due: float, passed: float) -> float:
        most = SLEW * passed
        self._late = self._late + 1 if error > LATE else 0
        if error < -LATE / 4 or self._late >= PATIENCE:
            self._late = 0
            return due + error
        return due + min(max(error, -most), most)
