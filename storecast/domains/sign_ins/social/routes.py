"""Signing in by another provider's word, over HTTP."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.accounts.tokens import TokenPair
from storecast.domains.sign_ins.second_factors.errors import SignInRefusal
from storecast.domains.sign_ins.social.schemas import SocialCredentials, SocialProvider
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class SocialController(Controller):
    path = "/auth/login/social"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.PUBLIC, "errors": SignInRefusal}  # noqa: RUF012

    @get("/", operation_id="listSocialProviders")
    async def list_social_providers(self, unit: NamedDependency[Unit]) -> Data[list[SocialProvider]]:
        """The providers that people can sign in by."""
        return Data(unit.social.providers())

    @post("/", operation_id="loginSocial", status_code=200)
    async def login_social(self, data: JSONBody[SocialCredentials], unit: NamedDependency[Unit]) -> TokenPair:
        """Sign in with what Google, Apple, Facebook or Shopify gave the client; an account is made on the first time.

        An account with a second factor asks for it as on `/auth/login`.
        """
        return await unit.social.sign_in(data, unit.newcomer, unit.device, unit.now)
