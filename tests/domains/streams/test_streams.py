import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from storecast.kit import keys
from storecast.kit.clock import utcnow
from storecast.kit.keys import InvalidToken, Keyring
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.waiting import eventually


async def test_new_channel_comes_with_its_stream(owner: Member, anyone: Client) -> None:
    made = (await owner.client.post("events", {"name": "Evening show"})).json()["data"]
    stream = made["stream"]["data"]
    assert (stream["event_id"], stream["channel"], stream["is_live"]) == (made["id"], made["slug"], False)
    assert len(stream["stream_key"]) > 20
    asked = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    assert [asked[name] for name in ("id", "stream_key")] == [stream[name] for name in ("id", "stream_key")]
    await owner.client.put(f"events/{made['id']}", {"privacy": 0, "free_pass": True})
    shown = (await anyone.get(f"events/playback/{made['slug']}")).json()["data"]["stream"]["data"]
    assert (shown["id"], shown["stream_key"]) == (stream["id"], "")


async def test_viewers_see_the_stream_made_for_a_channel_without_one(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    await owner.client.delete(f"streams/{made['stream']['data']['id']}")

    async def shown() -> object:
        answers = [(await anyone.get(path)).json() for path in ("events/playback/lamps", "events/products/lamps")]
        ids = {(answer["data"]["stream"]["data"] or {"id": None})["id"] for answer in answers}
        return ids.pop() if len(ids) == 1 else "not the same"

    assert await shown() is None
    fresh = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    assert fresh["id"] != made["stream"]["data"]["id"]
    assert await shown() == fresh["id"]


async def test_stream_stays_the_same_however_it_is_asked_for(owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    first = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    assert (await owner.client.post("streams", {"event_id": made["thread_id"]})).json()["data"] | {"token": ""} == {
        **first,
        "token": "",
    }
    assert first["ingest"] == {
        "rtmp_url": "rtmp://shop.test:1935/live",
        "browser_url": "ws://shop.test:8002/publish",
    }
    assert (first["channel"], first["event_id"], first["is_live"]) == ("lamps", made["id"], False)
    playback = first["playback"]["data"]
    assert playback["hls_url"] == f"http://shop.test:8002/hls/{playback['playback_id']}/index.m3u8"


async def test_viewers_never_see_the_key(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    key = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]["stream_key"]
    for path in ("events/playback/lamps", "events/products/lamps"):
        assert key not in (await anyone.get(path)).text
    assert key in (await owner.client.get(f"events/{made['id']}")).text


async def test_token_of_an_open_show_opens_nothing_once_it_is_private(
    owner: Member, anyone: Client, visitor: Client, tmp_path: Path
) -> None:
    made = await channel(owner.client, slug="lamps")
    await owner.client.post("streams", {"event_id": made["id"]})
    keyring = Keyring(tmp_path / "keys")

    async def opens(caller: Client) -> bool:
        shown = (await caller.get("events/playback/lamps")).json()["data"]["stream"]["data"]
        return keyring.verify(shown["token"], "v", utcnow()).opens

    assert [await opens(caller) for caller in (anyone, visitor)] == [False, False]
    shown = (await owner.client.get(f"events/{made['id']}")).json()["data"]["stream"]["data"]
    assert keyring.verify(shown["token"], "v", utcnow()).opens  # an editor may watch whatever becomes of it
    await owner.client.put("events/lamps", {"privacy": 2})
    code = (await owner.client.post("events/lamps/generate-code")).json()["code"]
    await visitor.post("events/playback/lamps", {"code": code})
    await eventually(lambda: opens(visitor))


async def shown_token(anyone: Client) -> str:
    process_of(anyone.app).keeper.clear()
    stream = (await anyone.get("events/products/lamps")).json()["data"]["stream"]["data"]
    return str(stream["token"])


@pytest.fixture
async def lamps(clock: Clock, owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    await owner.client.post("streams", {"event_id": made["id"]})


@pytest.mark.usefixtures("lamps")
async def test_token_is_the_same_for_an_hour_and_good_for_twelve_at_any_time(
    clock: Clock, anyone: Client, tmp_path: Path
) -> None:
    keyring = Keyring(tmp_path / "keys")
    first = await shown_token(anyone)
    clock.move(minutes=59)
    assert await shown_token(await guest(anyone)) == first
    assert keyring.verify(first, "v", clock() + timedelta(hours=12)).sub
    with pytest.raises(InvalidToken):
        keyring.verify(first, "v", clock() + timedelta(hours=12, minutes=2))
    clock.move(minutes=1)
    second = await shown_token(anyone)
    assert second != first
    assert keyring.verify(second, "v", clock() + timedelta(hours=12, minutes=59)).sub


@pytest.mark.usefixtures("lamps")
async def test_token_of_a_replaced_key_is_not_given_out_any_more(
    clock: Clock, anyone: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LOOK_EVERY", 0.0)
    first = await shown_token(anyone)
    keys.rotate(tmp_path / "keys", clock())
    assert await shown_token(anyone) != first


async def test_a_list_of_many_streams_leaves_turns_to_others(
    clock: Clock, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move(minutes=30)
    owner = await member(anyone)
    for _ in range(8):
        made = await channel(owner.client)
        await owner.client.post("streams", {"event_id": made["id"]})
    turn, turns = 0, list[int]()
    sign = Keyring.sign

    def signed(keyring: Keyring, claims: Mapping[str, keys.Claim]) -> str:
        turns.append(turn)
        return sign(keyring, claims)

    monkeypatch.setattr(Keyring, "sign", signed)
    clock.move(minutes=30)  # another hour: each token is signed anew
    listing = asyncio.create_task(owner.client.get("streams"))
    while not listing.done():
        turn += 1
        await asyncio.sleep(0)
    assert len((await listing).json()["data"]) == 8
    assert len(set(turns)) == len(turns) == 8


async def test_update_and_show(owner: Member) -> None:
    made = await channel(owner.client)
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    changed = await owner.client.put(f"streams/{stream['id']}", {"autojoin": "1", "is_live_manual": False})
    assert (changed.json()["data"]["autojoin"], changed.json()["data"]["is_live_manual"]) == (True, False)
    [shown] = (await owner.client.get(f"streams/{stream['id']}")).json()["data"]
    assert shown["autojoin"] is True
    assert [listed["id"] for listed in (await owner.client.get("streams")).json()["data"]] == [stream["id"]]
    missing = await owner.client.put(f"streams/{stream['id']}", {"autojoin": True})
    assert [message["field"] for message in missing.json()["error"]["messages"]] == ["is_live_manual"]


async def test_deleting_drops_the_key_and_the_next_asking_makes_another(owner: Member) -> None:
    made = await channel(owner.client)
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    answer = await owner.client.delete(f"streams/{stream['id']}")
    assert answer.status_code == 200
    fresh = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    assert fresh["stream_key"] != stream["stream_key"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_others_streams_do_not_exist(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, method: str
) -> None:
    made = await channel(owner.client)
    stream = (await owner.client.post("streams", {"event_id": made["id"]})).json()["data"]
    body = {"json": {"autojoin": True, "is_live_manual": True}} if method == "PUT" else {}
    assert (await anyone.call(method, f"streams/{stream['id']}", **body)).status_code == 401
    assert (await visitor.call(method, f"streams/{stream['id']}", **body)).status_code == 401
    assert (await stranger.client.call(method, f"streams/{stream['id']}", **body)).status_code == 404
    assert (await stranger.client.post("streams", {"event_id": made["id"]})).status_code == 403


async def test_streaming_access_without_enforced_plans_is_unlimited(owner: Member) -> None:
    made = await channel(owner.client)
    access = (await owner.client.get(f"events/{made['id']}/access")).json()["data"]
    assert (access["access"], access["minutes"], access["from"]) == (True, 1_000_000, 1_000_000)
