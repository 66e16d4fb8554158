"""Questions asked of the tables of second factors."""

from datetime import datetime

from sqlalchemy import delete, exists, func, literal, select

from storecast.domains.accounts.models import User
from storecast.domains.sign_ins.second_factors.models import (
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SignInTicket,
    TotpFactor,
)
from storecast.kit.database import Database


class SecondFactorRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def enabled(self, user_id: int) -> tuple[bool, bool]:
        """Whether the account has a confirmed authenticator app, and whether it has a passkey."""
        app = exists().where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None))
        key = exists().where(Passkey.user_id == user_id)
        found = (await self._db.execute(select(app, key))).one()
        return bool(found[0]), bool(found[1])

    async def totp(self, user_id: int) -> TotpFactor | None:
        """The authenticator app, confirmed or not, locked, so that of two uses of a code one is the second."""
        query = select(TotpFactor).where(TotpFactor.user_id == user_id).with_for_update()
        return (await self._db.execute(query)).scalar_one_or_none()

    async def lock(self, user_id: int) -> None:
        """One change of an account's factors at a time."""
        await self._db.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))

    async def replace_recovery_codes(self, user_id: int, digests: list[str]) -> None:
        await self._db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        self._db.add_all([RecoveryCode(user_id=user_id, digest=digest) for digest in digests])
        await self._db.flush()

    async def spend_recovery_code(self, user_id: int, digest: str) -> bool:
        """Whether it was one of the account's; it is not any more."""
        spend = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.digest == digest)
        return (await self._db.execute(spend.returning(literal(1)))).first() is not None

    async def recovery_codes_left(self, user_id: int) -> int:
        query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
        return (await self._db.execute(query)).scalar_one()

    async def passkeys(self, user_id: int) -> list[Passkey]:
        query = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id)
        return list((await self._db.execute(query)).scalars())

    async def passkey(self, user_id: int, passkey_id: str) -> Passkey | None:
        query = select(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def passkey_of_credential(self, credential_id: bytes) -> tuple[Passkey, User] | None:
        """The passkey, locked, so that its counter is compared with the newest, and whose it is."""
        query = select(Passkey, User).join(User, User.id == Passkey.user_id)
        query = query.where(Passkey.credential_id == credential_id).with_for_update(of=Passkey)
        found = (await self._db.execute(query)).first()
        return None if found is None else (found[0], found[1])

    async def take_challenge(self, challenge_id: str, user_id: int | None, now: datetime) -> bytes | None:
        """The bytes of a challenge made for this purpose; nobody gets them again."""
        take = delete(PasskeyChallenge).where(
            PasskeyChallenge.id == challenge_id,
            PasskeyChallenge.user_id.is_not_distinct_from(user_id),
            PasskeyChallenge.expires_at > now,
        )
        return (await self._db.execute(take.returning(PasskeyChallenge.challenge))).scalar_one_or_none()

    async def ticket(self, digest: str, now: datetime) -> tuple[SignInTicket, User] | None:
        """A ticket that is not over, locked, and whose it is."""
        query = select(SignInTicket, User).join(User, User.id == SignInTicket.user_id)
        query = query.where(SignInTicket.digest == digest, SignInTicket.expires_at > now)
        query = query.where(SignInTicket.password_hash.is_not_distinct_from(User.password_hash))
        found = (await self._db.execute(query.with_for_update(of=SignInTicket))).first()
        return None if found is None else (found[0], found[1])

    async def forget_all(self, user_id: int) -> None:
        """Every factor of the account, and what is under way with them."""
        for table in (TotpFactor, RecoveryCode, Passkey, PasskeyChallenge, SignInTicket):
            await self._db.execute(delete(table).where(table.user_id == user_id))

    async def add(self, row: TotpFactor | Passkey | PasskeyChallenge | SignInTicket) -> None:
        self._db.add(row)
        await self._db.flush()

    async def remove(self, row: TotpFactor | Passkey | SignInTicket) -> None:
        await self._db.delete(row)
        await self._db.flush()


async def forget_ended(db: Database, now: datetime) -> None:
    """Delete the challenges and tickets whose time is over."""
    for table in (PasskeyChallenge, SignInTicket):
        await db.execute(delete(table).where(table.expires_at <= now))
