"""What people report, and what is held, waits in one queue until a moderator decides."""

import asyncio

import msgspec
import pytest

from storecast.domains.chat.reports import service as reports
from storecast.kit.settings import Settings
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json, channel
from tests.factories.chat import delete, read, rules, say, texts
from tests.factories.platform import Client
from tests.factories.rooms import heard
from tests.factories.seats import give_seat


async def report(client: Client, message: Json, reason: str = "spam", **more: object) -> int:
    return (await client.post(f"messages/{message['id']}/reports", {"reason": reason, **more})).status_code


async def queue(client: Client, page: int = 1) -> list[Json]:
    answer = await client.get("events/lamps/chat/reports", params={"page": page})
    assert answer.status_code == 200, answer.text
    entries: list[Json] = answer.json()["data"]
    return entries


async def decide(client: Client, message: Json, decision: str) -> int:
    return (await client.post(f"events/lamps/chat/reports/{message['id']}", {"decision": decision})).status_code


async def test_reports_are_gathered_by_message(owner: Member, lamps: Json, visitor: Client, anyone: Client) -> None:
    said, other = await say(visitor, lamps, "buy my coins"), await say(visitor, lamps, "ok")
    for number in range(7):
        reporter = (await guest(anyone)).at(f"10.0.0.{number}")
        assert await report(reporter, said, "scam" if number else "other", note=f"note {number}") == 200
        assert await report(reporter, said, "abuse") == 200, "once each, but nobody is told off for trying twice"
    assert await report(owner.client, other, "hate") == 200
    [first, second] = await queue(owner.client)
    assert (first["id"], first["kind"], first["message"]["data"]["data"]) == (said["id"], "reported", "buy my coins")
    assert (first["reports"], first["reasons"]) == (7, {"scam": 6, "other": 1})
    assert first["notes"] == [f"note {number}" for number in (6, 5, 4, 3, 2)]
    assert (second["id"], second["reasons"], second["notes"]) == (other["id"], {"hate": 1}, [])


async def test_what_is_kept_leaves_the_queue_until_somebody_else_reports_it(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    said = await say(visitor, lamps)
    await report(await guest(anyone), said)
    assert await decide(owner.client, said, "keep") == 200
    assert await queue(owner.client) == []
    assert await texts(visitor, lamps) == ["hi"]
    assert await decide(owner.client, said, "keep") == 409, "somebody was faster"
    await report(await guest(anyone), said)
    assert [entry["reports"] for entry in await queue(owner.client)] == [1]
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event == "moderation.changed"]
    assert [each.audience for each in told] == ["act:moderate"] * 3


async def test_what_is_removed_is_gone_and_decided(owner: Member, lamps: Json, visitor: Client, anyone: Client) -> None:
    said, other = await say(visitor, lamps, "bad"), await say(visitor, lamps, "bad, too")
    for message in (said, other):
        await report(await guest(anyone), message)
    answers = await asyncio.gather(*(decide(owner.client, said, "remove") for _ in range(3)))
    assert sorted(answers) == [200, 409, 409]
    assert await texts(visitor, lamps) == ["bad, too"]
    await delete(visitor, lamps, other)
    assert await queue(owner.client) == []


async def test_nobody_reports_themselves_or_what_they_do_not_see(
    owner: Member, lamps: Json, visitor: Client, anyone: Client
) -> None:
    said, gone = await say(visitor, lamps), await say(visitor, lamps, "gone")
    await delete(owner.client, lamps, gone)
    assert await report(visitor, said) == 409
    assert await report(await guest(anyone), gone) == 404
    assert await report(await guest(anyone), {"id": "nothing"}) == 404
    assert await report(anyone, said) == 401
    await rules(owner.client, lamps, hold="everything")
    assert await report(await guest(anyone), await say(visitor, lamps, "held")) == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "reason"), ({"reason": "dull"}, "reason"), ({"reason": "spam", "note": "x" * 201}, "note"),
     ({"reason": "spam", "note": "\u202e"}, "note")],
)  # fmt: skip
async def test_bad_reports_name_the_field(lamps: Json, visitor: Client, owner: Member, body: Json, field: str) -> None:
    said = await say(owner.client, lamps)
    refused = await visitor.post(f"messages/{said['id']}/reports", body)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["error"]["messages"]] == [field]


async def test_guests_of_one_network_are_counted_so_often(
    owner: Member, lamps: Json, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "GUESTS_OF_NETWORK", "2/day")
    said = await say(owner.client, lamps)
    assert [await report(await guest(anyone), said) for _ in range(3)] == [200, 200, 429]
    assert await report((await member(anyone)).client, said) == 200
    assert await report((await guest(anyone)).at("10.9.9.9"), said) == 200
    assert [entry["reports"] for entry in await queue(owner.client)] == [4]


async def test_the_queue_is_for_who_may_moderate(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client, database_url: str
) -> None:
    said = await say(visitor, lamps)
    await report(stranger.client, said)
    for client, status in ((stranger.client, 403), (visitor, 401), (anyone, 401)):
        assert (await client.get("events/lamps/chat/reports")).status_code == status
        assert await decide(client, said, "remove") == status
    moderator = await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", lamps)
    assert len(await queue(moderator.client)) == 1
    other = await channel(stranger.client, slug="chairs")
    there = f"events/{other['slug']}/chat/reports/{said['id']}"
    assert (await stranger.client.post(there, {"decision": "remove"})).status_code == 404
    assert await decide(moderator.client, said, "hang") == 422
    assert await decide(moderator.client, said, "remove") == 200


async def test_what_is_held_is_seen_by_its_author_and_who_reviews_it(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    await rules(owner.client, lamps, hold="guests")
    held = await say(visitor, lamps, "May I?")
    assert held["state"] == "held"
    assert await texts(visitor, lamps) == ["May I?"]
    other = await guest(anyone)
    assert await texts(other, lamps) == []
    assert (await read(other, lamps))["unread"] == 0
    [entry] = await queue(owner.client)
    assert (entry["id"], entry["kind"], entry["reports"]) == (held["id"], "held", 0)
    told = [each for each in await heard(anyone, settings, lamps["id"]) if each.event.startswith("message.")]
    assert [(each.event, each.audience) for each in told] == [("message.held", "act:moderate")]
    own = await say(owner.client, lamps, "Whoever may moderate is not held")
    assert own["state"] == "shown"


async def test_what_is_approved_is_said_now(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    await rules(owner.client, lamps, hold="guests")
    held = await say(visitor, lamps, "May I?")
    later = await say(owner.client, lamps, "meanwhile")
    answers = await asyncio.gather(*(decide(owner.client, held, "approve") for _ in range(3)))
    assert sorted(answers) == [200, 409, 409]
    assert await decide(owner.client, held, "reject") == 409
    shown = (await read(await guest(anyone), lamps))["messages"]["data"]
    assert [message["data"] for message in shown] == ["meanwhile", "May I?"]
    assert shown[1]["seq"] > later["seq"] > held["seq"]
    assert shown[1]["created_at"] == held["created_at"]
    told = {each.event: each for each in await heard(anyone, settings, lamps["id"])}
    assert msgspec.json.decode(told["message.created"].data) == shown[1]
    assert told["message.reviewed"].audience == f"guest:{held['author']['data']['id']}"
    assert msgspec.json.decode(told["message.reviewed"].data) == {"id": held["id"], "shown": True}


async def test_what_is_rejected_can_be_looked_at_again(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, settings: Settings
) -> None:
    await rules(owner.client, lamps, hold="guests")
    held = await say(visitor, lamps, "May I?")
    assert await decide(owner.client, held, "keep") == 409
    assert await decide(owner.client, held, "reject") == 200
    assert await texts(visitor, lamps) == []
    told = {each.event: each for each in await heard(anyone, settings, lamps["id"])}
    assert msgspec.json.decode(told["message.reviewed"].data) == {"id": held["id"], "shown": False}
    assert "message.deleted" not in told, "nobody ever saw it"
    assert (await owner.client.post(f"messages/{held['id']}/restore")).status_code == 200
    assert [(entry["kind"], entry["id"]) for entry in await queue(owner.client)] == [("held", held["id"])]
    assert await texts(visitor, lamps) == ["May I?"]
    assert await texts(await guest(anyone), lamps) == []


async def test_a_long_queue_comes_in_pages_of_as_many_queries_as_a_short_one(
    owner: Member, lamps: Json, visitor: Client, anyone: Client, count_queries: object
) -> None:
    reporter = await guest(anyone)
    await report(reporter, await say(owner.client, lamps, "0"))
    with count_queries() as of_one:  # type: ignore[operator]
        assert len(await queue(owner.client)) == 1
    for number in range(1, 20):
        await report(reporter, await say(owner.client, lamps, f"{number}"))
    await rules(owner.client, lamps, hold="everything")
    for _ in range(3):
        await say(visitor, lamps, "held")
    with count_queries() as of_many:  # type: ignore[operator]
        first = await queue(owner.client)
    assert len(of_many) == len(of_one)
    assert [len(first), len(await queue(owner.client, 2))] == [20, 3]
    assert len({entry["id"] for entry in first + await queue(owner.client, 2)}) == 23
