"""Uploads that are cut, held by another, cancelled, or that the disk has no room for."""

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from storecast.domains.media.uploads import partials
from storecast.entrypoints.uploads import writers
from storecast.kit import bounded_http
from storecast.kit.settings import Settings
from tests.domains.media.conftest import Uploading
from tests.domains.media.sending import FILM, lying, patch_head, sending, unlocked
from tests.factories.accounts import Member
from tests.factories.channels import Json
from tests.factories.uploads import TusClient, begin, path_of
from tests.waiting import eventually

HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "r+b")
fcntl.flock(file, fcntl.LOCK_EX)
time.sleep(600)
"""


async def test_what_came_before_a_cut_is_kept_to_the_byte(port: int, installed: Settings, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    chance, here = random.Random(5), 0
    for _ in range(10):
        more = chance.randrange(1, 250_000)
        async with sending(port, patch_head(tus.path, here, len(FILM) - here) + FILM[here : here + more]):
            pass
        here += more
        await eventually(lambda: len(lying(installed, tus)) == here)  # noqa: B023 - done with before the next
        await eventually(lambda: unlocked(installed, tus))
        assert await tus.offset() == here
    assert (await tus.patch(here, FILM[here:])).status_code == 204
    assert lying(installed, tus) == FILM


async def test_a_second_client_waits_while_bytes_keep_coming(
    port: int, installed: Settings, uploading: Uploading
) -> None:
    _, tus = await uploading(FILM)
    async with sending(port, patch_head(tus.path, 0, len(FILM)) + FILM[:1000]):
        await eventually(lambda: not unlocked(installed, tus))
        answer = await tus.patch(0, FILM)
        assert (answer.status_code, answer.headers["Retry-After"]) == (423, "10")
        assert (await tus.head()).status_code == 200
    await eventually(lambda: unlocked(installed, tus))
    assert (await tus.patch(1000, FILM[1000:])).status_code == 204


async def test_a_connection_on_which_nothing_comes_gives_way(
    port: int, installed: Settings, uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tus/tusd#437, tusdotnet#156: a network that went away closes no connection."""
    monkeypatch.setattr(writers, "IDLE", 0.0)
    _, tus = await uploading(FILM)
    async with sending(port, patch_head(tus.path, 0, len(FILM)) + FILM[:1000]) as stale:
        await eventually(lambda: not unlocked(installed, tus))
        await eventually(lambda: tus_takes(tus, 1000))
        assert b" 423 " in await stale.readline()
    assert lying(installed, tus) == FILM


async def tus_takes(tus: TusClient, at: int) -> bool:
    """The thousand bytes may still be on their way when it tries first."""
    answer = await tus.patch(at, FILM[at:])
    assert answer.status_code in (204, 409)
    return answer.status_code == 204


async def test_a_lock_of_another_process_goes_with_it(installed: Settings, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    await tus.patch(0, FILM[:10])
    path = installed.data_dir / "uploads" / tus.path.split("/")[2]
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)])
    await eventually(lambda: not unlocked(installed, tus))
    assert (await tus.patch(10, b"x")).status_code == 423
    holder.kill()
    holder.wait()
    await eventually(lambda: unlocked(installed, tus))
    assert (await tus.patch(10, FILM[10:])).status_code == 204


async def test_cancelling_stops_whoever_sends(port: int, installed: Settings, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    async with sending(port, patch_head(tus.path, 0, len(FILM)) + FILM[:1000]) as stale:
        await eventually(lambda: not unlocked(installed, tus))
        assert (await tus.delete()).status_code == 204
        assert b" 423 " in await stale.readline()
    assert list((installed.data_dir / "uploads").iterdir()) == []


async def test_a_network_writes_so_many_uploads_at_once(
    owner: Member, show: Json, port: int, http: httpx.AsyncClient, installed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "AT_ONCE", 2)
    ways = [TusClient(http, path_of(await begin(owner.client, show["id"], FILM))) for _ in range(3)]
    async with contextlib.AsyncExitStack() as stack:
        for tus in ways[:2]:
            await stack.enter_async_context(sending(port, patch_head(tus.path, 0, len(FILM)) + b"x"))
            await eventually(lambda: not unlocked(installed, tus))  # noqa: B023
        answer = await ways[2].patch(0, FILM)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    for tus in ways[:2]:
        await eventually(lambda: unlocked(installed, tus))  # noqa: B023
    assert (await ways[2].patch(0, FILM)).status_code == 204


async def test_bytes_may_take_longer_than_other_bodies_as_long_as_they_come(
    port: int, installed: Settings, uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(bounded_http, "BODY_RATE", 100.0)
    monkeypatch.setattr(bounded_http, "LONGEST_BODY", 0.3)
    _, tus = await uploading(FILM)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(patch_head(tus.path, 0, 100_000))
    for at in range(0, 50_000, 500):
        writer.write(FILM[at : at + 500])
        await asyncio.sleep(0.01)
    assert b" 408 " in await reader.readline()  # once it stalls
    writer.close()
    await eventually(lambda: unlocked(installed, tus))
    assert await tus.offset() == 50_000


# the disk


@pytest.fixture
def small_disk(installed: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Uploads have a disk of 2 MB of their own."""
    folder = installed.data_dir / "uploads"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    monkeypatch.setattr(partials, "SPARE", 0)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_what_came_before_the_disk_was_full_is_kept(
    small_disk: Path, uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partials.Partials, "room", lambda _: 10**12)
    _, tus = await uploading(FILM)
    answer = await tus.patch(0, FILM[:2_500_000])
    assert answer.status_code == 507
    assert answer.json()["error"]["message"].startswith("The server's disk is full.")
    here = await tus.offset()
    assert 0 < here <= 2 * 1024 * 1024
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    assert (await tus.patch(here, FILM[here:])).status_code == 204


async def test_uploads_leave_room_for_shows(uploading: Uploading, monkeypatch: pytest.MonkeyPatch) -> None:
    _, tus = await uploading(FILM)
    monkeypatch.setattr(partials, "SPARE", 2**62)
    assert (await tus.patch(0, FILM)).status_code == 507
