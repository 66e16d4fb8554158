"""How events reach receivers that are down, slow, full, gone, or that want none of it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook

from storecast.adapters.webhooks import courier
from storecast.domains.accounts.events import PersonErased
from storecast.domains.accounts.models import User
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.webhooks import deliverer, service
from storecast.domains.webhooks.models import WebhookLine
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.channels import channel
from tests.factories.mails import mails_to, text_of
from tests.factories.nodes import Node
from tests.factories.platform import Client, do_jobs
from tests.factories.products import shelf_product
from tests.factories.webhooks import Json, Receiver, answer, deliveries, webhook, work
from tests.waiting import eventually


async def signed_in_again(owner: Member) -> Member:
    """Their token is of an hour that is over."""
    tokens = await owner.client.with_token(None).post("auth/login", {"email": owner.email, "password": PASSWORD})
    return Member(owner.client.with_token(tokens.json()["access_token"]), owner.email, owner.user, "", "")


async def say(owner: Member, slug: str, text: str) -> None:
    thread = (await owner.client.post("thread/read", {"threadSlug": slug, "userId": "1"})).json()["data"]
    said = await owner.client.post("messages", {"data": text, "thread_id": thread["id"]})
    assert said.status_code == 200, said.text


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


async def test_retries_come_later_each_time_for_three_days(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    await say(owner, "lamps", "first")
    began = clock()
    receiver.otherwise = answer(500, "no")
    tries = []
    async with receiver.up():
        while (clock() - began) <= timedelta(days=3, hours=1):
            before = len(receiver.received)
            await work(anyone.app, clock())
            if len(receiver.received) > before:
                tries.append(clock() - began)
            clock.move(seconds=5 if len(tries) < 4 else 600)
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert timedelta(seconds=3) < waits[0] < timedelta(seconds=11)
    assert waits[:5] == sorted(waits[:5])
    assert max(waits) < timedelta(hours=8)
    assert timedelta(days=3) <= tries[-1] < timedelta(days=3, minutes=15)
    assert len({each.id for each in receiver.received}) == 1
    stamps = [int(each.headers["webhook-timestamp"]) for each in receiver.received]
    assert stamps == [int((began + each).timestamp()) for each in tries], "the time of the try is signed"
    owner = await signed_in_again(owner)
    [given_up] = await deliveries(owner, made)
    assert (given_up["state"], given_up["failure"], given_up["status"], given_up["answer"]) == (
        "failed",
        "status",
        500,
        "no",
    )
    assert given_up["attempts"] == len(tries)
    assert given_up["next_attempt_at"] is None


async def test_two_endpoints_that_fail_together_do_not_come_again_together(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    both = [await webhook(owner, receiver) for _ in range(2)]
    await say(owner, "lamps", "first")
    await work(anyone.app, clock())
    nexts = {(await deliveries(owner, each))[0]["next_attempt_at"] for each in both}
    assert len(nexts) == 2


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


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_asks_for_time_gets_it(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, status: int, form: str
) -> None:
    """svix-webhooks 2199: not sooner than it says, for none of its channels; and not for longer than a day."""
    for slug in ("lamps", "vases"):
        await channel(owner.client, slug=slug)
    await webhook(owner, receiver)
    until = clock() + timedelta(hours=2)
    asked = "7200" if form == "seconds" else format_datetime(until.astimezone(UTC), usegmt=True)
    receiver.answers = [answer(status, headers={"Retry-After": asked})]
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
        await say(owner, "vases", "second")
        for _ in range(11):
            clock.move(minutes=10)
            await work(anyone.app, clock())
        assert len(receiver.received) == 1
        clock.move(minutes=10)
        await work(anyone.app, clock())
        assert [each.event["data"]["data"] for each in receiver.received] == ["first", "first", "second"]

        receiver.answers = [answer(status, headers={"Retry-After": "99999999999999"})]
        owner = await signed_in_again(owner)
        await say(owner, "lamps", "third")
        await work(anyone.app, clock())
        clock.move(hours=25)
        await work(anyone.app, clock())
        assert [each.event["data"]["data"] for each in receiver.received][3:] == ["third", "third"]


async def test_a_receiver_that_is_gone_is_asked_no_more(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    receiver.otherwise = answer(410)
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
        await say(owner, "lamps", "second")
        clock.move(minutes=30)
        await work(anyone.app, clock())
    assert len(receiver.received) == 1
    [listed] = (await owner.client.get("webhooks")).json()["data"]
    assert (listed["enabled"], listed["off"]) == (False, "gone")
    assert [each["state"] for each in await deliveries(owner, made)] == ["failed"]


async def test_a_redirect_is_a_failure(clock: Clock, anyone: Client, owner: Member, receiver: Receiver) -> None:
    """Cap-go 2200: a public address that sends us on into a private network."""
    inside = Receiver()
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    receiver.otherwise = answer(307, headers={"Location": inside.url})
    async with receiver.up(), inside.up():
        await say(owner, "lamps", "first")
        await work(anyone.app, clock())
    assert inside.received == []
    [failed] = await deliveries(owner, made)
    assert (failed["state"], failed["failure"], failed["status"]) == ("waiting", "redirect", 307)


async def test_a_receiver_that_thinks_too_long_has_failed(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert courier.TIMEOUT == 15
    monkeypatch.setattr(courier, "TIMEOUT", 0.05)
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    receiver.otherwise = None
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
    [failed] = await deliveries(owner, made)
    assert (failed["failure"], failed["status"], failed["attempts"]) == ("timeout", None, 1)
    assert failed["milliseconds"] >= 50


async def test_an_answer_is_kept_only_in_its_beginning(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    """hookdeck/outpost 975: an answer so large that the note of it could not be written, and it was sent for ever."""
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    receiver.otherwise = answer(200, "\x00" + "é" * 5_000_000)
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
    [taken] = await deliveries(owner, made)
    assert taken["state"] == "delivered"
    assert taken["answer"] == "\ufffd" + "é" * 1023


async def test_an_endpoint_is_switched_off_after_five_days_of_failures_alone(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, settings: Settings
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.db.execute(update(User).where(User.email == owner.email).values(verified_at=unit.now))
    receiver.otherwise = answer(500)
    async with receiver.up():
        for day in range(6):
            owner = await signed_in_again(owner)
            [listed] = (await owner.client.get("webhooks")).json()["data"]
            assert listed["enabled"], f"day {day}"
            await say(owner, "lamps", f"day {day}")
            for _ in range(8):
                await work(anyone.app, clock())
                clock.move(hours=3)
        await work(anyone.app, clock())
    owner = await signed_in_again(owner)
    [listed] = (await owner.client.get("webhooks")).json()["data"]
    assert (listed["enabled"], listed["off"]) == (False, "failing")
    await do_jobs(settings)
    [mail] = [mail for mail in mails_to(settings, owner.email) if "webhook" in mail["Subject"].lower()]
    assert receiver.url in text_of(mail)
    assert "/account/developer" in text_of(mail)

    receiver.received.clear()
    receiver.otherwise = answer(200)
    await say(owner, "lamps", "while it was off")
    async with receiver.up():
        await owner.client.put(f"webhooks/{made['id']}", {"enabled": True})
        await say(owner, "lamps", "after")
        await work(anyone.app, clock())
    said = [each.event["data"]["data"] for each in receiver.received]
    assert said[-1] == "after"
    assert "day 5" in said, "what waited is sent"
    assert "while it was off" not in said
    assert said[:-1] == sorted(said[:-1])


async def test_one_success_in_five_days_keeps_an_endpoint_on(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    await webhook(owner, receiver)
    async with receiver.up():
        for day in range(8):
            receiver.otherwise = answer(200 if day == 4 else 500)
            owner = await signed_in_again(owner)
            await say(owner, "lamps", f"day {day}")
            for _ in range(4):
                await work(anyone.app, clock())
                clock.move(hours=6)
    owner = await signed_in_again(owner)
    [listed] = (await owner.client.get("webhooks")).json()["data"]
    assert listed["enabled"] is True


async def test_an_event_is_sent_again_under_its_own_id(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
        [sent] = await deliveries(owner, made)
        again = (await owner.client.post(f"webhooks/deliveries/{sent['id']}/replay")).json()["data"]
        assert (again["id"], again["state"]) == (sent["id"], "waiting")
        await work(anyone.app, clock())
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    [sent] = await deliveries(owner, made)
    assert (sent["state"], sent["attempts"]) == ("delivered", 2)


async def test_what_is_sent_again_by_hand_holds_up_nothing_and_is_tried_once(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
        receiver.answers = [answer(500)]
        [sent] = await deliveries(owner, made)
        await owner.client.post(f"webhooks/deliveries/{sent['id']}/replay")
        await work(anyone.app, clock())
        await say(owner, "lamps", "second")
        await work(anyone.app, clock())
        clock.move(minutes=50)
        await work(anyone.app, clock())
    assert [each.event["data"]["data"] for each in receiver.received] == ["first", "first", "second"]
    assert [each["state"] for each in await deliveries(owner, made)] == ["delivered", "failed"]
    [listed] = (await owner.client.get("webhooks")).json()["data"]
    assert listed["failing_since"] is None


async def test_one_that_waits_is_sent_at_once_when_asked_for(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    for text in ("first", "second"):
        await say(owner, "lamps", text)
    receiver.answers = [answer(500)]
    async with receiver.up():
        await work(anyone.app, clock())
        newest = (await deliveries(owner, made))[0]
        await owner.client.post(f"webhooks/deliveries/{newest['id']}/replay")
        await work(anyone.app, clock())
    assert [each.event["data"]["data"] for each in receiver.received] == ["first", "first", "second"]


async def test_a_test_event_goes_past_what_waits(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver, events=["order.*", "message.created"])
    await say(owner, "lamps", "first")
    await work(anyone.app, clock())
    async with receiver.up():
        sent = (await owner.client.post(f"webhooks/{made['id']}/test")).json()["data"]
        await work(anyone.app, clock())
    [arrived] = receiver.received
    assert (arrived.id, arrived.type) == (sent["id"], "webhook.test")
    await owner.client.put(f"webhooks/{made['id']}", {"enabled": False})
    for path in (f"webhooks/{made['id']}/test", f"webhooks/deliveries/{sent['id']}/replay"):
        assert (await owner.client.post(path)).status_code == 409


async def test_a_slow_receiver_holds_up_no_others(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many channels it hears of: so many of its lines are seen to at once, and the rest a little later."""
    slow = Receiver(otherwise=None)
    await webhook(owner, slow)
    await webhook(owner, receiver)
    for number in range(deliverer.MOST_LINES + 2):
        await channel(owner.client, slug=f"lamps-{number}")
        await say(owner, f"lamps-{number}", "first")
    process = process_of(anyone.app)
    async with slow.up(), receiver.up():
        async with unit_of_work(process, clock()) as unit:
            lines = list((await unit.db.execute(select(WebhookLine.id))).scalars())
        at_once = [asyncio.create_task(process.deliverer.step(line, clock())) for line in lines]
        await eventually(lambda: len(receiver.received) >= deliverer.MOST_LINES)
        await eventually(lambda: sum(task.done() for task in at_once) >= len(lines) - deliverer.MOST_LINES)
        assert slow.connections == deliverer.MOST_LINES
        for task in at_once:
            task.cancel()
        await asyncio.gather(*at_once, return_exceptions=True)


async def test_what_a_worker_took_that_died_is_sent_by_another(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel(owner.client, slug="lamps")
    await webhook(owner, receiver)
    await say(owner, "lamps", "first")
    process = process_of(anyone.app)

    async def dies(*_: object, **__: object) -> courier.Answer:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(process.courier, "post", dies)
        with pytest.raises(SystemError):
            await work(anyone.app, clock())
    async with receiver.up():
        await work(anyone.app, clock())
        assert receiver.received == [], "it may still be alive"
        clock.move(seconds=70)
        async with unit_of_work(process, clock()) as unit:
            await unit.webhooks.look_after(unit.now)
        await work(anyone.app, clock())
    assert len(receiver.received) == 1


async def test_too_much_that_waits_is_given_up_from_its_oldest(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    for number in range(5):
        await say(owner, "lamps", f"{number}")
    async with unit_of_work(process_of(anyone.app), clock()) as unit:
        await unit.webhooks.look_after(unit.now)
    assert [each["failure"] for each in await deliveries(owner, made)] == [None, None, *["backlog"] * 3]
    async with receiver.up():
        await work(anyone.app, clock())
    assert [each.event["data"]["data"] for each in receiver.received] == ["3", "4"]


async def test_deliveries_are_forgotten_after_thirty_days(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    for text in ("first", "second"):
        await say(owner, "lamps", text)
        async with receiver.up():
            await work(anyone.app, clock())
        clock.move(hours=24 * 15)
        owner = await signed_in_again(owner)
    async with unit_of_work(process_of(anyone.app), clock()) as unit:
        await unit.webhooks.forget(unit.now)
    [kept] = await deliveries(owner, made)
    assert "second" in kept["payload"]


async def test_deliveries_come_in_pages(clock: Clock, anyone: Client, owner: Member, receiver: Receiver) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    for number in range(12):
        await say(owner, "lamps", f"{number}")
    second = (await owner.client.get(f"webhooks/{made['id']}/deliveries", params={"page": 2})).json()
    assert len(second["data"]) == 2
    assert second["meta"]["pagination"]["total"] == 12
    assert '"0"' in second["data"][-1]["payload"]


async def test_who_is_erased_is_in_no_delivery(anyone: Client, owner: Member, receiver: Receiver) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    viewer = await member(anyone, full_name="Vera")
    await say(viewer, "lamps", "I was here")
    await say(owner, "lamps", "I am")
    async with unit_of_work(process_of(anyone.app)) as unit:
        user = await AccountRepository(unit.db).by_email(viewer.email)
        assert user is not None
        await unit.events.happened(None, PersonErased(user, []), unit.now)
    [kept] = await deliveries(owner, made)
    assert "I am" in kept["payload"]
