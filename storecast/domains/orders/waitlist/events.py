"""What a room hears of the waitlist."""

from storecast.kit.events import ONE_PERSON, RoomEvent


class WaitlistOffered(RoomEvent, name="waitlist.offered", to=ONE_PERSON):
    """A piece is held for this viewer, until then (ISO 8601)."""

    product_id: int
    variant_id: int | None
    name: str
    until: str
