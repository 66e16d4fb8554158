"""A raid as the chat sees it: guests of many networks, by HTTP."""

import asyncio
from itertools import cycle

import pytest

from tests.domains.moderation.raid import BLOCKED, bad, harmless
from tests.factories.accounts import Member, guest
from tests.factories.channels import Json, channel
from tests.factories.platform import Client

AT_ONCE = 20  # requests; more than a process has connections to its database


async def raided(owner: Member) -> Json:
    made = await channel(owner.client)
    rules = {"blocked_words": list(BLOCKED)}
    assert (await owner.client.put(f"events/{made['id']}/chat/settings", rules)).status_code == 200
    return made


async def guests_of(anyone: Client, count: int, networks: int) -> list[Client]:
    """So many guests, each at an address of one of so many networks, half of them of IPv6."""
    addresses = cycle(
        f"198.51.100.{number}" if number % 2 else f"2001:db8:0:{number:x}::1" for number in range(networks)
    )
    return [(await guest(anyone)).at(next(addresses)) for _ in range(count)]


async def say_all(callers: list[Client], made: Json, said: list[str]) -> list[int]:
    """The statuses, in order; each caller says theirs in turn with the others."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def say(caller: Client, text: str) -> int:
        async with gate:
            return (await caller.post("messages/guest", {"data": text, "thread_id": made["thread_id"]})).status_code

    return await asyncio.gather(*(say(callers[place % len(callers)], text) for place, text in enumerate(said)))


async def hold(owner: Member, anyone: Client, *, count: int, networks: int, most: int, well: int) -> None:
    made = await raided(owner)
    raiders, others = await guests_of(anyone, count, networks), await guests_of(anyone, count, networks)
    attacks, chatter = [text for text, _ in bad(most, 11)], list(harmless(well, 11))
    stopped = await say_all(raiders, made, attacks)
    assert set(stopped) <= {200, 422}
    assert stopped.count(200) < most / 100 + 1
    heard = await say_all(others, made, chatter)
    refused = [text for text, status in zip(chatter, heard, strict=True) if status != 200]
    assert len(refused) <= well / 1000, refused


async def test_raid_is_stopped_at_the_door(owner: Member, anyone: Client) -> None:
    await hold(owner, anyone, count=6, networks=3, most=60, well=60)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_whole_raid_is_stopped_at_the_door(owner: Member, anyone: Client) -> None:
    await hold(owner, anyone, count=200, networks=50, most=2_000, well=10_000)
