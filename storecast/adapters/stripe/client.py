"""Asking Stripe, for one seller at a time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import httpx
import stripe

from storecast.adapters.stripe.amounts import to_stripe
from storecast.adapters.stripe.answers import read_dispute, read_refund, read_session
from storecast.adapters.stripe.documented import locale_of
from storecast.adapters.stripe.errors import KeyRefused, StripeDown, StripeRefused
from storecast.adapters.stripe.shapes import Dispute, Refund, Session, SessionAsked, SessionLine, ShippingRate
from storecast.kit.ids import digest
from storecast.kit.money import Money
from storecast.kit.settings import Settings

if TYPE_CHECKING:  # an eighth of the API's start
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsLineItem,
        SessionCreateParamsLineItemPriceDataProductData,
        SessionCreateParamsShippingOption,
    )

TIMEOUT = httpx.Timeout(10, connect=4)  # seconds of one try
RETRIES = 2  # further tries, half a second and more apart; the library sends the same idempotency key
LONGEST = 25.0  # seconds for all tries
LONGEST_NAME = 250  # characters of a line's name on Stripe's page

_LIVE = ("sk_live_", "rk_live_")


class Stripe:
    """Where `api_url` stands in for Stripe it is shown no live key."""

    def __init__(self, settings: Settings) -> None:
        self._api_url = settings.stripe_api_url or stripe.DEFAULT_API_BASE
        self._is_real = settings.stripe_is_real

    @cached_property
    def _http(self) -> stripe.HTTPXClient:
        """Made when first needed, as reading certificates takes a while; kept, for its connections."""
        return stripe.HTTPXClient(timeout=TIMEOUT)

    def account(self, secret_key: str) -> "StripeAccount":
        """Raises `KeyRefused` for a live key where another stands in for Stripe."""
        if not self._is_real and secret_key.startswith(_LIVE):
            raise KeyRefused("a live key is shown to Stripe alone, and STORECAST_STRIPE_… names another")
        client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": self._api_url},
            http_client=self._http,
            max_network_retries=RETRIES,
        )
        return StripeAccount(client)

    async def is_publishable(self, key: str) -> bool:
        """Whether it is somebody's key for pages: of such a one Stripe says that it is no secret one."""
        try:
            await self.account(key).check()
        except KeyRefused as refused:
            return refused.is_publishable
        return False

    async def close(self) -> None:
        if "_http" in self.__dict__:
            await self._http.close_async()  # type: ignore[no-untyped-call]


class StripeAccount:
    """Each call raises `StripeDown`, `KeyRefused`, `StripeRefused`."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._sessions = client.v1.checkout.sessions
        self._v1 = client.v1

    async def check(self) -> None:
        """That the key is good, and for selling: keys can be restricted."""
        async with _asking():
            await self._sessions.list_async({"limit": 1})

    async def identify(self) -> str | None:
        """Stripe's id of the account; None where a restricted key may not ask for it."""
        try:
            async with _asking():
                return (await self._v1.accounts.retrieve_current_async()).id
        except KeyRefused:
            return None

    async def begin(self, asked: SessionAsked) -> Session:
        """The same when it is asked for again, within a day. Raises `StripeRefused` where there is none."""
        params = _params(asked)
        if asked.discount is not None and asked.discount.minor > 0:
            params["discounts"] = [{"coupon": await self._coupon(asked.discount, asked.key)}]
        key = f"{asked.key}-{digest(str(params))[:16]}"
        async with _asking(), _answered_once():
            made = await self._sessions.create_async(params, {"idempotency_key": key})
        return read_session(made)

    async def session(self, session_id: str) -> Session:
        async with _asking():
            return read_session(await self._sessions.retrieve_async(session_id, {"expand": ["payment_intent"]}))

    async def session_of(self, payment: str) -> str | None:
        """The id of the session that was paid by it, if one was."""
        async with _asking():
            found = await self._sessions.list_async({"payment_intent": payment, "limit": 1})
        return found.data[0].id if found.data else None

    async def expire(self, session_id: str) -> Session:
        """The session as it is then: still open while somebody's payment is under way, or completed just before."""
        try:
            async with _asking():
                await self._sessions.expire_async(session_id)
        except StripeRefused as refused:
            if refused.code == "resource_missing":
                raise
        return await self.session(session_id)

    async def refund(self, payment: str, amount: Money, key: str) -> Refund:
        """Once, however often it is asked with `key`."""
        cents = _cents(amount)
        async with _asking():
            made = await self._v1.refunds.create_async(
                {"payment_intent": payment, "amount": cents}, {"idempotency_key": key}
            )
        return read_refund(made)

    async def refunds(self, payment: str) -> list[Refund]:
        """Of a payment, whoever gave them, the oldest first; of very many the last 100."""
        async with _asking():
            found = await self._v1.refunds.list_async({"payment_intent": payment, "limit": 100})
        return [read_refund(refund) for refund in reversed(found.data)]

    async def dispute(self, dispute_id: str) -> Dispute:
        async with _asking():
            return read_dispute(await self._v1.disputes.retrieve_async(dispute_id))

    async def _coupon(self, amount: Money, key: str) -> str:
        """What a session's discount has to be, good for this one."""
        cents = _cents(amount)
        async with _asking(), _answered_once():
            coupon = await self._v1.coupons.create_async(
                {"amount_off": cents, "currency": amount.currency.lower(), "duration": "once", "max_redemptions": 1},
                {"idempotency_key": f"{key}-discount"},
            )
        return coupon.id


@asynccontextmanager
async def _asking() -> AsyncGenerator[None, None]:
    try:
        async with asyncio.timeout(LONGEST):
            yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        is_publishable = error.error is not None and error.error.code == "secret_key_required"
        raise KeyRefused(error.user_message or "", is_publishable=is_publishable) from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise StripeRefused(error.user_message or "", param=error.param, code=error.code) from error
    except stripe.IdempotencyError as error:
        raise StripeRefused(error.user_message or "", code="idempotency_error") from error
    except (stripe.StripeError, TimeoutError) as error:
        raise StripeDown(type(error).__name__) from error


@asynccontextmanager
async def _answered_once() -> AsyncGenerator[None, None]:
    """Stripe keeps its answer to a key, also that it has failed: what was asked with it is not done any more.

    https://docs.stripe.com/api/idempotent_requests
    """
    try:
        yield
    except stripe.StripeError as error:
        if (error.http_status or 0) >= 500 and (error.headers or {}).get("Idempotent-Replayed") == "true":
            raise StripeRefused(error.user_message or "", code="failed") from error
        raise


def _params(asked: SessionAsked) -> "SessionCreateParams":
    about = {"order": asked.order_id}
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": asked.order_id,
        "metadata": about,
        "payment_intent_data": {"metadata": about},
        "line_items": [_line(line) for line in asked.lines],
        "locale": locale_of(asked.locale),
        "expires_at": int(asked.expires_at.timestamp()),
    }
    if asked.is_embedded:
        # The page around hears of it, and shows it in place; only some ways to pay lead away and back.
        params["ui_mode"], params["redirect_on_completion"] = "embedded_page", "if_required"
        params["return_url"] = asked.return_url
    else:
        params["ui_mode"], params["success_url"] = "hosted_page", asked.return_url
        params["cancel_url"] = asked.cancel_url
    if asked.email is not None:
        params["customer_email"] = asked.email
    if asked.countries:
        params["shipping_address_collection"] = {"allowed_countries": list(asked.countries)}
        params["phone_number_collection"] = {"enabled": True}  # carriers ask for it
        if asked.rates:
            params["shipping_options"] = [_rate(rate) for rate in asked.rates]
    if asked.automatic_tax:
        params["automatic_tax"] = {"enabled": True}
    return params


def _line(line: SessionLine) -> "SessionCreateParamsLineItem":
    product: SessionCreateParamsLineItemPriceDataProductData = {"name": line.name[:LONGEST_NAME]}
    if line.description:
        product["description"] = line.description
    if line.image_url is not None:
        product["images"] = [line.image_url]
    return {
        "quantity": line.quantity,
        "price_data": {
            "currency": line.unit.currency.lower(),
            "unit_amount": _cents(line.unit),
            "tax_behavior": "inclusive",
            "product_data": product,
        },
    }


def _rate(rate: ShippingRate) -> "SessionCreateParamsShippingOption":
    return {
        "shipping_rate_data": {
            "type": "fixed_amount",
            "display_name": rate.name,
            "fixed_amount": {"amount": _cents(rate.price), "currency": rate.price.currency.lower()},
            "tax_behavior": "inclusive",
        }
    }


def _cents(money: Money) -> int:
    try:
        return to_stripe(money)
    except ValueError as error:
        raise StripeRefused(str(error), code="amount") from error
