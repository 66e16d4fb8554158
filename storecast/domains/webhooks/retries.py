"""When what was not taken is sent again, and when it is given up."""

import hashlib
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
GROWTH = 4  # 5 s, 20 s, 80 s, …
LONGEST_WAIT = timedelta(hours=6)
SPREAD = 0.25  # of a wait, either way: what failed together does not come again together
GIVEN_UP_AFTER = timedelta(days=3)
OFF_AFTER = timedelta(days=5)  # of failures, and of nothing but failures


def wait(failures: int, seed: str) -> timedelta:
    """Until the next try after so many `failures` in a row; the same for the same `seed`."""
    base = min(FIRST_WAIT * float(GROWTH ** min(failures - 1, 10)), LONGEST_WAIT)
    chance = int.from_bytes(hashlib.sha256(f"{seed}:{failures}".encode()).digest()[:4]) / 2**32
    return base * (1 - SPREAD + 2 * SPREAD * chance)


def next_try(created_at: datetime, failures: int, seed: str, now: datetime) -> datetime | None:
    """None where the try that just failed was the last: no event is given up before one at its full age."""
    given_up_at = created_at + GIVEN_UP_AFTER
    return None if now >= given_up_at else min(now + wait(failures, seed), given_up_at)
