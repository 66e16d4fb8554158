"""Stripe Checkout as the provider of checkouts, on the seller's own account."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
import structlog
from msgspec import Struct

from storecast.adapters.stripe.client import StripeAccount
from storecast.adapters.stripe.errors import KeyRefused, StripeDown, StripeRefused
from storecast.adapters.stripe.shapes import (
    Dispute,
    Refund,
    RefundStatus,
    Session,
    SessionAsked,
    SessionLine,
    SessionStatus,
    ShippingRate,
)
from storecast.domains.orders.checkout.errors import PaymentKeysRefused, PaymentRefused, PaymentsDown
from storecast.domains.orders.checkout.provider import (
    Address,
    CheckoutAsked,
    CheckoutBegun,
    CheckoutBuyer,
    CheckoutLine,
    CheckoutOutcome,
    CheckoutProvider,
    CheckoutState,
    CheckoutUi,
    Refunded,
    RefundState,
)
from storecast.kit.money import Money

log = structlog.get_logger()

T = TypeVar("T")

_STATES = {
    RefundStatus.PENDING: RefundState.PENDING,
    RefundStatus.REQUIRES_ACTION: RefundState.PENDING,
    RefundStatus.SUCCEEDED: RefundState.SUCCEEDED,
    RefundStatus.FAILED: RefundState.FAILED,
    RefundStatus.CANCELED: RefundState.FAILED,
}


class SellerAccount(Struct, frozen=True):
    id: str  # ours
    stripe: StripeAccount
    publishable_key: str
    countries: tuple[str, ...]
    rates: tuple[tuple[str, Money], ...]  # what it is called, and what it costs
    automatic_tax: bool


class _Words(Struct, frozen=True):
    account: str
    session: SessionAsked


class StripeCheckout(CheckoutProvider):
    """`accounts` has a seller's own, the first in use: what was begun with another one of them is found there."""

    def __init__(self, accounts: Sequence[SellerAccount]) -> None:
        self._accounts = accounts

    def word(self, asked: CheckoutAsked) -> str:
        account = self._accounts[0]
        return msgspec.json.encode(_Words(account.id, _session_asked(asked, account))).decode()

    async def begin(self, words: str) -> CheckoutBegun:
        said = msgspec.json.decode(words, type=_Words)
        account = next((account for account in self._accounts if account.id == said.account), None)
        if account is None:
            raise PaymentKeysRefused("The seller takes no payments any more.")
        async with _asking():
            made = await account.stripe.begin(said.session)
        return CheckoutBegun(made.id, made.url, made.client_secret, account.publishable_key, made.expires_at)

    async def look_up(self, reference: str) -> CheckoutOutcome:
        return _outcome(await self._wherever(lambda account: account.session(reference)))

    async def expire(self, reference: str) -> CheckoutOutcome:
        return _outcome(await self._wherever(lambda account: account.expire(reference)))

    async def refund(self, payment: str, amount: Money, key: str) -> Refunded:
        return _refunded(await self._wherever(lambda account: account.refund(payment, amount, key)))

    async def refunds(self, payment: str) -> list[Refunded]:
        return [_refunded(each) for each in await self._wherever(lambda account: account.refunds(payment))]

    async def reference_of(self, payment: str) -> str | None:
        """The checkout that was paid by it, if one was."""
        return await self._wherever(lambda account: account.session_of(payment))

    async def dispute(self, dispute_id: str) -> Dispute:
        return await self._wherever(lambda account: account.dispute(dispute_id))

    async def _wherever(self, ask: Callable[[StripeAccount], Awaitable[T]]) -> T:
        """The answer of the first account that knows what is asked."""
        async with _asking():
            for account in self._accounts[:-1]:
                try:
                    return await ask(account.stripe)
                except StripeRefused as refused:
                    if refused.code != "resource_missing":
                        raise
            return await ask(self._accounts[-1].stripe)


@asynccontextmanager
async def _asking() -> AsyncGenerator[None, None]:
    try:
        yield
    except StripeDown as error:
        log.warning("Stripe does not answer", why=str(error))
        raise PaymentsDown from error
    except KeyRefused as error:
        log.warning("Stripe refuses a seller's key: they have to enter a new one", why=str(error))
        raise PaymentKeysRefused from error
    except StripeRefused as error:
        log.warning("Stripe refuses", why=error.message, param=error.param, code=error.code)
        raise PaymentRefused(f"The payment provider refuses: {error.message}") from error


def _session_asked(asked: CheckoutAsked, account: SellerAccount) -> SessionAsked:
    return SessionAsked(
        order_id=asked.order_id,
        lines=tuple(_line(line) for line in asked.lines),
        discount=asked.discount,
        locale=asked.locale,
        email=asked.email,
        is_embedded=asked.ui is CheckoutUi.EMBEDDED,
        return_url=asked.return_url,
        cancel_url=asked.cancel_url,
        expires_at=asked.expires_at,
        countries=account.countries,
        rates=tuple(ShippingRate(name, price) for name, price in account.rates if price.currency == asked.currency),
        automatic_tax=account.automatic_tax,
        key=asked.key,
    )


def _line(line: CheckoutLine) -> SessionLine:
    # Stripe fetches it: from nowhere that is not out in the world.
    image_url = line.image_url if line.image_url and line.image_url.startswith("https://") else None
    return SessionLine(line.name, line.description, image_url, line.unit, line.quantity)


def _outcome(session: Session) -> CheckoutOutcome:
    return CheckoutOutcome(
        reference=session.id,
        state=_state(session),
        payment=session.payment,
        subtotal=session.subtotal,
        discount=session.discount,
        shipping=session.shipping,
        tax=session.tax,
        total=session.total,
        buyer=_buyer(session) if session.status is SessionStatus.COMPLETE else None,
    )


def _state(session: Session) -> CheckoutState:
    if session.status is SessionStatus.OPEN:
        return CheckoutState.OPEN
    if session.status is SessionStatus.EXPIRED:
        return CheckoutState.EXPIRED
    if session.is_paid:
        return CheckoutState.PAID
    return CheckoutState.FAILED if session.has_failed else CheckoutState.PENDING


def _refunded(refund: Refund) -> Refunded:
    return Refunded(refund.id, refund.amount, _STATES[refund.status])


def _buyer(session: Session) -> CheckoutBuyer | None:
    person, place = session.buyer, session.address
    if person is None:
        return None
    address = None
    if place is not None:
        address = Address(place.line1, place.line2, place.city, place.postal_code, place.state, place.country)
    return CheckoutBuyer(session.recipient or person.name, person.email, person.phone, address)
