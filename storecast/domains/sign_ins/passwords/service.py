"""The rules of choosing a password. One call is one transaction."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from storecast.adapters.email.mailer import Mailer
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import SignedIn
from storecast.domains.accounts.emails import compared, reached
from storecast.domains.accounts.hand_over import hand_over
from storecast.domains.accounts.jobs import request_verification, tell_password_changed
from storecast.domains.accounts.models import Newcomer, User
from storecast.domains.accounts.password_policy import require_strong
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.sign_ins.passwords.errors import AlreadyVerified, WrongLink
from storecast.domains.sign_ins.passwords.jobs import request_password_link
from storecast.domains.sign_ins.passwords.repository import PasswordLinkRepository
from storecast.domains.sign_ins.passwords.schemas import PasswordChange, PasswordReset
from storecast.domains.sign_ins.places import place
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import digest
from storecast.kit.networks import network
from storecast.kit.passwords import hash_password, verify_password
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings

LINKS_TO_EMAIL = "5/hour"
LINKS_FROM_ADDRESS = "30/hour"
RESETS = "30/hour"
WRONG_OLD_PASSWORDS = "5/minute"
VERIFICATION_MAILS = "1/minute"


class PasswordService:
    def __init__(
        self,
        db: Database,
        settings: Settings,
        tokens: TokenService,
        events: Events,
        limits: RateLimits,
        mailer: Mailer,
    ) -> None:
        self._db = db
        self._settings = settings
        self._tokens = tokens
        self._events = events
        self._limits = limits
        self._mailer = mailer
        self._links = PasswordLinkRepository(db)
        self._accounts = AccountRepository(db)

    async def request_link(self, email: str, locale: str, address: str, *, sign_up: bool) -> None:
        """Alike, and as quick, whether or not `email` has an account.

        Raises `Unprocessable` for a sign-up with an address that the mail server cannot write to.
        """
        await self._limits.hit(LINKS_FROM_ADDRESS, "password-link", network(address))
        email = await reached(email, self._mailer) if sign_up else compared(email)
        await self._limits.hit(LINKS_TO_EMAIL, "password-link-to", email)
        await request_password_link(self._db, email, locale, sign_up=sign_up)

    async def reset(self, data: PasswordReset, newcomer: Newcomer, address: str, now: datetime) -> None:
        """Set the password of the link's account, made now to finish a sign-up, and end all its grants.

        Raises `WrongLink`, `WeakPassword`.
        """
        await self._limits.hit(RESETS, "password-reset", network(address))
        email = compared(data.email)
        link = await self._links.good(digest(data.token), email, now)
        if link is None:
            raise WrongLink.error()
        user = await self._accounts.by_email(email)
        await require_strong(data.password, email, user.full_name if user else "")
        password_hash = await hash_password(data.password)
        if user is None:
            await self._finish_sign_up(email, password_hash, newcomer, address, now)
        else:
            if user.verified_at is None:
                await hand_over(self._db, self._tokens, self._events, user, address, now, "password link")
            user.password_hash = password_hash
            await self._db.flush()  # before the grants are ended: sign-ins under way wait for it, and fail
            await self._tokens.revoke_all(user.id, now)
            await self._record(SecurityEventKind.PASSWORD_RESET, user, address, now)
            await tell_password_changed(self._db, self._settings, user, now)
        await self._links.remove_of(email)

    async def change(self, caller: SignedIn, data: PasswordChange, address: str, now: datetime) -> None:
        """Set a new password and end the caller's other grants. Raises `Unprocessable`, `WeakPassword`."""
        user = caller.user
        origin = await place(self._accounts, user.id, address)
        async with self._limits.in_turn("old-password", user.hash_id, origin):
            await self._limits.check(WRONG_OLD_PASSWORDS, "old-password", user.hash_id, origin)
            if not await verify_password(user.password_hash, data.old_password):
                await self._limits.count(WRONG_OLD_PASSWORDS, "old-password", user.hash_id, origin)
                raise Unprocessable.field("old_password", "is not your password")
        await require_strong(data.password, user.email, user.full_name)
        chosen, proved = await hash_password(data.password), user.password_hash
        await self._db.refresh(user, ["password_hash"], with_for_update={"key_share": True})
        if user.password_hash != proved:  # somebody with the same old one was faster
            raise Unprocessable.field("old_password", "is not your password")
        user.password_hash = chosen
        await self._db.flush()  # as in `reset`
        await self._links.remove_of(user.email)
        await self._tokens.revoke_all(user.id, now, but=caller.grant_id)
        await self._record(SecurityEventKind.PASSWORD_CHANGED, user, address, now)
        await tell_password_changed(self._db, self._settings, user, now)

    async def send_verification(self, user: User) -> None:
        """Mail the link that verifies the address once more. Raises `AlreadyVerified`, `TooManyRequests`."""
        if user.verified_at is not None:
            raise AlreadyVerified
        await self._limits.hit(VERIFICATION_MAILS, "verification-mail", user.hash_id)
        await request_verification(self._db, user)

    async def revoke_everything(self, caller: SignedIn, address: str, now: datetime) -> None:
        """End every grant of the account, the caller's too."""
        await self._tokens.revoke_all(caller.id, now)
        await self._record(SecurityEventKind.GRANT_REVOKED, caller.user, address, now, "all")

    async def _finish_sign_up(
        self, email: str, password_hash: str, newcomer: Newcomer, address: str, now: datetime
    ) -> None:
        user = User(
            email=email,
            password_hash=password_hash,
            locale=newcomer.locale,
            currency=newcomer.currency,
            verified_at=now,
            created_at=now,
        )
        try:
            await self._accounts.add(user)
        except IntegrityError as error:  # somebody registered the address this very moment
            raise WrongLink.error() from error
        await self._record(SecurityEventKind.REGISTERED, user, address, now, "by mail")

    async def _record(self, kind: SecurityEventKind, user: User, address: str, now: datetime, detail: str = "") -> None:
        await record(self._db, kind, user_id=user.id, address=address, now=now, detail=detail)
