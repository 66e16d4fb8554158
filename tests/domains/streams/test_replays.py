"""What other domains hear of shows that are over: what was recorded of them, then its files."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, field

from storecast.contracts import hooks
from storecast.domains.streams.events import SessionFilesStored, SessionOver
from storecast.kit.bus import Occasion
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, settings_for

RUN = hooks.RecordedRun(1, 61.25, 1_780_000_000.25, "avc1.64001f", "mp4a.40.2", 1280, 720)
SOUND = hooks.RecordedRun(2, 3.5, audio_codec="mp4a.40.2")


class Heard(Struct):
    overs: list[SessionOver] = field(default_factory=list)
    stored: list[SessionFilesStored] = field(default_factory=list)


@pytest.fixture
def node(anyone: Client, tmp_path: Path, database_url: str) -> Node:
    return Node(anyone, settings_for(tmp_path, database_url))


@pytest.fixture
def heard(anyone: Client) -> Heard:
    heard = Heard()

    async def over(event: SessionOver, occasion: Occasion) -> None:
        assert occasion.channel is not None
        assert occasion.channel.id == event.channel_id
        heard.overs.append(event)

    async def stored(event: SessionFilesStored, _: Occasion) -> None:
        heard.stored.append(event)

    bus = process_of(anyone.app).bus
    bus.subscribe(SessionOver, over)
    bus.subscribe(SessionFilesStored, stored)
    return heard


@pytest.fixture
async def grant(owner: Member, node: Node) -> dict[str, Any]:
    """Of a show that is on air."""
    made = await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    grant: dict[str, Any] = (await node.publish(stream["stream_key"])).json()
    await node.start(grant)
    return grant


async def end(node: Node, grant: dict[str, Any], *runs: hooks.RecordedRun, claim: str | None = None) -> None:
    at = node.clock().timestamp()
    report = hooks.SessionEnded(grant["session_id"], claim or grant["claim"], at, "gone", list(runs))
    assert (await node.call(hooks.ENDED, report)).status_code == 204


async def test_what_was_recorded_is_told_with_the_end_and_again_when_it_is_repeated(
    node: Node, grant: dict[str, Any], heard: Heard
) -> None:
    await end(node, grant, RUN, SOUND)
    [over] = heard.overs
    assert (over.session_id, over.runs) == (grant["session_id"], [RUN, SOUND])
    await end(node, grant, RUN, SOUND)
    assert heard.overs == [over, over]


async def test_what_is_known_after_the_end_only_is_told_then(node: Node, grant: dict[str, Any], heard: Heard) -> None:
    await node.end(grant)
    assert heard.overs == []
    await end(node, grant, RUN)
    await end(node, grant, SOUND)
    assert [over.runs for over in heard.overs] == [[RUN], [SOUND]]


async def test_a_node_that_comes_back_tells_of_a_show_that_was_ended_without_it(
    anyone: Client, node: Node, grant: dict[str, Any], heard: Heard
) -> None:
    async with unit_of_work(process_of(anyone.app), node.clock() + timedelta(hours=1)) as unit:
        assert await unit.ingest.end_abandoned(unit.now) == 1
    assert heard.overs == []
    await end(node, grant, RUN)
    assert [over.runs for over in heard.overs] == [[RUN]]


async def test_nothing_is_told_of_a_show_that_goes_on_by_a_later_claim(
    node: Node, grant: dict[str, Any], heard: Heard
) -> None:
    await end(node, grant, RUN, claim="another")
    assert heard.overs == []
    assert not await node.is_over(grant)
    await end(node, grant)
    await end(node, grant, RUN, claim="another")
    assert [over.runs for over in heard.overs] == [[RUN]]


async def test_files_in_storage_are_told_whenever_they_are_reported(
    node: Node, grant: dict[str, Any], heard: Heard
) -> None:
    file = hooks.RecordedFile(1, f"recordings/{grant['session_id']}.mp4", 1234, 61.25)
    await end(node, grant, RUN)
    for _ in range(2):
        report = hooks.SessionRecorded(grant["session_id"], [file])
        assert (await node.call(hooks.RECORDED, report)).status_code == 204
    assert [(told.session_id, told.files) for told in heard.stored] == [(grant["session_id"], [file])] * 2
    assert heard.stored[0].channel_id == heard.overs[0].channel_id


async def test_more_runs_than_go_into_a_call_are_refused(node: Node, grant: dict[str, Any]) -> None:
    report = hooks.SessionEnded(grant["session_id"], grant["claim"], 0.0, "gone", [RUN] * (hooks.FILES_A_CALL + 1))
    assert (await node.call(hooks.ENDED, report)).status_code == 422
