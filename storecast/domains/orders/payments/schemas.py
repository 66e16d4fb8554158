"""What operations on payments take and answer."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.domains.orders.payments.models import Mode, SellerTerms, StripeKeys
from storecast.kit.money import Amount, Money
from storecast.kit.names import Worded, line, paragraphs

MOST_RATES = 5
LONGEST_KEY = 255

Currency = Annotated[str, Meta(min_length=3, max_length=3, pattern=r"^[A-Z]{3}(?!\n)$", description="ISO 4217.")]
Country = Annotated[
    str, Meta(min_length=2, max_length=2, pattern=r"^[A-Z]{2}(?!\n)$", description="ISO 3166-1 alpha-2.")
]
TermsText = Annotated[str, paragraphs(10_000, 400)]


class ShippingRateGiven(Worded):
    name: Annotated[str, line(60)]
    """As buyers read it."""
    price: Annotated[Amount, Meta(description="Major units of `currency`, tax included.")]
    currency: Currency
    """Offered to carts in this currency alone."""


class StripeKeysGiven(Worded):
    """A seller's Stripe keys, and how they ship. What is left out stays as it is."""

    publishable_key: Annotated[str, Meta(max_length=LONGEST_KEY, pattern=r"^pk_(test|live)_[A-Za-z0-9]+(?!\n)$")]
    """Pages show it to Stripe."""
    secret_key: (
        Annotated[str, Meta(max_length=LONGEST_KEY, pattern=r"^[sr]k_(test|live)_[A-Za-z0-9]+(?!\n)$")] | None
    ) = None
    """A secret key, or a restricted one that may write checkout sessions, coupons and refunds."""
    webhook_secret: Annotated[str, Meta(max_length=LONGEST_KEY, pattern=r"^whsec_[A-Za-z0-9+/=]+(?!\n)$")] | None = None
    """Signing secret of the endpoint that Stripe tells `webhook_url`; nothing is sold by Stripe without it."""
    shipping_countries: Annotated[list[Country], Meta(max_length=250)] | UnsetType = UNSET
    """Where it is shipped to; empty where nothing is."""
    shipping_rates: Annotated[list[ShippingRateGiven], Meta(max_length=MOST_RATES)] | UnsetType = UNSET
    """What buyers choose from; empty where shipping costs nothing."""
    automatic_tax: bool | UnsetType = UNSET
    """Whether Stripe reckons the tax, which prices include; it is set up at Stripe first."""


class ShippingRateView(Struct):
    name: str
    """As buyers read it."""
    price: Annotated[float | int, Meta(description="Major units of `currency`, tax included.")]
    currency: str
    """ISO 4217."""


class StripeView(Struct):
    """A seller's Stripe keys, as they may be shown."""

    publishable_key: str
    """Pages show it to Stripe."""
    secret_key: str
    """Its last four characters."""
    webhook_secret: str | None
    """Its last four characters; null where there is none yet."""
    webhook_url: str
    """What to tell Stripe as the endpoint's address."""
    webhook_events: list[str]
    """What the endpoint is to be told of."""
    mode: Mode
    """Whether it is real money."""
    ready: bool
    """Whether carts are paid by it: it has a webhook secret."""
    shipping_countries: list[str]
    """Where it is shipped to, ISO 3166-1 alpha-2."""
    shipping_rates: list[ShippingRateView]
    """What buyers choose from."""
    automatic_tax: bool
    """Whether Stripe reckons the tax."""


class TermsGiven(Worded):
    """What buyers must be able to read before they pay: each a text, or a link (`https://…`) and nothing else."""

    imprint: TermsText | None = None
    """Who sells, and where to reach them."""
    terms: TermsText | None = None
    """The conditions of sale."""
    returns: TermsText | None = None
    """How to withdraw from the contract, and send things back."""
    eu: bool = False
    """Whether it is sold in the EU: a former price shown is then at most the lowest of the last 30 days."""


class TermsView(Struct):
    """What buyers must be able to read before they pay; null where the seller says nothing."""

    imprint: str | None = None
    """Who sells, and where to reach them."""
    terms: str | None = None
    """The conditions of sale."""
    returns: str | None = None
    """How to withdraw from the contract, and send things back."""
    eu: bool = False
    """Whether it is sold in the EU."""


def rates_of(keys: StripeKeys) -> list[tuple[str, Money]]:
    return [(str(rate["name"]), Money(int(rate["minor"]), str(rate["currency"]))) for rate in keys.shipping_rates]


def show_terms(terms: SellerTerms | None) -> TermsView:
    return TermsView() if terms is None else TermsView(terms.imprint, terms.terms, terms.returns, terms.eu)
