"""Mails about orders. The buyer's are in the language they bought in, and come from sellers who are known alone."""

import hashlib
import hmac

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.models import User
from storecast.domains.orders.models import Order, OrderItem
from storecast.kit.database import Database
from storecast.kit.money import Money
from storecast.kit.settings import Settings

MOST_NAMED = 10  # articles a mail names


class OrderMails:
    def __init__(self, db: Database, settings: Settings, secret: bytes) -> None:
        """`secret` signs the link to a buyer's own page."""
        self._db = db
        self._settings = settings
        self._secret = secret

    def purchase_token(self, order: Order) -> str:
        return f"{order.hash_id}{self._proof(order.hash_id)}"

    def order_of(self, token: str) -> str | None:
        """The public id of the order whose link it is; None where it is not one."""
        hash_id, proof = token[:32], token[32:]
        return hash_id if hmac.compare_digest(proof.encode(), self._proof(hash_id).encode()) else None

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
        if seller.verified_at is None:
            return
        await request_mail(
            self._db,
            kind,
            seller.email,
            seller.locale,
            link=f"{self._settings.web_url}/studio/orders/{order.hash_id}",
            name=seller.greeting,
            buyer=order.name or order.email or "",
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
