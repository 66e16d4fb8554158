"""What a person bought and sold: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import AccountHandedOver, DataCollected, LeavingBegun, PersonErased
from storecast.domains.orders.carts.repository import CartRepository
from storecast.domains.orders.coupons.repository import CouponRepository
from storecast.domains.orders.jobs import ExpireCheckout
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.orders.waitlist.repository import WaitlistRepository
from storecast.kit.bus import Occasion
from storecast.kit.ids import public_id
from storecast.kit.jobs import defer

INSIDE = ("asked", "client_secret", "publishable_key", "checkout_url", "reference", "payment", "cart_id", "network")


async def collect(event: DataCollected, at: Occasion) -> None:
    orders, subject = OrderRepository(at.db), f"user:{event.user.hash_id}"
    bought, sold = await orders.every_of_buyer(subject), await orders.every_of_seller(event.user.id)
    event.archive.add("purchases", bought, without=INSIDE)
    event.archive.add("orders", sold, without=INSIDE)
    ids = [order.id for order in (*bought, *sold)]
    event.archive.add("order_items", [item for items in (await orders.items_of(ids)).values() for item in items])
    event.archive.add("order_steps", [step for steps in (await orders.steps_of(ids)).values() for step in steps])
    event.archive.add(
        "refunds",
        [refund for refunds in (await orders.refunds_of(ids)).values() for refund in refunds],
        without=("key", "reference"),
    )
    # What led to what they bought. What led their buyers to them tells of others.
    event.archive.add("order_evidence", (await orders.evidence_of([order.id for order in bought])).values())
    event.archive.add("coupon_uses", await CouponRepository(at.db).uses_of(subject))
    event.archive.add("carts", await CartRepository(at.db).of_subject(subject))
    event.archive.add("cart_items", await CartRepository(at.db).items_of_subject(subject))
    event.archive.add("waitlist", await WaitlistRepository(at.db).of_subject(subject))
    event.archive.add("coupons", await CouponRepository(at.db).every_of(event.user.id))


async def end(event: LeavingBegun, at: Occasion) -> None:
    """Nobody is to pay a seller who is about to be gone: while their keys are there, the provider is told."""
    for order_id in await OrderRepository(at.db).pending_with(event.user.id):
        await defer(at.db, ExpireCheckout(order_id))


async def erase(event: PersonErased, at: Occasion) -> None:
    """Sellers must keep what was sold, so their orders keep who bought; what came to nothing does not."""
    subject = f"user:{event.user.hash_id}"
    await CartRepository(at.db).erase(subject)
    await WaitlistRepository(at.db).erase(subject)
    await OrderRepository(at.db).forget_buyer(subject)


async def hand_over(event: AccountHandedOver, at: Occasion) -> None:
    """Whoever made the account leaves no cart behind, and waits for nothing. What they bought is nobody's to see."""
    subject, nobody = f"user:{event.user.hash_id}", f"guest:{public_id()}"
    await OrderRepository(at.db).replace_buyer(subject, nobody)
    await CouponRepository(at.db).replace_buyer(subject, nobody)
    await CartRepository(at.db).erase(subject)
    await WaitlistRepository(at.db).erase(subject)
