from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.products import shelf_product
from tests.waiting import eventually


async def test_details_are_the_same_by_get_and_post(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    got = (await anyone.get("events/playback/lamps")).json()
    assert got == (await anyone.post("events/playback/lamps", {"eventId": "lamps", "getQuestions": False})).json()
    assert got["data"]["iCanSee"] is True


async def test_unchanged_details_are_not_sent_again(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    first = await anyone.get("events/playback/lamps")
    again = await anyone.get("events/playback/lamps", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("change", [{"name": "Lamps again"}, {"chat_enabled": False}, {"privacy": 2}])
async def test_change_is_seen_by_viewers(owner: Member, anyone: Client, change: dict[str, object]) -> None:
    await channel(owner.client, slug="lamps")
    before = (await anyone.get("events/playback/lamps")).json()
    await owner.client.put("events/lamps", change)

    async def changed() -> bool:
        return bool((await anyone.get("events/playback/lamps")).json() != before)

    await eventually(changed)


async def test_owner_is_told_so_and_others_are_not(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    assert (await anyone.get("events/playback/lamps")).json()["data"]["isOwner"] is False
    assert (await owner.client.get("events/playback/lamps")).json()["data"]["isOwner"] is True
    assert (await anyone.get("events/playback/lamps")).json()["data"]["isOwner"] is False


async def test_products_come_with_the_channel(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps")
    shown = (await anyone.get("events/products/lamps")).json()["data"]
    assert [entry["id"] for entry in shown["products"]["data"]] == [product["id"]]
    assert isinstance(shown["disk_quota"], int)


async def test_heartbeats_of_two_viewers_count_two_viewers(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    for view in ("view-one", "view-two", "view-two"):
        beat = {"eventId": "lamps", "viewerHash": view, "viewHash": view, "date": "2026-01-01T00:00:00Z"}
        assert (await anyone.post("events/heartbeat", beat)).status_code == 200

    async def counted() -> bool:
        beat = {"eventId": "lamps", "viewerHash": "view-one", "viewHash": "view-one", "date": "now"}
        return bool((await anyone.post("events/heartbeat", beat)).json()["data"]["viewers"] == 2)

    await eventually(counted)


BEAT = {"eventId": "secret", "viewerHash": "someone", "viewHash": "view", "date": "now"}


@pytest.mark.parametrize(("privacy", "free_pass"), [(0, False), (1, False), (2, True)])
async def test_who_may_not_watch_is_neither_told_how_many_do_nor_counted(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, privacy: int, free_pass: bool
) -> None:
    made = await channel(owner.client, slug="secret", privacy=privacy, free_pass=free_pass)
    code = (await owner.client.post("events/secret/generate-code")).json()["code"]
    for number, caller in enumerate((anyone, visitor, stranger.client)):
        for ref in ("secret", made["id"], str(made["thread_id"])):
            beat = {**BEAT, "eventId": ref, "viewHash": f"outside-{number}"}
            answer = await caller.post("events/heartbeat", beat)
            assert (answer.status_code, "viewers" in answer.text) == (404, False)

    await visitor.post("events/playback/secret", {"code": code})
    within = {"owner": owner.client, "visitor": visitor}

    async def counted() -> bool:
        answers = [
            await caller.post("events/heartbeat", {**BEAT, "viewerHash": name, "viewHash": name})
            for name, caller in within.items()
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        return bool(answers[0].json()["data"]["viewers"] == 2)

    await eventually(counted)


async def test_heartbeat_hears_of_a_channel_that_opens_or_closes(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="secret", privacy=2)

    async def answers(status: int) -> bool:
        return (await anyone.post("events/heartbeat", BEAT)).status_code == status

    await eventually(lambda: answers(404))
    for privacy, status in ((0, 200), (2, 404), (1, 200)):
        await owner.client.put("events/secret", {"privacy": privacy})
        await eventually(lambda: answers(status))  # noqa: B023 - awaited at once


async def test_heartbeat_where_anybody_may_watch_asks_the_database_nothing(
    owner: Member, anyone: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    await channel(owner.client, slug="secret")

    async def remembered() -> bool:
        with count_queries() as queries:
            assert (await owner.client.post("events/heartbeat", BEAT)).status_code == 200
        return not [query for query in queries if "grants" in query or "slug" in query]

    await eventually(remembered)


async def test_heartbeat_tells_no_number_where_it_is_not_shown(owner: Member, anyone: Client) -> None:
    async def told(slug: str) -> int:
        viewers = 0
        for view in ("view-one", "view-two"):
            beat = {"eventId": slug, "viewerHash": view, "viewHash": view, "date": "now"}
            viewers = (await anyone.post("events/heartbeat", beat)).json()["data"]["viewers"]
        return viewers

    await channel(owner.client, slug="lamps")
    await channel(owner.client, slug="vases", show_online_users=False)

    async def counted() -> bool:
        assert await told("vases") == 1
        return await told("lamps") == 2

    await eventually(counted)
    assert await told("vases") == 1
    await owner.client.put("events/lamps", {"show_online_users": False})

    async def hidden() -> bool:
        return await told("lamps") == 1

    await eventually(hidden)
    await owner.client.put("events/vases", {"show_online_users": True})

    async def shown() -> bool:
        return await told("vases") == 2

    await eventually(shown)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"viewHash": "a" * 65}, "viewHash"), ({"viewerHash": "<b>"}, "viewerHash"), ({"date": None}, "date")],
)
async def test_heartbeat_names_the_bad_field(
    owner: Member, anyone: Client, change: dict[str, object], field: str
) -> None:
    await channel(owner.client, slug="lamps")
    beat = {"eventId": "lamps", "viewerHash": "someone", "viewHash": "view", "date": "now", **change}
    answer = await anyone.post("events/heartbeat", beat)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_unknown_channels_are_404(anyone: Client) -> None:
    beat = {"eventId": "nothing", "viewerHash": "someone", "viewHash": "view", "date": "now"}
    assert (await anyone.post("events/heartbeat", beat)).status_code == 404
    for path in ("events/playback/nothing", "events/products/nothing", "events/nothing/products"):
        assert (await anyone.get(path)).status_code == 404


async def test_bad_token_is_an_error_where_a_token_is_optional(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    assert (await anyone.with_token("nonsense").get("events/playback/lamps")).status_code == 401


async def test_nobodys_host_is_shown_to_others(tmp_path: Path, database_url: str) -> None:
    """What is kept for all must not lead to where one of them said they were."""
    async with running_app(settings_for(tmp_path, database_url, public_url="https://shop.example")) as anyone:
        owner = await member(anyone)
        made = await channel(owner.client, slug="lamps")
        await owner.client.post("streams", {"event_id": made["id"]})

        async def kept() -> bool:
            asked = [await anyone.get("events/playback/lamps", headers={"Host": "evil.example"}) for _ in range(2)]
            return asked[0].headers["ETag"] == asked[1].headers["ETag"]  # each playback token is another

        await eventually(kept)
        assert "evil.example" not in (await anyone.get("events/playback/lamps")).text
