"""Orders that shops report, as their adapters do: signed, and each event once."""

import json
import time
from typing import Any

import httpx
import pytest

from storecast.kit.hooks import HEADER, sign
from storecast.wiring.process import process_of
from tests.factories.accounts import Member, member
from tests.factories.platform import Client
from tests.factories.selling import Json, shop, stocked


async def report(anyone: Client, *, secret: bytes | None = None, **said: object) -> httpx.Response:
    body = json.dumps({"provider": "shopify", "reference": "5001", **said}).encode()
    signature = sign(secret or process_of(anyone.app).hook_secret, body, time.time())
    return await anyone.post("apps/order", content=body, headers={HEADER: signature})


async def left(anyone: Client, product: dict[str, Any]) -> int:
    answer = await anyone.get(f"products/{product['id']}/available")
    available: int = answer.json()["data"]["available"]
    return available


async def test_what_a_shop_sold_is_an_order_once_and_takes_stock(anyone: Client, owner: Member) -> None:
    made = await shop(owner)
    lamp = await stocked(owner, 5)
    line = {"name": "Lamp", "price": "23.60", "quantity": 2, "productId": lamp["id"]}
    paid = {"event": "e1", "kind": "paid", "eventId": made["id"], "currency": "EUR", "lines": [line]}
    first, again = await report(anyone, **paid), await report(anyone, **paid)
    assert first.status_code == 200, first.text
    assert (first.json()["data"]["status"], first.json()["data"]["heard"]) == ("paid", True)
    assert again.json()["data"] == {**first.json()["data"], "heard": False}
    [order] = (await owner.client.get("orders")).json()["data"]
    assert (order["provider"], order["total"], order["number"], order["event"]) == ("shopify", 47.2, 1, made["id"])
    assert await left(anyone, lamp) == 3
    refunded = await report(anyone, event="e2", kind="refunded", eventId=made["id"], amount=7.2)
    assert refunded.json()["data"]["status"] == "partly_refunded"
    assert (await owner.client.get(f"orders/{order['id']}")).json()["data"]["refunded"] == 7.2


async def test_an_order_that_a_shop_calls_off_gives_its_stock_back(anyone: Client, owner: Member) -> None:
    made = await shop(owner)
    lamp = await stocked(owner, 5)
    line = {"name": "Lamp", "price": 23.6, "quantity": 2, "productId": lamp["id"]}
    await report(anyone, event="e1", kind="paid", eventId=made["id"], currency="EUR", lines=[line])
    cancelled = await report(anyone, event="e2", kind="cancelled", eventId=made["id"])
    assert cancelled.json()["data"]["status"] == "cancelled"
    assert await left(anyone, lamp) == 5


async def test_shops_of_two_sellers_number_their_orders_each_for_itself(anyone: Client) -> None:
    for slug in ("lamps", "vases"):
        seller = await member(anyone)
        await shop(seller, slug)
        line = {"name": slug, "price": "10", "quantity": 1}
        paid: Json = {"event": "e1", "kind": "paid", "eventId": slug, "currency": "EUR", "lines": [line]}
        assert (await report(anyone, **paid)).json()["data"]["heard"] is True
        [order] = (await seller.client.get("orders")).json()["data"]
        assert order["items"]["data"][0]["name"] == slug


async def test_what_was_sold_out_comes_not_back_when_it_is_called_off(anyone: Client, owner: Member) -> None:
    await shop(owner)
    lamp, vase = await stocked(owner, 1), await stocked(owner, 5)
    lines = [{"name": "Sold", "price": "9", "quantity": 2, "productId": each["id"]} for each in (lamp, vase)]
    paid = await report(anyone, event="e1", kind="paid", eventId="lamps", currency="EUR", lines=lines)
    assert paid.json()["data"]["status"] == "paid"
    assert (await left(anyone, lamp), await left(anyone, vase)) == (1, 3), "what there is of it is taken"
    await report(anyone, event="e2", kind="cancelled", eventId="lamps")
    assert (await left(anyone, lamp), await left(anyone, vase)) == (1, 5)


@pytest.mark.parametrize("kind", ["cancelled", "refunded"])
async def test_what_comes_before_its_order_is_heard_when_it_is_told_again(
    anyone: Client, owner: Member, kind: str
) -> None:
    await shop(owner)
    early = await report(anyone, event="e2", kind=kind, eventId="lamps")
    assert early.status_code == 409, early.text
    line = {"name": "Lamp", "price": "10", "quantity": 1}
    await report(anyone, event="e1", kind="paid", eventId="lamps", currency="EUR", lines=[line])
    again = await report(anyone, event="e2", kind=kind, eventId="lamps")
    assert (again.json()["data"]["status"], again.json()["data"]["heard"]) == (kind, True)


async def test_what_is_not_signed_changes_nothing(anyone: Client, owner: Member) -> None:
    await shop(owner)
    said = {"event": "e1", "kind": "paid", "eventId": "lamps", "currency": "EUR"}
    assert (await report(anyone, secret=b"another", **said)).status_code == 401
    assert (await anyone.post("apps/order", said)).status_code == 401
    assert (await owner.client.get("orders")).json()["data"] == []


async def test_bad_reports_name_the_field(anyone: Client, owner: Member) -> None:
    await shop(owner)
    line = {"name": "Lamp", "price": "23.605", "quantity": 1}
    eaten = await report(anyone, event="e1", kind="eaten")
    assert (eaten.status_code, "kind" in eaten.json()["error"]["message"]) == (422, True)
    for wrong, field in (
        ({"kind": "paid", "lines": [line]}, "eventId"),
        ({"kind": "paid", "eventId": "lamps", "currency": "EUR"}, "lines"),
        ({"kind": "paid", "eventId": "lamps", "lines": [line]}, "currency"),
        ({"kind": "paid", "eventId": "lamps", "currency": "EUR", "lines": [line]}, "lines"),
    ):
        answer = await report(anyone, event="e1", **wrong)
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["messages"][0]["field"] == field
