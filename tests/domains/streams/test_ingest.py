"""What the media plane reports, and what becomes of the show."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from storecast.contracts import hooks
from storecast.kit.hooks import HEADER, sign
from storecast.wiring.assembly import create_process
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.nodes import NODE, Node
from tests.factories.platform import Client, running_app, settings_for


@pytest.fixture
def node(anyone: Client, tmp_path: Path, database_url: str) -> Node:
    return Node(anyone, settings_for(tmp_path, database_url))


@pytest.fixture
async def key(owner: Member) -> str:
    made = await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    return str(stream["stream_key"])


async def is_live(anyone: Client) -> bool:
    process_of(anyone.app).keeper.clear()
    stream = (await anyone.get("events/products/lamps")).json()["data"]["stream"]["data"]
    return bool(stream["is_live"])


async def test_channel_is_live_from_first_frame_to_end(node: Node, key: str, anyone: Client) -> None:
    grant = (await node.publish(key)).json()
    assert (grant["take"], grant["started_at"], grant["token_required"]) == (1, None, False)
    assert not await is_live(anyone)
    await node.start(grant)
    assert await is_live(anyone)
    await node.end(grant)
    assert not await is_live(anyone)


async def test_wrong_key_is_refused(node: Node, key: str) -> None:
    assert (await node.publish("not-the-key")).status_code == 403


async def test_hook_without_a_good_signature_is_refused(node: Node, key: str) -> None:
    body = msgspec.json.encode(hooks.PublishRequest(key, NODE, "127.0.0.1"))
    for header in (None, "t=1,v1=00", sign(b"another secret", body, time.time()), sign(b"x", body, time.time() - 999)):
        headers = {HEADER: header} if header else {}
        assert (await node.client.post(hooks.PUBLISH, content=body, headers=headers)).status_code == 401


async def test_second_publisher_on_another_node_is_refused(node: Node, key: str) -> None:
    await node.start((await node.publish(key)).json())
    assert (await node.publish(key, "http://127.0.0.1:2")).status_code == 409


async def test_second_publisher_on_the_same_node_is_refused_and_changes_nothing(node: Node, key: str) -> None:
    grant = (await node.publish(key)).json()
    assert (await node.publish(key, live=(grant["session_id"],))).status_code == 409
    await node.start(grant)
    assert (await node.publish(key, live=(grant["session_id"],))).status_code == 409


async def test_publisher_of_a_node_that_crashed_comes_back_at_once(node: Node, key: str) -> None:
    grant = (await node.publish(key)).json()
    await node.start(grant)
    again = (await node.publish(key)).json()  # the node knows of no publisher any more
    assert (again["session_id"], again["take"]) == (grant["session_id"], 2)


async def test_dropped_publisher_comes_back_into_the_same_session(node: Node, key: str, anyone: Client) -> None:
    first = (await node.publish(key)).json()
    await node.start(first)
    await node.call(hooks.DROPPED, hooks.SessionDropped(first["session_id"], first["claim"], time.time()))
    assert await is_live(anyone)
    again = (await node.publish(key, "http://127.0.0.1:2")).json()
    assert (again["session_id"], again["take"]) == (first["session_id"], 2)
    late = hooks.SessionDropped(first["session_id"], first["claim"], time.time())
    await node.call(hooks.DROPPED, late)  # of the claim before: must change nothing
    await node.start(again)
    assert await is_live(anyone)


async def test_node_whose_publisher_moved_to_another_is_told_so_and_ends_nothing(
    node: Node, key: str, anyone: Client
) -> None:
    first = (await node.publish(key)).json()
    await node.start(first)
    await node.call(hooks.DROPPED, hooks.SessionDropped(first["session_id"], first["claim"], time.time()))
    other = Node(anyone, node.settings, "http://127.0.0.1:2")
    second = (await other.publish(key)).json()
    await other.start(second)
    held = [second["session_id"]]
    for asks, over in ((node, True), (other, False)):
        states = (await node.call(hooks.ALIVE, hooks.SessionsAlive(asks.url, held))).json()["sessions"]
        assert states[0]["ended"] is over
    await node.end(first, "gone")
    assert await is_live(anyone)
    await other.end(second)
    assert not await is_live(anyone)


async def test_forced_stop_ends_the_show_and_can_be_repeated(
    node: Node, key: str, owner: Member, anyone: Client
) -> None:
    grant = (await node.publish(key)).json()
    await node.start(grant)
    for _ in range(2):
        answer = await owner.client.post("events/lamps/complete")
        assert (answer.status_code, answer.json()["data"]["is_live"]) == (200, False)
    assert not await is_live(anyone)
    states = (await node.call(hooks.ALIVE, hooks.SessionsAlive(NODE, [grant["session_id"]]))).json()["sessions"]
    assert states[0]["ended"] is True


async def test_deleting_the_channel_ends_its_show(node: Node, key: str, owner: Member) -> None:
    grant = (await node.publish(key)).json()
    await node.start(grant)
    await owner.client.delete("events/lamps")
    states = (await node.call(hooks.ALIVE, hooks.SessionsAlive(NODE, [grant["session_id"]]))).json()["sessions"]
    assert states[0]["ended"] is True
    assert (await node.publish(key)).status_code == 403


async def test_node_hears_when_playback_comes_to_need_a_token(node: Node, key: str, owner: Member) -> None:
    grant = (await node.publish(key)).json()
    await node.start(grant)
    await owner.client.put("events/lamps", {"privacy": 2})
    states = (await node.call(hooks.ALIVE, hooks.SessionsAlive(NODE, [grant["session_id"]]))).json()["sessions"]
    assert states[0] == {"session_id": grant["session_id"], "ended": False, "token_required": True}


async def test_a_node_hears_who_may_watch_a_replay_it_holds(node: Node, key: str, owner: Member) -> None:
    grant = (await node.publish(key)).json()
    await node.start(grant)
    await node.end(grant)
    session = grant["session_id"]

    async def closed() -> dict[str, bool]:
        told = await node.call(hooks.ALIVE, hooks.SessionsAlive(NODE, [], replays=[session, "no-such-show"]))
        return {each["session_id"]: each["token_required"] for each in told.json()["replays"]}

    for privacy, needs_token in ((1, False), (2, True), (1, False)):
        await owner.client.put("events/lamps", {"privacy": privacy})
        assert await closed() == {session: needs_token, "no-such-show": True}
    await owner.client.delete("events/lamps")
    assert await closed() == {session: True, "no-such-show": True}


async def test_session_whose_node_went_silent_is_ended_by_the_worker(
    node: Node, key: str, anyone: Client, database_url: str
) -> None:
    await node.start((await node.publish(key)).json())
    process = create_process(node.settings)
    now = datetime.now(UTC)
    for later in (timedelta(), timedelta(minutes=2)):
        assert await is_live(anyone)
        async with unit_of_work(process, now + later) as unit:
            await unit.ingest.end_abandoned(unit.now)
    assert not await is_live(anyone)
    await process.close()


@pytest.mark.parametrize("shows", [1, 4])
async def test_node_with_many_shows_costs_the_queries_of_one(
    tmp_path: Path, database_url: str, count_queries: Callable[[], AbstractContextManager[list[str]]], shows: int
) -> None:
    settings = settings_for(tmp_path, database_url, plans="enforced")
    async with running_app(settings) as anyone:
        node = Node(anyone, settings)
        held = []
        for _ in range(shows):
            owner = await member(anyone)
            made = await channel(owner.client)
            stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
            grant = (await node.publish(stream["stream_key"])).json()
            await node.start(grant)
            held.append(grant["session_id"])
        with count_queries() as queries:
            states = (await node.call(hooks.ALIVE, hooks.SessionsAlive(NODE, held))).json()["sessions"]
        assert [state["ended"] for state in states] == [False] * shows
        asked = [query for query in queries if query.lstrip().startswith("SELECT")]
        assert len(asked) == 5, queries  # sessions, channels, owners, minutes, simulcast targets
