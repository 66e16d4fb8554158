"""Which plan an account is on, and whether one more of something still fits."""

from storecast.domains.accounts.models import User
from storecast.domains.billing.access import Limit
from storecast.domains.billing.catalogue import Catalogue, Plan
from storecast.kit.errors import PaymentRequired

# What clients see as the bound where there is none: they compare numbers, and none of them may read as used up.
UNBOUNDED = 1_000_000

_REFUSALS = {
    Limit.CHANNELS: "Your plan allows no more channels.",
    Limit.PRODUCTS: "Your plan allows no more products.",
    Limit.MINUTES: "Your plan has no streaming minutes left this month.",
}


class PlanService:
    def __init__(self, catalogue: Catalogue, *, enforced: bool) -> None:
        self._catalogue = catalogue
        self.enforced = enforced

    def plan_of(self, user: User) -> Plan:
        """Every account is on the default plan until plans can be bought."""
        return self._catalogue.default

    def position(self, plan: Plan) -> int:
        """The plan's place in the catalogue, from 1."""
        return self._catalogue.plans.index(plan) + 1

    def bound(self, user: User, limit: Limit) -> int:
        """The most of `limit` this account may use; `UNBOUNDED` where plans are not enforced."""
        most = self.plan_of(user).limit(limit) if self.enforced else None
        return UNBOUNDED if most is None else most

    def allows(self, user: User, limit: Limit, used: int) -> bool:
        return used < self.bound(user, limit)

    def require(self, user: User, limit: Limit, used: int) -> None:
        """Raises `PaymentRequired` when `used` leaves no room for one more."""
        if not self.allows(user, limit, used):
            raise PaymentRequired(_REFUSALS[limit])
