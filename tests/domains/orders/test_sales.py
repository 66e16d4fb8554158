"""What a show has sold so far, as its host sees it; and for how long its carts hold anything."""

from tests.clock import Clock
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client
from tests.factories.selling import add, order, shop, stocked

SALES = "events/lamps/sales"


async def test_carts_orders_and_what_is_left_are_counted_while_they_happen(owner: Member, anyone: Client) -> None:
    await shop(owner)
    lamp, mug = await stocked(owner, 10), await stocked(owner, None, name="Mug", price="5")
    before = (await owner.client.get(SALES)).json()["data"]
    assert (before["carts_open"], before["orders"], before["revenue"]) == (0, 0, [])
    first, second, third = await guest(anyone), await guest(anyone), await guest(anyone)
    await add(first, lamp, 3)
    bought = await add(second, lamp, 2)
    await order(second, bought)
    await order(third, await add(third, mug, 4))
    now = (await owner.client.get(SALES)).json()["data"]
    assert (now["carts_open"], now["orders"]) == (1, 2)
    assert now["revenue"] == [{"amount": 67.2, "currency": lamp["currency"]}]
    assert now["products"] == [
        {"product_id": lamp["id"], "sold": 2, "reserved": 3, "available": 5},
        {"product_id": mug["id"], "sold": 4, "reserved": 0, "available": None},
    ]


async def test_what_was_cancelled_or_is_a_day_old_counts_no_more(anyone: Client, clock: Clock) -> None:
    owner = await member(anyone)
    await shop(owner)
    lamp = await stocked(owner, 10)
    buyer = await guest(anyone)
    await order(buyer, await add(buyer, lamp, 2))
    [placed] = (await owner.client.get("orders")).json()["data"]
    assert (await owner.client.post(f"orders/{placed['id']}/cancel")).status_code == 200
    shown = (await owner.client.get(SALES)).json()["data"]
    assert (shown["orders"], shown["revenue"], shown["products"][0]["sold"]) == (0, [], 0)
    await order(buyer, await add(buyer, lamp, 1))
    assert (await owner.client.get(SALES)).json()["data"]["orders"] == 1
    clock.move(hours=25)
    renewed = (await anyone.post("auth/login/refresh", {"refresh_token": owner.refresh_token})).json()
    assert (await anyone.with_token(renewed["access_token"]).get(SALES)).json()["data"]["orders"] == 0


async def test_sales_are_for_who_may_see_the_orders(owner: Member, anyone: Client) -> None:
    await shop(owner)
    stranger = await member(anyone)
    assert (await anyone.get(SALES)).status_code == 401
    assert (await (await guest(anyone)).get(SALES)).status_code == 401
    assert (await stranger.client.get(SALES)).status_code == 403
    assert (await owner.client.get("events/nothing/sales")).status_code == 404


async def test_a_channel_says_whether_and_for_how_long_a_cart_holds(anyone: Client, clock: Clock) -> None:
    owner = await member(anyone)
    made = await shop(owner)
    assert (made["hold_policy"], made["hold_minutes"]) == ("hold", 15)
    lamp = await stocked(owner, 1)
    changed = await owner.client.put("events/lamps", {"hold_minutes": 1})
    assert changed.json()["data"]["hold_minutes"] == 1
    first, second = await guest(anyone), await guest(anyone)
    await add(first, lamp)
    assert (await second.post("events/event/lamps/cart", {"productId": lamp["id"], "quantity": 1})).status_code == 409
    clock.move(minutes=2)
    await add(second, lamp)
    changed = await owner.client.put("events/lamps", {"hold_policy": "first_paid"})
    assert changed.json()["data"]["hold_policy"] == "first_paid"
    clock.move(minutes=2)
    await add(await guest(anyone), lamp)
    await add(await guest(anyone), lamp)
    for wrong in ({"hold_minutes": 0}, {"hold_minutes": 121}, {"hold_policy": "never"}):
        assert (await owner.client.put("events/lamps", wrong)).status_code == 422


async def test_what_the_link_of_an_order_shows_is_kept_by_nobody_on_the_way(owner: Member, anyone: Client) -> None:
    await shop(owner)
    buyer = await guest(anyone)
    placed = await order(buyer, await add(buyer, await stocked(owner, 1)))
    shown = await anyone.get("purchases/" + placed["order"]["url"].rpartition("/")[2])
    assert shown.json()["data"]["buyer"]["email"] == "ada@example.com"
    assert shown.headers["cache-control"] == "private, no-store"
