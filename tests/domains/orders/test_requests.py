"""Orders that are sent unpaid: a crowd behind one address buys, and a program there orders no shelf out."""

import psycopg
from httpx import Response

from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.accounts import guest, member
from tests.factories.platform import Client
from tests.factories.selling import CONTACT, Json, add, shop, stocked

CARRIER = "198.51.100.7"


async def sent(buyer: Client, product: Json, quantity: int = 1, *, view: str | None = None, **contact: str) -> Response:
    """Put in a cart and ordered; the carts of a network are bounded, too, and let go again where it is refused."""
    cart = await add(buyer, product, quantity, **({} if view is None else {"viewHash": view}))
    answer = await buyer.put(f"events/event/lamps/cart/native/{cart['id']}", {**CONTACT, **contact})
    if answer.status_code != 200:
        await buyer.delete(f"events/event/lamps/cart/{cart['id']}/{cart['items']['data'][0]['id']}")
    return answer


async def crowd(anyone: Client, many: int, product: Json, *, watching: bool = False) -> list[int]:
    """So many guests of one address who order a piece each: how each is answered."""
    answers = []
    for number in range(many):
        buyer = (await guest(anyone)).at(CARRIER)
        view = f"view-{number}" if watching else None
        answers.append(await sent(buyer, product, view=view, email=f"person{number}@example.com"))
    return [answer.status_code for answer in answers]


async def test_sixty_buyers_of_one_address_get_through_and_a_shelf_is_not_emptied(anyone: Client) -> None:
    owner = await member(anyone)
    await shop(owner, hold_policy="first_paid")
    lamp = await stocked(owner, 120)
    assert await crowd(anyone, 62, lamp) == [200] * 60 + [409] * 2
    elsewhere = (await guest(anyone)).at("203.0.113.5")
    assert (await sent(elsewhere, lamp, email="else@example.com")).status_code == 200


async def test_sixty_who_watched_get_through_where_less_than_half_of_what_there_is_would_be_left(
    clock: Clock, anyone: Client
) -> None:
    owner = await member(anyone)
    made = await shop(owner, hold_policy="first_paid")
    lamp = await stocked(owner, 80)
    heartbeats = process_of(anyone.app).heartbeats
    for _ in range(2):
        for number in range(61):
            await heartbeats.beat(made["thread_id"], f"view-{number}", f"viewer-{number}", CARRIER, clock())
        await heartbeats.flush(clock())
        clock.move(seconds=60)
    assert await crowd(anyone, 61, lamp, watching=True) == [200] * 60 + [409]


async def test_a_view_vouches_for_nobody_else(clock: Clock, anyone: Client) -> None:
    owner = await member(anyone)
    made = await shop(owner, hold_policy="first_paid")
    lamp = await stocked(owner, 20)
    heartbeats = process_of(anyone.app).heartbeats
    for _ in range(2):
        await heartbeats.beat(made["thread_id"], "view", "viewer", CARRIER, clock())
        await heartbeats.flush(clock())
        clock.move(seconds=60)
    program = [(await guest(anyone)).at(CARRIER) for _ in range(13)]
    answers = [await sent(each, lamp, view="view", email=f"{place}@example.com") for place, each in enumerate(program)]
    assert [answer.status_code for answer in answers] == [200] * 11 + [409] * 2, "one by its view, and half of twenty"
    refused = answers[-1].json()["error"]
    assert refused["message"].startswith("Too many orders from your network wait for the seller.")


async def test_the_seller_s_answer_makes_room_and_a_confirmed_address_needs_none(
    anyone: Client, database_url: str
) -> None:
    owner = await member(anyone)
    await shop(owner, hold_policy="first_paid")
    lamp = await stocked(owner, 10)
    assert await crowd(anyone, 6, lamp) == [200] * 5 + [409]
    joined = await member(anyone)
    assert (await sent(joined.client.at(CARRIER), lamp)).status_code == 409, "anybody makes an account"
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE users SET verified_at = now() WHERE email = %s", [joined.email])
    assert (await sent(joined.client.at(CARRIER), lamp)).status_code == 200
    asked = (await owner.client.get("orders")).json()["data"]
    assert (await owner.client.post(f"orders/{asked[-1]['id']}/cancel", {})).status_code == 200
    assert await crowd(anyone, 2, lamp) == [200, 409]


async def test_one_person_leaves_fifty_pieces_waiting_whoever_they_say_they_are(anyone: Client) -> None:
    owner = await member(anyone)
    await shop(owner, hold_policy="first_paid")
    lamp = await stocked(owner, None)
    buyer, other = await guest(anyone), await guest(anyone)
    assert [(await sent(buyer, lamp, 30, email=f"{n}@example.com")).status_code for n in range(2)] == [200, 409]
    assert (await sent(other, lamp, 21, email="0@example.com")).status_code == 409, "another guest, the same address"
    assert (await sent(other, lamp, 20, email="0@example.com")).status_code == 200


async def test_tags_of_an_address_make_no_other_buyer_of_it(anyone: Client) -> None:
    owner = await member(anyone)
    await shop(owner, hold_policy="first_paid")
    lamp = await stocked(owner, 50, max_per_buyer="2")
    await owner.client.post("coupons", {"code": "ONCE", "percent": 10, "uses_per_buyer": 1})
    first, second, third = [await guest(anyone) for _ in range(3)]
    assert (await sent(first, lamp, 1, email="ada+a@example.com", coupon="ONCE")).status_code == 200
    again = await sent(second, lamp, 1, email="Ada+b@example.com", coupon="ONCE")
    assert again.json()["error"]["messages"][0]["field"] == "coupon"
    more = await sent(second, lamp, 2, email="ada@example.com")
    assert more.json()["error"]["title"] == "Limited for each buyer"
    assert (await sent(third, lamp, 2, email="adam@example.com", coupon="ONCE")).status_code == 200
