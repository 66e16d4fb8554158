"""The host's stop holds against an encoder that connects anew by itself, and not against the host."""

from pathlib import Path
from typing import Any

import pytest

from tests.clock import Clock
from tests.domains.streams.test_ingest import is_live
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, settings_for


@pytest.fixture
def node(clock: Clock, anyone: Client, tmp_path: Path, database_url: str) -> Node:
    return Node(anyone, settings_for(tmp_path, database_url), clock=clock)


async def stream_key(owner: Member) -> str:
    return str((await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]["stream_key"])


@pytest.fixture
async def key(node: Node, owner: Member) -> str:
    await channel(owner.client, slug="lamps")
    return await stream_key(owner)


@pytest.fixture
async def stopped(node: Node, key: str, owner: Member) -> dict[str, Any]:
    """The grant of a show that the host has just stopped."""
    grant: dict[str, Any] = (await node.publish(key)).json()
    await node.start(grant)
    assert (await owner.client.post("events/lamps/complete")).status_code == 200
    return grant


@pytest.mark.parametrize("slower", [1.0, 1.55], ids=["at a fixed pace", "ever more slowly, as OBS does"])
async def test_encoder_that_connects_anew_is_kept_out(
    node: Node, key: str, stopped: dict[str, Any], clock: Clock, anyone: Client, slower: float
) -> None:
    await node.end(stopped, "ended")
    pause = 2.0
    for _ in range(15):
        clock.move(seconds=pause)
        assert (await node.publish(key)).status_code == 423
        pause *= slower
    assert not await is_live(anyone)


async def test_key_lets_in_again_once_it_was_quiet(node: Node, key: str, stopped: dict[str, Any], clock: Clock) -> None:
    clock.move(seconds=2)
    refused = await node.publish(key)
    assert "for 15 s" in refused.json()["error"]["message"]
    clock.move(seconds=14)
    refused = await node.publish(key)  # each try begins the wait anew
    assert "for 28 s" in refused.json()["error"]["message"]
    clock.move(seconds=28)
    again = (await node.publish(key)).json()
    assert (again["session_id"] != stopped["session_id"], again["take"]) == (True, 1)
    await node.start(again)
    await node.end(again, "gone")
    assert (await node.publish(key)).status_code == 200  # only the host's stop holds


async def test_new_key_lets_in_at_once(node: Node, key: str, stopped: dict[str, Any], owner: Member) -> None:
    shown = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]
    await owner.client.delete(f"streams/{shown['id']}")
    assert (await node.publish(await stream_key(owner))).status_code == 200


async def test_encoder_that_said_goodbye_may_come_back_at_once(node: Node, key: str, stopped: dict[str, Any]) -> None:
    await node.end(stopped, "unpublished")  # its host stopped encoder and show in the same moment
    assert (await node.publish(key)).status_code == 200


async def test_key_without_a_show_to_stop_is_not_held(node: Node, key: str, owner: Member) -> None:
    await owner.client.post("events/lamps/complete")
    assert (await node.publish(key)).status_code == 200
