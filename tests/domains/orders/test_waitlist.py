"""The waitlist: who wants what is sold out is offered it in turn, for some minutes."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import guest, member
from tests.factories.mails import link_in, mails_to
from tests.factories.platform import Client, do_jobs, settings_for
from tests.factories.rooms import heard
from tests.factories.selling import Json, add, order, shop, stocked

CART = "events/event/lamps/cart"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def told(anyone: Client, settings: Settings, clock: Clock) -> None:
    """As the worker does every second, and the jobs that come of it."""
    async with unit_of_work(process_of(anyone.app), clock()) as unit:
        await unit.stock_news.tell(unit.now)
    await do_jobs(settings)


async def test_the_first_in_line_is_offered_what_comes_back_and_lets_it_pass_to_the_next(
    clock: Clock, anyone: Client, settings: Settings
) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 1)
    buyer, first, second, hasty = [await guest(anyone) for _ in range(4)]
    line = f"events/lamps/products/{lamp['id']}/waitlist"
    early = await first.post(line, {})
    assert (early.status_code, early.json()["error"]["title"]) == (409, "It can be bought now")
    cart = await add(buyer, lamp)
    places = [(await person.post(line, {})).json()["data"] for person in (first, second, first)]
    assert [place["position"] for place in places] == [1, 2, 1]
    await buyer.delete(f"{CART}/{cart['id']}/{cart['items']['data'][0]['id']}")
    await told(anyone, settings, clock)
    assert (await first.post(line, {})).json()["data"]["offered_until"] is not None
    assert (await second.post(line, {})).json()["data"]["position"] == 1
    assert (await hasty.post(CART, {"productId": lamp["id"]})).status_code == 409
    held = await add(first, lamp)
    assert held["items"]["data"][0]["available"] is True
    assert (await second.post(CART, {"productId": lamp["id"]})).status_code == 409
    left = await second.delete(line)
    assert left.json()["data"] == {"joined": False, "position": None, "offered_until": None}


async def events_of(anyone: Client, settings: Settings, made: Json) -> list[str | None]:
    """What was told of stock in the channel's room."""
    return [each.event for each in await heard(anyone, settings, made["id"]) if each.event == "product.stock"]


async def test_an_offer_that_changes_nothing_is_not_told_again(anyone: Client, settings: Settings) -> None:
    clock = Clock(utcnow())
    owner = await member(anyone)
    made = await shop(owner)
    lamp = await stocked(owner, 1)
    buyer, waiting = await guest(anyone), await guest(anyone)
    cart = await add(buyer, lamp)
    await waiting.post(f"events/lamps/products/{lamp['id']}/waitlist", {})
    await order(buyer, cart)
    counts = []
    for _ in range(4):
        await told(anyone, settings, clock)
        counts.append(len(await events_of(anyone, settings, made)))
        clock.move(seconds=1.1)
    assert counts == [counts[0]] * 4


async def test_who_has_all_they_may_holds_up_nobody_behind_them(anyone: Client, settings: Settings) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 51, variants='[{"name": "Brass"}, {"name": "Steel"}]')
    brass, steel = (variant["id"] for variant in lamp["variants"]["data"])
    full, (other, behind) = (await member(anyone)).client, [await guest(anyone) for _ in range(2)]
    await add(full, lamp, 50, variantId=brass)
    cart = await add(other, lamp, 1, variantId=brass)
    line = f"events/lamps/products/{lamp['id']}/waitlist"
    for person in (full, behind):
        assert (await person.post(line, {"variantId": steel})).status_code == 200
    await other.delete(f"{CART}/{cart['id']}/{cart['items']['data'][0]['id']}")
    await told(anyone, settings, Clock(utcnow()))
    shown = [(await person.post(line, {"variantId": steel})).json()["data"] for person in (full, behind)]
    assert [each["offered_until"] is not None for each in shown] == [False, True]


async def test_two_taps_are_one_place(anyone: Client) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 0)
    visitor = await guest(anyone)
    line = f"events/lamps/products/{lamp['id']}/waitlist"
    answers = await asyncio.gather(*(visitor.post(line, {}) for _ in range(5)))
    assert [each.status_code for each in answers] == [200] * 5
    assert {each.json()["data"]["position"] for each in answers} == {1}


async def test_the_mail_of_an_offer_leads_to_what_it_is_about(
    clock: Clock, anyone: Client, settings: Settings, database_url: str
) -> None:
    owner = await member(anyone)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE users SET verified_at = now()")  # else their words are mailed to nobody
    await shop(owner)
    lamp = await stocked(owner, 0)
    await (await guest(anyone)).post(f"events/lamps/products/{lamp['id']}/waitlist", {"email": "ada@example.com"})
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "quantity": 1}
    await owner.client.post(f"profile/products/{lamp['id']}", fields)
    await told(anyone, settings, clock)
    [mail] = mails_to(settings, "ada@example.com")
    assert link_in(mail).endswith(f"/watch/lamps?product={lamp['id']}")


async def test_one_network_has_half_of_what_comes_back_and_one_address_one_mail(
    clock: Clock, anyone: Client, settings: Settings
) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 0)
    line = f"events/lamps/products/{lamp['id']}/waitlist"
    crowd = [(await guest(anyone)).at("198.51.100.7") for _ in range(12)]
    for number, each in enumerate(crowd):
        for body in ({}, {"email": "victim@example.com"}, {"email": f"Victim+{number}@example.com"}):
            assert (await each.post(line, body)).status_code == 200
    honest = (await guest(anyone)).at("203.0.113.5")
    await honest.post(line, {})
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "quantity": 14}
    await owner.client.post(f"profile/products/{lamp['id']}", fields)
    await told(anyone, settings, clock)
    offered = [(await each.post(line, {})).json()["data"]["offered_until"] is not None for each in (*crowd, honest)]
    assert (sum(offered[:-1]), offered[-1]) == (7, True)
    async with unit_of_work(process_of(anyone.app)) as unit:
        assert await unit.db.value("SELECT count(*) FROM waitlist WHERE email LIKE 'victim%'") == 1


async def test_whoever_comes_back_is_shown_their_place_and_what_is_held_for_them(
    clock: Clock, anyone: Client, settings: Settings
) -> None:
    clock.move(seconds=(utcnow() - clock()).total_seconds())  # jobs know no other
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 1)
    buyer, first, second = [await guest(anyone) for _ in range(3)]
    line = f"events/lamps/products/{lamp['id']}/waitlist"
    out = {"joined": False, "position": None, "offered_until": None}
    assert (await anyone.get(line)).status_code == 401
    cart = await add(buyer, lamp)
    assert (await first.get(line)).json()["data"] == out
    for person in (first, second):
        await person.post(line, {})
    assert [(await person.get(line)).json()["data"]["position"] for person in (first, second)] == [1, 2]
    await buyer.delete(f"{CART}/{cart['id']}/{cart['items']['data'][0]['id']}")
    await told(anyone, settings, clock)
    shown = (await first.get(line)).json()["data"]
    assert shown == (await first.post(line, {})).json()["data"]
    assert (shown["joined"], shown["position"]) == (True, None)
    assert shown["offered_until"] is not None
    clock.move(minutes=11)  # and the job is late
    assert (await first.get(line)).json()["data"] == out
    assert (await second.get(line)).json()["data"]["position"] == 1
    for path in (f"events/lamps/products/{2**63}/waitlist", f"events/lamps/products/{lamp['id'] + 1}/waitlist"):
        assert (await first.get(path)).json()["data"] == out
    assert (await first.get(line + "?variantId=0")).status_code == 422


async def test_bad_input_names_the_field_and_strangers_products_are_not_found(anyone: Client) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 0)
    visitor = await guest(anyone)
    line = f"events/lamps/products/{lamp['id']}/waitlist"
    assert (await anyone.post(line, {})).status_code == 401
    wrong = await visitor.post(line, {"email": "nobody"})
    assert [each["field"] for each in wrong.json()["error"]["messages"]] == ["email"]
    assert (await visitor.post(f"events/lamps/products/{lamp['id'] + 1}/waitlist", {})).status_code == 404
    assert (await visitor.post(f"events/lamps/products/{2**63}/waitlist", {})).status_code == 404
    joined = await visitor.post(line, {"email": "ada@example.com"})
    assert joined.json()["data"]["position"] == 1
