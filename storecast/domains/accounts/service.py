"""The rules of having an account. One call is one transaction."""

import secrets
from collections.abc import Collection
from datetime import datetime

from msgspec import UNSET
from sqlalchemy.exc import IntegrityError

from storecast.adapters.email.mailer import Mailer
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.accounts.emails import compared, reached, taken
from storecast.domains.accounts.errors import EmailTaken, GrantOver, LinkFault, LinkRefused, RefreshTokenReplayed
from storecast.domains.accounts.events import ProfileChanged
from storecast.domains.accounts.hand_over import hand_over
from storecast.domains.accounts.jobs import request_verification
from storecast.domains.accounts.models import Newcomer, User
from storecast.domains.accounts.password_policy import require_strong
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.schemas import ProfileUpdate, Registration
from storecast.domains.accounts.tokens import TokenPair, TokenService
from storecast.domains.accounts.verification import end_of
from storecast.kit import currencies
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.images import BadImage, normalise_image
from storecast.kit.languages import languages
from storecast.kit.networks import network
from storecast.kit.passwords import hash_password
from storecast.kit.phones import calling_code, e164, home_of
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload

REGISTRATIONS = "20/hour"
VERIFICATIONS = "30/hour"
AVATAR_SIDE = 512  # pixels


class AccountService:
    def __init__(
        self,
        db: Database,
        settings: Settings,
        tokens: TokenService,
        events: Events,
        limits: RateLimits,
        storage: Storage,
        mailer: Mailer,
    ) -> None:
        self._settings = settings
        self._db = db
        self._repository = AccountRepository(db)
        self._tokens = tokens
        self._events = events
        self._limits = limits
        self._storage = storage
        self._mailer = mailer

    async def refresh(self, token: str, address: str, now: datetime) -> TokenPair:
        """Raises `WrongRefreshToken`; a token used before ends the whole sign-in."""
        try:
            return await self._tokens.refresh(token, now)
        except RefreshTokenReplayed as error:
            await self._record(SecurityEventKind.REFRESH_TOKEN_REPLAYED, error.user_id, address, now)
            raise

    async def register(self, data: Registration, newcomer: Newcomer, address: str, now: datetime) -> User:
        """A new user on the free plan, with a verification mail on its way.

        Raises `EmailTaken`, `WeakPassword`, and for an address the mail server cannot write to `Unprocessable`.
        """
        await self._limits.hit(REGISTRATIONS, "register", network(address))
        phone = _registered_phone(data)
        email = await reached(data.email, self._mailer)
        await require_strong(data.password, email, data.full_name)
        first, _, last = data.full_name.partition(" ")
        user = User(
            email=email,
            password_hash=await hash_password(data.password),
            first_name=first,
            last_name=last,
            phone=phone,
            locale=newcomer.locale,
            currency=newcomer.currency,
            news=data.news or False,
            created_at=now,
        )
        try:
            await self._repository.add(user)
        except IntegrityError as error:
            raise EmailTaken.error() from error
        await request_verification(self._db, user)
        await self._record(SecurityEventKind.REGISTERED, user.id, address, now)
        return user

    async def verify_email(self, email: str, proof: str, address: str, now: datetime) -> bool:
        """Whether it was verified before. Raises `LinkRefused` when `proof` was not mailed to `email`, or is over."""
        await self._limits.hit(VERIFICATIONS, "verify", network(address))
        user = await self._repository.by_email(compared(email))
        end = end_of(self._settings, user.email, proof) if user is not None else None
        if user is None or end is None:
            raise LinkRefused("hash", LinkFault.UNKNOWN, "is not the one that was mailed to this address")
        if user.verified_at is not None:
            return True
        if end <= now:
            raise LinkRefused("hash", LinkFault.OVER, "is too old; sign in and have a new link sent")
        user.verified_at = now
        await self._record(SecurityEventKind.EMAIL_VERIFIED, user.id, address, now)
        return False

    async def create_operator(self, email: str, password: str, now: datetime) -> User:
        """An operator's account; an account with this email becomes one and gets this password, and nobody stays in it.

        Raises `WeakPassword`.
        """
        email = taken(email)
        await require_strong(password, email)
        user = await self._repository.by_email(email)
        if user is None:
            user = User(email=email, created_at=now)
        elif user.verified_at is None:
            await hand_over(self._db, self._tokens, self._events, user, "", now, "to an operator")
        else:
            await self._tokens.revoke_all(user.id, now)
        user.password_hash = await hash_password(password)
        user.is_operator = True
        user.verified_at = user.verified_at or now
        await self._repository.add(user)
        return user

    async def logout(self, caller: SignedIn, address: str, now: datetime) -> None:
        await self._tokens.revoke(caller.grant_id, now)
        await self._record(SecurityEventKind.SIGNED_OUT, caller.id, address, now)

    async def update_profile(self, user: User, data: ProfileUpdate, now: datetime) -> User:
        if data.currency_id is not None:
            code = currencies.code_of(data.currency_id)
            if code is None:
                raise Unprocessable.field("currency_id", "is not a currency's id")
            user.currency = code
        if data.locale is not None:
            user.locale = self._known_locale(data.locale)
        if data.phone is not UNSET:
            user.phone = _known_phone(data.phone, user)
        user.first_name, _, user.last_name = data.full_name.partition(" ")
        user.username = data.username if data.username is not None else user.username
        user.description = data.description if data.description is not UNSET else user.description
        user.location = data.location if data.location is not UNSET else user.location
        former = await self._replace_avatar(user, data.avatar) if data.avatar is not None else None
        await self._db.flush()
        await self._events.happened(None, ProfileChanged(user, former), now)
        return user

    async def caller_of(self, subject: str, grant_id: str, now: datetime) -> Caller:
        """Whom a verified realtime token speaks for. Raises `GrantOver` for a user whose sign-in does not hold."""
        kind, _, name = subject.partition(":")
        if kind == "guest":
            return Guest(name)
        found = await self._repository.live_grant(grant_id, now)
        if found is None:
            raise GrantOver
        grant, user = found
        if user is None or user.hash_id != name:
            raise GrantOver
        return SignedIn(user, grant.id, frozenset(grant.scopes), grant.kind)

    async def by_hash_id(self, hash_id: str) -> User | None:
        return await self._repository.by_hash_id(hash_id)

    async def by_ids(self, ids: Collection[int]) -> dict[int, User]:
        return {user.id: user for user in await self._repository.by_ids(ids)}

    async def remove(self, user: User) -> None:
        """Delete the account's row, and with it all that is the account's alone."""
        await self._repository.remove(user.id)

    def _known_locale(self, tag: str) -> str:
        spoken = languages(self._settings.languages)
        found = spoken.known(tag)
        if found is None:
            raise Unprocessable.field("locale", f"must be of {', '.join(spoken.regions)}")
        return found

    async def _record(self, kind: SecurityEventKind, user_id: int | None, address: str, now: datetime) -> None:
        await record(self._db, kind, user_id=user_id, address=address, now=now)

    async def _replace_avatar(self, user: User, avatar: Upload) -> str | None:
        """Answers the key of the one before, whose file goes."""
        key = await self._store_avatar(avatar)
        await self._db.refresh(user, ["avatar_key"], with_for_update=True)  # of two at once, each has its former
        former, user.avatar_key = user.avatar_key, key
        if former is not None:
            await request_deletion(self._db, [former])
        return former

    async def _store_avatar(self, avatar: Upload) -> str:
        try:
            content = await normalise_image(avatar.content, AVATAR_SIDE)
        except BadImage as error:
            raise Unprocessable.field("avatar", str(error)) from error
        key = f"images/avatars/{secrets.token_hex(16)}.webp"
        await self._storage.put(key, content)
        return key


def _known_phone(dialled: str | None, user: User) -> str | None:
    """The number as E.164. Raises `Unprocessable`."""
    if dialled is None:
        return None
    number = e164(dialled, home_of(user.phone))
    if number is None:
        raise Unprocessable.field("phone", "is not a telephone number; write it like +40 722 000 000")
    return number


def _registered_phone(data: Registration) -> str | None:
    """The number as E.164. Raises `Unprocessable`."""
    if data.phone is None:
        return None
    if data.phone_prefix is None:
        raise Unprocessable.field("phonePrefixValue", "is required with phoneValue")
    code = calling_code(data.phone_prefix)
    if code is None:
        raise Unprocessable.field("phonePrefixValue", "is not a country calling code; write it like +40")
    number = e164(f"+{code}{data.phone}")
    if number is None:
        raise Unprocessable.field("phoneValue", f"is not a telephone number that +{code} has")
    return number
