"""What a checkout needs of whoever takes the money: begin, look up, expire, refund, and what was refunded."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from storecast.kit.money import Money

SHORTEST = timedelta(minutes=31)
"""How long a checkout stays open at least: Stripe's 30 minutes, and one for clocks that differ."""

MOST_LINES = 100
"""Lines a checkout may have; Stripe's own bound."""


class CheckoutUi(StrEnum):
    """Where the buyer pays."""

    HOSTED = "hosted"
    """On the provider's page, at `checkout_url`."""
    EMBEDDED = "embedded"
    """In a page of ours, by the provider's script with `client_secret` and `publishable_key`."""


class CheckoutState(StrEnum):
    OPEN = "open"
    """Nothing was paid yet; somebody still may."""
    PENDING = "pending"
    """Completed, not paid: the bank has yet to say so. Days may pass. The stock stays held."""
    PAID = "paid"
    """Paid, or nothing was to pay. For good: refunds and disputes do not change it."""
    FAILED = "failed"
    """Completed, and the bank refused. For good."""
    EXPIRED = "expired"
    """Nobody may pay any more, and nobody has. For good."""

    @property
    def is_final(self) -> bool:
        return self not in {CheckoutState.OPEN, CheckoutState.PENDING}


class CheckoutLine(Struct, frozen=True):
    name: str
    description: str | None
    image_url: str | None
    """Absolute."""
    unit: Money
    quantity: int


class CheckoutAsked(Struct, frozen=True):
    """A checkout to begin. What is shipped where for how much, and tax, are the seller's, whom the provider knows."""

    order_id: str
    """The order's public id, written on whatever the provider keeps of it."""
    lines: tuple[CheckoutLine, ...]
    """1 to `MOST_LINES`, of one currency."""
    discount: Money | None
    """Off the sum of the lines; not more than that."""
    locale: str
    """The buyer's language, as `de` or `en-GB`."""
    email: str | None
    """The buyer's, where it is known: then it cannot be changed while paying."""
    ui: CheckoutUi
    return_url: str
    """Where the buyer comes back to once it is completed. `{CHECKOUT_SESSION_ID}` becomes its reference."""
    cancel_url: str
    """Where a buyer comes back to who rather does not pay; of hosted ones only."""
    expires_at: datetime
    """At least `SHORTEST` from now, 24 hours at most."""
    key: str
    """No other has it."""

    @property
    def currency(self) -> str:
        return self.lines[0].unit.currency


class CheckoutBegun(Struct, frozen=True):
    reference: str
    """The provider's id of it, by which it is looked up, and expired."""
    checkout_url: str | None
    """The provider's page; None of embedded ones."""
    client_secret: str | None
    """With `publishable_key` opens it in our page; None of hosted ones."""
    publishable_key: str
    expires_at: datetime


class Address(Struct, frozen=True):
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    state: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""


class CheckoutBuyer(Struct, frozen=True):
    """Whom the provider says has paid. Each is None where it did not ask."""

    name: str | None
    """The recipient's where it is shipped, else who paid."""
    email: str | None
    phone: str | None
    address: Address | None
    """Where it is shipped to, else the address of the bill."""


class CheckoutOutcome(Struct, frozen=True):
    """A checkout as it is now."""

    reference: str
    state: CheckoutState
    payment: str | None
    """The provider's id of the payment, to refund it by; None before there is one, or where nothing was to pay."""
    subtotal: Money
    """The lines' sum."""
    discount: Money
    shipping: Money
    tax: Money
    """Where prices include it, a part of the others; else on top of them."""
    total: Money
    """What is, or was, to pay."""
    buyer: CheckoutBuyer | None
    """None before it is completed."""


class RefundState(StrEnum):
    PENDING = "pending"
    """On its way; it may still fail."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """The money is the seller's again."""


class Refunded(Struct, frozen=True):
    reference: str
    """The provider's id of this refund."""
    amount: Money
    state: RefundState


class CheckoutProvider(Protocol):
    """A seller's account at whoever takes the money.

    Each call goes over the network: hold no lock that others wait for. Each raises the errors of `errors.py`:
    `PaymentsDown` where no answer came or another may come later, so that it is not known whether it was done, and the
    same may be asked again; `PaymentRefused` where the provider will not; `PaymentKeysRefused` where the seller's keys
    are not good any more.
    """

    def word(self, asked: CheckoutAsked) -> str:
        """What `begin` is to be told, for its caller to keep beforehand: all that is asked, and of which account."""
        ...

    async def begin(self, words: str) -> CheckoutBegun:
        """The checkout of these words of `word`: made once, however often it is asked for, within a day at least.

        Raises `PaymentRefused` only where there is none of them.
        """
        ...

    async def look_up(self, reference: str) -> CheckoutOutcome: ...

    async def expire(self, reference: str) -> CheckoutOutcome:
        """See that nobody pays it any more. Answers it as it is then: it may have been completed first."""
        ...

    async def refund(self, payment: str, amount: Money, key: str) -> Refunded:
        """Give back `amount` of a payment, once however often it is asked with `key`.

        Raises PaymentRefused beyond what is left of it.
        """
        ...

    async def refunds(self, payment: str) -> list[Refunded]:
        """All of a payment, whoever gave them, the oldest first."""
        ...
