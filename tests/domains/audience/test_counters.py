"""What a show comes to while it is on, as its team and strangers are told."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
import pytest

from storecast.resources import channel as channels
from tests.clock import Clock
from tests.domains.audience.conftest import Audience
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import end, go_live, run
from tests.factories.platform import Client

Counting = Callable[[], AbstractContextManager[list[str]]]


async def counters(caller: Client, ref: object = "lamps", status: int = 200) -> Json:
    answer: httpx.Response = await caller.post("events/stats", {"eventId": ref})
    assert answer.status_code == status, answer.text
    found: Json = answer.json()["data"] if status == 200 else answer.json()["error"]
    return found


@pytest.fixture
async def lamps(audience: Audience, owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


async def test_a_show_is_counted_while_it_is_on(
    audience: Audience, owner: Member, anyone: Client, visitor: Client, lamps: Json, clock: Clock
) -> None:
    nothing = {"viewers": 0, "peak_viewers": 0, "messages": 0, "questions": 0, "is_live": False, "started_at": None}
    assert await counters(anyone) == nothing | {"subscribers": None}
    assert await counters(owner.client, lamps["id"]) == nothing | {"subscribers": 0}
    await audience.watch("waits", seconds=10)
    assert (await counters(anyone))["viewers"] == 1
    node, grant = await go_live(owner.client, lamps["id"], clock)
    await audience.watch("waits", "one", "other", seconds=10)
    clock.move(seconds=80)
    await audience.watch("one", "other", seconds=10)
    await visitor.post("messages/guest", {"data": "hi", "thread_id": lamps["thread_id"]})
    found = await counters(anyone)
    assert (found["viewers"], found["peak_viewers"], found["messages"], found["is_live"]) == (2, 3, 1, True)
    assert found["started_at"].startswith(clock().strftime("%Y-%m-%dT12:00:10"))
    await end(node, grant, run())
    found = await counters(anyone)
    assert (found["viewers"], found["peak_viewers"], found["is_live"], found["started_at"]) == (2, 0, False, None)


async def test_figures_of_a_show_nobody_counts_any_more_are_gone(
    audience: Audience, anyone: Client, lamps: Json, clock: Clock
) -> None:
    """Ant Media 824: viewers of what is not on, told for ever."""
    await audience.watch("one", seconds=10)
    assert (await counters(anyone))["viewers"] == 1
    clock.move(seconds=80)
    assert (await counters(anyone))["viewers"] == 0


async def test_a_channel_that_does_not_say_how_many_watch_tells_its_team_alone(
    audience: Audience, owner: Member, stranger: Member, anyone: Client, lamps: Json, clock: Clock
) -> None:
    await owner.client.put("events/lamps", {"show_online_users": False})
    await go_live(owner.client, lamps["id"], clock)
    await audience.watch("one", seconds=10)
    for caller, viewers in ((anyone, 0), (stranger.client, 0), (owner.client, 1)):
        found = await counters(caller)
        assert (found["viewers"], found["peak_viewers"], found["is_live"]) == (viewers, viewers, True)


async def test_nothing_is_told_of_what_one_may_not_watch(
    owner: Member, stranger: Member, anyone: Client, lamps: Json
) -> None:
    await owner.client.put("events/lamps", {"privacy": 2})
    for caller in (anyone, stranger.client):
        await counters(caller, status=404)
    assert (await counters(owner.client))["is_live"] is False
    await counters(anyone, "none", 404)
    await counters(anyone.with_token("nonsense"), status=401)
    for wrong in ("", 5, None, "x" * 41):
        error = await counters(anyone, wrong, 422)
        assert error["messages"][0]["field"] == "eventId"


async def test_a_large_chat_is_counted_once_in_two_seconds_however_many_ask(
    audience: Audience,
    owner: Member,
    anyone: Client,
    visitor: Client,
    lamps: Json,
    clock: Clock,
    count_queries: Counting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has no token asks for its numbers and its details as often as they like."""
    monkeypatch.setattr(channels, "MANY_SAID", 2)

    async def say(number: int) -> None:
        body = {"data": f"hi {number}", "thread_id": lamps["thread_id"]}
        assert (await visitor.post("messages/guest", body)).status_code == 200

    async def seen() -> list[object]:
        found = await owner.client.get("events/playback/lamps")
        return [(await counters(anyone))["messages"], found.json()["data"]["chatCount"]]

    await say(1)
    assert await seen() == [1, 1]
    await say(2)
    assert await seen() == [2, 2]
    await say(3)
    with count_queries() as queries:
        assert await seen() == [2, 2]
    assert [query for query in queries if "count(*) FROM messages" in query] == []
    clock.move(seconds=2)
    await counters(anyone)
    assert await seen() == [3, 3]
