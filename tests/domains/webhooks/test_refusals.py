"""Receivers that are down, slow, full, gone, or that want none of it."""

from datetime import UTC, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from sqlalchemy import update

from storecast.adapters.webhooks import courier
from storecast.domains.accounts.models import User
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.mails import mails_to, text_of
from tests.factories.platform import Client, do_jobs
from tests.factories.webhooks import Receiver, answer, deliveries, say, signed_in_again, webhook, work


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


@pytest.mark.parametrize("year", ["99999999999999999999", "never"])
async def test_a_date_that_there_cannot_be_is_no_wish(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver, year: str
) -> None:
    await channel(owner.client, slug="lamps")
    made = await webhook(owner, receiver)
    receiver.answers = [answer(429, headers={"Retry-After": f"Fri, 31 Dec {year} 23:59:59 GMT"})]
    await say(owner, "lamps", "first")
    async with receiver.up():
        await work(anyone.app, clock())
        [refused] = await deliveries(owner, made)
        assert (refused["state"], refused["status"]) == ("waiting", 429)
        clock.move(minutes=1)
        await work(anyone.app, clock())
        assert len(receiver.received) == 2


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


async def test_a_receiver_that_is_back_gets_what_waits_as_soon_as_it_takes_anything(
    clock: Clock, anyone: Client, owner: Member, receiver: Receiver
) -> None:
    made = await webhook(owner, receiver)
    for slug in ("lamps", "vases"):
        await channel(owner.client, slug=slug)
        await say(owner, slug, slug)
    for _ in range(10):
        await work(anyone.app, clock())
        clock.move(hours=1)
    owner = await signed_in_again(owner)
    async with receiver.up():
        await work(anyone.app, clock())
        assert receiver.received == [], "it is not its time"
        await owner.client.post(f"webhooks/{made['id']}/test")
        for _ in range(2):
            await work(anyone.app, clock())
    assert [each.type for each in receiver.received] == ["webhook.test", "message.created", "message.created"]
