"""Views of replays: counted with the video, not with the show, and evidence of what was bought."""

from storecast.contracts.hooks import RunDate
from storecast.kit.clock import utcnow
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.accounts import Member, guest
from tests.factories.channels import Json, channel
from tests.factories.media import end, go_live, run, show_video
from tests.factories.platform import Client
from tests.factories.selling import add, order, shop, stocked


async def beat(caller: Client, view: str, media: str | None = None, status: int = 200, **more: object) -> int:
    """How many watch the show, as who watches it or one of its videos is told."""
    body = {"eventId": "lamps", "viewerHash": view, "viewHash": view, "date": "now", **more}
    answer = await caller.post("events/heartbeat", body if media is None else {**body, "mediaId": media})
    assert answer.status_code == status, answer.text
    return int(answer.json()["data"]["viewers"]) if status == 200 else 0


async def video_of(owner: Member, media: str) -> Json:
    await process_of(owner.client.app).heartbeats.flush(utcnow())
    found: Json = (await owner.client.get(f"events/media/{media}")).json()["data"]
    return found


async def test_who_watches_a_replay_is_counted_with_it_and_not_with_the_show(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await show_video(owner.client, made["id"])
    await beat(anyone, "live")
    for view in ("one", "other", "one"):
        await beat(anyone, view, video["id"], mediaTime=3.5)
    found = await video_of(owner, video["id"])
    assert (found["replay_viewers"], found["viewers"]) == (2, 0)
    assert await beat(anyone, "live") == 1
    assert await beat(anyone, "one", video["id"]) == 1


async def test_a_view_stays_what_it_began_as(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await show_video(owner.client, made["id"])
    await beat(anyone, "live")
    await video_of(owner, video["id"])
    await beat(anyone, "live", video["id"])
    assert (await video_of(owner, video["id"]))["replay_viewers"] == 0
    assert await beat(anyone, "live") == 1


async def test_beats_of_videos_that_one_may_not_watch_are_refused(
    owner: Member, stranger: Member, anyone: Client
) -> None:
    made, foreign = await channel(owner.client, slug="lamps"), await channel(stranger.client, slug="vases")
    video, of_others = await show_video(owner.client, made["id"]), await show_video(stranger.client, foreign["id"])
    await beat(anyone, "view", of_others["id"], 404)
    await beat(anyone, "view", "none", 404)
    await beat(anyone, "view", video["id"], 422, mediaTime=-1)
    await owner.client.put(f"events/media/{video['id']}", {"in_playlist": False})
    await beat(anyone, "view", video["id"], 404)
    await beat(owner.client, "view", video["id"])
    await owner.client.delete(f"events/media/{video['id']}")
    await beat(owner.client, "view", video["id"], 404)
    await owner.client.put("events/lamps", {"privacy": 2})
    await beat(anyone, "view", video["id"], 404)


async def test_what_is_bought_in_a_replay_says_in_which_and_what_was_on_screen(
    clock: Clock, owner: Member, anyone: Client
) -> None:
    made = await shop(owner)
    lamp = await stocked(owner, None, price="10")
    vase = await stocked(owner, None, price="20", name="Vase")
    node, grant = await go_live(owner.client, made["id"], clock)
    began = clock().timestamp()
    clock.move(seconds=10)
    for action in ("patch", "post"):
        await getattr(owner.client, action)(f"events/lamps/products/{lamp['id']}/promote")
    clock.move(seconds=10)
    await owner.client.delete(f"events/lamps/products/{lamp['id']}/promote")
    clock.move(seconds=40)
    for action in ("patch", "post"):
        await getattr(owner.client, action)(f"events/lamps/products/{vase['id']}/promote")
    await end(node, grant, run(duration=60.0, began=began, dates=[RunDate(0.0, began)]))
    video = (await owner.client.get("events/lamps/media")).json()["data"][0]
    clock.move(seconds=120)

    buyer = await guest(anyone)
    await beat(anyone, "view", video["id"], mediaTime=14.5)
    await process_of(anyone.app).heartbeats.flush(utcnow())
    await order(buyer, await add(buyer, lamp, 1, viewHash="view"))
    [bought] = (await owner.client.get("orders")).json()["data"]
    known = bought["attribution"]
    assert (known["media"], known["media_at"], known["pins"]) == (video["id"], 14.5, [lamp["id"]])
