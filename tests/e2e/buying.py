"""People who buy, by the API."""

from tests.e2e.installation import Merchant

CONTACT = {
    "name": "Ada Byron",
    "email": "ada@example.com",
    "address": "12 Mill Lane\nBristol",
    "note": "Wrap it, please",
}


async def ordered(merchant: Merchant, *products: int, quantity: int = 1, **contact: str) -> str:
    """An order request of a guest; answers the address of their own page of it."""
    call = merchant.installation._ok
    guest = (await call("GET", "jwt", None))["data"]["token"]
    cart = f"events/event/{merchant.slug}/cart"
    cart_id = ""
    for product in products:
        cart_id = (await call("POST", cart, guest, {"productId": product, "quantity": quantity}))["data"]["id"]
    placed = (await call("PUT", f"{cart}/native/{cart_id}", guest, CONTACT | contact))["data"]
    return str(placed["order"]["url"])
