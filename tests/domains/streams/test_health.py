"""How a stream is: what a node reports, who is told, who may ask."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from storecast.contracts import audience, hooks
from storecast.contracts.hooks import SessionHealth, SessionsAlive, StreamHealth, StreamTrouble
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Role
from storecast.kit.hooks import HEADER, sign
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.nodes import NODE, Node
from tests.factories.platform import Client, settings_for
from tests.factories.rooms import heard
from tests.factories.seats import give_seat

KEYFRAMES = StreamTrouble("no_keyframe", "No keyframe for 10 seconds: who comes now waits for a picture.")
SLOW = StreamTrouble("slow_network", "The stream arrives too slowly.")


def health(*troubles: StreamTrouble, kbps: float = 2500) -> StreamHealth:
    return StreamHealth(kbps, 29.97, 2.0, 3, 0.2, ["avc1.64001f", "mp4a.40.2"], 1280, 720, list(troubles))


@dataclass
class Show:
    """A channel with a publisher, seen from the node, its owner and its room."""

    node: Node
    owner: Member
    channel: Json
    stream_id: str
    grant: Json

    @property
    def id(self) -> str:
        return str(self.grant["session_id"])

    async def tell(self, reported: StreamHealth, claim: str | None = None) -> None:
        report = SessionHealth(self.id, claim or self.grant["claim"], reported)
        assert (await self.node.call(hooks.HEALTH, report)).status_code == 204

    async def tell_alive(self, reported: StreamHealth | None, node: str = NODE) -> None:
        report = SessionsAlive(node, [self.id], {self.id: reported} if reported else {})
        assert (await self.node.call(hooks.ALIVE, report)).status_code == 200

    async def shown(self, by: Client | None = None) -> Json | None:
        answer = await (by or self.owner.client).get(f"streams/{self.stream_id}")
        shown: Json | None = answer.json()["data"][0]["health"]
        return shown

    async def events(self) -> list[hooks.RoomEvent]:
        events = await heard(self.node.client, self.node.settings, self.channel["id"])
        return [event for event in events if event.event == "stream.health"]

    async def told(self) -> list[list[str]]:
        """The codes of each event so far."""
        return [[trouble["code"] for trouble in msgspec.json.decode(e.data)["troubles"]] for e in await self.events()]


@pytest.fixture
async def connected(owner: Member, anyone: Client, tmp_path: Path, database_url: str) -> Show:
    """A publisher of whom nothing can be shown yet."""
    made = await channel(owner.client, slug="lamps")
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    node = Node(anyone, settings_for(tmp_path, database_url))
    return Show(node, owner, made, stream["id"], (await node.publish(stream["stream_key"])).json())


@pytest.fixture
async def show(connected: Show) -> Show:
    await connected.node.start(connected.grant)
    return connected


async def test_who_runs_the_show_is_shown_its_figures_and_troubles(show: Show) -> None:
    assert await show.shown() is None
    await show.tell_alive(health(KEYFRAMES))
    assert await show.shown() == msgspec.to_builtins(health(KEYFRAMES))
    await show.tell_alive(health(kbps=1234))
    assert await show.shown() == msgspec.to_builtins(health(kbps=1234))
    listed = (await show.owner.client.get("streams")).json()["data"]
    assert listed[0]["health"]["kbps"] == 1234


async def test_trouble_of_a_publisher_of_whom_nothing_can_be_shown_yet_is_told(connected: Show) -> None:
    await connected.tell(health(KEYFRAMES))
    assert await connected.told() == [["no_keyframe"]]
    assert await connected.shown() == msgspec.to_builtins(health(KEYFRAMES))
    stream = (await connected.owner.client.get(f"streams/{connected.stream_id}")).json()["data"][0]
    assert (stream["is_live"], stream["session_id"], stream["started_at"]) == (False, None, None)


async def test_the_room_is_told_when_other_things_are_wrong_and_not_of_figures(show: Show) -> None:
    for reported in (health(), health(kbps=9), health(KEYFRAMES), health(KEYFRAMES, kbps=9), health(SLOW, KEYFRAMES)):
        await show.tell_alive(reported)
        await show.tell(reported)
    longer = StreamTrouble("no_keyframe", "No keyframe for 25 seconds: who comes now waits for a picture.")
    await show.tell(health(longer, SLOW))
    assert await show.told() == [["no_keyframe"], ["slow_network", "no_keyframe"]]
    await show.tell(health())
    assert (await show.told())[2:] == [[]]


async def test_only_who_may_run_the_show_hears_of_its_troubles(show: Show) -> None:
    await show.tell(health(KEYFRAMES))
    [event] = await show.events()
    assert event.audience == audience.of_act(Act.RUN_SHOW)
    assert msgspec.json.decode(event.data) == {"session_id": show.id, "troubles": [msgspec.to_builtins(KEYFRAMES)]}


async def test_viewers_and_those_who_only_moderate_see_no_health(
    show: Show, stranger: Member, anyone: Client, database_url: str
) -> None:
    await show.tell(health(KEYFRAMES))
    for path in ("events/playback/lamps", "events/products/lamps"):
        for viewer in (anyone, stranger.client, show.owner.client):
            assert (await viewer.get(path)).json()["data"]["stream"]["data"]["health"] is None
    give_seat(database_url, show.owner, stranger, Role.MODERATOR, show.channel)
    assert (await stranger.client.get("streams")).json()["data"][0]["health"] is None
    give_seat(database_url, show.owner, stranger, Role.EDITOR)
    assert await show.shown(stranger.client) == msgspec.to_builtins(health(KEYFRAMES))


async def test_a_token_not_meant_for_streams_sees_no_health(show: Show) -> None:
    await show.tell(health(KEYFRAMES))
    shown = []
    for scopes in (["channels"], ["channels", "streams"]):
        asked = {"name": "an app", "scopes": scopes}
        token = (await show.owner.client.post("oauth/personal-access-tokens", asked)).json()["accessToken"]
        [listed] = (await show.owner.client.with_token(token).get("events")).json()["data"]
        shown.append(listed["stream"]["data"]["health"])
    assert shown == [None, msgspec.to_builtins(health(KEYFRAMES))]


async def test_health_of_a_stream_needs_a_token_and_ones_own(show: Show, stranger: Member, anyone: Client) -> None:
    await show.tell(health())
    assert (await anyone.get(f"streams/{show.stream_id}")).status_code == 401
    assert (await stranger.client.get(f"streams/{show.stream_id}")).status_code == 404
    assert (await stranger.client.get("streams")).json()["data"] == []


@pytest.mark.parametrize("away", ["dropped", "alive without", "ended", "stopped"])
async def test_without_a_publisher_there_is_no_health(show: Show, away: str) -> None:
    await show.tell(health(KEYFRAMES))
    match away:
        case "dropped":
            await show.node.call(hooks.DROPPED, hooks.SessionDropped(show.id, show.grant["claim"], time.time()))
        case "alive without":
            await show.tell_alive(None)
        case "ended":
            await show.node.end(show.grant)
        case "stopped":
            await show.owner.client.post("events/lamps/complete")
    assert await show.shown() is None
    await show.tell(health(KEYFRAMES))
    if away in ("ended", "stopped"):  # what comes after is too late
        assert await show.shown() is None
    else:
        assert await show.told() == [["no_keyframe"], [], ["no_keyframe"]]


async def test_a_report_of_an_earlier_claim_or_another_node_changes_nothing(show: Show) -> None:
    await show.tell(health())
    await show.tell(health(KEYFRAMES), claim="of a publisher before")
    await show.tell_alive(health(KEYFRAMES), node="http://127.0.0.1:2")
    assert await show.shown() == msgspec.to_builtins(health())
    assert await show.told() == []
    unknown = SessionHealth("nowhere", show.grant["claim"], health())
    assert (await show.node.call(hooks.HEALTH, unknown)).status_code == 204


async def test_a_node_that_says_nothing_of_health_keeps_its_shows(show: Show) -> None:
    class EarlierAlive(msgspec.Struct):
        node: str
        session_ids: list[str]

    answer = await show.node.call(hooks.ALIVE, EarlierAlive(NODE, [show.id]))
    assert answer.json()["sessions"] == [{"session_id": show.id, "ended": False, "token_required": False}]
    assert await show.shown() is None


async def test_a_trouble_nobody_here_knows_is_told_in_its_nodes_words(show: Show) -> None:
    news = StreamTrouble("tape_torn", "The tape is torn: glue it.")
    await show.tell(health(news))
    assert await show.told() == [["tape_torn"]]


async def test_health_without_a_good_signature_is_refused(show: Show) -> None:
    body = msgspec.json.encode(SessionHealth(show.id, show.grant["claim"], health(KEYFRAMES)))
    for header in (None, "t=1,v1=00", sign(b"another secret", body, time.time())):
        headers = {HEADER: header} if header else {}
        assert (await show.node.client.post(hooks.HEALTH, content=body, headers=headers)).status_code == 401
    assert await show.shown() is None


def _words(text: str) -> StreamHealth:
    return health(StreamTrouble("long", text))


BAD: list[Callable[[], StreamHealth]] = [
    lambda: _words("x" * 401),
    lambda: _words("a\0b"),
    lambda: health(StreamTrouble("", "No code.")),
    lambda: health(StreamTrouble("x" * 41, "A long code.")),
    lambda: health(StreamTrouble("No Code", "A code nobody compares.")),
    lambda: health(*[KEYFRAMES] * 33),
    lambda: health(kbps=-1),
    lambda: health(kbps=float("inf")),  # which JSON has no word for
    lambda: msgspec.structs.replace(health(), codecs=["avc1"] * 9),
    lambda: msgspec.structs.replace(health(), codecs=["x" * 101]),
    lambda: msgspec.structs.replace(health(), codecs=["\0\0\0\0"]),
    lambda: msgspec.structs.replace(health(), width=2**31),
    lambda: msgspec.structs.replace(health(), dropped=-1),
]


@pytest.mark.parametrize("bad", BAD)
async def test_health_out_of_bounds_is_refused_and_kept_nowhere(show: Show, bad: Callable[[], StreamHealth]) -> None:
    report = SessionHealth(show.id, show.grant["claim"], bad())
    assert (await show.node.call(hooks.HEALTH, report)).status_code == 422
    alive = SessionsAlive(NODE, [show.id], {show.id: bad()})
    assert (await show.node.call(hooks.ALIVE, alive)).status_code == 422
    assert await show.shown() is None


async def test_health_of_sessions_a_node_does_not_hold_is_left(show: Show) -> None:
    alive = SessionsAlive(NODE, [], {show.id: health(KEYFRAMES)})
    assert (await show.node.call(hooks.ALIVE, alive)).status_code == 200
    assert await show.shown() is None
