from datetime import datetime

from msgspec import Struct


class Pinned(Struct, frozen=True):
    """That a product was pinned, and from when until when."""

    product_id: int
    name: str
    size: str
    since: datetime
    until: datetime
