"""The rules of a person's own data. One call is one transaction."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Device
from storecast.domains.accounts.events import DataCollected, LeavingBegun, PersonErased
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.privacy.errors import (
    ErasureBegun,
    ErasureNotFound,
    ExportNotFound,
    ExportNotReady,
    ExportUnderWay,
)
from storecast.domains.privacy.models import DataExport, Erasure
from storecast.domains.privacy.repository import PrivacyRepository
from storecast.kit.archive import Archive
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.jobs import Job, defer
from storecast.kit.rate_limits import RateLimits
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage

EXPORTS = "3/day"
SHOWN_EXPORTS = 10
EXPORT_KEPT = timedelta(days=7)
GIVEN_UP = timedelta(days=1)  # an export not ready by then has failed
LINK_LIFETIME = timedelta(hours=1)
SECOND_THOUGHTS = timedelta(days=7)
RECORDINGS_SETTLE = timedelta(minutes=10)  # a show cut off is recorded to its end before its files can go

log = structlog.get_logger()


class ExportData(Job, frozen=True):
    name = "accounts.export_data"
    queue = "privacy"

    export_id: str


class BeginErasure(Job, frozen=True):
    name = "accounts.begin_erasure"
    queue = "privacy"

    user_id: int


class Erase(Job, frozen=True):
    name = "accounts.erase"
    queue = "privacy"

    user_id: int


class PrivacyService:
    """`link_secret` signs the links of exports."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        accounts: AccountService,
        tokens: TokenService,
        events: Events,
        limits: RateLimits,
        link_secret: bytes,
    ) -> None:
        self._db = db
        self._accounts = accounts
        self._tokens = tokens
        self._settings = settings
        self._repository = PrivacyRepository(db)
        self._events = events
        self._limits = limits
        self._link_secret = link_secret
        self._drafts = settings.data_dir / "drafts"

    async def request_export(self, user: User, device: Device, now: datetime) -> DataExport:
        """Raises `ExportUnderWay`, `TooManyRequests`."""
        await self._repository.lock(user.id)
        newest = await self._repository.exports(user.id, 1)
        if newest and newest[0].ready_at is None and not is_given_up(newest[0], now):
            raise ExportUnderWay
        await self._limits.hit(EXPORTS, "data-export", str(user.id))
        export = DataExport(user_id=user.id, requested_at=now)
        await self._repository.add(export)
        await defer(self._db, ExportData(export.id))
        await self._record(SecurityEventKind.DATA_EXPORT_REQUESTED, user, device, now)
        return export

    async def exports(self, user: User) -> Sequence[DataExport]:
        return await self._repository.exports(user.id, SHOWN_EXPORTS)

    async def export_of(self, user: User, export_id: str) -> DataExport:
        """Raises `ExportNotFound`."""
        export = await self._repository.export(export_id)
        if export is None or export.user_id != user.id:
            raise ExportNotFound
        return export

    async def ready_export_of(self, user: User, export_id: str, now: datetime) -> DataExport:
        """Raises `ExportNotFound`, `ExportNotReady`."""
        export = await self.export_of(user, export_id)
        if export.key is None or export.expires_at is None:
            raise ExportNotReady
        if export.expires_at <= now:
            raise ExportNotFound
        return export

    def signed_query(self, export: DataExport, now: datetime) -> str:
        """What makes a link to the export's file good for `LINK_LIFETIME`."""
        expires = int((now + LINK_LIFETIME).timestamp())
        return f"expires={expires}&signature={self._signature(export.id, expires)}"

    async def download(self, export_id: str, expires: int, signature: str, now: datetime) -> str:
        """Storage key of the export a signed link leads to. Raises `ExportNotFound`."""
        good = hmac.compare_digest(self._signature(export_id, expires).encode(), signature.encode())
        export = await self._repository.export(export_id) if good and expires > now.timestamp() else None
        if export is None or export.key is None or export.expires_at is None or export.expires_at <= now:
            raise ExportNotFound("The link is not valid, or is over.")
        return export.key

    async def make_export(self, export_id: str, storage: Storage, now: datetime) -> None:
        """Store the zip of whoever asked for it, unless they are gone or it is done already.

        Raises OSError, `Unavailable`.
        """
        export = await self._repository.export(export_id)
        user = await self._user(export.user_id) if export is not None else None
        if export is None or user is None or export.key is not None:
            return
        key = f"exports/{export.id}.zip"  # one that was made in vain is overwritten
        archive = await self._collect(user, now)
        with self._draft(export) as draft:
            await archive.write(draft, storage, self._settings.web_url, now)
            await storage.put_file(key, draft, filename=f"my-data-{now:%Y-%m-%d}.zip")
        export.key, export.size = key, (await storage.stat(key)).size
        export.ready_at, export.expires_at = now, now + EXPORT_KEPT
        await self._tell(MailKind.EXPORT_READY, user, now)

    async def forget_exports(self, now: datetime) -> None:
        """Delete the exports whose time is over, and what a process that died left of one."""
        await request_deletion(self._db, await self._repository.expired(now))
        for draft in self._drafts.glob("*.zip"):
            if draft.stat().st_mtime < (now - GIVEN_UP).timestamp():
                draft.unlink()

    async def erasure_of(self, user: User) -> Erasure | None:
        return await self._repository.erasure(user.id)

    async def schedule_erasure(self, user: User, device: Device, now: datetime) -> Erasure:
        """Repeating it changes nothing."""
        await self._repository.lock(user.id)
        erasure = await self._repository.erasure(user.id)
        if erasure is None:
            erasure = Erasure(user_id=user.id, requested_at=now, due_at=now + SECOND_THOUGHTS)
            await self._repository.add(erasure)
            await self._tell(MailKind.ERASURE_SCHEDULED, user, erasure.due_at)
            await defer(self._db, BeginErasure(user.id), at=erasure.due_at)
            await self._record(SecurityEventKind.ERASURE_SCHEDULED, user, device, now)
        return erasure

    async def call_off_erasure(self, user: User, device: Device, now: datetime) -> None:
        """Raises `ErasureNotFound`, `ErasureBegun`."""
        await self._repository.lock(user.id)
        erasure = await self._repository.erasure(user.id)
        if erasure is None:
            raise ErasureNotFound
        if erasure.begun_at is not None:
            raise ErasureBegun("It is too late to call it off.")
        await self._repository.remove(erasure)
        await self._record(SecurityEventKind.ERASURE_CALLED_OFF, user, device, now)

    async def withdraw(self, user: User) -> None:
        """Forget whatever was asked for in this account, its exports with it."""
        await request_deletion(self._db, await self._repository.withdraw(user.id))

    async def erasing(self, user_id: int) -> tuple[User, Erasure] | None:
        """Who is to be erased, and when; None when it was called off."""
        erasure, user = await self._repository.erasure(user_id), await self._user(user_id)
        return (user, erasure) if user is not None and erasure is not None else None

    async def begin_erasure(self, user_id: int, now: datetime) -> None:
        """End what a person has going on; the rest follows when the recordings have settled.

        A job of an erasure that was called off, or called off and asked for anew, finds nothing due.
        """
        found = await self.erasing(user_id)
        if found is None or found[1].due_at > now:
            return
        user, erasure = found
        erasure.begun_at = erasure.begun_at or now
        await self._events.happened(None, LeavingBegun(user), now)
        await defer(self._db, Erase(user_id), at=now + RECORDINGS_SETTLE)

    async def erase(self, user_id: int, now: datetime) -> None:
        """Delete all that is left of a person; the files once this is committed."""
        found = await self.erasing(user_id)
        if found is None or found[1].begun_at is None:
            return
        user = found[0]
        exports = await self._repository.exports(user_id, 1_000)
        files = [key for key in (user.avatar_key, *(export.key for export in exports)) if key is not None]
        await self._tokens.revoke_all(user_id, now)  # open connections end
        await self._events.happened(None, PersonErased(user, files), now)
        await self._accounts.remove(user)
        await request_deletion(self._db, files)
        await self._tell(MailKind.ERASED, user, now)
        log.info("a person was erased", user=user.hash_id, files=len(files))

    async def _user(self, user_id: int) -> User | None:
        return (await self._accounts.by_ids([user_id])).get(user_id)

    async def _collect(self, user: User, now: datetime) -> Archive:
        """All that is known of `user`."""
        archive = Archive()
        await self._events.happened(None, DataCollected(user, archive), now)
        return archive

    @contextmanager
    def _draft(self, export: DataExport) -> Iterator[Path]:
        """A file of nobody else's to write it in before it is stored."""
        self._drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._drafts / f"{export.id}.zip"
        draft.unlink(missing_ok=True)  # of a process that died
        draft.touch(mode=0o600)
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    async def _tell(self, kind: MailKind, user: User, at: datetime) -> None:
        link = "" if kind == MailKind.ERASED else f"{self._settings.web_url}/account"
        days = str(EXPORT_KEPT.days)
        await request_mail(self._db, kind, user.email, user.locale, link=link, name=user.greeting, days=days, time=at)

    async def _record(self, kind: SecurityEventKind, user: User, device: Device, now: datetime) -> None:
        await record(self._db, kind, user_id=user.id, address=device.address, now=now)

    def _signature(self, export_id: str, expires: int) -> str:
        return hmac.new(self._link_secret, f"{export_id}.{expires}".encode(), hashlib.sha256).hexdigest()


def is_given_up(export: DataExport, now: datetime) -> bool:
    return export.ready_at is None and now - export.requested_at > GIVEN_UP
