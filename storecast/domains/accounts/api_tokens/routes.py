"""The static API token over HTTP."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.access import Access, Device, Scope, SignedIn
from storecast.domains.accounts.api_tokens.schemas import ApiTokenRequest
from storecast.domains.accounts.api_tokens.service import ApiTokenService
from storecast.kit.envelope import Data
from storecast.resources.api_token import ApiTokenResource, ApiTokenResources


class ApiTokenController(Controller):
    path = "/api-token"
    tags = ("Accounts",)

    @get("/", operation_id="showApiToken", opt={"scope": Scope.PROFILE})
    async def show_api_token(
        self,
        user: NamedDependency[SignedIn],
        api_tokens: NamedDependency[ApiTokenService],
        api_token_resources: NamedDependency[ApiTokenResources],
        now: NamedDependency[datetime],
    ) -> Data[ApiTokenResource]:
        """The account's static API token, masked, and what it reaches; empty where there is none."""
        return Data(await api_token_resources.one(user.user, await api_tokens.current(user.user, now)))

    @post("/new", operation_id="rotateApiToken", status_code=200, opt={"scope": Access.SIGN_IN})
    async def rotate_api_token(
        self,
        user: NamedDependency[SignedIn],
        api_tokens: NamedDependency[ApiTokenService],
        api_token_resources: NamedDependency[ApiTokenResources],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
        data: JSONBody[ApiTokenRequest | None] = None,
    ) -> Data[ApiTokenResource]:
        """Make the account's static API token anew. `token` shows it whole, this once."""
        return Data(await api_token_resources.one(user.user, await api_tokens.rotate(user, device, now)))
