"""Tables of people and what they grant."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import BigInteger, Enum, ForeignKey, Identity, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id
from storecast.kit.languages import ENGLISH

DEFAULT_CURRENCY = "USD"


class Newcomer(Struct, frozen=True):
    """What somebody new is taken to go by, as their browser says, till they say otherwise."""

    locale: str = ENGLISH
    currency: str = DEFAULT_CURRENCY


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # as compared
    password_hash: Mapped[str | None] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text, default="")
    last_name: Mapped[str] = mapped_column(Text, default="")
    username: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str | None] = mapped_column(Text)  # E.164
    description: Mapped[str | None] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3), default=DEFAULT_CURRENCY)
    locale: Mapped[str] = mapped_column(String(20), default=ENGLISH)  # a language, or one with a region: `en-GB`
    avatar_key: Mapped[str | None] = mapped_column(Text)
    news: Mapped[bool] = mapped_column(default=False)
    is_operator: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def nickname(self) -> str:
        """What others see: the name given, else the part of the email before the @."""
        return self.full_name or self.email.partition("@")[0]

    @property
    def greeting(self) -> str:
        """What mails greet by: nothing before the address is verified, for till then anybody may have written it."""
        return self.nickname if self.verified_at is not None else ""


class GrantKind(StrEnum):
    SIGN_IN = "sign_in"  # a person with their password, on one device
    CLIENT = "client"  # what a person allowed an OAuth client
    CLIENT_CREDENTIALS = "client_credentials"  # an OAuth client for itself; reaches no person's things
    PERSONAL = "personal"  # a token a person made for their own programs
    API_TOKEN = "api_token"  # noqa: S105 - the account's static API token


class Grant(Base):
    """What somebody may do, for a while. Every token belongs to one; its tokens live and die with it."""

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=public_id)
    kind: Mapped[GrantKind] = mapped_column(Enum(GrantKind, native_enum=False, length=20, values_callable=list))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str | None] = mapped_column(ForeignKey("oauth_clients.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text, default="")
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # true to the minute
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")


class LiveGrant(Struct, frozen=True):
    """What a request needs to know of the grant that its token belongs to."""

    id: str
    kind: GrantKind
    user_id: int | None
    client_id: str | None
    scopes: list[str]
    last_used_at: datetime | None


class RefreshToken(Base):
    """Single use: a second use means it was stolen, and ends the grant, unless it comes within seconds.

    Only its SHA-256 is kept.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index("ix_refresh_tokens_answered", "used_at", postgresql_where=text("sealed_answer IS NOT NULL")),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    sealed_answer: Mapped[str | None] = mapped_column(Text)  # what it brought, to be answered again for seconds
