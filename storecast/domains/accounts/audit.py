"""The audit log: what happened to an account's security, for its owner to read and for logs to keep."""

from datetime import datetime, timedelta
from enum import StrEnum, auto

import structlog
from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, delete, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base, Database
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id
from storecast.kit.pagination import PageRequest, Slice

KEPT = timedelta(days=90)
LONGEST_DETAIL = 200  # characters

log = structlog.get_logger()


class SecurityEventKind(StrEnum):
    REGISTERED = auto()
    EMAIL_VERIFIED = auto()
    SIGNED_IN = auto()
    SIGN_IN_FAILED = auto()
    SIGNED_OUT = auto()
    IDENTITY_LINKED = auto()
    ACCOUNT_HANDED_OVER = auto()  # from who never verified its email to who has
    NEW_DEVICE = auto()
    PASSWORD_CHANGED = auto()
    PASSWORD_RESET = auto()
    GRANT_REVOKED = auto()
    REFRESH_TOKEN_REPLAYED = auto()
    API_TOKEN_ROTATED = auto()
    PERSONAL_TOKEN_MADE = auto()
    CLIENT_ALLOWED = auto()  # what another's program asked for was granted
    CLIENT_MADE = auto()
    CLIENT_CHANGED = auto()
    CLIENT_DELETED = auto()
    WEBHOOK_MADE = auto()
    WEBHOOK_CHANGED = auto()
    WEBHOOK_DELETED = auto()
    SECOND_FACTOR_ADDED = auto()
    SECOND_FACTOR_REMOVED = auto()
    SECOND_FACTOR_FAILED = auto()
    RECOVERY_CODES_MADE = auto()
    RECOVERY_CODE_USED = auto()
    PASSKEY_COUNTER_WENT_BACK = auto()
    PAYMENT_KEYS_CHANGED = auto()
    PAYMENT_KEYS_REMOVED = auto()
    DATA_EXPORT_REQUESTED = auto()
    ERASURE_SCHEDULED = auto()
    ERASURE_CALLED_OFF = auto()


PLACES = (
    SecurityEventKind.REGISTERED.value,
    SecurityEventKind.EMAIL_VERIFIED.value,
    SecurityEventKind.PASSWORD_RESET.value,
)
"""Whoever did one of these has the account's mailbox, or made the account."""


class SecurityEvent(Base):
    __tablename__ = "security_events"
    __table_args__ = (
        Index("ix_security_events_user_id_created_at", "user_id", "created_at"),
        # Of these few the addresses are asked for at each sign-in; failures are many where somebody guesses.
        Index("ix_security_events_places", "user_id", postgresql_where=text(f"kind IN {PLACES}")),
    )

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=public_id)
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


async def record(
    db: Database,
    kind: SecurityEventKind,
    *,
    user_id: int | None,
    address: str,
    now: datetime,
    detail: str = "",
) -> None:
    """Note in this transaction what happened. `detail` holds no secret.

    What is refused is noted, too: the error that refuses it must be one whose `keeps_work` is true. `user_id` is None
    where no account is known: that is for the log alone, since anybody could fill the table with it.
    """
    detail = detail[:LONGEST_DETAIL]
    point = await db.begin_nested()
    db.add(SecurityEvent(kind=kind, user_id=user_id, address=address, detail=detail, created_at=now))
    await db.flush()
    # Nobody's row is written and undone: an answer that came sooner would tell that the email has no account.
    await (point.rollback() if user_id is None else point.commit())
    log.info("security event", kind=kind.value, user_id=user_id, address=address, detail=detail)


async def events_of(db: Database, user_id: int, page: PageRequest) -> tuple[list[SecurityEvent], Slice]:
    """The account's events, newest first."""
    own = SecurityEvent.user_id == user_id
    total = (await db.execute(select(func.count()).select_from(SecurityEvent).where(own))).scalar_one()
    query = select(SecurityEvent).where(own).order_by(SecurityEvent.created_at.desc(), SecurityEvent.id)
    found = await db.execute(query.offset(page.offset).limit(page.size))
    return list(found.scalars()), Slice(total, page)


async def every_event_of(db: Database, user_id: int) -> list[SecurityEvent]:
    """The oldest first."""
    query = select(SecurityEvent).where(SecurityEvent.user_id == user_id).order_by(SecurityEvent.created_at)
    return list((await db.execute(query)).scalars())


async def forget_events(db: Database, now: datetime) -> None:
    """Delete the events whose time is over."""
    await db.execute(delete(SecurityEvent).where(SecurityEvent.created_at <= now - KEPT))
