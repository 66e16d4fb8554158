"""Things for sale, and carts of them."""

from typing import Any

from tests.factories.accounts import Member
from tests.factories.channels import channel
from tests.factories.platform import Client
from tests.factories.products import upload

Json = dict[str, Any]

CONTACT = {"name": "Ada Byron", "email": "ada@example.com", "address": "12 Mill Lane\nBristol"}


async def shop(owner: Member, slug: str = "lamps", **fields: object) -> Json:
    """A channel that anybody may watch, so that anybody may buy."""
    return await channel(owner.client, slug=slug, privacy=0, free_pass=True, **fields)


async def stocked(owner: Member, quantity: int | None = 10, *, on: str = "lamps", **fields: object) -> Json:
    """A product on the shelf with so many pieces; None: without end."""
    form: dict[str, object] = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "23.60", **fields}
    if quantity is not None:
        form["quantity"] = str(quantity)
    answer = await owner.client.post(f"events/{on}/products/add", data=form, files={"image": upload()})
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def add(buyer: Client, product: Json, quantity: int = 1, *, on: str = "lamps", **fields: object) -> Json:
    body = {"productId": product["id"], "quantity": quantity, **fields}
    answer = await buyer.post(f"events/event/{on}/cart", body)
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


async def order(buyer: Client, cart: Json, *, on: str = "lamps", **fields: object) -> Json:
    """Sent to the seller."""
    answer = await buyer.put(f"events/event/{on}/cart/native/{cart['id']}", {**CONTACT, **fields})
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data
