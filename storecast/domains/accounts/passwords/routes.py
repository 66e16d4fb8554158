"""Passwords over HTTP, and what else proves or ends a hold on an account."""

from datetime import datetime

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.access import Access, Scope, SignedIn
from storecast.domains.accounts.passwords.schemas import (
    LinkRequest,
    PasswordChange,
    PasswordReset,
    PasswordSet,
    Requested,
)
from storecast.domains.accounts.passwords.service import PasswordService
from storecast.kit.envelope import Data


class PasswordController(Controller):
    path = "/auth"
    tags = ("Accounts",)

    @post("/password/email", operation_id="requestPasswordReset", status_code=200, opt={"scope": Access.PUBLIC})
    async def request_password_reset(
        self,
        data: JSONBody[LinkRequest],
        passwords: NamedDependency[PasswordService],
        locale: NamedDependency[str],
        address: NamedDependency[str],
    ) -> Data[Requested]:
        """Mail a link to choose a new password, if the address has an account. The answer does not tell."""
        await passwords.request_link(data.email, locale, address, sign_up=False)
        return Data(Requested())

    @post("/password/reset", operation_id="resetPassword", status_code=200, opt={"scope": Access.PUBLIC})
    async def reset_password(
        self,
        data: JSONBody[PasswordReset],
        passwords: NamedDependency[PasswordService],
        locale: NamedDependency[str],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> Data[PasswordSet]:
        """Set the password with a mailed link's token, once and within the hour; ends every token of the account.

        The link of `PUT /auth/register` makes the account where there is none.
        """
        await passwords.reset(data, locale, address, now)
        return Data(PasswordSet())

    @post(
        "/password/change-password",
        operation_id="changePassword",
        status_code=200,
        opt={"scope": Access.SIGN_IN},
    )
    async def change_password(
        self,
        data: JSONBody[PasswordChange],
        user: NamedDependency[SignedIn],
        passwords: NamedDependency[PasswordService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> Data[PasswordSet]:
        """Set a new password; ends every other token of the account."""
        await passwords.change(user, data, address, now)
        return Data(PasswordSet())

    @put("/register", operation_id="registerByEmail", status_code=200, opt={"scope": Access.PUBLIC})
    async def register_by_email(
        self,
        data: JSONBody[LinkRequest],
        passwords: NamedDependency[PasswordService],
        locale: NamedDependency[str],
        address: NamedDependency[str],
    ) -> Data[Requested]:
        """Sign up with no more than an address: mails a link to set a password. The answer is the same for all."""
        await passwords.request_link(data.email, locale, address, sign_up=True)
        return Data(Requested())

    @post("/revoke", operation_id="revokeEverything", status_code=204, opt={"scope": Scope.PROFILE})
    async def revoke_everything(
        self,
        user: NamedDependency[SignedIn],
        passwords: NamedDependency[PasswordService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> None:
        """End every token of the account, this one too."""
        await passwords.revoke_everything(user, address, now)


@get(
    "/profile/send-verification",
    operation_id="sendVerification",
    tags=["Accounts"],
    opt={"scope": Scope.PROFILE},
)
async def send_verification(
    user: NamedDependency[SignedIn], passwords: NamedDependency[PasswordService]
) -> Data[Requested]:
    """Mail the link that verifies the caller's address once more; at most once a minute."""
    await passwords.send_verification(user.user)
    return Data(Requested())
