"""Tables of clients and of what is under way between them and people."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class Client(Base):
    """A program that asks for tokens. One without a secret is public: it runs where secrets cannot be kept."""

    __tablename__ = "oauth_clients"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=public_id)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    secret_digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256: the secret is random, so no slow hash
    redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(Text))
    first_party: Mapped[bool] = mapped_column(default=False)  # of this installation: may take people's passwords
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def confidential(self) -> bool:
        return self.secret_digest is not None


class AuthorizationCode(Base):
    """A person's yes, on its way to the client. Only its SHA-256 is kept."""

    __tablename__ = "authorization_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    # In which they said it: a yes does not outlive its sign-in, so that ending all of those leaves nothing to come.
    sign_in_id: Mapped[str] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
    redirect_uri: Mapped[str | None] = mapped_column(Text)  # as sent; None where the client's only one was meant
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    challenge: Mapped[str | None] = mapped_column(String(128))  # S256
    expires_at: Mapped[datetime]
    # What it was exchanged for. A second try means that the code was stolen, and ends that grant.
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"))
