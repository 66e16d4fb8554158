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
