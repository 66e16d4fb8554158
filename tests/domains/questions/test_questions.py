"""Asking and reading: what viewers see of each other's questions."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import psycopg
import pytest

from storecast.contracts.audience import EVERYBODY
from storecast.kit.settings import Settings
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.questions import ask, asking_channel, guests, read, vote
from tests.factories.rooms import heard
from tests.factories.seats import give_seat

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def test_question_is_read_back_with_who_asked_it(owner: Member, visitor: Client, anyone: Client) -> None:
    await asking_channel(owner.client)
    await visitor.post("thread/participant", {"threadSlug": "lamps", "name": "Zoe"})
    asked = await ask(visitor, "Does it <b>dim</b>?")
    assert asked["question"] == "Does it <b>dim</b>?"
    assert (asked["votes"], asked["my_vote"], asked["mine"], asked["status"]) == (0, 0, True, "open")
    author = asked["author"]["data"]
    assert (author["name"], author["guest"], author["role"]) == ("Zoe", True, "viewer")
    [shown] = (await read(anyone))["data"]
    assert shown == {**asked, "mine": False}
    assert (await read(owner.client, eventId=None, eventSlug="lamps"))["data"] == [{**asked, "mine": False}]


async def test_guest_who_never_spoke_may_say_a_name(owner: Member, visitor: Client) -> None:
    await asking_channel(owner.client)
    assert (await ask(visitor))["author"]["data"]["name"] == "Guest"
    assert (await ask(visitor, "And in red?", name=" Ana  B "))["author"]["data"]["name"] == "Ana B"


async def test_team_is_known_by_its_roles(owner: Member, stranger: Member, anyone: Client, database_url: str) -> None:
    await asking_channel(owner.client)
    asked = [await ask(owner.client)]
    for role in ("admin", "editor", "moderator", "fulfilment"):
        person = await member(anyone)
        give_seat(database_url, owner, person, role)
        asked.append(await ask(person.client))
    asked.append(await ask(stranger.client))
    roles = [each["author"]["data"]["role"] for each in asked]
    assert roles == ["owner", "admin", "editor", "moderator", "viewer", "viewer"]


async def test_room_hears_what_is_asked(owner: Member, visitor: Client, anyone: Client, settings: Settings) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor)
    [event] = [each for each in await heard(anyone, settings, made["id"]) if each.event.startswith("question.")]
    assert (event.event, event.audience) == ("question.created", EVERYBODY)
    assert msgspec.json.decode(event.data) == {**asked, "mine": False}


async def test_the_most_popular_come_first_and_of_the_same_votes_the_newest(owner: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    askers = await guests(anyone, 4, of_each_network=1)
    asked = [await ask(asker, f"Number {number}?") for number, asker in enumerate(askers)]
    for asker in askers[:2]:
        await vote(asker, asked[1])
    await vote(askers[0], asked[0], 1)
    await vote(askers[1], asked[2])
    listed = [(each["question"], each["votes"]) for each in (await read(owner.client))["data"]]
    assert listed == [("Number 1?", 2), ("Number 2?", 1), ("Number 3?", 0), ("Number 0?", -1)]


async def test_who_reads_is_told_whether_one_may_ask_anonymously(owner: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    assert (await read(anyone))["meta"]["anonymous"] is False
    changed = await owner.client.put("events/lamps/chat/settings", {"anonymous_questions": True})
    assert changed.status_code == 200, changed.text
    assert (await read(anyone))["meta"]["anonymous"] is True


def fill(database_url: str, number: int) -> None:
    """So many questions, with votes from 0 to 6."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO questions (hash_id, channel_id, author, author_name, author_role, anonymous, question, status,"
            " state, pinned, votes, created_at) SELECT lpad(n::text, 32, '0'), channels.id, 'guest:a', 'A', 'viewer',"
            " false, 'Question ' || n, 'open', 'shown', false, n %% 7, now()"
            " FROM generate_series(1, %s) n, channels WHERE slug = 'lamps'",
            (number,),
        )


async def test_pages_lead_through_all_once_though_others_ask_and_vote(
    owner: Member, visitor: Client, anyone: Client, database_url: str
) -> None:
    await asking_channel(owner.client)
    fill(database_url, 120)
    seen, cursor = [], None
    while True:
        page = await read(visitor, cursor=cursor)
        seen += [each["id"] for each in page["data"]]
        cursor = page["meta"]["cursor"]
        if cursor is None:
            break
        assert len(page["data"]) == 50
        await ask(owner.client, f"Asked at {len(seen)}?")  # has no votes: it stands among the last
        await vote(owner.client, page["data"][0])  # what was shown rises
    assert len(seen) == len(set(seen)) == 122
    assert len((await read(anyone, cursor="3.99999"))["data"]) == 50


@pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "1.2.3", "9999999999.1", "1.9999999999999999999", ""])
async def test_cursor_of_nobody_is_refused(owner: Member, visitor: Client, cursor: str) -> None:
    await asking_channel(owner.client)
    answer = await visitor.post("questions/read", {"eventId": "lamps", "cursor": cursor})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["error"]["messages"]] == ["cursor"]


async def test_many_questions_cost_as_many_queries_as_one(
    owner: Member, visitor: Client, count_queries: Counting, database_url: str
) -> None:
    await asking_channel(owner.client)

    async def cost(caller: Client) -> int:
        """But for the channel's rules, which are at hand or not."""
        with count_queries() as queries:
            await read(caller)
        return len([query for query in queries if "chat_settings" not in query])

    fill(database_url, 1)
    few = await cost(visitor), await cost(owner.client)
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM questions")
    fill(database_url, 60)
    assert (await cost(visitor), await cost(owner.client)) == few


async def test_channels_questions_are_counted(owner: Member, visitor: Client, anyone: Client) -> None:
    made = await asking_channel(owner.client)
    asked = [await ask(visitor, f"Number {number}?") for number in range(3)]
    for question, status in zip(asked, ("answered", "removed"), strict=False):
        body = {"eventSlug": "lamps", "questionId": question["id"], "status": status}
        assert (await owner.client.post("questions/archive", body)).status_code == 200
    await owner.client.get("events/lamps/cache")
    for shown in (
        (await anyone.get("events/playback/lamps")).json()["data"],
        (await anyone.get("events/products/lamps")).json()["data"],
        (await owner.client.get(f"events/{made['id']}")).json()["data"],
    ):
        assert (shown["questionsCount"], shown["questions_enabled"]) == (2, True)


async def test_details_bring_the_questions_along_where_they_are_asked_for(
    owner: Member, visitor: Client, anyone: Client
) -> None:
    await asking_channel(owner.client)
    asked = await ask(visitor)
    await vote(visitor, asked)
    plain = await anyone.get("events/playback/lamps")
    assert "questions" not in plain.json()["data"]
    for caller in (anyone, visitor, owner.client):
        page = await read(caller)
        assert page["data"][0]["my_vote"] == (1 if caller is visitor else 0)
        for answer in (
            await caller.get("events/playback/lamps?getQuestions=true"),
            await caller.post("events/playback/lamps", {"getQuestions": True}),
        ):
            found = answer.json()["data"]
            assert found.pop("questions") == page
            assert found == (await caller.get("events/playback/lamps")).json()["data"]


async def test_who_may_not_watch_reads_and_asks_nothing(
    owner: Member, stranger: Member, visitor: Client, anyone: Client
) -> None:
    await asking_channel(owner.client, privacy=2)
    asked = await ask(owner.client)
    for caller in (anyone, visitor, stranger.client):
        assert (await caller.post("questions/read", {"eventId": "lamps"})).status_code == 404
        found = (await caller.get("events/playback/lamps?getQuestions=true")).json()["data"]["questions"]
        assert found == {
            "data": [],
            "meta": {"cursor": None, "pinned": None, "answering": None, "anonymous": False},
        }
    for caller in (visitor, stranger.client):
        assert (await caller.post("questions/create", {"eventId": "lamps", "question": "Why?"})).status_code == 404
        assert await vote(caller, asked) == 404


async def test_questions_that_are_off_are_a_conflict(owner: Member, visitor: Client) -> None:
    await channel(owner.client, slug="lamps")
    for caller in (owner.client, visitor):
        answer = await caller.post("questions/create", {"question": "Why?", "eventId": "lamps"})
        assert answer.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": " \n "}, "question"),
        ({"question": "a" * 301}, "question"),
        ({"question": None}, "question"),
        ({"question": 7}, "question"),
        ({"question": "a" + "\u0301" * 500}, "question"),
        ({"question": "\u202egnp.exe"}, "question"),
        ({"eventId": ""}, "eventId"),
        ({"eventId": "a" * 41}, "eventId"),
        ({"anonymous": "perhaps"}, "anonymous"),
        ({"name": "\u3164"}, "name"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, visitor: Client, change: dict[str, object], field: str) -> None:
    await asking_channel(owner.client)
    body = {"question": "Why?", "eventId": "lamps", **change}
    answer = await visitor.post("questions/create", body)
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json()["error"]["messages"]] == [field]


async def test_without_a_token_questions_are_read_alone(owner: Member, visitor: Client, anyone: Client) -> None:
    await asking_channel(owner.client)
    asked = await ask(visitor)
    assert (await anyone.post("questions/read", {"eventId": "lamps"})).status_code == 200
    assert (await anyone.post("questions/create", {"question": "Why?", "eventId": "lamps"})).status_code == 401
    assert await vote(anyone, asked) == 401
    nobody = await anyone.post("questions/read", {})
    assert (nobody.status_code, nobody.json()["error"]["messages"][0]["field"]) == (422, "eventId")
    assert (await anyone.post("questions/read", {"eventId": "nothing"})).status_code == 404


async def test_flood_is_slowed_down(owner: Member, visitor: Client, anyone: Client) -> None:
    await asking_channel(owner.client)
    body = {"question": "Why?", "eventId": "lamps"}
    assert [(await visitor.post("questions/create", body)).status_code for _ in range(7)] == [200] * 6 + [429]
    statuses = []
    for _ in range(10):
        another = await guest(anyone)
        statuses += [(await another.post("questions/create", body)).status_code for _ in range(6)]
    assert (statuses.count(200), statuses.count(429)) == (54, 6)
    assert (await owner.client.post("questions/create", body)).status_code == 200


async def test_questions_asked_at_once_are_all_there(owner: Member, anyone: Client) -> None:
    made = await asking_channel(owner.client)
    askers = await guests(anyone, 10)
    body = {"question": "Does it come in blue?", "eventId": made["id"]}
    answers = await asyncio.gather(*(asker.post("questions/create", body) for asker in askers))
    asked = {answer.json()["data"]["id"] for answer in answers}
    assert {each["id"] for each in (await read(owner.client))["data"]} == asked
    assert len(asked) == 10


async def test_question_sent_twice_with_a_key_is_asked_once(owner: Member, visitor: Client) -> None:
    await asking_channel(owner.client)
    body = {"question": "Does it come in blue?", "eventId": "lamps"}
    for _ in range(2):
        answer = await visitor.post("questions/create", body, headers={"Idempotency-Key": "abcdefghijklmnop"})
        assert answer.status_code == 200
    assert len((await read(visitor))["data"]) == 1


async def test_deleted_channel_takes_its_questions_with_it(owner: Member, visitor: Client) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor)
    assert (await owner.client.delete(f"events/{made['id']}")).status_code in (200, 204)
    assert await vote(visitor, asked) == 404
    assert (await owner.client.post(f"questions/{asked['id']}/pin")).status_code == 404
