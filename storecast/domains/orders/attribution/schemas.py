"""What a report of attribution answers."""

from msgspec import Struct


class RuleView(Struct):
    days: int
    """The view that led to an order was watched at most so many days before it."""
    seconds: int
    """And had been watched at least so long."""


class ShareView(Struct):
    event: str | None
    """The channel's id; null of what no show is put down for."""
    session: str | None
    """The show; null where there was none on."""
    currency: str
    """Of `revenue`; an ISO 4217 code."""
    orders: int
    """How many orders."""
    revenue: float | int
    """What they came to, less what was given back."""
    buyers: int
    """How many people."""


class AttributionReport(Struct):
    rule: RuleView
    """By which rule it was reckoned."""
    shares: list[ShareView]
    """By show and currency, the most orders first; at the end what the rule puts down to none."""
