"""What is left of a product: who may ask, what they are told, and whether the ledger agrees with itself."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from storecast.domains.products.stock.values import Change, Holder, Want
from storecast.kit.clock import utcnow
from storecast.kit.secrets import stored_secret
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.entrypoints.test_cli import done, storecast
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import Json, catalogue_product, shelf_product

VARIANTS = '[{"name": "Small", "quantity": 2}, {"name": "Large"}]'


async def left(caller: Client, product: Json) -> Json | int:
    answer = await caller.get(f"products/{product['id']}/available")
    found: Json = answer.json()
    return found["data"] if answer.is_success else answer.status_code


async def test_what_is_held_is_not_left(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps", quantity="5", variants=VARIANTS)
    now = utcnow()
    async with unit_of_work(process_of(anyone.app)) as unit:
        [level, _] = (await unit.stock.levels([product["id"]], now))[product["id"]]
        for name, minutes in (("held", 5), ("over", -5)):
            wants = {level.stock_id: Want(1)}
            await unit.stock.hold(Holder(name, "user:1"), wants, now, until=now + timedelta(minutes=minutes))
    small, large = [variant["id"] for variant in product["variants"]["data"]]
    assert await left(anyone, product) == {
        "available": 6,
        "reserved": 1,
        "no_limit": False,
        "variants": [
            {"id": small, "available": 2, "reserved": 0, "no_limit": False},
            {"id": large, "available": 4, "reserved": 1, "no_limit": False},
        ],
    }


async def test_product_without_stock_has_no_limit(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps")
    assert await left(anyone, product) == {"available": 0, "reserved": 0, "no_limit": True, "variants": []}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"privacy": 0, "free_pass": True}, {"anyone", "stranger", "owner"}),
        ({"privacy": 0, "sign_in_needed": True}, {"stranger", "owner"}),
        ({"privacy": 0, "free_pass": False}, {"owner"}),
        ({"privacy": 1, "free_pass": True}, {"owner"}),
        ({"privacy": 2}, {"owner"}),
    ],
)
async def test_only_who_may_watch_a_listed_channel_is_told(
    owner: Member, stranger: Member, anyone: Client, settings: dict[str, object], told: set[str]
) -> None:
    await channel(owner.client, slug="lamps")
    product = await shelf_product(owner.client, "lamps")
    await owner.client.put("events/lamps", settings)
    callers = {"anyone": anyone, "stranger": stranger.client, "owner": owner.client}
    assert {name for name, caller in callers.items() if await left(caller, product) != 404} == told


async def test_product_on_no_shelf_is_its_owner_s_to_know_of(owner: Member, stranger: Member, anyone: Client) -> None:
    product = await catalogue_product(owner.client)
    assert [await left(caller, product) for caller in (anyone, stranger.client)] == [404, 404]
    assert await left(owner.client, product) != 404
    await owner.client.delete(f"profile/products/{product['id']}")
    assert await left(owner.client, product) == 404
    assert (await anyone.get(f"products/{2**63}/available")).status_code == 404


async def test_check_is_silent_where_the_ledger_agrees_and_names_what_does_not(
    owner: Member, anyone: Client, tmp_path: Path, database_url: str
) -> None:
    product = await catalogue_product(owner.client, quantity="5", variants=VARIANTS)
    now = utcnow()
    async with unit_of_work(process_of(anyone.app)) as unit:
        [level, _] = (await unit.stock.levels([product["id"]], now))[product["id"]]
        await unit.stock.take(Holder("order", "user:1"), {level.stock_id: Want(2)}, Change("order", None, now))
        await unit.stock.put_back({level.stock_id: 1}, Change("order", None, now))
    stored_secret(tmp_path, "hooks")
    check = {"database_url": database_url, "data_dir": tmp_path}
    assert done("check", "stock", **check) == ""
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE stocks SET total = 6, sold = 3, reserved = 1 WHERE id = %s", [level.stock_id])
        connection.execute("UPDATE stock_movements SET quantity = 5 WHERE kind = 'returned'")
    ended = storecast("check", "stock", **check)
    about = f"stock {level.stock_id} of product {product['id']}"
    assert (ended.returncode, ended.stdout.splitlines()) == (
        1,
        [
            f"{about}: total is 6, by its rows 5",
            f"{about}: sold is 3, by its rows -3",
            f"{about}: reserved is 1, by its rows 0",
            f"{about}: returned by order is 5, by its rows 2",
        ],
    )
