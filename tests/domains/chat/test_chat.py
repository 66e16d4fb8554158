import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import psycopg
import pytest

from storecast.domains.accounts.routes import REALTIME_TOKENS
from storecast.wiring.process import process_of
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json, channel
from tests.factories.chat import delete, join, read, rules, say, try_to_say
from tests.factories.platform import Client
from tests.factories.seats import give_seat


async def test_message_is_read_back_with_its_author(owner: Member, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    said = (await owner.client.post("messages", {"data": "Hello <b>all</b>", "thread_id": made["thread_id"]})).json()
    message = said["data"]
    assert message["data"] == "Hello <b>all</b>"
    assert message["author"]["data"] == {
        "id": owner.user["hash_id"], "name": "Mara Ionescu", "avatar": None, "guest": False, "role": "owner"
    }  # fmt: skip
    thread = (await visitor.post("thread/read", {"threadSlug": "lamps", "userId": "0"})).json()["data"]
    assert thread["messages"]["data"] == [message]


async def test_guest_speaks_under_the_name_given_on_joining(owner: Member, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    joined = await visitor.post("thread/participant", {"threadSlug": "lamps", "name": "  Zoe   B "})
    assert joined.json()["data"]["name"] == "Zoe B"
    said = await visitor.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    author = said.json()["data"]["author"]["data"]
    assert (author["name"], author["guest"], author["role"]) == ("Zoe B", True, "viewer")


async def test_pages_lead_back_to_the_beginning(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    for _ in range(6):
        one = await guest(anyone)
        for _ in range(10):
            await one.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    body = {"threadSlug": "lamps", "userId": "1"}
    newest = (await owner.client.post("thread/read", body)).json()["data"]
    assert len(newest["messages"]["data"]) == 50
    oldest = (await owner.client.post("thread/read", {**body, "cursor": newest["cursor"]})).json()["data"]
    assert oldest["cursor"] is None
    seqs = [message["seq"] for page in (oldest, newest) for message in page["messages"]["data"]]
    assert seqs == sorted(set(seqs))
    assert len(seqs) == 60


async def test_unread_counts_others_messages_until_read(owner: Member, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    for text in ("one", "two"):
        await owner.client.post("messages", {"data": text, "thread_id": made["thread_id"]})
    body = {"threadSlug": "lamps", "userId": "1"}
    assert (await visitor.post("thread/read", body)).json()["data"]["unread"] == 2
    assert (await visitor.post("thread/read", body)).json()["data"]["unread"] == 0
    assert (await owner.client.post("thread/read", body)).json()["data"]["unread"] == 0


async def test_messages_sent_at_once_get_one_order_without_gaps(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    guests = [await guest(anyone) for _ in range(10)]
    body = {"data": "hi", "thread_id": made["thread_id"]}
    answers = await asyncio.gather(*(one.post("messages/guest", body) for one in guests))
    seqs = sorted(answer.json()["data"]["seq"] for answer in answers)
    assert seqs == list(range(seqs[0], seqs[0] + 10))


async def test_reply_must_be_to_a_message_of_the_thread(owner: Member) -> None:
    made, other = await channel(owner.client), await channel(owner.client)
    said = (await owner.client.post("messages", {"data": "hi", "thread_id": made["thread_id"]})).json()["data"]
    reply = {"data": "hello", "thread_id": made["thread_id"], "reply_for": said["id"]}
    assert (await owner.client.post("messages", reply)).json()["data"]["reply_for"] == said["id"]
    elsewhere = await owner.client.post("messages", {**reply, "thread_id": other["thread_id"]})
    assert [message["field"] for message in elsewhere.json()["error"]["messages"]] == ["reply_for"]


async def test_chat_that_is_off_is_a_conflict(owner: Member, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps", chat_enabled=False)
    body = {"data": "hi", "thread_id": made["thread_id"]}
    assert (await owner.client.post("messages", body)).status_code == 409
    assert (await visitor.post("messages/guest", body)).status_code == 409
    assert (await visitor.post("thread/participant", {"threadSlug": "lamps", "name": "Zoe"})).status_code == 409


async def test_guests_are_kept_out_where_guest_chat_is_off(owner: Member, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps", guest_chat_enabled=False)
    body = {"data": "hi", "thread_id": made["thread_id"]}
    assert (await visitor.post("messages/guest", body)).status_code == 403
    assert (await owner.client.post("messages/guest", body)).status_code == 200


async def test_flood_is_slowed_down(owner: Member, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    body = {"data": "hi", "thread_id": made["thread_id"]}
    statuses = [(await visitor.post("messages/guest", body)).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


async def say_until_refused(callers: Sequence[Client], made: Json) -> None:
    body = {"data": "hi", "thread_id": made["thread_id"]}
    for caller in callers:
        for _ in range(20):
            if (await caller.post("messages/guest", body)).status_code == 429:
                return
    raise AssertionError("nobody was slowed down")


async def test_guests_of_one_network_slow_down_guests_and_nobody_else(
    owner: Member, stranger: Member, anyone: Client, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    moderator = await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", made)
    await say_until_refused([await guest(anyone) for _ in range(16)], made)
    body = {"data": "Hello", "thread_id": made["thread_id"]}
    assert (await (await guest(anyone)).post("messages/guest", body)).status_code == 429
    for person in (owner, moderator, stranger):
        answers = [(await person.client.post("messages", body)).status_code for _ in range(3)]
        assert answers == [200] * 3


async def test_viewers_of_one_network_do_not_slow_down_the_host(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    await say_until_refused([(await member(anyone)).client for _ in range(16)], made)
    body = {"data": "Hello", "thread_id": made["thread_id"]}
    assert [(await owner.client.post("messages", body)).status_code for _ in range(21)] == [200] * 20 + [429]


async def test_guests_tokens_of_one_network_are_no_signed_in_persons(owner: Member, anyone: Client) -> None:
    limits, most = process_of(anyone.app).limits, int(REALTIME_TOKENS.partition("/")[0])
    for _ in range(most):
        await limits.hit(REALTIME_TOKENS, "realtime-token", "127.0.0.1")
    assert (await anyone.get("jwt")).status_code == 429
    assert (await owner.client.get("jwt")).status_code == 200


async def test_guests_who_read_leave_nothing_behind(owner: Member, anyone: Client, database_url: str) -> None:
    made = await channel(owner.client, slug="lamps")
    body = {"threadSlug": "lamps", "userId": "1"}
    await owner.client.post("messages", {"data": "Hello", "thread_id": made["thread_id"]})
    for _ in range(3):
        reader = await guest(anyone)
        assert [(await reader.post("thread/read", body)).json()["data"]["unread"] for _ in range(2)] == [1, 0]
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM participants").fetchone() == (0,)
        await owner.client.post("thread/read", body)
        assert connection.execute("SELECT count(*) FROM participants").fetchone() == (1,)


async def test_unread_and_participants_are_counted_so_far(owner: Member, anyone: Client, database_url: str) -> None:
    made = await channel(owner.client, slug="lamps")
    thread = made["thread_id"]
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO messages (hash_id, thread_id, seq, author, author_name, author_role, data, created_at)"
            " SELECT lpad(n::text, 32, '0'), %s, n, CASE WHEN n %% 2 = 0 THEN 'guest:a' ELSE %s END, 'A', 'viewer',"
            " 'hi', now() FROM generate_series(1, 400) n",
            (thread, f"user:{owner.user['hash_id']}"),
        )
        connection.execute(
            "INSERT INTO participants (thread_id, subject, read_seq, joined_at)"
            " SELECT %s, 'guest:' || n, 0, now() FROM generate_series(1, 1200) n",
            (thread,),
        )
    body = {"threadSlug": "lamps", "userId": "1"}
    shown = (await (await guest(anyone)).post("thread/read", body)).json()["data"]
    assert (shown["unread"], shown["participants"]) == (100, 1000)
    assert (await owner.client.post("thread/read", body)).json()["data"]["unread"] == 50


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"data": ""}, "data"),
        ({"data": "   "}, "data"),
        ({"data": "a" * 301}, "data"),
        ({"data": "\u200b\u2060\u00ad"}, "data"),
        ({"data": "\u200d"}, "data"),
        ({"data": "\u2800 \u3164"}, "data"),
        ({"data": "gnp.exe\u202e"}, "data"),
        ({"data": "\u2066hidden\u2069"}, "data"),
        ({"data": "Z" + "\u0301" * 500}, "data"),
        ({"data": "\n" * 25 + "x\n" * 25}, "data"),
        ({"data": None}, "data"),
        ({"thread_id": "x"}, "thread_id"),
        ({"thread_id": 0}, "thread_id"),
        ({"locale": "not a locale"}, "locale"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, change: dict[str, object], field: str) -> None:
    made = await channel(owner.client)
    answer = await owner.client.post("messages", {"data": "hi", "thread_id": made["thread_id"], **change})
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_300_characters_count_as_characters_and_not_as_bytes(owner: Member) -> None:
    made = await channel(owner.client)
    answer = await owner.client.post("messages", {"data": "💡" * 300, "thread_id": made["thread_id"]})
    assert answer.status_code == 200


async def test_chat_needs_a_token(owner: Member, anyone: Client, visitor: Client) -> None:
    made = await channel(owner.client, slug="lamps")
    message = {"data": "hi", "thread_id": made["thread_id"]}
    for path, body in (
        ("messages", message), ("messages/guest", message), ("thread/read", {"threadSlug": "lamps", "userId": "1"}),
        ("thread/participant", {"threadSlug": "lamps"}),
    ):  # fmt: skip
        assert (await anyone.post(path, body)).status_code == 401
    assert (await visitor.post("messages", message)).status_code == 401
    assert (await visitor.post("thread/read", {"threadSlug": "nothing", "userId": "1"})).status_code == 404


@pytest.mark.parametrize(
    "name", ["\u200b", "\u202eMara", "\u2060\u2060", "Z" + "\u0301" * 40, "\u3164", "x" * 41, "a\u0000b"]
)
async def test_names_that_show_nothing_or_mislead_are_refused(lamps: Json, visitor: Client, name: str) -> None:
    refused = await visitor.post("thread/participant", {"threadSlug": "lamps", "name": name})
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["error"]["messages"]] == ["name"]


async def test_markup_is_text(lamps: Json, visitor: Client) -> None:
    for text in ("<script>alert(1)</script>", "[x](javascript:alert(1))", "&lt;b&gt;", "{{7*7}} ${7*7}"):
        assert (await say(visitor, lamps, text))["data"] == text
    assert await join(visitor, lamps, "<img src=x onerror=alert(1)>") != ""


async def test_roles_are_shown_as_they_were(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    said = {"viewer": await say(visitor, lamps), "owner": await say(owner.client, lamps)}
    for role in ("admin", "editor", "moderator"):
        somebody = await member(anyone)
        give_seat(database_url, owner, somebody, role, lamps)
        said[role] = await say(somebody.client, lamps)
    packer = await member(anyone)
    give_seat(database_url, owner, packer, "fulfilment", lamps)
    assert (await say(packer.client, lamps))["author"]["data"]["role"] == "viewer"
    assert {role: each["author"]["data"]["role"] for role, each in said.items()} == {role: role for role in said}
    both = await member(anyone)
    for role in ("moderator", "editor"):
        give_seat(database_url, owner, both, role, lamps if role == "editor" else None)
    assert (await read(both.client, lamps))["me"]["role"] == "editor"
    assert (await read(stranger.client, lamps))["me"]["role"] == "viewer"


async def test_a_page_says_who_reads_and_what_is_asked_of_them(owner: Member, lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps)
    mine = {"banned": False, "banned_until": None, "slow_until": None}
    assert (await read(owner.client, lamps))["me"] == {
        **mine, "id": owner.user["hash_id"], "role": "owner", "may_moderate": True
    }  # fmt: skip
    page = await read(visitor, lamps)
    assert page["me"] == {**mine, "id": said["author"]["data"]["id"], "role": "viewer", "may_moderate": False}
    assert page["settings"] == {
        "enabled": True, "guest_chat": True, "slow_seconds": 0, "followers_only": False, "followers_minutes": 0,
        "members_only": False, "guests": True, "shield": False, "links": "accounts", "anonymous_questions": False,
    }  # fmt: skip
    await rules(owner.client, lamps, slow_seconds=30)
    assert (await read(visitor, lamps))["settings"]["slow_seconds"] == 30
    await owner.client.post("events/lamps/chat/bans", {"message_id": said["id"], "seconds": 600})
    me = (await read(visitor, lamps))["me"]
    assert (me["banned"], me["banned_until"] is not None) == (True, True)
    assert (await try_to_say(visitor, lamps)).status_code == 403
    assert (await visitor.post("thread/participant", {"threadSlug": "lamps", "name": "Zoe"})).status_code == 403


Counting = Callable[[], AbstractContextManager[list[str]]]


async def test_saying_something_asks_the_database_little_and_last_of_all_for_its_place(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, count_queries: Counting
) -> None:
    said = await say(visitor, lamps, "@nobody yet")
    for client, more, most in (
        (visitor, {}, 6), (visitor, {"reply_for": said["id"]}, 6), (stranger.client, {}, 7), (owner.client, {}, 5),
    ):  # fmt: skip
        with count_queries() as queries:
            await say(client, lamps, "hi", **more)
        assert len(queries) <= most
        [place] = [at for at, query in enumerate(queries) if "INSERT INTO rooms" in query]
        assert "INSERT INTO messages" in queries[place]
        rest = [query.split()[0] for query in queries[place + 1 :]]
        assert rest == ["WITH", "SELECT"], "the log, and whether programs listen: the room is locked meanwhile"


async def test_a_page_costs_the_same_whatever_it_shows(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, count_queries: Counting
) -> None:
    said = await say(owner.client, lamps)
    for client in (visitor, stranger.client):
        await read(client, lamps)
        with count_queries() as of_one:
            await read(client, lamps)
        for number in range(5):
            answer = await say(owner.client, lamps, f"{number} @Mara Ionescu", reply_for=said["id"])
            await owner.client.post(f"messages/{answer['id']}/reactions", {"emoji": "🎉"})
        await owner.client.post("events/lamps/chat/pin", {"message_id": said["id"]})
        await read(client, lamps)
        with count_queries() as of_many:
            page = await read(client, lamps)
        assert page["pinned"]["data"]["id"] == said["id"]
        assert page["messages"]["data"][-1]["reactions"] != []
        assert len(of_many) == len(of_one)


async def test_a_private_channels_messages_are_for_who_may_watch(
    owner: Member, stranger: Member, lamps: Json, visitor: Client
) -> None:
    said = await say(owner.client, lamps)
    await owner.client.put("events/lamps", {"privacy": 2})
    for client in (stranger.client, visitor):
        there = f"messages/{said['id']}"
        answers = [
            await client.put(there, {"data": "x"}),
            await client.post(f"{there}/reactions", {"emoji": "👍"}),
            await client.post(f"{there}/reports", {"reason": "spam"}),
            await delete(client, lamps, said),
            await client.post("events/lamps/chat/hearts", {}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
    assert (await stranger.client.post(f"messages/{said['id']}/restore")).status_code == 404
    assert (await stranger.client.get("events/lamps/chat/reports")).status_code == 404
