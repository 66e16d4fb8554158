"""What a room hears of coupons."""

from storecast.contracts.bus import Kind
from storecast.domains.orders.coupons.schemas import PinnedCouponView
from storecast.kit.events import EVERYBODY, RoomEvent


class CouponPinned(RoomEvent, name="coupon.pinned", to=EVERYBODY, stale=(Kind.DETAILS,)):
    """Viewers may claim it now."""

    coupon: PinnedCouponView


class CouponUnpinned(RoomEvent, name="coupon.unpinned", to=EVERYBODY, stale=(Kind.DETAILS,)):
    code: str
