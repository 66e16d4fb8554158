"""Coupons over HTTP."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.orders.coupons.schemas import CouponChanges, CouponView, show_coupon
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class CouponController(Controller):
    path = "/coupons"
    tags = ("Coupons",)
    opt = {"scope": Scope.PRODUCTS}  # noqa: RUF012

    @get("/", operation_id="listCoupons")
    async def list_coupons(self, unit: NamedDependency[Unit]) -> Data[list[CouponView]]:
        """The seller's coupons, newest first."""
        return Data([show_coupon(coupon) for coupon in await unit.coupons.every_of(unit.account)])

    @post("/", operation_id="createCoupon", status_code=200)
    async def create_coupon(self, data: JSONBody[CouponChanges], unit: NamedDependency[Unit]) -> Data[CouponView]:
        """Make a coupon."""
        return Data(show_coupon(await unit.coupons.create(data, unit.account, unit.now)))

    @put("/{coupon_id:str}", operation_id="updateCoupon")
    async def update_coupon(
        self, coupon_id: FromPath[str], data: JSONBody[CouponChanges], unit: NamedDependency[Unit]
    ) -> Data[CouponView]:
        """Change a coupon, whole: what is left out is not set."""
        coupon = await unit.coupons.find(unit.user.id, coupon_id)
        return Data(show_coupon(await unit.coupons.update(coupon, data, unit.account)))

    @delete("/{coupon_id:str}", operation_id="deleteCoupon", status_code=204)
    async def delete_coupon(self, coupon_id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Delete a coupon; orders that used it keep what it took off."""
        coupon = await unit.coupons.find(unit.user.id, coupon_id)
        channels = await unit.channels.by_ids(await unit.coupons.pinned_on(coupon))
        await unit.coupons.delete(coupon, [channels[key] for key in sorted(channels)], unit.now)


class PinnedCouponController(Controller):
    path = "/events/{channel_ref:str}/coupons"
    tags = ("Coupons",)
    opt = {"scope": Scope.PRODUCTS, "may": Act.RUN_SHOW}  # noqa: RUF012

    @post("/{coupon_id:str}/pin", operation_id="pinCoupon", status_code=200)
    async def pin_coupon(
        self, coupon_id: FromPath[str], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[CouponView]:
        """Let viewers claim a coupon of the channel's owner, and no other, at once."""
        coupon = await unit.coupons.find(seat.owner.id, coupon_id)
        await unit.coupons.pin(seat.channel, coupon, unit.now)
        return Data(show_coupon(coupon))

    @delete("/{coupon_id:str}/pin", operation_id="unpinCoupon", status_code=200)
    async def unpin_coupon(
        self, coupon_id: FromPath[str], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[CouponView]:
        """Take it back, for all viewers at once. Safe to repeat."""
        coupon = await unit.coupons.find(seat.owner.id, coupon_id)
        await unit.coupons.unpin(seat.channel, unit.now, coupon)
        return Data(show_coupon(coupon))
