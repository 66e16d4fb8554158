"""The node that holds a show is told of its end once that is committed, never while the API holds locks for it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from storecast.contracts import hooks
from storecast.kit.hooks import HEADER, verify
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, do_jobs, settings_for


class NodePeer:
    """A node as far as the API calls it: remembers which sessions it was told to end."""

    def __init__(self, secret: bytes) -> None:
        self.told: list[str] = []
        self._secret = secret

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        assert lines[0].startswith(f"post {hooks.END_SESSION} ")
        assert verify(self._secret, body, headers[HEADER.lower()], time.time())
        self.told.append(msgspec.json.decode(body, type=hooks.EndSession).session_id)
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


@pytest.mark.parametrize("stop", ["complete the show", "delete the stream", "delete the channel"])
async def test_node_is_told_once_the_end_is_committed(
    node: Node, peer: NodePeer, owner: Member, settings: Settings, stop: str
) -> None:
    await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]
    grant = (await node.publish(stream["stream_key"])).json()
    await node.start(grant)
    match stop:
        case "complete the show":
            answer = await owner.client.post("events/lamps/complete")
        case "delete the stream":
            answer = await owner.client.delete(f"streams/{stream['id']}")
        case _:
            answer = await owner.client.delete("events/lamps")
    assert answer.status_code == 200
    assert peer.told == []
    await do_jobs(settings)
    assert peer.told == [grant["session_id"]]


async def test_show_ends_though_its_node_does_not_answer(anyone: Client, owner: Member, settings: Settings) -> None:
    node = Node(anyone, settings)
    await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]
    grant = (await node.publish(stream["stream_key"])).json()
    await node.start(grant)
    await owner.client.post("events/lamps/complete")
    await do_jobs(settings)
    states = (await node.call(hooks.ALIVE, hooks.SessionsAlive(node.url, [grant["session_id"]]))).json()["sessions"]
    assert states[0]["ended"] is True
