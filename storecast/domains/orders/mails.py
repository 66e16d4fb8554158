"""Mails about orders. The buyer's are in the language they bought in, and come from sellers who are known alone."""

import hashlib
import hmac

import structlog

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.orders.models import Order, OrderItem
from storecast.kit.database import Database
from storecast.kit.errors import TooManyRequests
from storecast.kit.money import Money
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings

# Mails of order requests, which cost nothing to send.
REQUESTED = "10/hour"  # to one address
REQUESTED_FROM_NETWORK = "60/hour"
MOST_NAMED = 10  # articles a mail names


log = structlog.get_logger()


class OrderMails:
    def __init__(self, db: Database, settings: Settings, secret: bytes, limits: RateLimits) -> None:
        """`secret` signs the link to a buyer's own page."""
        self._db = db
        self._settings = settings
        self._secret = secret
        self._limits = limits

    def purchase_token(self, order: Order) -> str:
        return f"{order.hash_id}{self._proof(order.hash_id)}"

    def order_of(self, token: str) -> str | None:
        """The public id of the order whose link it is; None where it is not one."""
        hash_id, proof = token[:32], token[32:]
        return hash_id if hmac.compare_digest(proof.encode(), self._proof(hash_id).encode()) else None

    async def may_reach(self, order: Order, network: str) -> bool:
        """Whether the address somebody typed without paying may have a mail, be it whose it is; it counts as one."""
        if order.email is None:
            return False
        try:
            await self._limits.hit(REQUESTED, "order-mails", order.email.lower())
            await self._limits.hit(REQUESTED_FROM_NETWORK, "order-mails-from", network)
        except TooManyRequests:
            log.warning("too many order requests: the buyer has no mail", order=order.hash_id)
            return False
        return True

    async def to_buyer(
        self, kind: MailKind, order: Order, items: list[OrderItem], seller: User, *, amount: int | None = None
    ) -> None:
        """Nothing where there is no address, or where the seller's own is not verified: their words stand in it."""
        if order.email is None or seller.verified_at is None:
            return
        await request_mail(
            self._db,
            kind,
            order.email,
            order.locale,
            link=f"{self._settings.web_url}/purchases/{self.purchase_token(order)}",
            seller=seller.nickname,
            **self._words(order, items, amount),
        )

    async def to_seller(self, kind: MailKind, order: Order, items: list[OrderItem], seller: User) -> None:
        """Without a word of the buyer's, who may be anybody."""
        if seller.verified_at is None:
            return
        await request_mail(
            self._db,
            kind,
            seller.email,
            seller.locale,
            link=f"{self._settings.web_url}/studio/orders/{order.hash_id}",
            name=seller.greeting,
            **self._words(order, items, None),
        )

    def _words(self, order: Order, items: list[OrderItem], amount: int | None) -> dict[str, str]:
        named = [
            f"{item.quantity} × {item.name}" + (f" ({item.variant})" if item.variant else "")
            for item in items[:MOST_NAMED]
        ]
        if len(items) > MOST_NAMED:
            named.append("…")
        return {
            "number": str(order.number or ""),
            "items": ", ".join(named),
            "total": written(order.total, order.currency),
            "amount": written(order.total if amount is None else amount, order.currency),
        }

    def _proof(self, hash_id: str) -> str:
        return hmac.new(self._secret, f"purchase:{hash_id}".encode(), hashlib.sha256).hexdigest()


def written(minor: int, currency: str) -> str:
    """As an amount stands in a text: `12.50 EUR`."""
    return Money(minor, currency).written
