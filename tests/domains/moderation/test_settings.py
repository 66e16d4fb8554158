import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from storecast.contracts.hooks import RoomEvent
from storecast.domains.moderation.errors import GuestsNotNow
from storecast.kit.errors import Unprocessable
from storecast.wiring.process import process_of
from tests.factories.accounts import Member, member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.rooms import heard
from tests.factories.seats import give_seat
from tests.factories.speaking import say
from tests.waiting import eventually

DEFAULTS = {
    "slow_seconds": 0, "followers_only": False, "followers_minutes": 0, "members_only": False, "guests": True,
    "blocked_words": [], "links": "accounts", "hold": "nothing", "shield": False, "anonymous_questions": False,
}  # fmt: skip


def at(made: Json) -> str:
    return f"events/{made['id']}/chat/settings"


async def told(anyone: Client, tmp_path: Path, database_url: str, made: Json) -> list[RoomEvent]:
    events = await heard(anyone, settings_for(tmp_path, database_url), made["id"])
    return [event for event in events if event.event == "chat.settings"]


async def test_keys_given_are_changed_and_others_stay(owner: Member) -> None:
    made = await channel(owner.client)
    assert (await owner.client.get(at(made))).json() == {"data": DEFAULTS}
    changed = await owner.client.put(at(made), {"slow_seconds": 5, "blocked_words": ["Spam ", "spam", "free  money"]})
    assert changed.json() == {"data": {**DEFAULTS, "slow_seconds": 5, "blocked_words": ["Spam", "free money"]}}
    changed = await owner.client.put(at(made), {"links": "team", "hold": "guests", "anonymous_questions": True})
    expected = {**changed.json()["data"], "slow_seconds": 5, "links": "team", "hold": "guests"}
    assert changed.json()["data"] == expected == (await owner.client.get(at(made))).json()["data"]
    assert (await owner.client.put(at(made), {})).json()["data"] == expected
    assert (await owner.client.put(at(made), {"blocked_words": []})).json()["data"]["blocked_words"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slow_seconds": -1}, "slow_seconds"),
        ({"slow_seconds": 601}, "slow_seconds"),
        ({"followers_minutes": 43_201}, "followers_minutes"),
        ({"members_only": "yes"}, "members_only"),
        ({"links": "nobody"}, "links"),
        ({"hold": None}, "hold"),
        ({"blocked_words": "spam"}, "blocked_words"),
        ({"blocked_words": ["word"] * 501}, "blocked_words"),
        ({"blocked_words": ["fine", "a" * 61]}, "blocked_words"),
        ({"blocked_words": ["fine", "  "]}, "blocked_words.1"),
        ({"blocked_words": ["\u202eabc"]}, "blocked_words.0"),
        ({"blocked_words": ["..."]}, "blocked_words.0"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, change: dict[str, object], field: str) -> None:
    made = await channel(owner.client)
    answer = await owner.client.put(at(made), change)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]
    assert (await owner.client.get(at(made))).json() == {"data": DEFAULTS}


async def test_rules_are_for_who_may_moderate(
    owner: Member, stranger: Member, anyone: Client, visitor: Client, database_url: str
) -> None:
    made, hidden = await channel(owner.client), await channel(owner.client, privacy=2)
    moderator, packer = await member(anyone), await member(anyone)
    give_seat(database_url, owner, moderator, "moderator", made)
    give_seat(database_url, owner, packer, "fulfilment", made)
    for client, status in ((anyone, 401), (visitor, 401), (stranger.client, 403), (packer.client, 403)):
        assert (await client.get(at(made))).status_code == status
        assert (await client.put(at(made), {"shield": True})).status_code == status
    assert (await stranger.client.put(at(hidden), {"shield": True})).status_code == 404
    assert (await moderator.client.put(at(made), {"shield": True})).status_code == 200


async def test_shield_puts_the_strictest_in_force_and_leaves_what_is_kept(
    owner: Member, stranger: Member, visitor: Client, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client)
    kept = {"slow_seconds": 60, "followers_minutes": 5, "links": "everyone", "blocked_words": ["spam"]}
    before = (await owner.client.put(at(made), kept)).json()["data"]
    shielded = (await owner.client.put(at(made), {"shield": True})).json()["data"]
    assert shielded == {**before, "shield": True}
    with pytest.raises(GuestsNotNow):
        await say(visitor, made)
    assert (await owner.client.put(at(made), {"shield": False})).json()["data"] == before
    await say(visitor, made)
    rules = [json.loads(bytes(event.data)) for event in await told(anyone, tmp_path, database_url, made)]
    open_again = {
        "slow_seconds": 60, "followers_only": False, "followers_minutes": 0, "members_only": False, "guests": True,
        "shield": False, "links": "everyone", "anonymous_questions": False,
    }  # fmt: skip
    strict = {"slow_seconds": 60, "followers_only": True, "followers_minutes": 10, "guests": False, "links": "team"}
    assert rules == [open_again, {**open_again, **strict, "shield": True}, open_again]


async def test_a_room_is_told_what_viewers_see_of_the_rules_and_no_more(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    made = await channel(owner.client)
    for change in ({"slow_seconds": 5}, {"slow_seconds": 5}, {"blocked_words": ["spam"]}, {"hold": "guests"}, {}):
        await owner.client.put(at(made), change)
    assert len(await told(anyone, tmp_path, database_url, made)) == 1


async def test_of_changes_at_once_none_is_lost(owner: Member) -> None:
    made = await channel(owner.client)
    changes = ({"slow_seconds": 7}, {"links": "team"}, {"guests": False}, {"blocked_words": ["spam"]}, {"shield": True})
    answers = await asyncio.gather(*(owner.client.put(at(made), change) for change in changes))
    assert {answer.status_code for answer in answers} == {200}
    kept = (await owner.client.get(at(made))).json()["data"]
    assert kept == {**DEFAULTS, **{key: value for change in changes for key, value in change.items()}}


async def test_rules_ask_the_database_once_and_a_change_is_heard_by_every_process(
    owner: Member,
    stranger: Member,
    anyone: Client,
    tmp_path: Path,
    database_url: str,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    made = await channel(owner.client)
    async with running_app(settings_for(tmp_path, database_url)) as other:
        there = other.with_token(stranger.access_token)
        for app in (anyone.app, other.app):
            await eventually(lambda app=app: process_of(app).rulebook.listening)  # type: ignore[misc]
        await say(there, made, "buy spam")
        with count_queries() as queries:
            await say(there, made, "buy spam")
        assert [query for query in queries if "chat_settings" in query] == []
        await owner.client.put(at(made), {"blocked_words": ["spam"]})
        with pytest.raises(Unprocessable):  # its own process knows at once
            await say(stranger.client, made, "buy spam")

        async def refused() -> bool:
            try:
                await say(there, made, "buy spam")
            except Unprocessable:
                return True
            return False

        await eventually(refused)
