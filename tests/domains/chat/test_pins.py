"""One message stands above the chat, where the host has put it."""

import asyncio

import msgspec

from storecast.kit.settings import Settings
from tests.factories.accounts import Member, guest
from tests.factories.channels import Json, channel
from tests.factories.chat import delete, read, rules, say
from tests.factories.platform import Client
from tests.factories.rooms import heard


async def pin(client: Client, message: Json) -> int:
    return (await client.post("events/lamps/chat/pin", {"message_id": message["id"]})).status_code


async def unpin(client: Client, message: Json) -> int:
    return (await client.delete("events/lamps/chat/pin", json={"message_id": message["id"]})).status_code


async def pinned(client: Client, made: Json) -> object:
    shown = (await read(client, made))["pinned"]["data"]
    return shown["data"] if shown else shown


async def test_a_pinned_message_stands_above_the_chat(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    first, second = await say(visitor, lamps, "first"), await say(owner.client, lamps, "second")
    assert await pinned(visitor, lamps) == []
    assert await pin(owner.client, first) == 200
    assert (await read(visitor, lamps))["pinned"]["data"] == first
    assert await pin(owner.client, second) == 200
    assert await pin(owner.client, second) == 200
    assert await pinned(visitor, lamps) == "second"
    assert await unpin(owner.client, first) == 409
    assert await unpin(owner.client, second) == 200
    assert await unpin(owner.client, second) == 409
    assert await pinned(visitor, lamps) == []
    told = [each for each in await heard(anyone, settings, lamps["id"]) if "pinned" in each.event]
    assert [each.event for each in told] == ["message.pinned", "message.pinned", "message.unpinned"]
    assert msgspec.json.decode(told[0].data) == {"message": first}
    assert msgspec.json.decode(told[2].data) == {"id": second["id"]}


async def test_what_is_deleted_is_taken_down(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    said = await say(visitor, lamps, "look here")
    await pin(owner.client, said)
    await delete(visitor, lamps, said)
    assert await pinned(visitor, lamps) == []
    log = await heard(anyone, settings, lamps["id"])
    assert "message.unpinned" in [each.event for each in log]
    assert not any(b"look here" in bytes(each.data) for each in log)


async def test_two_pins_at_once_leave_one(owner: Member, lamps: Json, visitor: Client) -> None:
    said = [await say(visitor, lamps, f"{number}") for number in range(4)]
    assert await asyncio.gather(*(pin(owner.client, each) for each in said)) == [200] * 4
    assert await pinned(visitor, lamps) in ["0", "1", "2", "3"]


async def test_only_what_is_shown_here_is_pinned_by_who_may(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client
) -> None:
    other = await channel(owner.client, slug="chairs")
    said, elsewhere, gone = await say(visitor, lamps), await say(visitor, other), await say(visitor, lamps)
    await delete(owner.client, lamps, gone)
    await rules(owner.client, lamps, hold="everything")
    held = await say(visitor, lamps, "held")
    assert [await pin(owner.client, each) for each in (elsewhere, gone, held, {"id": "nothing"})] == [404] * 4
    assert [await unpin(owner.client, each) for each in (elsewhere, {"id": "nothing"})] == [404] * 2
    for client, status in ((stranger.client, 403), (visitor, 401), (anyone, 401)):
        assert (await pin(client, said), await unpin(client, said)) == (status, status)
    refused = await owner.client.post("events/lamps/chat/pin", {})
    assert [each["field"] for each in refused.json()["error"]["messages"]] == ["message_id"]


async def test_an_edit_is_seen_above_the_chat(owner: Member, lamps: Json, visitor: Client, anyone: Client) -> None:
    said = await say(visitor, lamps, "Helo")
    await pin(owner.client, said)
    await visitor.put(f"messages/{said['id']}", {"data": "Hello"})
    assert await pinned(await guest(anyone), lamps) == "Hello"
