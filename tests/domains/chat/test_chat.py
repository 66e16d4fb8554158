import asyncio
from collections.abc import Sequence

import psycopg
import pytest

from storecast.domains.accounts.routes import REALTIME_TOKENS
from storecast.wiring.process import process_of
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json, channel
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
