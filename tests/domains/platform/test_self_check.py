"""Whether the installation is whole: each part tried, told to operators, and to strangers in one word."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg
import pytest

from storecast.domains.platform import loads, self_check
from storecast.domains.platform.self_check import Checked, SelfCheck
from storecast.wiring.process import process_of
from tests.factories.accounts import guest, operator
from tests.factories.platform import Client, running_app, settings_for
from tests.ports import free_port
from tests.waiting import eventually

PARTS = ["database", "bus", "worker", "storage", "mail", "broadcast", "realtime"]
WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"


class Neighbour:
    """What answers in place of the other processes."""

    status = "200 OK"
    asked = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def neighbour(tmp_path: Path) -> AsyncIterator[Neighbour]:
    neighbour = Neighbour()
    server = await asyncio.start_server(neighbour.answer, "127.0.0.1", 0)
    neighbour.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    yield neighbour
    server.close()


@pytest.fixture
async def whole(neighbour: Neighbour, tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    """An installation in which all is well."""
    with psycopg.connect(database_url) as connection:
        connection.execute(WORKER)
    urls = {"broadcast_internal_url": neighbour.url, "realtime_internal_url": neighbour.url}  # type: ignore[attr-defined]
    async with running_app(settings_for(tmp_path, database_url, **urls)) as client:
        await eventually(lambda: process_of(client.app).keeper.listening)
        yield client


async def parts(caller: Client) -> dict[str, bool]:
    """Each of them, tried now."""
    process_of(caller.app).self_check._good_until = 0.0
    answer = await caller.get("test")
    found = answer.json()["data"]
    assert answer.status_code == (200 if found["ok"] else 503)
    assert all(part["ok"] == (part["problem"] is None) and part["milliseconds"] >= 0 for part in found["parts"])
    return {part["name"]: part["ok"] for part in found["parts"]}


async def test_strangers_are_told_whether_all_is_well_and_operators_of_each_part(whole: Client, tmp_path: Path) -> None:
    stranger = await guest(whole)
    for caller in (whole, stranger):
        answer = await caller.get("test")
        assert (answer.status_code, answer.json()) == (200, {"data": {"ok": True}})
        assert answer.headers["Cache-Control"] == "no-store"
    assert await parts(await operator(whole)) == dict.fromkeys(PARTS, True)
    assert not list((tmp_path / "storage").rglob("checks/*"))


async def test_a_token_that_is_no_operators_shows_no_more(whole: Client, neighbour: Neighbour) -> None:
    from tests.factories.accounts import member

    somebody = await member(whole)
    assert (await somebody.client.get("test")).json() == {"data": {"ok": True}}
    assert (await whole.with_token("nonsense").get("test")).status_code == 401


async def test_each_part_that_is_not_there_is_named(
    whole: Client, neighbour: Neighbour, tmp_path: Path, database_url: str
) -> None:
    boss = await operator(whole)
    neighbour.status = "503 Service Unavailable"
    assert await parts(boss) == dict.fromkeys(PARTS, True) | {"broadcast": False, "realtime": False}
    assert (await whole.get("test")).json() == {"data": {"ok": False}}
    neighbour.status = "200 OK"
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert [name for name, ok in (await parts(boss)).items() if not ok] == ["worker"]
    process_of(whole.app).keeper.listening = False
    (tmp_path / "mail").rmdir()
    (tmp_path / "mail").write_text("a file where the folder should be")
    (tmp_path / "storage" / "checks").rmdir()
    (tmp_path / "storage" / "checks").write_text("likewise")
    assert [name for name, ok in (await parts(boss)).items() if not ok] == ["bus", "worker", "storage", "mail"]


async def test_a_mail_server_that_is_away_is_named(neighbour: Neighbour, tmp_path: Path, database_url: str) -> None:
    settings = settings_for(tmp_path, database_url, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    async with running_app(settings) as client:
        found = await parts(await operator(client))
    assert (found["mail"], found["database"], found["broadcast"]) == (False, True, False)


async def test_however_many_ask_each_part_is_tried_once(whole: Client, neighbour: Neighbour) -> None:
    answers = await asyncio.gather(*(whole.get("test") for _ in range(30)))
    assert {answer.status_code for answer in answers} == {200}
    assert neighbour.asked == 2  # for broadcast and for realtime
    await whole.get("test")
    assert neighbour.asked == 2


async def test_a_part_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_check, "PATIENCE_SECONDS", 0.01)

    async def never() -> None:
        await asyncio.Event().wait()

    async def well() -> None: ...

    found: Checked = await SelfCheck({"slow": never, "well": well}).outcome()
    assert [(part.name, part.ok) for part in found.parts] == [("slow", False), ("well", True)]


async def test_who_goes_away_leaves_the_check_to_others(whole: Client, neighbour: Neighbour) -> None:
    asking = [asyncio.create_task(whole.get("test")) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    answers: list[httpx.Response] = await asyncio.gather(*asking[1:])
    assert {answer.status_code for answer in answers} == {200}


async def test_reads_for_load_tests_ask_the_database_or_do_not(
    anyone: Client, count_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with count_queries() as queries:  # type: ignore[operator]
        answers = [await anyone.get("stress") for _ in range(3)]
    assert len(queries) == 3
    assert all("hash_id" in query for query in queries)
    assert {answer.json()["data"]["found"] for answer in answers} == {0}
    with count_queries() as queries:  # type: ignore[operator]
        kept = await asyncio.gather(*(anyone.get("stress-cached") for _ in range(20)))
    assert len(queries) == 1
    assert len({answer.text for answer in kept}) == 1
    monkeypatch.setattr(loads, "FROM_NETWORK", "1/minute")
    assert (await anyone.get("stress")).status_code == 200
    for path in ("stress", "stress-cached"):
        refused = await anyone.get(path)
        assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert (await anyone.at("192.0.2.9").get("stress")).status_code == 200
