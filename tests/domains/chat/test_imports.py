"""What was said in a chat elsewhere is said here, each message once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.accounts import Member, operator
from tests.factories.channels import Json, channel
from tests.factories.chat import delete, read, rules, say, texts
from tests.factories.oauth import OAuthClient, first_party_client, oauth_client
from tests.factories.platform import Client
from tests.factories.rooms import heard


def outside(id: str, text: str = "hi", author: str = "Yara", **more: object) -> Json:
    return {"id": id, "author": {"id": f"yt-{author}", "name": author}, "data": text, **more}


async def program(anyone: Client, client: OAuthClient) -> Client:
    """A client that speaks for itself."""
    asked = {"grant_type": "client_credentials", "scope": "chat", **client.body}
    answer = await anyone.post("oauth/token", asked)
    assert answer.status_code == 200, answer.text
    return anyone.with_token(answer.json()["access_token"])


async def bring(client: Client, *messages: Json, slug: str = "lamps") -> Json:
    answer = await client.post("messages/store-messages", {"threadSlug": slug, "messages": list(messages)})
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


def stored(count: int, *, known: int = 0, held: int = 0, refused: Sequence[str] = ()) -> Json:
    return {"stored": count, "known": known, "held": held, "refused": list(refused)}


async def test_what_is_brought_is_read_and_heard_once(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    gateway = await program(anyone, await oauth_client(owner.client))
    first = await bring(gateway, outside("a", "one"), outside("b", "two", reply_for="a"), outside("a", "one again"))
    assert first == stored(2, known=1)
    assert await bring(gateway, outside("b", "two"), outside("c", "three")) == stored(1, known=1)
    shown = (await read(visitor, lamps))["messages"]["data"]
    assert [message["data"] for message in shown] == ["one", "two", "three"]
    author = {"id": "outside:yt-Yara", "name": "Yara", "avatar": None, "guest": True, "role": "viewer"}
    assert shown[1]["author"]["data"] == author
    assert shown[1]["reply_to"] == {"id": shown[0]["id"], "name": "Yara", "data": "one"}
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.created"]
    assert [msgspec.json.decode(each.data) for each in told] == shown
    assert [each.seq for each in told] == [message["seq"] for message in shown]


async def test_many_at_once_are_brought_once(owner: Member, lamps: Json, visitor: Client) -> None:
    batch = [outside(f"m{number}", f"{number}") for number in range(30)]
    answers = await asyncio.gather(*(bring(owner.client, *batch) for _ in range(4)), say(visitor, lamps, "native"))
    assert sorted(answer["stored"] for answer in answers[:4]) == [0, 0, 0, 30]
    read_back = await texts(visitor, lamps)
    assert sorted(read_back) == sorted(["native", *map(str, range(30))])
    assert [text for text in read_back if text != "native"] == [str(number) for number in range(30)]


async def test_messages_of_here_that_come_back_are_known(owner: Member, lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps, "native")
    brought = await bring(owner.client, outside(said["id"], "native"), outside("x", "oh", reply_for=said["id"]))
    assert brought == stored(1, known=1)
    [_, answer] = (await read(visitor, lamps))["messages"]["data"]
    assert answer["reply_to"]["data"] == "native"
    await delete(owner.client, lamps, said)
    assert await bring(owner.client, outside(said["id"], "native")) == stored(0, known=1)
    assert await texts(visitor, lamps) == ["oh"], "what was deleted does not come back this way"


async def test_what_nobody_knows_is_answered_by_nothing(owner: Member, lamps: Json, visitor: Client) -> None:
    await bring(owner.client, outside("a", reply_for="gone"), outside("b", reply_for="b"))
    shown = (await read(visitor, lamps))["messages"]["data"]
    assert [(message["reply_for"], message["reply_to"]) for message in shown] == [(None, None)] * 2


async def test_times_are_kept_but_those_to_come(owner: Member, lamps: Json, visitor: Client) -> None:
    early, late = "2020-02-02T10:00:00Z", (utcnow() + timedelta(hours=3)).isoformat()
    before = utcnow()
    await bring(owner.client, outside("a", created_at=early), outside("b", created_at=late), outside("c"))
    first, second, third = [message["created_at"] for message in (await read(visitor, lamps))["messages"]["data"]]
    assert first == "2020-02-02T10:00:00.000000Z"
    assert second == third
    assert before.isoformat() < second < late


async def test_the_same_ids_mean_others_on_another_channel(owner: Member, lamps: Json) -> None:
    await channel(owner.client, slug="chairs")
    assert await bring(owner.client, outside("a")) == stored(1, known=0)
    assert await bring(owner.client, outside("a"), slug="chairs") == stored(1, known=0)


async def test_whose_program_may_bring_messages(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    body = {"threadSlug": "lamps", "messages": [outside("a")]}
    theirs = await program(anyone, await oauth_client(stranger.client))
    own = await program(anyone, await first_party_client(settings))
    runs = await operator(anyone)
    callers = (anyone, visitor, stranger.client, theirs, own, runs, owner.client)
    answers = [(await caller.post("messages/store-messages", body)).status_code for caller in callers]
    assert answers == [401, 401, 403, 403, 200, 200, 200]
    await owner.client.put("events/lamps", {"privacy": 2})
    assert (await theirs.post("messages/store-messages", body)).status_code == 404
    assert (await own.post("messages/store-messages", {**body, "threadSlug": "nothing"})).status_code == 404


async def test_a_program_needs_the_scope_and_reaches_nothing_else(owner: Member, lamps: Json, anyone: Client) -> None:
    client = await oauth_client(owner.client)
    asked = {"grant_type": "client_credentials", "scope": "channels", **client.body}
    other = anyone.with_token((await anyone.post("oauth/token", asked)).json()["access_token"])
    body = {"threadSlug": "lamps", "messages": [outside("a")]}
    assert (await other.post("messages/store-messages", body)).status_code == 403
    gateway = await program(anyone, client)
    assert (await gateway.post("messages", {"data": "hi", "thread_id": lamps["thread_id"]})).status_code == 401
    assert (await gateway.post("thread/read", {"threadSlug": "lamps", "userId": "1"})).status_code == 401
    deleted = await owner.client.delete(f"oauth/clients/{client.id}")
    assert deleted.is_success
    assert (await gateway.post("messages/store-messages", body)).status_code == 401


async def test_where_chat_is_off_nothing_is_brought(owner: Member, lamps: Json) -> None:
    await owner.client.put("events/lamps", {"chat_enabled": False})
    answer = await owner.client.post("messages/store-messages", {"threadSlug": "lamps", "messages": [outside("a")]})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"data": "\u200b"}, "messages.1.data"),
        ({"data": "x" * 301}, "messages.1.data"),
        ({"data": "a" + "\u0301" * 500}, "messages.1.data"),
        ({"author": {"id": "a", "name": "\u2066"}}, "messages.1.author.name"),
        ({"author": {"id": "", "name": "A"}}, "messages.1.author.id"),
        ({"id": "a b"}, "messages.1.id"),
        ({"created_at": "0001-01-01T00:00:00Z"}, "messages.1.created_at"),
        ({"created_at": "soon"}, "messages.1.created_at"),
        ({"locale": "xx yy"}, "messages.1.locale"),
    ],
)
async def test_one_bad_message_is_named_and_none_is_taken(
    owner: Member, lamps: Json, visitor: Client, change: Json, field: str
) -> None:
    body = {"threadSlug": "lamps", "messages": [outside("a"), {**outside("b"), **change}]}
    refused = await owner.client.post("messages/store-messages", body)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["error"]["messages"]] == [field]
    assert await texts(visitor, lamps) == []


@pytest.mark.parametrize("count", [0, 501])
async def test_a_batch_is_one_to_five_hundred(owner: Member, lamps: Json, count: int) -> None:
    messages = [outside(f"m{number}") for number in range(count)]
    refused = await owner.client.post("messages/store-messages", {"threadSlug": "lamps", "messages": messages})
    assert [each["field"] for each in refused.json()["error"]["messages"]] == ["messages"]


async def test_a_full_batch_asks_as_much_as_a_small_one(
    owner: Member, lamps: Json, visitor: Client, count_queries: object
) -> None:
    with count_queries() as of_one:  # type: ignore[operator]
        await bring(owner.client, outside("first"))
    with count_queries() as of_many:  # type: ignore[operator]
        await bring(owner.client, *(outside(f"m{number}", f"{number}") for number in range(500)))
    assert len(of_many) < len(of_one), "the audit says it once an hour, and the rules are known"
    page = await read(visitor, lamps)
    assert (page["messages"]["data"][-1]["data"], page["unread"]) == ("499", 100)


async def test_the_host_deletes_what_was_brought(owner: Member, lamps: Json, visitor: Client) -> None:
    await bring(owner.client, outside("a", "bad"))
    [message] = (await read(visitor, lamps))["messages"]["data"]
    assert (await delete(owner.client, lamps, message)).status_code == 200
    assert await texts(visitor, lamps) == []


async def test_blocked_words_and_links_hold_for_what_is_brought(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    await rules(owner.client, lamps, blocked_words=["casino"], links="team")
    batch = (
        outside("a", "cаsіnо"), outside("b", "kind"), outside("c", "go to example.com"), outside("d", "hi", "Casino"),
        outside("e", "so I say", reply_for="a"),
    )  # fmt: skip
    assert await bring(owner.client, *batch) == stored(2, refused=["a", "c", "d"])
    assert await texts(visitor, lamps) == ["kind", "so I say"]
    await rules(owner.client, lamps, hold="blocked")
    assert await bring(owner.client, *batch) == stored(3, known=2, held=3)
    assert await texts(visitor, lamps) == ["kind", "so I say"]
    waiting = (await owner.client.get("events/lamps/chat/reports")).json()["data"]
    assert sorted(each["message"]["data"]["data"] for each in waiting) == sorted(["cаsіnо", "go to example.com", "hi"])
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.held"]
    assert [each.audience for each in told] == ["act:moderate"] * 3
    first = waiting[0]["id"]
    decided = await owner.client.post(f"events/lamps/chat/reports/{first}", {"decision": "approve"})
    assert decided.json()["data"]["state"] == "shown"
    assert len(await texts(visitor, lamps)) == 3
    await rules(owner.client, lamps, hold="everything")
    assert await bring(owner.client, outside("f")) == stored(1, held=1)


async def test_the_audit_says_once_an_hour_who_brings_messages(
    clock: Clock, owner: Member, lamps: Json, anyone: Client
) -> None:
    client = await oauth_client(owner.client)
    gateway = await program(anyone, client)
    for id in ("a", "b"):
        await bring(gateway, outside(id))
    await bring(owner.client, outside("c"))
    clock.move(minutes=59)
    await bring(gateway, outside("d"))
    assert await bring(gateway, outside("d")) == stored(0, known=1)

    async def imports() -> list[tuple[str | None, str | None]]:
        notes = (await owner.client.get("events/lamps/chat/audit")).json()["data"]
        found = [(each["by"], each["detail"]) for each in notes if each["action"] == "import"]
        return [(by and by["name"], detail) for by, detail in found]

    by_hand, by_program = ("Mara Ionescu", None), (None, f"client={client.id}")
    assert await imports() == [by_hand, by_program]
