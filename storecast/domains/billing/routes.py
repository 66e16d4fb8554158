"""Plans over HTTP."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.access import Scope, SignedIn
from storecast.domains.billing.schemas import Allowance, AllowanceRequest
from storecast.resources.user import UserResources


@post("/profile/can", operation_id="can", status_code=200, tags=["Plans"], opt={"scope": Scope.PROFILE})
async def can(
    data: JSONBody[AllowanceRequest],
    user: NamedDependency[SignedIn],
    user_resources: NamedDependency[UserResources],
) -> Allowance:
    """Whether the caller's plan has room for one more channel or product."""
    return await user_resources.allowance(user.user, data.can.limit)
