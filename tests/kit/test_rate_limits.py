import asyncio
import pickle
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storecast.kit import rate_limits
from storecast.kit.errors import TooManyRequests
from storecast.kit.rate_limits import RateLimits
from tests.ports import free_port

SERVER = shutil.which("valkey-server") or shutil.which("redis-server")
LIMIT = "3/minute"


class Valkey:
    """A server of our own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder

    def start(self) -> None:
        assert SERVER is not None
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no")
        log = (self._folder / "valkey.log").open("wb")
        self._process = subprocess.Popen([SERVER, *options], cwd=self._folder, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    if SERVER is None:
        pytest.skip("neither valkey-server nor redis-server is installed")
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


async def allowed(limits: RateLimits, who: str = "ana") -> bool:
    try:
        await limits.hit(LIMIT, "try", who)
    except TooManyRequests:
        return False
    return True


async def test_memory_counts_by_person() -> None:
    limits = RateLimits()
    assert [await allowed(limits) for _ in range(4)] == [True, True, True, False]
    assert await allowed(limits, "bogdan")


async def test_refusal_says_when_to_come_back() -> None:
    limits = RateLimits()
    await limits.hit("1/minute", "try", "ana")
    with pytest.raises(TooManyRequests) as refused:
        await limits.hit("1/minute", "try", "ana")
    assert 0 < int(refused.value.headers["Retry-After"]) <= 60


async def test_failures_are_counted_and_looked_at_apart() -> None:
    limits = RateLimits()
    for _ in range(3):
        await limits.check(LIMIT, "failures", "ana")
        await limits.count(LIMIT, "failures", "ana")
    with pytest.raises(TooManyRequests):
        await limits.check(LIMIT, "failures", "ana")


async def test_a_hit_leaves_no_work_behind_and_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    limits, now = RateLimits(), time.time()
    tasks = asyncio.all_tasks()
    for who in range(100):
        await limits.hit(LIMIT, "try", str(who))
    assert asyncio.all_tasks() <= tasks
    before = _size(limits)
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert [await allowed(limits, "7") for _ in range(4)] == [True, True, True, False]
    assert _size(limits) < before / 10


def _size(limits: RateLimits) -> int:
    """Bytes of everything it keeps."""
    return len(pickle.dumps(limits._own.storage))


async def test_processes_count_together(valkey: Valkey) -> None:
    one, other = RateLimits(valkey.url), RateLimits(valkey.url)
    assert [await allowed(each) for each in (one, other, one, other, one)] == [True, True, True, False, False]
    with pytest.raises(TooManyRequests):
        await other.check(LIMIT, "try", "ana")
    for each in (one, other):
        await each.close()


async def test_each_process_counts_for_itself_while_valkey_is_away(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "VALKEY_PAUSE", 0.0)
    limits = RateLimits(valkey.url)
    assert await allowed(limits)
    valkey.stop()
    assert [await allowed(limits) for _ in range(4)] == [True, True, True, False]
    valkey.start()
    assert [await allowed(limits) for _ in range(4)] == [True, True, True, False]  # it kept nothing
    await limits.close()


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="STORECAST_VALKEY_URL"):
        RateLimits(url)
