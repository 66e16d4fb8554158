"""What is done about orders later."""

from storecast.kit.jobs import Job


class ExpireCheckout(Job, frozen=True):
    """A checkout's time is over: ask what became of it, and let its stock go if nothing did."""

    name = "orders.expire_checkout"
    queue = "orders"

    order_id: int


class GiveBack(Job, frozen=True):
    """Have the provider give a refund's money back."""

    name = "orders.give_back"
    queue = "orders"

    refund_id: int
