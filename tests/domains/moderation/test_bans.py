import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storecast.domains.moderation.bans import service as bans
from storecast.domains.moderation.bans.repository import forget_bans
from storecast.domains.moderation.errors import Banned
from storecast.kit.clock import iso
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member, guest, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.rooms import heard
from tests.factories.seats import give_seat
from tests.factories.speaking import origin_of, say, standing, subject_of, vote

HERE, THERE = "198.51.100.7", "203.0.113.9"


def at(made: Json) -> str:
    return f"events/{made['id']}/chat/bans"


async def ban(owner: Member, made: Json, **how: object) -> Json:
    answer = await owner.client.post(at(made), how)
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def is_banned(client: Client, made: Json, *, address: str = HERE) -> bool:
    try:
        await say(client, made, address=address)
    except Banned:
        return True
    return False


async def events(anyone: Client, tmp_path: Path, database_url: str, made: Json) -> list[tuple[str, str, Any]]:
    """Names, whom they are for, and data of what the room heard of moderation."""
    found = await heard(anyone, settings_for(tmp_path, database_url), made["id"])
    return [
        (event.event, event.audience, json.loads(bytes(event.data)))
        for event in found
        if event.event.startswith(("person.", "moderation."))
    ]


async def write(client: Client, made: Json, address: str = HERE) -> str:
    """The id of a message said from there."""
    path = "messages/guest" if (await subject_of(client)).startswith("guest:") else "messages"
    said = await client.at(address).post(path, {"data": "hi", "thread_id": made["thread_id"]})
    assert said.status_code == 200, said.text
    return str(said.json()["data"]["id"])


async def test_banned_person_says_nothing_and_is_told_why_until_it_is_undone(
    owner: Member, stranger: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made, elsewhere = await channel(owner.client), await channel(owner.client)
    subject = await subject_of(stranger.client)
    banned = await ban(owner, made, subject=subject, reason="Spam")
    assert banned == {
        "id": banned["id"], "subject": subject, "name": "Somebody Else", "kind": "person", "network": False,
        "hidden": False, "reason": "Spam", "until": None, "by": {"id": owner.user["hash_id"], "name": "Mara Ionescu"},
        "created_at": banned["created_at"],
    }  # fmt: skip
    with pytest.raises(Banned) as refused:
        await say(stranger.client, made)
    with pytest.raises(Banned):
        await vote(stranger.client, made)
    assert refused.value.status == 403
    assert (refused.value.body().until, refused.value.body().reason) == (None, "Spam")
    assert (await standing(stranger.client, made)).banned is True
    assert await is_banned(stranger.client, elsewhere) is False
    assert (await owner.client.get(at(made))).json()["data"] == [banned]
    undone = await owner.client.delete(f"{at(made)}/{banned['id']}")
    assert (undone.status_code, undone.content) == (204, b"")
    assert (await owner.client.delete(f"{at(made)}/{banned['id']}")).status_code == 404
    assert await is_banned(stranger.client, made) is False
    assert (await owner.client.get(at(made))).json()["data"] == []
    assert await events(anyone, tmp_path, database_url, made) == [
        ("moderation.changed", "act:moderate", {"bans": True, "reports": False, "rules": False}),
        ("person.banned", subject, {"until": None, "reason": "Spam"}),
        ("person.unbanned", subject, {}),
        ("moderation.changed", "act:moderate", {"bans": True, "reports": False, "rules": False}),
    ]


async def test_time_out_ends_by_itself(clock: Clock, owner: Member, stranger: Member) -> None:
    made = await channel(owner.client)
    banned = await ban(owner, made, subject=await subject_of(stranger.client), seconds=600)
    until = datetime.fromisoformat(banned["until"])
    with pytest.raises(Banned) as refused:
        await say(stranger.client, made)
    assert (refused.value.until, refused.value.message) == (until, f"You can't write here until {iso(until)}.")
    assert (await standing(stranger.client, made)).banned_until == until
    clock.move(seconds=600)
    assert await is_banned(stranger.client, made) is False
    assert (await owner.client.get(at(made))).json()["data"] == []


async def test_whoever_wrote_a_message_is_banned_by_it(owner: Member, visitor: Client, stranger: Member) -> None:
    made, other = await channel(owner.client, slug="lamps"), await channel(owner.client)
    await visitor.post("thread/participant", {"threadSlug": "lamps", "name": "Zoe"})
    said = await visitor.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    body = {"message_id": said.json()["data"]["id"]}
    assert (await owner.client.post(at(other), body)).status_code == 404, "it stands on another channel"
    banned = await ban(owner, made, **body)
    assert (banned["subject"], banned["name"], banned["kind"]) == (await subject_of(visitor), "Zoe", "guest")
    assert await is_banned(visitor, made) is True
    assert (await owner.client.post(at(made), {"message_id": "a" * 32})).status_code == 404
    assert (await owner.client.post(at(made), {"question_id": "a" * 32})).status_code == 404


async def test_guests_ban_holds_for_their_network_a_day_and_spares_who_has_an_account(
    clock: Clock, owner: Member, stranger: Member, anyone: Client, visitor: Client
) -> None:
    made, elsewhere = await channel(owner.client), await channel(owner.client)
    subject, again = await subject_of(visitor), await guest(anyone)
    await write(visitor, made)
    assert (await ban(owner, made, subject=subject))["network"] is True
    assert await is_banned(again, made) is True, "as another guest"
    with pytest.raises(Banned) as refused:
        await say(again, made, address=HERE)
    assert refused.value.reason is None, "it was said of somebody else"
    assert await is_banned(again, made, address=THERE) is False
    assert await is_banned(again, elsewhere) is False
    assert await is_banned(stranger.client, made) is False
    assert await is_banned(visitor, made, address=THERE) is True, "wherever they go"
    clock.move(hours=24)
    same, newcomer = anyone.with_token((await visitor.get("jwt")).json()["data"]["token"]), await guest(anyone)
    assert await subject_of(same) == subject
    assert await is_banned(newcomer, made) is False
    assert await is_banned(same, made) is True
    tokens = (await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})).json()
    [listed] = (await anyone.with_token(tokens["access_token"]).get(at(made))).json()["data"]
    assert (listed["network"], listed["until"]) == (False, None)


async def test_of_ipv6_a_network_is_what_one_household_has(owner: Member, anyone: Client, visitor: Client) -> None:
    made = await channel(owner.client)
    again = await guest(anyone)
    await ban(owner, made, message_id=await write(visitor, made, "2001:db8:1:2::3"))
    assert await is_banned(again, made, address="2001:db8:1:2:ffff::9") is True
    assert await is_banned(again, made, address="2001:db8:1:3::3") is False


async def test_network_is_kept_as_a_hash_of_its_channel_and_forgotten_after_a_day(
    clock: Clock, owner: Member, visitor: Client, database_url: str
) -> None:
    made, other = await channel(owner.client), await channel(owner.client)
    subject = await subject_of(visitor)
    origin = await origin_of(visitor, made, HERE)
    assert origin != await origin_of(visitor, other, HERE)
    await ban(owner, made, message_id=await write(visitor, made))
    await ban(owner, other, message_id=await write(visitor, other), seconds=60)
    with psycopg.connect(database_url) as connection:
        kept = connection.execute(
            "SELECT origin, origin_until - created_at = interval '24 hours' FROM bans WHERE until IS NULL"
        )
        assert kept.fetchall() == [(origin, True)]
    clock.move(hours=24)
    async with unit_of_work(process_of(visitor.app), clock()) as unit:
        await forget_bans(unit.db, unit.now)
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT subject, origin, origin_until FROM bans").fetchall()
    assert kept == [(subject, None, None)]


@pytest.mark.parametrize("network", [True, False])
async def test_network_is_as_the_moderator_says(
    owner: Member, stranger: Member, visitor: Client, network: bool
) -> None:
    made = await channel(owner.client)
    await write(stranger.client, made)
    banned = await ban(owner, made, subject=await subject_of(stranger.client), network=network)
    assert banned["network"] is network
    assert await is_banned(visitor, made) is network


async def test_where_nothing_is_known_of_a_network_none_is_banned(
    owner: Member, anyone: Client, visitor: Client
) -> None:
    made = await channel(owner.client)
    banned = await ban(owner, made, subject=await subject_of(visitor), network=True)
    assert (banned["network"], banned["name"]) == (False, "Guest")
    assert await is_banned(await guest(anyone), made) is False


async def test_silent_hide_is_told_to_nobody_and_one_after_an_open_ban_seems_its_end(
    owner: Member, stranger: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client)
    subject = await subject_of(stranger.client)
    first = await ban(owner, made, subject=subject, hidden=True)
    assert {name for name, *_ in await events(anyone, tmp_path, database_url, made)} == {"moderation.changed"}
    opened = await ban(owner, made, subject=subject)
    hidden = await ban(owner, made, subject=subject, hidden=True)
    assert {first["id"], opened["id"], hidden["id"]} == {first["id"]}, "a ban takes the place of another"
    told = [(name, to) for name, to, _ in await events(anyone, tmp_path, database_url, made) if to == subject]
    assert told == [("person.banned", subject), ("person.unbanned", subject)]
    await owner.client.delete(f"{at(made)}/{hidden['id']}")
    assert len([to for _, to, _ in await events(anyone, tmp_path, database_url, made) if to == subject]) == 2


async def test_nobody_bans_the_team_or_themselves(
    owner: Member, stranger: Member, anyone: Client, database_url: str
) -> None:
    made = await channel(owner.client)
    moderator, packer = await member(anyone), await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", made)
    give_seat(database_url, owner, packer, "fulfilment")
    for who, whom, status in (
        (moderator, owner, 409), (owner, moderator, 409), (owner, owner, 409), (moderator, moderator, 409),
        (moderator, packer, 200), (moderator, stranger, 200),
    ):  # fmt: skip
        answer = await who.client.post(at(made), {"subject": await subject_of(whom.client)})
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "subject"),
        ({"subject": "user:" + "a" * 32, "message_id": "b"}, "subject"),
        ({"subject": "client:abc"}, "subject"),
        ({"subject": "user:short"}, "subject"),
        ({"subject": "guest:" + "a" * 20 + "\n"}, "subject"),
        ({"message_id": ""}, "message_id"),
        ({"subject": "guest:" + "a" * 20, "seconds": 9}, "seconds"),
        ({"subject": "guest:" + "a" * 20, "seconds": 86_400 * 365 + 1}, "seconds"),
        ({"subject": "guest:" + "a" * 20, "reason": "x" * 201}, "reason"),
        ({"subject": "guest:" + "a" * 20, "reason": "\u202e"}, "reason"),
        ({"subject": "guest:" + "a" * 20, "hidden": "maybe"}, "hidden"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, body: dict[str, object], field: str) -> None:
    made = await channel(owner.client)
    answer = await owner.client.post(at(made), body)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_bans_are_for_who_may_moderate(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, database_url: str
) -> None:
    made, hidden, other = await channel(owner.client), await channel(owner.client, privacy=2), None
    body = {"subject": await subject_of(visitor)}
    standing_ban = await ban(owner, made, **body)
    moderator = await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", made)
    for client, status in ((anyone, 401), (visitor, 401), (stranger.client, 403)):
        assert (await client.get(at(made))).status_code == status
        assert (await client.post(at(made), body)).status_code == status
        assert (await client.delete(f"{at(made)}/{standing_ban['id']}")).status_code == status
    assert (await stranger.client.get(at(hidden))).status_code == 404
    other = await channel(stranger.client)
    assert (await stranger.client.delete(f"{at(other)}/{standing_ban['id']}")).status_code == 404
    assert (await moderator.client.get(at(made))).json()["data"] == [standing_ban]
    assert (await moderator.client.delete(f"{at(made)}/{standing_ban['id']}")).status_code == 204
    unknown = {"subject": "user:" + "a" * 32}
    assert (await owner.client.post(at(made), unknown)).status_code == 404


async def test_of_bans_at_once_there_is_one(owner: Member, stranger: Member, anyone: Client, database_url: str) -> None:
    made = await channel(owner.client)
    subject = await subject_of(stranger.client)
    answers = await asyncio.gather(
        *(owner.client.post(at(made), {"subject": subject, "seconds": 100 + n}) for n in range(6))
    )
    assert {answer.status_code for answer in answers} == {200}
    [listed] = (await owner.client.get(at(made))).json()["data"]
    assert {answer.json()["data"]["id"] for answer in answers} == {listed["id"]}


async def test_list_of_many_costs_as_much_as_of_one_and_comes_in_pages(
    owner: Member, anyone: Client, database_url: str, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made = await channel(owner.client)
    await ban(owner, made, subject="guest:" + "0" * 20)
    with count_queries() as of_one:
        await owner.client.get(at(made))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO bans (hash_id, channel_id, subject, name, hidden, by_id, created_at)"
            " SELECT lpad(n::text, 32, '0'), channel_id, 'guest:' || lpad(n::text, 20, '0'), 'G', false, by_id,"
            " created_at - make_interval(secs => n) FROM bans, generate_series(1, 60) n"
        )
    with count_queries() as of_many:
        first = (await owner.client.get(at(made))).json()
    assert len(of_many) == len(of_one)
    second = (await owner.client.get(at(made), params={"page": 2})).json()
    assert [len(page["data"]) for page in (first, second)] == [50, 11]
    assert first["meta"]["pagination"]["total"] == 61
    times = [entry["created_at"] for entry in first["data"] + second["data"]]
    assert times == sorted(times, reverse=True)


async def test_channel_has_so_many_bans(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bans, "MOST", 2)
    made = await channel(owner.client)
    answers = [await owner.client.post(at(made), {"subject": f"guest:{n:020}"}) for n in (1, 2, 3, 1)]
    assert [answer.status_code for answer in answers] == [200, 200, 409, 200]


async def test_moderator_bans_so_many_a_minute(
    owner: Member, stranger: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bans, "CHANGES", "3/minute")
    made = await channel(owner.client)
    answers = [await owner.client.post(at(made), {"subject": f"guest:{n:020}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


async def test_ban_binds_in_every_process_once_it_is_made(
    owner: Member, stranger: Member, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client)
    async with running_app(settings_for(tmp_path, database_url)) as other:
        there = other.with_token(stranger.access_token)
        assert await is_banned(there, made) is False
        banned = await ban(owner, made, subject=await subject_of(there))
        assert await is_banned(there, made) is True
        await owner.client.delete(f"{at(made)}/{banned['id']}")
        assert await is_banned(there, made) is False


@pytest.mark.parametrize(
    ("how", "purged"),
    [({}, True), ({"seconds": 3599}, False), ({"seconds": 3600}, True), ({"purge": False}, False),
     ({"seconds": 10, "purge": True}, True)],
)  # fmt: skip
async def test_long_bans_take_away_what_was_said(
    owner: Member, stranger: Member, how: dict[str, object], purged: bool
) -> None:
    from storecast.domains.moderation.events import PersonBanned
    from storecast.kit.bus import Occasion

    made = await channel(owner.client)
    happened: list[PersonBanned] = []

    async def note(event: PersonBanned, at: Occasion) -> None:
        assert at.channel is not None
        happened.append(event)

    process_of(owner.client.app).bus.subscribe(PersonBanned, note)
    await ban(owner, made, subject=await subject_of(stranger.client), **how)
    assert [event.purge for event in happened] == [purged]
