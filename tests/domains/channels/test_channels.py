import asyncio
from pathlib import Path

import pytest

from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for


async def test_new_channel_is_private_with_a_slug_of_its_own(owner: Member) -> None:
    answer = await owner.client.post("events", {"name": "Evening show", "starts_at": "2030-04-10 09:59:47"})
    assert answer.status_code == 200
    made = answer.json()["data"]
    assert (made["privacy"], made["isOwner"], made["attributes"]) == (2, True, [])
    assert made["starts_at"] == "2030-04-10T09:59:47.000000Z"
    assert made["slug"].startswith("evening-show-")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "ab"}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "\u202eadmin"}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"name": "Fine", "starts_at": "tomorrow"}, "starts_at"),
    ],
)
async def test_create_names_the_bad_field(owner: Member, body: dict[str, str], field: str) -> None:
    answer = await owner.client.post("events", body)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_channel_is_found_by_hash_id_number_and_slug(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    for ref in (made["id"], made["thread_id"], "lamps"):
        assert (await owner.client.get(f"events/{ref}")).json()["data"]["id"] == made["id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/cache"), ("POST", "/generate-code"), ("GET", "/access"),
     ("POST", "/complete")],
)  # fmt: skip
async def test_who_may_not_edit_is_told_no_more_than_they_could_see(
    anyone: Client, owner: Member, stranger: Member, method: str, path: str
) -> None:
    public = await channel(owner.client)
    private = await channel(owner.client, privacy=2)
    body = {"json": {}} if method == "PUT" else {}
    assert (await anyone.call(method, f"events/{public['id']}{path}", **body)).status_code == 401
    assert (await stranger.client.call(method, f"events/{public['id']}{path}", **body)).status_code == 403
    assert (await stranger.client.call(method, f"events/{private['id']}{path}", **body)).status_code == 404
    assert (await owner.client.call(method, f"events/nothing-here{path}", **body)).status_code == 404


async def test_update_changes_only_what_is_sent(owner: Member) -> None:
    made = await channel(owner.client)
    attributes = {"productCtaLabel": "Buy now", "channelMainColor": "#ff0066"}
    await owner.client.put(f"events/{made['id']}", {"description": "Lamps by hand", "attributes": attributes})
    answer = await owner.client.put(
        f"events/{made['id']}", {"chat_enabled": "0", "attributes": {"productCtaLabel": "Get it"}}
    )
    changed = answer.json()["data"]
    assert (changed["description"], changed["chat_enabled"], changed["name"]) == ("Lamps by hand", False, made["name"])
    assert changed["attributes"] == {"productCtaLabel": "Get it", "channelMainColor": "#ff0066"}


@pytest.mark.parametrize("nothing", ["", None])
async def test_description_and_start_can_be_cleared(owner: Member, nothing: str | None) -> None:
    made = await channel(owner.client, description="Lamps by hand", starts_at="2030-07-01T17:30:00Z")
    renamed = (await owner.client.put(f"events/{made['id']}", {"name": "Lamps", "privacy": None})).json()["data"]
    assert (renamed["description"], renamed["starts_at"]) == (made["description"], made["starts_at"])
    body = {"description": nothing, "starts_at": None}
    cleared = (await owner.client.put(f"events/{made['id']}", body)).json()["data"]
    assert (cleared["description"], cleared["starts_at"], cleared["starts_at_date"]) == ("", None, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"privacy": 3}, "privacy"),
        ({"slug": "abc"}, "slug"),
        ({"slug": "with space"}, "slug"),
        ({"slug": "123456"}, "slug"),
        ({"slug": "playback"}, "slug"),
        ({"slug": "Playback"}, "slug"),
        ({"description": "abc"}, "description"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"starts_at_time": "10:00:00"}, "starts_at_date"),
        ({"attributes": {"channelMainColor": "red; }"}}, "attributes.channelMainColor"),
        ({"attributes": {"channelOriginUrl": "javascript:alert(1)"}}, "attributes.channelOriginUrl"),
        ({"chat_enabled": "perhaps"}, "chat_enabled"),
    ],
)
async def test_update_names_the_bad_field(owner: Member, body: dict[str, object], field: str) -> None:
    made = await channel(owner.client)
    answer = await owner.client.put(f"events/{made['id']}", body)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_date_and_time_are_in_the_channels_time_zone(owner: Member) -> None:
    made = await channel(owner.client, timezone="Europe/Bucharest")
    answer = await owner.client.put(
        f"events/{made['id']}", {"starts_at_date": "2030-07-01", "starts_at_time": "20:30:00"}
    )
    shown = answer.json()["data"]
    assert shown["starts_at"] == "2030-07-01T17:30:00.000000Z"
    assert shown["starts_at_notz"] == "2030-07-01 20:30:00"


async def test_slug_of_another_channel_is_a_conflict(owner: Member, stranger: Member) -> None:
    await channel(owner.client, slug="lamps")
    other = await channel(stranger.client)
    for alike in ("lamps", "Lamps", "LAMPS"):
        assert (await stranger.client.put(f"events/{other['id']}", {"slug": alike})).status_code == 409


async def test_slug_leads_to_its_channel_in_whatever_case(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="Lamps")
    for ref in ("Lamps", "lamps", "LAMPS"):
        assert (await anyone.post(f"events/playback/{ref}", {})).json()["data"]["id"] == made["id"]
    assert (await owner.client.put("events/lamps", {"slug": "LaMps"})).json()["data"]["slug"] == "LaMps"
    await owner.client.put("events/lamps", {"slug": "lights"})
    assert (await owner.client.get("events/LAMPS")).json()["data"]["id"] == made["id"]


async def test_former_slug_still_leads_to_the_channel_and_to_no_other(owner: Member, stranger: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    await owner.client.put(f"events/{made['id']}", {"slug": "lights"})
    assert (await owner.client.get("events/lamps")).json()["data"]["id"] == made["id"]
    other = await channel(stranger.client)
    assert (await stranger.client.put(f"events/{other['id']}", {"slug": "lamps"})).status_code == 409


async def test_deleted_channel_is_gone_and_its_slug_free(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    answer = await owner.client.delete(f"events/{made['id']}")
    assert answer.json() == {"id": made["id"], "code": 200}
    assert (await owner.client.get(f"events/{made['id']}")).status_code == 404
    assert (await anyone.get("events/playback/lamps")).status_code == 404
    again = await channel(owner.client, slug="Lamps")
    assert (await anyone.get("events/playback/lamps")).json()["data"]["id"] == again["id"]
    [shown] = (await owner.client.get("events?status=2")).json()["data"]
    assert (shown["id"], shown["slug"]) == (made["id"], "lamps")


async def test_list_pages_and_orders(owner: Member) -> None:
    for name in ("Aaa", "Ccc", "Bbb"):
        await channel(owner.client, name)
    for number in range(9):
        await channel(owner.client, f"Ddd {number}")
    first = (await owner.client.get("events?orderBy=name&sortedBy=asc")).json()
    assert [shown["name"] for shown in first["data"]][:3] == ["Aaa", "Bbb", "Ccc"]
    pagination = first["meta"]["pagination"]
    assert (pagination["total"], pagination["count"], pagination["total_pages"]) == (12, 10, 2)
    assert "orderBy=name" in pagination["links"]["next"]
    second = (await owner.client.get(pagination["links"]["next"])).json()
    assert len(second["data"]) == 2
    assert "next" not in second["meta"]["pagination"]["links"]


async def test_list_tells_active_past_and_deleted_apart(owner: Member, stranger: Member) -> None:
    active = await channel(owner.client, "Active")
    past = await channel(owner.client, "Past", starts_at="2020-01-01T10:00:00")
    gone = await channel(owner.client, "Gone")
    await owner.client.delete(f"events/{gone['id']}")
    await channel(stranger.client, "Not mine")
    for status, expected in ((0, active), (1, past), (2, gone)):
        listed = (await owner.client.get(f"events?status={status}")).json()["data"]
        assert [shown["id"] for shown in listed] == [expected["id"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [("orderBy=owner_id", "orderBy"), ("orderBy=name&sortedBy=up", "sortedBy"), ("page=0", "page"), ("page=x", "page"),
     ("status=7", "status")],
)  # fmt: skip
async def test_list_names_the_bad_parameter(owner: Member, query: str, field: str) -> None:
    answer = await owner.client.get(f"events?{query}")
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_plan_limits_channels_even_when_asked_at_once(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as anyone:
        owner = await member(anyone)
        answers = await asyncio.gather(*(owner.client.post("events", {"name": "Show"}) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 402, 402, 402]
        user = (await owner.client.get("profile")).json()["data"]
        assert user["canAddChannels"] is False
        assert user["subscription_details"]["data"]["usage"]["channels"]["percentage"] == 100
