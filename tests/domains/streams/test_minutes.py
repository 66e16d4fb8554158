"""Streaming minutes: counted by the second, warned of once a month, with a grace for what is on."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from storecast.contracts import audience, hooks
from storecast.contracts.hooks import SessionDropped, SessionsAlive
from storecast.domains.billing.minutes.values import next_month
from storecast.domains.channels.access import Act
from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.channels import Json, channel
from tests.factories.mails import mails_to, text_of
from tests.factories.nodes import NODE, Node
from tests.factories.platform import Client, do_jobs, running_app, settings_for
from tests.factories.rooms import heard

FREE = 30 * 60  # seconds a month
GRACE = 10 * 60
PLANS = """
[[plans]]
identifier = "free"
name = "Free"
price = 0
default = true
features = [
    { identifier = "streaming_minutes", name = "{value} minutes", value = 30 },
    { identifier = "channelsLimit", name = "{value} channels", value = 2 },
]
"""


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS)
    return settings_for(tmp_path, database_url, plans="enforced", plans_file=plans)


@dataclass
class Desk:
    """A seller whose plan bounds their minutes, their channel, and the node that has its show."""

    settings: Settings
    anyone: Client
    owner: Member
    node: Node
    clock: Clock
    channel: Json
    key: str

    async def show(self) -> Json:
        """One that has begun."""
        answer = await self.node.publish(self.key)
        assert answer.status_code == 200, answer.text
        grant: Json = answer.json()
        await self.node.start(grant)
        return grant

    async def state(self, grant: Json) -> Json:
        report = SessionsAlive(NODE, [grant["session_id"]])
        [state] = (await self.node.call(hooks.ALIVE, report)).json()["sessions"]
        shown: Json = state
        return shown

    async def drop(self, grant: Json) -> None:
        report = SessionDropped(grant["session_id"], grant["claim"], self.clock().timestamp())
        assert (await self.node.call(hooks.DROPPED, report)).status_code == 204

    async def access(self) -> Json:
        signed_in = await self.anyone.post("auth/login", {"email": self.owner.email, "password": PASSWORD})
        client = Client(self.anyone.app, signed_in.json()["access_token"])
        shown: Json = (await client.get(f"events/{self.channel['id']}/access")).json()["data"]
        return shown

    async def events(self) -> list[hooks.RoomEvent]:
        return await heard(self.anyone, self.settings, self.channel["id"], at=self.clock().timestamp())

    async def told(self) -> list[hooks.RoomEvent]:
        return [event for event in await self.events() if event.event == "stream.minutes"]

    async def stages(self) -> list[str]:
        return [msgspec.json.decode(event.data)["stage"] for event in await self.told()]

    async def warnings(self) -> list[str]:
        await do_jobs(self.settings)
        mails = mails_to(self.settings, self.owner.email)
        return [text_of(mail) for mail in mails if "streaming minutes" in mail["Subject"]]


@pytest.fixture
async def desk(clock: Clock, settings: Settings) -> AsyncGenerator[Desk]:
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        made = await channel(owner.client, slug="lamps")
        stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
        yield Desk(settings, anyone, owner, Node(anyone, settings, clock=clock), clock, made, stream["stream_key"])


async def test_minutes_are_counted_by_the_second(desk: Desk) -> None:
    for seconds in (59, 59, 59):
        grant = await desk.show()
        desk.clock.move(seconds=seconds)
        await desk.node.end(grant)
    access = await desk.access()
    assert access == {
        "access": True,
        "minutes": 28,  # the last of them is begun
        "from": 30,
        "seconds": FREE - 177,
        "grace_seconds": GRACE,
        "stage": "enough",
        "until": access["until"],
    }
    assert access["until"].startswith(next_month(desk.clock()).strftime("%Y-%m-01T00:00:00"))


async def test_a_show_that_is_on_goes_on_for_the_grace_and_its_publisher_hears_why_it_ends(desk: Desk) -> None:
    grant = await desk.show()
    for seconds, over in ((FREE - 1, False), (1, False), (GRACE - 1, False), (1, True)):
        desk.clock.move(seconds=seconds)
        assert (await desk.state(grant))["ended"] is over
    # An encoder that connects anew by itself begins nothing, and followers hear of nothing, however often it tries.
    assert {(await desk.node.publish(desk.key)).status_code for _ in range(3)} == {402}
    assert await desk.stages() == ["low", "grace", "spent"]
    access = await desk.access()
    assert (access["access"], access["stage"], access["grace_seconds"]) == (False, "spent", 0)
    assert [event.event for event in await desk.events()][-2:] == ["stream.minutes", "stream.ended"]


async def test_the_publisher_of_a_show_without_minutes_is_told_so(desk: Desk) -> None:
    grant = await desk.show()
    desk.clock.move(seconds=60)
    assert "why" not in await desk.state(grant)
    desk.clock.move(seconds=FREE + GRACE)
    assert (await desk.state(grant))["why"] == "This month's streaming minutes are used up."


async def test_no_show_begins_in_the_grace_but_a_dropped_one_goes_on(desk: Desk) -> None:
    grant = await desk.show()
    desk.clock.move(seconds=FREE + 60)
    await desk.state(grant)
    await desk.drop(grant)
    desk.clock.move(seconds=10)
    again = await desk.node.publish(desk.key)
    assert again.json()["session_id"] == grant["session_id"]
    await desk.node.start(again.json())
    assert not (await desk.state(grant))["ended"]
    await desk.node.end(again.json())
    refused = await desk.node.publish(desk.key)
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        402,
        "This month's streaming minutes are used up.",
    )
    # What is left of the grace is for a show of another channel that is on, not for one to begin.
    access = await desk.access()
    assert (access["access"], access["grace_seconds"]) == (False, GRACE - 70)


async def test_a_key_shown_in_time_without_a_picture_begins_no_show_in_the_grace(desk: Desk) -> None:
    early = await desk.node.publish(desk.key)
    assert early.status_code == 200
    other = await channel(desk.owner.client, slug="vases")
    stream = (await desk.owner.client.post("streams", {"event_id": other["id"]})).json()["data"]
    grant = (await desk.node.publish(stream["stream_key"])).json()
    await desk.node.start(grant)
    desk.clock.move(seconds=FREE + 1)
    assert (await desk.node.publish(desk.key)).status_code == 402
    assert not (await desk.state(grant))["ended"]


async def test_time_away_counts_once_the_publisher_is_back(desk: Desk) -> None:
    grant = await desk.show()
    desk.clock.move(seconds=100)
    await desk.drop(grant)
    desk.clock.move(seconds=20)
    assert (await desk.access())["seconds"] == FREE - 100
    again = (await desk.node.publish(desk.key)).json()
    await desk.node.start(again)
    assert (await desk.access())["seconds"] == FREE - 120
    await desk.drop(again)
    desk.clock.move(seconds=30)
    report = hooks.SessionEnded(again["session_id"], again["claim"], desk.clock().timestamp() - 30, "gone")
    await desk.node.call(hooks.ENDED, report)
    assert (await desk.access())["seconds"] == FREE - 120


async def test_each_month_has_its_part_of_a_show_across_its_turn(desk: Desk) -> None:
    desk.clock.move(seconds=(next_month(desk.clock()) - desk.clock()).total_seconds() - 29 * 60)
    grant = await desk.show()
    desk.clock.move(seconds=28 * 60)
    assert not (await desk.state(grant))["ended"]
    desk.clock.move(seconds=60 + 90)
    assert not (await desk.state(grant))["ended"]
    assert (await desk.access())["seconds"] == FREE - 90
    assert await desk.stages() == ["low", "enough"]


async def test_owner_is_warned_once_a_month(desk: Desk) -> None:
    grant = await desk.show()
    desk.clock.move(seconds=FREE * 0.8 - 1)
    await desk.state(grant)
    assert await desk.warnings() == []
    for _ in range(3):
        desk.clock.move(seconds=1)
        await desk.state(grant)
    await desk.node.end(grant)
    second = await desk.show()
    await desk.state(second)
    [mail] = await desk.warnings()
    assert "24 of the 30 streaming minutes" in mail
    await desk.node.end(second)
    desk.clock.move(seconds=(next_month(desk.clock()) - desk.clock()).total_seconds())
    third = await desk.show()
    desk.clock.move(seconds=FREE - 1)
    await desk.node.end(third)  # before its node has told of it
    assert len(await desk.warnings()) == 2


async def test_who_runs_a_show_is_told_and_nobody_else(desk: Desk) -> None:
    grant = await desk.show()
    desk.clock.move(seconds=FREE * 0.8)
    await desk.state(grant)
    await desk.state(grant)
    [event] = await desk.told()
    assert event.audience == audience.of_act(Act.RUN_SHOW)
    assert msgspec.json.decode(event.data) == {
        "session_id": grant["session_id"],
        "stage": "low",
        "seconds": FREE * 0.2,
        "grace_seconds": GRACE,
    }
    await desk.node.end(grant)
    # Of a show that begins where little is left, too.
    await desk.state(await desk.show())
    assert len(await desk.told()) == 2


async def test_nothing_is_said_of_minutes_that_nothing_bounds(clock: Clock, tmp_path: Path, database_url: str) -> None:
    settings = settings_for(tmp_path, database_url)
    async with running_app(settings) as anyone:
        owner = await member(anyone)
        made = await channel(owner.client)
        stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
        desk = Desk(settings, anyone, owner, Node(anyone, settings, clock=clock), clock, made, stream["stream_key"])
        grant = await desk.show()
        clock.move(hours=30)
        assert not (await desk.state(grant))["ended"]
        access = await desk.access()
        assert (access["seconds"], access["stage"]) == (None, "enough")
        assert (await desk.told(), await desk.warnings()) == ([], [])
