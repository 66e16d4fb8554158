"""Reactions are totals, hearts are sums: rooms are told each half second, however many cause it."""

import asyncio

import msgspec
import pytest

from storecast.domains.chat.hearts import service as hearts
from storecast.domains.chat.reactions import service as reactions
from tests.factories.accounts import Member, guest
from tests.factories.channels import Json
from tests.factories.chat import Figures, delete, read, rules, say
from tests.factories.platform import Client

REAL = ["👍", "❤️", "👍🏽", "🇩🇪", "1️⃣", "👨‍👩‍👧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🧑‍🚀", "🫶🏿", "©️", "❤️‍🔥", "👩🏾‍❤️‍💋‍👩🏻"]
NOT_ONE = [
    "", "a", "1", "#", "👍👍", "😀‍😀", "🇽🇽", "🇩", "🏻", "👍x", " 👍", "\u200d", "\ufe0f", "<b>", "❤️❤️", "👍" * 21,
    "🏴󠁧󠁢󠁳󠁣", "👨‍👩‍", "\u20e3", "😀\u0301", "=1+1",
]  # fmt: skip


async def react(client: Client, message: Json, emoji: object = "👍", **more: object) -> int:
    return (await client.post(f"messages/{message['id']}/reactions", {"emoji": emoji, **more})).status_code


async def counted(client: Client, made: Json) -> list[list[Json]]:
    return [message["reactions"] for message in (await read(client, made))["messages"]["data"]]


async def test_reactions_are_counted_by_person_and_emoji(lamps: Json, visitor: Client, anyone: Client) -> None:
    said, other = await say(visitor, lamps), await guest(anyone)
    figures = Figures(anyone)
    for client, emoji in ((visitor, "👍"), (other, "👍"), (other, "👍"), (other, "🎉")):
        assert await react(client, said, emoji) == 200
    thumbs = {"emoji": "👍", "count": 2, "mine": True}
    assert await counted(visitor, lamps) == [[thumbs, {"emoji": "🎉", "count": 1, "mine": False}]]
    told = [msgspec.json.decode(each) for each in await figures.told("reactions.counted")]
    assert told[-1] == {"messages": {said["id"]: {"👍": 2, "🎉": 1}}}
    assert len(told) <= 2, "four in half a second are one or two"


async def test_a_reaction_is_taken_back(lamps: Json, visitor: Client, anyone: Client) -> None:
    said = await say(visitor, lamps)
    assert await react(visitor, said) == 200
    figures = Figures(anyone)
    await figures.told("reactions.counted")
    for _ in range(2):
        assert await react(visitor, said, on=False) == 200
    assert await counted(visitor, lamps) == [[]]
    assert [msgspec.json.decode(each) for each in await figures.told("reactions.counted")][-1] == {
        "messages": {said["id"]: {}}
    }


async def test_one_of_many_at_once_counts_once(lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps)
    assert await asyncio.gather(*(react(visitor, said) for _ in range(10))) == [200] * 10
    assert await counted(visitor, lamps) == [[{"emoji": "👍", "count": 1, "mine": True}]]


@pytest.mark.parametrize("start", [0, 6])
async def test_every_kind_of_emoji_is_one(lamps: Json, visitor: Client, start: int) -> None:
    said = await say(visitor, lamps)
    assert [await react(visitor, said, emoji) for emoji in REAL[start : start + 6]] == [200] * 6


async def test_an_emoji_is_the_same_however_it_is_drawn(lamps: Json, visitor: Client, anyone: Client) -> None:
    said = await say(visitor, lamps)
    assert (await react(visitor, said, "❤"), await react(await guest(anyone), said, "❤️")) == (200, 200)
    assert await counted(visitor, lamps) == [[{"emoji": "❤️", "count": 2, "mine": True}]]


async def test_what_is_no_emoji_is_refused(lamps: Json, visitor: Client) -> None:
    said = await say(visitor, lamps)
    for emoji in NOT_ONE:
        answer = await visitor.post(f"messages/{said['id']}/reactions", {"emoji": emoji})
        assert answer.status_code == 422, emoji
        assert [each["field"] for each in answer.json()["error"]["messages"]] == ["emoji"]
    assert await counted(visitor, lamps) == [[]]


async def test_a_person_reacts_with_six_emojis_and_a_message_has_twenty(
    lamps: Json, visitor: Client, anyone: Client
) -> None:
    said = await say(visitor, lamps)
    faces = [chr(0x1F600 + number) for number in range(24)]
    assert [await react(visitor, said, face) for face in faces[:7]] == [200] * 6 + [409]
    assert await react(visitor, said, faces[0]) == 200, "which one has given already"
    others = [await guest(anyone) for _ in range(3)]
    given = await asyncio.gather(*(react(others[at % 3], said, face) for at, face in enumerate(faces[6:])))
    assert sorted(given) == [200] * 14 + [409] * 4
    newcomer = await guest(anyone)
    assert await react(newcomer, said, faces[0]) == 200
    assert len((await counted(visitor, lamps))[0]) == 20


async def test_only_what_is_shown_is_reacted_to(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client
) -> None:
    gone = await say(visitor, lamps)
    await delete(owner.client, lamps, gone)
    await rules(owner.client, lamps, hold="everything")
    held = await say(stranger.client, lamps, "held")
    assert held["state"] == "held"
    assert [await react(visitor, message) for message in (gone, held, {"id": "nothing"})] == [404] * 3
    assert await react(owner.client, gone) == 404
    assert await react(stranger.client, held) == 409
    assert await react(anyone, held) == 401


async def test_who_is_banned_or_where_chat_is_off_there_is_nothing_to_react(
    owner: Member, lamps: Json, visitor: Client
) -> None:
    said, own = await say(owner.client, lamps), await say(visitor, lamps)
    await owner.client.post("events/lamps/chat/bans", {"message_id": own["id"], "seconds": 60})
    assert (await visitor.post(f"messages/{said['id']}/reactions", {"emoji": "👍"})).status_code == 403
    assert (await visitor.post("events/lamps/chat/hearts", {})).status_code == 403
    await owner.client.put(f"events/{lamps['id']}", {"chat_enabled": False})
    assert await react(owner.client, said) == 409
    assert (await owner.client.post("events/lamps/chat/hearts", {})).status_code == 409


async def test_the_reactions_of_who_is_hidden_are_not_counted(owner: Member, lamps: Json, visitor: Client) -> None:
    said, own = await say(owner.client, lamps), await say(visitor, lamps)
    await owner.client.post("events/lamps/chat/bans", {"message_id": own["id"], "hidden": True})
    assert await react(visitor, said) == 200
    assert (await counted(owner.client, lamps))[0] == []


async def test_reactions_of_one_network_slow_down(
    lamps: Json, visitor: Client, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reactions, "REACTIONS_FROM_ADDRESS", "3/minute")
    said = await say(visitor, lamps)
    assert [await react(await guest(anyone), said) for _ in range(4)] == [200] * 3 + [429]


async def test_a_figure_is_short_enough_for_the_bus(owner: Member, lamps: Json, anyone: Client) -> None:
    said = [await say(owner.client, lamps, f"{number}") for number in range(12)]
    figures = Figures(anyone)
    longest = ["👩🏾‍❤️‍💋‍👩🏻", "👨🏿‍❤️‍💋‍👨🏾", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏾‍❤️‍💋‍👩🏼", "👩🏾‍❤️‍💋‍👩🏽"]
    people = [await guest(anyone) for _ in range(3)]
    for message in said:
        for place, emoji in enumerate(longest):
            await react(people[place % 3], message, emoji)
    told = [msgspec.json.decode(each, type=dict) for each in await figures.told("reactions.counted")]
    newest: dict[str, Json] = {}
    for figure in told:
        newest |= figure["messages"]
    assert newest == {message["id"]: dict.fromkeys(longest, 1) for message in said}
    assert all(len(each) < 7_000 for each in await figures.told("reactions.counted"))


async def test_hearts_are_summed_and_kept_nowhere(lamps: Json, visitor: Client, anyone: Client) -> None:
    figures, other = Figures(anyone), await guest(anyone)
    await visitor.post("events/lamps/chat/hearts", {"emoji": "❤️", "count": 20})
    await other.post("events/lamps/chat/hearts", {"emoji": "❤️", "count": 17})
    await other.post("events/lamps/chat/hearts", {"emoji": "🔥"})
    await figures.told("hearts.counted")
    told = [msgspec.json.decode(each)["emojis"] for each in await figures.told("hearts.counted")]
    assert {emoji: sum(each.get(emoji, 0) for each in told) for emoji in ("❤️", "🔥")} == {"❤️": 37, "🔥": 1}
    assert len(told) <= 2


@pytest.mark.parametrize(
    ("hearts_sent", "field"),
    [({"count": 0}, "count"), ({"count": 21}, "count"), ({"emoji": "💩"}, "emoji"), ({"emoji": "❤️❤️"}, "emoji")],
)
async def test_hearts_are_a_few_kinds_and_a_handful(
    lamps: Json, visitor: Client, hearts_sent: Json, field: str
) -> None:
    refused = await visitor.post("events/lamps/chat/hearts", hearts_sent)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["error"]["messages"]] == [field]


async def test_hearts_need_a_token_and_a_channel(lamps: Json, visitor: Client, anyone: Client) -> None:
    assert (await anyone.post("events/lamps/chat/hearts", {})).status_code == 401
    assert (await visitor.post("events/nothing/chat/hearts", {})).status_code == 404


async def test_a_flood_of_hearts_is_slowed_down(lamps: Json, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearts, "HEARTS", "3/minute")
    sent = [(await visitor.post("events/lamps/chat/hearts", {})).status_code for _ in range(4)]
    assert sent == [200] * 3 + [429]


async def test_a_ban_takes_the_reactions_of_late(
    owner: Member, stranger: Member, lamps: Json, visitor: Client, anyone: Client
) -> None:  # session-foundation/session-desktop #392
    said = await say(visitor, lamps)
    for each in (stranger.client, owner.client):
        assert (await each.post(f"messages/{said['id']}/reactions", {"emoji": "💩"})).status_code == 200
    figures = Figures(anyone)
    subject = f"user:{stranger.user['hash_id']}"
    assert (await owner.client.post("events/lamps/chat/bans", {"subject": subject})).status_code == 200
    [message] = (await read(visitor, lamps))["messages"]["data"]
    assert message["reactions"] == [{"emoji": "💩", "count": 1, "mine": False}]
    assert [msgspec.json.decode(each) for each in await figures.told("reactions.counted")] == [
        {"messages": {said["id"]: {"💩": 1}}}
    ]
