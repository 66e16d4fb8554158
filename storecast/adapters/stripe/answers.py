"""Stripe's objects as ours."""

from datetime import UTC, datetime

import stripe
from stripe.checkout import Session as StripeSession

from storecast.adapters.stripe.amounts import from_stripe
from storecast.adapters.stripe.shapes import (
    Dispute,
    Person,
    PostalAddress,
    Refund,
    RefundStatus,
    Session,
    SessionStatus,
)
from storecast.kit.money import Money

_FAILED = ("requires_payment_method", "canceled")  # where a session that is completed is not paid
_Address = StripeSession.CustomerDetails.Address | StripeSession.CollectedInformation.ShippingDetails.Address


def read_session(session: StripeSession) -> Session:
    """With `payment_intent` expanded, where it is completed."""
    currency = session.currency or "usd"
    intent = session.payment_intent
    status = SessionStatus(session.status or "open")
    is_paid = status is SessionStatus.COMPLETE and session.payment_status in ("paid", "no_payment_required")
    refused = isinstance(intent, stripe.PaymentIntent) and intent.status in _FAILED
    totals, shipped = session.total_details, session.shipping_cost
    is_complete = status is SessionStatus.COMPLETE  # before that nobody has said who they are
    details = session.customer_details if is_complete else None
    collected = session.collected_information if is_complete else None
    recipient = collected.shipping_details if collected else None
    address = recipient.address if recipient else details.address if details else None

    def money(amount: int | None) -> Money:
        return from_stripe(amount or 0, currency)

    return Session(
        id=session.id,
        status=status,
        is_paid=is_paid,
        has_failed=status is SessionStatus.COMPLETE and not is_paid and refused,
        url=session.url,
        client_secret=session.client_secret,
        expires_at=datetime.fromtimestamp(session.expires_at, UTC),
        payment=intent.id if isinstance(intent, stripe.PaymentIntent) else intent,
        subtotal=money(session.amount_subtotal),
        discount=money(totals.amount_discount if totals else 0),
        shipping=money(shipped.amount_subtotal if shipped else 0),
        tax=money(totals.amount_tax if totals else 0),
        total=money(session.amount_total),
        buyer=Person(details.name, details.email, details.phone) if details else None,
        recipient=recipient.name if recipient else None,
        address=_address(address) if address else None,
    )


def read_refund(refund: stripe.Refund) -> Refund:
    return Refund(refund.id, from_stripe(refund.amount, refund.currency), RefundStatus(refund.status or "pending"))


def read_dispute(dispute: stripe.Dispute) -> Dispute:
    intent = dispute.payment_intent
    return Dispute(
        id=dispute.id,
        payment=intent.id if isinstance(intent, stripe.PaymentIntent) else intent,
        amount=from_stripe(dispute.amount, dispute.currency),
        status=dispute.status,
        reason=dispute.reason,
    )


def _address(address: _Address) -> PostalAddress:
    return PostalAddress(
        address.line1, address.line2, address.city, address.postal_code, address.state, address.country
    )
