"""A room's feed, where the order of two things within the same moment matters."""

import asyncio
from typing import TypeVar, cast

import msgspec

from storecast.contracts.hooks import EventsPage
from storecast.kit.hooks import HookClient
from storecast.realtime.feed import Feed
from storecast.realtime.metrics import Metrics
from storecast.realtime.recovery import Entry

T = TypeVar("T")


class QuietLog(HookClient):
    """The log of a room in which nothing happens."""

    def __init__(self) -> None:
        super().__init__("http://nowhere.test", b"")

    async def call(self, path: str, payload: msgspec.Struct, answer: type[T]) -> T:
        return cast("T", EventsPage(0, complete=True, events=[]))


async def test_who_comes_in_as_the_feed_goes_to_rest_is_answered() -> None:
    async def deliver(before: int, entries: list[Entry]) -> None: ...

    async def restart() -> None: ...

    client = QuietLog()
    feed = Feed("show", 0, client, Metrics())
    feed.follow(deliver, restart)
    others = asyncio.all_tasks()
    feed.wake()
    [pump] = asyncio.all_tasks() - others
    await feed.ready(None)
    feed.rest()
    while not pump.done():
        await asyncio.sleep(0)
    feed.wake()  # before the loop comes to what is to be done once the pump has ended
    async with asyncio.timeout(2):
        await feed.ready(None)
    feed.close()
    await client.close()
