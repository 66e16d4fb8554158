"""What is kept of a channel's details, and for whom. What is kept asks the database nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest

from storecast.contracts.bus import CHANNEL, ChannelChanged
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for
from tests.waiting import eventually

LAMPS = "events/playback/lamps"
ASSEMBLING = "FROM streams"  # part of a query that each assembly asks once, and nobody who chats
Counting = Callable[[], AbstractContextManager[list[str]]]
WAITING_FOR_A_LOCK = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
async def lamps(owner: Member, anyone: Client, count_queries: Counting) -> dict[str, object]:
    """A channel with a stream, in an installation that hears the bus."""
    made = await channel(owner.client, slug="lamps")
    await owner.client.post("streams", {"event_id": made["id"]})
    await eventually(lambda: is_kept(anyone, count_queries))
    return made


@pytest.fixture
async def slow(database_url: str) -> AsyncIterator["Slow"]:
    connect = psycopg.AsyncConnection.connect
    async with await connect(database_url) as holding, await connect(database_url, autocommit=True) as watching:
        yield Slow(holding, watching)


class Slow:
    """Holds up who assembles details, until told to let go."""

    def __init__(self, holding: psycopg.AsyncConnection, watching: psycopg.AsyncConnection) -> None:
        self._holding = holding
        self._watching = watching
        self._failed: set[int] = set()

    async def hold(self) -> None:
        await self._holding.execute("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE")

    async def let_go(self) -> None:
        await self._holding.rollback()

    async def held(self) -> list[int]:
        """Processes of the database whose clients wait."""
        return [pid for (pid,) in await (await self._watching.execute(WAITING_FOR_A_LOCK)).fetchall()]

    async def someone_is_held(self) -> bool:
        """Besides those that were failed."""
        return not self._failed.issuperset(await self.held())

    async def fail(self) -> None:
        for pid in await self.held():
            await self._watching.execute("SELECT pg_terminate_backend(%s)", (pid,))
            self._failed.add(pid)


async def ask(caller: Client, host: str | None = None) -> httpx.Response:
    """`host`: what is kept under one name is not under another."""
    return await caller.get(LAMPS, headers={"Host": host} if host else {})


async def is_kept(caller: Client, count_queries: Counting) -> bool:
    with count_queries() as queries:
        await ask(caller)
    return assemblies(queries) == 0


def assemblies(queries: list[str]) -> int:
    return sum(ASSEMBLING in query for query in queries)


def chat_count(answer: httpx.Response) -> int:
    return int(answer.json()["data"]["chatCount"])


async def test_details_are_kept_while_many_chat(
    lamps: dict[str, object], anyone: Client, count_queries: Counting
) -> None:
    async def chat(chatter: Client) -> None:
        for _ in range(15):
            said = await chatter.post("messages/guest", {"data": "hi", "thread_id": lamps["thread_id"]})
            assert said.status_code == 200

    chatters = [asyncio.create_task(chat(await guest(anyone))) for _ in range(12)]
    answers: list[httpx.Response] = []
    with count_queries() as queries:
        while not all(chatter.done() for chatter in chatters):
            answers.append(await ask(anyone, f"host-{len(answers) // 20}.test"))
            await asyncio.sleep(0)
    await asyncio.gather(*chatters)
    assert len(answers) > 20
    assert 0 < assemblies(queries) <= len(answers) / 4
    await eventually(lambda: counted(anyone, 180))


async def counted(caller: Client, messages: int) -> bool:
    return chat_count(await ask(caller)) == messages


async def test_last_message_is_counted_although_details_were_just_made(
    lamps: dict[str, object], anyone: Client, visitor: Client, count_queries: Counting
) -> None:
    for said in range(3):
        await visitor.post("messages/guest", {"data": "hi", "thread_id": lamps["thread_id"]})
        await eventually(partial(counted, anyone, said + 1))
    await eventually(lambda: is_kept(anyone, count_queries))


async def test_who_asks_at_once_is_given_one_answer(
    lamps: dict[str, object], anyone: Client, slow: Slow, count_queries: Counting
) -> None:
    await slow.hold()
    with count_queries() as queries:
        asking = [asyncio.create_task(ask(anyone, "shop.example")) for _ in range(20)]
        await eventually(slow.someone_is_held)
        await slow.let_go()
        answers = await asyncio.gather(*asking)
    assert {answer.status_code for answer in answers} == {200}
    assert assemblies(queries) == 1


async def test_who_goes_away_takes_nobody_with_them(lamps: dict[str, object], anyone: Client, slow: Slow) -> None:
    await slow.hold()
    first = asyncio.create_task(ask(anyone, "shop.example"))
    await eventually(slow.someone_is_held)
    others = [asyncio.create_task(ask(anyone, "shop.example")) for _ in range(5)]
    leaving = asyncio.create_task(ask(anyone, "shop.example"))
    await asyncio.sleep(0)
    first.cancel()
    leaving.cancel()
    await asyncio.wait((first, leaving))
    await slow.let_go()
    answers = await asyncio.gather(*others)
    assert {answer.status_code for answer in answers} == {200}


async def test_failure_is_told_to_all_and_kept_for_nobody(lamps: dict[str, object], anyone: Client, slow: Slow) -> None:
    await slow.hold()
    asking = [asyncio.create_task(ask(anyone, "shop.example")) for _ in range(5)]
    for _ in range(2):  # what only reads asks once more
        await eventually(slow.someone_is_held)
        await slow.fail()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {503}
    await slow.let_go()
    assert (await ask(anyone, "shop.example")).status_code == 200


async def test_what_changed_while_details_were_made_is_not_kept(
    lamps: dict[str, object], owner: Member, anyone: Client, slow: Slow
) -> None:
    await slow.hold()
    first = asyncio.create_task(ask(anyone, "shop.example"))
    await eventually(slow.someone_is_held)
    await owner.client.delete("events/lamps")

    async def gone() -> bool:
        with suppress(TimeoutError):  # who asks before the change is heard of waits for the details that are held up
            return (await asyncio.wait_for(ask(anyone, "shop.example"), 2)).status_code == 404
        return False

    await eventually(gone, 30)
    await slow.let_go()
    assert (await first).status_code == 200  # asked before
    assert (await ask(anyone, "shop.example")).status_code == 404


async def test_stale_details_are_dropped_and_what_else_is_stale_leaves_them(
    lamps: dict[str, object], owner: Member, anyone: Client, count_queries: Counting, database_url: str
) -> None:
    async def stale(channel_id: object, kinds: list[str]) -> None:
        message = msgspec.json.encode(ChannelChanged(str(channel_id), kinds)).decode()
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
            await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, message))

    async def is_made_anew(path: str) -> bool:
        with count_queries() as queries:
            await anyone.get(path)
        return assemblies(queries) > 0

    for kinds in ([], ["details"], ["shelf", "details"]):
        await eventually(lambda: is_kept(anyone, count_queries))
        await stale(lamps["id"], kinds)
        await eventually(lambda: is_made_anew(LAMPS))
    vases = await channel(owner.client, slug="vases")

    async def are_both_kept() -> bool:
        return not (await is_made_anew("events/playback/vases") or await is_made_anew(LAMPS))

    await eventually(are_both_kept)
    await stale(lamps["id"], ["shelf", "of a newer release"])
    await stale(vases["id"], [])
    await eventually(lambda: is_made_anew("events/playback/vases"))
    assert not await is_made_anew(LAMPS)


async def test_viewers_with_a_token_are_served_what_is_kept(
    lamps: dict[str, object], owner: Member, stranger: Member, anyone: Client, visitor: Client
) -> None:
    kept = await ask(anyone)
    for caller in (stranger.client, visitor):
        again = await caller.get(LAMPS, headers={"If-None-Match": kept.headers["ETag"]})
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-cache")
    own = await owner.client.get(LAMPS, headers={"If-None-Match": kept.headers["ETag"]})
    assert (own.status_code, own.json()["data"]["isOwner"]) == (200, True)
    assert (own.headers["Cache-Control"], own.headers.get("ETag")) == ("private, no-store", None)


async def test_kept_details_are_answered_to_posts(lamps: dict[str, object], anyone: Client) -> None:
    kept = await ask(anyone)
    posted = await anyone.post(LAMPS, {"eventId": "lamps"}, headers={"If-None-Match": kept.headers["ETag"]})
    assert (posted.status_code, posted.content) == (200, kept.content)


async def test_closed_details_are_nobody_elses(
    lamps: dict[str, object], owner: Member, anyone: Client, visitor: Client
) -> None:
    await owner.client.put("events/lamps", {"privacy": 2})
    code = (await owner.client.post("events/lamps/generate-code")).json()["code"]
    await visitor.post(LAMPS, {"code": code})

    async def closed() -> bool:
        return not (await ask(anyone)).json()["data"]["iCanSee"]

    await eventually(closed)
    holder = await ask(visitor)
    assert (holder.json()["data"]["iCanSee"], holder.headers["Cache-Control"]) == (True, "private, no-store")
    assert (await ask(anyone)).json()["data"]["stream"] == {"data": []}


async def test_few_connections_to_the_database_are_enough_for_many_who_ask(
    tmp_path: Path, database_url: str, count_queries: Counting
) -> None:
    """Who is signed in holds one already, and must not wait for somebody who waits for one."""
    async with running_app(settings_for(tmp_path, database_url, database_pool=2)) as anyone:
        owner, viewers = await member(anyone), [await member(anyone) for _ in range(4)]
        made = await channel(owner.client, slug="lamps")
        await owner.client.post("streams", {"event_id": made["id"]})
        await eventually(lambda: is_kept(anyone, count_queries))
        for turn in range(10):
            callers = [viewers[0].client, viewers[1].client, anyone, viewers[2].client, anyone, viewers[3].client]
            answers = await asyncio.gather(*(ask(caller, f"host-{turn}.test") for caller in callers))
            assert {answer.status_code for answer in answers} == {200}


async def test_thousands_who_ask_at_once_for_what_nobody_has_make_it_once(
    lamps: dict[str, object], anyone: Client, count_queries: Counting
) -> None:
    told: list[tuple[int, object]] = []
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": f"/api/v1/{LAMPS}",
        "raw_path": f"/api/v1/{LAMPS}".encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"cold.test")], "client": ("192.0.2.1", 1), "server": ("192.0.2.2", 80),
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])  # type: ignore[call-overload]
            told.append((message["status"], headers[b"etag"]))  # type: ignore[arg-type]

    with count_queries() as queries:
        await asyncio.gather(*(anyone.app({**scope}, receive, send) for _ in range(5_000)))  # type: ignore[arg-type]
    assert (len(told), len(set(told)), told[0][0]) == (5_000, 1, 200)
    assert assemblies(queries) == 1
    assert len(queries) < 12


async def test_every_process_sees_what_one_changes(
    lamps: dict[str, object], owner: Member, anyone: Client, count_queries: Counting, tmp_path: Path, database_url: str
) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as other:
        for caller in (anyone, other):
            await eventually(lambda caller=caller: is_kept(caller, count_queries))
        for name in ("One", "Two"):
            await owner.client.put("events/lamps", {"name": f"{name} lamps"})
            assert (await ask(anyone)).json()["data"]["name"] == f"{name} lamps"

            async def seen(name: str = name) -> bool:
                return bool((await ask(other)).json()["data"]["name"] == f"{name} lamps")

            await eventually(seen, 5)  # no longer kept by then, and not yet grown old
        cleared = await owner.client.get("events/lamps/cache")
        assert cleared.status_code == 200

        async def made_anew() -> bool:
            return not await is_kept(other, count_queries)

        await eventually(lambda: is_kept(other, count_queries))
        await owner.client.get("events/lamps/cache")
        await eventually(made_anew, 5)
