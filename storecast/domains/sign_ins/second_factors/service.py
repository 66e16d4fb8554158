"""The rules of authenticator apps, recovery codes and of proving who asks. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Caller, Device, Need, Scope, SignedIn
from storecast.domains.accounts.models import Grant, User
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.sign_ins.places import place
from storecast.domains.sign_ins.second_factors import codes
from storecast.domains.sign_ins.second_factors.errors import (
    AlreadyEnrolled,
    Method,
    TotpNotFound,
    WrongCode,
    WrongProof,
)
from storecast.domains.sign_ins.second_factors.models import TotpFactor
from storecast.domains.sign_ins.second_factors.proof import Proof
from storecast.domains.sign_ins.second_factors.repository import SecondFactorRepository
from storecast.domains.sign_ins.second_factors.schemas import RecoveryCodes, SecondFactorsView, TotpEnrolment
from storecast.kit.database import Database
from storecast.kit.errors import Conflict, Forbidden, Unprocessable
from storecast.kit.ids import digest
from storecast.kit.passwords import verify_password
from storecast.kit.rate_limits import RateLimits
from storecast.kit.seals import Seal
from storecast.kit.settings import Settings

CODES_TRIED = "10/10 minute"  # at an account from a place, good ones too: of a million codes three are right at a time
PASSWORDS_TRIED = "10/10 minute"
ENROLMENT = timedelta(minutes=15)
FRESH = timedelta(minutes=10)  # a sign-in that proves who asks, where there is nothing else to prove it


class SecondFactorService:
    def __init__(self, db: Database, settings: Settings, seal: Seal, limits: RateLimits) -> None:
        self._db = db
        self._repository = SecondFactorRepository(db)
        self._accounts = AccountRepository(db)
        self._operators_need_one = settings.operator_second_factor == "required"
        self._seal = seal
        self._limits = limits

    async def methods(self, user_id: int) -> list[Method]:
        """How the account can prove more than its password; nothing when it need not."""
        app, passkey = await self._repository.enabled(user_id)
        methods = [Method.TOTP] * app + [Method.PASSKEY] * passkey
        return [*methods, Method.RECOVERY_CODE] if methods else []

    async def forget(self, user_id: int) -> None:
        """End every factor of the account, and what is under way with them."""
        await self._repository.forget_all(user_id)

    async def is_missing(self, user: User) -> bool:
        """Whether an operator has yet to set up the factor this installation requires of operators."""
        return self._operators_need_one and user.is_operator and not await self.methods(user.id)

    async def require_set_up(self, caller: Caller, need: Need) -> None:
        """Raises `Forbidden` for an operator who lacks it; managing their sign-in, to set one up, is all they may."""
        if isinstance(caller, SignedIn) and isinstance(need, Scope) and await self.is_missing(caller.user):
            raise Forbidden("Operators of this installation need a second factor. Set one up first.")

    async def show(self, user: User) -> SecondFactorsView:
        methods = await self.methods(user.id)
        return SecondFactorsView(
            enabled=bool(methods),
            required=await self.is_missing(user),
            methods=methods,
            recovery_codes_left=await self._repository.recovery_codes_left(user.id),
        )

    async def begin_totp(self, caller: SignedIn, proof: Proof, device: Device, now: datetime) -> TotpEnrolment:
        """A new secret, which counts once it is confirmed. Raises `AlreadyEnrolled`, and as `prove`."""
        await self.prove(caller, proof, device, now)
        await self._repository.lock(caller.id)
        factor = await self._repository.totp(caller.id)
        if factor is not None and factor.confirmed_at is not None:
            raise AlreadyEnrolled("An authenticator app is set up. Remove it first.")
        secret = codes.new_totp_secret()
        factor = factor or TotpFactor(user_id=caller.id, last_step=0)
        factor.sealed_secret, factor.created_at = self._seal.close(secret), now
        await self._repository.add(factor)
        uri = codes.provisioning_uri(secret, caller.user.email)
        return TotpEnrolment(secret, uri, codes.qr_svg(uri))

    async def confirm_totp(self, caller: SignedIn, code: str, device: Device, now: datetime) -> RecoveryCodes:
        """Raises `TotpNotFound` when none was begun of late, `Unprocessable` on a wrong code."""
        await self._limits.hit(CODES_TRIED, *await self._tries("second-factor", caller.user, device))
        await self._repository.lock(caller.id)
        factor = await self._repository.totp(caller.id)
        if factor is None or factor.created_at + ENROLMENT <= now:
            raise TotpNotFound
        if factor.confirmed_at is not None:
            raise AlreadyEnrolled("This authenticator app is confirmed already.")
        step = codes.matching_step(self._seal.open(factor.sealed_secret), codes.normalised(code), now, factor.last_step)
        if step is None:
            raise Unprocessable.field("code", "is not the one the app shows now")
        first = not await self.methods(caller.id)
        factor.confirmed_at, factor.last_step = now, step
        return RecoveryCodes(await self.added(caller, Method.TOTP, device, now, first=first))

    async def remove_totp(self, caller: SignedIn, proof: Proof, device: Device, now: datetime) -> None:
        """Raises `TotpNotFound`, and as `prove`."""
        await self.prove(caller, proof, device, now)
        await self._repository.lock(caller.id)
        factor = await self._repository.totp(caller.id)
        if factor is None or factor.confirmed_at is None:
            raise TotpNotFound
        await self._repository.remove(factor)
        await self.removed(caller, Method.TOTP, device, now)

    async def renew_recovery_codes(
        self, caller: SignedIn, proof: Proof, device: Device, now: datetime
    ) -> RecoveryCodes:
        """New codes; the old ones end. Raises `Conflict` without a factor they could stand in for, and as `prove`."""
        await self.prove(caller, proof, device, now)
        await self._repository.lock(caller.id)
        if not await self.methods(caller.id):
            raise Conflict("Set up an authenticator app or a passkey first.")
        return RecoveryCodes(await self._new_recovery_codes(caller, device, now))

    async def prove(self, caller: SignedIn, proof: Proof, device: Device, now: datetime) -> None:
        """Raises `WrongProof` unless the password or the code is right, or the account has none and just signed in."""
        user = caller.user
        if proof.password is not None:
            await self._limits.hit(PASSWORDS_TRIED, *await self._tries("proof", user, device))
            if await verify_password(user.password_hash, proof.password):
                return
            await self._failed(user, "password", device, now)
            raise WrongProof.field("password", "is not right")
        if proof.code is not None:
            try:
                await self.check_code(user, proof.code, device, now)
            except WrongCode as error:
                raise WrongProof.field("code", "is wrong, or was used before") from error
            return
        if user.password_hash is not None or await self.methods(user.id):
            raise WrongProof.field("password", "is required, or else a code")
        grant = await self._db.get(Grant, caller.grant_id)
        if grant is None or grant.created_at + FRESH <= now:
            raise WrongProof("Sign in again, then ask within ten minutes.")

    async def check_code(self, user: User, code: str, device: Device, now: datetime) -> Method:
        """Which kind of code it is; it is spent. Raises `WrongCode`."""
        await self._limits.hit(CODES_TRIED, *await self._tries("second-factor", user, device))
        typed = codes.normalised(code)
        factor = await self._repository.totp(user.id)
        if factor is not None and factor.confirmed_at is not None:
            step = codes.matching_step(self._seal.open(factor.sealed_secret), typed, now, factor.last_step)
            if step is not None:
                factor.last_step = step
                return Method.TOTP
        if await self._repository.spend_recovery_code(user.id, digest(typed)):
            kind = SecurityEventKind.RECOVERY_CODE_USED
            await record(self._db, kind, user_id=user.id, address=device.address, now=now)
            return Method.RECOVERY_CODE
        await self._failed(user, "code", device, now)
        raise WrongCode

    async def added(self, caller: SignedIn, method: Method, device: Device, now: datetime, *, first: bool) -> list[str]:
        """Note it; with the first factor come recovery codes."""
        kind = SecurityEventKind.SECOND_FACTOR_ADDED
        await record(self._db, kind, user_id=caller.id, address=device.address, now=now, detail=method)
        return await self._new_recovery_codes(caller, device, now) if first else []

    async def removed(self, caller: SignedIn, method: Method, device: Device, now: datetime) -> None:
        """Note it; with the last factor go the recovery codes."""
        kind = SecurityEventKind.SECOND_FACTOR_REMOVED
        await record(self._db, kind, user_id=caller.id, address=device.address, now=now, detail=method)
        if not await self.methods(caller.id):
            await self._repository.replace_recovery_codes(caller.id, [])

    async def _tries(self, what: str, user: User, device: Device) -> tuple[str, str, str]:
        """As whose tries they are counted."""
        return what, str(user.id), await place(self._accounts, user.id, device.address)

    async def _new_recovery_codes(self, caller: SignedIn, device: Device, now: datetime) -> list[str]:
        fresh = [codes.new_recovery_code() for _ in range(codes.RECOVERY_CODES)]
        digests = [digest(codes.normalised(code)) for code in fresh]
        await self._repository.replace_recovery_codes(caller.id, digests)
        kind = SecurityEventKind.RECOVERY_CODES_MADE
        await record(self._db, kind, user_id=caller.id, address=device.address, now=now)
        return fresh

    async def _failed(self, user: User, what: str, device: Device, now: datetime) -> None:
        kind = SecurityEventKind.SECOND_FACTOR_FAILED
        await record(self._db, kind, user_id=user.id, address=device.address, now=now, detail=what)
