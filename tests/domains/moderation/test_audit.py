import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from storecast.domains.moderation.repository import forget_notes
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.rooms import heard
from tests.factories.seats import give_seat
from tests.factories.speaking import say, subject_of


async def test_warned_person_alone_hears_of_it(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client, slug="lamps")
    at = f"events/{made['id']}/chat/warnings"
    said = await visitor.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    for whom, subject in (
        ({"subject": await subject_of(stranger.client)}, await subject_of(stranger.client)),
        ({"message_id": said.json()["data"]["id"]}, await subject_of(visitor)),
    ):
        warned = await owner.client.post(at, {**whom, "reason": "Be kind"})
        assert warned.status_code == 200, warned.text
        shown = warned.json()["data"]
        assert (shown["subject"], shown["reason"]) == (subject, "Be kind")
        event = (await heard(anyone, settings_for(tmp_path, database_url), made["id"]))[-1]
        assert (event.event, event.audience) == ("person.warned", subject)
        assert json.loads(bytes(event.data)) == {"reason": "Be kind", "at": shown["at"]}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"reason": "Be kind"}, 422, "subject"),
        ({"subject": "guest:" + "a" * 20}, 422, "reason"),
        ({"subject": "guest:" + "a" * 20, "reason": " "}, 422, "reason"),
        ({"subject": "guest:" + "a" * 20, "reason": "x" * 201}, 422, "reason"),
        ({"message_id": "a" * 32, "reason": "Be kind"}, 404, None),
        ({"subject": "user:" + "a" * 32, "reason": "Be kind"}, 404, None),
    ],
)
async def test_warning_needs_somebody_and_a_reason(
    owner: Member, body: dict[str, str], status: int, field: str | None
) -> None:
    made = await channel(owner.client)
    answer = await owner.client.post(f"events/{made['id']}/chat/warnings", body)
    assert answer.status_code == status
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ([field] if field else [])


async def test_warnings_and_audit_are_for_who_may_moderate(
    owner: Member, stranger: Member, anyone: Client, visitor: Client
) -> None:
    made = await channel(owner.client)
    body = {"subject": await subject_of(visitor), "reason": "Be kind"}
    for client, status in ((anyone, 401), (visitor, 401), (stranger.client, 403)):
        assert (await client.post(f"events/{made['id']}/chat/warnings", body)).status_code == status
        assert (await client.get(f"events/{made['id']}/chat/audit")).status_code == status


async def test_audit_says_who_did_what_to_whom(
    owner: Member, stranger: Member, anyone: Client, database_url: str
) -> None:
    made = await channel(owner.client)
    moderator = await member(anyone, full_name="Ada Byron")
    give_seat(database_url, owner, moderator, "moderator", made)
    subject, at = await subject_of(stranger.client), f"events/{made['id']}/chat"
    await owner.client.put(f"{at}/settings", {"slow_seconds": 30, "shield": True, "blocked_words": ["a1", "b2"]})
    await owner.client.put(f"{at}/settings", {"blocked_words": ["b2", "c3"], "links": "team"})
    await owner.client.put(f"{at}/settings", {"links": "team"})
    await moderator.client.post(f"{at}/warnings", {"subject": subject, "reason": "Be kind"})
    body = {"subject": subject, "seconds": 600, "hidden": True, "reason": "Spam"}
    banned = (await moderator.client.post(f"{at}/bans", body)).json()["data"]
    await moderator.client.post(f"{at}/bans", {"subject": subject})
    await owner.client.delete(f"{at}/bans/{banned['id']}")
    notes = (await owner.client.get(f"{at}/audit")).json()["data"]
    ada, mara = "Ada Byron", "Mara Ionescu"
    assert [(note["action"], note["by"]["name"], note["subject"], note["detail"]) for note in notes] == [
        ("unban", mara, subject, None),
        ("ban", ada, subject, None),
        ("ban", ada, subject, "seconds=600 hidden: Spam"),
        ("warn", ada, subject, "Be kind"),
        ("settings", mara, None, "blocked_words=+1-1, links=team"),
        ("settings", mara, None, "slow_seconds=30, blocked_words=+2-0, shield=true"),
    ]
    assert {note["name"] for note in notes if note["subject"]} == {"Somebody Else"}


async def test_audit_of_many_costs_as_much_as_of_one_and_comes_in_pages(
    owner: Member, database_url: str, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made = await channel(owner.client)
    at = f"events/{made['id']}/chat/audit"
    await owner.client.put(f"events/{made['id']}/chat/settings", {"slow_seconds": 30})
    with count_queries() as of_one:
        await owner.client.get(at)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO moderation_notes (hash_id, channel_id, action, by_id, created_at)"
            " SELECT lpad(n::text, 32, '0'), channel_id, 'pin', by_id, created_at"
            " FROM moderation_notes, generate_series(1, 60) n"
        )
    with count_queries() as of_many:
        page = (await owner.client.get(at)).json()
    assert (len(of_many), len(page["data"]), page["meta"]["pagination"]["total"]) == (len(of_one), 50, 61)


async def test_what_is_over_is_forgotten(clock: Clock, owner: Member, stranger: Member, database_url: str) -> None:
    made = await channel(owner.client)
    await owner.client.put(f"events/{made['id']}/chat/settings", {"slow_seconds": 30})
    await say(stranger.client, made)

    async def left() -> tuple[int, int]:
        async with unit_of_work(process_of(owner.client.app), clock()) as unit:
            await forget_notes(unit.db, unit.now)
        with psycopg.connect(database_url) as connection:
            [(notes, speakers)] = connection.execute(
                "SELECT (SELECT count(*) FROM moderation_notes), (SELECT count(*) FROM speakers)"
            ).fetchall()
        return notes, speakers

    clock.move(minutes=10)
    assert await left() == (1, 1)
    clock.move(hours=1)
    assert await left() == (1, 0)
    clock.move(hours=24 * 180)
    assert await left() == (0, 0)
