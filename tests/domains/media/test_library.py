"""A channel's videos: they come of shows, are named, sorted, shown and deleted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import psycopg
import pytest

from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import end, fetch, go_live, processed, run, show_video, store
from tests.factories.platform import Client
from tests.factories.seats import give_seat
from tests.factories.selling import add, order, stocked


async def videos(owner: Member, made: Json, **params: object) -> list[Json]:
    answer = await owner.client.get(f"events/{made['id']}/media", params=params)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]
    return found


async def shown(anyone: Client, made: Json) -> list[Json]:
    """What viewers see."""
    found: list[Json] = (await anyone.get(f"events/playback/{made['slug']}")).json()["data"]["playlist"]["data"]
    return found


async def test_a_show_is_a_video_as_soon_as_it_is_over(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps", name="Lamps of May")
    node, grant = await go_live(owner.client, made["id"])
    assert await shown(anyone, made) == []
    await end(node, grant, run(duration=61.25))
    [video] = await videos(owner, made)
    assert (video["name"], video["origin"], video["status"]) == ("Lamps of May", "show", "processing")
    assert (video["duration"], video["session_id"], video["in_playlist"]) == (61.25, grant["session_id"], True)
    assert (video["width"], video["height"], video["order"]) == (1280, 720, 0)
    [seen] = await shown(anyone, made)
    assert seen["hls_url"].endswith(f"/replays/{grant['playback_id']}/{grant['session_id']}/index-1.m3u8")
    assert seen["hls_url"] == video["hls_url"]


async def test_what_a_node_says_twice_changes_nothing(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    node, grant = await go_live(owner.client, made["id"])
    for _ in range(2):
        await end(node, grant, run(1), run(2, 3.5))
    for _ in range(2):
        await store(node, grant, run(1), run(2, 3.5))
    assert [video["duration"] for video in await videos(owner, made)] == [60.0, 3.5]


async def test_files_that_were_not_announced_are_videos_too(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    node, grant = await go_live(owner.client, made["id"])
    await node.end(grant)
    assert await videos(owner, made) == []
    await store(node, grant, run(duration=7.0))
    assert [video["duration"] for video in await videos(owner, made)] == [7.0]


async def test_the_newest_show_stands_first(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    first = await show_video(owner.client, made["id"])
    second = await show_video(owner.client, made["id"])
    assert [video["id"] for video in await videos(owner, made)] == [second["id"], first["id"]]


async def test_a_processed_video_is_played_from_here(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await processed(owner.client, await show_video(owner.client, made["id"]))
    assert video["status"] == "ready"
    [seen] = await shown(anyone, made)
    assert "/videos/" in seen["hls_url"]
    assert (await fetch(anyone, seen["hls_url"])).text == "#EXTM3U\n"
    assert (await fetch(anyone, seen["poster"])).headers["Content-Type"] == "image/webp"


async def test_videos_are_renamed_and_sorted(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    oldest, middle, newest = [(await show_video(owner.client, made["id"]))["id"] for _ in range(3)]
    moved = await owner.client.put(f"events/media/{newest}", {"order": 1, "name": "  Vases   of May "})
    assert (moved.json()["data"]["order"], moved.json()["data"]["name"]) == (1, "Vases of May")
    assert [video["id"] for video in await videos(owner, made)] == [middle, newest, oldest]
    await owner.client.put(f"events/media/{middle}", {"order": 99})
    assert [video["id"] for video in await shown(anyone, made)] == [newest, oldest, middle]


async def test_videos_are_put_in_order_all_at_once(owner: Member, stranger: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    for _ in range(3):
        await show_video(owner.client, made["id"])
    newest, middle, oldest = [video["id"] for video in await videos(owner, made)]
    path = f"events/{made['id']}/media/order"
    moved = await owner.client.patch(path, {"order": [oldest, newest]})
    assert [(video["id"], video["order"]) for video in moved.json()["data"]] == [(oldest, 0), (newest, 1), (middle, 2)]
    for bad in ([oldest, oldest], [middle, "none"]):
        refused = await owner.client.patch(path, {"order": bad})
        assert refused.status_code == 422
        assert refused.json()["error"]["messages"][0]["field"] == "order"
    assert [video["id"] for video in await videos(owner, made)] == [oldest, newest, middle]
    assert (await stranger.client.patch(path, {"order": [newest]})).status_code in (403, 404)


async def test_a_hidden_video_is_not_shown_and_its_bytes_are_not_handed_out(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await processed(owner.client, await show_video(owner.client, made["id"]))
    hidden = (await owner.client.put(f"events/media/{video['id']}", {"in_playlist": False})).json()["data"]
    assert await shown(anyone, made) == []
    assert (await fetch(anyone, video["hls_url"])).status_code == 403
    assert (await fetch(anyone, hidden["hls_url"])).status_code == 200  # its editors have a token
    replay = await anyone.get(f"events/lamps/replay/{video['id']}")
    assert replay.status_code == 404
    assert (await owner.client.get(f"events/lamps/replay/{video['id']}")).status_code == 200


async def test_a_deleted_video_can_be_had_back(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await processed(owner.client, await show_video(owner.client, made["id"]))
    assert (await owner.client.delete(f"events/media/{video['id']}")).json()["data"]["deleted_until"]
    assert (await videos(owner, made), await shown(anyone, made)) == ([], [])
    assert (await fetch(anyone, video["hls_url"])).status_code == 403
    assert [each["id"] for each in await videos(owner, made, deleted=True)] == [video["id"]]
    assert (await owner.client.get(f"events/media/{video['id']}")).status_code == 404
    restored = await owner.client.post(f"events/media/{video['id']}/restore")
    assert restored.json()["data"]["deleted_until"] is None
    assert [each["id"] for each in await shown(anyone, made)] == [video["id"]]


async def test_nobody_wants_it_back_for_a_week_and_it_is_gone_with_its_files(
    clock: Clock, owner: Member, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await processed(owner.client, await show_video(owner.client, made["id"], clock))
    await owner.client.delete(f"events/media/{video['id']}")

    async def look_after(after: timedelta) -> None:
        async with unit_of_work(process_of(owner.client.app), clock() + after) as unit:
            await unit.media.look_after(unit.now)

    await look_after(timedelta(days=6))
    assert (await owner.client.post(f"events/media/{video['id']}/restore")).status_code == 200
    await owner.client.delete(f"events/media/{video['id']}")
    await look_after(timedelta(days=8))
    assert (await owner.client.post(f"events/media/{video['id']}/restore")).status_code == 404
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'storage.delete_files'")
        keys = [key for (job,) in found.fetchall() for key in job["keys"]]
    assert {key.rpartition("/")[2] for key in keys} >= {"index.m3u8", "poster.webp"}
    assert any(key.startswith("recordings/") for key in keys)


async def test_a_deleted_channels_videos_go_with_their_files(clock: Clock, owner: Member, database_url: str) -> None:
    made = await channel(owner.client, slug="lamps")
    await processed(owner.client, await show_video(owner.client, made["id"], clock))
    await owner.client.delete(f"events/{made['id']}")
    async with unit_of_work(process_of(owner.client.app), clock() + timedelta(days=8)) as unit:
        await unit.media.look_after(unit.now)
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'storage.delete_files'")
        keys = [key for [job] in found.fetchall() for key in job["keys"]]
        assert connection.execute("SELECT count(*) FROM media").fetchone() == (0,)
    assert any(key.startswith("recordings/") for key in keys)


async def test_what_a_killed_worker_left_is_begun_anew(clock: Clock, owner: Member, database_url: str) -> None:
    made = await channel(owner.client, slug="lamps")
    await show_video(owner.client, made["id"], clock)
    with psycopg.connect(database_url, autocommit=True) as connection:

        def waiting() -> int:
            query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'media.process'"
            return int(str(connection.execute(query).fetchone()[0]))  # type: ignore[index]

        assert waiting() == 1
        connection.execute("DELETE FROM procrastinate_jobs")
        for minutes in (0, 2, 4):
            async with unit_of_work(process_of(owner.client.app), clock() + timedelta(minutes=minutes)) as unit:
                await unit.media.look_after(unit.now)
        assert waiting() == 1


async def test_its_figures_are_told_to_who_may_see_them(
    owner: Member, stranger: Member, visitor: Client, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    lamp = await stocked(owner)
    node, grant = await go_live(owner.client, made["id"])
    for viewer in ("one", "two"):
        name = f"viewer-{viewer}-0123456789"
        beat = {"eventId": made["id"], "viewerHash": name, "viewHash": name, "date": "2026-01-01T00:00:00Z"}
        assert (await visitor.post("events/heartbeat", beat)).status_code == 200
    await process_of(owner.client.app).heartbeats.flush(node.clock())
    await order(visitor, await add(visitor, lamp))
    await end(node, grant, run())
    [video] = await videos(owner, made)
    assert (video["viewers"], video["sold"]["orders"]) == (2, 1)
    assert video["sold"]["revenue"][0]["amount"] == 23.6
    give_seat(database_url, owner, stranger, "editor", made)
    [video] = (await stranger.client.get(f"events/{made['id']}/media")).json()["data"]
    assert (video["viewers"], video["sold"]) == (2, None)


async def test_a_list_of_many_costs_no_more_queries_than_of_one(
    owner: Member, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made = await channel(owner.client, slug="lamps")

    async def cost() -> int:
        with count_queries() as queries:
            await videos(owner, made)
        return len(queries)

    await show_video(owner.client, made["id"])
    one = await cost()
    for _ in range(3):
        await show_video(owner.client, made["id"])
    assert await cost() == one


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"order": -1}, "order"),
        ({"order": 1.5}, "order"),
        ({"in_playlist": "maybe"}, "in_playlist"),
    ],
)
async def test_bad_changes_are_refused_by_their_field(owner: Member, changes: Json, field: str) -> None:
    made = await channel(owner.client, slug="lamps")
    video = await show_video(owner.client, made["id"])
    refused = await owner.client.put(f"events/media/{video['id']}", changes)
    assert refused.status_code == 422
    assert refused.json()["error"]["messages"][0]["field"] == field
