"""The rules of signing in. One call is one transaction."""

from datetime import datetime, timedelta

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.emails import spellings
from storecast.domains.accounts.errors import WrongCredentials
from storecast.domains.accounts.models import User
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenPair, TokenService
from storecast.domains.sign_ins.devices.service import DeviceService
from storecast.domains.sign_ins.places import STRANGERS, place
from storecast.domains.sign_ins.second_factors.errors import (
    Method,
    SecondFactorHint,
    SecondFactorNeeded,
    WrongPasskey,
    WrongTicket,
)
from storecast.domains.sign_ins.second_factors.models import SignInTicket
from storecast.domains.sign_ins.second_factors.passkeys import PasskeyService
from storecast.domains.sign_ins.second_factors.repository import SecondFactorRepository
from storecast.domains.sign_ins.second_factors.schemas import PasskeyOptions, PasskeySignIn
from storecast.domains.sign_ins.second_factors.service import SecondFactorService
from storecast.kit.database import Database
from storecast.kit.errors import TooManyRequests
from storecast.kit.ids import digest, random_text
from storecast.kit.networks import network
from storecast.kit.passwords import verify_password
from storecast.kit.rate_limits import RateLimits

FAILED_SIGN_INS = "5/minute"  # at one account from one network
STRANGERS_SIGN_INS = "30/10 minute"  # at one account from all networks together its owner was not let in from of late
SIGN_IN_ATTEMPTS = "60/minute"  # an address's tries over all accounts
TICKET_LENGTH = 64
TICKET_LIFETIME = timedelta(minutes=5)


class SignInService:
    def __init__(
        self,
        db: Database,
        tokens: TokenService,
        devices: DeviceService,
        factors: SecondFactorService,
        passkeys: PasskeyService,
        limits: RateLimits,
    ) -> None:
        self._db = db
        self._accounts = AccountRepository(db)
        self._tickets = SecondFactorRepository(db)
        self._tokens = tokens
        self._devices = devices
        self._factors = factors
        self._passkeys = passkeys
        self._limits = limits

    async def login(self, email: str, password: str, code: str | None, device: Device, now: datetime) -> TokenPair:
        """Raises as `check_password`."""
        user, how = await self.check_password(email, password, code, device, now)
        return await self.open(user, how, device, now)

    async def check_password(
        self, email: str, password: str, code: str | None, device: Device, now: datetime
    ) -> tuple[User, str]:
        """Who they are, and how they proved it.

        Raises `WrongCredentials` alike, and as late, for an unknown email and a wrong password; after the right
        password `SecondFactorNeeded` and `WrongCode`; `TooManyRequests`, which strangers cannot bring upon the owner.
        """
        spelled, origin = spellings(email), network(device.address)
        await self._limits.hit(SIGN_IN_ATTEMPTS, "sign-in", origin)
        async with self._limits.in_turn("failed-sign-in", spelled[0], origin):
            await self._limits.check(FAILED_SIGN_INS, "failed-sign-in", spelled[0], origin)
            user = await self._whose(spelled, password, device, now)
        if await self._accounts.hold_password(user.id) != user.password_hash:
            raise WrongCredentials  # changed meanwhile: who revoked every grant must not find one more afterwards
        return user, await self.check_second_factor(user, "password", code, device, now)

    async def _whose(self, spelled: list[str], password: str, device: Device, now: datetime) -> User:
        """The account of an address, one with the address as it is compared first, that has this password.

        As many passwords are compared whoever has an account. Raises as `check_password`.
        """
        tried: list[User | None] = []
        refused: TooManyRequests | None = None
        for spelling in spelled:
            user = await self._accounts.by_email(spelling)
            if await place(self._accounts, user.id if user else None, device.address) == STRANGERS:
                try:
                    await self._limits.hit(STRANGERS_SIGN_INS, "strangers-sign-in", spelling)
                except TooManyRequests as error:
                    refused = error
                    continue
            if await verify_password(user.password_hash if user else None, password) and user is not None:
                return user
            tried.append(user)
        if tried:
            await self._limits.count(FAILED_SIGN_INS, "failed-sign-in", spelled[0], network(device.address))
        for user in tried:
            await self._record(SecurityEventKind.SIGN_IN_FAILED, user, device, now, "password")
        raise refused or WrongCredentials()

    async def check_second_factor(self, user: User, how: str, code: str | None, device: Device, now: datetime) -> str:
        """To be asked of everybody who came by anything but a passkey; `how` they came, and what they added to it.

        Raises `SecondFactorNeeded` when the account has one and no code was sent, `WrongCode`.
        """
        methods = await self._factors.methods(user.id)
        if not methods:
            return how
        if code is None:
            raise SecondFactorNeeded(await self._hint(user, methods, now))
        return f"{how}, {await self._factors.check_code(user, code, device, now)}"

    async def go_on(self, ticket: str, code: str, device: Device, now: datetime) -> TokenPair:
        """The second half of a sign-in. Raises `WrongTicket`, `WrongCode`."""
        await self._limits.hit(SIGN_IN_ATTEMPTS, "sign-in", network(device.address))
        stored, user = await self._ticket(ticket, now)
        method = await self._factors.check_code(user, code, device, now)
        await self._tickets.remove(stored)
        return await self.open(user, f"ticket, {method}", device, now)

    async def passkey_options(self, ticket: str | None, device: Device, now: datetime) -> PasskeyOptions:
        """Raises `WrongTicket`."""
        await self._limits.hit(SIGN_IN_ATTEMPTS, "passkey-options", network(device.address))
        user = (await self._ticket(ticket, now))[1] if ticket is not None else None
        return await self._passkeys.ask(user, now)

    async def login_with_passkey(self, data: PasskeySignIn, device: Device, now: datetime) -> TokenPair:
        """A passkey checks its person, so it is both factors. Raises `WrongPasskey`, `WrongTicket`."""
        await self._limits.hit(SIGN_IN_ATTEMPTS, "sign-in", network(device.address))
        waiting = await self._ticket(data.ticket, now) if data.ticket is not None else None
        try:
            user = await self._passkeys.verify(data, device, now)
            if waiting is not None and waiting[1].id != user.id:
                raise WrongPasskey
        except WrongPasskey:
            await self._record(
                SecurityEventKind.SIGN_IN_FAILED, waiting[1] if waiting else None, device, now, Method.PASSKEY
            )
            raise
        if waiting is not None:
            await self._tickets.remove(waiting[0])
        return await self.open(user, Method.PASSKEY, device, now)

    async def open(self, user: User, how: str, device: Device, now: datetime) -> TokenPair:
        """Sign in on this device somebody who has proved enough."""
        await self._devices.meet(user, device, now)
        await self._record(SecurityEventKind.SIGNED_IN, user, device, now, how)
        return await self._tokens.sign_in(user, device, now)

    async def _hint(self, user: User, methods: list[Method], now: datetime) -> SecondFactorHint:
        ticket = random_text(TICKET_LENGTH)
        stored = SignInTicket(
            digest=digest(ticket),
            user_id=user.id,
            password_hash=user.password_hash,
            expires_at=now + TICKET_LIFETIME,
        )
        await self._tickets.add(stored)
        return SecondFactorHint(methods, ticket, int(TICKET_LIFETIME.total_seconds()))

    async def _ticket(self, ticket: str, now: datetime) -> tuple[SignInTicket, User]:
        found = await self._tickets.ticket(digest(ticket), now)
        if found is None:
            raise WrongTicket
        return found

    async def _record(
        self, kind: SecurityEventKind, user: User | None, device: Device, now: datetime, detail: str
    ) -> None:
        user_id = user.id if user else None
        await record(self._db, kind, user_id=user_id, address=device.address, now=now, detail=detail)
