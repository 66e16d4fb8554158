"""Plans over HTTP."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.billing.schemas import Allowance, AllowanceRequest
from storecast.wiring.unit import Unit


@post("/profile/can", operation_id="can", status_code=200, tags=["Plans"], opt={"scope": Scope.PROFILE})
async def can(data: JSONBody[AllowanceRequest], unit: NamedDependency[Unit]) -> Allowance:
    """Whether the caller's plan has room for one more channel or product."""
    use = await unit.plans.use(unit.account, data.can.limit, unit.now)
    return Allowance(use.fits, use.granted, use.used)
