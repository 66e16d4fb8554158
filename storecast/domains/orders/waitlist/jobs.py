"""What is done about the waitlist later."""

from storecast.kit.jobs import Job


class OfferStock(Job, frozen=True):
    """There may be some of a product again: whoever waits first is offered it."""

    name = "orders.offer_stock"
    queue = "orders"

    channel_id: int
    product_id: int


class EndOffer(Job, frozen=True):
    """An offer's time is over."""

    name = "orders.end_offer"
    queue = "orders"

    place_id: int
