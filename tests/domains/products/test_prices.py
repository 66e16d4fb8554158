"""What is taken for a price, in JSON and in forms, and what is named as wrong."""

from typing import Any

import pytest

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import catalogue_product, shelf_product, upload

LAMP = {"name": "Lamp", "link": "https://shop.test/lamp"}
NO_PRICES = [
    "1_000", "١٢", "１２", "+1", " 1", "1 ", "1\n", "1.", ".5", "1,5", "0x10", "1e2", "1e-9999999", "1e9999999", "-0",
    "NaN", "sNaN", "Infinity", "-Infinity", "1" * 1000, "0." + "0" * 1000 + "1", "",
]  # fmt: skip
NO_JSON_PRICES = ["1e-9999999", "1e9999999", "-1", "1" * 1000, "0.1e-400", "true", "[1]", '{"a": 1}', '"1_0"', '" 1"']


@pytest.mark.parametrize("price", NO_PRICES, ids=lambda price: repr(price)[:20])
async def test_text_that_is_no_plain_number_is_no_price(owner: Member, price: str) -> None:
    await channel(owner.client, slug="lamps")
    form = {**LAMP, "price": price}
    product = await catalogue_product(owner.client)
    for path in ("events/lamps/products/add", "profile/products/create", f"profile/products/{product['id']}"):
        answer = await owner.client.post(path, data=form, files={"image": upload()})
        assert answer.status_code == 422
        assert [message["field"] for message in answer.json()["error"]["messages"]] == ["price"]


@pytest.mark.parametrize("price", NO_JSON_PRICES, ids=lambda price: price[:20])
async def test_json_that_is_no_amount_is_no_price(owner: Member, price: str) -> None:
    product = await catalogue_product(owner.client)
    body = f'{{"name": "Lamp", "link": "https://shop.test/lamp", "price": {price}}}'
    headers = {"Content-Type": "application/json"}
    answer = await owner.client.call("POST", f"profile/products/{product['id']}", content=body, headers=headers)
    assert answer.status_code == 422
    assert [message["field"] for message in answer.json()["error"]["messages"]] == ["price"]


@pytest.mark.parametrize(
    ("price", "shown"), [(10, 10), (10.5, 10.5), ("10", 10), ("10.50", 10.5), (0, 0), (9_999_999, 9_999_999)]
)
async def test_price_is_a_number_of_json_or_its_digits(owner: Member, price: object, shown: object) -> None:
    product = await catalogue_product(owner.client)
    answer = await owner.client.post(f"profile/products/{product['id']}", {**LAMP, "price": price})
    assert answer.json()["data"][0]["price"] == shown


async def test_description_says_that_prices_are_numbers_too(anyone: Client) -> None:
    schemas = (await anyone.get("/schema/openapi.json")).json()["components"]["schemas"]
    for name in ("ProductCreate", "ProductUpdate", "ShelfProductCreate"):
        assert {"string", "integer", "number"} <= kinds(schemas[name]["properties"]["price"])


def kinds(schema: dict[str, Any]) -> set[str]:
    return set().union(*(kinds(branch) for branch in schema["anyOf"])) if "anyOf" in schema else {schema["type"]}


@pytest.mark.parametrize("ref", ["1_0", "١", "+1", "01", "%201", "1.0", "-1", "1e1", "99999999999999999999"])
async def test_only_an_id_itself_names_a_product(owner: Member, ref: str) -> None:
    await channel(owner.client, slug="lamps")
    for _ in range(10):
        await shelf_product(owner.client, "lamps")
    assert (await owner.client.delete(f"profile/products/{ref}")).status_code == 404
    assert (await owner.client.post(f"events/lamps/products/{ref}/promote")).status_code == 404
    assert len((await owner.client.get("events/lamps/products")).json()["data"]) == 10
