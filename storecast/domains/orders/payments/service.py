"""The rules of sellers' keys and terms. One call is one transaction."""

from datetime import datetime, timedelta

from msgspec import UNSET

from storecast.adapters.stripe.client import Stripe
from storecast.adapters.stripe.documented import countries
from storecast.adapters.stripe.errors import KeyRefused, StripeDown, StripeRefused
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.models import User
from storecast.domains.orders.checkout.errors import PaymentsDown
from storecast.domains.orders.checkout.payments import Payments, Terms
from storecast.domains.orders.checkout.stripe import SellerAccount, StripeCheckout
from storecast.domains.orders.payments.errors import StripeNotSetUp
from storecast.domains.orders.payments.models import StripeKeys, mode_of
from storecast.domains.orders.payments.repository import PaymentsRepository
from storecast.domains.orders.payments.schemas import (
    ShippingRateGiven,
    StripeKeysGiven,
    TermsGiven,
    TermsView,
    rates_of,
    show_terms,
)
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.money import Money
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal

CHECKS = "30/hour"  # of keys by one seller: each asks Stripe
KEPT_FORMER = timedelta(days=30)  # bank debits take two weeks, and what was paid in vain is given back
KEPT_HEARD = timedelta(days=35)  # Stripe tells again for three days, and by hand for thirty


class PaymentService(Payments):
    def __init__(self, db: Database, stripe: Stripe, seal: Seal, limits: RateLimits) -> None:
        self._db = db
        self._stripe = stripe
        self._seal = seal
        self._limits = limits
        self._repository = PaymentsRepository(db)

    async def keys_of(self, seller: User) -> StripeKeys:
        """Raises `StripeNotSetUp`."""
        found = await self._repository.every_of(seller.id)
        if not found or found[0].removed_at is not None:
            raise StripeNotSetUp
        return found[0]

    def opened(self, sealed: str) -> str:
        """A secret of a seller's keys."""
        return self._seal.open(sealed)

    async def put(self, seller: User, given: StripeKeysGiven, address: str, now: datetime) -> StripeKeys:
        """Keep a seller's keys, which Stripe has said are good. Raises `Unprocessable`, `PaymentsDown`.

        Those of another Stripe account get a webhook address of their own, and leave the former to what was begun.
        """
        known = await self._repository.every_of(seller.id)
        current = known[0] if known and known[0].removed_at is None else None
        rates, shipped_to, automatic_tax = _shipping(given, current)
        if rates and not shipped_to:
            raise Unprocessable.field("shipping_countries", "is required, where there are shipping rates")
        secret_key = given.secret_key
        if secret_key is None:
            if current is None:
                raise Unprocessable.field("secret_key", "is required")
            secret_key = self.opened(current.secret_key)
        if mode_of(given.publishable_key) != mode_of(secret_key):
            raise Unprocessable.field("secret_key", "must be of the same mode as the publishable key, test or live")
        account = await self._checked(seller, given.publishable_key, secret_key)

        known = await self._repository.locked_of(seller.id)
        keys = _same(known, account, given.publishable_key)
        if known and known[0].removed_at is None and known[0] is not keys:
            known[0].removed_at = now
            await self._db.flush()
        if keys is None:
            keys = StripeKeys(user_id=seller.id, webhook_secret=None, created_at=now)
        keys.account, keys.publishable_key, keys.removed_at = account, given.publishable_key, None
        keys.secret_key = self._seal.close(secret_key)
        if given.webhook_secret is not None:
            keys.webhook_secret = self._seal.close(given.webhook_secret)
        keys.shipping_countries, keys.shipping_rates, keys.automatic_tax = shipped_to, rates, automatic_tax
        await self._repository.add(keys)
        await self._note(SecurityEventKind.PAYMENT_KEYS_CHANGED, seller, address, now, keys.mode)
        return keys

    async def remove(self, seller: User, address: str, now: datetime) -> None:
        """Sell by these keys no more. Raises `StripeNotSetUp`."""
        known = await self._repository.locked_of(seller.id)
        if not known or known[0].removed_at is not None:
            raise StripeNotSetUp
        known[0].removed_at = now
        await self._db.flush()
        await self._note(SecurityEventKind.PAYMENT_KEYS_REMOVED, seller, address, now, known[0].mode)

    async def provider(self, seller_id: int) -> StripeCheckout | None:
        """What begins checkouts; None where a seller takes no payments, but order requests."""
        known = await self._repository.every_of(seller_id)
        ready = bool(known) and known[0].removed_at is None and known[0].webhook_secret is not None
        return self._checkout_of(known) if ready else None

    async def settling(self, seller_id: int) -> StripeCheckout | None:
        """What looks up, expires and refunds checkouts, also those begun with keys that were taken back since.

        None where there are no such keys any more.
        """
        known = await self._repository.every_of(seller_id)
        return self._checkout_of(known) if known else None

    def checkout_by(self, keys: StripeKeys) -> StripeCheckout:
        """What looks up that which is on this very account."""
        return self._checkout_of([keys])

    async def counter(self, seller_id: int) -> tuple[bool, Terms | None]:
        """Whether there is a `provider`, and what the seller wants buyers to know."""
        return await self._repository.counter(seller_id)

    async def terms_of(self, seller: User) -> TermsView:
        return show_terms(await self._repository.terms_of(seller.id))

    async def put_terms(self, seller: User, given: TermsGiven, now: datetime) -> TermsView:
        texts = {"imprint": given.imprint, "terms": given.terms, "returns": given.returns}
        await self._repository.put_terms({"user_id": seller.id, **texts, "eu": given.eu, "changed_at": now})
        return TermsView(given.imprint, given.terms, given.returns, given.eu)

    async def forget(self, seller: User, now: datetime, *, but_settle: bool) -> None:
        """Keys and terms of who had the account before are not the next one's.

        Where somebody is paying by them (`but_settle`) the keys stay, as those do that were taken back: what is paid is
        the former holder's, and its buyer has the order.
        """
        await self._repository.remove_every_of(seller.id, now, but_settle=but_settle)

    async def forget_former(self, now: datetime) -> None:
        await self._repository.remove_former(now - KEPT_FORMER)
        await self._repository.forget_heard(now - KEPT_HEARD)

    def _checkout_of(self, known: list[StripeKeys]) -> StripeCheckout:
        return StripeCheckout([self._seller_account(keys) for keys in known])

    def _seller_account(self, keys: StripeKeys) -> SellerAccount:
        return SellerAccount(
            id=keys.id,
            stripe=self._stripe.account(self.opened(keys.secret_key)),
            publishable_key=keys.publishable_key,
            countries=tuple(keys.shipping_countries),
            rates=tuple(rates_of(keys)),
            automatic_tax=keys.automatic_tax,
        )

    async def _checked(self, seller: User, publishable_key: str, secret_key: str) -> str | None:
        """Stripe's id of the account, where the key may ask for it."""
        await self._limits.hit(CHECKS, "stripe-keys", seller.hash_id)
        try:
            try:
                account = self._stripe.account(secret_key)
                await account.check()
            except KeyRefused as error:
                raise Unprocessable.field("secret_key", "was refused by Stripe, or may not sell") from error
            if not await self._stripe.is_publishable(publishable_key):
                raise Unprocessable.field("publishable_key", "is not a key that Stripe knows")
            return await account.identify()
        except (StripeDown, StripeRefused) as error:
            raise PaymentsDown from error

    async def _note(self, kind: SecurityEventKind, seller: User, address: str, now: datetime, detail: str) -> None:
        await record(self._db, kind, user_id=seller.id, address=address, now=now, detail=detail)


def _same(known: list[StripeKeys], account: str | None, publishable_key: str) -> StripeKeys | None:
    """The row of this very account; where Stripe does not say which it is, the one with the same key, or in use."""
    if account is not None:
        named = [keys for keys in known if keys.account == account]
        unnamed = [keys for keys in known if keys.account is None and keys.publishable_key == publishable_key]
        return next(iter([*named, *unnamed]), None)
    same = [keys for keys in known if keys.publishable_key == publishable_key or keys.removed_at is None]
    return next(iter(same), None)


def _shipping(given: StripeKeysGiven, current: StripeKeys | None) -> tuple[list[dict[str, str | int]], list[str], bool]:
    """Rates, countries, and whether Stripe reckons the tax; what is not given is that of the keys in use."""
    rates = [] if current is None else current.shipping_rates
    shipped_to = [] if current is None else current.shipping_countries
    automatic_tax = current is not None and current.automatic_tax
    return (
        rates if given.shipping_rates is UNSET else [_rate(rate) for rate in given.shipping_rates],
        shipped_to if given.shipping_countries is UNSET else _shipped_to(given.shipping_countries),
        automatic_tax if given.automatic_tax is UNSET else given.automatic_tax,
    )


def _rate(given: ShippingRateGiven) -> dict[str, str | int]:
    try:
        price = Money.asked(given.price, given.currency)
    except ValueError as error:
        raise Unprocessable.field("shipping_rates", str(error)) from error
    if price.minor < 0:
        raise Unprocessable.field("shipping_rates", "must not be negative")
    return {"name": given.name, "minor": price.minor, "currency": price.currency}


def _shipped_to(given: list[str]) -> list[str]:
    for country in given:
        if country not in countries():
            raise Unprocessable.field("shipping_countries", f"has a country Stripe does not ship to: {country}")
    return sorted(set(given))
