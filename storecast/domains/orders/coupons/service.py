"""The rules of coupons: good for so many uses and no more, given back when nothing comes of an order."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from storecast.domains.accounts.models import User
from storecast.domains.channels.models import Channel
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.coupons.events import CouponPinned, CouponUnpinned
from storecast.domains.orders.coupons.models import Coupon, CouponUse
from storecast.domains.orders.coupons.repository import CouponRepository
from storecast.domains.orders.coupons.schemas import CouponChanges, show_pinned
from storecast.domains.orders.errors import CouponRefused, CouponUnknown
from storecast.kit import currencies, emails
from storecast.kit.clock import in_utc
from storecast.kit.database import Database
from storecast.kit.errors import Conflict, NotFound, TooManyRequests, Unprocessable
from storecast.kit.events import Events
from storecast.kit.money import Amount, Money
from storecast.kit.rate_limits import RateLimits

MOST = 1_000
GUESSES = "30/hour"  # codes that are not known, by one person
GUESSES_OF_NETWORK = "1200/hour"  # by all guests of it


class CouponNotFound(NotFound):
    title = "Coupon not found"


class CodeTaken(Conflict):
    title = "Code taken"

    def __init__(self) -> None:
        super().__init__("Another coupon has this code.")


class TooManyCoupons(Conflict):
    title = "Too many coupons"

    def __init__(self) -> None:
        super().__init__(f"There can be at most {MOST} coupons.")


class CouponService:
    def __init__(self, db: Database, events: Events, limits: RateLimits) -> None:
        self._db = db
        self._limits = limits
        self._repository = CouponRepository(db)
        self._events = events

    async def every_of(self, seller: User) -> list[Coupon]:
        return await self._repository.every_of(seller.id)

    async def find(self, seller_id: int, hash_id: str) -> Coupon:
        """Raises `CouponNotFound`, for other sellers' too."""
        coupon = await self._repository.find(seller_id, hash_id)
        if coupon is None:
            raise CouponNotFound
        return coupon

    async def create(self, data: CouponChanges, seller: User, now: datetime) -> Coupon:
        """Raises `CodeTaken`, `TooManyCoupons`, `Unprocessable`."""
        if await self._repository.count_of(seller.id) >= MOST:
            raise TooManyCoupons
        coupon = Coupon(seller_id=seller.id, used=0, created_at=now)
        _set(coupon, data, seller)
        await self._require_free(coupon)
        self._db.add(coupon)
        await self._write()
        return coupon

    async def update(self, coupon: Coupon, data: CouponChanges, seller: User) -> Coupon:
        """Raises `CodeTaken`; `Unprocessable` for fewer uses than there were."""
        await self._repository.lock(coupon)
        _set(coupon, data, seller)
        await self._require_free(coupon)
        if coupon.uses is not None and coupon.uses < coupon.used:
            raise Unprocessable.field("uses", f"must be at least {coupon.used}: so often it is used")
        await self._write()
        return coupon

    async def delete(self, coupon: Coupon, channels: list[Channel], now: datetime) -> None:
        """`channels` are those it is pinned on."""
        await self._repository.lock(coupon)  # before the rooms, as whoever buys
        for channel in channels:
            await self.unpin(channel, now, coupon)
        coupon.deleted_at = now

    async def pinned_on(self, coupon: Coupon) -> list[int]:
        return await self._repository.pinned_on(coupon.id)

    async def pin(self, channel: Channel, coupon: Coupon, now: datetime) -> None:
        """Viewers may claim it, and no other. Raises `CouponRefused` where it is not good."""
        _require_good(coupon, now)
        await self._repository.pin(channel.id, coupon.id, now)
        await self._events.happened(channel, CouponPinned(show_pinned(coupon)), now)

    async def unpin(self, channel: Channel, now: datetime, coupon: Coupon | None = None) -> None:
        """This one, or whichever is pinned. Safe to repeat."""
        pinned = await self._repository.pinned(channel.id)
        if pinned is None or (coupon is not None and pinned[0].id != coupon.id):
            return
        if await self._repository.unpin(channel.id):
            await self._events.happened(channel, CouponUnpinned(pinned[0].code), now)

    async def pinned(self, channel: Channel, now: datetime) -> Coupon | None:
        """What viewers may claim now, while it is good."""
        pinned = await self._repository.pinned(channel.id)
        if pinned is None:
            return None
        try:
            _require_good(pinned[0], now)
        except CouponRefused:
            return None
        return pinned[0]

    async def quote(
        self, seller_id: int, code: str, subtotal: Money, buyer: Buyer, now: datetime
    ) -> tuple[Coupon, Money]:
        """As `discount`, for who only asks, which is no way to find codes out. Raises `CouponRefused`."""
        bounds = [(GUESSES, "coupon-guess", buyer.subject)]
        if buyer.is_guest:
            bounds.append((GUESSES_OF_NETWORK, "coupon-guesses", buyer.network))
        async with self._limits.in_turn("coupon-guess", buyer.subject):
            try:
                for bound in bounds:
                    await self._limits.check(*bound)
            except TooManyRequests as error:
                raise CouponRefused("cannot be looked up for now: too many were tried") from error
            try:
                return await self.discount(seller_id, code, subtotal, buyer.subject, buyer.email, now)
            except CouponUnknown:
                for bound in bounds:
                    await self._limits.count(*bound)
                raise

    async def discount(
        self, seller_id: int, code: str, subtotal: Money, buyer: str, email: str | None, now: datetime
    ) -> tuple[Coupon, Money]:
        """What a code takes off `subtotal` as things stand. Raises `CouponRefused`."""
        coupon = await self._repository.by_code(seller_id, code.strip())
        if coupon is None:
            raise CouponUnknown("is not known")
        return coupon, await self._good_for(coupon, subtotal, buyer, email, now)

    async def take(
        self, coupon: Coupon, order_id: int, subtotal: Money, buyer: str, email: str | None, now: datetime
    ) -> Money:
        """One use is this order's; what it takes off. Lock the stock first. Raises `CouponRefused`."""
        await self._repository.lock(coupon)
        discount = await self._good_for(coupon, subtotal, buyer, email, now)
        await self._use(coupon, order_id, buyer, email, now)
        return discount

    async def take_late(
        self, order_id: int, seller_id: int, code: str, buyer: str, email: str | None, now: datetime
    ) -> None:
        """Of an order that had given its use back, and is paid after all: one more, where there is one left.

        What it took off stands either way: so much was paid.
        """
        coupon = await self._repository.by_code(seller_id, code)
        if coupon is None:
            return
        await self._repository.lock(coupon)
        if coupon.uses is None or coupon.used < coupon.uses:
            await self._use(coupon, order_id, buyer, email, now)

    async def give_back(self, order_id: int) -> None:
        """Nothing came of the order. Safe to repeat."""
        use = await self._repository.use_of(order_id)
        coupon = None if use is None else await self._repository.by_id(use.coupon_id)
        if coupon is not None:
            await self._repository.lock(coupon)
            if await self._repository.remove_use(order_id):
                await self._repository.count_use(coupon, -1)

    async def differences(self) -> list[tuple[str, int, int]]:
        """Codes whose number of uses is not that of their rows: code, kept, reckoned."""
        return await self._repository.differences()

    async def _use(self, coupon: Coupon, order_id: int, buyer: str, email: str | None, now: datetime) -> None:
        mailbox = None if email is None else emails.mailbox(email)
        use = CouponUse(order_id=order_id, coupon_id=coupon.id, buyer=buyer, email=mailbox, at=now)
        await self._repository.add(use)
        await self._repository.count_use(coupon, 1)

    async def _good_for(self, coupon: Coupon, subtotal: Money, buyer: str, email: str | None, now: datetime) -> Money:
        if coupon.deleted_at is not None:
            raise CouponUnknown("is not known")
        _require_good(coupon, now)
        if coupon.currency is not None and coupon.currency != subtotal.currency:
            raise CouponRefused(f"is for orders in {coupon.currency}")
        if coupon.minimum is not None and subtotal.minor < coupon.minimum:
            least = Money(coupon.minimum, subtotal.currency)
            raise CouponRefused(f"is for orders of at least {least.major} {least.currency}")
        if coupon.uses_per_buyer is not None:
            used = await self._repository.used_by(coupon.id, buyer, email)
            if used >= coupon.uses_per_buyer:
                raise CouponRefused("was used by you as often as it can be")
        return off(coupon, subtotal)

    async def _write(self) -> None:
        try:
            await self._db.flush()
        except IntegrityError as error:  # another got the code at this very moment
            raise CodeTaken from error

    async def _require_free(self, coupon: Coupon) -> None:
        with self._db.no_autoflush:
            other = await self._repository.by_code(coupon.seller_id, coupon.code)
        if other is not None and other is not coupon:
            raise CodeTaken


def off(coupon: Coupon, subtotal: Money) -> Money:
    """What it takes off: never more than there is; halves of the smallest unit are rounded up."""
    if coupon.percent is not None:
        return Money((subtotal.minor * coupon.percent + 50) // 100, subtotal.currency)
    return Money(min(coupon.amount or 0, subtotal.minor), subtotal.currency)


def _require_good(coupon: Coupon, now: datetime) -> None:
    if coupon.starts_at is not None and now < coupon.starts_at:
        raise CouponRefused("is not good yet")
    if coupon.ends_at is not None and now >= coupon.ends_at:
        raise CouponRefused("is not good any more")
    if coupon.uses is not None and coupon.used >= coupon.uses:
        raise CouponRefused("is used up")


def _set(coupon: Coupon, data: CouponChanges, seller: User) -> None:
    if (data.percent is None) == (data.amount is None):
        raise Unprocessable.field("percent", "or amount, and not both, says what the coupon takes off")
    currency = data.currency or seller.currency
    if not currencies.exists(currency):
        raise Unprocessable.field("currency", "is not a currency in use; GET /currencies lists them")
    amount = None if data.amount is None else _asked("amount", data.amount, currency)
    if amount == 0:
        raise Unprocessable.field("amount", "must be more than 0")
    minimum = None if data.minimum is None else _asked("minimum", data.minimum, currency)
    starts_at = None if data.starts_at is None else in_utc("starts_at", data.starts_at)
    ends_at = None if data.ends_at is None else in_utc("ends_at", data.ends_at)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Unprocessable.field("ends_at", "must be after starts_at")
    coupon.code = data.code
    coupon.percent = data.percent
    coupon.amount = amount
    coupon.currency = currency if amount is not None or minimum is not None else None
    coupon.minimum = minimum
    coupon.starts_at = starts_at
    coupon.ends_at = ends_at
    coupon.uses = data.uses
    coupon.uses_per_buyer = data.uses_per_buyer


def _asked(field: str, amount: Amount, currency: str) -> int:
    try:
        minor = Money.asked(amount, currency).minor
    except ValueError as error:
        raise Unprocessable.field(field, str(error)) from error
    if minor < 0:
        raise Unprocessable.field(field, "must not be negative")
    return minor
