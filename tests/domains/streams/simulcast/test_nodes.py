"""What a node is told of where shows go, when, and what the studio hears of how that goes."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from storecast.contracts import audience, hooks
from storecast.contracts.hooks import RelayReport, RelayState, SessionRelays, SessionsAlive
from storecast.domains.channels.access import Act
from storecast.kit.hooks import HEADER, verify
from storecast.kit.seals import Seal
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.domains.streams.simulcast.test_targets import KEY, TARGET, added, listed
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.rooms import heard


class NodePeer:
    """A node as far as it is told where shows go."""

    def __init__(self, secret: bytes) -> None:
        self.told: list[hooks.SessionTargets] = []
        self.raw = b""
        self._secret = secret

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        if lines[0].startswith(f"post {hooks.SIMULCAST} "):
            assert verify(self._secret, body, headers[HEADER.lower()], time.time())
            self.raw += body
            self.told.append(msgspec.json.decode(body, type=hooks.SessionTargets))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
def peer(settings: Settings) -> NodePeer:
    return NodePeer(hook_secret(settings))


@pytest.fixture
async def node(anyone: Client, settings: Settings, peer: NodePeer) -> AsyncIterator[Node]:
    async with await asyncio.start_server(peer.serve, "127.0.0.1", 0) as server:
        yield Node(anyone, settings, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


@pytest.fixture
async def lamps(owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


async def published(node: Node, owner: Member) -> Json:
    stream = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]
    grant: Json = (await node.publish(stream["stream_key"])).json()
    return grant


def keys_in(simulcast: hooks.Simulcast, settings: Settings) -> dict[str, str]:
    seal = Seal(hook_secret(settings))
    return {target.id: seal.open(target.key) for target in simulcast.targets}


async def test_publisher_is_granted_with_the_targets_switched_on(
    node: Node, owner: Member, lamps: Json, settings: Settings
) -> None:
    on, off = await added(owner.client), await added(owner.client)
    await owner.client.post("events/lamps/simulcast/toggle", {"status": False, "id": off["id"]})
    grant = await published(node, owner)
    assert KEY not in msgspec.json.encode(grant).decode()
    simulcast = msgspec.convert(grant["simulcast"], hooks.Simulcast)
    assert keys_in(simulcast, settings) == {on["id"]: KEY}
    assert simulcast.targets[0].url == TARGET["url"]


async def test_nothing_is_passed_on_while_simulcast_is_off(node: Node, owner: Member, lamps: Json) -> None:
    await added(owner.client)
    await owner.client.post("events/lamps/simulcast/toggle", {"status": False})
    assert (await published(node, owner))["simulcast"]["targets"] == []


@pytest.mark.parametrize("change", ["add", "key", "switch one", "switch all", "settings", "delete"])
async def test_node_is_told_of_a_change_once_it_is_committed(
    node: Node, peer: NodePeer, owner: Member, lamps: Json, settings: Settings, change: str
) -> None:
    made = await added(owner.client)
    grant = await published(node, owner)
    await do_jobs(settings)
    assert peer.told == []
    path, left = "events/lamps/simulcast", {}
    match change:
        case "add":
            left = {made["id"]: KEY, (await added(owner.client, key="another"))["id"]: "another"}
        case "key":
            await owner.client.post(f"{path}/{made['id']}", TARGET | {"key": "another"})
            left = {made["id"]: "another"}
        case "switch one":
            await owner.client.post(f"{path}/toggle", {"status": False, "id": made["id"]})
        case "switch all":
            await owner.client.post(f"{path}/toggle", {"status": False})
        case "settings":
            await owner.client.put("events/lamps", {"simulcast": False})
        case _:
            await owner.client.delete(f"{path}/{made['id']}")
    assert peer.told == []
    await do_jobs(settings)
    [told] = peer.told
    assert told.session_id == grant["session_id"]
    assert keys_in(told.simulcast, settings) == left
    assert told.simulcast.revision > grant["simulcast"]["revision"]
    assert KEY.encode() not in peer.raw


async def test_node_that_missed_a_change_is_answered_it_at_its_next_sign_of_life(
    node: Node, owner: Member, lamps: Json, settings: Settings
) -> None:
    grant = await published(node, owner)

    async def answered(revision: int) -> hooks.Simulcast | None:
        alive = SessionsAlive(node.url, [grant["session_id"]], revisions={grant["session_id"]: revision})
        answer = await node.call(hooks.ALIVE, alive)
        [state] = msgspec.json.decode(answer.content, type=hooks.SessionStates).sessions
        return state.simulcast

    known = grant["simulcast"]["revision"]
    assert await answered(known) is None
    made = await added(owner.client)
    missed = await answered(known)
    assert missed is not None
    assert keys_in(missed, settings) == {made["id"]: KEY}
    assert await answered(missed.revision) is None


async def test_studio_hears_how_it_goes_with_a_target_and_nobody_else(
    node: Node, owner: Member, lamps: Json, settings: Settings
) -> None:
    made = await added(owner.client)
    grant = await published(node, owner)
    await node.start(grant)

    async def told() -> list[hooks.RoomEvent]:
        events = await heard(node.client, settings, lamps["id"])
        return [event for event in events if event.event == "stream.simulcast"]

    async def report(state: RelayState, code: str = "", reason: str = "", claim: str | None = None) -> None:
        relay = RelayReport(made["id"], state, code, reason, time.time())
        relays = SessionRelays(grant["session_id"], claim or grant["claim"], [relay])
        assert (await node.call(hooks.RELAYED, relays)).status_code == 204

    before = len(await told())
    await report(RelayState.SENDING, claim="of a publisher before")
    assert (await listed(owner.client))["targets"] == [made]
    await report(RelayState.REFUSED, "says", "It says: no such key")
    await report(RelayState.REFUSED, "says", "It says: no such key")
    [shown] = (await listed(owner.client))["targets"]
    assert (shown["status"], shown["code"], shown["reason"]) == ("refused", "says", "It says: no such key")
    [event] = (await told())[before:]
    assert event.audience == audience.of_act(Act.RUN_SHOW)
    [target] = msgspec.json.decode(event.data)["targets"]
    assert (target["id"], target["status"], target["since"]) == (made["id"], "refused", shown["since"])
    alive = SessionsAlive(
        node.url,
        [grant["session_id"]],
        relays={grant["session_id"]: [RelayReport(made["id"], RelayState.SENDING, "", "", time.time())]},
    )
    await node.call(hooks.ALIVE, alive)
    assert (await listed(owner.client))["targets"][0]["status"] == "sending"
    await node.end(grant)
    assert (await listed(owner.client))["targets"] == [made]
    await report(RelayState.SENDING)
    assert (await listed(owner.client))["targets"] == [made], "what comes after the end is too late"


async def test_switched_off_target_is_not_shown_at_work_by_a_late_report(
    node: Node, owner: Member, lamps: Json
) -> None:
    made = await added(owner.client)
    grant = await published(node, owner)
    await owner.client.post("events/lamps/simulcast/toggle", {"status": False, "id": made["id"]})
    relay = RelayReport(made["id"], RelayState.SENDING, "", "", time.time())
    await node.call(hooks.RELAYED, SessionRelays(grant["session_id"], grant["claim"], [relay]))
    assert (await listed(owner.client))["targets"][0]["status"] == "off"
