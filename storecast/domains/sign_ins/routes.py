"""Signing in over HTTP."""

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.accounts.schemas import Credentials
from storecast.domains.accounts.tokens import TokenPair
from storecast.domains.sign_ins.second_factors.errors import SignInRefusal
from storecast.domains.sign_ins.second_factors.schemas import (
    PasskeyOptions,
    PasskeySignIn,
    SecondStep,
    SignInOptionsRequest,
)
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class SignInController(Controller):
    path = "/auth"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.PUBLIC, "errors": SignInRefusal}  # noqa: RUF012

    @post("/login", operation_id="login", status_code=200)
    async def login(self, data: JSONBody[Credentials], unit: NamedDependency[Unit]) -> TokenPair:
        """Sign in with email and password, and with a code where the account has a second factor.

        Without a code such an account answers 401 with `error.second_factor`: log in again with `code`, or go on
        with its ticket at `/auth/login/second-factor` or `/auth/passkeys`.
        """
        return await unit.sign_ins.login(data.email, data.password, data.code, unit.device, unit.now)

    @post("/login/second-factor", operation_id="loginSecondFactor", status_code=200)
    async def login_second_factor(self, data: JSONBody[SecondStep], unit: NamedDependency[Unit]) -> TokenPair:
        """Finish a sign-in with the ticket it gave and a code."""
        return await unit.sign_ins.go_on(data.ticket, data.code, unit.device, unit.now)

    @post("/passkeys/options", operation_id="beginPasskeyLogin", status_code=200)
    async def begin_passkey_login(
        self, data: JSONBody[SignInOptionsRequest], unit: NamedDependency[Unit]
    ) -> Data[PasskeyOptions]:
        """What `navigator.credentials.get` needs to sign in with a passkey, alone or as the second factor."""
        return Data(await unit.sign_ins.passkey_options(data.ticket, unit.device, unit.now))

    @post("/passkeys", operation_id="loginWithPasskey", status_code=200)
    async def login_with_passkey(self, data: JSONBody[PasskeySignIn], unit: NamedDependency[Unit]) -> TokenPair:
        """Sign in with what the passkey answered."""
        return await unit.sign_ins.login_with_passkey(data, unit.device, unit.now)
