"""Who may say what, as chat, questions and polls ask."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storecast.domains.moderation.errors import (
    Banned,
    FollowersOnly,
    GuestsNotNow,
    MembersOnly,
    SlowMode,
)
from storecast.domains.moderation.values import Verdict
from storecast.kit.errors import ApiError, Unprocessable
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.seats import give_seat
from tests.factories.selling import add, order, shop, stocked
from tests.factories.speaking import edit, say, standing, subject_of, vote


async def ruled(owner: Member, **rules: object) -> Json:
    """A channel with these rules."""
    made = await channel(owner.client)
    answer = await owner.client.put(f"events/{made['id']}/chat/settings", rules)
    assert answer.status_code == 200, answer.text
    return made


async def ban(owner: Member, made: Json, client: Client, **how: object) -> Json:
    body = {"subject": await subject_of(client), **how}
    answer = await owner.client.post(f"events/{made['id']}/chat/bans", body)
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def outcome(saying: Any) -> Verdict | type[ApiError]:
    try:
        verdict: Verdict = await saying
    except ApiError as error:
        return type(error)
    return verdict


async def test_slow_mode_lets_somebody_speak_once_in_a_while(
    clock: Clock, owner: Member, stranger: Member, visitor: Client
) -> None:
    made = await ruled(owner, slow_seconds=30)
    assert await say(stranger.client, made) is Verdict.SHOWN
    assert await say(visitor, made) is Verdict.SHOWN, "each for themselves"
    clock.move(seconds=10.5)
    with pytest.raises(SlowMode) as refused:
        await say(stranger.client, made)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "20"})
    assert (await standing(stranger.client, made)).slow_until is not None
    assert await edit(stranger.client, made) is Verdict.SHOWN, "an edit says nothing new"
    clock.move(seconds=19.5)
    assert (await standing(stranger.client, made)).slow_until is None
    assert await say(stranger.client, made) is Verdict.SHOWN


async def test_slow_mode_counts_what_was_said_and_not_what_was_refused(
    clock: Clock, owner: Member, stranger: Member
) -> None:
    made = await ruled(owner, slow_seconds=30, blocked_words=["spam"])
    with pytest.raises(Unprocessable):
        await say(stranger.client, made, "spam")
    assert await say(stranger.client, made, "hi") is Verdict.SHOWN


async def test_slow_mode_lets_one_of_several_at_once_speak_whatever_process_they_ask(
    clock: Clock, owner: Member, stranger: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await ruled(owner, slow_seconds=30)
    async with running_app(settings_for(tmp_path, database_url)) as other:
        there = other.with_token(stranger.access_token)
        callers = (stranger.client, there) * 4
        outcomes = await asyncio.gather(*(outcome(say(one, made)) for one in callers))
    assert sorted(map(str, outcomes)) == sorted(map(str, [Verdict.SHOWN, *[SlowMode] * 7]))


async def test_slow_mode_does_not_last_where_the_clock_is_set_back(
    clock: Clock, owner: Member, stranger: Member
) -> None:
    made = await ruled(owner, slow_seconds=30)
    await say(stranger.client, made)
    clock.move(minutes=-10)
    assert await say(stranger.client, made) is Verdict.SHOWN


async def test_only_who_has_followed_for_long_enough_speaks(
    clock: Clock, owner: Member, stranger: Member, visitor: Client
) -> None:
    made = await ruled(owner, followers_only=True, followers_minutes=10)
    for client in (stranger.client, visitor):
        with pytest.raises(FollowersOnly, match="10 minutes"):
            await say(client, made)
    await stranger.client.post("profile/follow", {"channelId": made["id"], "following": True})
    with pytest.raises(FollowersOnly):
        await say(stranger.client, made)
    clock.move(minutes=10)
    assert await say(stranger.client, made) is Verdict.SHOWN
    await owner.client.put(f"events/{made['id']}/chat/settings", {"followers_minutes": 0})
    newcomer = await member(stranger.client.with_token(None))
    await newcomer.client.post("profile/follow", {"channelId": made["id"], "following": True})
    assert await say(newcomer.client, made) is Verdict.SHOWN


async def test_only_who_holds_a_pass_or_has_paid_there_speaks(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, database_url: str
) -> None:
    made = await shop(owner)
    await owner.client.put(f"events/{made['id']}/chat/settings", {"members_only": True})
    product = await stocked(owner)
    await order(stranger.client, await add(stranger.client, product))
    for client in (stranger.client, visitor):
        with pytest.raises(MembersOnly):
            await say(client, made)
    with psycopg.connect(database_url, autocommit=True) as connection:  # as the seller is paid by the bank
        connection.execute("UPDATE orders SET status = 'paid'")
    assert await say(stranger.client, made) is Verdict.SHOWN
    await owner.client.put("events/lamps", {"free_pass": False})
    code = (await owner.client.post(f"events/{made['id']}/generate-code")).json()["code"]
    redeemed = await visitor.post("events/playback/lamps", {"eventId": "lamps", "code": str(code)})
    assert redeemed.status_code == 200
    assert await say(visitor, made) is Verdict.SHOWN
    with pytest.raises(MembersOnly):
        await say(await guest(anyone), made)


async def test_guests_may_be_kept_out(owner: Member, stranger: Member, visitor: Client) -> None:
    made = await ruled(owner, guests=False)
    with pytest.raises(GuestsNotNow):
        await say(visitor, made)
    assert await say(stranger.client, made) is Verdict.SHOWN


LINK = "look at cheap-lamps.example.com now"


@pytest.mark.parametrize(
    ("links", "guests", "viewers", "team"),
    [
        ("everyone", Verdict.SHOWN, Verdict.SHOWN, Verdict.SHOWN),
        ("accounts", Unprocessable, Verdict.SHOWN, Verdict.SHOWN),
        ("team", Unprocessable, Unprocessable, Verdict.SHOWN),
    ],
)
async def test_links_are_for_whom_the_host_lets(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, database_url: str,
    links: str, guests: object, viewers: object, team: object,
) -> None:  # fmt: skip
    made = await ruled(owner, links=links)
    packer = await member(anyone)
    give_seat(database_url, owner, packer, "fulfilment", made)
    callers = (visitor, stranger.client, packer.client)
    assert [await outcome(say(one, made, LINK)) for one in callers] == [guests, viewers, team]
    assert [await outcome(say(one, made, "no link")) for one in callers] == [Verdict.SHOWN] * 3


async def test_blocked_words_are_refused_without_being_named(owner: Member, stranger: Member) -> None:
    made = await ruled(owner, blocked_words=["scam", "free money"])
    with pytest.raises(Unprocessable) as refused:
        await say(stranger.client, made, "this is a s.c.4.m!")
    assert [message.field for message in refused.value.messages] == ["data"]
    assert "scam" not in refused.value.message
    assert await say(stranger.client, made, "scampi for free, money later") is Verdict.SHOWN


async def test_names_are_held_to_the_same_words(owner: Member, visitor: Client) -> None:
    made = await ruled(owner, blocked_words=["scam"])
    for name in ("Sc4m", "scam-shop.com", "visit cheap.com"):
        with pytest.raises(Unprocessable) as refused:
            await say(visitor, made, "hi", name=name)
        assert [message.field for message in refused.value.messages] == ["name"]
    assert await say(visitor, made, "hi", name="Scampi") is Verdict.SHOWN


@pytest.mark.parametrize(
    ("hold", "blocked", "guests", "viewers"),
    [
        ("nothing", Unprocessable, Verdict.SHOWN, Verdict.SHOWN),
        ("blocked", Verdict.HELD, Verdict.SHOWN, Verdict.SHOWN),
        ("guests", Verdict.HELD, Verdict.HELD, Verdict.SHOWN),
        ("everything", Verdict.HELD, Verdict.HELD, Verdict.HELD),
    ],
)
async def test_what_the_host_says_waits_for_review(
    owner: Member, stranger: Member, visitor: Client, hold: str, blocked: object, guests: object, viewers: object
) -> None:
    made = await ruled(owner, hold=hold, blocked_words=["scam"], links="team")
    assert [await outcome(say(stranger.client, made, text)) for text in ("scam", LINK)] == [blocked] * 2
    assert await outcome(say(visitor, made)) == guests
    assert await outcome(say(stranger.client, made)) == viewers
    assert await outcome(say(owner.client, made, "scam")) is Verdict.SHOWN


@pytest.mark.parametrize("role", ["owner", "admin", "editor", "moderator"])
async def test_who_may_moderate_is_exempt_of_everything(
    owner: Member, anyone: Client, database_url: str, role: str
) -> None:
    made = await ruled(
        owner, shield=True, slow_seconds=60, blocked_words=["scam"], members_only=True, hold="everything", links="team"
    )
    person = owner if role == "owner" else await member(anyone)
    if person is not owner:
        give_seat(database_url, owner, person, role, made)
    for _ in range(2):
        assert await say(person.client, made, f"scam {LINK}") is Verdict.SHOWN
    refused = await owner.client.post(f"events/{made['id']}/chat/bans", {"subject": await subject_of(person.client)})
    assert refused.status_code == 409


async def test_a_seat_given_later_ends_what_a_ban_does(owner: Member, stranger: Member, database_url: str) -> None:
    made = await channel(owner.client)
    await ban(owner, made, stranger.client)
    assert await outcome(say(stranger.client, made)) is Banned
    give_seat(database_url, owner, stranger, "moderator", made)
    assert await outcome(say(stranger.client, made)) is Verdict.SHOWN


async def test_hidden_person_is_told_what_everybody_is(owner: Member, stranger: Member, visitor: Client) -> None:
    made = await ruled(owner, blocked_words=["scam"], hold="nothing")
    for client in (stranger.client, visitor):
        await ban(owner, made, client, hidden=True)
        assert await say(client, made) is Verdict.HIDDEN
        assert await vote(client, made) is Verdict.HIDDEN
        assert await outcome(say(client, made, "scam")) is Unprocessable
        assert (await standing(client, made)).banned is False
    await owner.client.put(f"events/{made['id']}/chat/settings", {"hold": "everything"})
    assert await say(stranger.client, made) is Verdict.HIDDEN


async def test_an_ordinary_message_asks_the_database_one_thing(
    owner: Member, stranger: Member, visitor: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made = await ruled(owner, blocked_words=["scam"])
    for client in (stranger.client, visitor):
        await say(client, made)
        with count_queries() as before:
            await standing_only(client, made)
        with count_queries() as queries:
            await say(client, made)
        assert len(queries) - len(before) == 1, queries


async def standing_only(client: Client, made: Json) -> None:
    """What `say` asks for who speaks, and where."""
    await say(client, made, asking=False)


async def test_slow_mode_asks_one_thing_more(
    clock: Clock, owner: Member, stranger: Member, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made = await ruled(owner, slow_seconds=1)
    await say(stranger.client, made)
    clock.move(seconds=2)
    with count_queries() as queries:
        await say(stranger.client, made)
    assert len([query for query in queries if "bans" in query]) == 1
    assert [query for query in queries if "chat_settings" in query] == []
