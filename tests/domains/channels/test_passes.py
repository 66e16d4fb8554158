import asyncio

import pytest

from storecast.domains.channels import service
from tests.factories.accounts import Member, guest
from tests.factories.channels import channel
from tests.factories.platform import Client


async def test_pass_lets_one_person_into_a_private_channel(owner: Member, anyone: Client, visitor: Client) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    await owner.client.post("streams", {"event_id": made["id"]})
    issued = (await owner.client.post(f"events/{made['id']}/generate-code")).json()
    assert issued["id"] == made["id"]
    assert 100_000_000 <= issued["code"] <= 999_999_999

    before = (await visitor.post("events/playback/secret", {})).json()["data"]
    assert (before["iCanSee"], before["stream"]) == (False, {"data": []})
    after = (await visitor.post("events/playback/secret", {"code": issued["code"]})).json()["data"]
    assert after["iCanSee"] is True
    assert "?token=" in after["stream"]["data"]["playback"]["data"]["hls_url"]
    assert (await visitor.get("events/playback/secret")).json()["data"]["iCanSee"] is True

    somebody_else = await guest(anyone)
    assert (await somebody_else.post("events/playback/secret", {"code": issued["code"]})).status_code == 403
    counted = (await owner.client.get(f"events/{made['id']}")).json()["data"]
    assert (counted["tickets"], counted["tickets_checked_in"]) == (1, 1)


async def test_show_can_be_for_whoever_is_signed_in(
    owner: Member, stranger: Member, anyone: Client, visitor: Client
) -> None:
    made = await channel(owner.client, slug="friends", sign_in_needed=True)
    assert (made["free_pass"], made["paid"]) == (1, False)

    async def admitted() -> list[bool]:
        callers = (anyone, visitor, stranger.client)
        return [(await caller.post("events/playback/friends", {})).json()["data"]["iCanSee"] for caller in callers]

    assert await admitted() == [False, False, True]
    await owner.client.put("events/friends", {"name": "Friends"})
    assert await admitted() == [False, False, True]
    await owner.client.put("events/friends", {"sign_in_needed": False})
    assert await admitted() == [True, True, True]
    refused = await owner.client.put("events/friends", {"free_pass": False, "sign_in_needed": True})
    assert [message["field"] for message in refused.json()["error"]["messages"]] == ["sign_in_needed"]
    assert await admitted() == [True, True, True]


async def test_pass_needs_a_holder(owner: Member, anyone: Client) -> None:
    await channel(owner.client, privacy=2, slug="secret")
    assert (await anyone.post("events/playback/secret", {"code": "123456789"})).status_code == 401


async def guesses(guesser: Client, most: int) -> list[int]:
    """What so many wrong codes are answered with."""
    return [
        (await guesser.post("events/playback/secret", {"code": str(100_000_000 + number)})).status_code
        for number in range(most)
    ]


async def test_guessing_codes_is_slowed_down(owner: Member, visitor: Client) -> None:
    await channel(owner.client, privacy=2, slug="secret")
    assert await guesses(visitor, 11) == [403] * 10 + [429]


async def test_guest_guesses_no_more_by_having_many_networks(owner: Member, visitor: Client) -> None:
    await channel(owner.client, privacy=2, slug="secret")
    statuses = [(await guesses(visitor.at(f"2001:db8:{number}::1"), 1))[0] for number in range(15)]
    assert statuses == [403] * 10 + [429] * 5


async def test_network_guesses_little_more_by_having_many_guests(owner: Member, anyone: Client) -> None:
    await channel(owner.client, privacy=2, slug="secret")
    crowd = [(await guest(anyone)).at(f"2001:db8:1:1::{number + 1:x}") for number in range(4)]
    statuses = [status for each in crowd for status in await guesses(each, 8)]
    assert statuses.count(403) == 4 * 3 + 10


async def test_guesser_shuts_out_nobody_with_a_right_code(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    codes = [(await owner.client.post(f"events/{made['id']}/generate-code")).json()["code"] for _ in range(20)]
    holder, *honest = [await guest(anyone) for _ in codes]
    assert (await holder.post("events/playback/secret", {"code": codes[0]})).status_code == 200

    for number in range(120):  # of a dozen networks, and of everybody's own
        guesser = (await guest(anyone)).at(f"2001:db8:{number % 12}::1" if number % 4 else "127.0.0.1")
        await guesses(guesser, 1)
    await guesses(await guest(anyone), 20)
    for one, code in zip(honest, codes[1:], strict=True):
        answer = await one.post("events/playback/secret", {"code": code})
        assert (answer.status_code, answer.json()["data"]["iCanSee"]) == (200, True)
    again = [await holder.post("events/playback/secret", {"code": codes[0]}) for _ in range(20)]
    assert {answer.status_code for answer in again} == {200}


@pytest.mark.parametrize(
    ("one", "neighbour", "elsewhere"),
    [("2001:db8:1:{:x}::1", "2001:db8:1:ffff::1", "2001:db8:2::1"), ("192.0.2.{}", "192.0.2.250", "198.51.100.1")],
)
async def test_many_networks_of_one_guesser_are_one(
    owner: Member, anyone: Client, one: str, neighbour: str, elsewhere: str
) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    code = {"code": (await owner.client.post(f"events/{made['id']}/generate-code")).json()["code"]}
    statuses = [
        status for number in range(45) for status in await guesses((await guest(anyone)).at(one.format(number + 1)), 3)
    ]
    assert statuses == [403] * 120 + [429] * 15
    right = (await guest(anyone)).at(neighbour)
    refused = await right.post("events/playback/secret", code)
    # Of many hits, those of a twentieth of the minute are over together.
    assert (refused.status_code, 0 < int(refused.headers["Retry-After"]) <= 64) == (429, True)
    assert (await right.at(elsewhere).post("events/playback/secret", code)).status_code == 200


async def test_one_network_leaves_its_neighbours_their_tries(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    code = {"code": (await owner.client.post(f"events/{made['id']}/generate-code")).json()["code"]}
    statuses = [status for _ in range(25) for status in await guesses((await guest(anyone)).at("2001:db8:1:1::1"), 3)]
    assert statuses == [403] * 60 + [429] * 15
    neighbour = (await guest(anyone)).at("2001:db8:1:2::1")
    assert (await neighbour.post("events/playback/secret", code)).status_code == 200


async def test_a_crowd_of_one_network_gets_in(owner: Member, anyone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "WRONG_CODES", "2/minute")
    made = await channel(owner.client, privacy=2, slug="secret")
    for _ in range(5):
        code = (await owner.client.post(f"events/{made['id']}/generate-code")).json()["code"]
        answer = await (await guest(anyone)).post("events/playback/secret", {"code": code})
        assert answer.status_code == 200


async def test_wrong_codes_sent_at_once_are_counted_one_by_one(
    owner: Member, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "WRONG_CODES", "2/minute")
    await channel(owner.client, privacy=2, slug="secret")
    crowd = [await guest(anyone) for _ in range(8)]
    answers = await asyncio.gather(*(one.post("events/playback/secret", {"code": 100_000_000}) for one in crowd))
    assert sorted(answer.status_code for answer in answers) == [403] * 2 + [429] * 6


async def test_holder_tries_no_other_codes(owner: Member, anyone: Client, visitor: Client) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    first, second = [(await owner.client.post(f"events/{made['id']}/generate-code")).json()["code"] for _ in range(2)]
    for code in (first, second, 100_000_000):
        assert (await visitor.post("events/playback/secret", {"code": code})).status_code == 200
    assert (await (await guest(anyone)).post("events/playback/secret", {"code": second})).status_code == 200


@pytest.mark.parametrize(("privacy", "free_pass"), [(0, False), (2, True)])
async def test_without_a_pass_nothing_of_the_show_is_seen(
    owner: Member, anyone: Client, visitor: Client, privacy: int, free_pass: bool
) -> None:
    made = await channel(owner.client, privacy=privacy, free_pass=free_pass, slug="secret")
    await owner.client.post("streams", {"event_id": made["id"]})
    for caller in (anyone, visitor):
        assert (await caller.get("events/playback/secret")).json()["data"]["stream"] == {"data": []}
        assert (await caller.get("events/products/secret")).status_code == 404
        assert (await caller.get("events/secret/products")).status_code == 404
    said = await visitor.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    assert said.status_code == 404


async def test_number_leads_to_no_private_channel_but_for_who_may_watch_it(
    owner: Member, stranger: Member, anyone: Client, visitor: Client
) -> None:
    made = await channel(owner.client, privacy=2, slug="secret")
    number = made["thread_id"]
    code = (await owner.client.post("events/secret/generate-code")).json()["code"]
    for caller in (anyone, visitor, stranger.client):
        for shown in (await caller.get(f"events/playback/{number}"), await caller.post(f"events/playback/{number}")):
            assert shown.status_code == 404
            assert "Evening show" not in shown.text
        for ref in ("secret", made["id"]):
            gate = (await caller.get(f"events/playback/{ref}")).json()["data"]
            assert (gate["name"], gate["iCanSee"]) == ("Evening show", False)
    by_number = await visitor.post(f"events/playback/{number}", {"code": code})
    assert by_number.status_code == 404, "else trying codes would tell which numbers are channels"

    await visitor.post("events/playback/secret", {"code": code})
    for caller in (visitor, owner.client):
        assert (await caller.get(f"events/playback/{number}")).json()["data"]["iCanSee"] is True


async def test_number_leads_to_channels_that_need_no_secret(owner: Member, anyone: Client) -> None:
    made = await channel(owner.client, privacy=0)
    assert (await anyone.get(f"events/playback/{made['thread_id']}")).json()["data"]["id"] == made["id"]


async def test_number_leads_to_no_unlisted_channel_but_for_who_belongs_to_it(
    owner: Member, stranger: Member, anyone: Client, visitor: Client
) -> None:
    made = await channel(owner.client, privacy=1)
    number = made["thread_id"]
    for caller in (anyone, visitor, stranger.client):
        for ref, status in ((number, 404), (made["slug"], 200), (made["id"], 200)):
            beat = {"eventId": str(ref), "viewerHash": "someone", "viewHash": "view", "date": "now"}
            answers = [
                await caller.get(f"events/playback/{ref}"),
                await caller.post(f"events/playback/{ref}"),
                await caller.get(f"events/products/{ref}"),
                await caller.get(f"events/{ref}/products"),
                await caller.post("events/heartbeat", beat),
            ]
            assert [answer.status_code for answer in answers] == [status] * len(answers)
    for ref, status in ((number, 404), (made["slug"], 200), (made["id"], 200)):
        joined = await visitor.post("thread/participant", {"threadSlug": str(ref), "name": "Ana"})
        read = await visitor.post("thread/read", {"threadSlug": str(ref), "userId": "me"})
        assert (joined.status_code, read.status_code) == (status, status)
    follow = {"channelId": number, "following": True}
    assert (await stranger.client.post("profile/follow", follow)).status_code == 404
    assert (await stranger.client.get(f"events/{number}")).status_code == 404
    assert (await owner.client.get(f"events/playback/{number}")).status_code == 200
    code = (await owner.client.post(f"events/{number}/generate-code")).json()["code"]
    await owner.client.put(f"events/{number}", {"free_pass": False})
    await visitor.post(f"events/playback/{made['slug']}", {"code": code})
    assert (await visitor.get(f"events/playback/{number}")).status_code == 200


async def test_who_watches_an_unlisted_show_speaks_by_its_number(owner: Member, visitor: Client) -> None:
    """The answer has nothing of the show, and what comes in has a number alone to name the thread by."""
    made = await channel(owner.client, privacy=1)
    said = await visitor.post("messages/guest", {"data": "hi", "thread_id": made["thread_id"]})
    assert said.status_code == 200
    assert made["slug"] not in said.text
