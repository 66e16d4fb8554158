"""Carts: what somebody means to buy, and for how long it is theirs."""

import re

import psycopg
import pytest

from benchmarks.http.recording import recording
from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client
from tests.factories.selling import add, order, shop, stocked

CART = "events/event/lamps/cart"


async def test_a_cart_is_made_with_its_first_line_and_grows(owner: Member, visitor: Client) -> None:
    await shop(owner)
    lamp = await stocked(owner, 10)
    before = (await visitor.get(CART)).json()["data"]
    assert (before["id"], before["items"]["data"], before["total"]) == (None, [], 0)
    cart = await add(visitor, lamp, 2)
    again = await add(visitor, lamp, 1)
    assert again["id"] == cart["id"]
    [line] = again["items"]["data"]
    assert (line["quantity"], line["price"], line["total"], again["total"]) == (3, 23.6, 70.8, 70.8)
    assert (await visitor.get(CART)).json()["data"] == again


async def test_what_is_in_a_cart_is_held_for_nobody_else(owner: Member, anyone: Client, clock: Clock) -> None:
    owner, first, second = await _fresh(anyone)
    lamp = await stocked(owner, 3)
    await add(first, lamp, 2)
    refused = await second.post(CART, {"productId": lamp["id"], "quantity": 2})
    assert (refused.status_code, refused.json()["error"]["message"]) == (409, "Only 1 left.")
    await add(second, lamp, 1)
    refused = await first.post(CART, {"productId": lamp["id"], "quantity": 1})
    assert (refused.status_code, refused.json()["error"]["message"]) == (409, "Only 2 left.")
    clock.move(minutes=16)
    first, second = await guest(anyone), await guest(anyone)
    await add(second, lamp, 3)


async def _fresh(anyone: Client) -> tuple[Member, Client, Client]:
    from tests.factories.accounts import member

    owner = await member(anyone)
    await shop(owner)
    return owner, await guest(anyone), await guest(anyone)


async def test_a_line_is_changed_and_removed_and_its_pieces_are_free_at_once(owner: Member, anyone: Client) -> None:
    await shop(owner)
    first, second = await guest(anyone), await guest(anyone)
    lamp = await stocked(owner, 2)
    cart = await add(first, lamp, 2)
    line = f"{CART}/{cart['id']}/{cart['items']['data'][0]['id']}"
    changed = await first.patch(line, {"quantity": 1})
    assert changed.json()["data"]["items"]["data"][0]["quantity"] == 1
    cart = await add(second, lamp, 1)
    assert (await first.patch(line, {"quantity": 2})).status_code == 409
    assert (await second.patch(line, {"quantity": 1})).status_code == 404
    assert (await second.delete(line)).status_code == 404
    emptied = await first.delete(line)
    assert emptied.json()["data"]["items"]["data"] == []
    await add(second, lamp, 1)


async def test_an_order_request_takes_stock_and_is_the_same_however_often_it_is_sent(
    owner: Member, visitor: Client
) -> None:
    await shop(owner)
    lamp = await stocked(owner, 5)
    cart = await add(visitor, lamp, 2)
    sent = await order(visitor, cart)
    assert (sent["order"]["status"], sent["order"]["number"]) == ("placed", 1)
    again = await order(visitor, cart)
    assert again["order"] == sent["order"]
    listed = (await owner.client.get("orders")).json()
    assert listed["meta"]["pagination"]["total"] == 1
    [shown] = listed["data"]
    assert (shown["id"], shown["total"], shown["buyer"]["name"]) == (sent["order"]["id"], 47.2, "Ada Byron")
    assert (await visitor.get(CART)).json()["data"]["id"] is None
    next_cart = await add(visitor, lamp, 3)
    assert next_cart["id"] != cart["id"]
    assert (await visitor.post(CART, {"productId": lamp["id"]})).status_code == 409


async def test_an_address_that_is_typed_over_and_over_has_ten_mails_an_hour_and_no_order_is_lost(
    owner: Member, visitor: Client, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE users SET verified_at = now()")
    await shop(owner)
    lamp = await stocked(owner, None)
    for _ in range(11):
        await order(visitor, await add(visitor, lamp))
    assert (await owner.client.get("orders")).json()["meta"]["pagination"]["total"] == 11
    with psycopg.connect(database_url) as connection:
        jobs = connection.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'mail.send'").fetchall()
    sent = [args for (args,) in jobs]
    assert [args["kind"] for args in sent].count("order_placed") == 10
    to_seller = [args for args in sent if args["kind"] == "new_order"]
    assert len(to_seller) == 11
    assert all(word not in str(args) for args in to_seller for word in ("Ada", "ada@example.com", "Mill Lane"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"productId": 1, "quantity": -1}, "quantity"),
        ({"productId": 1, "quantity": 2**63}, "quantity"),
        ({"productId": 1, "quantity": 1e309}, "quantity"),
        ({"productId": 2**70}, "productId"),
        ({"quantity": 1}, "productId"),
        ({"productId": 1, "viewHash": "a b"}, "viewHash"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, visitor: Client, body: dict[str, object], field: str) -> None:
    await shop(owner)
    if body.get("quantity") == float("inf"):
        body = {"productId": 1, "quantity": "1e309"}
    answer = await visitor.post(CART, body)
    assert answer.status_code == 422, answer.text
    assert [message["field"] for message in answer.json()["error"]["messages"]] == [field]


async def test_a_cart_is_for_who_has_a_token(owner: Member, anyone: Client) -> None:
    await shop(owner)
    assert (await anyone.post(CART, {"productId": 1})).status_code == 401
    assert (await anyone.get(CART)).status_code == 401


async def test_stock_is_locked_last_and_nothing_more_is_asked_before_it_is_free(owner: Member, visitor: Client) -> None:
    await shop(owner)
    lamp = await stocked(owner, 10)
    await add(visitor, lamp)
    with recording() as statements:
        await add(visitor, lamp)
    [lock] = [at for at, statement in enumerate(statements) if "FOR NO KEY UPDATE" in statement.sql]
    after = [statement.sql.split()[0] for statement in statements[lock + 1 :]]
    assert after == ["SELECT", "WITH"]  # what there is, and what is held of it


async def test_what_is_answered_to_a_change_is_what_is_shown_afterwards(owner: Member, visitor: Client) -> None:
    await shop(owner)
    lamp, vase = await stocked(owner, 10), await stocked(owner, 4, name="Vase", price="5.40")
    assert await add(visitor, lamp, 2) == (await visitor.get(CART)).json()["data"]
    cart = await add(visitor, vase, 3)
    assert cart == (await visitor.get(CART)).json()["data"]
    first, second = cart["items"]["data"]
    changed = await visitor.patch(f"{CART}/{cart['id']}/{first['id']}", {"quantity": 1})
    assert changed.json()["data"] == (await visitor.get(CART)).json()["data"]
    removed = await visitor.delete(f"{CART}/{cart['id']}/{second['id']}")
    assert removed.json()["data"] == (await visitor.get(CART)).json()["data"]
    assert removed.json()["data"]["total"] == 23.6


@pytest.mark.parametrize("policy", ["hold", "first_paid"])
async def test_no_more_is_had_of_what_is_sold_in_another_currency_since(anyone: Client, policy: str) -> None:
    owner = await member(anyone)
    await shop(owner, hold_policy=policy)
    visitor = await guest(anyone)
    lamp = await stocked(owner, 9)
    cart = await add(visitor, lamp, 2)
    other = {"name": "Lamp", "link": "https://shop.test/lamp", "currency": "JPY", "price": 23}
    assert (await owner.client.post(f"profile/products/{lamp['id']}", other)).status_code == 200
    line = f"{CART}/{cart['id']}/{cart['items']['data'][0]['id']}"
    refused = await visitor.patch(line, {"quantity": 3})
    assert (refused.status_code, refused.json()["error"]["title"]) == (409, "Another currency")
    assert (await visitor.patch(line, {"quantity": 1})).status_code == 200


async def test_codes_are_not_found_by_trying(owner: Member, visitor: Client) -> None:
    await shop(owner)
    await owner.client.post("coupons", {"code": "SPRING", "percent": 10})
    await add(visitor, await stocked(owner, 5))

    async def tried(code: str) -> str | None:
        answer = await visitor.get(f"{CART}?coupon={code}")
        assert answer.status_code == 200, answer.text
        error: str | None = answer.json()["data"]["coupon_error"]
        return error

    for _ in range(40):  # what is good is looked at as often as one likes
        assert await tried("SPRING") is None
    for number in range(30):
        assert await tried(f"CODE{number}") == "is not known"
    refused = "cannot be looked up for now: too many were tried"
    assert [await tried("CODE30"), await tried("SPRING")] == [refused, refused]


async def test_no_cell_of_a_download_is_reckoned_with_whatever_parts_cells(owner: Member, visitor: Client) -> None:
    await shop(owner)
    cart = await add(visitor, await stocked(owner, 5))
    note = "=1;\t=2; @3\nbread - cheese\n+4\n\uff1d5"
    await order(visitor, cart, name="A;=6;B", note=note)
    text = (await owner.client.get("orders/download")).text
    cells = [cell.strip() for cell in re.split('[",;\t\r\n]', text)]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\uff1d"))]
    assert "bread - cheese" in text
    assert "A;'=6;B" in text


async def test_what_costs_more_since_is_said_in_the_answer_to_what_its_buyer_does(
    owner: Member, visitor: Client
) -> None:
    await shop(owner)
    lamp = await stocked(owner, 10)
    deal = f"events/lamps/products/{lamp['id']}/deal"
    assert (await owner.client.post(deal, {"price": 5, "quantity": 5})).status_code == 200
    assert (await add(visitor, lamp, 2))["items"]["data"][0]["previous_price"] is None
    assert (await owner.client.delete(deal)).status_code == 200
    [line] = (await add(visitor, lamp, 1))["items"]["data"]
    assert (line["quantity"], line["price"], line["previous_price"]) == (3, 23.6, 5)
    [line] = (await visitor.get(CART)).json()["data"]["items"]["data"]
    assert (line["price"], line["previous_price"]) == (23.6, None)


async def test_a_line_that_cannot_be_bought_any_more_still_has_its_name(owner: Member, visitor: Client) -> None:
    await shop(owner)
    lamp = await stocked(owner, 10)
    await add(visitor, lamp)
    assert (await owner.client.delete(f"profile/products/{lamp['id']}")).status_code == 204
    [line] = (await visitor.get(CART)).json()["data"]["items"]["data"]
    assert (line["name"], line["available"], line["left"]) == ("Lamp", False, 0)
