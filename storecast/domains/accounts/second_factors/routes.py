"""Second factors over HTTP. Who changes them proves anew who they are."""

from datetime import datetime

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.access import Access, Device, SignedIn
from storecast.domains.accounts.second_factors.passkeys import PasskeyService
from storecast.domains.accounts.second_factors.schemas import (
    Confirmation,
    PasskeyAdded,
    PasskeyOptions,
    PasskeyRegistration,
    PasskeyRenaming,
    PasskeyView,
    Proof,
    RecoveryCodes,
    SecondFactorsView,
    TotpEnrolment,
)
from storecast.domains.accounts.second_factors.service import SecondFactorService
from storecast.kit.envelope import Data


class SecondFactorController(Controller):
    path = "/profile/second-factors"
    tags = ("Accounts",)
    opt = {"scope": Access.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="showSecondFactors")
    async def show_second_factors(
        self, user: NamedDependency[SignedIn], factors: NamedDependency[SecondFactorService]
    ) -> Data[SecondFactorsView]:
        """What signing in to the caller's account takes."""
        return Data(await factors.show(user.user))

    @post("/totp", operation_id="beginTotp", status_code=200)
    async def begin_totp(
        self,
        data: JSONBody[Proof],
        user: NamedDependency[SignedIn],
        factors: NamedDependency[SecondFactorService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> Data[TotpEnrolment]:
        """A new secret for an authenticator app; it counts once a code confirms it."""
        return Data(await factors.begin_totp(user, data, device, now))

    @post("/totp/confirm", operation_id="confirmTotp", status_code=200)
    async def confirm_totp(
        self,
        data: JSONBody[Confirmation],
        user: NamedDependency[SignedIn],
        factors: NamedDependency[SecondFactorService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> Data[RecoveryCodes]:
        """Confirm the authenticator app with the code it shows; from now on signing in asks for one."""
        return Data(await factors.confirm_totp(user, data.code, device, now))

    @post("/totp/remove", operation_id="removeTotp", status_code=204)
    async def remove_totp(
        self,
        data: JSONBody[Proof],
        user: NamedDependency[SignedIn],
        factors: NamedDependency[SecondFactorService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> None:
        """Remove the authenticator app."""
        await factors.remove_totp(user, data, device, now)

    @post("/recovery-codes", operation_id="renewRecoveryCodes", status_code=200)
    async def renew_recovery_codes(
        self,
        data: JSONBody[Proof],
        user: NamedDependency[SignedIn],
        factors: NamedDependency[SecondFactorService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> Data[RecoveryCodes]:
        """Ten new recovery codes; the old ones end."""
        return Data(await factors.renew_recovery_codes(user, data, device, now))


class PasskeyController(Controller):
    path = "/profile/passkeys"
    tags = ("Accounts",)
    opt = {"scope": Access.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="listPasskeys")
    async def list_passkeys(
        self, user: NamedDependency[SignedIn], passkeys: NamedDependency[PasskeyService]
    ) -> Data[list[PasskeyView]]:
        """The caller's passkeys, the oldest first; at most 20."""
        return Data(await passkeys.list(user))

    @post("/options", operation_id="beginPasskey", status_code=200)
    async def begin_passkey(
        self,
        data: JSONBody[Proof],
        user: NamedDependency[SignedIn],
        passkeys: NamedDependency[PasskeyService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> Data[PasskeyOptions]:
        """What `navigator.credentials.create` needs to make a passkey."""
        return Data(await passkeys.begin(user, data, device, now))

    @post("/", operation_id="addPasskey", status_code=200)
    async def add_passkey(
        self,
        data: JSONBody[PasskeyRegistration],
        user: NamedDependency[SignedIn],
        passkeys: NamedDependency[PasskeyService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> Data[PasskeyAdded]:
        """Keep the passkey the browser made."""
        return Data(await passkeys.add(user, data, device, now))

    @put("/{id:str}", operation_id="renamePasskey")
    async def rename_passkey(
        self,
        id: FromPath[str],
        data: JSONBody[PasskeyRenaming],
        user: NamedDependency[SignedIn],
        passkeys: NamedDependency[PasskeyService],
    ) -> Data[PasskeyView]:
        """Give a passkey another name."""
        return Data(await passkeys.rename(user, id, data.name))

    @post("/{id:str}/remove", operation_id="removePasskey", status_code=204)
    async def remove_passkey(
        self,
        id: FromPath[str],
        data: JSONBody[Proof],
        user: NamedDependency[SignedIn],
        passkeys: NamedDependency[PasskeyService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> None:
        """Remove a passkey."""
        await passkeys.remove(user, id, data, device, now)
