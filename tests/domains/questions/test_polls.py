"""Polls: prepared, opened one at a time, voted in, closed with a result that is kept with the show."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from storecast.domains.questions.polls.shown import shares
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.media import end, go_live
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.questions import Json, asking_channel, choose, guests, open_poll, poll, polls
from tests.factories.rooms import heard
from tests.factories.seats import give_seat

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def told(anyone: Client, settings: Settings, made: Json, clock: Clock | None = None) -> list[tuple[str, Json]]:
    at = clock().timestamp() if clock is not None else None
    events = [each for each in await heard(anyone, settings, made["id"], at=at) if each.event.startswith("poll.")]
    return [(each.event, msgspec.json.decode(each.data)) for each in events]


async def close(owner: Client, made: Json) -> Json:
    answer = await owner.post(f"polls/{made['id']}/close")
    assert answer.status_code == 200, answer.text
    closed: Json = answer.json()["data"]
    return closed


async def close_due(anyone: Client, clock: Clock) -> None:
    """As the worker does twice a second."""
    async with unit_of_work(process_of(anyone.app), clock()) as unit:
        await unit.polls.close_due(unit.now)


def counted(shown: Json) -> list[tuple[int, int]]:
    return [(each["votes"], each["share"]) for each in shown["answers"]]


async def test_poll_goes_from_draft_to_result(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    draft = await poll(owner.client)
    assert (draft["status"], draft["votes"], draft["my_vote"]) == ("draft", 0, None)
    assert (await polls(anyone), await polls(owner.client)) == ([], [draft])
    assert await choose(visitor, draft, 0) == 404
    changed = {"question": "Which first?", "answers": ["Lamp", "Chair"], "seconds": 60}
    assert (await owner.client.put(f"polls/{draft['id']}", changed)).json()["data"]["seconds"] == 60
    await owner.client.put(f"polls/{draft['id']}", {**changed, "seconds": None})
    opened = (await owner.client.post(f"polls/{draft['id']}/open")).json()["data"]
    assert (opened["status"], opened["question"], opened["closes_at"]) == ("open", "Which first?", None)
    for answer in (1, 0, 1):
        assert await choose(visitor, opened, answer) == 200
    assert await choose(owner.client, opened, 0) == 200
    [seen] = await polls(visitor)
    assert (counted(seen), seen["votes"], seen["my_vote"]) == ([(1, 50), (1, 50)], 2, 1)
    [of_nobody] = await polls(anyone)
    assert of_nobody == {**seen, "my_vote": None}
    for _ in range(2):
        closed = await close(owner.client, opened)
    assert (closed["status"], counted(closed), closed["session_id"]) == ("closed", [(1, 50), (1, 50)], None)
    assert await choose(visitor, opened, 0) == 409
    without = [{key: value for key, value in each.items() if key != "my_vote"} for each in (opened, closed)]
    assert await told(anyone, settings, made) == [("poll.opened", without[0]), ("poll.closed", without[1])]


async def test_poll_that_was_opened_is_neither_changed_nor_deleted_nor_opened_again(owner: Member) -> None:
    await asking_channel(owner.client)
    draft, opened = await poll(owner.client), await open_poll(owner.client)
    body = {"question": "Which?", "answers": ["A", "B"]}
    for _ in range(2):
        assert (await owner.client.put(f"polls/{opened['id']}", body)).status_code == 409
        assert (await owner.client.delete(f"polls/{opened['id']}")).status_code == 409
        assert (await owner.client.post(f"polls/{opened['id']}/open")).status_code == 409
        await close(owner.client, opened)
    assert (await owner.client.post(f"polls/{draft['id']}/close")).status_code == 409
    assert (await owner.client.delete(f"polls/{draft['id']}")).status_code == 204
    assert (await owner.client.delete(f"polls/{draft['id']}")).status_code == 404


async def test_one_poll_is_open_at_a_time_though_two_are_opened_at_once(owner: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    drafts = [await poll(owner.client) for _ in range(4)]
    answers = await asyncio.gather(*(owner.client.post(f"polls/{draft['id']}/open") for draft in drafts))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    [opened] = await polls(anyone)
    await asyncio.gather(*(owner.client.post(f"polls/{opened['id']}/close") for _ in range(4)))
    [second] = [draft for draft in drafts if draft["id"] != opened["id"]][:1]
    assert (await owner.client.post(f"polls/{second['id']}/open")).status_code == 200


async def test_votes_and_the_close_at_once_leave_the_result_that_was_counted(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    opened = await open_poll(owner.client)
    voters = await guests(anyone, 30)
    statuses, closed = await asyncio.gather(
        asyncio.gather(*(choose(voter, opened, place % 3) for place, voter in enumerate(voters))),
        close(owner.client, opened),
    )
    assert set(statuses) <= {200, 409}
    [seen] = await polls(anyone)
    assert seen["votes"] == statuses.count(200) == closed["votes"]
    assert (await told(anyone, settings, made))[-1][1]["votes"] == closed["votes"]


async def test_poll_with_a_time_is_over_by_the_clock_and_told_at_its_second(
    clock: Clock, owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    opened = await open_poll(owner.client, seconds=30)
    assert await choose(visitor, opened, 1) == 200
    clock.move(seconds=29)
    await close_due(anyone, clock)
    assert await choose(owner.client, opened, 1) == 200
    clock.move(seconds=1)
    assert await choose(visitor, opened, 0) == 409  # nobody closed it yet
    [seen] = await polls(visitor)
    assert (seen["status"], seen["closed_at"]) == ("closed", opened["closes_at"])
    clock.move(seconds=7)
    for _ in range(2):
        await close_due(anyone, clock)
    [*_, (name, closed)] = await told(anyone, settings, made, clock)
    assert (name, closed["closed_at"], counted(closed)) == (
        "poll.closed",
        opened["closes_at"],
        [(0, 0), (2, 100), (0, 0)],
    )
    assert len(await told(anyone, settings, made, clock)) == 2


async def test_poll_whose_time_is_over_makes_room_for_the_next(
    clock: Clock, owner: Member, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    await open_poll(owner.client, seconds=15)
    draft = await poll(owner.client)
    assert (await owner.client.post(f"polls/{draft['id']}/open")).status_code == 409
    clock.move(seconds=15)
    assert (await owner.client.post(f"polls/{draft['id']}/open")).status_code == 200
    assert [name for name, _ in await told(anyone, settings, made, clock)] == [
        "poll.opened",
        "poll.closed",
        "poll.opened",
    ]


async def test_result_is_kept_with_the_show_that_ends_it(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    before = await open_poll(owner.client)
    node, grant = await go_live(owner.client, made["id"])
    assert (await close(owner.client, before))["session_id"] == grant["session_id"]
    during = await open_poll(owner.client)
    assert during["session_id"] == grant["session_id"]
    assert await choose(visitor, during, 2) == 200
    await end(node, grant)
    await do_jobs(settings)
    shown = {each["id"]: each for each in await polls(anyone)}
    assert (shown[during["id"]]["status"], counted(shown[during["id"]])) == ("closed", [(0, 0), (0, 0), (1, 100)])
    after = await open_poll(owner.client)
    await do_jobs(settings)
    assert (await polls(anyone))[0] == {**after, "my_vote": None}
    assert after["session_id"] is None


async def test_polls_are_for_who_may_run_the_show(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, database_url: str
) -> None:
    made = await asking_channel(owner.client)
    draft, opened = await poll(owner.client), await open_poll(owner.client)
    moderator, editor = await member(anyone), await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", made)
    give_seat(database_url, owner, editor, "editor", made)
    body = {"question": "Which?", "answers": ["A", "B"]}
    for caller, refused, of_draft in (
        (anyone, 401, 401), (visitor, 401, 401), (stranger.client, 403, 404), (moderator.client, 403, 404)
    ):  # fmt: skip
        assert (await caller.post("events/lamps/polls", body)).status_code == refused
        for what in ("open", "close"):
            assert (await caller.post(f"polls/{opened['id']}/{what}")).status_code == refused
            assert (await caller.post(f"polls/{draft['id']}/{what}")).status_code == of_draft
        assert (await caller.put(f"polls/{draft['id']}", body)).status_code == of_draft
        assert (await caller.delete(f"polls/{draft['id']}")).status_code == of_draft
        assert [each["id"] for each in await polls(caller)] == [opened["id"]]
    assert await choose(anyone, opened, 0) == 401
    assert len(await polls(editor.client)) == 2
    assert (await close(editor.client, opened))["status"] == "closed"
    assert (await owner.client.post(f"polls/{'a' * 32}/open")).status_code == 404
    await owner.client.put("events/lamps", {"privacy": 2})
    for caller in (visitor, stranger.client):
        assert await choose(caller, opened, 0) == 404
        assert (await caller.get("events/lamps/polls")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "a" * 201}, "question"),
        ({"answers": ["A"]}, "answers"),
        ({"answers": list("ABCDEFG")}, "answers"),
        ({"answers": ["A", "a"]}, "answers"),
        ({"answers": ["A", " "]}, "answers"),
        ({"answers": ["A", "b" * 81]}, "answers"),
        ({"answers": ["A", "\u202eb"]}, "answers"),
        ({"answers": ["A", 7]}, "answers"),
        ({"answers": "AB"}, "answers"),
        ({"seconds": 14}, "seconds"),
        ({"seconds": 3601}, "seconds"),
        ({"seconds": "soon"}, "seconds"),
    ],
)
async def test_bad_polls_name_the_field(owner: Member, change: Json, field: str) -> None:
    await asking_channel(owner.client)
    draft = await poll(owner.client)
    body = {"question": "Which?", "answers": ["A", "B"], **change}
    for answer in (
        await owner.client.post("events/lamps/polls", body), await owner.client.put(f"polls/{draft['id']}", body)
    ):  # fmt: skip
        assert answer.status_code == 422, answer.text
        assert [each["field"].split(".")[0] for each in answer.json()["error"]["messages"]] == [field]


@pytest.mark.parametrize("answer", [3, 5, 6, -1, "1st", None, 2**70])
async def test_answer_that_is_none_of_the_polls_is_refused(owner: Member, visitor: Client, answer: object) -> None:
    await asking_channel(owner.client)
    opened = await open_poll(owner.client)
    refused = await visitor.post(f"polls/{opened['id']}/vote", {"answer": answer})
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["error"]["messages"]] == ["answer"]


async def test_drafts_are_bounded(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storecast.domains.questions.polls.service.MOST_DRAFTS", 3)
    await asking_channel(owner.client)
    body = {"question": "Which?", "answers": ["A", "B"]}
    answers = await asyncio.gather(*(owner.client.post("events/lamps/polls", body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409, 409]


async def test_many_polls_cost_as_many_queries_as_one_and_come_in_pages(
    clock: Clock, owner: Member, visitor: Client, count_queries: Counting
) -> None:
    await asking_channel(owner.client)

    async def made() -> Json:
        clock.move(seconds=1)
        return await close(owner.client, await open_poll(owner.client))

    async def cost(caller: Client) -> int:
        with count_queries() as queries:
            await polls(caller)
        return len(queries)

    newest = [await made()]
    few = await cost(visitor), await cost(owner.client)
    for _ in range(21):
        newest.insert(0, await made())
    assert (await cost(visitor), await cost(owner.client)) == few
    opened, draft = await open_poll(owner.client), await poll(owner.client)
    pages = [(await owner.client.get(f"events/lamps/polls?page={page}")).json() for page in (1, 2)]
    listed = [each["id"] for page in pages for each in page["data"]]
    assert listed == [opened["id"], draft["id"], *(each["id"] for each in newest)]
    assert pages[0]["meta"]["pagination"]["total"] == 24
    assert (await visitor.get("events/lamps/polls?page=0")).status_code == 422


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([0, 0], [0, 0]), ([1, 1, 1], [34, 33, 33]), ([2, 1], [67, 33]), ([4, 4, 6], [29, 28, 43]),
        ([1, 1, 1, 1, 1, 1], [17, 17, 17, 17, 16, 16]),
        ([1, 0], [100, 0]), ([999, 1], [100, 0]), ([995, 5], [100, 0]), ([10**9, 10**9 - 1], [50, 50]),
    ],
)  # fmt: skip
def test_shares_sum_to_a_hundred(votes: list[int], expected: list[int]) -> None:
    assert shares(votes) == expected


async def test_poll_votes_are_one_each(owner: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    opened = await open_poll(owner.client)
    voter = await guest(anyone)
    await asyncio.gather(*(choose(voter, opened, answer) for answer in (0, 1, 2) * 4))
    [seen] = await polls(anyone)
    assert seen["votes"] == 1


async def test_polls_last_no_longer_than_they_say_across_a_stopped_worker(
    clock: Clock, owner: Member, anyone: Client, settings: Settings
) -> None:
    """What was due while none worked is closed by the next, at the moment it was due."""
    made = await asking_channel(owner.client)
    opened = await open_poll(owner.client, seconds=60)
    clock.move(seconds=timedelta(hours=3).total_seconds())
    await asyncio.gather(*(close_due(anyone, clock) for _ in range(3)))
    assert [(name, each["closed_at"]) for name, each in await told(anyone, settings, made, clock)] == [
        ("poll.opened", None), ("poll.closed", opened["closes_at"])
    ]  # fmt: skip
