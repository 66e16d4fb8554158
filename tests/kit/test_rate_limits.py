import asyncio

import pytest

from storecast.kit import rate_limits
from storecast.kit.errors import TooManyRequests
from storecast.kit.rate_limits import RateLimits, window_of
from storecast.kit.shared.counts import Window
from storecast.kit.shared.machine import Machine
from tests.valkey_server import Valkey

LIMIT = "3/minute"


@pytest.fixture
def machine() -> Machine:
    return Machine.shared()


async def allowed(limits: RateLimits, who: str = "ana") -> bool:
    try:
        await limits.hit(LIMIT, "try", who)
    except TooManyRequests:
        return False
    return True


async def test_hits_are_counted_by_person(machine: Machine) -> None:
    limits = RateLimits(machine)
    assert [await allowed(limits) for _ in range(4)] == [True, True, True, False]
    assert await allowed(limits, "bogdan")


async def test_refusal_says_when_to_come_back(machine: Machine) -> None:
    limits = RateLimits(machine)
    await limits.hit("1/minute", "try", "ana")
    with pytest.raises(TooManyRequests) as refused:
        await limits.hit("1/minute", "try", "ana")
    assert 0 < int(refused.value.headers["Retry-After"]) <= 60


async def test_failures_are_counted_and_looked_at_apart(machine: Machine) -> None:
    limits = RateLimits(machine)
    for _ in range(3):
        await limits.check(LIMIT, "failures", "ana")
        await limits.count(LIMIT, "failures", "ana")
    with pytest.raises(TooManyRequests):
        await limits.check(LIMIT, "failures", "ana")


@pytest.mark.parametrize(
    ("limit", "window"),
    [
        ("5/minute", Window(5, 60)),
        ("20/10 seconds", Window(20, 10)),
        ("3/10minute", Window(3, 600)),
        ("1200/hour", Window(1200, 3600)),
        ("3/day", Window(3, 86_400)),
        ("2/2 days", Window(2, 172_800)),
    ],
)
def test_limits_are_read_as_they_are_written(limit: str, window: Window) -> None:
    assert window_of(limit) == window


@pytest.mark.parametrize("limit", ["", "5", "5/fortnight", "/minute", "five/minute", "5/minute/hour"])
def test_what_is_no_limit_is_refused(limit: str) -> None:
    with pytest.raises(ValueError, match="not a limit"):
        window_of(limit)


async def test_many_at_once_are_no_way_round_a_limit_on_failures(valkey: Valkey) -> None:
    for url in (None, valkey.url):
        everyone = [RateLimits(Machine.shared(), url) for _ in range(2 if url else 1)]
        failures = 0

        async def fail(limits: RateLimits) -> None:
            nonlocal failures
            async with limits.in_turn("failures", "ana"):
                await limits.check(LIMIT, "failures", "ana")
                await asyncio.sleep(0.001)
                failures += 1
                await limits.count(LIMIT, "failures", "ana")

        await asyncio.gather(*(fail(each) for each in everyone for _ in range(10)), return_exceptions=True)
        assert failures == 3
        for each in everyone:
            await each.close()


async def test_machines_count_together(valkey: Valkey) -> None:
    one, other = RateLimits(Machine.shared(), valkey.url), RateLimits(Machine.shared(), valkey.url)
    assert [await allowed(each) for each in (one, other, one, other, one)] == [True, True, True, False, False]
    with pytest.raises(TooManyRequests):
        await other.check(LIMIT, "try", "ana")
    for each in (one, other):
        await each.close()


async def test_each_machine_counts_for_itself_while_valkey_is_away(
    valkey: Valkey, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "VALKEY_PAUSE", 0.0)
    limits = RateLimits(machine, valkey.url)
    assert await allowed(limits)
    valkey.stop()
    assert [await allowed(limits) for _ in range(4)] == [True, True, True, False]
    valkey.start()
    assert [await allowed(limits) for _ in range(4)] == [True, True, True, False]  # it kept nothing
    await limits.close()


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost"])
def test_another_kind_of_url_is_refused(machine: Machine, url: str) -> None:
    with pytest.raises(ValueError, match="STORECAST_VALKEY_URL"):
        RateLimits(machine, url)
