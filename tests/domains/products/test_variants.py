"""Variants: given with a product, shown with it, and sold from stock of their own or the product's."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import catalogue_product, shelf_product, upload
from tests.factories.selling import add, shop, stocked

LAMP = {"name": "Lamp", "link": "https://shop.test/lamp"}
SMALL = {"name": "Small", "options": {"Size": "S"}, "price": 8, "quantity": 3, "sku": "L-S", "reference": "136"}
LARGE = {"name": "Large", "options": {"Size": "L"}}


async def changed(owner: Member, product: dict[str, Any], **fields: object) -> dict[str, Any]:
    answer = await owner.client.post(f"profile/products/{product['id']}", {**LAMP, **fields})
    assert answer.status_code == 200, answer.text
    [shown] = answer.json()["data"]
    found: dict[str, Any] = shown
    return found


async def test_variants_are_shown_as_they_were_given(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    form = {**LAMP, "price": "10", "quantity": "7", "variants": json.dumps([SMALL, LARGE])}
    made = await owner.client.post("events/lamps/products/add", data=form, files={"image": upload()})
    assert made.status_code == 200, made.text
    [shown] = (await anyone.get("events/lamps/products")).json()["data"]
    assert shown == made.json()["data"]
    small, large = shown["variants"]["data"]
    assert {**SMALL, "quantity": 3}.items() <= {**small, "quantity": small["quantity"]["total"]}.items()
    assert (small["keeps_own_stock"], small["available"]) == (True, 3)
    assert (large["price"], large["keeps_own_stock"], large["available"]) == (None, False, 7)
    assert shown["quantity"] == {"total": 10, "sold": 0, "available": 10, "reserved": 0, "no_limit": False}
    assert (shown["isQuantityBased"], shown["hasOnlyDefaultVariant"]) == (True, False)


async def test_variants_given_replace_those_there_are_by_id_and_by_name(owner: Member) -> None:
    product = await catalogue_product(owner.client)
    first = (await changed(owner, product, variants=[SMALL, LARGE]))["variants"]["data"]
    again = (await changed(owner, product, variants=[{**LARGE, "id": first[1]["id"], "name": "Huge"}, SMALL]))[
        "variants"
    ]
    assert [(one["id"], one["name"]) for one in again["data"]] == [(first[1]["id"], "Huge"), (first[0]["id"], "Small")]
    kept = (await changed(owner, product))["variants"]
    assert kept == again
    [one] = (await changed(owner, product, variants=[SMALL]))["variants"]["data"]
    assert one["id"] == first[0]["id"]
    assert (await changed(owner, product, variants=[]))["variants"] == {"data": []}


async def test_only_variant_leaves_nothing_to_choose(owner: Member) -> None:
    product = await catalogue_product(owner.client)
    assert product["hasOnlyDefaultVariant"] is False
    assert (await changed(owner, product, variants=[SMALL]))["hasOnlyDefaultVariant"] is True


async def test_variant_shows_the_picture_chosen_until_its_product_has_others(owner: Member) -> None:
    product = await catalogue_product(owner.client)
    shown = await changed(owner, product, variants=[{**SMALL, "image_index": 0}])
    assert shown["variants"]["data"][0]["image"] == product["images"][0]
    answer = await owner.client.post(f"profile/products/{product['id']}", data=LAMP, files=[("image[]", upload())])
    assert answer.json()["data"][0]["variants"]["data"][0]["image"] is None


async def test_variant_leaves_its_own_stock_for_the_product_s(owner: Member) -> None:
    product = await catalogue_product(owner.client, quantity="5")
    await changed(owner, product, variants=[SMALL])
    [shared] = (await changed(owner, product, variants=[{**SMALL, "quantity": None}]))["variants"]["data"]
    assert (shared["keeps_own_stock"], shared["available"]) == (False, 5)


async def test_variant_keeps_its_own_stock_while_somebody_holds_of_it_and_no_longer(
    clock: Clock, owner: Member, visitor: Client
) -> None:
    await shop(owner)
    product = await stocked(owner, 5)
    [small] = (await changed(owner, product, variants=[SMALL]))["variants"]["data"]
    await add(visitor, product, variantId=small["id"])
    shares = {**LAMP, "variants": [{**SMALL, "quantity": None}]}
    assert (await owner.client.post(f"profile/products/{product['id']}", shares)).status_code == 422
    clock.move(minutes=16)
    [shared] = (await changed(owner, product, variants=shares["variants"]))["variants"]["data"]
    assert (shared["keeps_own_stock"], shared["available"]) == (False, 5)


@pytest.mark.parametrize(
    ("variants", "field"),
    [
        ([{"options": {}}], "variants.0.name"),
        ([SMALL, {**LARGE, "name": ""}], "variants.1.name"),
        ([{**SMALL, "quantity": -1}], "variants.0.quantity"),
        ([{**SMALL, "quantity": 2**63}], "variants.0.quantity"),
        ([{**SMALL, "quantity": 1.5}], "variants.0.quantity"),
        ([{**SMALL, "options": {"Size": "\u3164"}}], "variants.0.options"),
        ([{**SMALL, "options": {str(number): "x" for number in range(6)}}], "variants.0.options"),
        ([SMALL, SMALL], "variants"),
        ([{**SMALL, "id": 99}], "variants"),
        ([{**SMALL, "id": 2**70}], "variants"),
        ([{**SMALL, "price": "1" * 20}], "variants.0.price"),
        ([{**SMALL, "price": 10**9}], "variants"),
        ([{**SMALL, "price": "1.234"}], "variants"),
        ([{**SMALL, "image_index": 5}], "variants"),
        ([SMALL] * 101, "variants"),
        ("[{]", "variants"),
        ("[1e309]", "variants"),
        ('[{"name": "\u3164"}]', "variants.0.name"),
        ("[" * 50_000, "variants"),
        (5, "variants"),
        (None, "variants"),
    ],
)
async def test_bad_variants_are_named_and_change_nothing(owner: Member, variants: object, field: str) -> None:
    product = await catalogue_product(owner.client)
    before = await changed(owner, product, variants=[LARGE])
    answer = await owner.client.post(f"profile/products/{product['id']}", {**LAMP, "name": "X", "variants": variants})
    assert answer.status_code == 422, answer.text
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]
    assert await changed(owner, product) == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"quantity": -1}, "quantity"),
        ({"quantity": 2**63}, "quantity"),
        ({"quantity": "many"}, "quantity"),
        ({"max_per_buyer": 0}, "max_per_buyer"),
        ({"compare_at_price": 10}, "compare_at_price"),
        ({"compare_at_price": "1" * 20}, "compare_at_price"),
        ({"compare_at_price": -1}, "compare_at_price"),
        ({"sku": "x" * 65}, "sku"),
        ({"sku": "\u200b"}, "sku"),
        ({"link": "https://..."}, "link"),
        ({"link": "https://shop.test:99999/"}, "link"),
        ({"link": "https://shop.test:0/"}, "link"),
        ({"link": "https://[::1/"}, "link"),
        ({"link": "https://a..b/"}, "link"),
        ({"link": "https://shop.test@evil.test/"}, "link"),
        ({"link": "https://:80/"}, "link"),
    ],
)
async def test_bad_offers_are_named_and_change_nothing(owner: Member, fields: dict[str, object], field: str) -> None:
    product = await catalogue_product(owner.client)
    answer = await owner.client.post(f"profile/products/{product['id']}", {**LAMP, **fields})
    assert answer.status_code == 422, answer.text
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]
    assert await changed(owner, product) == product


@pytest.mark.parametrize(
    "link", ["https://shop.test:8443/a?b=c#d", "https://läden.test/", "http://[::1]:80/", "http://a_b"]
)
async def test_addresses_that_can_be_gone_to_are_kept(owner: Member, link: str) -> None:
    product = await catalogue_product(owner.client)
    assert (await changed(owner, product, link=link))["link"] == link


async def test_what_is_left_out_stays_and_null_clears(owner: Member) -> None:
    product = await catalogue_product(
        owner.client, sku="L-1", quantity="4", max_per_buyer="2", compare_at_price="12.50"
    )
    asked = ("sku", "max_per_buyer", "compare_at_price")
    assert [product[key] for key in asked] == ["L-1", 2, 12.5]
    assert await changed(owner, product) == product
    cleared = await changed(owner, product, sku=None, max_per_buyer=None, compare_at_price=None, quantity=None)
    assert [cleared[key] for key in asked] == [None, None, None]
    assert cleared["quantity"]["no_limit"] is True


async def test_former_price_goes_once_the_price_is_no_lower(owner: Member) -> None:
    product = await catalogue_product(owner.client, compare_at_price="12.50")
    assert (await changed(owner, product, price=12))["compare_at_price"] == 12.5
    assert (await changed(owner, product, price=13))["compare_at_price"] is None


async def test_copy_has_the_variants_and_the_stock_and_nothing_sold(owner: Member) -> None:
    product = await catalogue_product(owner.client, sku="L-1", quantity="4", compare_at_price="12.50")
    shown = await changed(owner, product, variants=[SMALL, LARGE])
    copy = (await owner.client.patch(f"profile/products/{product['id']}")).json()["data"]
    same = ("sku", "quantity", "compare_at_price", "max_per_buyer")
    assert [copy[key] for key in same] == [shown[key] for key in same]
    for mine, theirs in zip(copy["variants"]["data"], shown["variants"]["data"], strict=True):
        assert mine["id"] != theirs["id"]
        assert {**mine, "id": 0} == {**theirs, "id": 0}


async def test_product_is_for_sale_where_it_has_a_price_and_the_shop_is_on(owner: Member, anyone: Client) -> None:
    await channel(owner.client, slug="lamps")
    await shelf_product(owner.client, "lamps")
    [shown] = (await anyone.get("events/lamps/products")).json()["data"]
    assert shown["for_sale"] is True
    await owner.client.put("events/lamps", {"shop_enabled": False})
    [shown] = (await anyone.get("events/lamps/products")).json()["data"]
    assert shown["for_sale"] is False
    priceless = await owner.client.post("profile/products/create", data=LAMP, files=[("image[]", upload())])
    assert priceless.json()["data"]["for_sale"] is False


async def test_a_shelf_of_many_costs_as_many_queries_as_a_shelf_of_one(
    owner: Member, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    await channel(owner.client, slug="lamps")
    costs = []
    for number in (1, 7):
        for _ in range(number):
            product = await shelf_product(owner.client, "lamps")
            await changed(owner, product, variants=[SMALL, LARGE], price=5, compare_at_price=9)
        with count_queries() as queries:
            await owner.client.get("events/lamps/products")
        costs.append(len(queries))
    assert costs[0] == costs[1]


async def test_stock_of_a_variant_that_is_gone_is_not_counted(owner: Member) -> None:
    product = await catalogue_product(owner.client, quantity="0")
    assert (await changed(owner, product, variants=[SMALL, LARGE]))["quantity"]["available"] == 3
    assert (await changed(owner, product, variants=[LARGE]))["quantity"]["available"] == 0
    assert (await changed(owner, product, variants=[]))["quantity"] == product["quantity"]
