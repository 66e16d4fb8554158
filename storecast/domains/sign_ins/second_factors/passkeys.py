"""The rules of passkeys: adding, naming, removing and signing in with one. One call is one transaction."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Device, SignedIn
from storecast.domains.accounts.models import User
from storecast.domains.sign_ins.second_factors.errors import AlreadyEnrolled, Method, PasskeyNotFound, WrongPasskey
from storecast.domains.sign_ins.second_factors.models import Passkey, PasskeyChallenge
from storecast.domains.sign_ins.second_factors.proof import Proof
from storecast.domains.sign_ins.second_factors.repository import SecondFactorRepository
from storecast.domains.sign_ins.second_factors.schemas import (
    PasskeyAdded,
    PasskeyOptions,
    PasskeyRegistration,
    PasskeySignIn,
    PasskeyView,
)
from storecast.domains.sign_ins.second_factors.service import SecondFactorService
from storecast.domains.sign_ins.second_factors.webauthn import NotAccepted, RelyingParty, credential_id
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import Conflict, Unprocessable
from storecast.kit.ids import public_id

CHALLENGE_BYTES = 32
CHALLENGE_LIFETIME = timedelta(minutes=5)
MOST_PASSKEYS = 20  # an account's


class PasskeyService:
    def __init__(self, db: Database, factors: SecondFactorService, relying_party: RelyingParty) -> None:
        self._db = db
        self._repository = SecondFactorRepository(db)
        self._factors = factors
        self._relying_party = relying_party

    async def list(self, caller: SignedIn) -> list[PasskeyView]:
        return [_view(passkey) for passkey in await self._repository.passkeys(caller.id)]

    async def begin(self, caller: SignedIn, proof: Proof, device: Device, now: datetime) -> PasskeyOptions:
        """What the browser needs to make a passkey. Raises `Conflict` when there are many, `WrongProof`."""
        await self._factors.prove(caller, proof, device, now)
        existing = await self._repository.passkeys(caller.id)
        if len(existing) >= MOST_PASSKEYS:
            raise Conflict(f"An account has at most {MOST_PASSKEYS} passkeys. Remove one first.")
        made = await self._challenge(caller.id, now)
        return PasskeyOptions(made.id, self._relying_party.creation_options(caller.user, made.challenge, existing))

    async def add(self, caller: SignedIn, data: PasskeyRegistration, device: Device, now: datetime) -> PasskeyAdded:
        """Raises `Unprocessable` when the browser's answer is not to a challenge of this account."""
        challenge = await self._repository.take_challenge(data.challenge_id, caller.id, now)
        if challenge is None:
            raise Unprocessable.field("challenge_id", "is unknown, used or over")
        try:
            verified = self._relying_party.verify_attestation(data.credential, challenge)
        except NotAccepted as error:
            raise Unprocessable.field("credential", "is not a passkey made for this account and site now") from error
        await self._repository.lock(caller.id)
        first = not await self._factors.methods(caller.id)
        passkey = Passkey(
            id=public_id(),
            user_id=caller.id,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=data.name,
            backed_up=verified.credential_backed_up,
            created_at=now,
        )
        try:
            await self._repository.add(passkey)
        except IntegrityError as error:
            raise AlreadyEnrolled("This passkey is registered already.") from error
        recovery_codes = await self._factors.added(caller, Method.PASSKEY, device, now, first=first)
        return PasskeyAdded(_view(passkey), recovery_codes)

    async def rename(self, caller: SignedIn, passkey_id: str, name: str) -> PasskeyView:
        passkey = await self._own(caller, passkey_id)
        passkey.name = name
        return _view(passkey)

    async def remove(self, caller: SignedIn, passkey_id: str, proof: Proof, device: Device, now: datetime) -> None:
        """Raises `PasskeyNotFound`, `WrongProof`."""
        passkey = await self._own(caller, passkey_id)
        await self._factors.prove(caller, proof, device, now)
        await self._repository.lock(caller.id)
        await self._repository.remove(passkey)
        await self._factors.removed(caller, Method.PASSKEY, device, now)

    async def ask(self, user: User | None, now: datetime) -> PasskeyOptions:
        """What the browser needs to sign in: with one of this user's, or with any passkey of the site."""
        made = await self._challenge(None, now)
        allowed = await self._repository.passkeys(user.id) if user else []
        return PasskeyOptions(made.id, self._relying_party.request_options(made.challenge, allowed))

    async def verify(self, data: PasskeySignIn, device: Device, now: datetime) -> User:
        """Whose passkey answered. Raises `WrongPasskey`."""
        challenge = await self._repository.take_challenge(data.challenge_id, None, now)
        if challenge is None:
            raise WrongPasskey
        try:
            found = await self._repository.passkey_of_credential(credential_id(data.credential))
            if found is None:
                raise WrongPasskey
            passkey, user = found
            count = self._relying_party.verify_assertion(data.credential, challenge, passkey, user)
        except NotAccepted as error:
            raise WrongPasskey from error
        if (count or passkey.sign_count) and count <= passkey.sign_count:  # two authenticators share one key
            kind, detail = SecurityEventKind.PASSKEY_COUNTER_WENT_BACK, passkey.name
            await record(self._db, kind, user_id=user.id, address=device.address, now=now, detail=detail)
            raise WrongPasskey
        passkey.sign_count, passkey.last_used_at = count, now
        return user

    async def _challenge(self, user_id: int | None, now: datetime) -> PasskeyChallenge:
        made = PasskeyChallenge(
            id=public_id(),
            user_id=user_id,
            challenge=secrets.token_bytes(CHALLENGE_BYTES),
            expires_at=now + CHALLENGE_LIFETIME,
        )
        await self._repository.add(made)
        return made

    async def _own(self, caller: SignedIn, passkey_id: str) -> Passkey:
        passkey = await self._repository.passkey(caller.id, passkey_id)
        if passkey is None:
            raise PasskeyNotFound
        return passkey


def _view(passkey: Passkey) -> PasskeyView:
    return PasskeyView(
        id=passkey.id,
        name=passkey.name,
        backed_up=passkey.backed_up,
        created_at=iso(passkey.created_at),
        last_used_at=iso(passkey.last_used_at) if passkey.last_used_at else None,
    )
