"""What a host and their team do with questions."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from storecast.contracts.hooks import RunDate
from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.accounts import Member, member
from tests.factories.media import end, go_live, run
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.questions import Json, ask, asking_channel, read, vote
from tests.factories.rooms import heard
from tests.factories.seats import give_seat
from tests.factories.speaking import subject_of

DESK = (("POST", "pin"), ("DELETE", "pin"), ("POST", "answering"), ("POST", "restore"))


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def told(anyone: Client, settings: Settings, made: Json) -> list[tuple[str, Json]]:
    """What the room heard of questions, by whoever may hear it."""
    events = [each for each in await heard(anyone, settings, made["id"]) if each.event.startswith("question.")]
    return [(each.event, msgspec.json.decode(each.data)) for each in events]


async def do(client: Client, question: Json, what: str, body: object = None, method: str = "POST") -> Json:
    how = {"json": body} if body is not None else {}
    answer = await client.call(method, f"questions/{question['id']}{what}", **how)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()["data"]
    return shown


async def archive(client: Client, question: Json, status: str = "answered") -> Json:
    body = {"eventSlug": "lamps", "questionId": question["id"], "status": status}
    answer = await client.post("questions/archive", body)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()["data"]
    return shown


async def listed(client: Client, status: str = "open") -> list[str]:
    return [each["id"] for each in (await read(client, status=status))["data"]]


async def test_answered_question_moves_and_comes_back(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor)
    await vote(visitor, asked)
    for _ in range(2):
        assert (await archive(owner.client, asked))["status"] == "answered"
    assert (await listed(anyone), await listed(anyone, "answered")) == ([], [asked["id"]])
    for _ in range(2):
        assert (await do(owner.client, asked, "/restore"))["status"] == "open"
    assert (await listed(anyone), await listed(anyone, "answered")) == ([asked["id"]], [])
    [restored] = (await read(anyone))["data"]
    assert await told(anyone, settings, made) == [
        ("question.created", {**asked, "mine": False}),
        ("question.archived", {"id": asked["id"], "status": "answered"}),
        ("question.restored", restored),
    ]
    assert restored["votes"] == 1


async def test_removed_question_is_gone_from_lists_and_log_and_can_be_restored(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor, "Something unkind")
    await do(owner.client, asked, "/answering")
    await do(owner.client, asked, "/pin")
    assert (await archive(owner.client, asked, "removed"))["pinned"] is False
    assert (await listed(anyone), await listed(anyone, "answered")) == ([], [])
    assert (await read(anyone))["meta"] == {"cursor": None, "pinned": None, "answering": None, "anonymous": False}
    log = await heard(anyone, settings, made["id"])
    assert not any(b"unkind" in bytes(each.data) for each in log)
    assert [each.seq for each in log] == list(range(1, len(log) + 1))
    assert [name for name, _ in await told(anyone, settings, made)][-2:] == ["question.answering", "question.archived"]
    assert await listed(owner.client, "removed") == [asked["id"]]
    await do(owner.client, asked, "/restore")
    assert await listed(anyone) == [asked["id"]]
    await archive(owner.client, asked, "removed")
    assert not any(b"unkind" in bytes(each.data) for each in await heard(anyone, settings, made["id"]))


async def test_one_question_is_pinned_and_one_answered_at_a_time(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    first, second = await ask(visitor, "First?"), await ask(visitor, "Second?")
    for question in (first, second, second):
        await do(owner.client, question, "/pin")
        await do(owner.client, question, "/answering")
    page = await read(anyone)
    assert [(each["question"], each["pinned"], each["answering"]) for each in page["data"]] == [
        ("Second?", True, True), ("First?", False, False)
    ]  # fmt: skip
    assert page["meta"]["pinned"] == page["data"][0]
    assert (page["meta"]["answering"]["id"], page["meta"]["answering"]["question"]) == (second["id"], "Second?")
    for _ in range(2):
        assert (await owner.client.delete("events/lamps/questions/answering")).status_code == 204
        await do(owner.client, second, "/pin", method="DELETE")
    await do(owner.client, first, "/pin", method="DELETE")
    assert (await read(anyone))["meta"] == {"cursor": None, "pinned": None, "answering": None, "anonymous": False}
    events = [(name, event["id"]) for name, event in await told(anyone, settings, made) if name != "question.created"]
    assert events == [
        ("question.pinned", first["id"]), ("question.answering", first["id"]), ("question.pinned", second["id"]),
        ("question.answering", second["id"]), ("question.answering", None), ("question.pinned", None),
    ]  # fmt: skip


async def test_written_answer_marks_the_question_answered(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor)
    await do(owner.client, asked, "/answering")
    shown = await do(owner.client, asked, "", {"answer": " Yes.\r\nIn <i>three</i> blues. "}, "PUT")
    assert (shown["answer"], shown["status"]) == ("Yes.\nIn <i>three</i> blues.", "answered")
    assert shown["answering"] is False
    [seen] = (await read(anyone, status="answered"))["data"]
    assert seen["answer"] == shown["answer"]
    assert (await do(owner.client, asked, "", {"answer": None}, "PUT"))["answer"] is None
    assert [event for name, event in await told(anyone, settings, made) if name == "question.answered"] == [
        {"id": asked["id"], "answer": shown["answer"], "status": "answered"},
        {"id": asked["id"], "answer": None, "status": "answered"},
    ]
    for body, refused in (({"answer": ""}, 422), ({"answer": "a" * 1001}, 422), ({}, 422), ({"answer": 7}, 422)):
        answer = await owner.client.put(f"questions/{asked['id']}", body)
        assert (answer.status_code, answer.json()["error"]["messages"][0]["field"]) == (refused, "answer")


async def test_what_is_removed_or_waits_is_neither_pinned_nor_answered(owner: Member, visitor: Client) -> None:
    await asking_channel(owner.client)
    asked = await ask(visitor)
    await archive(owner.client, asked, "removed")
    for what in ("pin", "answering"):
        assert (await owner.client.post(f"questions/{asked['id']}/{what}")).status_code == 409
    assert (await owner.client.put(f"questions/{asked['id']}", {"answer": "Yes"})).status_code == 409
    body = {"eventSlug": "lamps", "questionId": asked["id"]}
    assert (await owner.client.post("questions/archive", body)).status_code == 409


async def test_the_desk_is_for_who_may_moderate(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, database_url: str
) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor)
    moderator, packer = await member(anyone), await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", made)
    give_seat(database_url, owner, packer, "fulfilment", made)
    body = {"eventSlug": "lamps", "questionId": asked["id"]}
    for caller, refused in ((anyone, 401), (visitor, 401), (stranger.client, 403), (packer.client, 403)):
        for method, what in DESK:
            assert (await caller.call(method, f"questions/{asked['id']}/{what}")).status_code == refused
        assert (await caller.put(f"questions/{asked['id']}", {"answer": "Yes"})).status_code == refused
        review = await caller.post(f"questions/{asked['id']}/review", {"decision": "reject"})
        assert review.status_code == refused
        assert (await caller.delete("events/lamps/questions/answering")).status_code == refused
        assert (await caller.post("questions/archive", body)).status_code == refused
    for caller in (anyone, visitor, stranger.client):
        for status in ("removed", "held"):
            assert (await caller.post("questions/read", {"eventId": "lamps", "status": status})).status_code == 403
    await archive(moderator.client, asked)
    for method, what in DESK:
        assert (await moderator.client.call(method, f"questions/{asked['id']}/{what}")).status_code == 200
        assert (await owner.client.call(method, f"questions/{'a' * 32}/{what}")).status_code == 404


async def test_question_of_another_channel_is_not_there(owner: Member, stranger: Member, visitor: Client) -> None:
    await asking_channel(owner.client)
    asked = await ask(visitor)
    made = (await stranger.client.post("events", {"name": "Vases"})).json()["data"]
    body = {"eventSlug": made["slug"], "questionId": asked["id"], "status": "removed"}
    assert (await stranger.client.post("questions/archive", body)).status_code == 404
    await owner.client.put("events/lamps", {"privacy": 2})
    assert (await stranger.client.post(f"questions/{asked['id']}/pin")).status_code == 404


async def test_everything_at_once_leaves_one_pinned_and_one_answered(
    owner: Member, visitor: Client, anyone: Client
) -> None:
    await asking_channel(owner.client)
    asked = [await ask(visitor, f"Number {number}?") for number in range(4)]
    acts = [
        owner.client.post(f"questions/{question['id']}/{what}")
        for question in asked * 2
        for what in ("pin", "answering", "restore")
    ]
    acts += [owner.client.post("questions/archive", {"eventSlug": "lamps", "questionId": each["id"]}) for each in asked]
    statuses = {answer.status_code for answer in await asyncio.gather(*acts)}
    assert statuses == {200}
    found = [*(await read(anyone))["data"], *(await read(anyone, status="answered"))["data"]]
    assert len(found) == 4
    assert sum(each["pinned"] for each in found) == 1
    assert sum(each["answering"] for each in found) <= 1


async def rules(owner: Member, **changes: object) -> None:
    assert (await owner.client.put("events/lamps/chat/settings", changes)).status_code == 200


async def test_anonymous_question_says_who_asked_to_moderators_alone(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    body = {"question": "Why?", "eventId": "lamps", "anonymous": True}
    refused = await stranger.client.post("questions/create", body)
    assert (refused.status_code, refused.json()["error"]["messages"][0]["field"]) == (422, "anonymous")
    await rules(owner, anonymous_questions=True)
    asked = await ask(stranger.client, "Why?", anonymous=True)
    name, key = "Somebody Else", str(stranger.user["hash_id"])
    assert (asked["author"]["data"]["id"], asked["anonymous"]) == (key, True)
    await do(owner.client, asked, "/pin")
    await do(owner.client, asked, "/answering")
    await archive(owner.client, asked)
    await do(owner.client, asked, "/restore")
    await vote(visitor, asked)
    for caller in (anyone, visitor):
        for answer in (
            await caller.post("questions/read", {"eventId": "lamps"}),
            await caller.get("events/playback/lamps?getQuestions=true"),
        ):
            assert "Why?" in answer.text
            assert name not in answer.text
            assert key not in answer.text
    own = await visitor.post("questions/vote", {"questionId": asked["id"], "direction": 1})
    assert own.json()["data"]["author"] == {"data": []}
    for event in await heard(anyone, settings, made["id"]):
        assert key not in bytes(event.data).decode() or event.audience != ""
        assert name not in bytes(event.data).decode()
    [seen] = (await read(owner.client))["data"]
    assert (seen["author"]["data"]["id"], seen["author"]["data"]["name"]) == (key, name)
    noted = await owner.client.get("events/lamps/chat/audit")
    assert {each["action"] for each in noted.json()["data"]} >= {"question.pin", "question.archive", "question.restore"}
    assert (await stranger.client.get("events/lamps/chat/audit")).status_code == 403


async def test_held_question_is_seen_by_its_author_and_moderators_until_it_is_approved(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    await rules(owner, hold="everything")
    asked = await ask(visitor)
    assert asked["state"] == "held"
    assert (await listed(anyone), await listed(visitor)) == ([], [asked["id"]])
    [waiting] = (await read(owner.client, status="held"))["data"]
    assert (waiting["id"], waiting["state"], waiting["author"]) == (asked["id"], "held", asked["author"])
    assert await vote(owner.client, asked) == 404
    assert (await owner.client.post(f"questions/{asked['id']}/pin")).status_code == 409
    for _ in range(2):
        assert (await do(owner.client, asked, "/review", {"decision": "approve"}))["state"] == "shown"
    assert await listed(anyone) == [asked["id"]]
    shown = {**asked, "mine": False, "state": "shown"}
    events = [(each.event, each.audience) for each in await heard(anyone, settings, made["id"])]
    subject = await subject_of(visitor)
    assert events[-3:] == [("question.held", "act:moderate"), ("question.created", ""), ("question.reviewed", subject)]
    assert (await told(anyone, settings, made))[-2:] == [
        ("question.created", shown), ("question.reviewed", {"id": asked["id"], "shown": True})
    ]  # fmt: skip
    bad = await owner.client.post(f"questions/{asked['id']}/review", {"decision": "perhaps"})
    assert (bad.status_code, bad.json()["error"]["messages"][0]["field"]) == (422, "decision")


async def test_rejected_question_is_never_seen(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    await rules(owner, hold="guests")
    asked = await ask(visitor)
    for _ in range(2):
        await do(owner.client, asked, "/review", {"decision": "reject"})
    assert (await listed(visitor), await listed(owner.client, "held")) == ([], [])
    assert await listed(owner.client, "removed") == [asked["id"]]
    told_of = await told(anyone, settings, made)
    assert [name for name, _ in told_of] == ["question.held", "question.reviewed"]
    assert told_of[-1][1] == {"id": asked["id"], "shown": False}
    assert (await ask(owner.client))["state"] == "shown"


async def test_hidden_author_believes_their_question_shown(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    ban = {"subject": await subject_of(stranger.client), "hidden": True}
    assert (await owner.client.post("events/lamps/chat/bans", ban)).status_code == 200
    asked = await ask(stranger.client)
    assert asked["state"] == "shown"
    assert await vote(stranger.client, asked) == 200
    [own] = (await read(stranger.client))["data"]
    assert (own["state"], own["votes"], own["my_vote"]) == ("shown", 1, 1)
    assert (await listed(visitor), await listed(anyone)) == ([], [])
    assert await told(anyone, settings, made) == []
    [seen] = (await read(owner.client, status="held"))["data"]
    assert seen["state"] == "hidden"


async def test_ban_removes_what_was_asked_of_late_and_by_a_question_too(
    owner: Member, visitor: Client, anyone: Client, database_url: str
) -> None:
    await asking_channel(owner.client)
    old, new, other = await ask(visitor, "Old?"), await ask(visitor, "New?"), await ask(owner.client)
    with psycopg.connect(database_url) as connection:
        then = utcnow() - timedelta(hours=25)
        connection.execute("UPDATE questions SET created_at = %s WHERE hash_id = %s", (then, old["id"]))
    ban = await owner.client.post("events/lamps/chat/bans", {"question_id": new["id"]})
    assert ban.status_code == 200, ban.text
    assert ban.json()["data"]["subject"] == await subject_of(visitor)
    assert set(await listed(anyone)) == {old["id"], other["id"]}
    answer = await visitor.post("questions/create", {"question": "Again?", "eventId": "lamps"})
    assert answer.status_code == 403
    await unban(owner, ban.json()["data"]["id"])
    assert set(await listed(anyone)) == {old["id"], new["id"], other["id"]}


async def unban(owner: Member, ban_id: str) -> None:
    assert (await owner.client.delete(f"events/lamps/chat/bans/{ban_id}")).status_code == 204


async def test_silent_ban_hides_what_was_asked_from_all_others(owner: Member, stranger: Member, anyone: Client) -> None:
    await asking_channel(owner.client)
    asked = await ask(stranger.client)
    ban = await owner.client.post("events/lamps/chat/bans", {"question_id": asked["id"], "hidden": True})
    assert (await listed(anyone), await listed(stranger.client)) == ([], [asked["id"]])
    await unban(owner, ban.json()["data"]["id"])
    assert await listed(anyone) == [asked["id"]]


async def test_replay_has_what_was_answered_at_its_moments(
    clock: Clock, owner: Member, visitor: Client, anyone: Client
) -> None:
    """30 seconds recorded, a pause of 20, 30 more; a question answered from 12 to 52, another from 70 to the end."""
    made = await asking_channel(owner.client)
    first, second, third = [await ask(visitor, f"{name}?") for name in ("First", "Second", "Third")]
    node, grant = await go_live(owner.client, made["id"], clock)
    began = clock().timestamp()
    for moment, question in ((12, first), (52, None), (60, third), (70, second)):
        clock.move(seconds=began + moment - clock().timestamp())
        if question is None:
            await owner.client.delete("events/lamps/questions/answering")
        else:
            await do(owner.client, question, "/answering")
    await archive(owner.client, third, "removed")
    clock.move(seconds=20)
    dates = [RunDate(0.0, began), RunDate(30.0, began + 50)]
    await end(node, grant, run(duration=60.0, began=began, dates=dates))
    [video] = (await owner.client.get("events/lamps/media")).json()["data"]
    found = (await anyone.get(f"events/lamps/replay/{video['id']}")).json()["data"]["questions"]["data"]
    assert [(each["question"], each["at"], each["until"]) for each in found] == [
        ("First?", 12.0, 32.0), ("Second?", 50.0, 60.0)
    ]  # fmt: skip


async def test_show_that_ends_ends_what_was_being_answered(
    owner: Member, visitor: Client, anyone: Client, settings: Settings
) -> None:
    made = await asking_channel(owner.client)
    asked = await ask(visitor)
    await do(owner.client, asked, "/answering")
    node, grant = await go_live(owner.client, made["id"])
    await end(node, grant)
    await do_jobs(settings)
    assert (await read(anyone))["meta"]["answering"] is None
    assert [event["id"] for name, event in await told(anyone, settings, made) if name == "question.answering"] == [
        asked["id"], None
    ]  # fmt: skip
