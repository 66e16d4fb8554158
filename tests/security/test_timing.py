"""What an answer's time tells: nothing."""

import statistics
import time

import pytest

from storecast.kit import rate_limits
from tests.factories.accounts import Member
from tests.factories.platform import Client

TRIES = 60
MOST_APART = 0.1  # of the median
ROUNDS = 3  # a noisy machine gets another two; a real difference shows in each


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of failures from one address are what the limits are there to stop."""

    async def let(*_: object) -> None:
        return None

    for name in ("hit", "check", "count"):
        monkeypatch.setattr(rate_limits.RateLimits, name, let)


async def seconds(anyone: Client, email: str) -> float:
    began = time.perf_counter()
    answer = await anyone.post("auth/login", {"email": email, "password": "not the right one"})
    took = time.perf_counter() - began
    assert answer.status_code == 401
    return took


async def test_login_takes_as_long_for_an_unknown_email(
    costly_passwords: None, anyone: Client, owner: Member, unlimited: None
) -> None:
    unknown = owner.email.replace("person", "nobody")
    await seconds(anyone, owner.email), await seconds(anyone, unknown)  # what is made once, is made
    apart = []
    for _ in range(ROUNDS):
        known_times, unknown_times = [], []
        for turn in range(TRIES // 2):
            emails = [(owner.email, known_times), (unknown, unknown_times)]
            for email, times in emails if turn % 2 else reversed(emails):
                times.append(await seconds(anyone, email))
        known, other = statistics.median(known_times), statistics.median(unknown_times)
        apart.append(abs(known - other) / known)
        if apart[-1] < MOST_APART:
            return
    raise AssertionError(f"known and unknown emails differ by {apart} of the median")
