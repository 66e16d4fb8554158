"""What a replay has at its moments: pins and chat."""

import pytest

from storecast.contracts.hooks import RunDate
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import end, go_live, run
from tests.factories.platform import Client
from tests.factories.selling import stocked


async def replay(caller: Client, video: Json) -> Json:
    answer = await caller.get(f"events/lamps/replay/{video['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


async def chat(caller: Client, video: Json, **params: object) -> list[tuple[float, str]]:
    answer = await caller.get(f"events/lamps/replay/{video['id']}/chat", params=params)
    assert answer.status_code == 200, answer.text
    return [(each["at"], each["message"]["data"]["data"]) for each in answer.json()["data"]]


@pytest.fixture
async def video(clock: Clock, owner: Member) -> Json:
    """30 seconds recorded, a pause of 20, 30 more; a lamp pinned from 10 to 55, things said at 5, 35, 60 and later."""
    made = await channel(owner.client, slug="lamps")
    lamp = await stocked(owner)
    node, grant = await go_live(owner.client, made["id"], clock)
    began = clock().timestamp()
    thread = made["thread_id"]

    async def at(seconds: float) -> None:
        clock.move(seconds=began + seconds - clock().timestamp())

    await at(5)
    await owner.client.post("messages", {"data": "five", "thread_id": thread})
    await at(10)
    await owner.client.patch(f"events/lamps/products/{lamp['id']}/promote")
    await owner.client.post(f"events/lamps/products/{lamp['id']}/promote")
    await at(35)
    await owner.client.post("messages", {"data": "while away", "thread_id": thread})
    await at(55)
    await owner.client.delete(f"events/lamps/products/{lamp['id']}/promote")
    await at(60)
    await owner.client.post("messages", {"data": "sixty", "thread_id": thread})
    await at(90)
    await owner.client.post("messages", {"data": "after", "thread_id": thread})
    dates = [RunDate(0.0, began), RunDate(30.0, began + 50)]
    await end(node, grant, run(duration=60.0, began=began, dates=dates))
    found: Json = (await owner.client.get("events/lamps/media")).json()["data"][0]
    return found


async def test_pins_are_chapters_at_the_moments_they_were_shown(video: Json, anyone: Client) -> None:
    found = await replay(anyone, video)
    [chapter] = found["chapters"]["data"]
    assert (chapter["at"], chapter["until"], chapter["name"], chapter["size"]) == (10.0, 35.0, "Lamp", "large")
    assert (found["chat"], found["hls_url"]) == (True, video["hls_url"])


async def test_chat_comes_at_the_moments_it_was_said(video: Json, anyone: Client) -> None:
    assert await chat(anyone, video) == [(5.0, "five"), (40.0, "sixty")]
    assert await chat(anyone, video, **{"from": 6, "until": 50}) == [(40.0, "sixty")]
    assert await chat(anyone, video, **{"from": 40, "until": 40.5}) == [(40.0, "sixty")]
    assert await chat(anyone, video, **{"from": 41, "until": 600}) == []


async def test_a_replays_chat_is_moderated_afterwards(video: Json, owner: Member, anyone: Client) -> None:
    said = (await owner.client.post("thread/read", {"threadSlug": "lamps", "userId": "1"})).json()["data"]["messages"]
    [five] = [message for message in said["data"] if message["data"] == "five"]
    await owner.client.delete("messages/delete", json={"thread_slug": "lamps", "message_id": five["id"]})
    assert await chat(anyone, video) == [(40.0, "sixty")]
    await owner.client.post(f"messages/{five['id']}/restore")
    assert await chat(anyone, video) == [(5.0, "five"), (40.0, "sixty")]


async def test_where_there_is_no_chat_there_is_none_in_its_replay(video: Json, owner: Member, anyone: Client) -> None:
    await owner.client.put("events/lamps", {"chat_enabled": False})
    assert (await replay(anyone, video))["chat"] is False
    assert await chat(anyone, video) == []


@pytest.mark.parametrize(("since", "until", "field"), [(10, 5, "until"), (0, 601, "until"), (-1, 5, "from")])
async def test_bad_stretches_are_refused(video: Json, anyone: Client, since: int, until: int, field: str) -> None:
    params = {"from": since, "until": until}
    refused = await anyone.get(f"events/lamps/replay/{video['id']}/chat", params=params)
    assert refused.status_code == 422
    assert refused.json()["error"]["messages"][0]["field"] == field


async def test_a_private_channels_replay_is_for_who_may_watch(
    video: Json, owner: Member, stranger: Member, anyone: Client
) -> None:
    await owner.client.put("events/lamps", {"privacy": 2})
    for caller in (anyone, stranger.client):
        assert (await caller.get(f"events/lamps/replay/{video['id']}")).status_code == 404
        assert (await caller.get(f"events/lamps/replay/{video['id']}/chat")).status_code == 404
    found = await replay(owner.client, video)
    assert "/replays/" in found["hls_url"]
    assert found["hls_url"].count("/") > video["hls_url"].count("/")  # the token stands in it


async def test_a_video_is_found_on_its_own_channel_alone(video: Json, owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="vases")
    assert (await anyone.get(f"events/vases/replay/{video['id']}")).status_code == 404
    assert (await anyone.get("events/lamps/replay/none")).status_code == 404
