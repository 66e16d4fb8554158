"""Asking whoever takes the money for a checkout, so that none is lost.

A process can die after the provider has made it, and before that is known here. So what is asked is kept, word by word,
before it is asked: the same words get the same checkout, whoever asks, to pay it or to have it expired.
"""

from datetime import datetime, timedelta

from storecast.domains.channels.models import Channel
from storecast.domains.orders.checkout.errors import PaymentKeysRefused, PaymentRefused
from storecast.domains.orders.checkout.provider import (
    SHORTEST,
    CheckoutAsked,
    CheckoutBegun,
    CheckoutLine,
    CheckoutProvider,
    CheckoutUi,
)
from storecast.domains.orders.checkout.schemas import Checkout
from storecast.domains.orders.models import Order, OrderItem, OrderStatus
from storecast.domains.orders.repository import OrderRepository
from storecast.kit.database import Database
from storecast.kit.money import Money
from storecast.kit.urls import Urls

GOOD_FOR = timedelta(seconds=50)  # words; of the minute that `SHORTEST` has beyond what providers ask for


class Opening:
    def __init__(self, db: Database, urls: Urls) -> None:
        self._db = db
        self._orders = OrderRepository(db)
        self._urls = urls

    async def open(
        self, order: Order, provider: CheckoutProvider, data: Checkout, channel: Channel, now: datetime
    ) -> None:
        """Begin it, or find what was begun; a pending order has its `reference` from then on.

        Raises `PaymentRefused`, `PaymentKeysRefused`: there is none; `PaymentsDown`: nobody knows, ask again.
        """
        words = order.asked
        if words is None:
            words = await self._word(order, provider, data, channel, now)
        await self._db.settle()
        try:
            begun = await provider.begin(words)
        except PaymentRefused:
            if _are_good(order, now):
                raise
            # Nothing was made of them, nor will be, as their time is over.
            await self._orders.lock(order)
            if order.asked == words:
                await self._word(order, provider, data, channel, now)
            words = order.asked
            await self._db.settle()
            if words is None:  # somebody else was faster
                return
            begun = await provider.begin(words)
        await self._keep(order, provider, begun)

    async def find(self, order: Order, provider: CheckoutProvider) -> None:
        """What may have been begun for it, of whose answer nothing is known. Raises `PaymentsDown`."""
        words = order.asked
        if order.reference is not None or words is None:
            return
        await self._db.settle()
        try:
            begun = await provider.begin(words)
        except (PaymentRefused, PaymentKeysRefused):
            return
        await self._keep(order, provider, begun)

    async def _keep(self, order: Order, provider: CheckoutProvider, begun: CheckoutBegun) -> None:
        await self._orders.lock(order)
        if order.status == OrderStatus.PENDING and order.reference is None:
            order.reference = begun.reference
            order.checkout_url = begun.checkout_url
            order.client_secret = begun.client_secret
            order.publishable_key = begun.publishable_key
            order.expires_at = begun.expires_at
            order.asked = None
            await self._db.flush()
        elif order.reference != begun.reference:
            # It was given up meanwhile: nobody is to pay this one.
            await self._db.settle()
            await provider.expire(begun.reference)

    async def _word(
        self, order: Order, provider: CheckoutProvider, data: Checkout, channel: Channel, now: datetime
    ) -> str:
        asked = self._asked(order, await self._orders.items(order.id), data, channel, now)
        words = provider.word(asked)
        order.asked, order.expires_at = words, asked.expires_at
        await self._db.flush()
        return words

    def _asked(
        self, order: Order, items: list[OrderItem], data: Checkout, channel: Channel, now: datetime
    ) -> CheckoutAsked:
        back = data.return_path or f"/watch/{channel.slug}"
        joined = "&" if "?" in back else "?"
        paid = f"{self._urls.base}{back}{joined}order={order.hash_id}"
        return CheckoutAsked(
            order_id=order.hash_id,
            lines=tuple(
                CheckoutLine(
                    name=item.name,
                    description=item.variant,
                    image_url=self._urls.file(item.image_key) if item.image_key and self._urls.base else None,
                    unit=Money(item.price, order.currency),
                    quantity=item.quantity,
                )
                for item in items
            ),
            discount=Money(order.discount, order.currency) if order.discount else None,
            locale=order.locale,
            email=order.email,
            ui=CheckoutUi(order.ui or CheckoutUi.HOSTED),
            return_url=paid,
            cancel_url=f"{paid}&cancelled=1",
            expires_at=now + SHORTEST,
            key=order.hash_id,
        )


def _are_good(order: Order, now: datetime) -> bool:
    """Whether what was asked can still be asked anew: a checkout is to be open for long enough."""
    return order.expires_at is None or now + SHORTEST - order.expires_at <= GOOD_FOR
