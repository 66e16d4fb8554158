"""A session as most tests ask for it."""

from typing import Any

from tests.peers.stripe.account import Clock


def session(clock: Clock, **more: Any) -> Any:
    price = {"currency": "eur", "unit_amount": 1999, "product_data": {"name": "Rug"}, "tax_behavior": "inclusive"}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 2}],
        "success_url": "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart",
        "expires_at": clock.now() + 31 * 60,
        **more,
    }


def embedded(clock: Clock, **more: Any) -> Any:
    asked = session(clock, ui_mode="embedded_page", return_url="https://shop.example/thanks", **more)
    del asked["success_url"], asked["cancel_url"]
    return asked
