"""What becomes of deliveries: sent again by hand, looked after, given up, forgotten, erased."""

import asyncio
import json

import pytest
from sqlalchemy import select

from storecast.adapters.webhooks import courier
from storecast.domains.accounts.events import PersonErased
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.webhooks import deliverer, service
from storecast.domains.webhooks.models import WebhookLine
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.chat import delete
from tests.factories.platform import Client
from tests.factories.webhooks import Receiver, answer, deliveries, forget_words, say, signed_in_again, webhook, work
from tests.waiting import eventually


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
    """owncast 1504, keygen-api 771. However many channels it hears of: so many of its lines are seen to at once."""
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
    said = await say(viewer, "lamps", "I was here")
    await say(owner, "lamps", "I am", reply_for=said["id"])
    async with unit_of_work(process_of(anyone.app)) as unit:
        user = await AccountRepository(unit.db).by_email(viewer.email)
        assert user is not None
        await unit.events.happened(None, PersonErased(user, []), unit.now)
    [kept] = await deliveries(owner, made)
    assert "I am" in kept["payload"]
    assert "I was here" not in kept["payload"], "nor as what is answered"


async def test_what_is_deleted_is_kept_in_no_delivery_and_is_not_sent(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    lamps = await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    viewer = await member(anyone)
    said = await say(viewer, "lamps", "A secret")
    reply = await say(owner, "lamps", "Don't", reply_for=said["id"])
    await owner.client.post("events/lamps/chat/pin", {"message_id": reply["id"]})
    async with receiver.up():
        await work(anyone.app, clock())
        assert sum("A secret" in each.body for each in receiver.received) == 3
        receiver.received.clear()
        another = await say(viewer, "lamps", "Another")
        for each in (said, another):
            assert (await delete(owner.client, lamps, each)).status_code == 200
        await forget_words(anyone.app)
        await work(anyone.app, clock())
    assert [each.event["data"]["id"] for each in receiver.received] == [said["id"], another["id"]]
    assert {each.type for each in receiver.received} == {"message.deleted"}
    kept = [json.loads(each["payload"]) for each in reversed(await deliveries(owner, made))]
    assert "secret" not in json.dumps(kept)
    told, pinned = kept[0]["data"], kept[1]["data"]["message"]
    assert [(each["data"], each["reply_for"], each["reply_to"]) for each in (told, pinned)] == [
        ("Don't", said["id"], None)
    ] * 2
