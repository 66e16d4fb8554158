"""Paying a session, at once or later: Payment Intents and their charges."""

from dataclasses import dataclass, field
from typing import Any

from tests.peers.stripe.account import Account, Resource, new_id
from tests.peers.stripe.errors import ErrorType, Refusal
from tests.peers.stripe.sessions import reckon, shown

DECLINED = "4000000000000002"
FINE = "4242424242424242"


@dataclass
class Payer:
    """What somebody fills in on the page."""

    email: str = "buyer@example.com"
    name: str = "Ana Pop"
    phone: str = "+40722000000"
    address: dict[str, str | None] = field(default_factory=lambda: {
        "line1": "Strada Lunga 1", "line2": None, "city": "Cluj-Napoca", "postal_code": "400001", "state": "CJ",
        "country": "RO",
    })  # fmt: skip
    card: str = FINE
    rate: int = 0  # which of the ways to ship, from the first


def complete(account: Account, session: Resource, payer: Payer, *, later: bool = False) -> Resource:
    """Pay it. `later` by a bank that has yet to say so. Raises `Refusal` where it is over, or the card is declined."""
    if session["status"] != "open":
        raise Refusal(f"This Checkout Session is {session['status']}.")
    country = payer.address["country"]
    allowed = session["shipping_address_collection"]
    if allowed and country not in allowed["allowed_countries"]:
        raise Refusal("We don't ship there.", param="shipping[country]")
    if payer.card == DECLINED:
        raise Refusal("Your card was declined.", status=402, code="card_declined", kind=ErrorType.CARD,
                      decline_code="generic_decline")  # fmt: skip
    if session["_rates"]:
        session["_chosen_shipping"] = session["_rates"][payer.rate]
    reckon(session, country)
    if session["automatic_tax"]["enabled"]:
        session["automatic_tax"]["status"] = "complete"
    session["status"], session["url"], session["client_secret"] = "complete", None, None
    email = session["customer_email"] or payer.email
    session["customer_details"] = {
        "address": payer.address,
        "email": email,
        "name": payer.name,
        "phone": payer.phone if session["_phone"] else None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session["collected_information"] = {
        "shipping_details": {"name": payer.name, "address": payer.address} if allowed else None
    }
    if session["_coupon"] is not None:
        session["_coupon"]["times_redeemed"] += 1
    if session["amount_total"] == 0:
        session["payment_status"] = "no_payment_required"
        account.happened("checkout.session.completed", shown(session))
        return session
    intent = _intent(account, session, payer)
    session["payment_intent"] = intent["id"]
    if later:
        intent["status"] = "processing"
        account.happened("payment_intent.processing", intent)
    else:
        _charge(account, intent)
        session["payment_status"] = "paid"
    account.happened("checkout.session.completed", shown(session))
    return session


def succeed(account: Account, session: Resource) -> None:
    """The bank says so at last."""
    intent = _awaited(account, session)
    _charge(account, intent)
    session["payment_status"] = "paid"
    account.happened("checkout.session.async_payment_succeeded", shown(session))


def fail(account: Account, session: Resource) -> None:
    intent = _awaited(account, session)
    intent["status"] = "requires_payment_method"
    intent["last_payment_error"] = {"code": "payment_intent_payment_attempt_failed", "type": "card_error"}
    account.happened("payment_intent.payment_failed", intent)
    account.happened("checkout.session.async_payment_failed", shown(session))


def _intent(account: Account, session: Resource, payer: Payer) -> Resource:
    data: dict[str, Any] = session["_intent"]
    intent: Resource = {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "created": account.clock.now(),
        "currency": session["currency"],
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "receipt_email": data.get("receipt_email"),
        "shipping": {"name": payer.name, "address": payer.address},
        "status": "requires_payment_method",
    }
    account.intents[intent["id"]] = intent
    return intent


def _charge(account: Account, intent: Resource) -> None:
    charge: Resource = {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "created": account.clock.now(),
        "currency": intent["currency"],
        "disputed": False,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "succeeded",
    }
    account.charges[charge["id"]] = charge
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
    account.happened("charge.succeeded", charge)
    account.happened("payment_intent.succeeded", intent)


def _awaited(account: Account, session: Resource) -> Resource:
    intent = account.intent(session["payment_intent"])
    assert intent["status"] == "processing", "nothing is awaited of it"
    return intent
