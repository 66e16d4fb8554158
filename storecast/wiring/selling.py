"""One transaction's services of what is sold, and what the orders need of domains beside them and above them."""

from datetime import UTC, datetime

from storecast.domains.audience.evidence import Seen, view_of
from storecast.domains.media import pieces
from storecast.domains.media.models import Media, MediaVersion, VersionState
from storecast.domains.media.repository import MediaRepository
from storecast.domains.orders.carts.service import CartService
from storecast.domains.orders.checkout.service import CheckoutService
from storecast.domains.orders.checkout.settlement import Settlement
from storecast.domains.orders.coupons.service import CouponService
from storecast.domains.orders.evidence import EvidenceService, Watched
from storecast.domains.orders.journal import Journal
from storecast.domains.orders.mails import OrderMails
from storecast.domains.orders.payments.hearing import StripeHearing
from storecast.domains.orders.payments.service import PaymentService
from storecast.domains.orders.refunds import RefundService
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.orders.sales.service import SalesService
from storecast.domains.orders.service import OrderService
from storecast.domains.orders.shops.service import ShopOrderService
from storecast.domains.orders.waitlist.service import WaitlistService
from storecast.domains.products.articles import ArticleService
from storecast.kit.database import Database
from storecast.kit.lazy import cached_property
from storecast.wiring.services import Services


class Watching:
    async def watched(self, db: Database, channel_id: int, view_hash: str, now: datetime) -> Watched | None:
        view = await view_of(db, channel_id, view_hash, now)
        if view is None:
            return None
        if view.media_id is None:
            return Watched(view.began_at, view.seen_at)
        media = await db.get(Media, view.media_id)
        version = (await MediaRepository(db).versions([view.media_id]))[view.media_id].get(VersionState.CURRENT)
        shown = _shown(version, view) if version is not None else None
        return Watched(view.began_at, view.seen_at, media.hash_id if media is not None else None, view.media_at, shown)


def _shown(version: MediaVersion, view: Seen) -> tuple[datetime, datetime] | None:
    """When in the show what was seen of the video was: as if it had been watched without a leap."""
    if view.media_at is None:
        return None
    duration = version.duration or 0.0
    first = max(0.0, view.media_at - (view.seen_at - view.began_at).total_seconds())
    moments = [pieces.wall(version.pieces, duration, second) for second in (first, view.media_at)]
    since, until = (None if each is None else datetime.fromtimestamp(each, UTC) for each in moments)
    return None if since is None or until is None else (since, until)


class Selling(Services):
    """Carts, orders and payments; on top of the services they need."""

    @cached_property
    def articles(self) -> ArticleService:
        return ArticleService(self.db)

    @cached_property
    def carts(self) -> CartService:
        return CartService(self.db, self.articles, self.stock, lambda: self.waitlist, self.limits)

    @cached_property
    def waitlist(self) -> WaitlistService:
        parts = (self.articles, self.stock, self.channels, self.accounts, self.events, self.limits)
        return WaitlistService(self.db, self.settings, *parts)

    @cached_property
    def coupons(self) -> CouponService:
        return CouponService(self.db, self.events, self.limits)

    @cached_property
    def payments(self) -> PaymentService:
        return PaymentService(self.db, self.process.stripe, self.process.seal, self.limits)

    @cached_property
    def stripe_hearing(self) -> StripeHearing:
        return StripeHearing(self.db, self.payments, self.checkout, self.refunds)

    @cached_property
    def order_mails(self) -> OrderMails:
        return OrderMails(self.db, self.settings, self.process.orders_secret, self.limits)

    @cached_property
    def journal(self) -> Journal:
        return Journal(OrderRepository(self.db), self.channels, self.accounts, self.events, self.order_mails)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(self.db, self.stock, self.coupons, self.journal)

    @cached_property
    def checkout(self) -> CheckoutService:
        parts = (self.articles, self.stock, self.coupons, self.payments, self.evidence, self.journal, self.settlement)
        return CheckoutService(self.db, *parts, self.limits, self.urls)

    @cached_property
    def evidence(self) -> EvidenceService:
        return EvidenceService(self.db, self.streams, Watching())

    @cached_property
    def shop_orders(self) -> ShopOrderService:
        parts = (self.articles, self.stock, self.evidence, self.journal, self.refunds)
        return ShopOrderService(self.db, self.access, *parts)

    @cached_property
    def orders(self) -> OrderService:
        return OrderService(self.db, self.stock, self.checkout, self.journal)

    @cached_property
    def sales(self) -> SalesService:
        return SalesService(self.db, self.stock)

    @cached_property
    def refunds(self) -> RefundService:
        return RefundService(self.db, self.stock, self.payments, self.journal)
