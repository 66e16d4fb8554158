"""Where a channel's shows go: who sets it, what is taken, what is shown of keys."""

from pathlib import Path

import psycopg
import pytest

from storecast.domains.accounts.events import AccountHandedOver
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.channels.models import Role
from storecast.domains.streams.simulcast.service import MOST_TARGETS
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.seats import give_seat

KEY = "live_0123456789_abcd"
TARGET = {"name": "Elsewhere", "url": "rtmp://live.example.com/app", "key": KEY}


async def added(client: Client, on: str = "lamps", **other: object) -> Json:
    answer = await client.post(f"events/{on}/simulcast", TARGET | other)
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def listed(client: Client, on: str = "lamps") -> Json:
    data: Json = (await client.get(f"events/{on}/simulcast")).json()["data"]
    return data


@pytest.fixture(autouse=True)
async def lamps(owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


async def test_target_is_shown_with_the_end_of_its_key_alone(owner: Member, database_url: str) -> None:
    made = await added(owner.client)
    assert (made["name"], made["url"], made["status"], made["enabled"]) == (TARGET["name"], TARGET["url"], "idle", True)
    assert made["key"] == "••••abcd"
    assert await listed(owner.client) == {"enabled": True, "targets": [made]}
    channel_shown = (await owner.client.get("events/lamps")).json()["data"]
    assert channel_shown["simulcasts"]["data"] == [made]
    with psycopg.connect(database_url) as connection:
        row = str(connection.execute("SELECT * FROM simulcast_targets").fetchone())
    assert KEY not in row
    assert (await added(owner.client, key="short"))["key"] == "••••"


async def test_target_is_changed_and_keeps_its_key_where_none_is_given(owner: Member) -> None:
    made = await added(owner.client)
    path = f"events/lamps/simulcast/{made['id']}"
    for key in ("", made["key"]):
        answer = await owner.client.post(path, {"name": "New name", "url": TARGET["url"], "key": key})
        assert answer.status_code == 200
        assert answer.json()["data"] == made | {"name": "New name"}
    moved = {"name": "New name", "url": "rtmps://other.example.com/live", "key": "another_key_0123wxyz"}
    answer = await owner.client.post(path, moved)
    assert (answer.json()["data"]["url"], answer.json()["data"]["key"]) == (moved["url"], "••••wxyz")


async def test_key_does_not_go_along_to_another_address(owner: Member) -> None:
    made = await added(owner.client)
    stolen = {"name": "Mine", "url": "rtmp://evil.example.net/app", "key": made["key"]}
    answer = await owner.client.post(f"events/lamps/simulcast/{made['id']}", stolen)
    assert answer.status_code == 422
    assert answer.json()["error"]["messages"][0]["field"] == "key"
    assert (await listed(owner.client))["targets"] == [made]


async def test_target_is_deleted_once(owner: Member) -> None:
    path = f"events/lamps/simulcast/{(await added(owner.client))['id']}"
    assert (await owner.client.delete(path)).status_code == 200
    assert (await listed(owner.client))["targets"] == []
    assert (await owner.client.delete(path)).status_code == 404
    assert (await owner.client.post(path, TARGET)).status_code == 404


@pytest.mark.parametrize("by", ["body", "query"])
async def test_one_target_is_switched_by_its_id(owner: Member, by: str) -> None:
    one, other = await added(owner.client), await added(owner.client)
    body, query = ({"id": one["id"]}, "") if by == "body" else ({}, f"?id={one['id']}")
    for on, status in ((False, "off"), (False, "off"), (True, "idle")):
        answer = await owner.client.post(f"events/lamps/simulcast/toggle{query}", {"status": on, **body})
        assert answer.json()["data"] == one | {"status": status, "enabled": on}
        assert (await listed(owner.client))["targets"][1] == other


async def test_simulcast_as_a_whole_is_switched_without_an_id(owner: Member) -> None:
    await added(owner.client)
    answer = (await owner.client.post("events/lamps/simulcast/toggle", {"status": False})).json()["data"]
    assert {name: answer[name] for name in ("id", "url", "name", "status", "key")} == {
        "id": "",
        "url": None,
        "name": None,
        "status": "off",
        "key": None,
    }
    whole = await listed(owner.client)
    assert (whole["enabled"], whole["targets"][0]["status"], whole["targets"][0]["enabled"]) == (False, "off", True)
    await owner.client.put("events/lamps", {"simulcast": True})
    assert (await listed(owner.client))["enabled"] is True


async def test_unknown_target_and_one_of_another_channel_are_not_found(owner: Member) -> None:
    await channel(owner.client, slug="chairs")
    made = await added(owner.client)
    for on, ref in (("lamps", "nothing"), ("chairs", made["id"])):
        assert (await owner.client.post(f"events/{on}/simulcast/{ref}", TARGET)).status_code == 404
        assert (await owner.client.delete(f"events/{on}/simulcast/{ref}")).status_code == 404
        toggled = await owner.client.post(f"events/{on}/simulcast/toggle", {"status": False, "id": ref})
        assert toggled.status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "live.example.com/app",
        "http://live.example.com/app",
        "file:///etc/passwd",
        "rtmp://",
        "rtmp:///app",
        "rtmp://live.example.com",
        "rtmp://live.example.com:0/app",
        "rtmp://live.example.com:99999/app",
        "rtmp://user:word@live.example.com/app",
        "rtmp://live.example.com/app?key=1",
        "rtmp://live.example.com/a b",
        "rtmp://live.example.com/a\r\nb",
        "rtmp://" + "x" * 600 + "/app",
        # networks of ours, however they are written
        "rtmp://127.0.0.1/app",
        "rtmp://localhost:1935/live",
        "rtmp://2130706433/live",
        "rtmp://0x7f.1/live",
        "rtmp://[::1]/live",
        "rtmp://[::ffff:10.0.0.1]/live",
        "rtmp://10.1.2.3/live",
        "rtmps://169.254.169.254/latest",
        "rtmp://192.168.1.4:1935/live",
    ],
)
async def test_bad_address_is_refused(owner: Member, url: str) -> None:
    for path in ("events/lamps/simulcast", f"events/lamps/simulcast/{(await added(owner.client))['id']}"):
        answer = await owner.client.post(path, TARGET | {"url": url})
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["messages"][0]["field"] == "url"


@pytest.mark.parametrize("bad", [{"key": ""}, {"key": "two words"}, {"key": "a\nb"}, {"name": ""}, {"name": "x" * 61}])
async def test_bad_key_or_name_is_refused(owner: Member, bad: dict[str, str]) -> None:
    answer = await owner.client.post("events/lamps/simulcast", TARGET | bad)
    assert answer.status_code == 422
    assert answer.json()["error"]["messages"][0]["field"] == next(iter(bad))


async def test_networks_of_ours_are_allowed_by_a_setting(tmp_path: Path, database_url: str) -> None:
    settings: Settings = settings_for(tmp_path, database_url, simulcast_private=True)
    async with running_app(settings) as anyone:
        somebody = await member(anyone)
        await channel(somebody.client, slug="chairs")
        made = await added(somebody.client, "chairs", url="rtmp://127.0.0.1:1935/live")
        assert made["url"] == "rtmp://127.0.0.1:1935/live"


async def test_a_channel_has_so_many_targets_and_no_more(owner: Member) -> None:
    for _ in range(MOST_TARGETS):
        await added(owner.client)
    answer = await owner.client.post("events/lamps/simulcast", TARGET)
    assert answer.status_code == 409
    assert str(MOST_TARGETS) in answer.json()["error"]["message"]


async def test_targets_need_a_token_of_somebody_who_runs_the_show(
    owner: Member, stranger: Member, anyone: Client, lamps: Json, database_url: str
) -> None:
    made = await added(owner.client)
    asked = (
        ("GET", "simulcast", None),
        ("POST", "simulcast", TARGET),
        ("POST", "simulcast/toggle", {"status": False}),
        ("POST", f"simulcast/{made['id']}", TARGET),
        ("DELETE", f"simulcast/{made['id']}", None),
    )
    give_seat(database_url, owner, stranger, Role.MODERATOR, lamps)
    for method, path, body in asked:
        assert (await anyone.call(method, f"events/lamps/{path}", json=body)).status_code == 401
        assert (await stranger.client.call(method, f"events/lamps/{path}", json=body)).status_code == 403
    [shown] = (await stranger.client.get("events")).json()["data"]
    assert shown["simulcasts"]["data"] == []
    give_seat(database_url, owner, stranger, Role.EDITOR)
    assert await listed(stranger.client) == {"enabled": True, "targets": [made]}
    asked_for = {"name": "an app", "scopes": ["channels"]}
    token = (await owner.client.post("oauth/personal-access-tokens", asked_for)).json()["accessToken"]
    app = owner.client.with_token(token)
    assert (await app.get("events/lamps/simulcast")).status_code == 403
    assert (await app.get("events/lamps")).json()["data"]["simulcasts"]["data"] == []


async def test_viewers_see_no_targets(owner: Member, anyone: Client) -> None:
    await added(owner.client)
    for path in ("events/playback/lamps", "events/products/lamps"):
        for viewer in (anyone, owner.client):
            answer = await viewer.get(path)
            assert "live.example.com" not in answer.text


async def test_an_account_that_is_handed_over_sends_its_shows_nowhere_else(anyone: Client, owner: Member) -> None:
    await added(owner.client)
    async with unit_of_work(process_of(anyone.app)) as unit:
        user = await AccountRepository(unit.db).by_email(owner.email)
        assert user is not None
        await unit.events.happened(None, AccountHandedOver(user), unit.now)
    assert (await listed(owner.client))["targets"] == []


async def test_a_list_of_channels_costs_the_same_queries_however_many_have_targets(
    owner: Member, count_queries: object
) -> None:
    async def asked() -> int:
        with count_queries() as queries:  # type: ignore[operator]
            await owner.client.get("events")
        return len(queries)

    await added(owner.client)
    of_one = await asked()
    for slug in ("chairs", "tables", "beds"):
        await channel(owner.client, slug=slug)
        await added(owner.client, slug)
        await added(owner.client, slug)
    assert await asked() == of_one
