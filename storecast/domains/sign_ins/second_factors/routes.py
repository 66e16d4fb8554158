"""Second factors over HTTP. Who changes them proves anew who they are."""

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.sign_ins.second_factors.proof import Proof
from storecast.domains.sign_ins.second_factors.schemas import (
    Confirmation,
    PasskeyAdded,
    PasskeyOptions,
    PasskeyRegistration,
    PasskeyRenaming,
    PasskeyView,
    RecoveryCodes,
    SecondFactorsView,
    TotpEnrolment,
)
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class SecondFactorController(Controller):
    path = "/profile/second-factors"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="showSecondFactors")
    async def show_second_factors(self, unit: NamedDependency[Unit]) -> Data[SecondFactorsView]:
        """What signing in to the caller's account takes."""
        return Data(await unit.factors.show(unit.account))

    @post("/totp", operation_id="beginTotp", status_code=200)
    async def begin_totp(self, data: JSONBody[Proof], unit: NamedDependency[Unit]) -> Data[TotpEnrolment]:
        """A new secret for an authenticator app; it counts once a code confirms it."""
        return Data(await unit.factors.begin_totp(unit.user, data, unit.device, unit.now))

    @post("/totp/confirm", operation_id="confirmTotp", status_code=200)
    async def confirm_totp(self, data: JSONBody[Confirmation], unit: NamedDependency[Unit]) -> Data[RecoveryCodes]:
        """Confirm the authenticator app with the code it shows; from now on signing in asks for one."""
        return Data(await unit.factors.confirm_totp(unit.user, data.code, unit.device, unit.now))

    @post("/totp/remove", operation_id="removeTotp", status_code=204)
    async def remove_totp(self, data: JSONBody[Proof], unit: NamedDependency[Unit]) -> None:
        """Remove the authenticator app."""
        await unit.factors.remove_totp(unit.user, data, unit.device, unit.now)

    @post("/recovery-codes", operation_id="renewRecoveryCodes", status_code=200)
    async def renew_recovery_codes(self, data: JSONBody[Proof], unit: NamedDependency[Unit]) -> Data[RecoveryCodes]:
        """Ten new recovery codes; the old ones end."""
        return Data(await unit.factors.renew_recovery_codes(unit.user, data, unit.device, unit.now))


class PasskeyController(Controller):
    path = "/profile/passkeys"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="listPasskeys")
    async def list_passkeys(self, unit: NamedDependency[Unit]) -> Data[list[PasskeyView]]:
        """The caller's passkeys, the oldest first; at most 20."""
        return Data(await unit.passkeys.list(unit.user))

    @post("/options", operation_id="beginPasskey", status_code=200)
    async def begin_passkey(self, data: JSONBody[Proof], unit: NamedDependency[Unit]) -> Data[PasskeyOptions]:
        """What `navigator.credentials.create` needs to make a passkey."""
        return Data(await unit.passkeys.begin(unit.user, data, unit.device, unit.now))

    @post("/", operation_id="addPasskey", status_code=200)
    async def add_passkey(self, data: JSONBody[PasskeyRegistration], unit: NamedDependency[Unit]) -> Data[PasskeyAdded]:
        """Keep the passkey the browser made."""
        return Data(await unit.passkeys.add(unit.user, data, unit.device, unit.now))

    @put("/{id:str}", operation_id="renamePasskey")
    async def rename_passkey(
        self, id: FromPath[str], data: JSONBody[PasskeyRenaming], unit: NamedDependency[Unit]
    ) -> Data[PasskeyView]:
        """Give a passkey another name."""
        return Data(await unit.passkeys.rename(unit.user, id, data.name))

    @post("/{id:str}/remove", operation_id="removePasskey", status_code=204)
    async def remove_passkey(self, id: FromPath[str], data: JSONBody[Proof], unit: NamedDependency[Unit]) -> None:
        """Remove a passkey."""
        await unit.passkeys.remove(unit.user, id, data, unit.device, unit.now)
