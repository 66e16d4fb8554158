"""What happens on a channel reaches receivers whole and in its order, whoever is down or talks at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import pytest
from standardwebhooks import Webhook

from storecast.kit.settings import Settings
from storecast.wiring.assembly import create_process
from storecast.wiring.jobs import create_jobs
from tests.clock import Clock
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.nodes import Node
from tests.factories.platform import Client
from tests.factories.products import shelf_product
from tests.factories.webhooks import Json, Receiver, answer, deliveries, say, signed_in_again, webhook, work
from tests.waiting import eventually


async def test_a_receiver_that_was_down_for_a_day_gets_every_event_in_order(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    """Of two channels, with tries all day in between; signed, and each under one id however often it was tried."""
    for slug in ("lamps", "vases"):
        await channel(owner.client, slug=slug)
    made = await webhook(owner, receiver)
    receiver.otherwise = answer(500, "down")
    async with receiver.up():
        for hour in range(24):
            owner = await signed_in_again(owner)
            if hour % 2:
                await say(owner, "lamps", f"lamps {hour}")
            else:
                await shelf_product(owner.client, "lamps", f"lamps {hour}")
            product = await shelf_product(owner.client, "vases", f"vases {hour}")
            await owner.client.post(f"events/vases/products/{product['id']}/disable")
            for _ in range(12):
                await work(anyone.app, clock())
                clock.move(minutes=5)
        tried = {each.id for each in receiver.received}
        assert 10 < len(receiver.received) < 200, "it was tried, and not stormed"

        receiver.received.clear()
        receiver.otherwise = answer(204)
        clock.move(hours=12)
        await work(anyone.app, clock())

    for each in receiver.received:
        assert Webhook(made["secret"]).verify(each.body, each.headers)
    ids = [each.id for each in receiver.received]
    assert len(ids) == len(set(ids)) == 24 + 2 * 24
    assert tried < set(ids), "what was tried in vain came under the same ids"

    def heard(slug: str) -> list[Json]:
        """What of the channel, in the order in which it came."""
        return [each.event for each in receiver.received if each.event["data"]["channel"]["slug"] == slug]

    lamps, vases = heard("lamps"), heard("vases")
    assert [each["type"] for each in lamps] == ["product.enabled", "message.created"] * 12
    said = [each["data"]["data"] for each in lamps if each["type"] == "message.created"]
    assert said == [f"lamps {hour}" for hour in range(1, 24, 2)]
    assert [each["type"] for each in vases] == ["product.enabled", "product.disabled"] * 24
    shown = [each["data"]["product"]["name"] for each in vases if each["type"] == "product.enabled"]
    assert shown == [f"vases {hour}" for hour in range(24)]
    moments = [each["timestamp"] for each in lamps]
    assert moments == sorted(set(moments)), "an event's own time stays that of when it happened"
    owner = await signed_in_again(owner)
    assert {each["state"] for each in await deliveries(owner, made)} == {"delivered"}


async def test_one_change_is_told_once_however_often_it_was_asked_for(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    """saleor 10165: two to four events for one changed product."""
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps")
    await webhook(owner, receiver, events=["product.*", "product.enabled", "product.*", "stream.*"])
    changed = {"name": "Another lamp", "link": "https://shop.test/lamp", "price": "10"}
    assert (await owner.client.post(f"profile/products/{product['id']}", changed)).status_code == 200
    async with receiver.up():
        await work(anyone.app, clock())
    [told] = receiver.received
    assert (told.type, told.event["data"]["product"]["name"]) == ("product.enabled", "Another lamp")


async def test_a_show_is_told_of(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, settings: Settings
) -> None:
    made = await channel(owner.client, slug="lamps")
    await webhook(owner, receiver, events=["stream.*"])
    key = (await owner.client.post("streams", {"event_id": "lamps"})).json()["data"]["stream_key"]
    node = Node(anyone, settings, clock=clock)
    grant = (await node.publish(key)).json()
    await node.start(grant)
    await node.end(grant)
    await say(owner, "lamps", "not asked for")
    async with receiver.up():
        await work(anyone.app, clock())
    assert [each.type for each in receiver.received] == ["stream.started", "stream.ended"]
    started = receiver.received[0].event
    assert started["data"]["session_id"] == grant["session_id"]
    assert started["data"]["channel"] == {"id": made["id"], "slug": "lamps"}
    assert started["timestamp"].startswith(clock().strftime("%Y-%m-%dT%H:%M:%S"))


async def test_who_has_no_endpoint_pays_one_query(
    anyone: Client,
    owner: Member,
    receiver: Receiver,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    """Chat is where everybody talks at once."""
    await channel(owner.client, slug="lamps")
    await webhook(await member(anyone), receiver)
    await say(owner, "lamps", "before")
    thread = (await owner.client.post("thread/read", {"threadSlug": "lamps", "userId": "1"})).json()["data"]
    with count_queries() as queries:
        await owner.client.post("messages", {"data": "Hello", "thread_id": thread["id"]})
    assert len([query for query in queries if "webhook" in query]) == 1


async def test_what_happens_is_told_only_if_it_happened(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    refused = await owner.client.post("events/lamps/products/424242/promote")
    assert refused.status_code == 404
    assert await deliveries(owner, made) == []


async def test_one_event_that_is_never_taken_does_not_stop_those_behind_it_for_ever(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    for text in ("poison", "good", "better"):
        await say(owner, "lamps", text)
    async with receiver.up():
        receiver.refused = "poison"
        for _ in range(74):
            await work(anyone.app, clock())
            clock.move(hours=1)
    said = [each.event["data"]["data"] for each in receiver.received]
    assert said[-2:] == ["good", "better"]
    assert set(said[:-2]) == {"poison"}
    assert [each["state"] for each in await deliveries(await signed_in_again(owner), made)] == [
        "delivered", "delivered", "failed",
    ]  # fmt: skip


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[None]:
    """As it runs: its own jobs, several at once."""
    process = create_process(settings)
    jobs = create_jobs(process)
    async with jobs.open_async():
        working = asyncio.create_task(
            jobs.run_worker_async(queues=["webhooks"], concurrency=16, install_signal_handlers=False)
        )
        yield
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    await process.close()


async def test_what_many_say_at_once_arrives_once_and_in_order(
    anyone: Client, owner: Member, receiver: Receiver, worker: None
) -> None:
    """While the worker works: what joins a line as its last is sent is neither left there nor sent twice."""
    people = [owner, *[await member(anyone) for _ in range(3)]]
    shows = [await channel(owner.client, slug=slug) for slug in ("lamps", "vases")]
    await webhook(owner, receiver)

    async def talk(person: Member, show: Json) -> None:
        for number in range(9):
            said = await person.client.post("messages", {"data": f"{number}", "thread_id": show["thread_id"]})
            assert said.status_code == 200, said.text

    async with receiver.up():
        await asyncio.gather(*(talk(person, show) for person in people for show in shows))
        await eventually(lambda: len(receiver.received) >= 72)
        for show in shows:
            about = [each.event for each in receiver.received if each.event["data"]["channel"]["id"] == show["id"]]
            order = [each["data"]["seq"] for each in about]
            assert order == sorted(set(order))
    assert len({each.id for each in receiver.received}) == len(receiver.received) == 72


async def test_nobody_who_talks_notices_that_an_endpoint_goes(
    anyone: Client, owner: Member, receiver: Receiver, worker: None
) -> None:
    people = [owner, *[await member(anyone) for _ in range(3)]]
    show = await channel(owner.client, slug="lamps")

    async def talk(person: Member) -> None:
        for number in range(15):
            said = await person.client.post("messages", {"data": f"{number}", "thread_id": show["thread_id"]})
            assert said.status_code == 200, said.text

    async def change() -> None:
        for _ in range(8):
            made = await webhook(owner, receiver)
            assert (await owner.client.put(f"webhooks/{made['id']}", {"enabled": False})).status_code == 200
            assert (await owner.client.put(f"webhooks/{made['id']}", {"enabled": True})).status_code == 200
            assert (await owner.client.delete(f"webhooks/{made['id']}")).status_code == 204

    async with receiver.up():
        await asyncio.gather(change(), *(talk(person) for person in people))
