"""Voting: one each, ten guests of a network, and sums that hold whoever votes at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from random import Random

import msgspec
import psycopg
import pytest

from storecast.contracts.bus import CHANNEL, BusMessage, RoomTold
from storecast.domains.questions.traces import forget_networks
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.questions import Json, ask, asking_channel, choose, guests, open_poll, polls, read, vote
from tests.factories.speaking import subject_of
from tests.waiting import eventually

MANY = [60, pytest.param(1_000, marks=pytest.mark.soak)]


@pytest.fixture
async def other_process(anyone: Client, tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    """The same installation by another process of the API."""
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


def at_process(process: Client, caller: Client, address: str = "127.0.0.1") -> Client:
    return Client(process.app, caller.token, address)


def sums_hold(database_url: str) -> bool:
    """What is kept with questions and polls is what their votes come to."""
    with psycopg.connect(database_url) as connection:
        wrong = connection.execute(
            "SELECT count(*) FROM questions WHERE votes <> (SELECT coalesce(sum(direction), 0) FROM question_votes"
            " WHERE question_id = questions.id AND counted)"
        ).fetchone()
    return wrong == (0,)


async def insisting(send: Callable[..., Awaitable[int]], *what: object) -> int:
    """The status, asked again while a machine under load has no connection left for all of a thousand."""
    while (status := await send(*what)) == 503:
        pass
    return status


async def votes_of(caller: Client, question: Json) -> tuple[int, int]:
    [shown] = [each for each in (await read(caller))["data"] if each["id"] == question["id"]]
    return shown["votes"], shown["my_vote"]


async def test_second_vote_replaces_the_first(owner: Member, visitor: Client, database_url: str) -> None:
    await asking_channel(owner.client)
    asked = await ask(owner.client)
    expected = [(2, (1, 1)), (2, (1, 1)), (1, (-1, -1)), (0, (0, 0)), (0, (0, 0)), (1, (-1, -1)), (2, (1, 1))]
    for direction, shown in expected:
        answer = await visitor.post("questions/vote", {"questionId": asked["id"], "direction": direction})
        assert (answer.json()["data"]["votes"], answer.json()["data"]["my_vote"]) == shown
        assert await votes_of(visitor, asked) == shown
    assert sums_hold(database_url)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"direction": 3}, "direction"),
        ({"direction": -1}, "direction"),
        ({"direction": "up"}, "direction"),
        ({"direction": None}, "direction"),
        ({"questionId": ""}, "questionId"),
        ({"questionId": "a" * 41}, "questionId"),
    ],
)
async def test_bad_votes_name_the_field(owner: Member, visitor: Client, body: Json, field: str) -> None:
    await asking_channel(owner.client)
    asked = await ask(owner.client)
    answer = await visitor.post("questions/vote", {"questionId": asked["id"], "direction": 2, **body})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["error"]["messages"]] == [field]


async def test_nobody_votes_on_what_is_not_open(owner: Member, visitor: Client) -> None:
    await asking_channel(owner.client)
    for status, refused in (("answered", 409), ("removed", 404)):
        asked = await ask(owner.client)
        archived = {"eventSlug": "lamps", "questionId": asked["id"], "status": status}
        assert (await owner.client.post("questions/archive", archived)).status_code == 200
        assert await vote(visitor, asked) == refused
    assert (await visitor.post("questions/vote", {"questionId": "a" * 32, "direction": 2})).status_code == 404


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", MANY)
async def test_votes_cast_at_once_by_several_processes_are_all_counted(
    owner: Member, anyone: Client, other_process: Client, database_url: str, number: int
) -> None:
    await asking_channel(owner.client)
    asked = await ask(owner.client)
    voters = await guests(anyone, number)
    elsewhere = [at_process(other_process, voter, f"198.51.{place // 2550}.{place // 10 % 255}")
                 for place, voter in enumerate(voters)]  # fmt: skip
    statuses = await asyncio.gather(
        *(insisting(vote, [voter, elsewhere[place]][place % 2], asked) for place, voter in enumerate(voters))
    )
    assert set(statuses) == {200}
    assert await votes_of(owner.client, asked) == (number, 0)
    assert sums_hold(database_url)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [25, pytest.param(1_000, marks=pytest.mark.soak)])
async def test_of_the_tokens_of_one_network_ten_count(
    owner: Member, anyone: Client, other_process: Client, database_url: str, number: int
) -> None:
    """Whatever process they ask, and though they ask at once."""
    await asking_channel(owner.client)
    asked, opened = await ask(owner.client), await open_poll(owner.client)
    tokens = await guests(anyone, number, of_each_network=1)
    voters = [at_process([anyone, other_process][place % 2], token) for place, token in enumerate(tokens)]
    statuses = await asyncio.gather(*(insisting(vote, voter, asked) for voter in voters))
    assert (statuses.count(200), set(statuses)) == (10, {200, 403})
    assert await votes_of(owner.client, asked) == (10, 0)
    chosen = await asyncio.gather(*(insisting(choose, voter, opened, 1) for voter in voters))
    assert (chosen.count(200), set(chosen)) == (10, {200, 403})
    [shown] = await polls(owner.client)
    assert [each["votes"] for each in shown["answers"]] == [0, 10, 0]
    # Another question has ten of its own, those who have an account are not counted, nor who has voted.
    assert await vote(voters[-1], await ask(owner.client)) == 200
    [counted] = [voter for voter, status in zip(voters, statuses, strict=True) if status == 200][:1]
    assert await vote(counted, asked, 1) == 200
    assert await vote((await member(anyone)).client, asked) == 200
    assert await votes_of(owner.client, asked) == (9, 0)
    # A vote that is taken back leaves room for another.
    refused = [voter for voter, status in zip(voters, statuses, strict=True) if status == 403]
    assert await vote(counted, asked, 0) == 200
    assert await vote(refused[0], asked) == 200
    assert await vote(refused[1], asked) == 403
    assert sums_hold(database_url)


async def test_who_has_voted_changes_their_mind_from_a_network_that_is_full(owner: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    asked = await ask(owner.client)
    away = (await guest(anyone)).at("192.0.2.7")
    assert await vote(away, asked) == 200
    for _ in range(10):
        assert await vote(await guest(anyone), asked) == 200
    assert await vote(away.at("127.0.0.1"), asked, 1) == 200
    assert await vote(await guest(anyone), asked) == 403


async def test_one_persons_votes_sent_at_once_leave_one(
    owner: Member, stranger: Member, visitor: Client, database_url: str
) -> None:
    await asking_channel(owner.client)
    asked, directions = await ask(owner.client), [2, 1, 0, 2, 2, 1, 0, 1] * 2
    for voter in (visitor, stranger.client):
        statuses = await asyncio.gather(*(vote(voter, asked, direction) for direction in directions))
        assert set(statuses) == {200}
    votes, own = await votes_of(visitor, asked)
    assert votes == own + (await votes_of(stranger.client, asked))[1]
    assert sums_hold(database_url)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 40))])
async def test_sums_never_drift(owner: Member, anyone: Client, database_url: str, seed: int) -> None:
    """Whoever votes, changes and takes back, of however many networks, while questions come and go."""
    chance = Random(seed)
    await asking_channel(owner.client)
    asked = [await ask(owner.client, f"Number {number}?") for number in range(3)]
    voters = await guests(anyone, 24, of_each_network=12)

    async def archive(question: Json) -> None:
        status = chance.choice(["answered", "removed"])
        body = {"eventSlug": "lamps", "questionId": question["id"], "status": status}
        archived = (await owner.client.post("questions/archive", body)).status_code
        assert archived == 200 or (archived, status) == (409, "answered")  # somebody removed it meanwhile
        assert (await owner.client.post(f"questions/{question['id']}/restore")).status_code == 200

    acts = [vote(chance.choice(voters), chance.choice(asked), chance.choice([0, 1, 2])) for _ in range(80)]
    acts += [archive(chance.choice(asked)) for _ in range(3)]
    chance.shuffle(acts)
    for done in await asyncio.gather(*acts):
        assert done in (None, 200, 403, 404, 409, 429)
    assert sums_hold(database_url)


async def test_banned_do_not_vote_and_who_is_hidden_believes_to(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, database_url: str
) -> None:
    await asking_channel(owner.client)
    asked, opened = await ask(owner.client), await open_poll(owner.client)
    hidden = await member(anyone)
    bans = (
        {"subject": await subject_of(stranger.client)},
        {"subject": await subject_of(hidden.client), "hidden": True},
    )
    for ban in bans:
        assert (await owner.client.post("events/lamps/chat/bans", ban)).status_code == 200
    assert (await vote(stranger.client, asked), await choose(stranger.client, opened, 0)) == (403, 403)
    assert (await vote(hidden.client, asked), await choose(hidden.client, opened, 0)) == (200, 200)
    assert await vote(visitor, asked) == 200
    assert await votes_of(hidden.client, asked) == (2, 1)
    assert await votes_of(visitor, asked) == (1, 1)
    assert [(await polls(caller))[0]["votes"] for caller in (hidden.client, visitor)] == [1, 0]
    assert (await polls(hidden.client))[0]["my_vote"] == 0
    [ban] = [each for each in (await owner.client.get("events/lamps/chat/bans")).json()["data"] if each["hidden"]]
    assert (await owner.client.delete(f"events/lamps/chat/bans/{ban['id']}")).status_code in (200, 204)
    assert (await vote(hidden.client, asked, 1), await choose(hidden.client, opened, 2)) == (200, 200)
    assert await votes_of(visitor, asked) == (0, 1)
    assert (await polls(visitor))[0]["votes"] == 1
    assert sums_hold(database_url)


async def test_burst_of_votes_is_told_as_totals_and_not_vote_by_vote(
    owner: Member, anyone: Client, database_url: str
) -> None:
    made = await asking_channel(owner.client)
    asked, opened = await ask(owner.client), await open_poll(owner.client)
    voters = await guests(anyone, 20)
    with psycopg.connect(database_url, autocommit=True) as connection:
        before = connection.execute("SELECT seq FROM rooms WHERE room_id = %s", (made["id"],)).fetchone()
        connection.execute(f"LISTEN {CHANNEL}")
        for voter in voters:
            assert (await vote(voter, asked), await choose(voter, opened, 2)) == (200, 200)
        told: list[RoomTold] = []

        def both() -> bool:
            for notice in connection.notifies(timeout=0.01):
                message = msgspec.json.decode(notice.payload, type=BusMessage)
                if isinstance(message, RoomTold) and message.room_id == made["id"]:
                    told.append(message)
            last = {each.event: msgspec.json.decode(each.data) for each in told}
            return last == {
                "questions.counted": {"votes": {asked["id"]: 20}},
                "poll.counted": {"id": opened["id"], "votes": [0, 0, 20]},
            }

        await eventually(both)
        assert len(told) < 20
        assert connection.execute("SELECT seq FROM rooms WHERE room_id = %s", (made["id"],)).fetchone() == before


async def test_networks_are_forgotten_once_nothing_depends_on_them(
    clock: Clock, owner: Member, visitor: Client, database_url: str
) -> None:
    await asking_channel(owner.client)
    asked, still_open, opened = await ask(visitor), await ask(visitor), await open_poll(owner.client)
    for question in (asked, still_open):
        await vote(visitor, question)
    await choose(visitor, opened, 0)
    await owner.client.post("questions/archive", {"eventSlug": "lamps", "questionId": asked["id"]})
    await owner.client.post(f"polls/{opened['id']}/close")

    async def known() -> tuple[object, ...]:
        async with unit_of_work(process_of(visitor.app), clock()) as unit:
            await forget_networks(unit.db, unit.now)
        with psycopg.connect(database_url) as connection:
            return tuple(
                connection.execute(f"SELECT count(origin) FROM {table}").fetchone()[0]  # type: ignore[index]
                for table in ("questions", "question_votes", "poll_votes")
            )

    assert await known() == (2, 2, 1)
    with psycopg.connect(database_url) as connection:
        [kept, _] = connection.execute("SELECT origin FROM question_votes").fetchall()
    assert "127.0.0.1" not in kept[0]
    assert len(kept[0]) == 32
    clock.move(hours=23)
    assert await known() == (2, 2, 1)
    clock.move(hours=2)
    assert await known() == (0, 1, 0)
    clock.move(hours=24 * 30)
    assert await known() == (0, 0, 0)
