"""Flash deals: a better price for some seconds, or for some pieces, by the server's clock."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from storecast.domains.products.deals.jobs import TellDealEnded
from storecast.domains.products.models import Deal
from storecast.domains.products.stock.values import Change, Holder, Want
from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client, settings_for
from tests.factories.products import Json, catalogue_product, shelf_product
from tests.factories.rooms import heard

LAMP = {"name": "Lamp", "link": "https://shop.test/lamp"}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def start(owner: Member, product: Json, **deal: object) -> Json:
    answer = await owner.client.post(f"events/lamps/products/{product['id']}/deal", deal)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()["data"]
    return shown


async def deal_shown(anyone: Client) -> Json | None:
    [shown] = (await anyone.get("events/lamps/products")).json()["data"]
    found: Json | None = shown["deal"]
    return found


async def told(anyone: Client, settings: Settings, made: Json) -> list[tuple[str, Json]]:
    events = [each for each in await heard(anyone, settings, made["id"]) if each.event.startswith("deal.")]
    return [(each.event, msgspec.json.decode(each.data)) for each in events]


async def test_a_deal_for_some_seconds_is_over_by_the_clock_alone(clock: Clock, owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    assert product["deal"] is None
    shown = await start(owner, product, price=7.5, seconds=60)
    ends_at = (clock() + timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert shown["deal"] == {"price": 7.5, "ends_at": ends_at, "quantity": None, "left": None, "before_at_most": None}
    assert shown["price"] == 10
    clock.move(seconds=59)
    assert await deal_shown(anyone) == shown["deal"]
    clock.move(seconds=1)
    await owner.client.get("events/lamps/cache")
    assert await deal_shown(anyone) is None


async def test_room_hears_that_a_deal_starts_and_that_it_is_over_once(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    shown = await start(owner, product, price="7.50", seconds=60)
    for _ in range(2):
        async with unit_of_work(process_of(anyone.app), utcnow() + timedelta(seconds=60)) as unit:
            [deal_id] = (await unit.db.execute(select(Deal.id))).scalars()
            await unit.deals.tell_ended(TellDealEnded(deal_id), unit.now)
    started = {"product_id": product["id"], "price": 7.5, "currency": "USD", "quantity": None, "before_at_most": None}
    assert await told(anyone, settings, made) == [
        ("deal.started", {**started, "ends_at": shown["deal"]["ends_at"]}),
        ("deal.ended", {"product_id": product["id"]}),
    ]


async def test_a_newer_deal_replaces_the_one_that_goes(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    await start(owner, product, price=7, seconds=60)
    await start(owner, product, price=6, quantity=3)
    assert await deal_shown(anyone) == {"price": 6, "ends_at": None, "quantity": 3, "left": 3, "before_at_most": None}
    answers = await asyncio.gather(*(start(owner, product, price=price, seconds=9) for price in (1, 2, 3)))
    assert {answer["deal"]["price"] for answer in answers} == {1, 2, 3}


async def test_pieces_held_and_sold_at_its_price_are_gone_and_the_last_one_ends_it(
    owner: Member, anyone: Client, settings: Settings
) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10", quantity="10")
    await start(owner, product, price=6, quantity=3)
    async with unit_of_work(process_of(anyone.app)) as unit:
        [deal] = (await unit.deals.going(made["thread_id"], [product["id"]], unit.now)).values()
        [level] = (await unit.stock.levels([product["id"]], unit.now))[product["id"]]
        await unit.stock.hold(Holder("cart", "user:1"), {level.stock_id: Want(2, deal.id, 2)}, unit.now, until=None)
        await unit.events.stale(await unit.access.find(made["id"], None, unit.now))
    assert (await deal_shown(anyone) or {})["left"] == 1
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.stock.sell(Holder("cart", "user:1"), Change("order", None, unit.now))
        change = Change("other", None, unit.now)
        await unit.stock.take(Holder("other", "user:2"), {level.stock_id: Want(1, deal.id, 1)}, change)
    async with unit_of_work(process_of(anyone.app)) as unit:
        await unit.stock_news.tell(unit.now + timedelta(seconds=5))
    assert await deal_shown(anyone) is None
    assert (await told(anyone, settings, made))[-1] == ("deal.ended", {"product_id": product["id"]})


@pytest.mark.parametrize(
    "change", [{"currency": "EUR"}, {"price": 7}, {"price": 5}, {"variants": [{"name": "Small", "price": 6}]}]
)
async def test_a_deal_that_is_no_better_any_longer_is_over(
    owner: Member, anyone: Client, settings: Settings, change: dict[str, Any]
) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    await start(owner, product, price=7, seconds=60)
    await owner.client.post(f"profile/products/{product['id']}", {**LAMP, "price": 9})
    assert await deal_shown(anyone) is not None
    await owner.client.post(f"profile/products/{product['id']}", {**LAMP, **change})
    assert await deal_shown(anyone) is None
    assert [name for name, _ in await told(anyone, settings, made)] == ["deal.started", "deal.ended"]


async def test_a_deal_goes_with_its_product_and_does_not_come_back(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    await start(owner, product, price=7, seconds=60)
    await owner.client.post(f"events/lamps/products/{product['id']}/disable")
    back = await owner.client.post(f"events/lamps/products/{product['id']}/enable")
    assert back.json()["data"]["deal"] is None


async def test_stopping_is_told_once_and_safe_to_repeat(owner: Member, anyone: Client, settings: Settings) -> None:
    made = await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    await start(owner, product, price=7, seconds=60)
    for _ in range(2):
        answer = await owner.client.delete(f"events/lamps/products/{product['id']}/deal")
        assert (answer.status_code, answer.json()["data"]["deal"]) == (200, None)
    assert [name for name, _ in await told(anyone, settings, made)] == ["deal.started", "deal.ended"]


async def test_a_deal_is_on_one_channel_alone(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    await channel(owner.client, slug="vases")
    product = await shelf_product(owner.client, "lamps", price="10")
    await owner.client.post(f"events/vases/products/{product['id']}/enable")
    await start(owner, product, price=7, seconds=60)
    [elsewhere] = (await anyone.get("events/vases/products")).json()["data"]
    assert elsewhere["deal"] is None


@pytest.mark.parametrize(
    ("deal", "field"),
    [
        ({"price": 7}, "seconds"),
        ({"price": 7, "seconds": 60, "quantity": 5}, "seconds"),
        ({"price": 10, "seconds": 60}, "price"),
        ({"price": 8, "seconds": 60}, "price"),
        ({"price": -1, "seconds": 60}, "price"),
        ({"price": "1" * 20, "seconds": 60}, "price"),
        ({"price": 1.234, "seconds": 60}, "price"),
        ({"seconds": 60}, "price"),
        ({"price": 7, "seconds": 0}, "seconds"),
        ({"price": 7, "seconds": 7 * 24 * 3600 + 1}, "seconds"),
        ({"price": 7, "seconds": 1.5}, "seconds"),
        ({"price": 7, "quantity": 0}, "quantity"),
        ({"price": 7, "quantity": -1}, "quantity"),
        ({"price": 7, "quantity": 2**63}, "quantity"),
    ],
)
async def test_bad_deals_are_named(owner: Member, anyone: Client, deal: Json, field: str) -> None:
    """Its variant costs 8."""
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10", variants='[{"name": "Small", "price": 8}]')
    answer = await owner.client.post(f"events/lamps/products/{product['id']}/deal", deal)
    assert answer.status_code == 422, answer.text
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]
    assert await deal_shown(anyone) is None


async def test_a_price_beyond_all_numbers_is_named(owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    as_json = {"content": b'{"price": 1e309, "seconds": 60}', "headers": {"Content-Type": "application/json"}}
    answer = await owner.client.call("POST", f"events/lamps/products/{product['id']}/deal", **as_json)
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["price"]


async def test_deals_are_for_who_runs_the_show(owner: Member, stranger: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", price="10")
    path = f"events/lamps/products/{product['id']}/deal"
    for caller, status in ((anyone, 401), (stranger.client, 403)):
        assert (await caller.post(path, {"price": 7, "seconds": 60})).status_code == status
        assert (await caller.delete(path)).status_code == status
    off = await catalogue_product(owner.client)
    for path in (f"events/lamps/products/{off['id']}/deal", f"events/lamps/products/{2**70}/deal"):
        assert (await owner.client.post(path, {"price": 7, "seconds": 60})).status_code == 404
        assert (await owner.client.delete(path)).status_code == 404
