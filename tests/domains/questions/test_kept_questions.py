"""What all see alike of questions and polls is made once, and is never old for long."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from storecast.kit import kept
from storecast.wiring.process import process_of
from tests.factories.accounts import Member
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.questions import ask, asking_channel, choose, open_poll, polls, read, vote
from tests.waiting import eventually

Counting = Callable[[], AbstractContextManager[list[str]]]
BODY = {"eventId": "lamps"}


@pytest.fixture
async def asked(owner: Member, visitor: Client, anyone: Client) -> None:
    """A question and a poll, of which what all see is kept."""
    await asking_channel(owner.client)
    await ask(visitor)
    await open_poll(owner.client)
    await eventually(lambda: process_of(anyone.app).keeper.listening)
    await read(anyone)
    await polls(anyone)


@pytest.mark.usefixtures("asked")
async def test_what_is_kept_is_answered_without_a_query_and_with_its_tag(
    anyone: Client, count_queries: Counting
) -> None:
    async def no_query() -> bool:
        with count_queries() as queries:
            for path in ("events/playback/lamps", "events/lamps/polls", "events/playback/lamps?getQuestions=true"):
                answer = await anyone.get(path)
                fresh = await anyone.get(path, headers={"If-None-Match": answer.headers["ETag"]})
                assert (fresh.status_code, fresh.content) == (304, b"")
            assert (await anyone.post("questions/read", BODY)).headers["ETag"]
            await anyone.post("questions/read", {**BODY, "status": "answered"})
        return queries == []

    await eventually(no_query)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "body",
    [
        BODY,
        {"eventSlug": "Lamps"},
        {**BODY, "status": "answered"},
        {**BODY, "status": "removed"},
        {**BODY, "cursor": "1.2"},
        {**BODY, "status": "nonsense"},
        {**BODY, "more": 1},
        {"eventId": "vases"},
        {},
        [],
    ],
    ids=str,
)
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://shop.example"}], ids=str)
async def test_questions_are_answered_as_by_the_framework(
    anyone: Client, body: object, headers: dict[str, str]
) -> None:
    async def asks() -> tuple[object, ...]:
        answer = await anyone.post("questions/read", body, headers=headers)
        own = {"x-request-id", "access-control-allow-headers", "access-control-allow-methods"}
        return answer.status_code, answer.content, {key: said for key, said in answer.headers.items() if key not in own}

    await asks()
    ours = await asks()
    first, anyone.app.first = anyone.app.first, None  # type: ignore[attr-defined]
    try:
        assert ours == await asks()
    finally:
        anyone.app.first = first  # type: ignore[attr-defined]


@pytest.mark.usefixtures("asked")
async def test_whoever_sends_a_token_is_given_their_own(anyone: Client, visitor: Client) -> None:
    [seen] = (await read(visitor))["data"]
    assert seen["mine"] is True
    assert (await read(visitor))["data"] != (await read(anyone))["data"]
    bad = {"Authorization": "Bearer nonsense"}
    assert (await anyone.post("questions/read", BODY, headers=bad)).status_code == 401
    assert (await anyone.get("events/lamps/polls", headers=bad)).status_code == 401


@pytest.mark.usefixtures("asked")
async def test_one_making_serves_all_who_ask_at_once(anyone: Client, count_queries: Counting) -> None:
    process_of(anyone.app).keeper.clear()
    with count_queries() as queries:
        answers = await asyncio.gather(*(anyone.post("questions/read", BODY) for _ in range(50)))
        listed = await asyncio.gather(*(anyone.get("events/lamps/polls") for _ in range(50)))
    assert len({answer.content for answer in (*answers, *listed)}) == 2
    assert len([query for query in queries if "ORDER BY questions.votes DESC" in query]) == 1
    assert len([query for query in queries if "FROM polls WHERE" in query]) == 2  # how many, and which


@pytest.mark.usefixtures("asked")
async def test_every_act_is_seen_by_every_process_at_once(
    owner: Member, visitor: Client, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    async with running_app(settings_for(tmp_path, database_url)) as elsewhere:
        await eventually(lambda: process_of(elsewhere.app).keeper.listening)
        [first] = (await read(elsewhere))["data"]
        second = await ask(visitor, "And in red?")
        assert len((await read(anyone))["data"]) == 2  # who hears its own messages as soon as they are committed

        async def seen(check: Callable[[list[dict[str, object]]], bool]) -> bool:
            return check((await read(elsewhere))["data"])

        await eventually(lambda: seen(lambda found: len(found) == 2))
        await owner.client.post(f"questions/{first['id']}/pin")
        await eventually(lambda: seen(lambda found: any(each["pinned"] for each in found)))
        await owner.client.post("questions/archive", {"eventSlug": "lamps", "questionId": second["id"]})
        await eventually(lambda: seen(lambda found: len(found) == 1))


@pytest.mark.usefixtures("asked")
async def test_votes_make_kept_answers_no_older_than_a_busy_rooms(
    visitor: Client, anyone: Client, monkeypatch: pytest.MonkeyPatch, count_queries: Counting
) -> None:
    """A vote drops nothing; what is kept is made anew once it is as old as in a busy room."""
    monkeypatch.setattr(kept, "BUSY_ROOM_SECONDS", 3600.0)
    process_of(anyone.app).keeper.clear()
    [question], [opened] = (await read(anyone))["data"], await polls(anyone)
    assert (await vote(visitor, question), await choose(visitor, opened, 1)) == (200, 200)
    await process_of(anyone.app).tallies.flush()
    with count_queries() as queries:
        assert (await read(anyone))["data"][0]["votes"] == 0
        assert (await polls(anyone))[0]["votes"] == 0
    assert queries == []
    monkeypatch.setattr(kept, "BUSY_ROOM_SECONDS", 0.0)
    assert (await vote(visitor, question), await choose(visitor, opened, 2)) == (200, 200)
    await process_of(anyone.app).tallies.flush()

    async def counted() -> bool:
        return ((await read(anyone))["data"][0]["votes"], (await polls(anyone))[0]["votes"]) == (1, 1)

    await eventually(counted)
