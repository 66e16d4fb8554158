"""What happens on a channel reaches receivers whole and in its order, whoever is down or talks at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from storecast.domains.channels.models import Channel
from storecast.domains.streams.events import StreamEnded
from storecast.domains.webhooks.models import WebhookLine
from storecast.kit.settings import Settings
from storecast.wiring.assembly import create_process
from storecast.wiring.jobs import create_jobs
from storecast.wiring.process import process_of
from storecast.wiring.unit import Unit, unit_of_work
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


_LEFT = """
    SELECT (SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting') + (
        SELECT count(*) FROM procrastinate_jobs
        WHERE queue_name = 'webhooks'
            AND (status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now()))
    )
"""


async def tell(unit: Unit, *shows: Json) -> None:
    """What happens on channels, the transaction not over yet."""
    for show in shows:
        found = await unit.db.execute(select(Channel).where(Channel.slug == show["slug"]))
        await unit.events.happened(found.scalar_one(), StreamEnded("0"), unit.now)


async def test_switching_on_and_a_receiver_that_is_back_wait_for_no_event_that_is_being_told(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    """Else each would wait for a line of the other, and PostgreSQL had to break it."""
    first, second, third = [await channel(owner.client, slug=slug) for slug in ("lamps", "vases", "chairs")]
    made = await webhook(owner, receiver)
    process = process_of(anyone.app)
    receiver.otherwise = answer(500)
    async with receiver.up():
        async with unit_of_work(process, clock()) as unit:
            await tell(unit, first, second, third)
        await work(anyone.app, clock())
        async with unit_of_work(process, clock()) as unit:
            await tell(unit, first)
            for on in (False, True):
                changed = await owner.client.put(f"webhooks/{made['id']}", {"enabled": on})
                assert changed.status_code == 200, changed.text
            await tell(unit, second)

        await work(anyone.app, clock())
        clock.move(minutes=1)
        receiver.otherwise = answer(204)
        async with unit_of_work(process, clock()) as unit:
            await tell(unit, first)
            lines = await unit.db.execute(select(WebhookLine.id).where(WebhookLine.thing.contains(third["id"])))
            await process.deliverer.step(lines.scalar_one(), clock())
            await tell(unit, second)
        await work(anyone.app, clock())
    assert {each["state"] for each in await deliveries(owner, made)} == {"delivered"}
    taken = [each for each in receiver.received if each.event["data"]["channel"]["id"] == second["id"]][-3:]
    assert len({each.id for each in taken}) == 3


async def test_no_two_wait_for_each_other_while_endpoints_are_switched_and_receivers_come_back(
    anyone: Client, owner: Member, receiver: Receiver, worker: None
) -> None:
    """Events of several channels at once, off and on, failures, and sending again: no deadlock, nothing lost."""
    shows = [await channel(owner.client, slug=f"lamps-{number}") for number in range(6)]
    made = await webhook(owner, receiver)
    product = await shelf_product(owner.client, shows[0]["slug"])
    for show in shows[1:]:
        assert (await owner.client.post(f"events/{show['slug']}/products/{product['id']}/enable")).status_code == 200
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "10"}

    async def tell_of_all() -> None:
        for number in range(12):
            changed = await owner.client.post(f"profile/products/{product['id']}", {**fields, "name": f"Lamp {number}"})
            assert changed.status_code == 200, changed.text

    async def talk() -> None:
        for number in range(18):
            show = shows[number % len(shows)]
            said = await owner.client.post("messages", {"data": f"{number}", "thread_id": show["thread_id"]})
            assert said.status_code == 200, said.text

    async def switch() -> None:
        for number in range(30):
            changed = await owner.client.put(f"webhooks/{made['id']}", {"enabled": bool(number % 2)})
            assert changed.status_code == 200, changed.text

    async def fail_and_come_back() -> None:
        for _ in range(10):
            receiver.answers.append(answer(500))
            answered = await owner.client.get(f"webhooks/{made['id']}/deliveries")
            for each in [found for found in answered.json()["data"] if found["state"] == "waiting"][:2]:
                again = await owner.client.post(f"webhooks/deliveries/{each['id']}/replay")
                assert again.status_code in {200, 409}, again.text

    async with receiver.up():
        await asyncio.gather(tell_of_all(), talk(), switch(), fail_and_come_back())

        async def is_done() -> bool:
            async with unit_of_work(process_of(anyone.app)) as unit:
                return await unit.db.value(_LEFT) == 0

        await eventually(is_done, 40)
    async with unit_of_work(process_of(anyone.app)) as unit:
        failed = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'webhooks' AND status = 'failed'"
        assert await unit.db.value(failed) == 0
        # Without those that had been taken before they were asked for again: they may come whenever.
        written = """
            SELECT hash_id, state FROM webhook_deliveries WHERE payload LIKE '%' || $1 || '%' AND NOT once ORDER BY id
        """
        for show in shows:
            rows = [tuple(row) for row in await unit.db.rows(written, show["id"])]
            asked = {hash_id for hash_id, _ in rows}
            last_tries = list(dict.fromkeys(each.id for each in reversed(receiver.received) if each.id in asked))
            assert rows == [(hash_id, "delivered") for hash_id in reversed(last_tries)]


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
