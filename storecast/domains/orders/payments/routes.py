"""Sellers' payments over HTTP."""

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope, Unscoped
from storecast.domains.orders.payments.hearing import HEARD
from storecast.domains.orders.payments.models import StripeKeys
from storecast.domains.orders.payments.schemas import (
    ShippingRateView,
    StripeKeysGiven,
    StripeView,
    TermsGiven,
    TermsView,
    rates_of,
)
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class PaymentsController(Controller):
    path = "/payments"
    tags = ("Payments",)

    @get("/stripe", operation_id="stripeKeys", opt={"scope": Scope.ORDERS})
    async def stripe_keys(self, unit: NamedDependency[Unit]) -> Data[StripeView]:
        """The caller's Stripe keys, by which their buyers pay; 404 where there are none."""
        return Data(_show(await unit.payments.keys_of(unit.account), unit))

    @put("/stripe", operation_id="putStripeKeys", opt={"scope": Unscoped.SIGN_IN})
    async def put_stripe_keys(self, data: JSONBody[StripeKeysGiven], unit: NamedDependency[Unit]) -> Data[StripeView]:
        """Sell by the caller's own Stripe account. Stripe is asked whether the keys are good.

        Keys without `webhook_secret` are kept, and `webhook_url` is answered: make an endpoint for it at Stripe, which
        hears of `webhook_events`, and put its secret.
        """
        return Data(_show(await unit.payments.put(unit.account, data, unit.address, unit.now), unit))

    @delete("/stripe", operation_id="removeStripeKeys", opt={"scope": Unscoped.SIGN_IN})
    async def remove_stripe_keys(self, unit: NamedDependency[Unit]) -> None:
        """Sell by Stripe no more. What was begun is still settled: the keys are deleted 30 days later."""
        await unit.payments.remove(unit.account, unit.address, unit.now)

    @get("/terms", operation_id="sellerTerms", opt={"scope": Scope.ORDERS})
    async def seller_terms(self, unit: NamedDependency[Unit]) -> Data[TermsView]:
        """What the caller's buyers can read before they pay."""
        return Data(await unit.payments.terms_of(unit.account))

    @put("/terms", operation_id="putSellerTerms", opt={"scope": Scope.ORDERS})
    async def put_seller_terms(self, data: JSONBody[TermsGiven], unit: NamedDependency[Unit]) -> Data[TermsView]:
        """Say what buyers can read before they pay: imprint, terms, returns."""
        said = await unit.payments.put_terms(unit.account, data, unit.now)
        await unit.catalogue.compare_by_law(unit.account, data.eu)
        return Data(said)


def _show(keys: StripeKeys, unit: Unit) -> StripeView:
    secret, webhook_secret = unit.payments.opened(keys.secret_key), keys.webhook_secret
    return StripeView(
        publishable_key=keys.publishable_key,
        secret_key=_masked(secret),
        webhook_secret=webhook_secret and _masked(unit.payments.opened(webhook_secret)),
        webhook_url=f"{unit.urls.base}/api/v1/orders/stripe/{keys.id}",
        webhook_events=list(HEARD),
        mode=keys.mode,
        ready=webhook_secret is not None,
        shipping_countries=keys.shipping_countries,
        shipping_rates=[ShippingRateView(name, price.major, price.currency) for name, price in rates_of(keys)],
        automatic_tax=keys.automatic_tax,
    )


def _masked(secret: str) -> str:
    """Which it is, and of what kind: `sk_test_…wxyz`."""
    kind, _, _ = secret.rpartition("_")
    return f"{kind}_…{secret[-4:]}"
