"""People who buy, by the API."""

from tests.e2e.installation import Merchant

CONTACT = {
    "name": "Ada Byron",
    "email": "ada@example.com",
    "address": "12 Mill Lane\nBristol",
    "note": "Wrap it, please",
}


async def ordered(merchant: Merchant, *products: int, quantity: int = 1, **contact: str) -> None:
    """An order request of a guest."""
    call = merchant.installation._ok
    guest = (await call("GET", "jwt", None))["data"]["token"]
    cart = f"events/event/{merchant.slug}/cart"
    for product in products:
        added = (await call("POST", cart, guest, {"productId": product, "quantity": quantity}))["data"]
    await call("PUT", f"{cart}/native/{added['id']}", guest, CONTACT | contact)
