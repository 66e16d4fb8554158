"""The static API token over HTTP."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.api_tokens.schemas import ApiTokenRequest
from storecast.domains.accounts.callers import Scope, Unscoped
from storecast.kit.envelope import Data
from storecast.resources.api_token import ApiTokenResource, show_api_token
from storecast.wiring.unit import Unit


class ApiTokenController(Controller):
    path = "/api-token"
    tags = ("Accounts",)

    @get("/", operation_id="showApiToken", opt={"scope": Scope.PROFILE})
    async def show_api_token(self, unit: NamedDependency[Unit]) -> Data[ApiTokenResource]:
        """The account's static API token, masked, and what it reaches; empty where there is none."""
        return Data(await show_api_token(unit, unit.account, await unit.api_tokens.current(unit.account, unit.now)))

    @post("/new", operation_id="rotateApiToken", status_code=200, opt={"scope": Unscoped.SIGN_IN})
    async def rotate_api_token(
        self, unit: NamedDependency[Unit], data: JSONBody[ApiTokenRequest | None] = None
    ) -> Data[ApiTokenResource]:
        """Make the account's static API token anew. `token` shows it whole, this once."""
        token = await unit.api_tokens.rotate(unit.user, unit.device, unit.now)
        return Data(await show_api_token(unit, unit.account, token))
