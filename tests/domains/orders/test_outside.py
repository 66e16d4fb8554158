"""Sales that happened elsewhere, told of in JSON that anybody may have written."""

import json

import pytest

from tests.factories.accounts import Member
from tests.factories.selling import shop, stocked

SALE = "products/transaction"


@pytest.mark.parametrize(
    "said",
    [
        "[" * 10_000,
        '{"a":' * 1_600,
        json.dumps({"name": "Ada\0Byron"}),
        json.dumps({"note": "for\0Ada"}),
        json.dumps({"email": "nobody"}),
        json.dumps({"email": "ada@example.com, bob@example.com"}),
        json.dumps({"email": "ada@xn--a"}),
        json.dumps({"price": 999_999_999_999, "quantity": 1_000}),
        json.dumps({"price": "1e999999"}),
        json.dumps({"quantity": 10**30}),
    ],
)
async def test_what_no_sale_says_is_refused(owner: Member, said: str) -> None:
    await shop(owner)
    lamp = await stocked(owner, 5)
    refused = await owner.client.put(SALE, {"productId": lamp["id"], "json": said})
    assert (refused.status_code, refused.json()["error"]["messages"][0]["field"]) == (422, "json")
    assert (await owner.client.get("orders")).json()["data"] == []


async def test_a_sale_is_recorded_with_its_buyer_and_its_stock_is_taken(owner: Member) -> None:
    await shop(owner)
    lamp = await stocked(owner, 5)
    said = json.dumps({"quantity": 2, "price": "9.50", "name": "Ada", "email": "Ada@Example.com", "tx": 10**30})
    answer = await owner.client.put(SALE, {"productId": lamp["id"], "json": said})
    assert answer.status_code == 200, answer.text
    [order] = (await owner.client.get("orders")).json()["data"]
    assert (order["total"], order["buyer"]["name"], order["buyer"]["email"]) == (19, "Ada", "ada@example.com")
    [level] = (await owner.client.get("events/lamps/sales")).json()["data"]["products"]
    assert level["available"] == 3


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{", "is not valid JSON"),
        ('{"price": "0x10"}', "price is not in the right format"),
        ('{"price": "1_0"}', "price is not in the right format"),
        ('{"quantity": "many"}', "quantity must be a whole number"),
        ('{"email": "nobody"}', "email is not in the right format"),
    ],
)
async def test_what_is_wrong_with_a_sale_is_said_in_words(owner: Member, said: str, why: str) -> None:
    await shop(owner)
    lamp = await stocked(owner, 5)
    refused = await owner.client.put(SALE, {"productId": lamp["id"], "json": said})
    assert refused.json()["error"]["messages"] == [{"field": "json", "message": why}]
