"""What is deleted is gone for everybody at once, from the log too, and can be brought back."""

import asyncio

import msgspec
import psycopg

from storecast.domains.chat.forgetting import forget_deleted, forget_origins
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json, channel
from tests.factories.chat import delete, read, say, texts
from tests.factories.platform import Client
from tests.factories.rooms import heard
from tests.factories.seats import give_seat


async def events(anyone: Client, settings: Settings, made: Json, prefix: str = "message.") -> list[str]:
    return [each.event for each in await heard(anyone, settings, made["id"]) if each.event.startswith(prefix)]


async def log(anyone: Client, settings: Settings, made: Json) -> str:
    return "\n".join(bytes(each.data).decode() for each in await heard(anyone, settings, made["id"]))


async def test_a_deleted_message_is_gone_for_everybody(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    first, bad, last = [await say(visitor, lamps, text) for text in ("first", "what nobody wants to read", "last")]
    answer = await delete(owner.client, lamps, bad)
    assert (answer.status_code, answer.json()) == (200, {"data": {"id": bad["id"]}})
    for reader in (visitor, await guest(anyone), owner.client):
        assert await texts(reader, lamps) == ["first", "last"]
    assert "nobody wants" not in await log(anyone, settings, lamps)
    assert await events(anyone, settings, lamps) == ["message.created", "message.created", "message.deleted"]
    [told] = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.deleted"]
    assert bytes(told.data).decode() == f'{{"id":"{bad["id"]}","thread_id":{lamps["thread_id"]}}}'
    assert first["seq"] < bad["seq"] < last["seq"]


async def test_what_is_deleted_is_not_unread(owner: Member, lamps: Json, visitor: Client, anyone: Client) -> None:
    said = [await say(visitor, lamps, f"{number}") for number in range(3)]
    await delete(owner.client, lamps, said[1])
    assert (await read(await guest(anyone), lamps))["unread"] == 2
    assert (await read(owner.client, lamps))["unread"] == 2


async def test_who_may_moderate_still_sees_what_was_deleted(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    moderator = await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", lamps)
    bad = await say(visitor, lamps, "bad")
    await delete(moderator.client, lamps, bad)
    [seen] = (await read(moderator.client, lamps, include="all"))["messages"]["data"]
    assert (seen["data"], seen["state"]) == ("bad", "deleted")
    assert await texts(moderator.client, lamps) == []
    assert await texts(visitor, lamps, include="all") == []


async def test_authors_delete_their_own_and_nobody_elses(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client
) -> None:
    own, others = await say(visitor, lamps, "own"), await say(stranger.client, lamps, "others")
    assert (await delete(visitor, lamps, others)).status_code == 403
    assert (await delete(await guest(anyone), lamps, own)).status_code == 403
    assert (await delete(anyone, lamps, own)).status_code == 401
    assert (await delete(visitor, lamps, own)).status_code == 200
    assert await texts(owner.client, lamps) == ["others"]


async def test_deleting_twice_deletes_once(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    bad = await say(visitor, lamps, "bad")
    answers = await asyncio.gather(*(delete(owner.client, lamps, bad) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert (await delete(visitor, lamps, bad)).status_code == 200, "it is gone, as its author wishes"
    assert await events(anyone, settings, lamps) == ["message.deleted"]
    assert (await delete(await guest(anyone), lamps, bad)).status_code == 404, "others do not hear that it was there"


async def test_only_a_message_of_the_thread_is_deleted(owner: Member, lamps: Json, visitor: Client) -> None:
    other = await channel(owner.client, slug="chairs")
    said = await say(visitor, lamps)
    assert (await delete(owner.client, other, said)).status_code == 404
    assert (await delete(owner.client, lamps, {"id": "nothing"})).status_code == 404
    assert (await delete(owner.client, {"slug": "nothing"}, said)).status_code == 404
    assert await texts(visitor, lamps) == ["hi"]


async def test_a_restored_message_is_back_in_its_place(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    first, _ = await say(visitor, lamps, "first"), await say(visitor, lamps, "second")
    await delete(owner.client, lamps, first)
    restored = await owner.client.post(f"messages/{first['id']}/restore")
    assert restored.json()["data"] == first
    again = await owner.client.post(f"messages/{first['id']}/restore")
    assert (again.status_code, again.json()) == (200, restored.json()), "twice is once"
    assert await texts(visitor, lamps) == ["first", "second"]
    assert await events(anyone, settings, lamps) == ["message.created", "message.deleted", "message.restored"]
    [told] = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.restored"]
    assert f'"seq":{first["seq"]}' in bytes(told.data).decode()
    await delete(owner.client, lamps, first)
    assert '"first"' not in await log(anyone, settings, lamps), "the log forgets that it was restored, too"


async def test_what_its_author_took_back_nobody_else_restores(owner: Member, lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps)
    await delete(visitor, lamps, said)
    assert (await owner.client.post(f"messages/{said['id']}/restore")).status_code == 409
    own = await say(owner.client, lamps, "own")
    await delete(owner.client, lamps, own)
    assert (await owner.client.post(f"messages/{own['id']}/restore")).status_code == 200
    assert await texts(visitor, lamps) == ["own"]


async def test_restoring_is_for_who_may_moderate(owner: Member, stranger: Member, lamps: Json, visitor: Client) -> None:
    said = await say(stranger.client, lamps)
    assert (await stranger.client.post(f"messages/{said['id']}/restore")).status_code == 403
    await delete(owner.client, lamps, said)
    assert (await stranger.client.post(f"messages/{said['id']}/restore")).status_code == 404
    assert (await visitor.post(f"messages/{said['id']}/restore")).status_code == 401
    assert (await owner.client.post("messages/nothing/restore")).status_code == 404


async def test_what_is_answered_is_quoted_until_it_is_gone(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    original = await say(visitor, lamps, "A secret\nnobody should repeat " + "x" * 200)
    answer = await say(owner.client, lamps, "oh", reply_for=original["id"])
    assert answer["reply_to"] == {
        "id": original["id"], "name": "Guest", "data": "A secret nobody should repeat " + "x" * 69 + "…"
    }  # fmt: skip
    [_, shown] = (await read(visitor, lamps))["messages"]["data"]
    assert shown["reply_to"] == answer["reply_to"]
    await delete(owner.client, lamps, original)
    [shown] = (await read(visitor, lamps))["messages"]["data"]
    assert (shown["reply_for"], shown["reply_to"]) == (original["id"], None)
    assert "A secret" not in await log(anyone, settings, lamps)
    assert await events(anyone, settings, lamps) == ["message.created", "message.deleted"]
    await owner.client.post(f"messages/{original['id']}/restore")
    assert (await read(visitor, lamps))["messages"]["data"][1]["reply_to"] == answer["reply_to"]


async def test_who_answers_while_it_goes_quotes_nothing(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    original = await say(visitor, lamps, "A secret nobody should repeat")
    body = {"data": "oh", "thread_id": lamps["thread_id"], "reply_for": original["id"]}
    people = [await guest(anyone) for _ in range(12)]
    answers = await asyncio.gather(
        *(each.post("messages/guest", body) for each in people[:6]),
        delete(owner.client, lamps, original),
        *(each.post("messages/guest", body) for each in people[6:]),
    )
    assert {answer.status_code for answer in answers} <= {200, 422}
    assert "A secret" not in await log(anyone, settings, lamps)
    assert all(each["reply_to"] is None for each in (await read(visitor, lamps))["messages"]["data"])


async def test_nobody_answers_what_is_gone_or_was_said_elsewhere(owner: Member, lamps: Json, visitor: Client) -> None:
    other = await channel(owner.client, slug="chairs")
    gone, elsewhere = await say(visitor, lamps), await say(visitor, other)
    await delete(owner.client, lamps, gone)
    for original in (gone["id"], elsewhere["id"], "nothing"):
        body = {"data": "oh", "thread_id": lamps["thread_id"], "reply_for": original}
        refused = await visitor.post("messages/guest", body)
        assert [each["field"] for each in refused.json()["error"]["messages"]] == ["reply_for"]


async def test_pages_lead_back_across_what_is_deleted(owner: Member, lamps: Json, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO messages (hash_id, thread_id, seq, author, author_name, author_role, data, created_at, state)"
            " SELECT lpad(n::text, 32, '0'), %s, n, 'guest:a', 'A', 'viewer', n::text, now(),"
            " CASE WHEN n IN (1, 120) OR n BETWEEN 40 AND 100 THEN 'shown' ELSE 'deleted' END"
            " FROM generate_series(1, 400) n",
            (lamps["thread_id"],),
        )
    page = await read(owner.client, lamps)
    found = [page]
    while page["cursor"] is not None:
        page = await read(owner.client, lamps, cursor=page["cursor"])
        found.insert(0, page)
    read_back = [int(message["data"]) for page in found for message in page["messages"]["data"]]
    assert read_back == [1, *range(40, 101), 120]
    assert [len(page["messages"]["data"]) for page in found] == [13, 50]


def made_older(database_url: str, hours: float, where: str = "true") -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            f"UPDATE messages SET created_at = created_at - interval '1 hour' * %s WHERE {where}", (hours,)
        )


async def test_a_ban_takes_what_was_said_of_late(
    owner: Member, lamps: Json, anyone: Client, settings: Settings, database_url: str
) -> None:
    bad, other, neighbour = [(await guest(anyone)).at(address) for address in ("10.1.1.1", "10.2.2.2", "10.1.1.1")]
    signed_in = (await member(anyone)).client.at("10.1.1.1")
    await say(bad, lamps, "long ago")
    made_older(database_url, 25)
    said = await say(bad, lamps, "bad words")
    await say(neighbour, lamps, "from next door")
    await say(other, lamps, "kind words")
    await say(signed_in, lamps, "same house, own account")
    await owner.client.post("events/lamps/chat/pin", {"message_id": said["id"]})
    assert (await owner.client.post("events/lamps/chat/bans", {"message_id": said["id"]})).status_code == 200
    kept = ["long ago", "kind words", "same house, own account"]
    assert await texts(other, lamps) == kept
    assert (await read(other, lamps))["pinned"] == {"data": []}
    [purged] = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.purged"]
    ids = msgspec.json.decode(purged.data)["author_ids"]
    assert said["author"]["data"]["id"] in ids
    assert len(ids) == 2
    assert "bad words" not in await log(anyone, settings, lamps)
    assert (await owner.client.post(f"messages/{said['id']}/restore")).status_code == 200
    assert await texts(other, lamps) == ["long ago", "bad words", *kept[1:]]


async def test_a_ban_and_deletions_at_once_wait_for_each_other(
    owner: Member, lamps: Json, anyone: Client, database_url: str
) -> None:
    moderator = await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", lamps)
    for number in range(4):
        spammer = (await guest(anyone)).at(f"10.3.{number}.1")
        said = [await say(spammer, lamps, f"spam {place}") for place in range(8)]
        ban = owner.client.post("events/lamps/chat/bans", {"message_id": said[0]["id"]})
        deletions = [delete(moderator.client, lamps, each) for each in said]
        answers = await asyncio.gather(*deletions[:4], ban, *deletions[4:])
        assert {answer.status_code for answer in answers} == {200}
    assert await texts(await guest(anyone), lamps) == []


async def test_a_ban_that_was_a_slip_takes_nothing_away(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    other = await guest(anyone)
    bad, said = await say(visitor, lamps, "deleted before"), await say(visitor, lamps, "kind words")
    await delete(owner.client, lamps, bad)
    for how in ({"seconds": 3600}, {"hidden": True}):
        ban = await owner.client.post("events/lamps/chat/bans", {"message_id": said["id"], **how})
        assert await texts(other, lamps) == []
        assert (await owner.client.delete(f"events/lamps/chat/bans/{ban.json()['data']['id']}")).status_code == 204
        assert await texts(other, lamps) == ["kind words"]
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.restored"]
    assert [msgspec.json.decode(each.data)["data"] for each in told] == ["kind words"]


async def test_a_ban_that_is_undone_late_gives_nothing_back(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    said = await say(visitor, lamps, "bad words")
    ban = await owner.client.post("events/lamps/chat/bans", {"message_id": said["id"]})
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE bans SET created_at = created_at - interval '11 minutes'")
    assert (await owner.client.delete(f"events/lamps/chat/bans/{ban.json()['data']['id']}")).status_code == 204
    assert await texts(await guest(anyone), lamps) == []


async def test_who_is_hidden_does_not_notice(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    other = (await guest(anyone)).at("10.2.2.2")
    before = await say(visitor, lamps, "before")
    subject = f"guest:{before['author']['data']['id']}"
    hidden = {"subject": subject, "hidden": True, "network": False}
    assert (await owner.client.post("events/lamps/chat/bans", hidden)).status_code == 200
    said = await say(visitor, lamps, "after")
    assert said["state"] == "shown"
    assert await texts(visitor, lamps) == ["before", "after"]
    assert [each["state"] for each in (await read(visitor, lamps))["messages"]["data"]] == ["shown", "shown"]
    assert await texts(other, lamps) == []
    assert (await read(other, lamps))["unread"] == 0
    states = [each["state"] for each in (await read(owner.client, lamps, include="all"))["messages"]["data"]]
    assert states == ["hidden", "hidden"]
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "message.created"]
    assert [(each.audience, '"state":"shown"' in bytes(each.data).decode()) for each in told] == [(subject, True)]
    answer = await say(visitor, lamps, "myself", reply_for=said["id"])
    assert (answer["reply_for"], answer["reply_to"]["data"]) == (said["id"], "after"), "as if it were shown"
    assert (await read(visitor, lamps))["messages"]["data"][-1] == answer
    await delete(visitor, lamps, answer)
    changed = await visitor.put(f"messages/{said['id']}", {"data": "after all"})
    assert changed.json()["data"]["state"] == "shown"
    assert await texts(visitor, lamps) == ["before", "after all"]
    assert (await visitor.post(f"messages/{said['id']}/reactions", {"emoji": "👍"})).status_code == 200
    assert (await other.post(f"messages/{said['id']}/reactions", {"emoji": "👍"})).status_code == 404
    assert (await delete(visitor, lamps, said)).status_code == 200
    assert await texts(visitor, lamps) == ["before"]
    of_room = [each for each in await heard(anyone, settings, lamps["id"]) if each.event.startswith("message.")]
    assert [(each.event, each.audience) for each in of_room] == [
        ("message.purged", f"but:{subject}"), ("message.deleted", subject), ("message.deleted", subject)
    ]  # fmt: skip


async def test_what_others_answered_stays_quoted_for_who_is_hidden(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, database_url: str
) -> None:
    said = await say(stranger.client, lamps, "original")
    await say(visitor, lamps, "answer", reply_for=said["id"])
    subject = f"user:{said['author']['data']['id']}"
    banned = await owner.client.post("events/lamps/chat/bans", {"subject": subject, "hidden": True})
    [_, answer] = (await read(stranger.client, lamps))["messages"]["data"]
    assert answer["reply_to"]["data"] == "original"
    [answer] = (await read(visitor, lamps))["messages"]["data"]
    assert answer["reply_to"] is None
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE bans SET created_at = created_at - interval '11 minutes'")
    await owner.client.delete(f"events/lamps/chat/bans/{banned.json()['data']['id']}")
    again = await say(stranger.client, lamps, "as I said", reply_for=said["id"])
    assert again["reply_to"] is None, "all see this one, and not what it answers"


async def test_who_is_hidden_and_edits_does_not_notice(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    said = await say(stranger.client, lamps, "before")
    subject = f"user:{said['author']['data']['id']}"
    await owner.client.post("events/lamps/chat/bans", {"subject": subject, "hidden": True, "purge": False})
    assert await texts(visitor, lamps) == ["before"]
    changed = await stranger.client.put(f"messages/{said['id']}", {"data": "after"})
    assert (changed.json()["data"]["state"], await texts(stranger.client, lamps)) == ("shown", ["after"])
    assert await texts(visitor, lamps) == []
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event.startswith("message.")]
    assert [(each.event, each.audience) for each in told] == [
        ("message.deleted", f"but:{subject}"), ("message.updated", subject)
    ]  # fmt: skip


async def test_what_its_author_deletes_after_a_moderator_stays_away(
    owner: Member, lamps: Json, visitor: Client
) -> None:
    said = await say(visitor, lamps)
    await delete(owner.client, lamps, said)
    await delete(visitor, lamps, said)
    assert (await owner.client.post(f"messages/{said['id']}/restore")).status_code == 409


async def test_who_a_message_came_from_is_forgotten_after_a_day(
    lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    await say(visitor, lamps, "yesterday")
    made_older(database_url, 24)
    await say(visitor, lamps, "today")
    with psycopg.connect(database_url) as connection:
        origins = "SELECT data, origin IS NOT NULL FROM messages ORDER BY id"
        assert connection.execute(origins).fetchall() == [("yesterday", True), ("today", True)]
        async with unit_of_work(process_of(anyone.app)) as unit:
            await forget_origins(unit.db, unit.now)
        assert connection.execute(origins).fetchall() == [("yesterday", False), ("today", True)]
        [kept] = connection.execute("SELECT origin FROM messages WHERE origin IS NOT NULL").fetchone() or ()
    assert "127.0.0.1" not in kept


async def test_what_was_deleted_a_month_ago_is_gone_for_good(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    old, new, kept = [await say(visitor, lamps, text) for text in ("old", "new", "kept")]
    for each in (old, new):
        await delete(owner.client, lamps, each)
    with psycopg.connect(database_url, autocommit=True) as connection:
        month = "UPDATE messages SET removed_at = removed_at - interval '30 days' WHERE data = 'old'"
        connection.execute(month)
    async with unit_of_work(process_of(anyone.app)) as unit:
        await forget_deleted(unit.db, unit.now)
    assert await texts(owner.client, lamps, include="all") == ["new", "kept"]
    assert (await owner.client.post(f"messages/{old['id']}/restore")).status_code == 404
    assert kept["seq"] > new["seq"]
