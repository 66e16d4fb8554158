"""Two `api` processes of one machine: what one counts, the other has counted; what one changes, the other shows.

Each listens at a port of its own beside the one they share, so that a test can say which of them it asks.
"""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg
import pytest

from storecast.domains.sign_ins.service import FAILED_SIGN_INS
from storecast.entrypoints.supervision import SOCKETS_FD
from storecast.kit.secrets import stored_secret
from storecast.kit.shared import MEMORY_FD
from tests.waiting import eventually

PASSWORD = "a long enough password"
Json = dict[str, object]
_networks = itertools.count(1)


class Workers:
    """`both` asks whoever takes the connection, `each` one of them."""

    def __init__(self, data: Path, database_url: str) -> None:
        stored_secret(data, "hooks")
        self._memory = os.memfd_create("test")
        self._sockets = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(3)]
        self._environment = os.environ | {
            "STORECAST_DATA_DIR": str(data),
            "STORECAST_DATABASE_URL": database_url,
            "STORECAST_DATABASE_POOL": "4",
            "STORECAST_LOG_LEVEL": "warning",
            MEMORY_FD: str(self._memory),
        }
        self.processes = [self._start(number) for number in range(2)]
        urls = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in self._sockets]
        self.both, *self.each = (httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=60) for url in urls)

    def _start(self, number: int) -> "subprocess.Popen[bytes]":
        sockets = [self._sockets[0].fileno(), self._sockets[1 + number].fileno()]
        return subprocess.Popen(
            [sys.executable, "-m", "storecast.entrypoints.cli", "api"],
            env=self._environment | {SOCKETS_FD: " ".join(map(str, sockets))},
            pass_fds=[*sockets, self._memory],
        )

    def kill(self, number: int) -> None:
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    async def close(self) -> None:
        for each in (self.both, *self.each):
            await each.aclose()
        for process in self.processes:
            process.terminate()
        codes = [await asyncio.to_thread(process.wait, 30) for process in self.processes]
        for each in self._sockets:
            each.close()
        os.close(self._memory)
        assert set(codes) <= {-signal.SIGTERM, -signal.SIGKILL}, "a worker has ended otherwise"


@pytest.fixture(scope="module")
async def workers(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workers]:
    workers = Workers(tmp_path_factory.mktemp("workers"), module_database_url)
    yield workers
    await workers.close()


@pytest.fixture(scope="module")
async def mara(workers: Workers) -> dict[str, str]:
    """Headers of a merchant's."""
    body = {"email": "mara@example.com", "password": PASSWORD, "full_name": "Mara Ionescu"}
    await _ok(workers.each[0].post("auth/register", json=body))
    return bearer((await _ok(workers.each[0].post("auth/login", json=body)))["access_token"])


@pytest.fixture
async def show(workers: Workers, mara: dict[str, str]) -> Json:
    made = await _data(workers.each[0].post("events", json={"name": "Evening show"}, headers=mara))
    open_to_all = {"privacy": 0, "free_pass": True}
    return await _data(workers.each[0].put(f"events/{made['id']}", json=open_to_all, headers=mara))


@pytest.fixture
def away() -> dict[str, str]:
    """Headers of a request from a network of its own."""
    return {"X-Forwarded-For": f"198.18.0.{next(_networks)}"}


def bearer(token: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _ok(asking: object) -> Json:
    answer: httpx.Response = await asking  # type: ignore[misc]
    assert answer.is_success, answer.text
    found: Json = answer.json()
    return found


async def _data(asking: object) -> Json:
    data: Json = (await _ok(asking))["data"]  # type: ignore[assignment]
    return data


async def test_a_limit_is_one_for_both(workers: Workers, show: Json, away: dict[str, str]) -> None:
    guest = bearer((await _data(workers.each[0].get("jwt", headers=away)))["token"])
    said = [
        workers.each[number % 2].post(
            "messages/guest", json={"data": f"Hello {number}", "thread_id": show["thread_id"]}, headers=guest | away
        )
        for number in range(30)
    ]
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*said))
    assert statuses == {200: 20, 429: 10}


async def test_a_count_is_one_for_both(
    workers: Workers, show: Json, mara: dict[str, str], away: dict[str, str]
) -> None:
    guest = bearer((await _data(workers.each[0].get("jwt", headers=away)))["token"])
    thread = {"threadSlug": show["slug"], "userId": "1"}

    async def unread(number: int) -> object:
        return (await _data(workers.each[number].post("thread/read", json=thread, headers=guest | away)))["unread"]

    for number in range(6):
        message = {"data": "Hello", "thread_id": show["thread_id"]}
        await _ok(workers.each[number % 2].post("messages", json=message, headers=mara))
    assert [await unread(number) for number in (0, 1, 0)] == [6, 0, 0]


async def test_many_wrong_passwords_at_once_are_no_way_round_their_limit(
    workers: Workers, mara: dict[str, str], away: dict[str, str]
) -> None:
    body = {"email": "mara@example.com", "password": "not hers"}
    tries = [workers.each[number % 2].post("auth/login", json=body, headers=away) for number in range(16)]
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*tries))
    assert statuses == {401: int(FAILED_SIGN_INS.partition("/")[0]), 429: 11}


async def test_whoever_was_answered_by_one_finds_the_change_at_the_other(
    workers: Workers, show: Json, mara: dict[str, str]
) -> None:
    details = f"events/playback/{show['slug']}"
    for number in range(40):
        changing, asked = workers.each[number % 2], workers.each[(number + 1) % 2]
        kept = [await asked.get(details) for _ in range(2)]
        assert kept[0].headers["ETag"] == kept[1].headers["ETag"]
        name = {"name": f"Show {number}"}
        await _ok(changing.put(f"events/{show['id']}", json=name, headers=mara))
        assert (await _data(asked.get(details)))["name"] == name["name"]


async def test_a_change_asked_of_both_with_one_key_is_made_once(workers: Workers, mara: dict[str, str]) -> None:
    twice = mara | {"Idempotency-Key": "one-and-the-same"}
    made = await asyncio.gather(
        *(_data(each.post("events", json={"name": "Morning show"}, headers=twice)) for each in workers.each)
    )
    assert made[0] == made[1]


async def test_viewers_of_both_are_counted_together(
    workers: Workers, show: Json, away: dict[str, str], module_database_url: str
) -> None:
    async def beat(viewer: int, number: int) -> object:
        body = {
            "eventId": show["slug"],
            "viewerHash": f"viewer-{viewer}",
            "viewHash": f"view-{viewer}",
            "date": "2026-11-27T12:00:00Z",
        }
        return (await _data(workers.each[number].post("events/heartbeat", json=body, headers=away)))["viewers"]

    await asyncio.gather(*(beat(viewer, viewer % 2) for viewer in range(30)))
    await asyncio.gather(*(beat(viewer, 1 - viewer % 2) for viewer in range(30)))

    async def both_say_30() -> bool:
        return [await beat(0, number) for number in range(2)] == [30, 30]

    await eventually(both_say_30)
    with psycopg.connect(module_database_url) as connection:
        found = connection.execute("SELECT count(*) FROM view_days WHERE view_hash LIKE 'view-%'").fetchone()
    assert found == (30,)


async def test_no_request_is_lost_that_a_killed_worker_had_not_taken(workers: Workers) -> None:
    """Each asks again and again on a new connection. The last test: there is one worker less after it."""
    outcomes: Counter[object] = Counter()
    stop = time.monotonic() + 60

    async def ask(url: httpx.URL) -> None:
        while time.monotonic() < stop:
            async with httpx.AsyncClient(timeout=60) as http:
                try:
                    outcomes[(await http.get(url)).status_code] += 1
                except httpx.TransportError as error:
                    outcomes[type(error)] += 1

    askers = [asyncio.create_task(ask(workers.both.base_url.join("currencies"))) for _ in range(8)]
    await eventually(lambda: outcomes[200] > 50)
    workers.kill(1)
    before = outcomes[200]
    await eventually(lambda: outcomes[200] > before + 50)
    stop = 0
    await asyncio.gather(*askers)
    assert set(outcomes) <= {200, httpx.ReadError, httpx.RemoteProtocolError}
    assert outcomes.total() - outcomes[200] <= len(askers)
