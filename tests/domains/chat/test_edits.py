"""What somebody has just said they can say better; nobody else can."""

import msgspec
import pytest

from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.accounts import Member, guest
from tests.factories.channels import Json
from tests.factories.chat import delete, read, rules, say, texts
from tests.factories.platform import Client
from tests.factories.rooms import heard


async def test_an_edit_is_seen_in_its_place(lamps: Json, visitor: Client, anyone: Client, settings: Settings) -> None:
    said = await say(visitor, lamps, "Helo")
    await say(visitor, lamps, "second")
    answer = await visitor.put(f"messages/{said['id']}", {"data": "Hello"})
    edited = answer.json()["data"]
    assert edited["edited_at"] is not None
    assert edited == {**said, "data": "Hello", "edited_at": edited["edited_at"]}
    assert (await read(await guest(anyone), lamps))["messages"]["data"][0] == edited
    [told] = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.updated"]
    assert msgspec.json.decode(told.data) == edited


async def test_an_edit_that_changes_nothing_is_none(
    lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    said = await say(visitor, lamps)
    assert (await visitor.put(f"messages/{said['id']}", {"data": " hi "})).json()["data"] == said
    assert "message.updated" not in [each.event for each in await heard(anyone, settings, lamps["id"])]


async def test_a_message_is_edited_for_a_minute(clock: Clock, lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps)
    clock.move(seconds=60)
    assert (await visitor.put(f"messages/{said['id']}", {"data": "one"})).status_code == 200
    clock.move(seconds=0.001)
    late = await visitor.put(f"messages/{said['id']}", {"data": "two"})
    assert late.status_code == 409
    assert await texts(visitor, lamps) == ["one"]


async def test_nobody_edits_what_others_said_or_what_is_gone(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client
) -> None:
    said = await say(visitor, lamps)
    for other in (owner.client, stranger.client, await guest(anyone)):
        assert (await other.put(f"messages/{said['id']}", {"data": "else"})).status_code == 403
    assert (await anyone.put(f"messages/{said['id']}", {"data": "else"})).status_code == 401
    assert (await visitor.put("messages/nothing", {"data": "else"})).status_code == 404
    await delete(owner.client, lamps, said)
    assert (await visitor.put(f"messages/{said['id']}", {"data": "else"})).status_code == 404
    await owner.client.post(f"messages/{said['id']}/restore")
    assert await texts(visitor, lamps) == ["hi"]


@pytest.mark.parametrize("text", ["", " ", "a" * 301, "\u200b", "\u202eevil", "a" + "\u0301" * 500, None])
async def test_an_edit_is_held_to_what_a_message_is(lamps: Json, visitor: Client, text: object) -> None:
    said = await say(visitor, lamps)
    refused = await visitor.put(f"messages/{said['id']}", {"data": text})
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["error"]["messages"]] == ["data"]


async def test_slow_mode_lets_somebody_mend_what_they_said(owner: Member, lamps: Json, visitor: Client) -> None:
    await rules(owner.client, lamps, slow_seconds=60)
    said = await say(visitor, lamps)
    assert (await visitor.put(f"messages/{said['id']}", {"data": "Hello"})).status_code == 200
    refused = await visitor.post("messages/guest", {"data": "more", "thread_id": lamps["thread_id"]})
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 50) == (429, True)
    me = (await read(visitor, lamps))["me"]
    assert (me["banned"], me["slow_until"] is not None) == (False, True)


async def test_an_edit_into_what_must_be_reviewed_is_taken_out_of_sight(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    said = await say(visitor, lamps, "kind words")
    await rules(owner.client, lamps, hold="everything")
    edited = (await visitor.put(f"messages/{said['id']}", {"data": "other words"})).json()["data"]
    assert edited["state"] == "held"
    assert await texts(await guest(anyone), lamps) == []
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event.startswith("message.")]
    assert [(each.event, each.audience) for each in told] == [
        ("message.deleted", ""), ("message.held", "act:moderate")
    ]  # fmt: skip
    approved = await owner.client.post(f"events/lamps/chat/reports/{said['id']}", {"decision": "approve"})
    assert approved.status_code == 200
    assert await texts(await guest(anyone), lamps) == ["other words"]


async def test_where_chat_is_off_nothing_is_edited(owner: Member, lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps)
    await owner.client.put(f"events/{lamps['id']}", {"chat_enabled": False})
    assert (await visitor.put(f"messages/{said['id']}", {"data": "else"})).status_code == 409


async def test_nobody_hears_of_an_edit_whose_reactions_are_the_authors(
    lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    said = await say(visitor, lamps, "Helo")
    await visitor.post(f"messages/{said['id']}/reactions", {"emoji": "👍"})
    edited = (await visitor.put(f"messages/{said['id']}", {"data": "Hello"})).json()["data"]
    assert edited["reactions"] == [{"emoji": "👍", "count": 1, "mine": True}]
    [told] = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.updated"]
    assert msgspec.json.decode(told.data)["reactions"] == [{"emoji": "👍", "count": 1, "mine": False}]
