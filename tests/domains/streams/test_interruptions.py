"""A publisher that is gone without a goodbye: everybody is told, until when it may come back, and that it did."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from storecast.contracts import hooks
from storecast.contracts.hooks import SessionDropped
from storecast.wiring.process import process_of
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.nodes import Node
from tests.factories.platform import Client, settings_for
from tests.factories.rooms import heard

GRACE = timedelta(seconds=30)


class Show:
    """A live channel, seen from its node and its viewers."""

    def __init__(self, node: Node, made: Json, key: str) -> None:
        self.node, self.made, self.key, self.grant = node, made, key, Json()

    async def begin(self, node: Node | None = None) -> None:
        self.grant = (await (node or self.node).publish(self.key)).json()
        await (node or self.node).start(self.grant)

    async def drop(self, *, at: float | None = None, until: float | None = None) -> None:
        told = SessionDropped(self.grant["session_id"], self.grant["claim"], at or time.time(), until)
        assert (await self.node.call(hooks.DROPPED, told)).status_code == 204

    async def stream(self) -> Json:
        """As any viewer sees it now."""
        process_of(self.node.client.app).keeper.clear()
        details = (await self.node.client.post("events/playback/lamps", {})).json()["data"]
        return Json(details["stream"]["data"])

    async def interrupted_until(self) -> datetime | None:
        shown = (await self.stream())["interrupted_until"]
        return datetime.fromisoformat(shown) if shown else None

    async def events(self) -> list[tuple[str, Json]]:
        events = await heard(self.node.client, self.node.settings, self.made["id"])
        kinds = ("stream.started", "stream.interrupted", "stream.resumed", "stream.ended")
        return [(each.event, msgspec.json.decode(each.data)) for each in events if each.event in kinds]


@pytest.fixture
async def show(owner: Member, anyone: Client, tmp_path: Path, database_url: str) -> Show:
    made = await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    show = Show(Node(anyone, settings_for(tmp_path, database_url)), made, stream["stream_key"])
    await show.begin()
    return show


async def test_the_time_to_come_back_counts_from_when_it_was_told_however_long_the_node_was_gone(show: Show) -> None:
    session = show.grant["session_id"]
    await show.drop(at=time.time() - 3600, until=time.time() + 20)  # it had died, and with it what it knew
    await show.begin()
    assert show.grant["session_id"] == session
    await show.drop(at=time.time() - 3600, until=time.time() - 1)
    await show.begin()
    assert show.grant["session_id"] != session


async def test_viewers_are_told_of_an_interruption_and_of_the_return(show: Show) -> None:
    assert await show.interrupted_until() is None
    end = time.time() + 20
    await show.drop(until=end)
    until = await show.interrupted_until()
    assert until is not None
    assert abs(until.timestamp() - end) < 0.001
    await show.begin()
    assert await show.interrupted_until() is None
    (_, interrupted), (_, resumed) = (await show.events())[1:]
    assert [name for name, _ in await show.events()] == ["stream.started", "stream.interrupted", "stream.resumed"]
    assert interrupted == {"session_id": show.grant["session_id"], "until": interrupted["until"]}
    assert datetime.fromisoformat(interrupted["until"]) == until
    assert resumed == {"session_id": show.grant["session_id"]}


@pytest.mark.parametrize(("ahead", "left"), [(None, GRACE), (3600, GRACE), (-5, timedelta())])
async def test_no_node_says_longer_than_the_grace_nor_a_time_that_is_past(
    show: Show, ahead: float | None, left: timedelta
) -> None:
    before = time.time()
    await show.drop(until=None if ahead is None else before + ahead)
    until = await show.interrupted_until()
    assert until is not None
    assert before <= (until - left).timestamp() <= time.time()


async def test_a_report_of_an_earlier_publisher_interrupts_nothing(show: Show) -> None:
    stale = SessionDropped(show.grant["session_id"], "of a publisher before", time.time(), time.time() + 20)
    await show.node.call(hooks.DROPPED, stale)
    assert await show.interrupted_until() is None
    assert [name for name, _ in await show.events()] == ["stream.started"]


async def test_another_take_of_the_same_publisher_is_no_return(show: Show) -> None:
    await show.node.start(show.grant)
    assert [name for name, _ in await show.events()] == ["stream.started"]


async def test_a_show_that_ends_while_interrupted_is_over(show: Show) -> None:
    await show.drop()
    await show.node.end(show.grant, "gone")
    assert [name for name, _ in await show.events()][-1] == "stream.ended"
    over = await show.stream()
    assert (over["is_live"], over["interrupted_until"]) == (False, None)
    await show.begin()
    assert await show.interrupted_until() is None
