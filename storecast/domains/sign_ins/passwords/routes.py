"""Passwords over HTTP, and what else proves or ends a hold on an account."""

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope, Unscoped
from storecast.domains.sign_ins.passwords.schemas import (
    LinkRequest,
    PasswordChange,
    PasswordReset,
    PasswordSet,
    Requested,
)
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class PasswordController(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post("/password/email", operation_id="requestPasswordReset", status_code=200, opt={"scope": Unscoped.PUBLIC})
    async def request_password_reset(self, data: JSONBody[LinkRequest], unit: NamedDependency[Unit]) -> Data[Requested]:
        """Mail a link to choose a new password, if the address has an account. The answer does not tell."""
        await unit.passwords.request_link(data.email, unit.locale, unit.address, sign_up=False)
        return Data(Requested())

    @post("/password/reset", operation_id="resetPassword", status_code=200, opt={"scope": Unscoped.PUBLIC})
    async def reset_password(self, data: JSONBody[PasswordReset], unit: NamedDependency[Unit]) -> Data[PasswordSet]:
        """Set the password with a mailed link's token, once and within the hour; ends every token of the account.

        The link of `PUT /auth/register` makes the account where there is none.
        """
        await unit.passwords.reset(data, unit.newcomer, unit.address, unit.now)
        return Data(PasswordSet())

    @post(
        "/password/change-password",
        operation_id="changePassword",
        status_code=200,
        opt={"scope": Unscoped.SIGN_IN},
    )
    async def change_password(self, data: JSONBody[PasswordChange], unit: NamedDependency[Unit]) -> Data[PasswordSet]:
        """Set a new password; ends every other token of the account."""
        await unit.passwords.change(unit.user, data, unit.address, unit.now)
        return Data(PasswordSet())

    @put("/register", operation_id="registerByEmail", status_code=200, opt={"scope": Unscoped.PUBLIC})
    async def register_by_email(self, data: JSONBody[LinkRequest], unit: NamedDependency[Unit]) -> Data[Requested]:
        """Sign up with no more than an address: mails a link to set a password. The answer is the same for all."""
        await unit.passwords.request_link(data.email, unit.locale, unit.address, sign_up=True)
        return Data(Requested())

    @post("/revoke", operation_id="revokeEverything", status_code=204, opt={"scope": Scope.PROFILE})
    async def revoke_everything(self, unit: NamedDependency[Unit]) -> None:
        """End every token of the account, this one too."""
        await unit.passwords.revoke_everything(unit.user, unit.address, unit.now)


@get(
    "/profile/send-verification",
    operation_id="sendVerification",
    tags=["Accounts"],
    opt={"scope": Scope.PROFILE},
)
async def send_verification(unit: NamedDependency[Unit]) -> Data[Requested]:
    """Mail the link that verifies the caller's address once more; at most once a minute."""
    await unit.passwords.send_verification(unit.account)
    return Data(Requested())
