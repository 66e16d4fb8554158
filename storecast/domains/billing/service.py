"""Which plan an account is on, and whether one more of something still fits. One call is part of a transaction."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import text

from storecast.domains.accounts.models import User
from storecast.domains.billing.catalogue import Catalogue, Plan
from storecast.domains.billing.limits import Limit
from storecast.kit.database import Database
from storecast.kit.errors import PaymentRequired

# What clients see as the bound where there is none: they compare numbers, and none of them may read as used up.
UNBOUNDED = 1_000_000

MEDIA_VALIDITY = "mediaValidity"  # the feature that says how many months videos are kept

Counter = Callable[[Database, Collection[int], datetime], Awaitable[Mapping[int, int]]]
"""How much each of these accounts uses, now, of what a limit bounds; accounts that use none may be left out."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext(:limit), CAST(:owner AS integer))")
_REFUSALS = {
    Limit.CHANNELS: "Your plan allows no more channels.",
    Limit.PRODUCTS: "Your plan allows no more products.",
    Limit.MINUTES: "Your plan has no streaming minutes left this month.",
}


class Use(Struct, frozen=True):
    """`used` of the `granted`, which is `UNBOUNDED` where nothing bounds it."""

    granted: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.granted - self.used)

    @property
    def fits(self) -> bool:
        """Whether there is room for one more."""
        return self.used < self.granted


class PlanService:
    """`counters` come from the domains that have what is counted."""

    def __init__(
        self, db: Database, catalogue: Catalogue, counters: Mapping[Limit, Counter], *, enforced: bool
    ) -> None:
        self._db = db
        self._catalogue = catalogue
        self._counters = counters
        self._enforced = enforced

    async def of(self, owners: Collection[User]) -> dict[int, Plan]:
        """Each account's plan, by its id. Every account is on the default plan until plans can be bought."""
        return {owner.id: self._catalogue.default for owner in owners}

    async def media_kept(self, owners: Collection[User]) -> dict[int, int]:
        """For how many months the videos of each account are kept; those that are kept for good are left out."""
        if not self._enforced:
            return {}
        features = {owner_id: plan.value(MEDIA_VALIDITY) for owner_id, plan in (await self.of(owners)).items()}
        return {owner_id: months for owner_id, months in features.items() if months is not None}

    def position(self, plan: Plan) -> int:
        """The plan's place in the catalogue, from 1."""
        return self._catalogue.plans.index(plan) + 1

    async def take(self, owner: User, limit: Limit, now: datetime, *, more: int = 1) -> None:
        """Make sure that so many more fit, and lock out who else would add one until this transaction ends.

        Raises `PaymentRequired`.
        """
        await self.lock(owner.id, limit)
        if (await self.left([owner], limit, now))[owner.id] < more:
            raise PaymentRequired(_REFUSALS[limit])

    async def lock(self, owner_id: int, limit: Limit) -> None:
        """Let one transaction at a time change how much this account uses."""
        await self._db.execute(_LOCK, {"limit": limit.value, "owner": owner_id % 2**31})

    async def left(self, owners: Collection[User], limit: Limit, now: datetime) -> dict[int, int]:
        """How much each account may still use; nothing is counted where nothing is bounded."""
        bounds = {owner_id: self._bound(plan, limit) for owner_id, plan in (await self.of(owners)).items()}
        bounded = [owner_id for owner_id, bound in bounds.items() if bound != UNBOUNDED]
        used = await self._counters[limit](self._db, bounded, now) if bounded else {}
        return {owner_id: max(0, bound - used.get(owner_id, 0)) for owner_id, bound in bounds.items()}

    async def use(self, owner: User, limit: Limit, now: datetime) -> Use:
        """How much an account uses of what it is granted."""
        plan = (await self.of([owner]))[owner.id]
        used = await self._counters[limit](self._db, [owner.id], now)
        return Use(self._bound(plan, limit), used.get(owner.id, 0))

    def _bound(self, plan: Plan, limit: Limit) -> int:
        most = plan.limit(limit) if self._enforced else None
        return UNBOUNDED if most is None else most
