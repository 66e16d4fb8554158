"""What Stripe tells of a seller's sales: believed for being signed, and only for what it is about."""

from datetime import datetime

import structlog

from storecast.adapters.stripe.webhooks import Forged, StripeEvent, verify
from storecast.domains.orders.checkout.service import CheckoutService
from storecast.domains.orders.checkout.stripe import StripeCheckout
from storecast.domains.orders.models import Order
from storecast.domains.orders.payments.errors import WebhookForged, WebhookUnknown
from storecast.domains.orders.payments.repository import PaymentsRepository
from storecast.domains.orders.payments.service import PaymentService
from storecast.domains.orders.refunds import RefundService
from storecast.domains.orders.repository import OrderRepository
from storecast.kit.database import Database
from storecast.kit.ids import PUBLIC_ID_LENGTH

log = structlog.get_logger()

SESSIONS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
REFUNDS = ("refund.created", "refund.updated", "refund.failed", "charge.refunded", "charge.refund.updated")
DISPUTES = ("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed")
HEARD = (*SESSIONS, *REFUNDS, *DISPUTES)
"""What an endpoint is to be told of. Of all else it may be told, too."""

BY = "stripe"  # who did it, in an order's history


class StripeHearing:
    """What an event says is not believed, but asked of Stripe anew: it may come late, twice, and in any order.

    What is nobody's order here is nothing to it: sellers sell elsewhere by the same account.
    """

    def __init__(
        self, db: Database, payments: PaymentService, checkout: CheckoutService, refunds: RefundService
    ) -> None:
        self._db = db
        self._payments = payments
        self._checkout = checkout
        self._refunds = refunds
        self._orders = OrderRepository(db)
        self._repository = PaymentsRepository(db)

    async def hear(self, account_id: str, body: bytes, signature: str, now: datetime) -> None:
        """Raises `WebhookUnknown`, `WebhookForged`, and whatever stands in the way: then Stripe tells again."""
        keys = await self._repository.by_id(account_id) if len(account_id) == PUBLIC_ID_LENGTH else None
        if keys is None or keys.webhook_secret is None:
            raise WebhookUnknown
        try:
            event = verify(body, signature, self._payments.opened(keys.webhook_secret))
        except Forged as error:
            log.warning("forged webhook", account=account_id, why=str(error))
            raise WebhookForged(str(error)) from error
        if event.type not in HEARD or await self._repository.was_heard(keys.id, event.id):
            return
        account_id, seller_id, checkout = keys.id, keys.user_id, self._payments.checkout_by(keys)
        if await self._follow(event, seller_id, checkout, now):
            # With the last of what came of it: were it noted before, what fails then would never be told again.
            await self._repository.note_heard(account_id, event.id, now)

    async def _follow(self, event: StripeEvent, seller_id: int, checkout: StripeCheckout, now: datetime) -> bool:
        """Whether it was about an order."""
        if event.type in SESSIONS:
            order = await self._orders.by_reference(seller_id, event.subject.id)
            if order is not None:
                await self._checkout.look_up(order, now)
            return order is not None
        payment = event.subject.payment_intent
        order = None if payment is None else await self._paid_by(payment, seller_id, checkout, now)
        if order is None or payment is None:
            return False
        await self._db.settle()  # nothing is locked while Stripe is asked
        if event.type in REFUNDS:
            for refunded in await checkout.refunds(payment):
                await self._db.settle()  # one at a time: each locks stock before a room
                await self._refunds.happened_outside(order, refunded, BY, now)
        else:
            dispute = await checkout.dispute(event.subject.id)
            await self._refunds.disputed(order, dispute.status, BY, now)
        return True

    async def _paid_by(self, payment: str, seller_id: int, checkout: StripeCheckout, now: datetime) -> Order | None:
        """The order of a payment, which may be told of before it is known that it was paid."""
        order = await self._orders.by_payment(seller_id, payment)
        if order is None:
            reference = await checkout.reference_of(payment)
            order = None if reference is None else await self._orders.by_reference(seller_id, reference)
            if order is not None:
                await self._checkout.look_up(order, now)
        return order
