"""What plans take and answer."""

from enum import StrEnum

from msgspec import Struct

from storecast.domains.billing.limits import Limit


class PlanAct(StrEnum):
    ADD_PRODUCTS = "add_products"
    ADD_CHANNELS = "add_channels"

    @property
    def limit(self) -> Limit:
        return Limit.PRODUCTS if self is PlanAct.ADD_PRODUCTS else Limit.CHANNELS


class AllowanceRequest(Struct):
    can: PlanAct
    """What is to be added."""


class Allowance(Struct):
    """Whether one more fits, and how many are `used` of the plan's `limit`."""

    can: bool
    """Whether one more fits."""
    limit: int
    """The plan's."""
    used: int
    """How many there are."""
